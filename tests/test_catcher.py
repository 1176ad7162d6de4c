"""The catcher answers as a mail server and as Slack do, and shows what came."""

import asyncio
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from deployments.rehearsals import catcher as program
from deployments.rehearsals.catcher import Catcher, Mood
from tests.catching import catching, emptied


@pytest.fixture(scope="module")
def shared_catcher() -> Iterator[Catcher]:
    with catching() as opened:
        yield opened


@pytest.fixture
def catcher(shared_catcher: Catcher) -> Catcher:
    return emptied(shared_catcher)


def post(catcher: Catcher, path: str = "/services/T0/B0/iao", **what: Any) -> tuple[int, str]:
    answer = httpx.post(catcher.url + path, **what)
    return answer.status_code, answer.text


def mail(catcher: Catcher, to: str = "lid@bzk.test", subject: str = "Kom", text: str = "Nu.") -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"], letter["X-Opschaling-Alert"] = "ncc@ncc.test", to, subject, "a/b"
    letter.set_content(text)
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port) as server:
        server.send_message(letter)


def test_it_answers_as_slack_does(catcher: Catcher) -> None:
    assert post(catcher, json={"text": "hallo"}) == (200, "ok")
    assert post(catcher, json={"attachments": [{"title": "a", "text": "b"}]}) == (200, "ok")
    assert post(catcher, content=b"{") == (400, "invalid_payload")
    assert post(catcher, json=["text"]) == (400, "invalid_payload")
    assert post(catcher, json={"text": ""}) == (400, "no_text")
    assert post(catcher, json={"attachments": ["x", 1]}) == (400, "no_text")
    assert post(catcher, "/services/T0/B0", json={"text": "hallo"}) == (404, "no_service")
    assert post(catcher, "/services/T0/B0/x/y", json={"text": "hallo"}) == (404, "no_service")
    assert [caught.text for caught in catcher.posts] == ["hallo", "b"]


def test_a_message_beyond_measure_is_not_read(catcher: Catcher) -> None:
    assert post(catcher, json={"text": "x" * 2_000_000}) == (400, "invalid_payload")


def test_a_message_is_shown_as_people_see_it(catcher: Catcher) -> None:
    post(catcher, json={"text": "&lt;!channel&gt; R&amp;amp;D"})
    assert catcher.posts[0].text == "<!channel> R&amp;D"


def test_it_can_misbehave_on_request(catcher: Catcher) -> None:
    catcher.mood = Mood(
        http_answers=[(503, {"Retry-After": "7"}, "later")],
        revoked={"T0/B0/oud"},
        refused={"weg@bzk.test"},
        greylist=True,
    )
    assert post(catcher, json={"text": "a"}) == (503, "later")
    assert post(catcher, json={"text": "a"}) == (200, "ok")
    assert post(catcher, "/services/T0/B0/oud", json={"text": "a"}) == (404, "no_service")
    for to, code in (("weg@bzk.test", 550), ("lid@bzk.test", 451)):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            mail(catcher, to)
        assert refusal.value.recipients[to][0] == code
    mail(catcher)
    assert len(catcher.mails) == 1


def test_what_came_can_be_read_as_json_from_any_point_on(catcher: Catcher) -> None:
    for subject in ("Eén", "Twee"):
        mail(catcher, subject=subject, text="Ga naar http://portaal.test/p/abc")
        post(catcher, json={"text": subject})
    mails = httpx.get(f"{catcher.url}/mails").json()
    assert [(one["index"], one["subject"], one["to"]) for one in mails] == [
        (0, "Eén", ["lid@bzk.test"]),
        (1, "Twee", ["lid@bzk.test"]),
    ]
    assert mails[0]["text"] == "Ga naar http://portaal.test/p/abc\n"
    assert mails[0]["headers"]["X-Opschaling-Alert"] == "a/b"
    assert mails[0]["received_at"]
    assert [one["subject"] for one in httpx.get(f"{catcher.url}/mails?since=1").json()] == ["Twee"]
    assert [one["text"] for one in httpx.get(f"{catcher.url}/slack?since=1").json()] == ["Twee"]


def test_the_page_shows_what_came_and_nothing_that_was_typed_comes_alive(catcher: Catcher) -> None:
    mail(catcher, subject="<script>alert(1)</script>", text="<img src=x onerror=a> http://portaal.test/p/abc")
    post(catcher, json={"text": "&lt;b&gt;vet&lt;/b&gt;"})
    page = httpx.get(catcher.url)
    assert "&lt;script&gt;" in page.text
    assert "&lt;b&gt;vet" in page.text
    assert 'href="http://portaal.test/p/abc"' in page.text
    assert not [alive for alive in ("<script>", "<img", "<b>") if alive in page.text]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_page_of_another_site_cannot_read_it_under_a_name_of_its_own(catcher: Catcher) -> None:
    assert httpx.get(f"{catcher.url}/mails", headers={"Host": "evil.test"}).status_code == 400


async def test_it_listens_on_this_machine_alone_and_frees_its_ports() -> None:
    one = Catcher()
    async with one.open():
        assert one.url.startswith("http://127.0.0.1:")
    async with one.open(one.smtp_port, one.http_port), httpx.AsyncClient() as client:
        assert (await client.get(one.url)).status_code == 200


async def test_it_starts_alone_from_the_command_line() -> None:
    arguments = ("--smtp-port", "0", "--http-port", "0", "--greylist", "--refuse", "a@b.test", "--fail-http", "503:2")
    options = program._parser().parse_args(arguments)
    assert (options.greylist, options.refuse, options.fail_http) == (True, ["a@b.test"], [(503, 2)])
    running = asyncio.create_task(program._run(Catcher(), options.smtp_port, options.http_port))
    await asyncio.sleep(0.1)
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
