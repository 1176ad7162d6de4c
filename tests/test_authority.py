"""Who may do what: a pass does one thing for one person, and whatever is refused is named and audited."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel, func, select

from crisis.actions import NewAction
from crisis.activation import Confirmation, Verdict
from crisis.audit import Result
from crisis.decisions import CommunicationAdvice, DecisionKind, DecisionStage
from crisis.errors import (
    AlreadyDecided,
    AlreadyRecorded,
    CrisisClosed,
    InvalidInput,
    OwnConfirmation,
    OwnWork,
    PassInvalid,
    PassUsed,
    PreviousRound,
    Refused,
    WrongPerson,
    WrongRole,
)
from crisis.meetings import Direction, Outcome
from crisis.passes import Act, Grant
from crisis.requests import Answered, Reply
from crisis.structure import Body
from integrations.register import (
    Deed,
    Register,
    actions,
    activations,
    audit,
    closing,
    communication,
    confirmations,
    meetings,
    outcomes,
    requests,
)
from integrations.wording.refusals import refusal_text
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
    invited,
    ready_to_close,
    recorded,
    settled,
)
from tests.databases import BOTH, a_database

HOLD = Outcome(direction=Direction.HOLD, summary="Wij gaan door.", next_meeting_at=NOW + timedelta(days=7))
ADVICE = CommunicationAdvice(strategy="Eerst de regio's.", effects="Vragen van omwonenden.")
REPLY = Reply(answer=Answered.ACCEPTED)
CONFIRMED = Confirmation(verdict=Verdict.CONFIRM)
BY = Deed("iemand", "toets")


class Doing(NamedTuple):
    """An act: who may do it to what, and how it is done with a pass."""

    act: Act
    object: str
    person: str
    do: Callable[[Register, Grant], Any]


ACTS = (
    Doing(Act.RECORD_OUTCOME, "asiel-2022/IAO/2", "secretaris", lambda r, g: outcomes.record(r, g, HOLD, BY, NOW)),
    Doing(Act.CONFIRM_OUTCOME, "asiel-2022/MCCb/2", "voorzitter", lambda r, g: outcomes.confirm(r, g, True, "", BY, NOW)),
    Doing(Act.REPORT_ACTION, "asiel-2022/A1", "lid", lambda r, g: actions.report(r, g, "Gedaan.", BY, NOW)),
    Doing(Act.VERIFY_ACTION, "asiel-2022/A2", "secretaris", lambda r, g: actions.verify(r, g, True, "", BY, NOW)),
    Doing(Act.ADVISE, "asiel-2022/B1", "woordvoerder", lambda r, g: communication.advise(r, g, ADVICE, BY, NOW)),
    Doing(Act.ANSWER_REQUEST, "asiel-2022/B2/liaison", "liaison", lambda r, g: requests.reply(r, g, REPLY, BY, NOW)),
    Doing(Act.CONFIRM_CLOSING, "klaar-2022/afsluiting", "voorzitter", lambda r, g: closing.confirm(r, g, True, "", BY, NOW)),
    Doing(Act.ACTIVATE, "activering/piket", "piket", lambda r, g: activations.activate(r, g, an_activation("brand"), BY, NOW)),
    Doing(Act.CONFIRM_ACTIVATION, "vuur/aanvraag/1", "piket", lambda r, g: confirmations.decide(r, g, CONFIRMED, BY, NOW)),
)
PEOPLE = tuple(a_plan().people)


def everything_can_be_done(address: str) -> Register:
    """A register in which each of the acts is awaited."""
    register = a_register(address)
    a_crisis(register, levels={Body.IAO, Body.MCCB})
    a_meeting(register)
    tasks = [NewAction(title=title, owner="lid", due_at=NOW + timedelta(days=9)) for title in ("bel", "schrijf")]
    recorded(register, Body.IAO, Direction.HOLD, *tasks)
    actions.report(register, a_grant(Act.REPORT_ACTION, "asiel-2022/A2", "lid"), "Geschreven.", SOMEONE, NOW)
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    asked = a_decision("Open elk een locatie.", DecisionKind.REQUEST, addressees=("liaison",))
    intended = a_decision("Wij kopen gebouwen.", stage=DecisionStage.INTENDED)
    settled(register, "asiel-2022/MCCb/1", HOLD.model_copy(update={"decisions": (intended, asked), "present": PRESENT}))
    for body in (Body.IAO, Body.MCCB):
        a_meeting(register, body=body, number=2)
        invited(register, body, 2)
    proposed = HOLD.model_copy(update={"present": PRESENT, "next_meeting_at": NOW + timedelta(days=14)})
    outcomes.record(register, a_grant(Act.RECORD_OUTCOME, "asiel-2022/MCCb/2"), proposed, SOMEONE, NOW)
    a_crisis(register, slug="klaar-2022")
    a_meeting(register, "klaar-2022")
    invited(register, Body.IAO, slug="klaar-2022")
    settled(register, "klaar-2022/IAO/1", an_outcome(register, Body.IAO, Direction.DOWN, slug="klaar-2022"))
    ready_to_close(register, "klaar-2022")
    confirmations.ask(register, an_activation("vuur"), None, SOMEONE, NOW)
    return register


@pytest.fixture(scope="module", params=BOTH)
def awaiting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The same for all: what is refused changes nothing."""
    with ExitStack() as tidy:
        address = tidy.enter_context(a_database(request.param, tmp_path_factory.mktemp("register")))
        register = everything_can_be_done(address)
        tidy.callback(register.close)
        yield register


