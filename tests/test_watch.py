"""What the watch decides about runs, and that due work is done when the flow that should is late."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect.client.schemas.objects import FlowRun, State, StateType
from pydantic import ValidationError

from crisis.actions import ActionItem, NewAction
from crisis.inquiries import NewInquiry, Submission
from crisis.meetings import Direction
from crisis.partners import IntakeTerms
from crisis.passes import Act
from crisis.structure import Body
from deployments.watch import (
    LONGEST_PAUSE,
    LONGEST_ROUND,
    SLOW_START,
    SLOW_TO_TAKE_CHARGE,
    DueWork,
    Rounds,
    Verdict,
    pause_before,
    run_module,
    verdict,
)
from integrations.register import Register, actions, clock, inquiries, intake, leases, runs
from integrations.register.runs import Run
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_register, own_pass, recorded
from tests.inquiring import a_plan_with_people

KNOWN = Run(crisis="asiel-2022", flow_run_id=str(uuid4()))


def seen(kind: StateType, since: datetime = NOW) -> FlowRun:
    return FlowRun(id=uuid4(), flow_id=uuid4(), state=State(type=kind, timestamp=since))


@pytest.fixture
def register(tmp_path: Path) -> Register:
    opened = a_register(tmp_path)
    a_crisis(opened)
    return opened


def test_a_crisis_without_a_run_gets_one() -> None:
    assert verdict(Run(crisis="asiel-2022"), None, False, NOW) is Verdict.START


def test_a_suspended_run_is_nudged_only_when_there_is_news() -> None:
    waiting = seen(StateType.PAUSED)
    assert verdict(KNOWN, waiting, False, NOW + timedelta(days=30)) is Verdict.LEAVE
    assert verdict(KNOWN.model_copy(update={"has_news": True}), waiting, False, NOW) is Verdict.NUDGE


@pytest.mark.parametrize("kind", [StateType.CRASHED, StateType.CANCELLED, StateType.FAILED, StateType.COMPLETED])
def test_a_run_that_ended_while_there_was_work_is_replaced(kind: StateType) -> None:
    assert verdict(KNOWN, seen(kind), False, NOW) is Verdict.REPLACE


def test_a_run_that_is_gone_is_replaced() -> None:
    assert verdict(KNOWN, None, False, NOW) is Verdict.REPLACE


def test_a_run_at_work_is_replaced_when_its_process_let_the_lease_run_out() -> None:
    at_work, much_later = seen(StateType.RUNNING), NOW + timedelta(hours=1)
    assert verdict(KNOWN, at_work, True, much_later) is Verdict.LEAVE
    assert verdict(KNOWN, at_work, False, NOW + SLOW_TO_TAKE_CHARGE) is Verdict.LEAVE
    assert verdict(KNOWN, at_work, False, much_later) is Verdict.REPLACE


def test_a_run_that_never_begins_is_replaced() -> None:
    pending = seen(StateType.PENDING)
    assert verdict(KNOWN, pending, False, NOW + SLOW_START) is Verdict.LEAVE
    assert verdict(KNOWN, pending, False, NOW + SLOW_START + timedelta(seconds=1)) is Verdict.REPLACE


def test_a_run_that_was_being_started_by_a_runner_that_died_is_replaced_soon() -> None:
    pending, soon = seen(StateType.PENDING), NOW + timedelta(seconds=20)
    assert verdict(KNOWN, pending, False, soon, runner_began=NOW - timedelta(seconds=1)) is Verdict.LEAVE
    assert verdict(KNOWN, pending, False, soon, runner_began=NOW + timedelta(seconds=8)) is Verdict.REPLACE


def test_a_run_that_waits_for_a_runner_is_not_replaced_by_another_that_would_wait_too() -> None:
    scheduled = seen(StateType.SCHEDULED)
    assert verdict(KNOWN, scheduled, False, NOW + SLOW_START * 2) is Verdict.LEAVE
    assert verdict(KNOWN, scheduled, False, NOW + SLOW_START * 3) is Verdict.REPLACE


@given(attempt=st.integers(1, 500))
def test_attempts_come_ever_more_slowly_but_never_stop(attempt: int) -> None:
    assert pause_before(attempt) <= pause_before(attempt + 1) <= LONGEST_PAUSE


def test_no_plan_is_so_patient_that_a_round_is_given_up_before_its_answers_are_written_down() -> None:
    with pytest.raises(ValidationError):
        IntakeTerms(patience_seconds=LONGEST_ROUND - 60)


def test_a_crisis_that_nobody_conducts_is_wanted_and_one_attempt_has_one_key(register: Register) -> None:
    (wanted,) = runs.wanted(register)
    assert (wanted.key, wanted.has_news) == ("asiel-2022/escalation/1", True)
    runs.begun(register, wanted, "a-run")
    assert runs.latest(register, wanted).flow_run_id == "a-run"
    following = runs.given_up(register, wanted)
    assert following.key == runs.given_up(register, wanted).key == "asiel-2022/escalation/2"


def test_a_meeting_without_papers_wants_a_run_and_an_invited_one_does_not(register: Register) -> None:
    a_meeting(register)
    assert [run.what for run in runs.wanted(register)] == ["escalation", "IAO/1"]
    recorded(register, Body.IAO, Direction.HOLD)
    assert [run.what for run in runs.wanted(register)] == ["escalation"]


async def test_due_work_that_lies_too_long_is_done_by_the_watch(register: Register) -> None:
    a_meeting(register)
    recorded(register, Body.IAO, Direction.HOLD, NewAction(title="iets", owner="lid", due_at=NOW + timedelta(days=1)))
    patient, impatient = DueWork(register, timedelta(hours=1)), DueWork(register, timedelta())
    await patient.look()
    assert runs.wanted(register)
    (before,) = [item.escalated_at for item in _items(register)]
    await impatient.look()
    (after,) = [item.escalated_at for item in _items(register)]
    assert before is None
    assert after is not None


async def test_with_prefect_away_the_systems_of_an_inquiry_are_asked_by_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = a_plan_with_people()
    register = a_register(tmp_path, plan)
    clock.move(register, plan, NOW, SOMEONE)
    a_crisis(register)
    about: dict[str, Any] = {"indicators": ("opvang",), "partners": ("VR01", "VR02"), "reference_date": NOW.date()}
    asked = NewInquiry(question="Hoeveel?", due_at=NOW + timedelta(hours=5), **about)
    inquiries.ask(register, own_pass(Act.ASK_PARTNERS, "secretaris"), asked, SOMEONE, NOW)
    for name, value in {"STATE_DIR": tmp_path, "REACH": "loopback", "PARTNER_GATEWAY": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(f"OPSCHALING_{name}", str(value))
    stop = asyncio.Event()
    await Rounds(register, timedelta(hours=1), stop).look()
    assert inquiries.awaiting_systems(register)
    await Rounds(register, timedelta(), stop).look()
    (answer,) = intake.of_inquiry(register, "asiel-2022", 1)
    assert (answer.partner, answer.submission) == ("VR02", Submission.UNREACHABLE)
    assert not leases.is_held_by_anyone(register, "asiel-2022", "U1")
    register.close()


async def test_a_round_ends_with_the_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.2, stop.set)
    async with asyncio.timeout(20):
        await run_module("sleeper", stop)


def _items(register: Register) -> tuple[ActionItem, ...]:
    return actions.of_crisis(register, "asiel-2022")
