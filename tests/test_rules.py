"""The rules R06 to R24 of the procedure, each under both rule sets; `docs/procedure.md` says which function holds which.

R02 to R05, R09 and R10 stand in test_rulesets, test_seats and test_activation; R21 in test_regions; the letter in test_letter.
"""

import ast
import inspect
from collections.abc import Iterator
from contextlib import closing as closing_when_done
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from apprise import NotifyBase
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlmodel import select

from crisis.actions import ActionKind, NewAction, Priority
from crisis.activation import check_activation, passed_over
from crisis.agenda import Heading, Material, Subject, agenda, must_be_reported
from crisis.alerts import Alert, Channel, Event
from crisis.attendance import Capacity, Present, has_majority
from crisis.decisions import (
    HIDDEN,
    AdviceGiven,
    CommunicationAdvice,
    Decision,
    DecisionKind,
    DecisionStage,
    Known,
    NewDecision,
    Secrecy,
    Status,
    status_of,
    still_intended,
)
from crisis.errors import InvalidInput, NotActive, NotAskedAnyMore, NotIntended, OnlyAdvice, StillOpen
from crisis.files import freeze
from crisis.letter import may_be_told
from crisis.life import Activation, AwaitPeople, Convene, Phase, next_meeting_at, next_step
from crisis.meetings import (
    COUNCIL_WITHIN,
    LETTER_WITHIN,
    Before,
    Direction,
    Meeting,
    Outcome,
    Stage,
    check_outcome,
    check_still_kept,
    follow_of_itself,
)
from crisis.passes import Act
from crisis.plan import Plan, Rhythm
from crisis.requests import Answered, Reply
from crisis.rules import Confidence, Rule
from crisis.scaling_down import LooseEnds, ScaleDown, problems_of_gate
from crisis.situation import draw_picture
from crisis.structure import Body, RuleSet
from integrations.alerts import channels, mail, slack
from integrations.register import (
    Register,
    actions,
    alerts,
    audit,
    closing,
    communication,
    crises,
    decisions,
    files,
    meetings,
    outcomes,
    requests,
)
from integrations.register.due import follow_up
from integrations.register.tables import CrisisRow, LevelRow
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
    invited,
    ready_to_close,
    recorded,
    settled,
)

ROOT = Path(__file__).parents[1]
LATER = NOW + timedelta(days=300)
both = pytest.mark.parametrize("ruleset", list(RuleSet))
deciding = [kind for kind in DecisionKind if kind.decides]


def the_plan(ruleset: RuleSet, **changes: Any) -> Plan:
    return a_plan(ruleset=ruleset, **changes)


@pytest.fixture(params=list(RuleSet))
def register(request: pytest.FixtureRequest, database: str) -> Iterator[Register]:
    """A register with a plan under either rule set; its liaison speaks for who has powers of its own."""
    opened = a_register(database, with_powers_of_its_own(request.param))
    yield opened
    opened.close()


def a_sitting(body: Body, number: int = 1) -> Meeting:
    """A meeting whose outcome is awaited."""
    return Meeting(crisis="c", body=body, number=number, stage=Stage.INVITED, convened_at=NOW, planned_at=NOW, invited_at=NOW)


def problems(outcome: Outcome, body: Body, plan: Plan, known: Known | None = None) -> set[tuple[str, str]]:
    """Why this outcome is refused: field and reason."""
    try:
        check_outcome(a_sitting(body), outcome, frozenset({body}), plan, NOW, Before(known=known or Known()))
    except InvalidInput as refused:
        found: Any = refused.details["problems"]
        return set(found)
    return set()


def an_outcome_of(*decided: Any, **changes: Any) -> Outcome:
    return Outcome(direction=Direction.HOLD, summary="Zo is besloten.", decisions=decided, present=PRESENT, **changes)


def as_decided(body: Body = Body.MCCB, number: int = 1, **changes: Any) -> Decision:
    return Decision(**dict(a_decision(**changes)), crisis="c", number=number, body=body, meeting=1, at=NOW)


# R01


def test_r01_an_activation_is_recorded_with_ground_reason_scope_decider_and_moment(register: Register) -> None:
    a_crisis(register)
    crisis = crises.find(register, "asiel-2022")
    assert (crisis.ground, crisis.decided_by, crisis.activated_at) == ("grote maatschappelijke impact", "NCTV", NOW)
    assert (crisis.reason, crisis.scope) == ("Mensen slapen buiten.", "De opvang van asielzoekers.")
    assert [e.action for e in audit.entries(register)][-1] == "crisis.activeren"


