"""A ministry that was left out of the IAO hears of it at the same moment, and may ask to be invited (R09)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crisis.alerts import Event, Notice, hearers
from crisis.errors import (
    AlreadySeated,
    CrisisClosed,
    InvalidInput,
    InvitationAnswered,
    NoSuchInvitation,
    PassInvalid,
    PassUsed,
    Refused,
    WrongPerson,
)
from crisis.invitations import InvitationRequest
from crisis.life import Phase
from crisis.meetings import Direction
from crisis.members import Designation
from crisis.passes import Act, Grant
from crisis.structure import Body, RuleSet
from integrations.register import Register, alerts, audit, crises, invitations, members
from integrations.register.due import follow_up
from integrations.register.tables import CrisisRow
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_register, an_outcome, head_pass, invited, settled
from tests.portal_building import Portal, a_pass, a_portal
from tests.seating import a_seated_plan

CRISIS, MEETING, REQUEST = "asiel-2022", "asiel-2022/IAO/1", "asiel-2022/IAO/1/dcc-vws"
REASON = "Onder wie buiten slaapt zijn zieken."


@pytest.fixture(params=list(RuleSet))
def register(request: pytest.FixtureRequest, database: str) -> Iterator[Register]:
    opened = a_register(database, a_seated_plan(request.param))
    a_crisis(opened)
    a_meeting(opened)
    yield opened
    opened.close()


def a_grant(person: str = "dcc-vws", act: Act = Act.ASK_INVITATION, object_: str = MEETING) -> Grant:
    return Grant(person=person, act=act, object=object_, issued_at=NOW, expires_at=NOW + timedelta(days=9))


def ask(register: Register, reason: str = REASON, grant: Grant | None = None) -> InvitationRequest:
    return invitations.ask(register, grant or a_grant(), reason, SOMEONE, NOW)


def answer(register: Register, accepted: bool, remark: str = "", person: str = "secretaris") -> InvitationRequest:
    grant = a_grant(person, Act.ANSWER_INVITATION, REQUEST)
    return invitations.answer(register, grant, accepted, remark, SOMEONE, NOW)


def heard(register: Register, event: Event) -> list[str]:
    return sorted(trace.to for trace in alerts.traces(register, CRISIS) if trace.event is event)


def test_r09_all_other_ministries_hear_of_the_convening_of_the_iao_at_the_same_moment(register: Register) -> None:
    assert {"dcc-vws", "dcc-ezk"} <= set(heard(register, Event.CONVENED))
    claimed = alerts.claim(register, "toets", 100, timedelta(minutes=1))
    convened = [one.alert for one in claimed if one.alert.event is Event.CONVENED]
    assert len({alert.facts["at"] for alert in convened}) == 1
    may_ask = [alert.to for alert in convened if alert.grant and alert.grant.act is Act.ASK_INVITATION]
    assert sorted(may_ask) == ["dcc-ezk", "dcc-vws"]


def test_r09_of_another_body_the_other_ministries_do_not_hear(register: Register) -> None:
    a_crisis(register, slug="vloed", levels={Body.ICCB})
    a_meeting(register, "vloed", Body.ICCB)
    told = [trace.key for trace in alerts.traces(register, "vloed") if "ICCb/1/convened" in trace.key]
    assert told
    assert not any("dcc-vws" in key for key in told)


def test_a_chain_may_name_the_regions_and_the_ministries() -> None:
    groups = {name: group.model_dump() for name, group in a_seated_plan().groups.items()}
    plan = a_seated_plan(
        groups=groups | {"regios": {"name": "Regio's", "people": ["liaison"]}},
        regions="regios",
        chains={"outcome-recorded": ["regions", "ministries"]},
    )
    for body, hear in ((Body.IAO, ["liaison", "dcc-vws", "dcc-ezk"]), (Body.MCCB, ["liaison"])):
        notice = Notice(event=Event.OUTCOME_RECORDED, key="x", facts={}, bodies=frozenset({body}))
        assert [hearer.to for hearer in hearers(notice, plan)] == hear


def test_r09_who_takes_part_already_gets_no_link_to_ask(register: Register) -> None:
    wish = Designation(body=Body.IAO, person="dcc-vws", decided_by="directeur-nctv", reason="Zorg.")
    members.designate(register, head_pass(register, Act.DESIGNATE, Body.IAO), wish, SOMEONE, NOW)
    a_meeting(register, number=2)
    claimed = alerts.claim(register, "toets", 200, timedelta(minutes=1))
    granted = [c.alert.to for c in claimed if c.alert.key.startswith(f"{CRISIS}/IAO/2/convened") and c.alert.grant]
    assert granted == ["dcc-ezk"]
    with pytest.raises(AlreadySeated):
        ask(register)


def test_r09_a_request_goes_to_the_secretary_with_a_link_to_answer(register: Register) -> None:
    ask(register)
    claimed = alerts.claim(register, "toets", 200, timedelta(minutes=1))
    (alert,) = [one.alert for one in claimed if one.alert.event is Event.INVITATION_ASKED]
    assert (alert.to, alert.facts["reason"], alert.facts["ministry"]) == ("secretaris", REASON, "VWS")
    assert alert.grant
    assert (alert.grant.act, alert.grant.object) == (Act.ANSWER_INVITATION, REQUEST)


def test_r09_an_accepted_ministry_takes_part_and_hears_so(register: Register) -> None:
    ask(register)
    assert answer(register, accepted=True).accepted
    assert "dcc-vws" in crises.find(register, CRISIS).plan.bodies[Body.IAO].members
    assert "dcc-vws" in heard(register, Event.DESIGNATED)
    (membership,) = members.of_crisis(register, CRISIS)
    assert (membership.decided_by, membership.reason) == ("directeur-nctv", REASON)
    invited(register, Body.IAO)
    assert "dcc-vws" in heard(register, Event.INVITED)


def test_r09_a_refusal_has_a_reason_and_is_told_to_who_asked(register: Register) -> None:
    ask(register)
    with pytest.raises(InvalidInput):
        answer(register, accepted=False)
    answer(register, accepted=False, remark="De GGD zit al aan tafel.")
    assert heard(register, Event.INVITATION_REFUSED) == ["dcc-vws"]
    assert members.of_crisis(register, CRISIS) == ()
    assert [request.answer for request in invitations.of_crisis(register, CRISIS)] == ["De GGD zit al aan tafel."]
    assert [e.action for e in audit.entries(register)][-1] == "deelname.beantwoorden"


def test_r09_the_secretary_is_asked_again_with_a_link_until_there_is_an_answer(register: Register) -> None:
    ask(register)
    assert follow_up(register, SOMEONE, NOW + timedelta(hours=23)).invitations == ()
    for days in (1, 2):
        assert follow_up(register, SOMEONE, NOW + timedelta(days=days)).invitations == (REQUEST,)
        assert follow_up(register, SOMEONE, NOW + timedelta(days=days)).invitations == (), "once"
    claimed = [one.alert for one in alerts.claim(register, "toets", 400, timedelta(minutes=1))]
    links = [alert.grant for alert in claimed if alert.event is Event.INVITATION_REMINDED]
    assert [link and (link.act, link.object, link.person) for link in links] == [
        (Act.ANSWER_INVITATION, REQUEST, "secretaris")
    ] * 2
    answer(register, accepted=False, remark="De GGD zit al aan tafel.")
    assert follow_up(register, SOMEONE, NOW + timedelta(days=9)).invitations == ()


def test_nobody_is_asked_again_about_who_takes_part_meanwhile(register: Register) -> None:
    ask(register)
    designated = Designation(body=Body.IAO, person="dcc-vws", decided_by="directeur-nctv", reason="Zorg is nodig.")
    members.designate(register, head_pass(register, Act.DESIGNATE, Body.IAO), designated, SOMEONE, NOW)
    assert follow_up(register, SOMEONE, NOW + timedelta(days=9)).invitations == ()


def test_nobody_is_asked_again_once_no_body_is_active(register: Register) -> None:
    ask(register)
    invited(register, Body.IAO)
    settled(register, f"{CRISIS}/IAO/1", an_outcome(register, Body.IAO, Direction.DOWN))
    assert follow_up(register, SOMEONE, NOW + timedelta(days=9)).invitations == ()


def test_nobody_is_asked_again_in_a_closed_crisis(register: Register) -> None:
    ask(register)
    close(register)
    assert follow_up(register, SOMEONE, NOW + timedelta(days=9)).invitations == ()


def test_the_same_request_and_the_same_answer_twice_are_one(register: Register) -> None:
    for _ in range(2):
        ask(register)
    for _ in range(2):
        answer(register, accepted=False, remark="Nee.")
    actions = [entry.action for entry in audit.entries(register) if entry.action.startswith("deelname.")]
    assert actions == ["deelname.vragen", "deelname.beantwoorden"]
    with pytest.raises(PassUsed):
        ask(register, "Toch om een andere reden.", a_grant())


def test_the_second_answer_loses(register: Register) -> None:
    ask(register)
    answer(register, accepted=False, remark="Nee.")
    with pytest.raises(InvitationAnswered):
        answer(register, accepted=True)


@pytest.mark.parametrize(
    ("grant", "kind"),
    [
        (a_grant("dcc-bzk"), AlreadySeated),
        (a_grant("piket"), WrongPerson),
        (a_grant(act=Act.READ_PAPERS), PassInvalid),
        (a_grant(object_="asiel-2022/ICCb/1"), WrongPerson),
    ],
)
def test_who_may_not_ask_is_refused(register: Register, grant: Grant, kind: type[Refused]) -> None:
    with pytest.raises(kind):
        ask(register, grant=grant)
    assert invitations.of_crisis(register, CRISIS) == ()


def test_only_the_secretary_answers_and_only_what_was_asked(register: Register) -> None:
    with pytest.raises(NoSuchInvitation):
        answer(register, accepted=True)
    ask(register)
    with pytest.raises(WrongPerson):
        answer(register, accepted=True, person="dcc-bzk")


def test_nothing_is_asked_of_a_closed_crisis(register: Register) -> None:
    close(register)
    with pytest.raises(CrisisClosed):
        ask(register)


def close(register: Register) -> None:
    with register.bookkeeping() as session:
        row = session.get_one(CrisisRow, CRISIS)
        row.phase, row.closed_at, row.version = Phase.CLOSED, NOW, row.version + 1
        session.add(row)


# The portal


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return a_portal(tmp_path, a_seated_plan())


ASKING, ANSWERING = a_pass("dcc-vws", Act.ASK_INVITATION), a_pass("secretaris", Act.ANSWER_INVITATION, REQUEST)


def test_a_ministry_asks_in_the_portal_and_sees_what_comes_of_it(portal: Portal) -> None:
    assert "Waarom moet uw ministerie erbij zijn?" in portal.open(ASKING).text
    assert portal.send(ASKING, {"reason": REASON}).status_code == 303
    assert "Uw verzoek is verstuurd" in portal.open(ASKING).text
    page = portal.open(ANSWERING).text
    assert REASON in page
    assert "dcc-vws (VWS)" in page
    assert portal.send(ANSWERING, {"verdict": "aannemen"}).status_code == 303
    assert "Dit verzoek is aangenomen" in portal.open(ANSWERING).text
    assert "Uw verzoek is aangenomen" in portal.open(ASKING).text


def test_an_empty_request_is_refused_and_names_the_field(portal: Portal) -> None:
    before = portal.rows()
    page = portal.send(ASKING, {"reason": " "})
    assert page.status_code == 422
    assert "Reden: vul dit in" in page.text
    assert portal.rows() == before


def test_a_refusal_without_a_reason_keeps_the_form(portal: Portal) -> None:
    portal.send(ASKING, {"reason": REASON})
    page = portal.send(ANSWERING, {"verdict": "afwijzen"})
    assert page.status_code == 422
    assert "Toelichting: vul dit in" in page.text
    assert portal.send(ANSWERING, {}).status_code == 422
    assert portal.send(ANSWERING, {"verdict": "afwijzen", "remark": "Nee."}).status_code == 303
    assert "Uw verzoek is afgewezen" in portal.open(ASKING).text


def test_opening_the_links_changes_nothing(portal: Portal) -> None:
    portal.send(ASKING, {"reason": REASON})
    before = portal.rows()
    for link in (ASKING, ANSWERING):
        portal.open(link)
    assert portal.rows() == before
