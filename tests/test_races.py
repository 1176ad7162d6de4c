"""Many at once: one is recorded, the others learn who won, and nothing happens twice. On both databases."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlmodel import SQLModel, col

from crisis.actions import NewAction
from crisis.errors import AlreadyActive, AlreadyHandled, AlreadyRecorded, Refused
from crisis.meetings import Direction, Outcome
from crisis.passes import Act, Grant
from crisis.structure import Body
from integrations.register import (
    Lease,
    Register,
    actions,
    alerts,
    audit,
    crises,
    decisions,
    due,
    leases,
    meetings,
    open_register,
    outcomes,
    plans,
    runs,
    signs,
)
from integrations.register.alerts import Delivery
from integrations.register.tables import ActionRow, AlertRow, CrisisRow, MeetingRow
from integrations.register.trouble import ThrownOut, repeatable
from tests.building import (
    NOW,
    SOMEONE,
    a_crisis,
    a_meeting,
    a_plan,
    a_register,
    an_activation,
    confirm_closing,
    invited,
    ready_to_close,
    recorded,
)

LATER = NOW + timedelta(days=90)
DUE = NOW + timedelta(days=3)


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    """With a crisis whose first meeting awaits its outcome."""
    opened = a_register(database)
    a_crisis(opened)
    a_meeting(opened)
    invited(opened, Body.IAO)
    yield opened
    opened.close()


@pytest.fixture
def with_action(register: Register) -> Register:
    recorded(register, Body.IAO, Direction.HOLD, NewAction(title="overzicht", owner="lid", due_at=DUE))
    return register


def a_grant(act: Act, person: str = "secretaris", object_: str = "asiel-2022/A1") -> Grant:
    return Grant(person=person, act=act, object=object_, issued_at=NOW, expires_at=LATER)


TO_RECORD = a_grant(Act.RECORD_OUTCOME, object_="asiel-2022/IAO/1")


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """What came of so many at once: each its answer, or its refusal."""
    start = threading.Barrier(number)

    def one(which: int) -> Any:
        start.wait()
        try:
            return work(which)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(number) as together:
        return list(together.map(one, range(number)))


def an_outcome(which: int) -> Outcome:
    action = NewAction(title=f"actie {which}", owner="lid", due_at=DUE)
    return Outcome(direction=Direction.HOLD, summary=f"versie {which}", actions=(action,))


def test_signs_attempts_and_leases_collide_without_harm(register: Register) -> None:
    run, lease = runs.Run(crisis="asiel-2022"), Lease(crisis="asiel-2022", what="escalation", owner="one")

    def household(which: int) -> object:
        signs.beat(register, "waker")
        runs.begun(register, run, "een-run")
        leases.take(register, lease)
        return runs.given_up(register, run) if which % 2 else None

    at_once(8, household)
    assert signs.last(register, "waker") is not None
    assert runs.latest(register, run).attempt == 2


def test_of_a_thousand_contradictory_outcomes_one_is_recorded(register: Register) -> None:
    found = at_once(1000, lambda which: outcomes.record(register, TO_RECORD, an_outcome(which), SOMEONE, NOW))
    refused = [answer for answer in found if isinstance(answer, AlreadyRecorded)]
    assert len(refused) == 999
    assert {(refusal.details["by"], refusal.details["at"]) for refusal in refused} == {("secretaris", NOW)}
    (winner,) = (answer for answer in found if not isinstance(answer, Refused))
    assert meetings.find(register, "asiel-2022", Body.IAO, 1) == winner
    assert [item.title for item in actions.of_crisis(register, "asiel-2022")] == [winner.summary.replace("versie", "actie")]
    assert audit.verify(register) == (4 + 1000, None)


def test_the_same_outcome_sent_many_times_at_once_is_one(register: Register) -> None:
    found = at_once(16, lambda _: outcomes.record(register, TO_RECORD, an_outcome(1), SOMEONE, NOW))
    assert found == [found[0]] * 16
    assert len(actions.of_crisis(register, "asiel-2022")) == 1
    assert audit.verify(register) == (4 + 1, None)


def test_the_same_outcome_with_another_link_is_told_who_was_first(register: Register) -> None:
    outcomes.record(register, TO_RECORD, an_outcome(1), SOMEONE, NOW)
    newer = replace(TO_RECORD, issued_at=NOW + timedelta(hours=1))
    with pytest.raises(AlreadyRecorded, match="by=secretaris"):
        outcomes.record(register, newer, an_outcome(1), SOMEONE, NOW)


def test_a_crisis_is_activated_once(register: Register) -> None:
    def activate(which: int) -> object:
        return crises.activate(register, an_activation("brand", title=f"Titel {which}"), a_plan(), SOMEONE, NOW)

    found = at_once(8, activate)
    assert Counter(type(answer) for answer in found)[AlreadyActive] == 7


def test_a_meeting_is_convened_and_its_papers_are_frozen_once(register: Register) -> None:
    before = len(audit.entries(register))
    convened = at_once(8, lambda _: meetings.convene(register, "asiel-2022", Body.IAO, 2, DUE, SOMEONE, NOW))
    assert convened == [convened[0]] * 8
    at_once(8, lambda which: invited(register, Body.IAO, 2, now=NOW + timedelta(minutes=which)))
    assert len(audit.entries(register)) == before + 2


def test_an_action_item_is_reported_and_closed_once(with_action: Register) -> None:
    to_report, to_verify = a_grant(Act.REPORT_ACTION, "lid"), a_grant(Act.VERIFY_ACTION)
    reports = at_once(8, lambda which: actions.report(with_action, to_report, f"bewijs {which}", SOMEONE, NOW))
    losers = [answer for answer in reports if isinstance(answer, AlreadyHandled)]
    assert [(loser.details["by"], loser.details["at"]) for loser in losers] == [("lid", NOW)] * 7
    verdicts = at_once(8, lambda which: actions.verify(with_action, to_verify, True, f"klopt {which}", SOMEONE, NOW))
    losers = [answer for answer in verdicts if isinstance(answer, AlreadyHandled)]
    assert [(loser.details["by"], loser.details["at"]) for loser in losers] == [("secretaris", NOW)] * 7


def test_a_report_and_a_verdict_sent_twice_are_one(with_action: Register) -> None:
    to_report, to_verify = a_grant(Act.REPORT_ACTION, "lid"), a_grant(Act.VERIFY_ACTION)
    assert len({actions.report(with_action, to_report, "bewijs", SOMEONE, NOW) for _ in range(2)}) == 1
    assert len({actions.verify(with_action, to_verify, True, "", SOMEONE, NOW) for _ in range(2)}) == 1
    assert actions.report(with_action, to_report, "bewijs", SOMEONE, NOW).closed_by == "secretaris"


def test_what_is_due_is_followed_up_once(with_action: Register) -> None:
    before = len(audit.entries(with_action))
    done = at_once(6, lambda _: due.follow_up(with_action, SOMEONE, DUE))
    assert list(chain.from_iterable(one.escalated for one in done)) == ["asiel-2022/A1"]
    assert len(audit.entries(with_action)) == before + 1


def test_a_plan_is_loaded_once_and_a_crisis_closed_once(register: Register) -> None:
    before = len(audit.entries(register))
    at_once(6, lambda _: plans.load(register, a_plan(title="Een ander plan"), SOMEONE, NOW))
    assert len(audit.entries(register)) == before + 1
    recorded(register, Body.IAO, Direction.DOWN)
    ready_to_close(register)
    at_once(6, lambda _: confirm_closing(register))
    assert [entry.action for entry in audit.entries(register)].count("crisis.afsluiten") == 1


def test_crises_do_not_fork_the_audit_trail(register: Register) -> None:
    def one_crisis(which: int) -> None:
        slug = f"crisis-{which}"
        a_crisis(register, slug=slug)
        meetings.convene(register, slug, Body.IAO, 1, DUE, SOMEONE, NOW)

    at_once(12, one_crisis)
    assert audit.verify(register) == (4 + 24, None)
    assert decisions.of_crisis(register, "asiel-2022") == ()


@pytest.mark.parametrize(
    ("table", "key", "change"),
    [
        (CrisisRow, "asiel-2022", {"title": "anders"}),
        (MeetingRow, ("asiel-2022", "IAO", 1), {"summary": "anders"}),
        (ActionRow, ("asiel-2022", 1), {"evidence": "anders"}),
    ],
)
def test_whoever_was_overtaken_changes_nothing(
    with_action: Register, table: type[SQLModel], key: object, change: dict[str, str]
) -> None:
    """Without taking turns: the version alone is guard enough."""
    with with_action.read() as session:
        row = session.get_one(table, key)
    with with_action.bookkeeping() as session:
        version: Any = col(table.version)  # type: ignore[attr-defined]  # each of these has one
        session.execute(update(table).values(version=version + 1))
    row.sqlmodel_update(change)
    with pytest.raises(ThrownOut), with_action.bookkeeping() as session:
        session.add(row)


def test_a_deadlock_is_tried_again(database: str, register: Register) -> None:
    if database.startswith("sqlite"):
        pytest.skip("SQLite takes one writer at a time")
    a_crisis(register, slug="brand")
    both_hold_one, tried = threading.Barrier(2), Counter[str]()

    @repeatable
    def cross(first: str, second: str) -> None:
        tried[first] += 1
        with register.bookkeeping() as session:
            session.execute(update(CrisisRow).where(col(CrisisRow.slug) == first).values(scope=first))
            if tried[first] == 1:
                both_hold_one.wait(10)
            session.execute(update(CrisisRow).where(col(CrisisRow.slug) == second).values(scope=first))

    slugs = ("asiel-2022", "brand")
    at_once(2, lambda which: cross(slugs[which], slugs[1 - which]))
    assert sorted(tried.values()) == [1, 2]


def test_two_workers_share_the_alerts_and_none_is_claimed_twice(database: str, register: Register) -> None:
    for number in range(20):
        a_crisis(register, slug=f"crisis-{number}")
    workers = [open_register(database) for _ in range(4)]

    def work(which: int) -> list[int]:
        mine: list[int] = []
        while claimed := alerts.claim(workers[which], f"w{which}", 7, timedelta(seconds=60)):
            alerts.stamp_delivered(workers[which], f"w{which}", [(one, "ok") for one in claimed])
            mine += [one.id for one in claimed]
        return mine

    shares = at_once(4, work)
    total = sum(map(len, shares))
    assert len(set(chain.from_iterable(shares))) == total == len(alerts.traces(register))
    assert {trace.state for trace in alerts.traces(register)} == {Delivery.DELIVERED}
    assert {trace.attempts for trace in alerts.traces(register)} == {1}
    for worker in workers:
        worker.close()


def test_what_one_worker_is_just_taking_does_not_hold_up_another(database: str, register: Register) -> None:
    if database.startswith("sqlite"):
        pytest.skip("SQLite takes one writer at a time")
    waiting = len(alerts.traces(register))
    with register.bookkeeping() as session:
        session.execute(text("SELECT id FROM alert ORDER BY id LIMIT 5 FOR UPDATE"))
        other = open_register(database)
        assert len(alerts.claim(other, "w", 100, timedelta(seconds=60))) == waiting - 5
        other.close()


def test_what_a_worker_sent_is_stamped_also_when_it_has_claimed_it_anew_meanwhile(register: Register) -> None:
    """Its claim ran out while the register was away, and it sent what it held all the same."""
    before = alerts.claim(register, "zelfde", 1, timedelta(0))
    again = alerts.claim(register, "zelfde", 1, timedelta(seconds=60))
    assert [(one.id, one.attempts) for one in again] == [(before[0].id, 2)]
    alerts.stamp_delivered(register, "zelfde", [(before[0], "250 OK")])
    with register.read() as session:
        assert session.get_one(AlertRow, before[0].id).state == Delivery.DELIVERED


def test_a_claim_that_ran_out_is_taken_up_and_its_late_worker_stamps_nothing(register: Register) -> None:
    late = alerts.claim(register, "laat", 1, timedelta(0))
    again = alerts.claim(register, "vroeg", 1, timedelta(seconds=60))
    assert [one.id for one in again] == [one.id for one in late]
    alerts.stamp_delivered(register, "laat", [(late[0], "te laat")])
    with register.read() as session:
        row = session.get_one(AlertRow, late[0].id)
        assert (row.state, row.claimed_by) == (Delivery.SENDING, "vroeg")