@pytest.mark.parametrize("field", ["ground", "reason", "scope", "decided_by"])
def test_r01_without_ground_reason_scope_or_decider_there_is_no_activation(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        Activation.model_validate(an_activation().model_dump(exclude={field}))


# R06


@both
@given(against=st.sets(st.sampled_from(["voorzitter", "lid", "liaison", "woordvoerder"])))
def test_r06_the_mccb_decides_by_majority_and_when_the_votes_are_equal_with_its_chair(
    ruleset: RuleSet, against: set[str]
) -> None:
    """What holds when the votes are equal was found in no source: here the side of the chair carries it."""
    present = tuple(Present(name=name) for name in ("voorzitter", "lid", "liaison", "woordvoerder"))
    carried = len(against) < 2 or (len(against) == 2 and "voorzitter" not in against)
    outcome = an_outcome_of(a_decision(against=tuple(sorted(against)))).model_copy(update={"present": present})
    found = problems(outcome, Body.MCCB, the_plan(ruleset))
    assert (("decisions.1.against", "r06_majority") not in found) is carried


def test_r06_who_only_advises_has_no_vote() -> None:
    """R04: a state secretary; nor have experts and guests."""
    present = [Present(name="voorzitter"), Present(name="lid", capacity=Capacity.ADVISORY), Present(name="een deskundige")]
    present[2] = present[2].model_copy(update={"capacity": Capacity.EXPERT})
    assert has_majority("voorzitter", present, a_decision(against=("lid", "een deskundige")))
    assert not has_majority("voorzitter", present, a_decision(against=("voorzitter",)))


@both
def test_r06_a_deputy_and_who_is_deputised_have_one_vote_between_them(ruleset: RuleSet) -> None:
    """Functions change hands in the night: both may have been there, one after the other."""
    deputy = Present(name="woordvoerder", capacity=Capacity.DEPUTY, deputises_for="voorzitter")
    present = (*(Present(name=name) for name in ("voorzitter", "lid", "liaison")), deputy)
    outcome = an_outcome_of(a_decision(against=("lid", "liaison"))).model_copy(update={"present": present})
    assert problems(outcome, Body.MCCB, the_plan(ruleset)) == {("decisions.1.against", "r06_majority")}


@both
def test_r06_only_who_was_there_and_votes_can_have_voted_against(ruleset: RuleSet) -> None:
    outcome = an_outcome_of(a_decision(against=("liaison",)))
    assert problems(outcome, Body.MCCB, the_plan(ruleset)) == {("decisions.1.against", "r06_no_vote:liaison")}


@both
def test_r03_nobody_votes_in_the_mccb_who_has_no_seat_in_it(ruleset: RuleSet) -> None:
    stranger = Present(name="woordvoerder")
    for_stranger = Present(name="lid", capacity=Capacity.DEPUTY, deputises_for="woordvoerder")
    guest = Present(name="woordvoerder", capacity=Capacity.GUEST)
    found = {
        one: problems(an_outcome_of().model_copy(update={"present": (*PRESENT, one)}), Body.MCCB, the_plan(ruleset))
        for one in (stranger, for_stranger, guest)
    }
    assert found == {
        stranger: {("present.3.name", "r03_member")},
        for_stranger: {("present.3.deputises_for", "r03_member")},
        guest: set(),
    }


# R07


@both
def test_r07_what_cannot_wait_goes_to_the_council_of_ministers_as_soon_as_possible(ruleset: RuleSet) -> None:
    outcome = an_outcome_of(a_decision(), a_decision(cannot_wait=True))
    (following,) = follow_of_itself(a_sitting(Body.MCCB), outcome, the_plan(ruleset), NOW)
    assert (following.owner, following.decision, following.priority) == ("secretaris", 2, Priority.HIGH)
    assert following.due_at == NOW + COUNCIL_WITHIN
    assert "ministerraad" in following.title


@both
@pytest.mark.parametrize("body", [Body.IAO, Body.ICCB])
def test_r07_only_of_the_mccb(ruleset: RuleSet, body: Body) -> None:
    assert follow_of_itself(a_sitting(body), an_outcome_of(a_decision(cannot_wait=True)), the_plan(ruleset), NOW) == ()


# R08


@both
def test_r08_the_iccb_decides_on_a_stated_ground_only(ruleset: RuleSet) -> None:
    outcome = an_outcome_of(a_decision(ground=None))
    assert problems(outcome, Body.ICCB, the_plan(ruleset)) == {("decisions.1.ground", "r08_ground")}
    assert problems(outcome, Body.MCCB, the_plan(ruleset)) == set()
    assert problems(an_outcome_of(a_decision()), Body.ICCB, the_plan(ruleset)) == set()
    assert problems(an_outcome_of(a_decision(kind=DecisionKind.ADVICE)), Body.ICCB, the_plan(ruleset)) == set()


def test_r08_what_the_iccb_decided_itself_stands_on_the_agenda_of_the_next_mccb() -> None:
    decided = (as_decided(Body.ICCB), as_decided(Body.ICCB, 2, stage=DecisionStage.INTENDED), as_decided(Body.MCCB, 3))
    assert [must_be_reported(d, Body.MCCB) for d in decided] == [True, False, False]
    assert not any(must_be_reported(d, body) for d in decided for body in (Body.IAO, Body.ICCB))
    reported = [p.numbers for item in agenda(the_material(decided)) for p in item.points if p.subject is Subject.REPORTED]
    assert reported == [(1,)]


# R11


@both
@pytest.mark.parametrize("kind", list(DecisionKind))
def test_r11_the_iao_advises_and_never_decides(ruleset: RuleSet, kind: DecisionKind) -> None:
    outcome = an_outcome_of(a_decision(kind=kind, addressees=("lid",)))
    if kind.decides:
        with pytest.raises(OnlyAdvice):
            problems(outcome, Body.IAO, the_plan(ruleset))
    else:
        assert problems(outcome, Body.IAO, the_plan(ruleset)) == set()
    assert [body.may_decide for body in Body] == [False, True, True]


# R12


@both
@given(levels=st.sets(st.sampled_from(Body), min_size=1))
def test_r12_any_set_of_bodies_may_be_active_and_only_who_is_passed_over_is_explained(
    ruleset: RuleSet, levels: set[Body]
) -> None:

    check_activation(an_activation(levels=levels), ruleset)
    assert set(passed_over(frozenset(levels))).isdisjoint(levels)


def test_r12_a_body_may_be_the_first_one_whatever_is_below_it(register: Register) -> None:
    a_crisis(register, levels={Body.MCCB})
    assert next_step(crises.standing(register, "asiel-2022")) == Convene(body=Body.MCCB, number=1)


# R13


@pytest.mark.parametrize("body", list(Body))
def test_r13_the_nkc_hears_of_any_level_where_it_is_active_and_of_none_where_it_is_not(register: Register, body: Body) -> None:
    a_crisis(register, levels={body})
    a_crisis(register, slug="brand", levels={body}, nkc=False)
    told = {trace.key.partition("/")[0] for trace in alerts.traces(register) if trace.to == "woordvoerder"}
    assert told == {"asiel-2022"}


# R14


@both
@pytest.mark.parametrize("kind", deciding)
def test_r14_nothing_becomes_final_before_the_nkc_was_heard_where_it_is_active(ruleset: RuleSet, kind: DecisionKind) -> None:
    plan, wanted = the_plan(ruleset), {("decisions.1.communication", "r14_communication")}
    unheard = a_decision(kind=kind, communication=None, addressees=("lid",))
    assert problems(an_outcome_of(unheard), Body.MCCB, plan) == wanted
    assert problems(an_outcome_of(unheard), Body.MCCB, plan, Known(nkc=False)) == set()
    assert problems(an_outcome_of(unheard.model_copy(update={"stage": DecisionStage.INTENDED})), Body.MCCB, plan) == set()
    intended = as_decided(stage=DecisionStage.INTENDED)
    final = an_outcome_of(unheard.model_copy(update={"replaces": 1}))
    assert problems(final, Body.MCCB, plan, Known(decisions=(intended,))) == wanted
    assert problems(final, Body.MCCB, plan, Known(decisions=(intended,), advised=frozenset({1}))) == set()


def test_r14_the_nkc_is_asked_for_advice_on_what_is_intended_and_on_nothing_else(register: Register) -> None:
    a_crisis(register, levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    settled(register, "asiel-2022/MCCb/1", an_outcome_of(a_decision(stage=DecisionStage.INTENDED), a_decision()))
    asked = [trace.key for trace in alerts.traces(register) if trace.event is Event.NKC_ADVICE_ASKED]
    assert {key.split("/")[1] for key in asked} == {"B1"}
    advice = CommunicationAdvice(strategy="Eerst de regio's.", effects="Vragen van gemeenten.")
    given = communication.advise(register, a_grant(Act.ADVISE, "asiel-2022/B1", "woordvoerder"), advice, SOMEONE, NOW)
    assert isinstance(given, AdviceGiven)
    with pytest.raises(NotIntended):
        communication.advise(register, a_grant(Act.ADVISE, "asiel-2022/B2", "woordvoerder"), advice, SOMEONE, NOW)


def test_r14_an_intention_gives_way_to_the_next_one_and_is_not_asked_after_any_more() -> None:
    first = as_decided(number=1, stage=DecisionStage.INTENDED)
    second = as_decided(number=2, stage=DecisionStage.INTENDED, replaces=1)
    known = (first, second, as_decided(number=3, replaces=2))
    assert [status_of(one, known) for one in known] == [Status.REPLACED, Status.REPLACED, Status.IN_FORCE]
    assert still_intended(known[:2]) == (second,)
    only_meant = as_decided(number=4, stage=DecisionStage.INTENDED, replaces=3)
    assert status_of(known[2], (*known, only_meant)) is Status.IN_FORCE


def test_r14_the_nkc_is_asked_again_with_a_link_until_it_has_advised(register: Register) -> None:
    two_of_the_mccb(register, a_decision("Wij kopen.", stage=DecisionStage.INTENDED))
    assert follow_up(register, SOMEONE, NOW + timedelta(hours=23)).advice == ()
    for days in (1, 2):
        assert follow_up(register, SOMEONE, NOW + timedelta(days=days)).advice == ("asiel-2022/B1",)
        assert follow_up(register, SOMEONE, NOW + timedelta(days=days)).advice == (), "once"
    claimed = [one.alert for one in alerts.claim(register, "toets", 200, timedelta(seconds=60))]
    links = [a.grant for a in claimed if a.event is Event.NKC_ADVICE_REMINDED and a.grant]
    assert [(link.act, link.object, link.person) for link in links] == [(Act.ADVISE, "asiel-2022/B1", "woordvoerder")] * 2
    assert len({link.key for link in links}) == 2, "each is a link of its own"
    advice = CommunicationAdvice(strategy="Eerst de regio's.", effects="Vragen van gemeenten.")
    communication.advise(register, links[1], advice, SOMEONE, NOW + timedelta(days=2))
    assert follow_up(register, SOMEONE, NOW + timedelta(days=9)).advice == ()


@pytest.mark.parametrize(
    ("next_one", "still_asked"),
    [
        (a_decision(replaces=1), ()),
        (a_decision(withdraws=1), ()),
        (a_decision(stage=DecisionStage.INTENDED, replaces=1), ("asiel-2022/B2",)),
        (a_decision(stage=DecisionStage.INTENDED, withdraws=1), ("asiel-2022/B1", "asiel-2022/B2")),
    ],
)
def test_r14_the_nkc_is_not_asked_again_about_what_is_not_intended_any_more(
    register: Register, next_one: NewDecision, still_asked: tuple[str, ...]
) -> None:
    two_of_the_mccb(register, a_decision("Wij kopen.", stage=DecisionStage.INTENDED))
    settled(register, "asiel-2022/MCCb/2", an_outcome_of(next_one))
    assert follow_up(register, SOMEONE, NOW + timedelta(days=1)).advice == still_asked


def test_r14_the_nkc_is_not_asked_again_where_it_is_not_active_or_the_crisis_is_closed(register: Register) -> None:
    a_crisis(register, slug="brand-2021", levels={Body.MCCB}, nkc=False)
    a_meeting(register, "brand-2021", Body.MCCB)
    invited(register, Body.MCCB, slug="brand-2021")
    intended = a_decision(stage=DecisionStage.INTENDED)
    settled(register, "brand-2021/MCCb/1", an_outcome_of(intended))
    two_of_the_mccb(register, intended)
    with register.bookkeeping() as session:
        row = session.get_one(CrisisRow, "asiel-2022")
        row.closed_at, row.phase, row.version = NOW, Phase.CLOSED, row.version + 1
        session.add(row)
    assert follow_up(register, SOMEONE, NOW + timedelta(days=9)).advice == ()


# R15


@both
def test_r15_nothing_is_public_before_those_whom_it_concerns_have_heard_of_it(ruleset: RuleSet) -> None:
    plan = the_plan(ruleset)
    early = an_outcome_of(a_decision(public_at=NOW - timedelta(minutes=1)))
    assert problems(early, Body.MCCB, plan) == {("decisions.1.public_at", "r15_public")}
    for moment in (NOW, NOW + timedelta(days=1)):
        assert problems(an_outcome_of(a_decision(public_at=moment)), Body.MCCB, plan) == set()


@both
def test_r15_what_is_confirmed_later_was_not_public_before(ruleset: RuleSet) -> None:
    """Those to whom it goes hear of it only as the second person confirms it."""
    outcome = an_outcome_of(a_decision(public_at=NOW + timedelta(hours=1)))
    assert problems(outcome, Body.MCCB, the_plan(ruleset)) == set()
    check_still_kept(outcome, NOW + timedelta(hours=1))
    with pytest.raises(InvalidInput, match="r15_public"):
        check_still_kept(outcome, NOW + timedelta(hours=2))


# R16


def the_material(decided: tuple[Decision, ...] = ()) -> Material:
    picture = draw_picture("c", (Body.MCCB, 1), a_plan(), (), None, NOW)
    return Material(body=Body.MCCB, since=None, picture=picture, decisions=decided)


@given(st.lists(st.sampled_from(Body), max_size=4))
def test_r16_every_meeting_has_the_fixed_agenda_whatever_there_is_to_speak_of(bodies: list[Body]) -> None:
    decided = tuple(as_decided(body, number) for number, body in enumerate(bodies, start=1))
    assert [item.heading for item in agenda(the_material(decided))] == [
        *(Heading.SITUATION, Heading.THEMES, Heading.LONG_TERM, Heading.COMMUNICATION, Heading.FOLLOW_UP, Heading.CALENDAR)
    ]


# R17


@both
@pytest.mark.parametrize("kind", deciding)
def test_r17_nothing_is_decided_without_a_picture_and_an_advice(ruleset: RuleSet, kind: DecisionKind) -> None:
    plan = the_plan(ruleset)
    bare = a_decision(kind=kind, picture=None, advice=None, addressees=("lid",))
    assert problems(an_outcome_of(bare), Body.MCCB, plan) == {
        ("decisions.1.picture", "r17_picture"),
        ("decisions.1.rests_on", "r17_advice"),
    }
    advice = as_decided(Body.ICCB, kind=DecisionKind.ADVICE)
    resting = bare.model_copy(update={"picture": "12 van 25 regio's.", "rests_on": (1,)})
    assert problems(an_outcome_of(resting), Body.MCCB, plan, Known(decisions=(advice,))) == set()
    not_an_advice = problems(an_outcome_of(resting), Body.MCCB, plan, Known(decisions=(as_decided(),)))
    assert not_an_advice == {("decisions.1.rests_on", "no_advice:1")}


@both
@pytest.mark.parametrize("body", [Body.ICCB, Body.MCCB])
@pytest.mark.parametrize("touches", ["replaces", "withdraws"])
def test_r17_advice_neither_withdraws_nor_replaces_what_was_decided(ruleset: RuleSet, body: Body, touches: str) -> None:
    """Else a decision would fall without picture, majority, ground or the NKC."""
    known, touched = Known(decisions=(as_decided(body),)), dict[str, Any]({touches: 1})
    advice = an_outcome_of(a_decision(kind=DecisionKind.ADVICE, **touched))
    assert problems(advice, body, the_plan(ruleset), known) == {(f"decisions.1.{touches}", "r17_no_decision:1")}
    assert problems(an_outcome_of(a_decision(**touched)), body, the_plan(ruleset), known) == set()


# R18


@both
@pytest.mark.parametrize(
    ("rhythm", "days"),
    [(Rhythm.ON_CALL, None), (Rhythm.DAILY, 1), (Rhythm.TWICE_A_WEEK, 3.5), (Rhythm.WEEKLY, 7)],
)
def test_r18_how_often_a_body_meets_stands_in_the_plan_and_the_body_may_choose_otherwise(
    ruleset: RuleSet, rhythm: Rhythm, days: float | None
) -> None:
    seats = {body: seat.model_dump() | {"rhythm": rhythm} for body, seat in a_plan().bodies.items()}
    plan = the_plan(ruleset, bodies=seats)
    chosen = NOW + timedelta(days=2)
    for body in Body:
        expected = NOW + timedelta(days=days) if days else None
        assert next_meeting_at(a_sitting(body), None, plan) == expected
        assert next_meeting_at(a_sitting(body), chosen, plan) == chosen


# R19


@both
def test_r19_after_a_significant_mccb_a_letter_to_the_house_is_owed_within_four_days(ruleset: RuleSet) -> None:
    plan = the_plan(ruleset, letters="lid")
    (letter,) = follow_of_itself(a_sitting(Body.MCCB), an_outcome_of(a_decision()), plan, NOW)
    assert (letter.kind, letter.owner, letter.to) == (ActionKind.PROMISE, "lid", "Tweede Kamer")
    assert letter.due_at == NOW + LETTER_WITHIN == NOW + timedelta(days=4)


@both
def test_r19_not_after_another_body_nor_where_nothing_was_decided(ruleset: RuleSet) -> None:
    plan = the_plan(ruleset, letters="lid")
    nothing = an_outcome_of(a_decision(kind=DecisionKind.ADVICE), a_decision(stage=DecisionStage.INTENDED))
    assert follow_of_itself(a_sitting(Body.MCCB), nothing, plan, NOW) == ()
    assert follow_of_itself(a_sitting(Body.ICCB), an_outcome_of(a_decision()), plan, NOW) == ()


ACTIVATED = NOW - timedelta(days=1)


@both
@pytest.mark.parametrize("body", list(Body))
def test_r19_with_the_first_outcome_a_letter_about_the_activation_is_on_the_list(ruleset: RuleSet, body: Body) -> None:
    """Whoever records it, and whatever it says; due as counted from the activation."""
    plan, advice = the_plan(ruleset, letters="lid"), an_outcome_of(a_decision(kind=DecisionKind.ADVICE))
    (letter,) = follow_of_itself(a_sitting(body), advice, plan, NOW, ACTIVATED)
    assert letter.title == "Brief aan de Tweede Kamer over de activering (R19)"
    assert (letter.kind, letter.owner, letter.to) == (ActionKind.PROMISE, "lid", "Tweede Kamer")
    assert letter.due_at == ACTIVATED + timedelta(days=4)


@both
@pytest.mark.parametrize(("days", "due_in"), [(3, 1), (4, 1), (5, 1), (1, 3)])
def test_r19_where_those_days_have_passed_the_letter_is_owed_within_a_day(ruleset: RuleSet, days: int, due_in: int) -> None:
    plan, activated = the_plan(ruleset, letters="lid"), NOW - timedelta(days=days)
    (letter,) = follow_of_itself(a_sitting(Body.IAO), an_outcome_of(), plan, NOW, activated)
    assert letter.due_at == NOW + timedelta(days=due_in)


@both
def test_r19_where_the_first_outcome_is_of_an_mccb_that_decides_one_letter_is_about_both(ruleset: RuleSet) -> None:
    plan = the_plan(ruleset, letters="lid")
    outcome = an_outcome_of(a_decision(cannot_wait=True))
    council, letter = follow_of_itself(a_sitting(Body.MCCB), outcome, plan, NOW, ACTIVATED)
    assert "ministerraad" in council.title
    assert letter.title == "Brief aan de Tweede Kamer over de activering en MCCb 1 (R19)"
    assert letter.due_at == ACTIVATED + LETTER_WITHIN, "the activation does not wait for the MCCb"


@both
def test_r19_where_the_plan_names_nobody_who_writes_no_letter_is_owed(ruleset: RuleSet) -> None:
    assert follow_of_itself(a_sitting(Body.MCCB), an_outcome_of(a_decision()), the_plan(ruleset), NOW, ACTIVATED) == ()


def test_r19_one_letter_about_the_activation_is_owed_in_a_crisis(database: str) -> None:
    with closing_when_done(a_register(database, a_plan(letters="lid"))) as register:
        a_crisis(register, levels={Body.IAO, Body.MCCB})
        for body, number in ((Body.IAO, 1), (Body.IAO, 2), (Body.MCCB, 1)):
            a_meeting(register, body=body, number=number)
            recorded(register, body, Direction.HOLD, number=number)
        a_meeting(register, body=Body.MCCB, number=2)
        invited(register, Body.MCCB, 2)
        settled(register, "asiel-2022/MCCb/2", an_outcome_of(a_decision()))
        owed = [(item.title, item.body, item.meeting) for item in actions.of_crisis(register, "asiel-2022")]
    assert owed == [
        ("Brief aan de Tweede Kamer over de activering (R19)", Body.IAO, 1),
        ("Brief aan de Tweede Kamer over MCCb 2 (R19)", Body.MCCB, 2),
    ]


def test_r19_what_awaits_confirmation_owes_no_letter_yet(register: Register) -> None:
    """The first outcome is the first that stands: here that of the IAO, recorded while the MCCb's awaits its second person."""
    a_crisis(register, a_plan(letters="lid"), levels={Body.IAO, Body.MCCB})
    for body in (Body.MCCB, Body.IAO):
        a_meeting(register, body=body)
        invited(register, body)
    mccb = a_grant(Act.RECORD_OUTCOME, "asiel-2022/MCCb/1")
    outcomes.record(register, mccb, an_outcome_of(a_decision()), SOMEONE, NOW)
    assert actions.of_crisis(register, "asiel-2022") == ()
    settled(register, "asiel-2022/IAO/1", an_outcome_of())
    outcomes.confirm(register, a_grant(Act.CONFIRM_OUTCOME, "asiel-2022/MCCb/1", "voorzitter"), True, "", SOMEONE, NOW)
    owed = [item.title for item in actions.of_crisis(register, "asiel-2022")]
    assert owed == [f"Brief aan de Tweede Kamer over {subject} (R19)" for subject in ("de activering", "MCCb 1")]


# R20


AFTER = tuple(
    NewAction(title=kind, owner="lid", due_at=LATER, kind=kind) for kind in (ActionKind.AFTERCARE, ActionKind.EVALUATION)
)


@both
def test_r20_the_gate_opens_only_when_all_is_settled(ruleset: RuleSet) -> None:
    plan = the_plan(ruleset)
    loose = LooseEnds(actions={1: "lid", 2: "lid"}, requests=(3,), intended=(4,))
    assert list(problems_of_gate(None, AFTER, (), loose, plan)) == [("scale_down.successor", "r20_successor")]
    half = ScaleDown(successor="de lijn", handover={1: "lid", 9: "lid"})
    assert {reason for _, reason in problems_of_gate(half, (), (), loose, plan)} == {
        *("r20_owner:2", "r20_not_open:9", "r20_request:3", "r20_intended:4", "r20_aftercare", "r20_evaluation"),
    }
    whole = ScaleDown(successor="de lijn", handover={1: "lid", 2: "lid"})
    assert list(problems_of_gate(whole, AFTER, (), LooseEnds(actions={1: "lid", 2: "lid"}), plan)) == []


def test_r20_a_crisis_goes_into_aftercare_with_its_successor_and_closes_when_nothing_is_open(register: Register) -> None:
    a_crisis(register)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    crisis = crises.find(register, "asiel-2022")
    assert (crisis.phase, crisis.successor) == (Phase.AFTERCARE, "de lijn")
    assert isinstance(next_step(crises.standing(register, "asiel-2022")), AwaitPeople)
    with pytest.raises(StillOpen):
        closing.propose(register, a_grant(Act.CLOSE_CRISIS, closing.key_of("asiel-2022")), SOMEONE, NOW)
    ready_to_close(register)
    assert crises.find(register, "asiel-2022").closing_by == "secretaris"


def test_r20_a_crisis_does_not_leave_its_last_body_without_passing_the_gate(register: Register) -> None:
    a_crisis(register)
    a_meeting(register)
    invited(register, Body.IAO)
    bare = an_outcome(register, Body.IAO, Direction.DOWN).model_copy(update={"scale_down": None})
    with pytest.raises(InvalidInput, match="r20_successor"):
        settled(register, "asiel-2022/IAO/1", bare)
    assert crises.find(register, "asiel-2022").phase is Phase.ACTIVE


def test_r20_the_one_that_activated_decides_how_it_ends_before_it_leaves_to_others(register: Register) -> None:
    a_crisis(register, levels={Body.IAO, Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    leaving = an_outcome(register, Body.MCCB, Direction.DOWN)
    with pytest.raises(InvalidInput, match="r20_leaving:MCCb"):
        settled(register, "asiel-2022/MCCb/1", leaving.model_copy(update={"decisions": ()}))
    settled(register, "asiel-2022/MCCb/1", leaving)
    assert crises.find(register, "asiel-2022").levels == {Body.IAO}


def test_r20_the_last_to_leave_names_the_decision_of_the_one_that_activated(register: Register) -> None:
    a_crisis(register, levels={Body.IAO, Body.MCCB})
    a_meeting(register)
    recorded(register, Body.IAO, Direction.HOLD)
    settled_advice = a_decision("Rond het af.", DecisionKind.ADVICE)
    a_meeting(register, number=2)
    invited(register, Body.IAO, 2)
    advising = an_outcome(register, Body.IAO, Direction.HOLD).model_copy(update={"decisions": (settled_advice,)})
    settled(register, "asiel-2022/IAO/2", advising)
    a_meeting(register, body=Body.MCCB)
    recorded(register, Body.MCCB, Direction.DOWN)
    a_meeting(register, number=3)
    invited(register, Body.IAO, 3)
    ending = an_outcome(register, Body.IAO, Direction.DOWN)
    assert ending.scale_down
    assert ending.scale_down.ends_by == 2
    for wrong in (None, 1, 9):  # nothing, advice of its own, and what is not there
        gate = ending.scale_down.model_copy(update={"ends_by": wrong})
        with pytest.raises(InvalidInput, match="r20_decided:MCCb"):
            settled(register, "asiel-2022/IAO/3", ending.model_copy(update={"scale_down": gate}))
    settled(register, "asiel-2022/IAO/3", ending)
    assert crises.find(register, "asiel-2022").phase is Phase.AFTERCARE


def test_r20_where_who_activated_decided_nothing_the_way_out_is_to_scale_up(register: Register) -> None:
    """As in a crisis from before this was asked: then it can still decide, and end it at once."""
    a_crisis(register, levels={Body.IAO, Body.ICCB})
    with register.bookkeeping() as session:
        (row,) = session.exec(select(LevelRow).where(LevelRow.body == Body.ICCB))
        row.until = NOW
        session.add(row)
    a_meeting(register)
    invited(register, Body.IAO)
    ending = an_outcome(register, Body.IAO, Direction.DOWN)
    with pytest.raises(InvalidInput, match="r20_undecided:ICCb"):
        settled(register, "asiel-2022/IAO/1", ending)
    settled(register, "asiel-2022/IAO/1", an_outcome(register, Body.IAO, Direction.UP), NOW + timedelta(hours=1))
    a_meeting(register, body=Body.ICCB)
    recorded(register, Body.ICCB, Direction.END)
    assert crises.find(register, "asiel-2022").phase is Phase.AFTERCARE


def test_r20_a_body_that_activated_the_structure_alone_ends_it_alone(register: Register) -> None:
    """Those above came later, and left: the IAO was activated, and ends what it began."""
    a_crisis(register)
    a_meeting(register)
    invited(register, Body.IAO)
    up = an_outcome(register, Body.IAO, Direction.UP)
    settled(register, "asiel-2022/IAO/1", up, NOW + timedelta(hours=1))
    a_meeting(register, body=Body.ICCB)
    recorded(register, Body.ICCB, Direction.DOWN)
    assert crises.who_activated(register, "asiel-2022") is Body.IAO
    a_meeting(register, number=2)
    recorded(register, Body.IAO, Direction.DOWN, number=2)
    assert crises.find(register, "asiel-2022").phase is Phase.AFTERCARE


def test_r20_when_the_structure_ends_every_body_and_the_regions_hear_of_it(database: str) -> None:
    regions = {"name": "veiligheidsregio's", "people": ["auditor"], "slack": "regios"}
    groups = {name: group.model_dump() for name, group in a_plan().groups.items()} | {"regios": regions}
    with closing_when_done(a_register(database, a_plan(groups=groups, regions="regios"))) as register:
        a_crisis(register, levels=set(Body))
        a_meeting(register, body=Body.MCCB)
        recorded(register, Body.MCCB, Direction.END)
        heard = {trace.to for trace in alerts.traces(register) if trace.event == Event.SCALED_DOWN}
        assert heard >= {"iao", "iccb", "mccb", "regios", "auditor", "lid", "piket", "woordvoerder"}


def test_r20_a_body_does_not_leave_while_another_meeting_of_its_own_is_open(register: Register) -> None:
    """Else that one would decide in the name of a body that is not active any more."""
    a_crisis(register, levels={Body.IAO, Body.MCCB})
    for number in (1, 2):
        a_meeting(register, body=Body.MCCB, number=number)
        invited(register, Body.MCCB, number)
    a_meeting(register)
    with pytest.raises(InvalidInput, match="r20_meeting:MCCb 2"):
        settled(register, "asiel-2022/MCCb/1", an_outcome(register, Body.MCCB, Direction.DOWN))
    settled(register, "asiel-2022/MCCb/2", an_outcome(register, Body.MCCB, Direction.HOLD))
    settled(register, "asiel-2022/MCCb/1", an_outcome(register, Body.MCCB, Direction.DOWN))
    assert crises.find(register, "asiel-2022").levels == {Body.IAO}


def test_r20_a_body_that_has_left_is_not_brought_together_by_who_had_not_seen_it_leave(register: Register) -> None:
    a_crisis(register)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    with pytest.raises(NotActive):
        a_meeting(register, number=2)
    assert [meeting.number for meeting in meetings.of_crisis(register, "asiel-2022")] == [1]


# R22


def test_r22_the_minutes_of_the_mccb_are_as_secret_as_those_of_the_council_of_ministers() -> None:
    assert [a_sitting(body).secrecy for body in Body] == [Secrecy.CONFIDENTIAL, Secrecy.CONFIDENTIAL, Secrecy.SECRET]


def test_r22_what_is_secret_does_not_leave_the_body_and_what_is_made_from_it_is_as_secret(register: Register) -> None:
    a_crisis(register, levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    secret = a_decision("Een geheim besluit.", secrecy=Secrecy.SECRET)
    opened = NewAction(title="Een geheim actiepunt", owner="lid", due_at=LATER, decision=1)
    outcome = an_outcome_of(secret, actions=(opened,)).model_copy(update={"summary": "Een geheim verslag."})
    settled(register, "asiel-2022/MCCb/1", outcome)
    (decision,), (item,) = decisions.of_crisis(register, "asiel-2022"), actions.of_crisis(register, "asiel-2022")
    assert item.secrecy is Secrecy.SECRET
    assert [decision.seen_by(body).text for body in Body] == [HIDDEN, HIDDEN, "Een geheim besluit."]
    assert not may_be_told(decision)
    sent = [claimed.alert.facts for claimed in alerts.claim(register, "toets", 100, timedelta(seconds=60))]
    assert sent
    assert "geheim" not in str(sent)


def test_r22_who_disagreed_in_the_mccb_stays_in_its_minutes() -> None:
    disagreed: dict[str, Any] = {"dissent": "De minister van BZK is tegen.", "against": ("lid",)}
    seen = {
        body: [as_decided(body, **disagreed).seen_by(by).dissent for by in (*Body, None)] for body in (Body.ICCB, Body.MCCB)
    }
    assert seen[Body.MCCB] == [None, None, disagreed["dissent"], None]
    assert seen[Body.ICCB] == [disagreed["dissent"]] * 4
    assert as_decided(Body.MCCB, **disagreed).seen_by(Body.IAO).against == ()


@both
def test_r22_what_is_secret_does_not_become_public(ruleset: RuleSet) -> None:
    outcome = an_outcome_of(a_decision(secrecy=Secrecy.SECRET, public_at=NOW))
    assert problems(outcome, Body.MCCB, the_plan(ruleset)) == {("decisions.1.public_at", "r22_public")}


def test_r22_what_is_answered_or_advised_on_what_is_secret_goes_out_by_no_channel(register: Register) -> None:
    a_crisis(register, levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    asked = a_decision(kind=DecisionKind.REQUEST, addressees=("liaison",), secrecy=Secrecy.SECRET)
    intended = a_decision(stage=DecisionStage.INTENDED, secrecy=Secrecy.SECRET)
    settled(register, "asiel-2022/MCCb/1", an_outcome_of(asked, intended))
    reply = Reply(answer=Answered.CONDITIONAL, condition="Een geheime voorwaarde.")
    requests.reply(register, a_grant(Act.ANSWER_REQUEST, "asiel-2022/B1/liaison", "liaison"), reply, SOMEONE, NOW)
    advice = CommunicationAdvice(strategy="Een geheime strategie.", effects="Een geheim effect.")
    communication.advise(register, a_grant(Act.ADVISE, "asiel-2022/B2", "woordvoerder"), advice, SOMEONE, NOW)
    sent = [claimed.alert for claimed in alerts.claim(register, "toets", 100, timedelta(seconds=60))]
    assert {alert.event for alert in sent} >= {Event.REQUEST_ANSWERED, Event.NKC_ADVISED}
    assert "geheim" not in str([alert.facts for alert in sent])


def test_r22_the_list_for_aftercare_tells_nothing_secret(register: Register) -> None:
    a_crisis(register, levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    after = [
        NewAction(title=f"Een geheim {kind}", owner="lid", due_at=LATER, kind=kind, decision=1)
        for kind in (ActionKind.AFTERCARE, ActionKind.EVALUATION)
    ]
    outcome = an_outcome_of(a_decision(secrecy=Secrecy.SECRET), actions=after, scale_down=ScaleDown(successor="de lijn"))
    settled(register, "asiel-2022/MCCb/1", outcome.model_copy(update={"direction": Direction.END}))
    sent = [claimed.alert for claimed in alerts.claim(register, "toets", 100, timedelta(seconds=60))]
    (told,) = {str(alert.facts["aftercare"]) for alert in sent if alert.event is Event.SCALED_DOWN}
    assert told == str([f"nazorg: {HIDDEN}", f"evaluatie: {HIDDEN}"])


# R23


def test_r23_there_is_no_channel_and_no_plugin_that_sends_an_nl_alert() -> None:
    assert list(Channel) == [Channel.MAIL, Channel.SLACK]
    plugins = {found for module in (channels, mail, slack) for found in own_plugins(module)}
    assert {plugin.__name__ for plugin in plugins} == {"AlertMail", "AlertSlack"}


def own_plugins(module: ModuleType) -> Iterator[type[NotifyBase]]:
    for _, found in inspect.getmembers(module, inspect.isclass):
        if issubclass(found, NotifyBase) and found.__module__.startswith("integrations."):
            yield found


def test_r23_nothing_in_the_code_does_a_thing_of_that_name() -> None:
    """No function, class, event, act or command: whoever adds one meets this rule."""
    files = [
        path for floor in ("crisis", "integrations", "tasks", "flows", "deployments") for path in (ROOT / floor).rglob("*.py")
    ]
    names = {name for path in files for name in names_in(path)}
    assert len(names) > 1000
    assert {name for name in names if "nlalert" in name.lower().replace("_", "").replace("-", "")} == set()


def names_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name):
                yield name
    yield path.stem


# R24


@both
def test_r24_who_has_powers_of_its_own_is_asked_and_never_ordered(ruleset: RuleSet) -> None:
    plan = with_powers_of_its_own(ruleset)
    order = a_decision(addressees=("liaison",))
    assert problems(an_outcome_of(order), Body.MCCB, plan) == {("decisions.1.kind", "r24_request")}
    for kind in (DecisionKind.REQUEST, DecisionKind.AGREEMENT):
        assert problems(an_outcome_of(order.model_copy(update={"kind": kind})), Body.MCCB, plan) == set()
        nobody = order.model_copy(update={"kind": kind, "addressees": ()})
        assert problems(an_outcome_of(nobody), Body.MCCB, plan) == {("decisions.1.addressees", "r24_addressees")}


def with_powers_of_its_own(ruleset: RuleSet) -> Plan:
    """A plan whose liaison speaks for who has powers of its own."""
    people = {key: person.model_dump() for key, person in a_plan().people.items()}
    people["liaison"]["own_powers"] = True
    return the_plan(ruleset, people=people)


ASKED = a_decision(kind=DecisionKind.REQUEST, addressees=("liaison",))


@both
@pytest.mark.parametrize(
    ("decided", "of", "is_taken"),
    [
        ((), None, False),
        ((ASKED,), None, False),
        ((ASKED,), 1, True),
        ((ASKED.model_copy(update={"kind": DecisionKind.AGREEMENT}),), 1, True),
        ((ASKED.model_copy(update={"addressees": ("lid",)}),), 1, False),
        ((ASKED.model_copy(update={"stage": DecisionStage.INTENDED}),), 1, False),
        ((a_decision(), ASKED), 1, False),
        ((a_decision(), ASKED), 2, True),
        ((a_decision(kind=DecisionKind.ADVICE),), 1, False),
    ],
)
def test_r24_an_action_item_is_no_order_by_another_name(
    ruleset: RuleSet, decided: tuple[NewDecision, ...], of: int | None, is_taken: bool
) -> None:
    item = NewAction(title="Open een locatie", owner="liaison", due_at=LATER, decision=of)
    refused = set() if is_taken else {("actions.1.owner", "r24_owner")}
    assert problems(an_outcome_of(*decided, actions=(item,)), Body.MCCB, with_powers_of_its_own(ruleset)) == refused
    theirs = item.model_copy(update={"owner": "lid"})
    assert problems(an_outcome_of(*decided, actions=(theirs,)), Body.MCCB, with_powers_of_its_own(ruleset)) == set()


def test_r24_an_action_item_from_a_decision_that_is_not_there_is_no_request() -> None:
    item = NewAction(title="Open een locatie", owner="liaison", due_at=LATER, decision=2)
    plan = with_powers_of_its_own(RuleSet.OF_2022)
    assert problems(an_outcome_of(ASKED, actions=(item,)), Body.MCCB, plan) == {
        ("actions.1.owner", "r24_owner"),
        ("actions.1.decision", "no_decision:2"),
    }


@both
def test_r24_at_the_end_who_has_powers_of_its_own_keeps_what_it_has_and_is_given_nothing(ruleset: RuleSet) -> None:
    """R20: every open item has an owner; R24: none is ordered."""
    loose = LooseEnds(actions={1: "liaison", 2: "lid"})
    kept = ScaleDown(successor="de lijn", handover={1: "liaison", 2: "lid"})
    plan = with_powers_of_its_own(ruleset)
    assert list(problems_of_gate(kept, AFTER, (), loose, plan)) == []
    given = ScaleDown(successor="de lijn", handover={1: "lid", 2: "liaison"})
    assert list(problems_of_gate(given, AFTER, (), loose, plan)) == [("scale_down.handover.2", "r24_handover")]


def test_r24_a_region_with_an_item_of_its_own_keeps_it_when_the_structure_ends(register: Register) -> None:
    a_crisis(register, levels={Body.MCCB})
    for number in (1, 2):
        a_meeting(register, body=Body.MCCB, number=number)
        invited(register, Body.MCCB, number)
    items = [NewAction(title="Open een locatie", owner=owner, due_at=LATER, decision=1) for owner in ("liaison", "lid")]
    settled(register, "asiel-2022/MCCb/1", an_outcome_of(ASKED, actions=items))
    answer = a_grant(Act.ANSWER_REQUEST, "asiel-2022/B1/liaison", "liaison")
    requests.reply(register, answer, Reply(answer=Answered.ACCEPTED), SOMEONE, NOW)
    ending = an_outcome(register, Body.MCCB, Direction.END)
    assert ending.scale_down
    given = {"scale_down": ending.scale_down.model_copy(update={"handover": {1: "liaison", 2: "liaison"}})}
    with pytest.raises(InvalidInput, match="r24_handover"):
        settled(register, "asiel-2022/MCCb/2", ending.model_copy(update=given))
    settled(register, "asiel-2022/MCCb/2", ending)
    assert [item.owner for item in actions.of_crisis(register, "asiel-2022")][:2] == ["liaison", "lid"]


def test_r24_a_region_may_accept_on_a_condition_or_refuse_and_that_comes_back_to_the_body(register: Register) -> None:
    a_crisis(register, levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    settled(register, "asiel-2022/MCCb/1", an_outcome_of(a_decision(kind=DecisionKind.REQUEST, addressees=("liaison",))))
    grant = a_grant(Act.ANSWER_REQUEST, "asiel-2022/B1/liaison", "liaison")
    answered = requests.reply(register, grant, Reply(answer=Answered.REFUSED, reason="Geen plek."), SOMEONE, NOW)
    assert not answered.is_open
    material = the_material(decisions.of_crisis(register, "asiel-2022")).model_copy(update={"requests": (answered,)})
    came_back = [p.detail for item in agenda(material) for p in item.points if p.subject is Subject.CAME_BACK]
    assert came_back == ["liaison: geweigerd"]


def test_r24_what_was_taken_back_comes_back_on_no_agenda(register: Register) -> None:
    two_of_the_mccb(register, a_decision(kind=DecisionKind.REQUEST, addressees=("liaison",)))
    refused = Reply(answer=Answered.NOT_YET, reason="Nog niet.")
    requests.reply(register, a_grant(Act.ANSWER_REQUEST, "asiel-2022/B1/liaison", "liaison"), refused, SOMEONE, NOW)
    assert Subject.CAME_BACK in subjects_before(register)
    settled(register, "asiel-2022/MCCb/2", an_outcome_of(a_decision(withdraws=1)))
    assert Subject.CAME_BACK not in subjects_before(register)
    late = a_grant(Act.ANSWER_REQUEST, "asiel-2022/B1/liaison", "liaison", issued_at=NOW + timedelta(hours=1))
    with pytest.raises(NotAskedAnyMore):
        requests.reply(register, late, Reply(answer=Answered.ACCEPTED), SOMEONE, NOW)


@pytest.mark.parametrize(("ending", "is_replaced"), [(a_decision(withdraws=1), False), (a_decision(replaces=1), True)])
def test_r24_who_was_asked_hears_of_the_end_of_it_whatever_they_answered(
    register: Register, ending: NewDecision, is_replaced: bool
) -> None:
    asked = a_decision("Open een locatie.", DecisionKind.REQUEST, addressees=("liaison", "woordvoerder"))
    two_of_the_mccb(register, asked)
    accepted = Reply(answer=Answered.ACCEPTED)
    requests.reply(register, a_grant(Act.ANSWER_REQUEST, "asiel-2022/B1/liaison", "liaison"), accepted, SOMEONE, NOW)
    settled(register, "asiel-2022/MCCb/2", an_outcome_of(ending))
    heard = told_of_the_end(register)
    assert {alert.to for alert in heard} == {"liaison", "woordvoerder"}
    for alert in heard:
        assert (alert.facts["number"], alert.facts["meeting"], alert.facts["text"]) == (1, "MCCb 1", "Open een locatie.")
        assert (alert.facts["ended_by"], alert.facts["by_number"], alert.facts["is_replaced"]) == ("MCCb 2", 2, is_replaced)
        assert alert.grant is None, "there is nothing left to answer"
    assert {request.withdrawn_at for request in requests.of_crisis(register, "asiel-2022")} == {NOW}


def test_r24_who_was_asked_hears_nothing_while_it_is_only_intended_to_end_it(register: Register) -> None:
    two_of_the_mccb(register, a_decision(kind=DecisionKind.REQUEST, addressees=("liaison",)))
    settled(register, "asiel-2022/MCCb/2", an_outcome_of(a_decision(withdraws=1, stage=DecisionStage.INTENDED)))
    assert told_of_the_end(register) == []
    assert [request.is_open for request in requests.of_crisis(register, "asiel-2022")] == [True]


def test_r22_why_an_outcome_of_the_mccb_is_sent_back_goes_out_by_no_channel(register: Register) -> None:
    """It stands in the register for the secretary, until the outcome is recorded anew."""
    a_crisis(register, levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    key, later = "asiel-2022/MCCb/1", NOW + timedelta(minutes=5)
    outcomes.record(register, a_grant(Act.RECORD_OUTCOME, key), an_outcome_of(a_decision()), SOMEONE, NOW)
    second = a_grant(Act.CONFIRM_OUTCOME, key, "voorzitter")
    meeting = outcomes.confirm(register, second, False, "Defensie was het daar niet mee eens.", SOMEONE, NOW)
    sent = [claimed.alert for claimed in alerts.claim(register, "toets", 100, timedelta(seconds=60))]
    assert {alert.facts["remark"] for alert in sent if alert.event is Event.OUTCOME_RETURNED} == {HIDDEN}
    assert "Defensie" not in str([alert.facts for alert in sent])
    assert outcomes.remark(register, meeting) == "Defensie was het daar niet mee eens."
    again = a_grant(Act.RECORD_OUTCOME, key, issued_at=later)
    meeting = outcomes.record(register, again, an_outcome_of(a_decision()), SOMEONE, later)
    assert outcomes.remark(register, meeting) is None


def test_r22_the_end_of_a_secret_request_tells_nothing_of_it(register: Register) -> None:
    asked = a_decision("Een geheime locatie.", DecisionKind.REQUEST, addressees=("liaison",), secrecy=Secrecy.SECRET)
    two_of_the_mccb(register, asked)
    settled(register, "asiel-2022/MCCb/2", an_outcome_of(a_decision("Wij zien daarvan af.", withdraws=1)))
    (alert,) = told_of_the_end(register)
    assert alert.facts["text"] == HIDDEN
    assert "geheime" not in str(alert.facts)
    assert "zien daarvan af" not in str(alert.facts), "what ends it is not addressed to them"


def two_of_the_mccb(register: Register, asked: NewDecision) -> None:
    """Two meetings of the MCCb that were invited, of which the first has asked this."""
    a_crisis(register, levels={Body.MCCB})
    for number in (1, 2):
        a_meeting(register, body=Body.MCCB, number=number)
        invited(register, Body.MCCB, number)
    settled(register, "asiel-2022/MCCb/1", an_outcome_of(asked))


def told_of_the_end(register: Register) -> list[Alert]:
    claimed = alerts.claim(register, "toets", 100, timedelta(seconds=60))
    return [one.alert for one in claimed if one.alert.event is Event.REQUEST_WITHDRAWN]


def subjects_before(register: Register) -> set[Subject]:
    """What stands on the agenda of the next MCCb."""
    picture = draw_picture("asiel-2022", (Body.MCCB, 9), crises.find(register, "asiel-2022").plan, (), None, NOW)
    papers = freeze(Body.MCCB, None, files.of_crisis(register, "asiel-2022"), picture, NOW)
    return {point.subject for item in papers.agenda for point in item.points}


@pytest.mark.parametrize("answer", list(Answered))
def test_r24_a_condition_or_a_refusal_says_which_or_why(answer: Answered) -> None:
    if answer is Answered.ACCEPTED:
        assert Reply(answer=answer).answer is answer
    else:
        with pytest.raises(ValidationError, match="needs the"):
            Reply(answer=answer)


# All of them


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_a_source_and_says_how_sure_it_is(rule: Rule) -> None:
    assert rule.source.text
    assert rule.source.confidence in Confidence
    assert rule.rulesets == frozenset(RuleSet)
    assert rule.name in {f"R{number:02}" for number in range(1, 25)}
