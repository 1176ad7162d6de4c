"""What becomes of a partner's answer, whatever it is."""

import asyncio
import gzip
import json
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.figures import FigureKind
from crisis.inquiries import Answer, Submission
from crisis.partners import IntakeTerms, Partner, PartnerKind
from integrations.partners.client import MOST_BYTES
from integrations.partners.contract import MOST_FIGURES
from integrations.partners.inquiry import ask_all
from integrations.partners.openapi import published
from integrations.settings import Reach, Settings

NOW = datetime(2022, 6, 17, 18, tzinfo=UTC)
PATIENT = IntakeTerms(term_seconds=2, patience_seconds=3)
BRISK = IntakeTerms(term_seconds=0.6, patience_seconds=0.6)
"""Room for a second try, not for a third."""
HASTY = IntakeTerms(term_seconds=0.1, patience_seconds=0.4)
DOCS = Path(__file__).parent.parent / "docs"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
AS_JSON = b"Content-Type: application/json\r\n"


def region(number: int = 1, address: str | None = None) -> Partner:
    name = f"VR{number:02}"
    return Partner(
        id=name,
        name=f"Veiligheidsregio {number}",
        kind=PartnerKind.SAFETY_REGION,
        area=name,
        address=address or f"/{name}",
        indicators=("cno-plaatsen",),
    )


def report(partner: str = "VR01", **changes: Any) -> dict[str, Any]:
    figure: dict[str, Any] = {
        "indicator": "cno-plaatsen",
        "area": partner,
        "kind": "realised",
        "value": 150,
        "unit": "plaatsen",
        "referenceDate": "2022-06-17",
        "status": "provisional",
        "synthetic": True,
        "source": "test",
    }
    return {
        "contract": {"name": "situation-report", "version": "1.0"},
        "partner": partner,
        "reportId": f"{partner}-1",
        "createdAt": "2022-06-17T17:00:00Z",
        "referenceDate": "2022-06-17",
        "figures": [figure],
        "remarks": "Sporthal open vanaf 20 uur",
    } | changes


def figure(**changes: Any) -> dict[str, Any]:
    (usual,) = report()["figures"]
    return dict(usual) | changes


def loopback(gateway: str = "http://127.0.0.1:9") -> Settings:
    return Settings(reach=Reach.LOOPBACK, partner_gateway=gateway)


async def ask(
    partners: Sequence[Partner],
    gateway: str = "http://127.0.0.1:9",
    terms: IntakeTerms = PATIENT,
    transport: httpx.AsyncBaseTransport | None = None,
) -> tuple[Answer, ...]:
    return await ask_all(partners, terms, NOW, loopback(gateway), lambda: NOW, transport)


async def answered(response: httpx.Response | bytes | dict[str, Any]) -> Answer:
    """What becomes of this one answer of VR01."""
    if isinstance(response, dict):
        response = json.dumps(response).encode()
    if isinstance(response, bytes):
        response = httpx.Response(200, content=response, headers={"Content-Type": "application/json"})
    (answer,) = await ask([region()], transport=httpx.MockTransport(lambda _: response))
    return answer


@asynccontextmanager
async def partner_system(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A partner's server on this machine that does with a connection as it is told."""
    running: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def saying(*parts: bytes, pause: float = 0.0) -> Serve:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return serve


def well(body: bytes, head: bytes = AS_JSON) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


REPORT = json.dumps(report()).encode()


async def test_a_region_that_answers_in_time_gives_its_figures() -> None:
    async with partner_system(saying(well(REPORT))) as gateway:
        (answer,) = await ask([region()], gateway)
    (figure,) = answer.figures
    assert (answer.partner, answer.submission, answer.report_id) == ("VR01", Submission.ON_TIME, "VR01-1")
    assert (figure.area, figure.kind, figure.value) == ("VR01", FigureKind.REALISED, Decimal(150))
    assert figure.provisional
    assert figure.synthetic
    assert answer.received_at == NOW
    assert answer.remarks == "Sporthal open vanaf 20 uur"
    assert 0 < answer.seconds < PATIENT.term_seconds


async def test_the_question_names_the_moment_in_utc_and_wants_nothing_packed() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=report())

    amsterdam = NOW.astimezone(timezone(timedelta(hours=2)))
    await ask_all([region()], PATIENT, amsterdam, loopback(), lambda: NOW, httpx.MockTransport(answer))
    (request,) = asked
    assert request.url.path == "/VR01/v1/situation-reports/latest"
    assert dict(request.url.params) == {"asOf": "2022-06-17T18:00:00Z"}
    assert request.headers["Accept-Encoding"] == "identity"


