"""An activation that comes from Prefect waits for the officer on duty, where the plan asks for it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound

from crisis.activation import ActivationRequest, Confirmation, RequestState, Verdict
from crisis.audit import Result
from crisis.errors import (
    AlreadyActive,
    AlreadyAsked,
    AlreadyDecided,
    InvalidInput,
    NoSuchActivationRequest,
    NoSuchCrisis,
    PassInvalid,
    WrongRole,
)
from crisis.passes import Act, Grant
from crisis.plan import Plan, PlanKind
from crisis.structure import Body
from integrations.register import Deed, Register, alerts, audit, confirmations, crises, due, runs
from tasks.confirmations import tell_who_asked
from tests.building import NOW, SOMEONE, a_crisis, a_plan, a_register, an_activation
from tests.portal_building import Portal, a_pass, a_portal

PREFECT = Deed(actor="Prefect UI", origin="prefect:activering")
YES = Confirmation(verdict=Verdict.CONFIRM)
NO = Confirmation(verdict=Verdict.REFUSE, reason="Dit is een lokaal incident.")
RUN = "57643f6f-5a13-4a30-86e9-bca387a78bf8"


def two_on_duty() -> Plan:
    groups = {name: group.model_dump() for name, group in a_plan().groups.items()}
    return a_plan(groups=groups | {"piket": groups["piket"] | {"people": ["piket", "lid"]}})


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database, two_on_duty())
    yield opened
    opened.close()


def asked(register: Register, **changes: Any) -> ActivationRequest:
    return confirmations.ask(register, an_activation(**changes), RUN, PREFECT, NOW)


def a_grant(request: ActivationRequest, person: str = "piket", **changes: Any) -> Grant:
    fields: dict[str, Any] = {"act": Act.CONFIRM_ACTIVATION, "object": request.key, "expires_at": NOW + timedelta(days=2)}
    return Grant(person=person, issued_at=NOW, **fields | changes)


def answered(
    register: Register, request: ActivationRequest, answer: Confirmation = YES, person: str = "piket"
) -> ActivationRequest:
    return confirmations.decide(register, a_grant(request, person), answer, Deed(person, "toets"), NOW)


def is_active(register: Register, slug: str = "asiel-2022") -> bool:
    try:
        crises.find(register, slug)
    except NoSuchCrisis:
        return False
    return True


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        ({"kind": PlanKind.EXERCISE}, False),
        ({"kind": PlanKind.EXERCISE, "confirm_activation": True}, True),
    ],
)
def test_whether_a_request_waits_is_the_plans_to_say(changes: dict[str, Any], waits: bool) -> None:
    assert a_plan(**changes).is_confirmed_first is waits


def test_in_a_real_plan_a_request_waits_unless_it_says_otherwise() -> None:
    real = a_plan().model_copy(update={"kind": PlanKind.REAL})
    assert real.is_confirmed_first
    assert not real.model_copy(update={"confirm_activation": False}).is_confirmed_first


def test_a_request_activates_nothing_and_asks_those_on_duty_each_with_a_link(register: Register) -> None:
    request = asked(register)
    assert (request.key, request.state) == ("asiel-2022/aanvraag/1", RequestState.ASKED)
    assert not is_active(register)
    assert runs.wanted(register) == ()
    told = alerts.claim(register, "toets", 100, timedelta(minutes=1))
    grants = {(one.alert.to, one.alert.grant.act if one.alert.grant else None) for one in told}
    assert grants == {("piket", Act.CONFIRM_ACTIVATION), ("lid", Act.CONFIRM_ACTIVATION), ("piket", None)}
    assert {one.alert.urgency for one in told} == {"high"}


def test_one_click_on_duty_activates_the_crisis_with_its_alerts(register: Register) -> None:
    request = answered(register, asked(register))
    assert (request.state, request.decided_by, request.decided_at) == (RequestState.CONFIRMED, "piket", NOW)
    assert crises.find(register, "asiel-2022").levels == frozenset({Body.IAO})
    assert any(trace.event == "activated" for trace in alerts.traces(register, "asiel-2022"))
    last = audit.entries(register)[-1]
    assert (last.action, last.actor, last.result) == ("activering.bevestigen", "piket", Result.DONE)
    assert [run.crisis for run in runs.wanted(register)] == ["asiel-2022"]


def test_r05_a_request_may_be_refused_with_a_reason(register: Register) -> None:
    request = asked(register)
    with pytest.raises(InvalidInput):
        answered(register, request, Confirmation(verdict=Verdict.REFUSE))
    refused = answered(register, request, NO)
    assert (refused.state, refused.reason) == (RequestState.REFUSED, NO.reason)
    assert not is_active(register)
    assert audit.entries(register)[-1].action == "activering.afwijzen"
    assert {trace.to for trace in alerts.traces(register) if trace.event == "activation-refused"} == {"piket", "lid"}


def test_after_a_refusal_it_can_be_asked_again(register: Register) -> None:
    answered(register, asked(register), NO)
    again = asked(register)
    assert (again.number, again.state) == (2, RequestState.ASKED)
    answered(register, again)
    assert is_active(register)


def test_of_two_on_duty_who_click_at_once_one_wins_and_the_other_is_told_who(register: Register) -> None:
    request = asked(register)

    def click(person: str) -> ActivationRequest | AlreadyDecided:
        try:
            return answered(register, request, YES if person == "piket" else NO, person)
        except AlreadyDecided as late:
            return late

    with ThreadPoolExecutor(2) as together:
        first, second = together.map(click, ("piket", "lid"))
    late, won = (first, second) if isinstance(first, AlreadyDecided) else (second, first)
    assert isinstance(late, AlreadyDecided)
    assert isinstance(won, ActivationRequest)
    assert late.details["by"] == won.decided_by
    assert is_active(register) == (won.state is RequestState.CONFIRMED)


def test_a_double_click_is_one_answer(register: Register) -> None:
    request = asked(register)
    assert answered(register, request) == answered(register, request)
    assert [entry.action for entry in audit.entries(register)].count("activering.bevestigen") == 1


def test_the_same_request_by_a_run_that_began_again_is_one_request(register: Register) -> None:
    assert asked(register, levels={Body.IAO, Body.ICCB}) == asked(register, levels={Body.ICCB, Body.IAO})
    with pytest.raises(AlreadyAsked):
        asked(register, title="Iets anders")


def test_a_crisis_that_is_active_is_not_asked_for(register: Register) -> None:
    a_crisis(register)
    with pytest.raises(AlreadyActive):
        asked(register)


def test_the_rules_are_asked_before_those_on_duty_are(register: Register) -> None:
    with pytest.raises(InvalidInput, match="R12"):
        asked(register, levels={Body.MCCB}, skip_reason=None)
    assert alerts.traces(register) == ()


def test_who_is_not_on_duty_confirms_nothing_and_is_audited(register: Register) -> None:
    request = asked(register)
    with pytest.raises(WrongRole):
        answered(register, request, person="secretaris")
    assert not is_active(register)
    assert audit.entries(register)[-1].result is Result.REFUSED


@pytest.mark.parametrize("changes", [{"act": Act.ACTIVATE}, {"act": Act.VERIFY_ACTION}])
def test_a_link_for_something_else_confirms_nothing(register: Register, changes: dict[str, Any]) -> None:
    grant = a_grant(asked(register), **changes)
    with pytest.raises(PassInvalid):
        confirmations.decide(register, grant, YES, SOMEONE, NOW)
    assert not is_active(register)


@pytest.mark.parametrize("key", ["asiel-2022/aanvraag/2", "asiel-2022/aanvraag/", "asiel-2022", "x/aanvraag/1"])
def test_a_request_that_is_none_is_not_found(register: Register, key: str) -> None:
    asked(register)
    with pytest.raises(NoSuchActivationRequest):
        confirmations.find(register, key)


def test_a_request_that_nobody_answers_is_asked_about_again_every_quarter_of_an_hour(register: Register) -> None:
    request = asked(register)
    late = NOW + timedelta(minutes=15)
    assert due.follow_up(register, SOMEONE, late - timedelta(seconds=1)).is_empty
    assert due.anything_due(register, late)
    assert due.follow_up(register, SOMEONE, late).asked_duty == (request.key,)
    assert due.follow_up(register, SOMEONE, late).is_empty
    assert [trace.to for trace in alerts.traces(register)].count("lid") == 2
    answered(register, request)
    assert not due.follow_up(register, SOMEONE, late + timedelta(days=1)).asked_duty


def test_the_run_that_asked_is_told_the_answer_once(register: Register) -> None:
    request = asked(register)
    assert confirmations.untold(register) == ()
    answered(register, request, NO)
    (untold,) = confirmations.untold(register)
    assert (untold.flow_run_id, untold.reason) == (RUN, NO.reason)
    confirmations.told(register, request.key)
    assert confirmations.untold(register) == ()


class Prefect:
    """Prefect, as far as a run can be told something; one run is gone."""

    def __init__(self) -> None:
        self.says: dict[str, State] = {}

    async def set_flow_run_state(self, flow_run_id: UUID, state: State, *, force: bool) -> None:
        assert force, "the run has ended"
        if str(flow_run_id) != RUN:
            raise ObjectNotFound(LookupError())
        self.says[str(flow_run_id)] = state


async def test_the_run_says_what_was_answered_and_by_whom(register: Register) -> None:
    prefect = Prefect()
    answered(register, asked(register), NO)
    gone = confirmations.ask(register, an_activation("brand"), str(uuid4()), PREFECT, NOW)
    answered(register, gone)
    for _ in range(2):
        await tell_who_asked(register, prefect)  # type: ignore[arg-type]
    assert prefect.says[RUN].name == "Afgewezen"
    assert prefect.says[RUN].message == (
        "De aanvraag is afgewezen door piket, vrijdag 17 juni 2022, 08:00. Er is niets geactiveerd. "
        "Reden: Dit is een lokaal incident."
    )
    assert confirmations.untold(register) == ()


# On the page


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path, two_on_duty())
    confirmations.ask(portal.register, an_activation("hoogwater-2023"), RUN, PREFECT, NOW)
    yield portal
    portal.register.close()


def a_link(person: str = "piket") -> str:
    return a_pass(person, Act.CONFIRM_ACTIVATION, "hoogwater-2023/aanvraag/1")


def test_the_officer_on_duty_reads_what_is_asked_and_confirms_with_one_click(portal: Portal) -> None:
    page = unescape(portal.open(a_link()).text)
    assert "Mensen slapen buiten." in page
    assert '<button name="verdict" value="bevestigen">Bevestigen</button>' in page
    assert portal.send(a_link(), {"verdict": "bevestigen", "reason": ""}).status_code == 303
    assert "De activering is bevestigd, op vrijdag 17 juni 2022, 08:00 door piket" in portal.open(a_link()).text
    assert is_active(portal.register, "hoogwater-2023")


def test_the_other_on_duty_is_told_who_was_first(portal: Portal) -> None:
    portal.send(a_link("lid"), {"verdict": "afwijzen", "reason": "Lokaal."})
    late = portal.send(a_link(), {"verdict": "bevestigen"})
    assert late.status_code == 409
    assert "is al afgewezen, op vrijdag 17 juni 2022, 08:00 door lid BZK" in unescape(late.text)
    assert "Reden: Lokaal." in portal.open(a_link()).text
    assert not is_active(portal.register, "hoogwater-2023")


def test_refusing_on_the_page_needs_a_reason(portal: Portal) -> None:
    page = portal.send(a_link(), {"verdict": "afwijzen", "reason": " "})
    assert page.status_code == 422
    assert '<a href="#reason">Reden: vul dit in</a>' in page.text
