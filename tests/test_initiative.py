"""What somebody does of their own accord: who may, with a link that is mailed to them alone, and works once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from crisis.audit import Result
from crisis.convening import Call
from crisis.errors import CrisisClosed, InvalidInput, NotForBody, PassInvalid, PassUsed, Refused, WrongRole
from crisis.figures import Figure, FigureKind
from crisis.giving import EnteredFigures, Means
from crisis.initiative import INQUIRY_ACTS, OWN_ACTS, who_may
from crisis.inquiries import Answer, Ending, NewInquiry, Score, Submission
from crisis.meetings import Direction
from crisis.members import Designation, Release
from crisis.passes import Act, Grant
from crisis.regions import Grip, GripLevel
from crisis.structure import Body, Role
from integrations.register import (
    Deed,
    Register,
    alerts,
    audit,
    crises,
    deputies,
    form_answers,
    grips,
    initiative,
    inquiries,
    intake,
    meetings,
    members,
    passes,
)
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_register, closed, invited, own_pass, recorded
from tests.portal_building import Portal, a_pass, a_portal
from tests.seating import a_seated_plan, people

CRISIS = "asiel-2022"
AT = NOW + timedelta(hours=3)
PLAN = a_seated_plan(
    people=people(directeur_nctv={"deputy": "dg-vws"}),
    roles={Role.LIAISON: ["liaison"], Role.AUDITOR: ["auditor"], Role.ADMINISTRATOR: ["beheerder"]},
    partners=[
        {"id": name, "name": name, "kind": "organisatie", "address": f"/{name}", "indicators": ["opvang"]}
        for name in ("COA", "IND")
    ],
)
CALL = Call(initiative="dcc-bzk", consulted=("ministerie van JenV",))
GRIP = Grip(region="VR01", level=GripLevel.FOUR, since=NOW - timedelta(hours=1), source="de regio")
WISH = Designation(body=Body.IAO, person="dcc-vws", decided_by="wie dan ook", reason="Zorg is betrokken.")
LEAVING = Release(body=Body.IAO, person="liaison", decided_by="wie dan ook", reason="Klaar.")

QUESTION = NewInquiry(
    question="Hoeveel mensen vannacht?", indicators=("opvang",), partners=("COA", "IND"), reference_date=NOW.date(), due_at=AT
)
EARLIER = QUESTION.model_copy(update={"question": "Hoeveel mensen gisteren?", "reference_date": NOW.date() - timedelta(days=1)})
SAID = EnteredFigures(
    inquiry=1,
    partner="IND",
    values={"opvang.observed": Decimal(40)},
    means=Means.TELEPHONE,
    said_by="de directeur",
    said_at=NOW,
)

DO: dict[Act, Callable[[Register, Grant], Any]] = {
    Act.CALL_MEETING: lambda r, g: meetings.call(r, g, Body.IAO, AT, CALL, by(g), NOW),
    Act.DESIGNATE: lambda r, g: members.designate(r, g, WISH, by(g), NOW),
    Act.RELEASE: lambda r, g: members.release(r, g, LEAVING, by(g), NOW),
    Act.SET_GRIP: lambda r, g: grips.set_level(r, g, GRIP, by(g), NOW),
    Act.ASK_PARTNERS: lambda r, g: inquiries.ask(r, g, QUESTION, by(g), NOW),
    Act.CLOSE_INQUIRY: lambda r, g: inquiries.close(r, g, 1, by(g), NOW),
    Act.JUDGE_FIGURES: lambda r, g: form_answers.judge(r, g, (1, "COA"), False, "Met de boot?", by(g), NOW),
    Act.ENTER_FIGURES: lambda r, g: form_answers.enter(r, g, SAID, by(g), NOW),
}
WHO = {Act.CALL_MEETING: "dcc-bzk", Act.DESIGNATE: "secretaris", Act.RELEASE: "directeur-nctv", Act.SET_GRIP: "liaison"}
WHO |= dict.fromkeys(INQUIRY_ACTS, "directeur-nctv")


def an_inquiry(register: Register) -> None:
    """An inquiry that one of two partners has answered."""
    inquiries.ask(register, own_pass(Act.ASK_PARTNERS, "secretaris"), EARLIER, SOMEONE, NOW)
    number = Figure(
        indicator="opvang",
        area="NL",
        kind=FigureKind.OBSERVED,
        value=Decimal(40),
        unit="mensen",
        reference_date=EARLIER.reference_date,
        source="COA",
    )
    answer = Answer(partner="COA", submission=Submission.ON_TIME, received_at=NOW, figures=(number,))
    intake.take_in_for(register, CRISIS, 1, [answer], SOMEONE, NOW)


def by(grant: Grant) -> Deed:
    return Deed(grant.actor, "toets")


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database, PLAN)
    a_crisis(opened)
    an_inquiry(opened)
    yield opened
    opened.close()


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path, PLAN)
    an_inquiry(portal.register)
    yield portal
    portal.register.close()


def test_who_leads_a_body_and_its_secretary_decide_who_sits_in_it() -> None:
    heads = {"secretaris", "directeur-nctv", "nctv", "minister-jenv", "mp", "dg-vws"}
    for act in (Act.DESIGNATE, Act.RELEASE, *INQUIRY_ACTS):
        assert set(who_may(act, PLAN)) == heads
    assert set(who_may(Act.CALL_MEETING, PLAN)) == heads | {"dcc-az", "dcc-bzk", "dcc-vws", "dcc-ezk"}
    assert who_may(Act.SET_GRIP, PLAN) == ("liaison", "secretaris", "piket")


def test_who_administers_or_audits_may_do_none_of_it() -> None:
    for act in OWN_ACTS:
        assert not {"auditor", "beheerder"} & set(who_may(act, PLAN))


@pytest.mark.parametrize("act", OWN_ACTS)
def test_each_is_done_once_with_a_link_and_the_same_again_changes_nothing(register: Register, act: Act) -> None:
    grant = own_pass(act, WHO[act])
    first = DO[act](register, grant)
    entries = len(audit.entries(register))
    assert audit.entries(register)[-1].actor == WHO[act]
    assert DO[act](register, grant) == first
    assert len(audit.entries(register)) == entries


@pytest.mark.parametrize("act", OWN_ACTS)
def test_a_link_for_another_act_or_somebody_else_does_nothing_and_is_audited(register: Register, act: Act) -> None:
    other = next(one for one in OWN_ACTS if one is not act)
    theirs = own_pass(act, WHO[act])
    handed = Grant(person="beheerder", act=act, object=theirs.object, issued_at=theirs.issued_at, expires_at=theirs.expires_at)
    before = everything(register)
    for grant in (own_pass(other, WHO[other]), handed):
        with pytest.raises(Refused):
            DO[act](register, grant)
        assert audit.entries(register)[-1].result is Result.REFUSED
    assert everything(register) == before


def everything(register: Register) -> tuple[object, ...]:
    with register.read() as session:
        answers = intake.answers_to(session, CRISIS, 1)
    return crises.standing(register, CRISIS), grips.of_crisis(register, CRISIS), inquiries.of_crisis(register, CRISIS), answers


def test_a_link_that_was_used_does_nothing_else(register: Register) -> None:
    grant = own_pass(Act.DESIGNATE, "secretaris")
    members.designate(register, grant, WISH, SOMEONE, NOW)
    with pytest.raises(PassUsed):
        members.designate(register, grant, WISH.model_copy(update={"person": "dcc-ezk"}), SOMEONE, NOW)
    assert "dcc-ezk" not in crises.find(register, CRISIS).plan.bodies[Body.IAO].members


def test_r03_the_chair_of_one_body_does_not_decide_who_sits_in_another(register: Register) -> None:
    for grant in (own_pass(Act.DESIGNATE, "nctv"), own_pass(Act.DESIGNATE, "dcc-bzk")):
        with pytest.raises(NotForBody):
            members.designate(register, grant, WISH, SOMEONE, NOW)
    with pytest.raises(NotForBody):
        members.release(register, own_pass(Act.RELEASE, "minister-jenv"), LEAVING, SOMEONE, NOW)


def test_r03_what_the_secretary_writes_down_the_chair_has_decided(register: Register) -> None:
    membership = members.designate(register, own_pass(Act.DESIGNATE, "secretaris"), WISH, SOMEONE, NOW)
    assert membership.decided_by == "directeur-nctv"


def test_r05_a_minister_asks_for_the_mccb_and_its_chair_or_secretary_calls_it(database: str) -> None:
    register = a_register(database, PLAN)
    a_crisis(register, levels={Body.MCCB})
    call = Call(initiative="minister-bzk", consulted=("minister-president", "minister-vws"))
    with pytest.raises(NotForBody):
        meetings.call(register, own_pass(Act.CALL_MEETING, "minister-bzk"), Body.MCCB, AT, call, SOMEONE, NOW)
    meeting = meetings.call(register, own_pass(Act.CALL_MEETING, "minister-jenv"), Body.MCCB, AT, call, SOMEONE, NOW)
    assert meeting.initiative == "minister-bzk"
    register.close()


def test_r09_nobody_calls_the_iao_in_the_name_of_another_coordinator(register: Register) -> None:
    with pytest.raises(NotForBody):
        meetings.call(register, own_pass(Act.CALL_MEETING, "dcc-vws"), Body.IAO, AT, CALL, SOMEONE, NOW)
    assert meetings.of_crisis(register, CRISIS) == ()


def test_the_deputy_of_the_chair_acts_for_them_and_both_are_in_the_trail(register: Register) -> None:
    deputies.hand_on(register, own_pass(Act.DESIGNATE, "directeur-nctv"), Deed("directeur-nctv", "toets"), NOW)
    (theirs,) = (
        one.alert.grant
        for one in alerts.claim(register, "toets", 99, timedelta(minutes=1))
        if one.alert.grant and one.alert.grant.act is Act.DESIGNATE
    )
    assert (theirs.person, theirs.on_behalf_of) == ("dg-vws", "directeur-nctv")
    membership = members.designate(register, theirs, WISH, by(theirs), NOW)
    assert membership.decided_by == "directeur-nctv"
    assert audit.entries(register)[-1].actor == "dg-vws namens directeur-nctv"


def test_a_link_is_mailed_to_that_person_alone_once_per_quarter_of_an_hour(register: Register) -> None:
    for minutes in (0, 14, 15):
        initiative.ask_link(register, CRISIS, Act.SET_GRIP, "liaison", SOMEONE, NOW + timedelta(minutes=minutes))
    claimed = alerts.claim(register, "toets", 99, timedelta(minutes=1))
    sent = [one.alert for one in claimed if one.alert.event == "own-link-asked"]
    assert [alert.to for alert in sent] == ["liaison", "liaison"]
    for alert in sent:
        assert alert.grant
        assert (alert.grant.act, alert.grant.object) == (Act.SET_GRIP, f"{CRISIS}/grip/liaison")
    grips.set_level(register, sent[0].grant, GRIP, SOMEONE, NOW)  # type: ignore[arg-type]  # asserted above


def test_who_has_used_their_link_gets_another_at_once(register: Register) -> None:
    """When many regions scale up together, the liaison notes one after the other."""
    for minute, region in enumerate(("VR01", "VR02", "VR03")):
        for second in range(2):
            at = NOW + timedelta(minutes=minute, seconds=second)
            initiative.ask_link(register, CRISIS, Act.SET_GRIP, "liaison", SOMEONE, at)
        claimed = alerts.claim(register, "toets", 99, timedelta(minutes=1))
        (theirs,) = (one.alert.grant for one in claimed if one.alert.event == "own-link-asked")
        assert theirs
        grips.set_level(register, theirs, GRIP.model_copy(update={"region": region}), SOMEONE, NOW)
    assert len(grips.of_crisis(register, CRISIS)) == 3


@pytest.mark.parametrize("act", OWN_ACTS)
def test_what_another_has_done_already_is_not_done_twice_and_their_link_is_spent_too(register: Register, act: Act) -> None:
    first = DO[act](register, own_pass(act, WHO[act]))
    other = own_pass(act, "secretaris" if WHO[act] != "secretaris" else "directeur-nctv")
    entries = len(audit.entries(register))
    assert DO[act](register, other) == first
    assert len(audit.entries(register)) == entries
    assert passes.used_for(register, other)


def test_for_the_hour_of_a_meeting_that_is_over_nobody_is_called(register: Register) -> None:
    a_meeting(register)
    recorded(register, Body.IAO, Direction.HOLD)
    later = NOW + timedelta(days=2)
    with pytest.raises(InvalidInput, match="in_the_past"):
        meetings.call(register, own_pass(Act.CALL_MEETING, "dcc-bzk"), Body.IAO, NOW + timedelta(hours=2), CALL, SOMEONE, later)


def test_who_may_not_gets_no_link_and_in_a_closed_crisis_nobody_does(register: Register) -> None:
    with pytest.raises(WrongRole):
        initiative.ask_link(register, CRISIS, Act.DESIGNATE, "liaison", SOMEONE, NOW)
    a_meeting(register)
    invited(register, Body.IAO)
    recorded(register, Body.IAO, Direction.DOWN)
    closed(register)
    with pytest.raises(CrisisClosed):
        initiative.ask_link(register, CRISIS, Act.DESIGNATE, "secretaris", SOMEONE, NOW)
    assert not [trace for trace in alerts.traces(register, CRISIS) if trace.event == "own-link-asked"]


def test_a_liaison_who_is_none_any_more_notes_no_level(register: Register) -> None:
    with pytest.raises(WrongRole):
        grips.set_level(register, own_pass(Act.SET_GRIP, "dcc-bzk"), GRIP, SOMEONE, NOW)


FILLED: dict[Act, dict[str, str]] = {
    Act.CALL_MEETING: {"body": "IAO", "planned_at": "2099-06-17T12:00", "consulted": "ministerie van JenV\r\n\r\nminister-bzk"},
    Act.DESIGNATE: {"body": "IAO", "person": "dcc-vws", "capacity": "lid", "reason": "Zorg is betrokken."},
    Act.RELEASE: {"body": "IAO", "person": "liaison", "reason": "Klaar."},
    Act.SET_GRIP: {"region": "VR01", "level": "4", "since": "2022-06-17T07:00", "source": "de regio"},
    Act.ASK_PARTNERS: {
        "question": "Hoeveel mensen vannacht?",
        "indicators.opvang": "ja",
        "kinds.organisatie": "ja",
        "partners": "COA",
        "reference_date": "2022-06-18",
        "due_at": "2099-06-17T12:00",
        "enough": "0.5",
    },
    Act.CLOSE_INQUIRY: {"inquiry": "1"},
    Act.JUDGE_FIGURES: {"inquiry": "1", "partner": "COA", "judgement": "teruggeven", "remark": "Met de boot?"},
    Act.ENTER_FIGURES: {
        "inquiry": "1",
        "partner": "IND",
        "values": "opvang waargenomen 40,5",
        "state": "voorlopig",
        "means": "per mail",
        "said_by": "de directeur",
        "said_at": "2022-06-17T07:00",
    },
}


@pytest.mark.parametrize("act", OWN_ACTS)
def test_from_the_page_of_the_crisis_to_what_was_done(portal: Portal, act: Act) -> None:
    path = f"/crises/{CRISIS}/link/{act}"
    assert path in portal.open(f"/crises/{CRISIS}").text
    assert f'value="{WHO[act]}"' in portal.open(path).text
    answer = portal.send(path, {"person": WHO[act]})
    assert "en aan niemand anders" in unescape(answer.text)
    claimed = alerts.claim(portal.register, "toets", 99, timedelta(minutes=1))
    (grant,) = (one.alert.grant for one in claimed if one.alert.event == "own-link-asked")
    assert grant
    own_page = a_pass(grant.person, grant.act, grant.object)
    assert "<form" in portal.open(own_page).text
    done = portal.send(own_page, FILLED[act])
    assert "Dit is vastgelegd op" in unescape(portal.open(own_page).text)
    assert done.status_code in (200, 303)
    match act:
        case Act.CALL_MEETING:
            called = meetings.of_crisis(portal.register, CRISIS)[-1]
            assert (called.initiative, called.consulted) == ("dcc-bzk", "ministerie van JenV; minister-bzk")
        case Act.DESIGNATE:
            assert "dcc-vws" in crises.find(portal.register, CRISIS).plan.bodies[Body.IAO].members
        case Act.RELEASE:
            assert "liaison" not in crises.find(portal.register, CRISIS).plan.bodies[Body.IAO].members
        case Act.ASK_PARTNERS:
            asked = inquiries.of_crisis(portal.register, CRISIS)[-1]
            assert (asked.partners, asked.enough, str(asked.reference_date)) == (("COA", "IND"), 0.5, "2022-06-18")
        case Act.CLOSE_INQUIRY:
            assert inquiries.find(portal.register, CRISIS, 1).closed_because is Ending.BY_HAND
        case Act.JUDGE_FIGURES:
            assert stand_of_first(portal).returned == ("COA",)
        case Act.ENTER_FIGURES:
            assert stand_of_first(portal).answered == 2
        case _:
            (noted,) = grips.of_crisis(portal.register, CRISIS)
            assert (noted.region, noted.level) == ("VR01", GripLevel.FOUR)


def stand_of_first(portal: Portal) -> Score:
    return inquiries.score_of(portal.register, inquiries.find(portal.register, CRISIS, 1))


def test_what_is_refused_is_said_above_the_form_with_all_that_was_typed(portal: Portal) -> None:
    own_page = a_pass("secretaris", Act.DESIGNATE, f"{CRISIS}/designate/secretaris")
    answer = portal.send(own_page, FILLED[Act.DESIGNATE] | {"body": "MCCb", "person": "minister-vws"})
    said = unescape(answer.text)
    assert "minister-president" in said
    assert "(R03)" in said
    assert "Zorg is betrokken." in said
    assert crises.find(portal.register, CRISIS).plan == PLAN


def test_a_name_that_is_too_long_is_refused_at_its_field_and_nothing_typed_is_lost(portal: Portal) -> None:
    own_page = a_pass("dcc-bzk", Act.CALL_MEETING, f"{CRISIS}/call-meeting/dcc-bzk")
    for wrong in ("x" * 201, "ministerie\tvan JenV"):
        answer = portal.send(own_page, FILLED[Act.CALL_MEETING] | {"consulted": wrong})
        assert answer.status_code == 422
        assert "Geraadpleegd" in unescape(answer.text)
        assert wrong in unescape(answer.text)
    assert len(meetings.of_crisis(portal.register, CRISIS)) == 1


def test_there_is_no_page_for_an_act_that_is_asked_for(portal: Portal) -> None:
    assert portal.open(f"/crises/{CRISIS}/link/record").status_code == 403
    with pytest.raises(PassInvalid):
        members.designate(portal.register, own_pass(Act.SET_GRIP, "secretaris"), WISH, SOMEONE, NOW)
