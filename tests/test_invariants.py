"""The watch says outside that all is well only while it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import create_engine

from crisis.actions import NewAction
from crisis.alerts import Event
from crisis.decisions import DecisionKind, DecisionStage
from crisis.meetings import Direction
from crisis.passes import Act
from crisis.structure import Body, RuleSet
from deployments.watch import Auditor
from integrations.register import Register, alerts, clock, confirmations, inquiries, invitations, meetings, plans, runs, signs
from integrations.register.due import follow_up
from integrations.register.invariants import LONGEST_SILENCE, OVERDUE_ALERT, broken
from integrations.settings import Reach, Settings
from tests.building import (
    NOW,
    PRESENT,
    SOMEONE,
    a_crisis,
    a_decision,
    a_grant,
    a_meeting,
    a_register,
    an_activation,
    an_outcome,
    closed,
    invited,
    recorded,
    settled,
)
from tests.seating import a_seated_plan


@pytest.fixture
def register(tmp_path: Path) -> Register:
    opened = a_register(tmp_path)
    clock.move(opened, plans.in_force(opened), NOW, SOMEONE)
    a_crisis(opened)
    a_meeting(opened)
    recorded(opened, Body.IAO, Direction.HOLD, NewAction(title="iets", owner="lid", due_at=NOW + timedelta(days=2)))
    return opened


def by_hand(folder: Path, statement: str, **values: str) -> None:
    with create_engine(f"sqlite:///{folder / 'register.db'}").begin() as connection:
        connection.execute(text(statement), values)


def test_an_ordinary_crisis_breaks_nothing(register: Register) -> None:
    assert broken(register) == ()


def test_a_fact_that_nobody_was_told_is_found(register: Register, tmp_path: Path) -> None:
    by_hand(tmp_path, "DELETE FROM alert WHERE event = 'outcome-recorded'")
    assert broken(register) == ("asiel-2022/IAO/1: nobody was told",)


def test_due_work_that_nobody_follows_up_is_found(register: Register) -> None:
    clock.move(register, plans.in_force(register), NOW + timedelta(days=3), SOMEONE)
    assert broken(register) == ("asiel-2022/A1: due, and not followed up",)


def test_a_request_about_which_those_on_duty_are_not_asked_again_is_found(register: Register) -> None:
    confirmations.ask(register, an_activation("brand"), None, SOMEONE, NOW)
    clock.move(register, plans.in_force(register), NOW + timedelta(hours=2), SOMEONE)
    assert broken(register) == ("brand/aanvraag/1: not confirmed, and not asked for",)


def test_an_advice_of_the_nkc_that_is_not_asked_for_again_is_found(register: Register) -> None:
    a_crisis(register, slug="brand-2022", levels={Body.IAO, Body.ICCB})
    taken = [a_decision(kind=kind, stage=DecisionStage.INTENDED) for kind in (DecisionKind.DECISION, DecisionKind.ADVICE)]
    meetings.convene(register, "brand-2022", Body.ICCB, 1, NOW, SOMEONE, NOW)
    invited(register, Body.ICCB, slug="brand-2022")
    held = an_outcome(register, Body.ICCB, Direction.HOLD, slug="brand-2022")
    settled(register, "brand-2022/ICCb/1", held.model_copy(update={"decisions": tuple(taken), "present": PRESENT}))
    clock.move(register, plans.in_force(register), NOW + timedelta(hours=26), SOMEONE)
    lying = [what for what in broken(register) if "no advice of the NKC" in what]
    assert lying == ["brand-2022/B1: no advice of the NKC, and not asked for"]  # to intended advice no body comes back
    follow_up(register, SOMEONE, register.now())
    assert broken(register) == ()


def test_a_request_to_be_invited_that_is_not_asked_for_again_is_found(tmp_path: Path) -> None:
    register = a_register(tmp_path, a_seated_plan(RuleSet.OF_2022))
    clock.move(register, plans.in_force(register), NOW, SOMEONE)
    a_crisis(register)
    a_meeting(register)
    asking = a_grant(Act.ASK_INVITATION, "asiel-2022/IAO/1", "dcc-vws")
    invitations.ask(register, asking, "Onder wie buiten slaapt zijn zieken.", SOMEONE, NOW)
    clock.move(register, plans.in_force(register), NOW + timedelta(hours=26), SOMEONE)
    assert broken(register) == ("asiel-2022/IAO/1/dcc-vws: not decided, and not asked for",)
    follow_up(register, SOMEONE, register.now())
    assert broken(register) == ()


def test_a_question_that_stays_open_in_a_closed_crisis_is_found(register: Register, tmp_path: Path) -> None:
    inquiries.open_for(register, "asiel-2022", Body.IAO, 1, SOMEONE, NOW)
    meetings.convene(register, "asiel-2022", Body.IAO, 2, NOW, SOMEONE, NOW)
    invited(register, Body.IAO, 2)
    recorded(register, Body.IAO, Direction.DOWN, number=2)
    closed(register)
    assert broken(register) == ()
    by_hand(tmp_path, "UPDATE inquiry SET closed_at = NULL")
    assert broken(register) == ("asiel-2022/U1: still open, and its crisis is closed",)


def test_an_alert_that_is_not_sent_is_found(register: Register, tmp_path: Path) -> None:
    long_ago = (datetime.now(UTC) - OVERDUE_ALERT - timedelta(minutes=1)).isoformat(timespec="microseconds")
    by_hand(tmp_path, "UPDATE alert SET next_at = :ago WHERE key = 'asiel-2022/activated/piket/mail'", ago=long_ago)
    assert broken(register) == ("asiel-2022/activated/piket/mail: due, and not sent",)


def test_a_run_that_dies_again_and_again_is_put_before_a_person_once(register: Register) -> None:
    run = runs.Run(crisis="asiel-2022")
    for _ in range(runs.STUCK_AFTER + 3):
        run = runs.given_up(register, run)
    assert [t.to for t in alerts.traces(register) if t.event is Event.STUCK] == ["piket", "piket"]  # by mail, and by Slack


async def test_the_outside_hears_that_all_is_well(register: Register, outside: tuple[str, list[str]]) -> None:
    url, heard = outside
    await Auditor(register, Settings(dead_man_url=url)).look()
    assert heard == ["/alive"]
    assert signs.last(register, "all-well") is not None


async def test_the_outside_hears_nothing_when_something_is_broken(
    register: Register, tmp_path: Path, outside: tuple[str, list[str]]
) -> None:
    url, heard = outside
    by_hand(tmp_path, "DELETE FROM alert WHERE event = 'activated'")
    await Auditor(register, Settings(dead_man_url=url)).look()
    assert heard == []
    assert signs.last(register, "all-well") is None


async def test_the_outside_hears_nothing_when_delivery_has_fallen_silent(
    register: Register, outside: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, heard = outside
    auditor = Auditor(register, Settings(dead_man_url=url))
    signs.beat(register, signs.DELIVERY)
    await auditor.look()
    assert heard == ["/alive"]
    silent_since = datetime.now(UTC) - LONGEST_SILENCE - timedelta(seconds=1)
    by_hand(tmp_path, "UPDATE sign_of_life SET at = :at", at=silent_since.isoformat(timespec="microseconds"))
    assert [problem.partition(":")[0] for problem in broken(register)] == [signs.DELIVERY]
    await auditor.look()
    assert heard == ["/alive"]


async def test_a_set_up_that_stays_on_this_machine_calls_nobody(register: Register) -> None:
    await Auditor(register, Settings(dead_man_url="https://example.org/alive", reach=Reach.LOOPBACK)).look()
    assert signs.last(register, "all-well") is not None
