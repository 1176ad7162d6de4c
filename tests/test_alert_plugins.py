"""The plugins for mail and Slack, against real servers on this machine."""

import asyncio
import html
import http.client
import json
import smtplib
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from deployments.rehearsals.catcher import Catcher, Mood
from integrations.alerts import mail as mail_plugin
from integrations.alerts import slack as slack_plugin
from integrations.alerts.errors import (
    BeyondReach,
    Busy,
    Misunderstood,
    NoSuchChannel,
    NotProtected,
    Permanent,
    Rejected,
    SendingFailed,
    Temporary,
    Unreachable,
    without_secrets,
)
from integrations.alerts.mail import AlertMail, MailServer, message_id
from integrations.alerts.slack import AlertSlack, Answer, WebServer, seconds_to_wait
from integrations.settings import MailSecurity, Settings
from tests.catching import catching, emptied

KEY = "asiel-2022/IAO/1/invited/lid/mail"
SENDER = "opschaling@ncc.test"
WEBHOOK = SecretStr("T0/B0/geheimepad")
ELSEWHERE = "192.0.2.1"
"""An address that is nowhere (RFC 5737)."""


def mail_to(port: int, *, patience: float = 5.0, **changes: Any) -> AlertMail:
    fields: dict[str, Any] = {"smtp_port": port, "smtp_security": MailSecurity.NONE} | changes
    return AlertMail(MailServer(Settings(**fields), patience), SENDER)


def slack_at(base: str, patience: float = 5.0) -> AlertSlack:
    return AlertSlack(WebServer(base, patience), "iao", WEBHOOK)


async def send_mail(plugin: AlertMail, to: str = "lid@bzk.test", text: str = "Kom.", near: str | None = None) -> str:
    return await asyncio.to_thread(plugin.deliver, KEY, to, "IAO 1: bijeen", text, stay_near=near)


async def post(plugin: AlertSlack, text: str = "Kom.", subject: str = "IAO 1", near: str | None = None) -> str:
    return await asyncio.to_thread(plugin.deliver, subject, text, stay_near=near)


@pytest.fixture(scope="module")
def shared_catcher() -> Iterator[Catcher]:
    with catching() as opened:
        yield opened


