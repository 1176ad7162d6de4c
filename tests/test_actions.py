from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.actions import ActionItem, ActionState, NewAction, first_reminder, next_reminder, verifier
from crisis.alerts import Event
from crisis.errors import InvalidInput, NotReported, PassUsed, WrongPerson
from crisis.meetings import Direction
from crisis.passes import Act, Grant
from crisis.scaling_down import ScaleDown
from crisis.structure import Body
from integrations.register import Register, actions, alerts, due
from tests.building import (
    NOW,
    SOMEONE,
    a_crisis,
    a_meeting,
    a_plan,
    a_register,
    an_outcome,
    invited,
    recorded,
    settled,
)

DUE = NOW + timedelta(days=3)
PLAN = a_plan()


def an_item(**changes: object) -> ActionItem:
    item = ActionItem(
        crisis="asiel-2022",
        number=1,
        body=Body.IAO,
        meeting=1,
        title="overzicht",
        owner="lid",
        due_at=DUE,
        opened_at=NOW,
        next_reminder_at=first_reminder(NOW, DUE, PLAN),
    )
    return item.model_copy(update=changes)


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database)
    a_crisis(opened)
    a_meeting(opened)
    recorded(opened, Body.IAO, Direction.HOLD, NewAction(title="overzicht", owner="lid", due_at=DUE))
    yield opened
    opened.close()


def heard(register: Register, event: Event) -> set[str]:
    return {trace.to for trace in alerts.traces(register) if trace.event is event}


def a_grant(person: str, act: Act) -> Grant:
    return Grant(person=person, act=act, object="asiel-2022/A1", issued_at=NOW, expires_at=DUE + timedelta(days=30))


@given(state=st.sampled_from(ActionState), days=st.integers(0, 400))
def test_only_an_open_item_is_ever_reminded_or_escalated(state: ActionState, days: int) -> None:
    item, now = an_item(state=state), NOW + timedelta(days=days)
    if item.must_be_reminded(now) or item.must_be_escalated(now):
        assert state is ActionState.OPEN


@given(hours=st.integers(1, 24 * 60))
def test_the_first_reminder_comes_after_opening_and_before_the_term_ends(hours: int) -> None:
    due_at = NOW + timedelta(hours=hours)
    assert NOW < first_reminder(NOW, due_at, PLAN) < due_at


