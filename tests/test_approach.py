"""At which address a partner is asked, showing what, and whether that is allowed at all."""

import asyncio
import base64
import json
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from crisis.inquiries import Answer, Submission
from crisis.partners import Access, IntakeTerms, Partner
from integrations.partners import approach, client
from integrations.partners.approach import METADATA, OIN_HEADER, TRANSACTION_HEADER, checked_addresses, transaction_id
from integrations.partners.errors import Refused, Unreachable
from integrations.partners.inquiry import ask_all
from integrations.settings import Reach, Settings
from tests.test_partners import NOW, PATIENT, REPORT, partner_system, region, saying, well

ANYWHERE = Settings(reach=Reach.ANYWHERE, _of_this_shell=False)
HERE = Access(networks=("127.0.0.0/8",))


async def address(host: str, *found: str, access: Access | None = None, is_gateway: bool = False) -> str:
    """What becomes of a name that stands for these addresses."""
    url = httpx.URL(f"https://{host}/")
    return (await checked_addresses(url, access, ANYWHERE, is_gateway=is_gateway, look_up=lambda _name, _port: found))[0]


async def test_a_public_address_is_asked_where_it_was_checked() -> None:
    assert await address("regio.test", "93.184.216.34", "93.184.216.35") == "93.184.216.34"


@pytest.mark.parametrize(
    "found",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - it must be refused
        "224.0.0.1",
        "100.64.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::10.0.0.1",
        "2002:7f00:1::",
        "2001:0:7f00:1::1",
        "fec0::1",
        "168.63.129.16",
    ],
)
async def test_a_name_that_stands_for_what_is_not_public_is_refused(found: str) -> None:
    with pytest.raises(Refused):
        await address("regio.test", found)
    with pytest.raises(Refused):
        await address("regio.test", "93.184.216.34", found)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"])
async def test_an_address_instead_of_a_name_is_held_to_the_same(host: str) -> None:
    with pytest.raises(Refused):
        await address(host)


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001"])
async def test_another_way_to_write_this_machine_is_seen_through(host: str) -> None:
    """The system reads these as 127.0.0.1, or not at all."""
    with pytest.raises((Refused, Unreachable)):
        await checked_addresses(httpx.URL(f"http://{host}/"), None, ANYWHERE)


async def test_the_ranges_of_the_plan_say_where_a_partner_may_lie() -> None:
    inside = Access(networks=("10.12.0.0/16", "fd00:1::/32"))
    assert await address("regio.intern", "10.12.3.4", access=inside) == "10.12.3.4"
    assert await address("regio.intern", "fd00:1::5", access=inside) == "fd00:1::5"
    for elsewhere in ("10.13.0.1", "93.184.216.34", "127.0.0.1"):
        with pytest.raises(Refused):
            await address("regio.intern", elsewhere, access=inside)


async def test_the_gateway_may_be_private_and_still_no_metadata_server() -> None:
    assert await address("gateway.intern", "10.0.0.5", is_gateway=True) == "10.0.0.5"
    with pytest.raises(Refused):
        await address("gateway.intern", "169.254.169.254", is_gateway=True)


@pytest.mark.parametrize("where", sorted(map(str, METADATA)))
async def test_no_plan_and_no_gateway_opens_a_metadata_server(where: str) -> None:
    everything = Access(networks=("0.0.0.0/0", "::/0"))
    with pytest.raises(Refused):
        await address("gateway.intern", where, is_gateway=True)
    with pytest.raises(Refused):
        await address("regio.intern", where, access=everything)


async def test_where_only_ipv6_is_spoken_a_public_address_is_reached_through_nat64() -> None:
    assert await address("regio.test", "64:ff9b::93.184.216.34") == "64:ff9b::93.184.216.34"