async def test_an_answer_after_the_term_is_late_and_still_counts() -> None:
    async with partner_system(saying(b"", well(REPORT), pause=0.2)) as gateway:
        (answer,) = await ask([region()], gateway, HASTY)
    assert answer.submission is Submission.LATE
    assert answer.figures


@pytest.mark.parametrize(
    "serve",
    [
        saying(b"", pause=30),
        saying(*(bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\n" * 100), pause=0.01),
        saying(b"HTTP/1.1 200 OK\r\n" + AS_JSON + b"Content-Length: 9000\r\n\r\n", *[b" "] * 1000, pause=0.01),
        saying(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 1000, pause=0.01),
    ],
    ids=["says nothing", "headers drop by drop", "body drop by drop", "keeps promising"],
)
async def test_a_partner_without_a_whole_answer_in_time_is_silent(serve: Serve) -> None:
    async with partner_system(serve) as gateway:
        began = time.monotonic()
        (answer,) = await ask([region()], gateway, HASTY)
    assert answer.submission is Submission.SILENT
    assert "0,4 seconden" in answer.detail
    assert time.monotonic() - began < HASTY.patience_seconds + 0.5


async def test_a_partner_that_is_not_there_is_unreachable() -> None:
    (answer,) = await ask([region()], "http://127.0.0.1:1", BRISK)
    assert answer.submission is Submission.UNREACHABLE


@pytest.mark.parametrize(
    "said",
    [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\n" + AS_JSON + b"Content-Length: 10000000000\r\n\r\n{"],
    ids=["hangs up", "speaks no HTTP", "breaks off"],
)
async def test_a_broken_conversation_is_unreachable(said: bytes) -> None:
    async with partner_system(saying(said)) as gateway:
        (answer,) = await ask([region()], gateway, BRISK)
    assert answer.submission is Submission.UNREACHABLE


async def test_an_endless_answer_is_cut_off() -> None:
    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + AS_JSON + b"\r\n")
        for _number in range(20 * MOST_BYTES // 65_536):
            writer.write(b" " * 65_536)
            await writer.drain()

    async with partner_system(endless) as gateway:
        (answer,) = await ask([region()], gateway)
    assert answer.submission is Submission.UNREADABLE
    assert "2 MB" in answer.detail


BOMB = gzip.compress(b" " * 50_000_000)
"""50 kB that would be 50 MB."""


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "gzip, gzip", "GZIP"])
async def test_a_packed_answer_is_not_unpacked(packing: str) -> None:
    async with partner_system(saying(well(BOMB, AS_JSON + b"Content-Encoding: %s\r\n" % packing.encode()))) as gateway:
        (answer,) = await ask([region()], gateway)
    assert answer.submission is Submission.UNREADABLE
    assert "samengeperst" in answer.detail


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_partner_cannot_send_us_elsewhere(status: int) -> None:
    visited: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        visited.append(request.url.path)
        return httpx.Response(status, headers={"Location": "http://169.254.169.254/latest/meta-data/"})

    (answer,) = await ask([region()], transport=httpx.MockTransport(elsewhere))
    assert answer.submission is Submission.REFUSED
    assert visited == ["/VR01/v1/situation-reports/latest"]


async def test_a_login_page_is_not_a_quiet_region() -> None:
    answer = await answered(httpx.Response(200, html="<h1>Inloggen</h1>"))
    assert answer.submission is Submission.UNREADABLE
    assert "webpagina" in answer.detail


@pytest.mark.parametrize("status", [201, 202, 204, 206])
async def test_no_content_is_not_a_report(status: int) -> None:
    assert (await answered(httpx.Response(status))).submission is Submission.UNREADABLE


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
async def test_a_no_is_a_no_and_is_asked_once(status: int) -> None:
    asked, (answer,) = await asked_of([httpx.Response(status)] * 9)
    assert (answer.submission, asked) == (Submission.REFUSED, 1)
    assert str(status) in answer.detail


async def asked_of(responses: list[httpx.Response]) -> tuple[int, tuple[Answer, ...]]:
    """How often VR01 was asked when it answers like this, one after another; and what came of it."""
    left = list(responses)
    answers = await ask([region()], transport=httpx.MockTransport(lambda _: left.pop(0)))
    return len(responses) - len(left), answers


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_busy_partner_is_asked_again(status: int) -> None:
    asked, (answer,) = await asked_of([httpx.Response(status), httpx.Response(200, json=report())])
    assert (answer.submission, asked) == (Submission.ON_TIME, 2)


async def test_a_partner_that_stays_busy_is_unreachable_after_three_tries() -> None:
    asked, (answer,) = await asked_of([httpx.Response(503, headers={"Retry-After": "0"})] * 9)
    assert (answer.submission, asked) == (Submission.UNREACHABLE, 3)
    assert "503" in answer.detail


@pytest.mark.parametrize("seconds", ["3", "3600", "1000000000", "9" * 400])
async def test_a_partner_that_wants_to_be_left_alone_is_left_alone(seconds: str) -> None:
    asked, (answer,) = await asked_of([httpx.Response(503, headers={"Retry-After": seconds})] * 9)
    assert (answer.submission, asked) == (Submission.UNREACHABLE, 1)


@pytest.mark.parametrize("nonsense", ["-5", "1.5", "Fri, 17 Jun 2022 18:00:00 GMT", "²"])
async def test_a_senseless_pause_is_no_reason_to_give_up(nonsense: str) -> None:
    busy = httpx.Response(503, headers=[(b"Retry-After", nonsense.encode())])
    asked, (answer,) = await asked_of([busy, httpx.Response(200, json=report())])
    assert (answer.submission, asked) == (Submission.ON_TIME, 2)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "geen geldige JSON"),
        (REPORT[: len(REPORT) // 2], "geen geldige JSON"),
        (b"[" * 200_000, "dieper genest"),
        (b'{"a":' * 200_000, "dieper genest"),
        (json.dumps(report(figures=[figure(value=float("nan"))])).encode(), "NaN"),
        (json.dumps(report(figures=[figure(value=float("inf"))])).encode(), "Infinity"),
        (REPORT.replace(b"150", b"1e999"), "te groot"),
        (REPORT.replace(b"150", b"1" * 5_000), "cijfers"),
        (REPORT.replace(b"test", b"\\ud800"), "half teken"),
        (REPORT.replace(b"test", b"\\u0000"), "NUL"),
        (REPORT.replace(b"test", b"\xff\xfe"), "UTF-8"),
        (b"\xef\xbb\xbf" + REPORT, "byte order mark"),
        (REPORT.decode().encode("utf-16"), "byte order mark"),
        (REPORT.replace(b'"partner"', b'"partner": "VR02", "partner"'), "twee keer"),
        (b"[" + b"1," * 300_000 + b"1]", "onderdelen"),
    ],
)
async def test_what_is_not_plain_json_is_unreadable_and_says_why(body: bytes, why: str) -> None:
    answer = await answered(body)
    assert answer.submission is Submission.UNREADABLE
    assert why in answer.detail


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (report("VR02"), "het rapport is van VR02, gevraagd was VR01"),
        (report(figures=[figure(area="VR02")]), "figures.0.area gaat over VR02, het gebied van VR01 is VR01"),
        ({name: value for name, value in report().items() if name != "reportId"}, "reportId ontbreekt"),
        (report(figures=[{n: v for n, v in figure().items() if n != "unit"}]), "figures.0.unit ontbreekt"),
        (report(figures=[figure(reference_date="2022-06-17")]), "figures.0.reference_date staat niet in het contract"),
        (report(mood="goed"), "mood staat niet in het contract"),
        (report() | {"<b>\u202e": 1}, "(onbekend veld) staat niet in het contract"),
        (report(contract={"name": "situation-report", "version": "2.0"}), "contract.version is niet '1.0'"),
        (report(figures=[figure(value="150")]), "figures.0.value is geen getal"),
        (report(figures=[figure(value=True)]), "figures.0.value is geen getal"),
        (report(figures=[figure(value=-1)]), "figures.0.value is lager dan 0"),
        (report(figures=[figure(value=10**10)]), "figures.0.value is hoger dan 1000000000"),
        (report(figures=[figure(value=0.12345678)]), "figures.0.value heeft meer dan 6 decimalen"),
        (report(figures=[figure(value=None)]), "figures.0.value is niet van de afgesproken soort"),
        (report(figures=[figure(kind="guessed")]), "figures.0.kind is niet een van de afgesproken woorden"),
        (report(figures=[figure(referenceDate="17-06-2022")]), "figures.0.referenceDate is niet van de afgesproken soort"),
        (report(figures=[figure(synthetic="no")]), "figures.0.synthetic is niet van de afgesproken soort"),
        (report(figures=[figure(source="a\x07b")]), "figures.0.source bevat een teken of regeleinde dat niet mag"),
        (report(figures=[figure(source="a\nb")]), "figures.0.source bevat een teken of regeleinde dat niet mag"),
        (report(figures=[figure(source="x" * 201)]), "figures.0.source is langer dan 200 tekens"),
        (report(figures=[figure(), figure(value=0)]), "figures.1 herhaalt figures.0"),
        (report(figures=[figure()] * (MOST_FIGURES + 1)), "figures is langer dan 2000"),
        (report(remarks="rustig\u202e"), "remarks bevat een teken of regeleinde dat niet mag"),
        (report(remarks="x" * 4001), "remarks is langer dan 4000"),
        (report(createdAt="2022-06-17T17:00:00"), "createdAt noemt geen tijdzone"),
        (report(reportId="../../etc/passwd"), "reportId heeft niet de afgesproken schrijfwijze"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_report_outside_the_contract_is_told_what_is_wrong(sent: dict[str, Any], told: str) -> None:
    answer = await answered(sent)
    assert answer.submission is Submission.UNREADABLE
    assert told in answer.detail
    assert not answer.figures


async def test_many_faults_make_a_short_reason() -> None:
    answer = await answered(report(figures=[{} for _ in range(500)]))
    assert len(answer.detail) < 200
    assert "en nog 4497" in answer.detail


async def test_zero_is_a_figure_and_an_empty_report_an_answer() -> None:
    assert [figure.value for figure in (await answered(report(figures=[figure(value=0)]))).figures] == [0]
    empty = await answered(report(figures=[], remarks=""))
    assert (empty.submission, empty.figures, empty.remarks) == (Submission.ON_TIME, (), "")


async def test_a_report_from_the_future_is_flagged_and_counts_from_when_it_came() -> None:
    answer = await answered(report(createdAt="2099-01-01T00:00:00Z"))
    assert (answer.submission, answer.stated_at) == (Submission.ON_TIME, NOW)
    assert "01-01-2099" in answer.detail
    assert not (await answered(report())).detail


async def test_a_report_without_remarks_is_whole() -> None:
    assert (await answered({n: v for n, v in report().items() if n != "remarks"})).submission is Submission.ON_TIME


@pytest.mark.parametrize(
    "address",
    [
        "https://vr01.nl",
        "http://169.254.169.254",
        "http://2130706433",
        "http://0.0.0.0:80",
        "http://127.0.0.1.evil.nl",
        "http://[::ffff:10.0.0.1]",
        "http://localhost.evil.nl",
    ],
)
async def test_a_rehearsal_asks_nobody_outside_this_machine(address: str) -> None:
    def never(_: httpx.Request) -> httpx.Response:
        raise AssertionError("was asked")

    (answer,) = await ask([region(address=address)], transport=httpx.MockTransport(never))
    assert answer.submission is Submission.REFUSED
    assert "eigen machine" in answer.detail


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8500", "http://localhost:8500/x", "http://[::1]:8500", "https://127.0.0.2"]
)
async def test_a_rehearsal_asks_this_machine(address: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=report()))
    (answer,) = await ask([region(address=address)], transport=transport)
    assert answer.submission is Submission.ON_TIME


