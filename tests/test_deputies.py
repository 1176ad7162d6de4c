"""A personal link is handed on to the named deputy, and the record says who really acted."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from crisis.actions import ActionState, NewAction
from crisis.audit import Result
from crisis.errors import (
    CrisisClosed,
    HandedOnBefore,
    NoDeputy,
    OwnConfirmation,
    OwnWork,
    PassUsed,
    Refused,
    WrongPerson,
)
from crisis.meetings import Direction, Stage
from crisis.passes import Act, Grant, make_pass, read_pass
from crisis.plan import Plan
from crisis.structure import Body
from integrations.register import (
    Deed,
    Register,
    actions,
    activations,
    alerts,
    audit,
    closing,
    crises,
    deputies,
    meetings,
    outcomes,
)
from integrations.wording.alerts import render
from tests.building import (
    NOW,
    SOMEONE,
    a_crisis,
    a_grant,
    a_meeting,
    a_plan,
    a_register,
    an_activation,
    an_outcome,
    closed,
    invited,
    ready_to_close,
    recorded,
)
from tests.portal_building import FILLED, SECRET, Portal, a_pass, a_portal, a_report_pass

IAO = "asiel-2022/IAO/1"
MCCB = "asiel-2022/MCCb/1"


def with_deputies(**deputies_of: str) -> Plan:
    people = {key: person.model_dump() for key, person in a_plan().people.items()}
    for person, deputy in deputies_of.items():
        people[person]["deputy"] = deputy
    return a_plan(people=people)


PLAN = with_deputies(secretaris="woordvoerder", lid="secretaris", voorzitter="woordvoerder", piket="lid")


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database, PLAN)
    a_crisis(opened, levels=set(Body))
    a_meeting(opened)
    yield opened
    opened.close()


def handed_on(register: Register, grant: Grant) -> Grant:
    """The pass that the deputy got by mail."""
    deputies.hand_on(register, grant, Deed(grant.person, "toets"), NOW)
    claimed = alerts.claim(register, "toets", 1000, timedelta(minutes=1))
    (theirs,) = [one.alert.grant for one in claimed if one.alert.event == "handed-on"]
    assert theirs is not None
    return theirs


def record(register: Register, grant: Grant, body: Body = Body.IAO) -> Any:
    outcome = an_outcome(register, body, Direction.HOLD)
    return outcomes.record(register, grant, outcome, Deed(grant.actor, "toets"), NOW)


def test_the_deputy_gets_a_link_of_their_own_for_the_same_act_and_no_longer(register: Register) -> None:
    invited(register, Body.IAO)
    grant = a_grant(Act.RECORD_OUTCOME, IAO)
    theirs = handed_on(register, grant)
    assert theirs == replace(grant, person="woordvoerder", on_behalf_of="secretaris", issued_at=NOW)
    told = [(trace.to, trace.channel) for trace in alerts.traces(register) if trace.event == "handed-on"]
    assert told == [("woordvoerder", "mail")]
    last = audit.entries(register)[-1]
    assert (last.action, last.object, last.actor) == ("link.overdragen", IAO, "secretaris")


def test_the_deputy_acts_and_the_record_says_for_whom(register: Register) -> None:
    invited(register, Body.IAO)
    meeting = record(register, handed_on(register, a_grant(Act.RECORD_OUTCOME, IAO)))
    assert (meeting.stage, meeting.recorded_by) == (Stage.RECORDED, "woordvoerder")
    assert audit.entries(register)[-1].actor == "woordvoerder namens secretaris"


def test_the_link_that_was_handed_on_is_spent(register: Register) -> None:
    invited(register, Body.IAO)
    grant = a_grant(Act.RECORD_OUTCOME, IAO)
    handed_on(register, grant)
    with pytest.raises(PassUsed):
        record(register, grant)
    assert meetings.find(register, "asiel-2022", Body.IAO, 1).is_open


def test_a_link_is_handed_on_once_however_often_it_is_clicked(register: Register) -> None:
    grant = a_grant(Act.RECORD_OUTCOME, IAO)
    before = len(audit.entries(register))
    assert [deputies.hand_on(register, grant, SOMEONE, NOW) for _ in range(3)] == ["woordvoerder"] * 3
    assert len(audit.entries(register)) == before + 1


def test_a_link_that_was_used_is_not_handed_on(register: Register) -> None:
    invited(register, Body.IAO)
    grant = a_grant(Act.RECORD_OUTCOME, IAO)
    record(register, grant)
    with pytest.raises(PassUsed):
        deputies.hand_on(register, grant, SOMEONE, NOW)


@pytest.mark.parametrize(
    ("grant", "why"),
    [
        (a_grant(Act.READ_PAPERS, IAO, "liaison"), NoDeputy),
        (replace(a_grant(Act.RECORD_OUTCOME, IAO, "woordvoerder"), on_behalf_of="secretaris"), HandedOnBefore),
    ],
)
def test_without_a_deputy_nothing_is_handed_on_and_that_is_audited(
    register: Register, grant: Grant, why: type[Refused]
) -> None:
    with pytest.raises(why):
        deputies.hand_on(register, grant, SOMEONE, NOW)
    assert audit.entries(register)[-1].result is Result.REFUSED
    assert not [trace for trace in alerts.traces(register) if trace.event == "handed-on"]


def test_nothing_of_a_closed_crisis_is_handed_on(database: str) -> None:
    register = a_register(database, PLAN)
    a_crisis(register)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    closed(register)
    with pytest.raises(CrisisClosed):
        deputies.hand_on(register, a_grant(Act.RECORD_OUTCOME, IAO), SOMEONE, NOW)
    register.close()


def test_a_deputy_acts_only_for_whose_act_it_is(register: Register) -> None:
    invited(register, Body.IAO)
    with pytest.raises(WrongPerson):
        record(register, handed_on(register, a_grant(Act.RECORD_OUTCOME, IAO, "lid")))


def test_a_deputy_who_recorded_for_the_secretary_does_not_confirm_for_the_chair(register: Register) -> None:
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    theirs = replace(a_grant(Act.RECORD_OUTCOME, MCCB, "woordvoerder"), on_behalf_of="secretaris")
    assert record(register, theirs, Body.MCCB).proposed_by == "woordvoerder"
    second = replace(a_grant(Act.CONFIRM_OUTCOME, MCCB, "woordvoerder"), on_behalf_of="voorzitter")
    with pytest.raises(OwnConfirmation):
        outcomes.confirm(register, second, True, "", SOMEONE, NOW)
    assert audit.entries(register)[-1].result is Result.REFUSED
    meeting = outcomes.confirm(register, a_grant(Act.CONFIRM_OUTCOME, MCCB, "voorzitter"), True, "", SOMEONE, NOW)
    assert (meeting.recorded_by, meeting.confirmed_by) == ("woordvoerder", "voorzitter")


def test_what_a_deputy_recorded_for_the_secretary_is_not_confirmed_by_that_secretary(register: Register) -> None:
    """As a deputy of the chair: the act was the secretary's, whoever did it."""
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    record(register, replace(a_grant(Act.RECORD_OUTCOME, MCCB, "woordvoerder"), on_behalf_of="secretaris"), Body.MCCB)
    own = replace(a_grant(Act.CONFIRM_OUTCOME, MCCB, "secretaris"), on_behalf_of="voorzitter")
    with pytest.raises(OwnConfirmation):
        outcomes.confirm(register, own, True, "", SOMEONE, NOW)
    assert outcomes.confirm(register, a_grant(Act.CONFIRM_OUTCOME, MCCB, "voorzitter"), True, "", SOMEONE, NOW).confirmed_by