def the_facts(register: Register) -> dict[str, int]:
    """How many rows each table has, but for the audit trail."""
    with register.read() as session:
        tables = [table for table in SQLModel.metadata.sorted_tables if table.name != "audit"]
        return {table.name: session.exec(select(func.count()).select_from(table)).one() for table in tables}


some_grant = st.builds(
    a_grant,
    st.sampled_from(Act),
    st.sampled_from([doing.object for doing in ACTS]),
    st.sampled_from(PEOPLE),
)


@settings(max_examples=80, deadline=None)
@given(doing=st.sampled_from(ACTS), grant=some_grant, whose=st.none() | st.sampled_from(PEOPLE))
def test_a_pass_for_one_act_object_and_person_never_does_another(
    awaiting: Register, doing: Doing, grant: Grant, whose: str | None
) -> None:
    grant = replace(grant, on_behalf_of=whose)
    if (grant.act, grant.object, grant.principal) == (doing.act, doing.object, doing.person):
        return
    before, entries = the_facts(awaiting), len(audit.entries(awaiting))
    with pytest.raises(Refused):
        doing.do(awaiting, grant)
    assert the_facts(awaiting) == before
    assert audit.entries(awaiting)[entries:][0].result is Result.REFUSED


SENT_BACK: dict[Act, Callable[[Register, Grant, str], Any]] = {
    Act.CONFIRM_OUTCOME: lambda r, g, remark: outcomes.confirm(r, g, False, remark, BY, NOW),
    Act.CONFIRM_CLOSING: lambda r, g, remark: closing.confirm(r, g, False, remark, BY, NOW),
    Act.VERIFY_ACTION: lambda r, g, remark: actions.verify(r, g, False, remark, BY, NOW),
}


@pytest.mark.parametrize("remark", ["", "   ", "x" * 4001, "onzichtbaar\u202e"])
@pytest.mark.parametrize("act", SENT_BACK, ids=str)
def test_nothing_is_sent_back_without_a_remark_that_can_be_read(awaiting: Register, act: Act, remark: str) -> None:
    doing = next(doing for doing in ACTS if doing.act is act)
    grant = a_grant(act, doing.object, doing.person)
    refused(awaiting, InvalidInput, lambda: SENT_BACK[act](awaiting, grant, remark))


@pytest.mark.parametrize("doing", ACTS, ids=lambda doing: doing.act)
def test_each_act_is_done_once_by_whose_it_is(tmp_path: Path, doing: Doing) -> None:
    with a_database("sqlite", tmp_path) as address:
        register = everything_can_be_done(address)
        grant = a_grant(doing.act, doing.object, doing.person)
        doing.do(register, grant)
        last = audit.entries(register)[-1]
        assert last.result is Result.DONE
        doing.do(register, grant)
        assert audit.entries(register)[-1] == last, "the same once more is no second one"
        register.close()


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database)
    a_crisis(opened)
    a_meeting(opened)
    yield opened
    opened.close()


def refused(register: Register, why: type[Refused], do: Callable[[], object]) -> None:
    """It is refused for this reason, in words, and audited."""
    before = the_facts(register)
    with pytest.raises(why) as refusal:
        do()
    assert the_facts(register) == before
    assert audit.entries(register)[-1].result is Result.REFUSED
    for language in ("nl", "en"):
        assert "{" not in refusal_text(refusal.value, language)


def test_a_pass_for_something_else_is_refused_and_audited(register: Register) -> None:
    invited(register, Body.IAO)
    for act in (Act.READ_PAPERS, Act.CONFIRM_OUTCOME, Act.VERIFY_ACTION):
        grant = a_grant(act, "asiel-2022/IAO/1")
        refused(register, PassInvalid, lambda grant=grant: outcomes.record(register, grant, HOLD, BY, NOW))  # type: ignore[misc]


def test_another_person_is_refused_and_audited(register: Register) -> None:
    invited(register, Body.IAO)
    grant = a_grant(Act.RECORD_OUTCOME, "asiel-2022/IAO/1", "lid")
    refused(register, WrongPerson, lambda: outcomes.record(register, grant, HOLD, BY, NOW))


def test_a_wrong_role_is_refused_and_audited(register: Register) -> None:
    to_activate = a_grant(Act.ACTIVATE, "activering/lid", "lid")
    refused(register, WrongRole, lambda: activations.activate(register, to_activate, an_activation("brand"), BY, NOW))
    request = confirmations.ask(register, an_activation("vuur"), None, SOMEONE, NOW)
    to_confirm = a_grant(Act.CONFIRM_ACTIVATION, request.key, "lid")
    refused(register, WrongRole, lambda: confirmations.decide(register, to_confirm, CONFIRMED, BY, NOW))


