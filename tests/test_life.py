"""What may follow what in the life of a crisis, by example; `test_procedure_machine` plays all of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from crisis.actions import NewAction
from crisis.alerts import Event
from crisis.decisions import DecisionKind, DecisionStage
from crisis.errors import (
    AlreadyActive,
    HigherBodyActive,
    InvalidInput,
    NoHigherBody,
    NotActive,
    NothingFollows,
    NotYetInvited,
    OnlyAdvice,
    StillOpen,
)
from crisis.life import AskClosing, Convene, Ended, Phase, Prepare, next_step
from crisis.meetings import Direction, Outcome
from crisis.passes import Act, Grant
from crisis.structure import LADDER, Body
from integrations.register import (
    Deed,
    Register,
    actions,
    alerts,
    audit,
    closing,
    crises,
    due,
    meetings,
    open_register,
    outcomes,
)
from integrations.register.tables import CrisisRow
from tests.building import (
    NOW,
    PRESENT,
    SOMEONE,
    a_crisis,
    a_decision,
    a_grant,
    a_meeting,
    a_plan,
    a_register,
    an_activation,
    an_outcome,
    closed,
    confirm_closing,
    finish_all,
    invited,
    recorded,
    settled,
)

CRISIS = "asiel-2022"


def the_step(register: Register) -> object:
    return next_step(crises.standing(register, CRISIS))


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database)
    yield opened
    opened.close()


def activate(register: Register, *levels: Body) -> None:
    crises.activate(register, an_activation(levels=set(levels)), a_plan(), SOMEONE, NOW)


def test_an_activated_body_is_brought_together_first(register: Register) -> None:
    activate(register, Body.IAO)
    assert the_step(register) == Convene(body=Body.IAO, number=1)


def test_all_levels_at_once_meet_in_turn(register: Register) -> None:
    activate(register, *Body)
    for body in LADDER:
        assert the_step(register) == Convene(body=body, number=1)
        a_meeting(register, body=body)
        assert the_step(register) == Prepare(body=body, number=1)
        recorded(register, body, Direction.HOLD)
    assert crises.find(register, CRISIS).levels == frozenset(Body)


def test_scaling_up_activates_the_next_body_and_brings_it_together(register: Register) -> None:
    activate(register, Body.IAO)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.UP)
    assert crises.find(register, CRISIS).levels == {Body.IAO, Body.ICCB}
    assert the_step(register) == Convene(body=Body.ICCB, number=1)


def test_the_order_is_not_enforced(register: Register) -> None:
    activate(register, Body.MCCB)
    assert the_step(register) == Convene(body=Body.MCCB, number=1)


def test_the_mccb_cannot_scale_up(register: Register) -> None:
    activate(register, Body.MCCB)
    a_meeting(register, body=Body.MCCB)
    with pytest.raises(NoHigherBody):
        recorded(register, Body.MCCB, Direction.UP)


def test_a_lower_body_does_not_scale_down_under_a_higher_one(register: Register) -> None:
    activate(register, Body.IAO, Body.MCCB)
    a_meeting(register)
    with pytest.raises(HigherBodyActive):
        recorded(register, Body.IAO, Direction.DOWN)


def test_the_iao_advises_and_does_not_decide(register: Register) -> None:
    activate(register, Body.IAO)
    a_meeting(register)
    invited(register, Body.IAO)
    outcome = {"direction": "handhaven", "summary": "s", "decisions": [{"kind": "besluit", "text": "t"}]}
    with pytest.raises(OnlyAdvice):
        outcomes.record(register, _grant(Body.IAO, 1), Outcome.model_validate(outcome), SOMEONE, NOW)


def test_nothing_is_recorded_before_there_are_papers(register: Register) -> None:
    activate(register, Body.IAO)
    a_meeting(register)
    outcome = Outcome(direction=Direction.HOLD, summary="s")
    with pytest.raises(NotYetInvited):
        outcomes.record(register, _grant(Body.IAO, 1), outcome, SOMEONE, NOW)


def test_the_rhythm_brings_a_body_together_again(register: Register) -> None:
    crises.activate(register, an_activation(), a_plan(), SOMEONE, NOW)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.HOLD)
    in_six_days, in_eight_days = NOW + timedelta(days=6), NOW + timedelta(days=8)
    assert due.follow_up(register, SOMEONE, in_six_days).convened == ()
    assert due.follow_up(register, SOMEONE, in_eight_days).convened == ("asiel-2022/IAO/2",)
    assert due.follow_up(register, SOMEONE, in_eight_days).is_empty


def test_an_outcome_that_stays_out_is_asked_for_again_and_the_chair_hears_of_it(register: Register) -> None:
    activate(register, Body.IAO)
    a_meeting(register)
    invited(register, Body.IAO)
    hour, terms = NOW + timedelta(hours=2), a_plan().outcomes
    assert due.follow_up(register, SOMEONE, hour + terms.remind_after - timedelta(seconds=1)).is_empty
    for moment in (hour + terms.remind_after, hour + timedelta(days=3)):  # what was missed is done once
        assert due.anything_due(register, moment)
        assert due.follow_up(register, SOMEONE, moment).asked_again == ("asiel-2022/IAO/1",)
        assert due.follow_up(register, SOMEONE, moment).is_empty
    asked = [trace for trace in alerts.traces(register) if trace.event is Event.OUTCOME_OVERDUE]
    assert {trace.to for trace in asked} == {"secretaris", "voorzitter", "iao"}
    assert len(asked) == 2 * 3
    recorded(register, Body.IAO, Direction.HOLD)
    assert due.follow_up(register, SOMEONE, hour + timedelta(days=4)).asked_again == ()


def test_a_body_that_never_met_waits_for_the_one_below_no_longer_than_the_plan_lets_it(register: Register) -> None:
    activate(register, Body.IAO, Body.MCCB)
    a_meeting(register)
    invited(register, Body.IAO)
    assert not isinstance(the_step(register), Convene)
    over = NOW + timedelta(hours=2) + a_plan().outcomes.next_body_waits
    assert due.follow_up(register, SOMEONE, over - timedelta(seconds=1)).convened == ()
    assert due.follow_up(register, SOMEONE, over).convened == ("asiel-2022/MCCb/1",)
    assert due.follow_up(register, SOMEONE, over).is_empty


def test_a_lower_body_that_sits_day_and_night_keeps_nobody_waiting(register: Register) -> None:
    activate(register, Body.IAO)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.UP)
    a_meeting(register, number=2)
    assert the_step(register) == Convene(body=Body.ICCB, number=1)
    a_meeting(register, body=Body.ICCB)
    assert the_step(register) == Prepare(body=Body.IAO, number=2)


def test_what_was_passed_up_while_the_higher_body_sat_calls_it_again_also_when_the_lower_one_has_met_since(
    register: Register,
) -> None:
    activate(register, Body.IAO, Body.ICCB)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.HOLD)
    a_meeting(register, body=Body.ICCB)
    invited(register, Body.ICCB)
    meetings.convene(register, CRISIS, Body.IAO, 2, NOW + timedelta(hours=3), SOMEONE, NOW + timedelta(hours=1))
    passed_up = Outcome(direction=Direction.UP, summary="Dit kan de IAO niet aan.")
    invited(register, Body.IAO, number=2)
    later = NOW + timedelta(hours=2)
    outcomes.record(register, _grant(Body.IAO, 2), passed_up, SOMEONE, later)
    meetings.convene(register, CRISIS, Body.IAO, 3, later + timedelta(hours=3), SOMEONE, later)
    assert the_step(register) == Prepare(body=Body.IAO, number=3), "the ICCb sits"
    outcomes.record(register, _grant(Body.ICCB, 1), Outcome(direction=Direction.HOLD, summary="s"), SOMEONE, later)
    assert the_step(register) == Convene(body=Body.ICCB, number=2)


def test_of_bodies_that_are_kept_waiting_the_lowest_meets_first_and_the_next_waits_for_that_one(register: Register) -> None:
    activate(register, *Body)
    a_meeting(register)
    invited(register, Body.IAO)
    over = NOW + timedelta(hours=2) + a_plan().outcomes.next_body_waits
    assert due.follow_up(register, SOMEONE, over).convened == ("asiel-2022/ICCb/1",)
    assert due.follow_up(register, SOMEONE, over + timedelta(minutes=1)).convened == ()


def test_a_crisis_that_cannot_be_read_holds_up_no_other(register: Register) -> None:
    a_crisis(register, slug="aardbeving-2021")
    activate(register, Body.IAO)
    a_meeting(register)
    invited(register, Body.IAO)
    assert _followed_up_beside_the_unreadable(register, "aardbeving-2021").asked_again == ("asiel-2022/IAO/1",)


def test_nor_when_its_action_item_or_its_request_is_due(register: Register) -> None:
    soon = NOW + timedelta(hours=1)
    for slug in ("aardbeving-2021", CRISIS):
        a_crisis(register, slug=slug, levels=set(LADDER))
        a_meeting(register, slug, Body.ICCB)
        invited(register, Body.ICCB, slug=slug)
        asked = a_decision(kind=DecisionKind.REQUEST, addressees=("liaison",))
        call = NewAction(title="Bel de regio's", owner="liaison", due_at=soon)
        held = an_outcome(register, Body.ICCB, Direction.HOLD, call, slug=slug)
        held = held.model_copy(update={"decisions": (asked,), "present": PRESENT})
        settled(register, f"{slug}/ICCb/1", held)
    done = _followed_up_beside_the_unreadable(register, "aardbeving-2021")
    assert (done.escalated, done.requests) == ((f"{CRISIS}/A1",), (f"{CRISIS}/B1/liaison",))


def test_nor_when_it_is_to_be_closed(register: Register) -> None:
    for slug in ("aardbeving-2021", CRISIS):
        a_crisis(register, slug=slug)
        a_meeting(register, slug=slug)
        invited(register, Body.IAO, slug=slug)
        settled(register, f"{slug}/IAO/1", an_outcome(register, Body.IAO, Direction.DOWN, slug=slug))
        finish_all(register, slug)
        closing.ask(register, slug, SOMEONE, NOW)
    assert _followed_up_beside_the_unreadable(register, "aardbeving-2021").asked_again == (closing.key_of(CRISIS),)


def _followed_up_beside_the_unreadable(register: Register, slug: str) -> due.FollowedUp:
    """What is followed up a day later, by who opens the register anew, where this crisis cannot be read any more."""
    with register.bookkeeping() as session:
        session.get_one(CrisisRow, slug).plan = {"id": "van een andere versie"}
    fresh = open_register(str(register._engine.url.render_as_string(hide_password=False)))
    assert due.anything_due(fresh, NOW + timedelta(days=1))
    done = due.follow_up(fresh, SOMEONE, NOW + timedelta(days=1))
    fresh.close()
    return done


def test_an_outcome_after_which_nobody_would_ever_meet_again_is_refused(register: Register) -> None:
    seats = a_plan().model_dump(mode="json")["bodies"]
    on_call = a_plan(bodies={body: seat | {"rhythm": "op afroep"} for body, seat in seats.items()})
    crises.activate(register, an_activation(), on_call, SOMEONE, NOW)
    a_meeting(register)
    with pytest.raises(NothingFollows):
        recorded(register, Body.IAO, Direction.HOLD)
    assert crises.standing(register, CRISIS).last(Body.IAO).is_open  # type: ignore[union-attr]


def test_no_body_is_brought_together_once_the_last_has_left_by_whoever_looked_before_that(register: Register) -> None:
    a_crisis(register)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    with pytest.raises(NotActive):
        a_meeting(register, number=2)
    assert [meeting.label for meeting in meetings.of_crisis(register, "asiel-2022")] == ["IAO 1"]


def test_a_crisis_with_open_items_never_closes(register: Register) -> None:
    activate(register, Body.IAO)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN, NewAction(title="overdracht", owner="lid", due_at=NOW + timedelta(days=2)))
    assert crises.find(register, CRISIS).phase is Phase.AFTERCARE
    close = a_grant(Act.CLOSE_CRISIS, closing.key_of(CRISIS))
    for number in (1, 2, 3):  # with aftercare and evaluation
        closing.ask(register, CRISIS, SOMEONE, NOW)
        with pytest.raises(StillOpen, match="number="):
            closing.propose(register, close, SOMEONE, NOW)
        assert crises.find(register, CRISIS).phase is Phase.AFTERCARE
        finish_action(register, number, NOW)
    assert the_step(register) == AskClosing()
    closed(register)
    assert the_step(register) == Ended()


def test_r20_a_body_that_leaves_takes_back_or_settles_what_it_intended(register: Register) -> None:
    activate(register, *Body)
    for body in LADDER:
        a_meeting(register, body=body)
        invited(register, body)
    first = an_outcome(register, Body.MCCB, Direction.HOLD).model_copy(
        update={"decisions": (a_decision(stage=DecisionStage.INTENDED),), "present": PRESENT}
    )
    settled(register, f"{CRISIS}/MCCb/1", first)
    a_meeting(register, body=Body.MCCB, number=2)
    invited(register, Body.MCCB, 2)
    leaving = an_outcome(register, Body.MCCB, Direction.DOWN)
    with pytest.raises(InvalidInput, match="r20_intended:1"):
        settled(register, f"{CRISIS}/MCCb/2", leaving)
    withdrawn = leaving.model_copy(update={"decisions": (a_decision(withdraws=1),), "present": PRESENT})
    settled(register, f"{CRISIS}/MCCb/2", withdrawn)
    assert crises.find(register, CRISIS).levels == {Body.IAO, Body.ICCB}


def test_a_closing_that_stays_out_is_asked_for_again_of_whoever_s_turn_it_is(register: Register) -> None:
    activate(register, Body.IAO)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    finish_action(register, 1, NOW)
    finish_action(register, 2, NOW)
    closing.ask(register, CRISIS, SOMEONE, NOW)
    day = timedelta(hours=24)
    assert due.follow_up(register, SOMEONE, NOW + day - timedelta(seconds=1)).is_empty
    assert due.follow_up(register, SOMEONE, NOW + day).asked_again == (closing.key_of(CRISIS),)
    assert due.follow_up(register, SOMEONE, NOW + day).is_empty
    closing.propose(register, a_grant(Act.CLOSE_CRISIS, closing.key_of(CRISIS)), SOMEONE, NOW + day)
    assert due.follow_up(register, SOMEONE, NOW + 2 * day).asked_again == (closing.key_of(CRISIS),)
    asked = [trace.to for trace in alerts.traces(register) if trace.event is Event.CLOSING_CONFIRMATION_ASKED]
    assert asked == ["voorzitter", "voorzitter"]
    confirm_closing(register, now=NOW + 2 * day)
    assert due.follow_up(register, SOMEONE, NOW + 9 * day).is_empty


def _grant(body: Body, number: int) -> Grant:
    return Grant(
        person="secretaris",
        act=Act.RECORD_OUTCOME,
        object=f"{CRISIS}/{body}/{number}",
        issued_at=NOW,
        expires_at=NOW + timedelta(days=90),
    )


def finish_action(register: Register, number: int, now: datetime) -> None:
    key, late = f"{CRISIS}/A{number}", now + timedelta(days=90)
    item = actions.find(register, CRISIS, number)
    report = Grant(person=item.owner, act=Act.REPORT_ACTION, object=key, issued_at=now, expires_at=late)
    verify = Grant(person="secretaris", act=Act.VERIFY_ACTION, object=key, issued_at=now, expires_at=late)
    actions.report(register, report, "gedaan", SOMEONE, now)
    actions.verify(register, verify, True, "", SOMEONE, now)


def test_the_same_crisis_is_activated_once(register: Register) -> None:
    a_crisis(register)
    for title, who in (("Iets anders", SOMEONE), ("Crisis in de asielopvang", Deed("een ander", "toets"))):
        with pytest.raises(AlreadyActive, match="by=iemand"):
            crises.activate(register, an_activation(title=title), a_plan(), who, NOW)


def test_the_same_activation_sent_twice_is_one(register: Register) -> None:
    a_crisis(register)
    a_crisis(register)
    assert [entry.action for entry in audit.entries(register)] == ["crisisplan.laden", "crisis.activeren"]
