"""The engine delivers: at least once, never twice without need, and never silently not at all."""

import asyncio
import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from crisis.alerts import Event
from crisis.passes import Grant, make_pass, read_pass
from crisis.plan import Plan
from crisis.structure import Body
from deployments.rehearsals.catcher import Catcher, Mood
from integrations.alerts import delivery
from integrations.alerts.delivery import Backoff, Delivery, missing_channels
from integrations.alerts.mail import message_id
from integrations.register import Register, RegisterTrouble, alerts, open_register, plans, signs
from integrations.register.alerts import Delivery as State
from integrations.register.alerts import Trace
from integrations.settings import MailSecurity, Reach, Settings
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_plan, a_register, invited
from tests.catching import catching, emptied

WEBHOOKS = {name: f"T0/B0/{name}" for name in ("iao", "iccb", "mccb", "nkc", "piket")}
AT_ONCE = Backoff(first=timedelta(0), longest=timedelta(0))
ELSEWHERE = "192.0.2.1"
"""An address that is nowhere (RFC 5737)."""


def the_settings(catcher: Catcher, folder: Path, **changes: Any) -> Settings:
    fields: dict[str, Any] = {
        "state_dir": folder,
        "smtp_port": catcher.smtp_port,
        "smtp_security": MailSecurity.NONE,
        "mail_from": "opschaling@ncc.test",
        "slack_base_url": catcher.url,
        "slack_webhooks": WEBHOOKS,
    }
    return Settings(**fields | changes)


@asynccontextmanager
async def engine(
    register: Register, given_: Settings, backoff: Backoff = AT_ONCE, lease: timedelta = delivery.LEASE
) -> AsyncIterator[Delivery]:
    one = Delivery(register, given_, backoff, lease)
    try:
        yield one
    finally:
        one.close()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """With one crisis, just activated: six mails and three Slack messages wait."""
    one = a_register(tmp_path)
    a_crisis(one)
    yield one
    one.close()


@pytest.fixture(scope="module")
def shared_catcher() -> Iterator[Catcher]:
    with catching() as opened:
        yield opened


@pytest.fixture
def catcher(shared_catcher: Catcher) -> Catcher:
    return emptied(shared_catcher)


def state_of(register: Register, key: str) -> Trace:
    return next(trace for trace in alerts.traces(register) if trace.key == key)


def states(register: Register) -> Counter[State]:
    return Counter(trace.state for trace in alerts.traces(register))


def arrived(catcher: Catcher) -> Counter[str]:
    """Each mail by its alert, each Slack message by its text, which ends in its reference."""
    return Counter([mail.headers["X-Opschaling-Alert"] for mail in catcher.mails] + [post.text for post in catcher.posts])