def test_a_closed_crisis_takes_nothing_and_that_is_audited(register: Register) -> None:
    recorded(register, Body.IAO, Direction.DOWN)
    closed(register)
    late = a_grant(Act.RECORD_OUTCOME, "asiel-2022/IAO/1", issued_at=NOW + timedelta(hours=1))
    refused(register, CrisisClosed, lambda: outcomes.record(register, late, HOLD, BY, NOW))
    report = a_grant(Act.REPORT_ACTION, "asiel-2022/A1", "lid", issued_at=NOW + timedelta(hours=1))
    refused(register, CrisisClosed, lambda: actions.report(register, report, "Gedaan.", BY, NOW))


def test_a_previous_round_is_refused_and_audited(register: Register) -> None:
    invited(register, Body.IAO)
    first = a_grant(Act.RECORD_OUTCOME, "asiel-2022/IAO/1")
    outcomes.record(register, first, HOLD, BY, NOW)
    meetings.convene(register, "asiel-2022", Body.IAO, 2, NOW + timedelta(days=7), SOMEONE, NOW)
    invited(register, Body.IAO, 2)
    other = HOLD.model_copy(update={"summary": "Toch anders."})
    refused(register, AlreadyRecorded, lambda: outcomes.record(register, first, other, BY, NOW))
    assert meetings.find(register, "asiel-2022", Body.IAO, 2).is_open


def an_mccb(register: Register) -> None:
    """A meeting of the MCCb, of another crisis, whose outcome is awaited."""
    a_crisis(register, slug="vloed", levels={Body.MCCB})
    a_meeting(register, "vloed", Body.MCCB)
    invited(register, Body.MCCB, slug="vloed")


def test_ones_own_confirmation_is_refused_and_audited(register: Register) -> None:
    an_mccb(register)
    outcome = HOLD.model_copy(update={"present": PRESENT})
    outcomes.record(register, a_grant(Act.RECORD_OUTCOME, "vloed/MCCb/1"), outcome, BY, NOW)
    own = a_grant(Act.CONFIRM_OUTCOME, "vloed/MCCb/1", "secretaris")
    refused(register, OwnConfirmation, lambda: outcomes.confirm(register, own, True, "", BY, NOW))


def test_a_link_to_confirm_from_before_it_was_recorded_anew_is_refused_and_audited(register: Register) -> None:
    """Two links for one round: with one it was sent back, the other may lie open on a screen with the old outcome."""
    an_mccb(register)
    outcome, later = HOLD.model_copy(update={"present": PRESENT}), NOW + timedelta(minutes=5)
    key = "vloed/MCCb/1"
    outcomes.record(register, a_grant(Act.RECORD_OUTCOME, key), outcome, BY, NOW)
    old = a_grant(Act.CONFIRM_OUTCOME, key, "voorzitter", issued_at=NOW + timedelta(minutes=1))
    outcomes.confirm(register, a_grant(Act.CONFIRM_OUTCOME, key, "voorzitter"), False, "Anders.", BY, NOW)
    changed = outcome.model_copy(update={"summary": "Iets heel anders."})
    outcomes.record(register, a_grant(Act.RECORD_OUTCOME, key, issued_at=later), changed, BY, later)
    refused(register, PreviousRound, lambda: outcomes.confirm(register, old, True, "", BY, later))
    fresh = a_grant(Act.CONFIRM_OUTCOME, key, "voorzitter", issued_at=later)
    assert outcomes.confirm(register, fresh, True, "", BY, later).summary == "Iets heel anders."


def test_ones_own_work_is_refused_and_audited(register: Register) -> None:
    recorded(register, Body.IAO, Direction.HOLD, NewAction(title="bel", owner="lid", due_at=NOW + timedelta(days=1)))
    actions.report(register, a_grant(Act.REPORT_ACTION, "asiel-2022/A1", "lid"), "Gedaan.", BY, NOW)
    own = a_grant(Act.VERIFY_ACTION, "asiel-2022/A1", "lid")
    refused(register, OwnWork, lambda: actions.verify(register, own, True, "", BY, NOW))


def test_a_pass_that_was_spent_is_refused_and_audited(register: Register) -> None:
    activating = a_grant(Act.ACTIVATE, "activering/piket", "piket")
    activations.activate(register, activating, an_activation("brand"), BY, NOW)
    refused(register, PassUsed, lambda: activations.activate(register, activating, an_activation("vuur"), BY, NOW))


def test_an_answer_that_comes_second_is_refused_and_audited(register: Register) -> None:
    request = confirmations.ask(register, an_activation("vuur"), None, SOMEONE, NOW)
    confirmations.decide(register, a_grant(Act.CONFIRM_ACTIVATION, request.key, "piket"), CONFIRMED, BY, NOW)
    later = a_grant(Act.CONFIRM_ACTIVATION, request.key, "piket", issued_at=NOW + timedelta(minutes=15))
    no = Confirmation(verdict=Verdict.REFUSE, reason="Toch niet.")
    refused(register, AlreadyDecided, lambda: confirmations.decide(register, later, no, BY, NOW))
