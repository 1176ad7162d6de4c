"""Who calls a body together, and after consulting whom (R05, R09): under both rule sets."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from crisis.convening import Call, check_call
from crisis.errors import InvalidInput, MayNotAsk, NotActive, NotConsulted
from crisis.meetings import Direction
from crisis.passes import Act
from crisis.rules import Rule
from crisis.structure import Body, RuleSet
from integrations.register import Register, due, meetings
from integrations.wording.refusals import refusal_text
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_register, head_pass, own_pass, recorded
from tests.seating import a_seated_plan

CRISIS = "asiel-2022"
AT = NOW + timedelta(hours=3)
ALL = frozenset(Body)
both = pytest.mark.parametrize("ruleset", list(RuleSet))


def called(ruleset: RuleSet, body: Body, initiative: str, *consulted: str) -> None:
    check_call(body, Call(initiative=initiative, consulted=consulted), ALL, a_seated_plan(ruleset))


@both
def test_r05_a_minister_asks_for_the_mccb_after_the_minister_president_and_the_minister_concerned(ruleset: RuleSet) -> None:
    called(ruleset, Body.MCCB, "minister van Financiën", "minister-president", "minister voor VRO")
    called(ruleset, Body.MCCB, "staatssecretaris van JenV", "mp", "minister-bzk")
    called(ruleset, Body.MCCB, "minister-president", "minister-jenv")


@both
def test_r05_an_official_does_not_ask_for_the_mccb(ruleset: RuleSet) -> None:
    with pytest.raises(MayNotAsk) as refusal:
        called(ruleset, Body.MCCB, "directeur NCTV", "minister-president", "minister voor VRO")
    assert refusal.value.rule is Rule.R05


@pytest.mark.parametrize(
    ("ruleset", "accord"), [(RuleSet.OF_2016, "in overleg met"), (RuleSet.OF_2022, "in overeenstemming met")]
)
def test_r05_the_mccb_is_not_called_without_the_minister_president(ruleset: RuleSet, accord: str) -> None:
    with pytest.raises(NotConsulted) as refusal:
        called(ruleset, Body.MCCB, "minister-jenv", "minister voor VRO")
    needs = f"{accord} de minister-president"
    assert refusal_text(refusal.value, "nl") == f"MCCb komt bijeen {needs}: leg vast wie geraadpleegd is (R05)."
    assert "prime minister" in refusal_text(refusal.value, "en")


@both
def test_r05_the_mccb_is_not_called_without_the_minister_concerned(ruleset: RuleSet) -> None:
    with pytest.raises(NotConsulted) as refusal:
        called(ruleset, Body.MCCB, "minister-jenv", "minister-president")
    assert (refusal.value.rule, "eerstverantwoordelijke" in str(refusal.value)) == (Rule.R05, True)


@both
def test_r09_the_iao_is_called_by_a_director_of_the_nctv_or_a_departmental_crisis_coordinator(ruleset: RuleSet) -> None:
    for initiative in ("directeur-nctv", "departementaal crisiscoördinator Financiën"):
        called(ruleset, Body.IAO, initiative, "ministerie van JenV")
    with pytest.raises(MayNotAsk) as refusal:
        called(ruleset, Body.IAO, "liaison", "ministerie van JenV")
    assert refusal.value.rule is Rule.R09


@both
def test_r09_the_iao_is_not_called_without_the_ministry_concerned(ruleset: RuleSet) -> None:
    with pytest.raises(NotConsulted) as refusal:
        called(ruleset, Body.IAO, "directeur-nctv")
    assert refusal.value.rule is Rule.R09


@both
def test_of_the_iccb_no_consultation_is_known(ruleset: RuleSet) -> None:
    called(ruleset, Body.ICCB, "dg-vws")
    with pytest.raises(MayNotAsk) as refusal:
        called(ruleset, Body.ICCB, "liaison")
    assert refusal.value.rule is None


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database, a_seated_plan())
    a_crisis(opened)
    yield opened
    opened.close()


CALL = Call(initiative="dcc-bzk", consulted=("ministerie van JenV", "minister-bzk"))


def test_an_extra_meeting_is_recorded_with_who_called_it_and_who_was_consulted(register: Register) -> None:
    a_meeting(register)
    meeting = meetings.call(register, own_pass(Act.CALL_MEETING, "dcc-bzk"), Body.IAO, AT, CALL, SOMEONE, NOW)
    assert (meeting.number, meeting.initiative) == (2, "dcc-bzk")
    assert meeting.consulted == "ministerie van JenV; minister-bzk"
    assert meetings.call(register, own_pass(Act.CALL_MEETING, "dcc-bzk"), Body.IAO, AT, CALL, SOMEONE, NOW) == meeting
    assert len(meetings.of_crisis(register, CRISIS)) == 2


def test_what_the_procedure_itself_calls_together_says_so(register: Register) -> None:
    a_meeting(register)
    recorded(register, Body.IAO, Direction.HOLD)
    due.follow_up(register, SOMEONE, NOW + timedelta(days=8))
    said = [meeting.initiative for meeting in meetings.of_crisis(register, CRISIS)]
    assert said == ["opschaling", "ritme van het crisisplan"]


def test_a_body_that_is_not_active_or_an_hour_that_has_passed_is_refused(register: Register) -> None:
    with pytest.raises(NotActive):
        meetings.call(register, head_pass(register, Act.CALL_MEETING, Body.MCCB), Body.MCCB, AT, CALL, SOMEONE, NOW)
    with pytest.raises(InvalidInput):
        meetings.call(register, own_pass(Act.CALL_MEETING, "dcc-bzk"), Body.IAO, NOW - timedelta(seconds=1), CALL, SOMEONE, NOW)
    assert meetings.of_crisis(register, CRISIS) == ()