async def test_a_path_needs_a_gateway() -> None:
    (answer,) = await ask([region()], gateway="")
    assert answer.submission is Submission.REFUSED
    assert "OPSCHALING_PARTNER_GATEWAY" in answer.detail


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://[::1",
        "http://xn--",
        "http:///x",
        "http://a?token=1",
        "http://a#b",
    ],
)
async def test_what_is_no_address_is_a_refusal(address: str) -> None:
    (answer,) = await ask([region(address=address)])
    assert answer.submission is Submission.REFUSED
    assert "geen webadres" in answer.detail


async def test_no_reason_gives_an_address_away() -> None:
    partner = region(address="http://127.0.0.1:1/geheim-kenmerk")
    (answer,) = await ask([partner], terms=BRISK)
    assert "geheim" not in answer.model_dump_json()
    assert "127.0.0.1" not in answer.model_dump_json()


async def test_a_proxy_or_a_cookie_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    cookies: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        cookies.append(request.headers.get("Cookie"))
        status = 503 if len(cookies) == 1 else 200
        return httpx.Response(status, json=report(), headers={"Set-Cookie": "a=b; Path=/"})

    await ask([region()], transport=httpx.MockTransport(answer))
    async with partner_system(saying(well(REPORT))) as gateway:
        (direct,) = await ask([region()], gateway)
    assert cookies == [None, None]
    assert direct.submission is Submission.ON_TIME


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async with partner_system(saying(well(REPORT)), tls=self_signed(tmp_path)) as gateway:
        (answer,) = await ask([region()], gateway)
    assert answer.submission is Submission.REFUSED
    assert "certificaat" in answer.detail


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    certificate = made.not_valid_before(today).not_valid_after(today + timedelta(days=1)).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "both.pem").write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