def test_a_closing_that_a_deputy_proposed_is_not_confirmed_by_the_secretary(database: str) -> None:
    opened = a_register(database, PLAN)
    a_crisis(opened)
    a_meeting(opened)
    recorded(opened, Body.IAO, Direction.DOWN)
    ready_to_close(opened)
    key = closing.key_of("asiel-2022")
    again = replace(a_grant(Act.CLOSE_CRISIS, key, "woordvoerder"), on_behalf_of="secretaris")
    closing.propose(opened, again, SOMEONE, NOW)
    own = replace(a_grant(Act.CONFIRM_CLOSING, key, "secretaris"), on_behalf_of="voorzitter")
    with pytest.raises(OwnConfirmation):
        closing.confirm(opened, own, True, "", SOMEONE, NOW)
    opened.close()


def test_a_deputy_who_reported_an_action_item_does_not_verify_it(register: Register) -> None:
    invited(register, Body.IAO)
    due_at = NOW + timedelta(days=3)
    outcome = an_outcome(register, Body.IAO, Direction.HOLD, NewAction(title="bel", owner="lid", due_at=due_at))
    outcomes.record(register, a_grant(Act.RECORD_OUTCOME, IAO), outcome, SOMEONE, NOW)
    reports = handed_on(register, a_grant(Act.REPORT_ACTION, "asiel-2022/A1", "lid"))
    assert actions.report(register, reports, "Gebeld.", SOMEONE, NOW).reported_by == "secretaris"
    with pytest.raises(OwnWork):
        actions.verify(register, a_grant(Act.VERIFY_ACTION, "asiel-2022/A1"), True, "", SOMEONE, NOW)
    asked = [trace.to for trace in alerts.traces(register) if trace.event == "action-reported"]
    assert asked == ["voorzitter"]
    verifies = a_grant(Act.VERIFY_ACTION, "asiel-2022/A1", "voorzitter")
    assert actions.verify(register, verifies, True, "", SOMEONE, NOW).state is ActionState.CLOSED