async def test_what_is_due_is_delivered_once_and_stamped(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    async with engine(register, the_settings(catcher, tmp_path)) as one:
        assert await one.deliver_due() == 9
        assert await one.deliver_due() == 0
    assert states(register) == {State.DELIVERED: 9}
    assert (len(catcher.mails), len(catcher.posts)) == (6, 3)
    assert set(arrived(catcher).values()) == {1}


async def test_a_receipt_leads_back_to_the_mail(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    async with engine(register, the_settings(catcher, tmp_path)) as one:
        await one.deliver_due()
    for mail in catcher.mails:
        trace = state_of(register, mail.headers["X-Opschaling-Alert"])
        assert (trace.receipt or "").startswith(mail.headers["Message-ID"])
        assert trace.sent_at is not None


async def test_a_greylisted_mail_is_delivered_at_the_second_try(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    catcher.mood = Mood(greylist=True)
    async with engine(register, the_settings(catcher, tmp_path)) as one:
        await one.deliver_due()
        assert catcher.mails == []
        await one.deliver_due()
    key = "asiel-2022/activated/lid/mail"
    assert state_of(register, key).attempts == 2
    assert [m.headers["Message-ID"] for m in catcher.mails if m.to == ("lid@bzk.test",)] == [
        message_id(key, "opschaling@ncc.test")
    ]


async def test_one_recipient_who_does_not_exist_costs_the_others_nothing(
    register: Register, catcher: Catcher, tmp_path: Path
) -> None:
    catcher.mood = Mood(refused={"lid@bzk.test"})
    async with engine(register, the_settings(catcher, tmp_path)) as one:
        await one.deliver_due()
    dead = state_of(register, "asiel-2022/activated/lid/mail")
    assert (dead.state, dead.attempts) == (State.DEAD, 1)
    assert "550" in (dead.last_error or "")
    assert len(catcher.mails) == 5


async def test_a_revoked_webhook_is_dead_at_once_and_the_duty_group_hears_of_it(
    register: Register, catcher: Catcher, tmp_path: Path
) -> None:
    catcher.mood = Mood(revoked={"T0/B0/iao"})
    async with engine(register, the_settings(catcher, tmp_path)) as one:
        await one.deliver_due()
        await one.deliver_due()
    assert state_of(register, "asiel-2022/activated/iao/slack").state is State.DEAD
    told = [mail for mail in catcher.mails if "undeliverable" in mail.headers["X-Opschaling-Alert"]]
    assert [mail.to for mail in told] == [("piket@ncc.test",)]
    assert "no_service" in told[0].text


async def test_a_busy_server_is_asked_again_later(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    busy = [(503, {}, "later"), (429, {"Retry-After": "0"}, "later")]
    catcher.mood = Mood(http_answers=busy)
    async with engine(register, the_settings(catcher, tmp_path)) as one:
        await one.deliver_due()
        assert len(catcher.posts) == 1
        await one.deliver_due()
    assert states(register) == {State.DELIVERED: 9}


async def test_a_webhook_that_the_settings_do_not_hold_is_dead_and_told(
    register: Register, catcher: Catcher, tmp_path: Path
) -> None:
    async with engine(register, the_settings(catcher, tmp_path, slack_webhooks={})) as one:
        await one.deliver_due()
    assert "‘iao’" in (state_of(register, "asiel-2022/activated/iao/slack").last_error or "")


@pytest.mark.parametrize(
    ("kind", "reach", "why"),
    [
        ("oefening", Reach.ANYWHERE, "oefening"),
        ("reconstructie", Reach.ANYWHERE, "reconstructie"),
        ("echt", Reach.LOOPBACK, "opstelling"),
    ],
)
async def test_an_exercise_cannot_reach_a_real_person(
    kind: str, reach: Reach, why: str, catcher: Catcher, tmp_path: Path
) -> None:
    register = a_register(tmp_path, a_plan(kind=kind))
    a_crisis(register)
    outside = {"smtp_host": ELSEWHERE, "slack_base_url": f"https://{ELSEWHERE}", "smtp_security": MailSecurity.TLS}
    began = time.monotonic()
    async with engine(register, the_settings(catcher, tmp_path, reach=reach, **outside)) as one:
        while await one.deliver_due():
            pass
    assert time.monotonic() - began < 5.0
    assert set(states(register)) == {State.DEAD}
    assert all(why in (trace.last_error or "") and ELSEWHERE in (trace.last_error or "") for trace in alerts.traces(register))


async def test_an_exercise_stays_one_when_another_plan_comes_into_force(
    register: Register, catcher: Catcher, tmp_path: Path
) -> None:
    plans.load(register, a_plan(kind="echt"), SOMEONE, NOW)
    async with engine(register, the_settings(catcher, tmp_path, slack_base_url=f"https://{ELSEWHERE}")) as one:
        await one.deliver_due()
    assert state_of(register, "asiel-2022/activated/iao/slack").state is State.DEAD


async def test_an_alert_without_words_does_not_hold_up_the_others(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    spoil(register, "asiel-2022/activated/lid/mail")
    async with engine(register, the_settings(catcher, tmp_path)) as one:
        await one.deliver_due()
    assert states(register)[State.DELIVERED] == 8
    dead = state_of(register, "asiel-2022/activated/lid/mail")
    assert dead.state is State.DEAD
    assert "fout in het bericht zelf" in (dead.last_error or "")


def spoil(register: Register, key: str) -> None:
    with register.bookkeeping() as session:
        session.connection().execute(text('UPDATE alert SET facts = \'{"marking": ""}\' WHERE key = :key'), {"key": key})


async def test_after_the_horizon_an_alert_is_dead_in_sight(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    short = Backoff(first=timedelta(milliseconds=1), longest=timedelta(milliseconds=1), horizon=timedelta(milliseconds=3))
    catcher.mood = Mood(http_answers=[(503, {}, "later")] * 1000)
    async with engine(register, the_settings(catcher, tmp_path), short) as one:
        while await one.deliver_due():  # noqa: ASYNC110  # nobody tells us when the next attempt is due
            await asyncio.sleep(0.002)
    dead = state_of(register, "asiel-2022/activated/iao/slack")
    assert (dead.state, dead.attempts) == (State.DEAD, 3)
    assert "na 3 pogingen" in (dead.last_error or "")


def test_waits_grow_from_five_seconds_to_five_minutes() -> None:
    backoff = Backoff()
    for attempt in range(1, 100):
        assert timedelta(seconds=5) <= backoff.wait(attempt, None) <= timedelta(seconds=300)
    assert backoff.wait(1, None) <= timedelta(seconds=6)
    assert backoff.wait(20, None) >= timedelta(seconds=240)
    assert backoff.wait(1, 60.0) == timedelta(seconds=60)


def test_an_alert_is_given_up_after_six_hours_and_not_before() -> None:
    backoff = Backoff()
    last = next(attempt for attempt in range(1, 1000) if backoff.is_exhausted(attempt))
    waited = sum((backoff._step(attempt) for attempt in range(1, last)), timedelta())
    assert timedelta(hours=5, minutes=50) < waited < timedelta(hours=6)


@settings(max_examples=6, deadline=None)
@given(
    answers=st.lists(st.sampled_from([(503, ""), (429, ""), (404, "no_service"), (200, "<html>")]), max_size=12),
    greylist=st.booleans(),
    engines=st.integers(1, 2),
)
def test_an_alert_is_taken_at_most_once_and_ends_in_sight(answers: list[tuple[int, str]], greylist: bool, engines: int) -> None:
    mood = Mood(http_answers=[(status, {"Retry-After": "0"}, body) for status, body in answers], greylist=greylist)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(until_all_is_settled(Path(folder), mood, engines))


async def until_all_is_settled(folder: Path, mood: Mood, engines: int) -> None:
    register = a_register(folder)
    a_crisis(register)
    async with Catcher(mood).open() as catcher:
        side_by_side = [Delivery(register, the_settings(catcher, folder), AT_ONCE) for _ in range(engines)]
        while any(await asyncio.gather(*(one.deliver_due() for one in side_by_side))):
            pass
        for one in side_by_side:
            one.close()
    assert set(states(register)) <= {State.DELIVERED, State.DEAD}
    assert set(arrived(catcher).values()) <= {1}
    assert sum(arrived(catcher).values()) == states(register)[State.DELIVERED]
    register.close()


async def test_no_queue_and_no_log_holds_a_pass(
    register: Register, catcher: Catcher, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    a_meeting(register)
    invited(register, Body.IAO)
    catcher.mood = Mood(greylist=True)
    given_ = the_settings(catcher, tmp_path)
    async with engine(register, given_) as one:
        await one.deliver_due()
        await one.deliver_due()
    (asked,) = [mail for mail in catcher.mails if Event.OUTCOME_ASKED in mail.headers["X-Opschaling-Alert"]]
    token = asked.text.partition("/p/")[2].split()[0]
    granted = read_pass(token, given_.signing_secret(), asked.received_at.replace(year=2022, month=6, day=17))
    assert (granted.person, granted.object) == ("secretaris", "asiel-2022/IAO/1")
    kept = b"".join((tmp_path / name).read_bytes() for name in ("register.db", "register.db-wal"))
    signature = token.partition(".")[2]
    assert signature.encode() not in kept
    logged = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert signature not in "\n".join(logged)
    assert not any("/p/" in post.text for post in catcher.posts)


async def test_a_second_sending_carries_the_same_pass(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    a_meeting(register)
    invited(register, Body.IAO)
    grant = next(c.alert.grant for c in alerts.claim(register, "x", 99, timedelta(0)) if c.alert.grant)
    assert isinstance(grant, Grant)
    given_ = the_settings(catcher, tmp_path)
    async with engine(register, given_) as one:
        await one.deliver_due()
    assert any(make_pass(grant, given_.signing_secret()) in mail.text for mail in catcher.mails)


class Troubled(Register):
    """A register whose disk is full now and then."""

    troubles = 0

    @contextmanager
    def bookkeeping(self) -> Iterator[Session]:
        if self.troubles > 0:
            self.troubles -= 1
            raise RegisterTrouble("database or disk is full")
        with super().bookkeeping() as session:
            yield session


@pytest.fixture
def troubled(register: Register, tmp_path: Path) -> Troubled:
    del register
    return Troubled(open_register(f"sqlite:///{tmp_path / 'register.db'}")._engine)


async def test_what_was_sent_and_could_not_be_stamped_is_not_sent_again(
    troubled: Troubled, catcher: Catcher, tmp_path: Path
) -> None:
    async with engine(troubled, the_settings(catcher, tmp_path), lease=timedelta(seconds=2)) as one:
        claimed = await one._claim(200)
        troubled.troubles = 9
        await asyncio.gather(*(one._deliver(each) for each in claimed))
        assert states(troubled) == {State.SENDING: 9}
        await asyncio.sleep(2)
        assert await one.deliver_due() == 0
    assert states(troubled) == {State.DELIVERED: 9}
    assert set(arrived(catcher).values()) == {1}


async def test_a_message_that_kills_its_sender_again_and_again_ends_in_sight(
    register: Register, catcher: Catcher, tmp_path: Path
) -> None:
    """Nobody lived to say what came of it: attempts are counted before sending."""
    horizon = Backoff(timedelta(seconds=5), timedelta(seconds=5), timedelta(seconds=15))
    for killed in range(3):
        assert len(alerts.claim(register, f"gedood-{killed}", 200, timedelta(0))) == 9
    async with engine(register, the_settings(catcher, tmp_path), horizon) as one:
        await one.deliver_due()
    assert states(register)[State.DEAD] == 9
    assert not arrived(catcher)


class Slow(Mood):
    """Takes its time over every mail."""

    def puts_off(self, sender: str, recipient: str) -> bool:  # noqa: ARG002
        time.sleep(0.4)
        return False


async def test_what_an_engine_holds_is_kept_for_as_long_as_it_lives(
    register: Register, catcher: Catcher, tmp_path: Path
) -> None:
    catcher.mood = Slow()
    short = timedelta(seconds=1)
    given_ = the_settings(catcher, tmp_path)
    async with engine(register, given_, lease=short) as one, engine(register, given_, lease=short) as other:
        working = asyncio.create_task(one.deliver_due())
        while not working.done():
            await asyncio.sleep(0.1)
            assert await other.deliver_due() == 0
    assert states(register) == {State.DELIVERED: 9}
    assert {trace.attempts for trace in alerts.traces(register)} == {1}


async def test_what_a_dead_engine_held_goes_out_as_soon_as_its_claim_runs_out(
    register: Register, catcher: Catcher, tmp_path: Path
) -> None:
    alerts.claim(register, "dood", 200, timedelta(seconds=1))
    async with engine(register, the_settings(catcher, tmp_path)) as one:
        assert await one.deliver_due() == 0
        await asyncio.sleep(1)
        assert await one.deliver_due() == 9
    assert timedelta(seconds=30) > 1.5 * delivery.LEASE, "so soon after a crash it goes on"


async def test_what_could_not_be_kept_is_left_and_goes_out_once_it_can(
    troubled: Troubled, catcher: Catcher, tmp_path: Path
) -> None:
    async with engine(troubled, the_settings(catcher, tmp_path), lease=timedelta(seconds=0.6)) as one:
        claimed = await one._claim(200)
        await asyncio.sleep(0.4)
        troubled.troubles = 1000
        async with one._holding():
            await asyncio.gather(*(one._deliver(each) for each in claimed))
        assert arrived(catcher) == {}
        troubled.troubles = 0
    await asyncio.sleep(0.3)
    async with engine(troubled, the_settings(catcher, tmp_path)) as other:
        assert await other.deliver_due() == 9
    assert set(arrived(catcher).values()) == {1}


async def test_what_another_engine_took_over_is_not_sent(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    async with engine(register, the_settings(catcher, tmp_path), lease=timedelta(0)) as frozen:
        claimed = await frozen._claim(200)
        assert len(alerts.claim(register, "een ander", 200, timedelta(seconds=60))) == 9
        await frozen._extend()
        await asyncio.gather(*(frozen._deliver(each) for each in claimed))
    assert states(register) == {State.SENDING: 9}
    assert arrived(catcher) == {}


async def test_trouble_in_the_register_does_not_end_the_engine(
    troubled: Troubled, catcher: Catcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "TROUBLE_PAUSE", 0.05)
    troubled.troubles = 3
    await until_delivered(troubled, the_settings(catcher, tmp_path), catcher, 9)
    assert states(troubled) == {State.DELIVERED: 9}


async def test_it_delivers_within_a_second_and_shows_that_it_lives(
    register: Register, catcher: Catcher, tmp_path: Path
) -> None:
    took = await until_delivered(register, the_settings(catcher, tmp_path), catcher, 9)
    assert took < 1.0
    last = signs.last(register, signs.DELIVERY)
    assert last is not None
    assert datetime.now(UTC) - last < timedelta(seconds=5)


async def until_delivered(register: Register, given_: Settings, catcher: Catcher, number: int) -> float:
    stop = asyncio.Event()
    async with engine(register, given_) as one:
        began = time.monotonic()
        running = asyncio.create_task(one.run(stop))
        async with asyncio.timeout(5):
            while len(catcher.mails) + len(catcher.posts) < number:  # noqa: ASYNC110  # it is another thread that fills them
                await asyncio.sleep(0.01)
        took = time.monotonic() - began
        stop.set()
        await running
    return took


async def test_a_silent_mail_server_does_not_delay_slack(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1.0)
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    assert await until_delivered(register, the_settings(catcher, tmp_path, smtp_port=port), catcher, 3) < 0.9
    assert len(catcher.posts) == 3
    silent.close()


async def test_what_is_urgent_overtakes(register: Register, catcher: Catcher, tmp_path: Path) -> None:
    for number in range(1, 17):  # each brings one mail that can wait
        a_meeting(register, number=number)
    invited(register, Body.IAO, 16)
    async with engine(register, the_settings(catcher, tmp_path)) as one:
        await one.deliver_due()
    order = [mail.headers["X-Opschaling-Alert"].split("/")[-3] for mail in catcher.mails]
    urgent = [place for place, event in enumerate(order) if event in {"activated", "invited", "outcome-asked"}]
    waiting = [place for place, event in enumerate(order) if event == "convened"]
    assert sum(urgent) / len(urgent) < sum(waiting) / len(waiting)
    assert max(urgent) < max(waiting)


def test_a_webhook_missing_from_the_settings_is_found_at_the_start(catcher: Catcher, tmp_path: Path) -> None:
    webhooks = {"nkc": "T0/B0/nkc", "iao": "https://hooks.slack.com/services/T0/B0/iao", "piket": "T0/B0/piket"}
    assert missing_channels(a_plan(), the_settings(catcher, tmp_path, slack_webhooks=webhooks)) == ["iao", "iccb", "mccb"]


async def test_every_channel_can_be_tried(catcher: Catcher, tmp_path: Path) -> None:
    plan: Plan = a_plan()
    catcher.mood = Mood(revoked={"T0/B0/mccb"})
    results = await delivery.test_channels(plan, the_settings(catcher, tmp_path))
    assert {(result.to, result.ok) for result in results} == {
        ("iao", True),
        ("iccb", True),
        ("mccb", False),
        ("nkc", True),
        ("piket", True),
    }
    assert [mail.to for mail in catcher.mails] == [("piket@ncc.test",)]
    assert "proefbericht" in catcher.mails[0].subject


def test_jitter_spreads_the_attempts() -> None:
    random.seed(2022)
    assert len({Backoff().wait(5, None) for _ in range(20)}) > 10