async def test_the_healthy_do_not_wait_for_the_sick() -> None:
    """385 partners behind one gateway, one in ten silent: every other one is on time, in the order of asking."""

    async def serve(request: httpx.Request) -> httpx.Response:
        number = int(request.url.path.split("/")[1].removeprefix("VR"))
        if number % 10 == 0:
            await asyncio.sleep(30)
        return httpx.Response(200, json=report(f"VR{number:02}"))

    partners = [region(number) for number in range(1, 386)]
    answers = await ask(partners, terms=IntakeTerms(term_seconds=3.9, patience_seconds=4), transport=httpx.MockTransport(serve))
    assert [answer.partner for answer in answers] == [partner.id for partner in partners]
    silent = [answer.partner for answer in answers if answer.submission is Submission.SILENT]
    assert silent == [partner.id for partner in partners[9::10]]
    assert all(answer.submission is Submission.ON_TIME for answer in answers if answer.partner not in silent)


async def test_all_partners_behind_one_gateway_are_asked_at_once() -> None:
    """More than one pool of httpx lets through: the gateway says nothing until all of them are on the line."""
    everyone = asyncio.Barrier(150)

    async def answer_together(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await everyone.wait()
        writer.write(well(REPORT))
        await writer.drain()

    async with partner_system(answer_together) as gateway:
        answers = await ask([region(address=f"{gateway}/{number}") for number in range(everyone.parties)])
    assert all(answer.submission.has_figures for answer in answers), "on time or late on a busy machine, but all there"


async def test_nobody_asked_is_nobody_answered() -> None:
    assert await ask([]) == ()


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_whatever_bytes_come_as_a_report_it_is_one_of_the_six(body: bytes) -> None:
    answer = asyncio.run(answered(body))
    assert answer.submission is Submission.UNREADABLE
    assert answer.detail


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(report())), ANY_JSON)
@settings(max_examples=100, deadline=None)
def test_whatever_stands_in_a_report_it_is_read_or_refused(field: str, value: object) -> None:
    answer = asyncio.run(answered(json.dumps(report() | {field: value}).encode()))
    assert answer.submission in (Submission.ON_TIME, Submission.UNREADABLE)
    assert bool(answer.detail) is (answer.submission is Submission.UNREADABLE)