@given(hours=st.integers(0, 24 * 60))
def test_a_reminder_is_always_followed_by_a_later_one(hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    assert next_reminder(an_item(), now, PLAN) > now


def test_a_reminder_that_nobody_sent_in_time_is_sent_late(register: Register) -> None:
    long_after = DUE + timedelta(days=5)
    assert due.follow_up(register, SOMEONE, long_after).escalated == ("asiel-2022/A1",)
    assert heard(register, Event.ACTION_REMINDED) == set(), "one mail about it is enough"
    assert {"voorzitter", "secretaris", "lid"} <= heard(register, Event.ACTION_OVERDUE)


def test_following_up_twice_reminds_once(register: Register) -> None:
    soon = DUE - timedelta(hours=23)
    assert due.follow_up(register, SOMEONE, soon).reminded == ("asiel-2022/A1",)
    assert due.follow_up(register, SOMEONE, soon).is_empty


def test_the_owner_reports_and_the_secretary_closes(register: Register) -> None:
    actions.report(register, a_grant("lid", Act.REPORT_ACTION), "zie bijlage", SOMEONE, NOW)
    closed = actions.verify(register, a_grant("secretaris", Act.VERIFY_ACTION), True, "", SOMEONE, NOW)
    assert (closed.state, closed.closed_by) == (ActionState.CLOSED, "secretaris")
    later = due.follow_up(register, SOMEONE, DUE + timedelta(days=9))
    assert later.reminded == later.escalated == ()


def test_an_item_that_is_sent_back_is_open_again_and_its_owner_hears_why(register: Register) -> None:
    actions.report(register, a_grant("lid", Act.REPORT_ACTION), "klaar", SOMEONE, NOW)
    again = actions.verify(register, a_grant("secretaris", Act.VERIFY_ACTION), False, "het bewijs ontbreekt", SOMEONE, NOW)
    assert again.is_open
    assert heard(register, Event.ACTION_RETURNED) == {"lid"}


def test_what_nobody_reported_is_not_closed(register: Register) -> None:
    with pytest.raises(NotReported):
        actions.verify(register, a_grant("secretaris", Act.VERIFY_ACTION), True, "", SOMEONE, NOW)


def test_nobody_reports_for_another(register: Register) -> None:
    with pytest.raises(WrongPerson):
        actions.report(register, a_grant("secretaris", Act.REPORT_ACTION), "klaar", SOMEONE, NOW)


def test_a_link_works_once(register: Register) -> None:
    grant = a_grant("lid", Act.REPORT_ACTION)
    actions.report(register, grant, "klaar", SOMEONE, NOW)
    actions.verify(register, a_grant("secretaris", Act.VERIFY_ACTION), False, "nog niet", SOMEONE, NOW)
    with pytest.raises(PassUsed):
        actions.report(register, grant, "klaar", SOMEONE, NOW)


def test_an_item_that_was_sent_back_can_be_reported_again_by_the_new_link(register: Register) -> None:
    actions.report(register, a_grant("lid", Act.REPORT_ACTION), "klaar", SOMEONE, NOW)
    later = NOW + timedelta(hours=1)
    actions.verify(register, a_grant("secretaris", Act.VERIFY_ACTION), False, "het bewijs ontbreekt", SOMEONE, later)
    claimed = alerts.claim(register, "w", 100, timedelta(seconds=30))
    (again,) = [c.alert.grant for c in claimed if c.alert.event is Event.ACTION_RETURNED]
    assert again is not None
    assert actions.report(register, again, "nu met bijlage", SOMEONE, later).evidence == "nu met bijlage"


@pytest.mark.parametrize("evidence", ["", "   ", "x" * 4001, "onzichtbaar\u202e"])
def test_a_report_without_readable_evidence_is_refused(register: Register, evidence: str) -> None:
    with pytest.raises(InvalidInput):
        actions.report(register, a_grant("lid", Act.REPORT_ACTION), evidence, SOMEONE, NOW)
    assert actions.find(register, "asiel-2022", 1).is_open


def test_a_secretary_who_owns_an_item_does_not_verify_it() -> None:
    assert verifier("secretaris", Body.IAO, PLAN) == "voorzitter"
    assert verifier("lid", Body.IAO, PLAN) == "secretaris"


def test_who_reported_an_item_does_not_close_it_nor_who_has_it_now() -> None:
    assert verifier("voorzitter", Body.IAO, PLAN, reporter="secretaris") == "lid"


@pytest.mark.parametrize(("owner", "reporter", "closes"), [("lid", "lid", "secretaris"), ("secretaris", "lid", "voorzitter")])
def test_who_must_close_what_was_reported_before_it_was_handed_over_gets_a_link(
    register: Register, owner: str, reporter: str, closes: str
) -> None:
    actions.report(register, a_grant(reporter, Act.REPORT_ACTION), "klaar", SOMEONE, NOW)
    a_meeting(register, number=2)
    invited(register, Body.IAO, 2)
    leaving = an_outcome(register, Body.IAO, Direction.DOWN)
    gate = ScaleDown(successor="de lijn", handover={1: owner})
    settled(register, "asiel-2022/IAO/2", leaving.model_copy(update={"scale_down": gate}))
    claimed = alerts.claim(register, "w", 200, timedelta(seconds=30))
    link = [c.alert.grant for c in claimed if c.alert.event is Event.ACTION_REPORTED][-1]
    assert link is not None
    assert link.person == closes
    assert actions.verify(register, link, True, "", SOMEONE, NOW).closed_by == closes
