"""Whatever clocks do: nobody is reminded early, twice or never, and who acts for a crisis does not notice."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prefect.client.schemas.objects import FlowRun, State, StateType

from crisis.actions import NewAction
from crisis.alerts import Event
from crisis.life import Phase
from crisis.meetings import Direction
from crisis.record import AMSTERDAM, utc
from crisis.structure import Body
from deployments.watch import SLOW_START, Verdict, verdict
from integrations.register import Lease, Register, actions, alerts, clock, crises, due, leases, meetings, plans
from integrations.register.runs import Run
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_register, recorded

CRISIS = "asiel-2022"
DUE = NOW + timedelta(days=3)
ONE, OTHER = (Lease(crisis=CRISIS, what="escalation", owner=owner) for owner in ("one", "other"))
HOUR = timedelta(hours=1)


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database)
    a_crisis(opened)
    yield opened
    opened.close()


def with_action(register: Register, due_at: datetime) -> None:
    a_meeting(register)
    recorded(register, Body.IAO, Direction.HOLD, NewAction(title="overzicht", owner="lid", due_at=due_at))


def mails_to_the_owner(register: Register, event: Event) -> list[str]:
    return [trace.key for trace in alerts.traces(register) if (trace.event, trace.to) == (event, "lid")]


# The business clock


passing = st.integers(10, 400).map(lambda minutes: timedelta(minutes=minutes))
jumps = st.sampled_from([timedelta()] * 4 + [HOUR, -HOUR])


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(10, 400).map(lambda minutes: timedelta(minutes=minutes)), jumps), min_size=30, max_size=40)
)
def test_a_clock_that_jumps_an_hour_makes_no_reminder_early_double_or_missed(steps: list[tuple[timedelta, timedelta]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        register = a_register(Path(folder))
        a_crisis(register)
        with_action(register, DUE)
        now, reminded, escalated = DUE - timedelta(hours=30), 0, 0
        for passed, jump in steps:
            now += passed + jump
            before = actions.find(register, CRISIS, 1)
            done = due.follow_up(register, SOMEONE, now)
            reminded, escalated = reminded + len(done.reminded), escalated + len(done.escalated)
            assert not done.reminded or now >= before.next_reminder_at, "early"
            assert not done.escalated or now >= before.due_at, "early"
            after = actions.find(register, CRISIS, 1)
            assert not after.must_be_reminded(now), "missed"
            assert not after.must_be_escalated(now), "missed"
        assert escalated <= 1
        assert len(mails_to_the_owner(register, Event.ACTION_REMINDED)) == reminded
        assert len(mails_to_the_owner(register, Event.ACTION_OVERDUE)) == escalated
        register.close()


NIGHTS = {"an hour is skipped": utc(2023, 3, 25, 20), "an hour comes twice": utc(2022, 10, 29, 20)}


@pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS)
def test_in_the_night_that_the_clock_is_put_forward_or_back_all_comes_once_and_at_its_moment(
    register: Register, night: datetime
) -> None:
    with_action(register, night + timedelta(hours=30))
    reminded, escalated = [], []
    for quarter in range(4 * 32):
        now = night + quarter * timedelta(minutes=15)
        done = due.follow_up(register, SOMEONE, now)
        reminded += [now for _ in done.reminded]
        escalated += [now for _ in done.escalated]
    assert reminded == [night + timedelta(hours=6)]
    assert escalated == [night + timedelta(hours=30)]


@pytest.mark.parametrize("spring_or_autumn", [utc(2023, 3, 23, 9), utc(2022, 10, 27, 8)])
def test_a_rhythm_keeps_its_hour_on_the_wall(register: Register, spring_or_autumn: datetime) -> None:
    """A weekly meeting on Thursday at ten is on Thursday at ten the next week too."""
    meetings.convene(register, CRISIS, Body.IAO, 1, spring_or_autumn, SOMEONE, NOW)
    recorded(register, Body.IAO, Direction.HOLD)
    following = meetings.find(register, CRISIS, Body.IAO, 1).next_meeting_at
    assert following
    assert following.astimezone(AMSTERDAM).strftime("%a %H:%M") == "Thu 10:00"
    assert crises.find(register, CRISIS).phase is Phase.ACTIVE


def test_a_clock_that_was_read_once_goes_on_as_fast_as_the_business_clock(register: Register) -> None:
    clock.move(register, plans.in_force(register), register.now() + timedelta(days=400), SOMEONE, speed=10_000)
    ticking, before = register.clock(), register.now()
    time.sleep(0.2)
    assert before <= ticking()
    assert abs(ticking() - register.now()) < timedelta(seconds=10_000 * 0.1)


def test_a_lease_knows_nothing_of_the_business_clock(register: Register) -> None:
    plan = plans.in_force(register)
    assert leases.take(register, ONE)
    clock.move(register, plan, register.now() + timedelta(days=400), SOMEONE, speed=10_000)
    assert not leases.take(register, OTHER)
    assert leases.extend(register, ONE)
    assert leases.is_held_by_anyone(register, CRISIS, "escalation")


def test_an_alert_under_way_knows_nothing_of_the_business_clock(register: Register) -> None:
    plan = plans.in_force(register)
    claimed = alerts.claim(register, "een", 999, timedelta(minutes=1))
    clock.move(register, plan, register.now() + timedelta(days=400), SOMEONE, speed=10_000)
    again = alerts.claim(register, "ander", 999, timedelta(minutes=1))
    assert not {one.id for one in claimed} & {one.id for one in again}


# The clock of the machine


def taken_before_the_clock_was_set_back(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(leases, "LENGTH", leases.LENGTH + HOUR)
        assert leases.take(register, ONE)


def test_a_clock_that_was_set_back_holds_up_nobody(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_before_the_clock_was_set_back(register, monkeypatch)
    assert not leases.is_held_by_anyone(register, CRISIS, "escalation")
    assert leases.take(register, OTHER)
    assert not leases.extend(register, ONE), "the one before writes nothing more"


def test_who_lives_keeps_its_lease_when_the_clock_is_set_back(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_before_the_clock_was_set_back(register, monkeypatch)
    assert leases.extend(register, ONE)
    assert leases.is_held_by_anyone(register, CRISIS, "escalation")
    assert not leases.take(register, OTHER)


@pytest.mark.parametrize("kind", [StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED])
def test_a_dead_run_is_replaced_although_it_seems_to_have_begun_in_the_future(kind: StateType) -> None:
    real = datetime.now(UTC)
    seen = FlowRun(id=uuid4(), flow_id=uuid4(), state=State(type=kind, timestamp=real + HOUR))
    run = Run(crisis=CRISIS, flow_run_id=str(seen.id))
    assert verdict(run, seen, False, real) is Verdict.REPLACE
    assert timedelta() < SLOW_START < HOUR


def test_the_next_attempt_does_not_wait_for_a_clock_that_was_set_back() -> None:
    real = datetime.now(UTC)
    assert verdict(Run(crisis=CRISIS, attempt=9, begun_at=real + HOUR), None, False, real) is Verdict.START