@given(st.sampled_from(sorted(figure())), ANY_JSON)
@settings(max_examples=100, deadline=None)
def test_whatever_stands_in_a_figure_it_is_read_or_refused(field: str, value: object) -> None:
    answer = asyncio.run(answered(json.dumps(report(figures=[figure() | {field: value}])).encode()))
    assert answer.submission in (Submission.ON_TIME, Submission.UNREADABLE)
    assert all(part.value >= 0 and part.value.is_finite() for part in answer.figures)


HEADS = st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"])


@given(HEADS, st.binary(max_size=200))
@settings(max_examples=20, deadline=None)
def test_whatever_comes_over_the_line_it_is_one_of_the_six(head: bytes, rest: bytes) -> None:
    async def heard() -> tuple[Answer, ...]:
        async with partner_system(saying(head + rest)) as gateway:
            return await ask([region()], gateway, IntakeTerms(term_seconds=0.1, patience_seconds=0.1))

    (answer,) = asyncio.run(heard())
    assert not answer.submission.has_figures
    assert answer.detail


def test_the_published_contract_is_the_one_that_is_kept() -> None:
    assert (DOCS / "partners.openapi.json").read_text(encoding="utf-8") == published()


async def test_the_example_in_the_documentation_is_a_report() -> None:
    text = (DOCS / "partners.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    partner = region(19)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=json.loads(example)))
    (answer,) = await ask([partner], transport=transport)
    assert answer.submission is Submission.ON_TIME, answer.detail