async def test_an_address_of_a_name_that_gives_no_connection_is_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Often the first is one of IPv6 that leads nowhere from here."""
    monkeypatch.setattr(approach, "_by_system", lambda _name, _port: ["127.0.0.2", "127.0.0.1"])
    async with partner_system(saying(well(REPORT))) as gateway:
        (answer,) = await ask([at(f"http://regio.test:{httpx.URL(gateway).port}")])
    assert answer.submission is Submission.ON_TIME


async def test_a_rehearsal_reaches_this_machine_only() -> None:
    for access in (None, Access(networks=("0.0.0.0/0",))):
        with pytest.raises(Refused):
            await checked_addresses(
                httpx.URL("https://regio.test/"), access, Settings(reach=Reach.LOOPBACK), look_up=lambda *_: ["93.184.216.34"]
            )


async def test_a_name_that_nobody_knows_is_unreachable() -> None:
    def unknown(_name: str, _port: int) -> Sequence[str]:
        raise OSError

    with pytest.raises(Unreachable):
        await checked_addresses(httpx.URL("https://regio.test/"), None, ANYWHERE, look_up=unknown)
    with pytest.raises(Unreachable):
        await address("regio.test")


async def test_a_name_that_answers_otherwise_the_second_time_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first answer is checked, and the connection goes to that, with the name in `Host`."""
    asked = []

    def rebinding(name: str, _port: int) -> Sequence[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    monkeypatch.setattr(approach, "_by_system", rebinding)
    async with partner_system(saying(well(REPORT))) as gateway:
        port = httpx.URL(gateway).port
        (answer,) = await ask([at(f"http://regio.test:{port}")])
        assert answer.submission is Submission.ON_TIME
    assert asked == ["regio.test"]


async def test_slow_names_hold_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten partners whose names take a second each, and one that is well."""

    def slow(name: str, _port: int) -> Sequence[str]:
        if name != "vlug.test":
            time.sleep(1)
        return ["127.0.0.1"]

    monkeypatch.setattr(approach, "_by_system", slow)
    async with partner_system(saying(well(REPORT))) as gateway:
        port = httpx.URL(gateway).port
        others = [at(f"http://traag{number}.test:{port}") for number in range(10)]
        answers = await ask([*others, at(f"http://vlug.test:{port}")])
    assert answers[-1].seconds < 0.5
    assert all(1 <= answer.seconds < 2 for answer in answers[:-1])


async def test_a_partner_sees_our_number_a_transaction_and_a_token_that_was_asked_once() -> None:
    heads: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A partner and its token server: what came is kept."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heads.append(head)
        body = REPORT
        if head.startswith("POST /token"):
            length = int(head.lower().partition("content-length: ")[2].split("\r\n")[0])
            heads[-1] += (await reader.readexactly(length)).decode()
            body = json.dumps({"access_token": "abc.def", "token_type": "Bearer"}).encode()
        writer.write(well(body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    access = Access(
        networks=("127.0.0.0/8",),
        oin="00000001003214345000",
        token_address=f"{base}/token",
        client_id="opschaling",
        client_secret="koppeling",
        scope="beeld",
    )
    settings = Settings(_of_this_shell=False, partner_secrets={"koppeling": SecretStr("geheim")})
    answers = await ask([at(f"{base}/a"), at(f"{base}/b")], {"x": access}, settings)
    server.close()
    assert [answer.submission for answer in answers] == [Submission.ON_TIME] * 2
    (token,) = [head for head in heads if head.startswith("POST")]
    assert base64.b64encode(b"opschaling:geheim").decode() in token
    assert token.endswith("grant_type=client_credentials&scope=beeld")
    questions = [head for head in heads if head.startswith("GET")]
    assert len(questions) == 2
    for head in questions:
        assert "Authorization: Bearer abc.def" in head
        assert f"{OIN_HEADER}: 00000001003214345000" in head
        assert f"{TRANSACTION_HEADER}: " in head


async def test_a_token_server_that_drips_for_ever_ends_with_the_round() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
        with suppress(ConnectionError):
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)

    async with partner_system(drip) as gateway:
        access = Access(networks=("127.0.0.0/8",), token_address=gateway, client_id="opschaling", client_secret="koppeling")
        settings = Settings(_of_this_shell=False, partner_secrets={"koppeling": SecretStr("geheim")})
        terms = IntakeTerms(term_seconds=0.3, patience_seconds=0.5)
        (answer,) = await ask_all([at(gateway)], terms, NOW, settings, lambda: NOW, access={"x": access})
        assert answer.submission is Submission.SILENT
        assert not [task for task in asyncio.all_tasks() if "Tokens" in repr(task.get_coro())]


async def test_without_its_secret_or_certificate_in_the_settings_a_partner_is_not_asked() -> None:
    token = Access(networks=("127.0.0.0/8",), token_address="http://127.0.0.1:9/", client_id="x", client_secret="weg")
    (answer,) = await ask([at("http://127.0.0.1:9")], {"x": token})
    assert (answer.submission, answer.detail) == (
        Submission.REFUSED,
        "Het geheim weg staat niet in OPSCHALING_PARTNER_SECRETS.",
    )
    (answer,) = await ask([at("http://127.0.0.1:9")], {"x": HERE.model_copy(update={"client_certificate": "weg"})})
    assert "weg staat niet in OPSCHALING_CLIENT_CERTIFICATES" in answer.detail


async def test_a_partner_that_wants_to_see_a_certificate_sees_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutual TLS by name: the server's certificate is for `localhost`, and it knows whom it trusts."""
    ours, theirs = a_certificate(tmp_path / "ons.pem", "opschaling"), a_certificate(tmp_path / "hun.pem", "localhost")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(ours))
    tls.load_cert_chain(theirs)
    tls.verify_mode = ssl.CERT_REQUIRED
    monkeypatch.setenv("SSL_CERT_FILE", str(theirs))

    client._tls.cache_clear()
    access = HERE.model_copy(update={"client_certificate": "koppeling"})
    settings = Settings(_of_this_shell=False, client_certificates={"koppeling": ours})
    async with partner_system(saying(well(REPORT)), tls) as gateway:
        where = gateway.replace("127.0.0.1", "localhost")
        (shown,) = await ask([at(where)], {"x": access}, settings)
        (hidden,) = await ask([at(where)], {"x": HERE}, settings)
    client._tls.cache_clear()
    assert shown.submission is Submission.ON_TIME, shown.detail
    assert hidden.submission in (Submission.UNREACHABLE, Submission.REFUSED)


def a_certificate(path: Path, name: str) -> Path:
    """One that vouches for itself, with its key in the same file."""
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key()).serial_number(1)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    signed = made.not_valid_before(today).not_valid_after(today + timedelta(days=1)).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_transaction_has_an_id_that_sorts_by_time() -> None:
    first = transaction_id()
    time.sleep(0.002)
    second = transaction_id()
    assert (first.version, second.version) == (7, 7)
    assert str(first) < str(second)
    stamp = datetime.fromtimestamp((first.int >> 80) / 1000, UTC)
    assert abs((datetime.now(UTC) - stamp).total_seconds()) < 5


def at(url: str) -> Partner:
    return region(address=url).model_copy(update={"access": "x"})


async def ask(
    partners: Sequence[Partner], access: dict[str, Access] | None = None, settings: Settings = ANYWHERE
) -> tuple[Answer, ...]:
    return await ask_all(partners, PATIENT, NOW, settings, lambda: NOW, access=access or {"x": HERE})