@pytest.fixture
def catcher(shared_catcher: Catcher) -> Catcher:
    return emptied(shared_catcher)


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[int]:
    """A server that does just what a test wants of it; yields its port."""
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def answering(*answers: bytes) -> Handler:
    """Give each request over one connection the next answer, and then hang up."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            writer.write(answer)
        writer.close()

    return handle


def answer(status: int, body: str, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} so", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


# --- Mail


async def test_a_mail_is_plain_text_that_says_what_it_is(catcher: Catcher) -> None:
    receipt = await send_mail(mail_to(catcher.smtp_port), text="Eén vergadering – nu.")
    letter = catcher.mails[0]
    assert letter.headers["Content-Type"] == 'text/plain; charset="utf-8"'
    assert (letter.to, letter.subject, letter.text.strip()) == (("lid@bzk.test",), "IAO 1: bijeen", "Eén vergadering – nu.")
    assert letter.headers["X-Opschaling-Alert"] == KEY
    assert letter.headers["Auto-Submitted"] == "auto-generated"
    assert letter.headers["From"] == f"Opschaling <{SENDER}>"
    assert letter.headers["To"] == "lid@bzk.test"
    assert letter.headers["Date"]
    assert receipt.startswith(message_id(KEY, SENDER))


async def test_an_alert_has_one_message_id_and_the_same_each_time(catcher: Catcher) -> None:
    plugin = mail_to(catcher.smtp_port)
    await send_mail(plugin)
    await send_mail(plugin)
    assert [letter.headers["Message-ID"] for letter in catcher.mails] == [message_id(KEY, SENDER)] * 2
    assert all(letter.header_names.count("Message-ID") == 1 for letter in catcher.mails)


async def test_the_connection_is_held_open(catcher: Catcher) -> None:
    plugin = mail_to(catcher.smtp_port)
    for _ in range(5):
        await send_mail(plugin)
    assert (len(catcher.mails), catcher.mail_connections) == (5, 1)


async def test_a_hundred_mails_do_not_wait_for_each_other(catcher: Catcher) -> None:
    plugin = mail_to(catcher.smtp_port)
    began = time.monotonic()
    await asyncio.gather(*(send_mail(plugin) for _ in range(100)))
    assert time.monotonic() - began < 5.0
    assert len(catcher.mails) == 100


async def test_a_server_that_hung_up_meanwhile_is_called_again() -> None:
    first = Catcher()
    async with first.open():
        plugin = mail_to(first.smtp_port)
        await send_mail(plugin)
    async with first.open(smtp_port=first.smtp_port):
        await send_mail(plugin)
    assert (len(first.mails), first.mail_connections) == (2, 2)


@pytest.mark.parametrize(("code", "kind"), [(421, Busy), (450, Busy), (451, Busy), (550, Rejected), (554, Rejected)])
async def test_the_code_says_whether_trying_again_helps(code: int, kind: type[SendingFailed]) -> None:
    async with serving(smtp_that(rcpt=f"{code} so it is")) as port:
        with pytest.raises(kind, match=str(code)):
            await send_mail(mail_to(port))


@pytest.mark.parametrize(("code", "kind"), [(452, Busy), (552, Rejected), (554, Rejected)])
async def test_a_letter_can_be_refused_after_it_was_read(code: int, kind: type[SendingFailed]) -> None:
    async with serving(smtp_that(after_data=f"{code} so it is")) as port:
        with pytest.raises(kind):
            await send_mail(mail_to(port))


@pytest.mark.parametrize("silent_at", ["banner", "ehlo", "mail", "rcpt", "data", "after_data"])
async def test_a_server_that_falls_silent_is_left_in_time(silent_at: str) -> None:
    async with serving(smtp_that(**{silent_at: None})) as port:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            await send_mail(mail_to(port, patience=0.3))
        assert time.monotonic() - began < 1.0


async def test_a_server_that_trickles_is_left_in_time() -> None:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for character in "220 " + "a" * 200:
            writer.write(character.encode())
            await asyncio.sleep(0.02)

    async with serving(handle) as port:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="binnen de tijd"):
            await send_mail(mail_to(port, patience=0.3))
        assert time.monotonic() - began < 1.0


async def test_a_queue_does_not_wait_for_a_dead_server_in_turn() -> None:
    async with serving(smtp_that(banner=None)) as port:
        plugin = mail_to(port, patience=0.3)
        with pytest.raises(Unreachable):
            await send_mail(plugin)
        began = time.monotonic()
        failures = await asyncio.gather(*(send_mail(plugin) for _ in range(20)), return_exceptions=True)
        assert all(isinstance(failure, Unreachable) for failure in failures)
        assert time.monotonic() - began < 1.0


async def test_a_refused_password_is_not_offered_again_and_again() -> None:
    offered: list[str] = []
    async with serving(smtp_that(auth="535 no", heard=offered)) as port:
        plugin = mail_to(port, smtp_user="opschaling", smtp_password="geheim")
        for _ in range(3):
            with pytest.raises(NotProtected) as refusal:
                await send_mail(plugin)
            assert "geheim" not in str(refusal.value)
    assert len([command for command in offered if command.startswith("auth")]) == 1


async def test_without_tls_mail_does_not_leave_this_machine() -> None:
    with pytest.raises(BeyondReach, match="TLS"):
        await send_mail(mail_to(25, smtp_host=ELSEWHERE))


async def test_a_server_that_offers_no_tls_gets_nothing(catcher: Catcher) -> None:
    with pytest.raises(NotProtected):
        await send_mail(mail_to(catcher.smtp_port, smtp_security=MailSecurity.STARTTLS))
    assert catcher.mails == []


async def test_a_certificate_that_nobody_signed_is_refused(certificate: Path) -> None:
    async with Catcher(tls=server_tls(certificate)).open() as catcher:
        with pytest.raises(NotProtected, match="certificaat"):
            await send_mail(mail_to(catcher.smtp_port, smtp_security=MailSecurity.STARTTLS))
        assert catcher.mails == []


async def test_a_certificate_that_holds_is_trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with Catcher(tls=server_tls(certificate)).open() as catcher:
        plugin = mail_to(catcher.smtp_port, smtp_security=MailSecurity.STARTTLS)
        await send_mail(plugin)
        await send_mail(plugin)
        assert (len(catcher.mails), catcher.mail_connections) == (2, 1)


@pytest.mark.parametrize("address", ["jan@münchen.test", "ü@bzk.test"])
async def test_an_address_that_no_server_can_read_is_rejected(catcher: Catcher, address: str) -> None:
    with pytest.raises(Rejected):
        await send_mail(mail_to(catcher.smtp_port), to=address)


def test_every_failure_of_smtplib_means_something_to_us() -> None:
    for kind in subclasses(smtplib.SMTPException):
        assert isinstance(mail_plugin._ours(example(kind), "mail.test"), Temporary | Permanent)


# --- Slack


async def test_a_message_is_as_apprise_makes_it_but_fetches_nothing(catcher: Catcher) -> None:
    assert await post(slack_at(catcher.url)) == "200 ok"
    payload = catcher.posts[0].payload
    assert payload["attachments"][0]["title"] == "IAO 1"
    assert "http" not in str(payload)


class Listening(WebServer):
    """A server of which only the far end is missing."""

    heard = b""

    def post(self, path: str, content: bytes, *, stay_near: str | None) -> Answer:  # noqa: ARG002
        self.heard = content
        return Answer(200, None, b"ok")


@settings(max_examples=50)
@given(st.text(alphabet="<>!@#&|;ltgamp channelhttps://evil.nl", min_size=1, max_size=80).map(str.strip).filter(bool))
def test_user_text_cannot_ping_a_channel_or_hide_a_link(typed: str) -> None:
    server = Listening("https://slack.test")
    AlertSlack(server, "iao", WEBHOOK).deliver(typed, typed, stay_near=None)
    (attachment,) = json.loads(server.heard)["attachments"]
    assert not {"<", ">"} & set(attachment["text"] + attachment["title"])
    assert attachment["text"] == attachment["title"] == html.escape(typed, quote=False)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, Busy),
        (408, Busy),
        (500, Busy),
        (503, Busy),
        (403, Rejected),
        (404, Rejected),
        (410, Rejected),
        (400, Rejected),
        (302, Misunderstood),
        (307, Misunderstood),
        (204, Misunderstood),
    ],
)
async def test_the_status_says_whether_trying_again_helps(status: int, kind: type[SendingFailed]) -> None:
    async with serving(answering(answer(status, "", Location=f"http://{ELSEWHERE}/"))) as port:
        with pytest.raises(kind, match=str(status)):
            await post(slack_at(f"http://127.0.0.1:{port}"))


@pytest.mark.parametrize("said", ['{"ok":false}', "<html>Inloggen", "", "okay"])
async def test_only_the_word_ok_is_success(said: str) -> None:
    async with serving(answering(answer(200, said))) as port:
        with pytest.raises(Misunderstood):
            await post(slack_at(f"http://127.0.0.1:{port}"))


async def test_a_channel_that_asks_for_rest_gets_it() -> None:
    async with serving(answering(answer(429, "", Retry_After="30"), answer(200, "ok"))) as port:
        plugin = slack_at(f"http://127.0.0.1:{port}")
        for _ in range(2):
            with pytest.raises(Busy) as busy:
                await post(plugin)
            assert 29 < (busy.value.retry_after or 0) <= 30


def test_a_request_to_wait_is_honoured_within_reason() -> None:
    assert seconds_to_wait(None) is None
    assert seconds_to_wait("30") == 30
    assert seconds_to_wait("1000000000") == 300
    assert seconds_to_wait("-5") == 0
    assert seconds_to_wait("soon") == 0
    assert seconds_to_wait("nan") is None
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(minutes=1))
    assert 55 < (seconds_to_wait(in_a_minute) or 0) <= 60


async def test_the_connection_to_slack_is_held_open() -> None:
    ok = answer(200, "ok")
    async with serving(answering(ok, ok, ok)) as port:
        plugin = slack_at(f"http://127.0.0.1:{port}")
        for _ in range(4):  # three over the first connection, and one over the next
            await post(plugin)


async def test_a_web_server_that_trickles_is_left_in_time() -> None:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _character in range(100):
            writer.write(b"o")
            await asyncio.sleep(0.02)

    async with serving(handle) as port:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            await post(slack_at(f"http://127.0.0.1:{port}", patience=0.3))
        assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
async def test_what_is_not_a_web_server_is_not_understood(said: bytes) -> None:
    async with serving(answering(said)) as port:
        with pytest.raises(Misunderstood):
            await post(slack_at(f"http://127.0.0.1:{port}"))


async def test_a_server_that_hangs_up_without_a_word_is_tried_again_later() -> None:
    async with serving(answering(b"")) as port:
        with pytest.raises(Unreachable):
            await post(slack_at(f"http://127.0.0.1:{port}"))


async def test_without_tls_a_webhook_is_not_shown_to_the_network() -> None:
    with pytest.raises(BeyondReach, match="TLS"):
        await post(slack_at(f"http://{ELSEWHERE}"))


async def test_a_name_that_does_not_exist_is_tried_again_later() -> None:
    with pytest.raises(Temporary):
        await post(slack_at("https://slack.invalid"))


def test_a_webhook_of_another_form_is_refused_without_being_shown() -> None:
    with pytest.raises(NoSuchChannel) as refusal:
        AlertSlack(WebServer("https://hooks.slack.com"), "iao", SecretStr("https://x/geheim"))
    assert "geheim" not in str(refusal.value)


def test_every_failure_of_http_and_of_the_network_means_something_to_us() -> None:
    for kind in (*subclasses(http.client.HTTPException), *subclasses(ssl.SSLError), OSError, TimeoutError, ConnectionError):
        assert isinstance(slack_plugin._ours(example(kind), "slack.test"), Temporary | Permanent)


# --- Both


async def test_an_exercise_reaches_nobody_elsewhere() -> None:
    near = "een bericht van een oefening bereikt geen echte mensen"
    with pytest.raises(BeyondReach, match="oefening"):
        await send_mail(mail_to(587, smtp_host=ELSEWHERE, smtp_security=MailSecurity.STARTTLS), near=near)
    with pytest.raises(BeyondReach, match="oefening"):
        await post(slack_at(f"https://{ELSEWHERE}"), near=near)


async def test_no_secret_and_no_content_ends_up_in_a_log_or_an_error(
    catcher: Catcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    for name in ("apprise", "urllib3", "http.client"):
        caplog.set_level(1, logger=name)
    said = "no such thing: https://hooks.test/services/T0/B0/geheimepad geheimepasgeheimepasgeheimepas"
    catcher.mood = Mood(http_answers=[(404, {}, said), (503, {}, said)])
    failures = []
    for _ in range(2):
        with pytest.raises(SendingFailed) as failed:
            await post(slack_at(catcher.url), text="vertrouwelijk")
        failures.append(f"{failed.value} {failed.value.__cause__}")
    await post(slack_at(catcher.url), text="vertrouwelijk")
    await send_mail(mail_to(catcher.smtp_port, smtp_password="geheimwoord"), text="vertrouwelijk")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("uvicorn", "mail.log"))]
    written = "\n".join((*ours, *failures))
    assert not [secret for secret in ("geheimepa", "geheimwoord", "vertrouwelijk") if secret in written]


def test_what_a_server_says_is_repeated_without_addresses_keys_and_new_lines() -> None:
    said = b"5.7.1 rejected: http://portaal.test/p/abc.def\r\nkey AAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert without_secrets(said) == "5.7.1 rejected: … key …"


# --- What the tests are made with


def smtp_that(heard: list[str] | None = None, **lines: str | None) -> Handler:
    """A mail server that takes everything, but for the given steps: there it says this line, or nothing at all."""
    usual = {"banner": "220 hello", "ehlo": "250-hello\r\n250 AUTH PLAIN", "data": "354 go on", "after_data": "250 ok"}

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(step: str) -> None:
            if (line := (usual | lines).get(step, "250 ok")) is not None:
                writer.write(f"{line}\r\n".encode())

        say("banner")
        while received := await reader.readline():
            step = received.decode().split()[0].lower()
            if heard is not None:
                heard.append(step)
            say(step)
            if step == "data":
                await reader.readuntil(b"\r\n.\r\n")
                say("after_data")

    return handle


def subclasses(kind: type[Exception]) -> list[type[Exception]]:
    """It and all that the standard library derives from it."""
    children = [child for child in kind.__subclasses__() if child.__module__ in {"smtplib", "http.client", "ssl"}]
    return [kind, *(below for child in children for below in subclasses(child))]


def example(kind: type[Exception]) -> Exception:
    """An exception of this sort, whatever it wants to be made of."""
    for given_ in ((), ("x",), (550, b"no"), (550, b"no", "x"), ({"a@b.test": (550, b"no")},)):
        try:
            made = kind(*given_)
        except TypeError:
            continue
        if isinstance(made, smtplib.SMTPRecipientsRefused) and not isinstance(made.recipients, dict):
            continue
        if isinstance(made, ssl.SSLCertVerificationError):
            made.verify_message = "self-signed"
        return made
    raise AssertionError(kind)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Certificate and key for 127.0.0.1, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "catcher")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "catcher.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context