def test_a_link_to_activate_is_handed_on_too(register: Register) -> None:
    theirs = handed_on(register, a_grant(Act.ACTIVATE, activations.activating("piket"), "piket"))
    activations.activate(register, theirs, an_activation("brand-2023"), Deed(theirs.actor, "toets"), NOW)
    assert crises.find(register, "brand-2023").slug == "brand-2023"
    assert audit.entries(register)[-1].actor == "lid namens piket"


def test_links_from_before_deputies_still_hold_and_read_the_same() -> None:
    old = (
        '{"person":"secretaris","act":"record","object":"asiel-2022/IAO/1",'
        '"issued_at":"2022-06-17T06:00:00Z","expires_at":"2023-07-22T06:00:00Z"}'
    )
    grant = a_grant(Act.RECORD_OUTCOME, IAO)
    token = make_pass(grant, SECRET)
    assert read_pass(token, SECRET, NOW) == grant
    assert base64.urlsafe_b64decode(token.partition(".")[0] + "==").decode() == old
    theirs = replace(grant, person="woordvoerder", on_behalf_of="secretaris")
    assert read_pass(make_pass(theirs, SECRET), SECRET, NOW) == theirs


# On the pages


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path, PLAN)
    yield portal
    portal.register.close()


def mailed_link(portal: Portal) -> str:
    """The address in the mail that the deputy got."""
    claimed = alerts.claim(portal.register, "toets", 1000, timedelta(minutes=1))
    (alert,) = [one.alert for one in claimed if one.alert.event == "handed-on"]
    assert alert.grant is not None
    link = "/p/" + make_pass(alert.grant, SECRET)
    told = render(alert, link, "", "")
    assert told.subject == "[OEFENING] asiel-2022: namens secretaris: leg de uitkomst vast, IAO 1"
    assert link in told.text
    return link


def test_a_secretary_hands_the_outcome_on_with_one_click_and_the_deputy_records_it(portal: Portal) -> None:
    assert "Draag over aan woordvoerder" in portal.open(a_pass()).text
    assert portal.send(f"{a_pass()}/overdragen", {}).status_code == 303
    mine = unescape(portal.open(a_pass()).text)
    assert "U hebt deze link overgedragen aan woordvoerder, op vrijdag 17 juni 2022, 08:00" in mine
    assert "<form" not in mine
    theirs = mailed_link(portal)
    page = portal.open(theirs).text
    assert "U legt vast als: woordvoerder, namens secretaris." in page
    assert "Draag over aan" not in page
    assert portal.send(theirs, FILLED).status_code == 303
    assert "door woordvoerder, namens secretaris." in portal.open(theirs).text
    assert audit.entries(portal.register)[-1].actor == "woordvoerder namens secretaris"


def test_a_link_without_a_deputy_offers_no_button(portal: Portal) -> None:
    page = portal.open(a_pass("liaison", Act.READ_PAPERS)).text
    assert "/overdragen" not in page
    assert portal.send(f"{a_pass('liaison', Act.READ_PAPERS)}/overdragen", {}).status_code == 403


def test_who_sends_the_form_after_handing_it_on_is_told_so_and_records_nothing(portal: Portal) -> None:
    portal.send(f"{a_pass()}/overdragen", {})
    late = portal.send(a_pass(), FILLED)
    assert late.status_code == 403
    assert "Deze link is al gebruikt" in late.text
    assert meetings.find(portal.register, "asiel-2022", Body.IAO, 1).is_open


def test_an_action_item_says_who_reported_it_and_for_whom(portal: Portal) -> None:
    portal.send(a_pass(), FILLED)
    portal.send(f"{a_report_pass()}/overdragen", {})
    claimed = alerts.claim(portal.register, "toets", 1000, timedelta(minutes=1))
    (grant,) = [one.alert.grant for one in claimed if one.alert.event == "handed-on"]
    assert grant is not None
    portal.send("/p/" + make_pass(grant, SECRET), {"evidence": "Verslag."})
    page = portal.open(a_pass("voorzitter", Act.VERIFY_ACTION, "asiel-2022/A1")).text
    assert "08:00, secretaris, namens lid BZK" in page
