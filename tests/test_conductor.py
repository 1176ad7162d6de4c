"""Prefect conducts and shows. Whatever is done to it, or goes wrong in it, decides nothing and holds up nobody else."""

import asyncio
import resource
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelled, Completed, Scheduled

from crisis.actions import NewAction
from crisis.activation import Confirmation, Verdict
from crisis.alerts import Event
from crisis.life import Phase
from crisis.meetings import Direction, Outcome
from crisis.passes import Act, Grant
from crisis.structure import Body
from deployments.rehearsals.catcher import Catcher
from deployments.rehearsals.players import Players
from deployments.rehearsals.stage import Stage
from deployments.services import free_ports
from deployments.watch import watch
from integrations.register import (
    Register,
    actions,
    alerts,
    audit,
    clock,
    confirmations,
    crises,
    decisions,
    inquiries,
    intake,
    meetings,
    outcomes,
    plans,
    runs,
)
from integrations.register.alerts import Delivery
from integrations.settings import MailSecurity, Settings
from tests.browsing import the_run_of
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
    finish_all,
    invited,
)
from tests.catching import catching
from tests.troubling import flow_processes, trigger_as_the_ui_does, until_at_work

PATIENCE = 240.0
"""Seconds, on a busy machine."""


async def until(is_so: Callable[[], Awaitable[bool]], within: float = PATIENCE) -> None:
    async with asyncio.timeout(within):
        while True:
            if await is_so():
                return
            await asyncio.sleep(0.2)


def waiting(stage: Stage, register: Register, *slugs: str) -> None:
    """Crises whose first outcome is awaited: nothing is left for Prefect to do but to wait."""
    now = register.now()
    for slug in slugs:
        crises.activate(register, an_activation(slug), stage.plan, SOMEONE, now)
        meetings.convene(register, slug, Body.IAO, 1, now, SOMEONE, now)
        invited(register, Body.IAO, now=now, slug=slug)


def scaled_down(stage: Stage, register: Register, slug: str) -> None:
    """Its last body has left, and all is done: its run asks to close it."""
    now, person = register.now(), stage.plan.bodies[Body.IAO].secretary
    grant = a_grant(Act.RECORD_OUTCOME, f"{slug}/IAO/1", person, now)
    outcomes.record(register, grant, an_outcome(register, Body.IAO, Direction.DOWN, slug=slug), SOMEONE, now)
    finish_all(register, slug, now)


async def until_closed(register: Register, *slugs: str) -> None:
    """Their runs ask to close them; then one person does, and another confirms it."""

    async def is_asked_for_all() -> bool:
        return all(crises.find(register, slug).closing_asked_at for slug in slugs)

    await until(is_asked_for_all)
    for slug in slugs:
        closed(register, slug, register.now())


async def suspended(register: Register, slug: str, after: FlowRun | None = None) -> FlowRun:
    """The run of this crisis, once it lies still; after this one, or after it did so before."""
    found: list[FlowRun] = []

    async def lies_still() -> bool:
        with suppress(LookupError, ObjectNotFound):
            seen = await the_run_of(register, slug)
            assert seen.state
            if seen.state.type is StateType.PAUSED and (after is None or seen.state.id != _state(after)):
                found.append(seen)
        return bool(found)

    await until(lies_still)
    return found[-1]


def _state(run: FlowRun) -> UUID:
    assert run.state
    return run.state.id


# What somebody does in Prefect itself


@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_done_in_prefect_itself_decides_nothing_and_is_entered_in_the_trail(
    stage: Stage, players: Players
) -> None:
    crisis, register = "vervalst", stage.register()
    crises.activate(register, an_activation(crisis), stage.plan, SOMEONE, register.now())
    await players.expect_meeting(f"{crisis}/IAO/1")
    run = await suspended(register, crisis)
    assert run.state
    assert run.state.state_details.pause_timeout is None, "it may wait for as long as it takes"
    await until(partial(its_inquiry_is_over, register, crisis))  # that its hour strikes meanwhile is no effect of Prefect's
    before = facts(register, crisis)

    async with get_client() as client:
        forged = await a_forged_meeting(client, crisis)
        answer: dict[str, Any] = {"direction": "opschalen", "summary": "vervalst", "door": "niemand"}
        await client.create_flow_run_input(run.id, key="suspended-1-response", value=str(answer), sender=None)
        await client.resume_flow_run(run.id, run_input=answer)
        run = await suspended(register, crisis, run)
        await client.set_flow_run_state(run.id, Scheduled(), force=True)
        run = await suspended(register, crisis, run)
        await client.set_flow_run_state(run.id, Completed(), force=True)
        run = await suspended(register, crisis, run)
        await client.set_flow_run_state(run.id, Cancelled(), force=True)
        run = await suspended(register, crisis, run)
        await client.delete_flow_run(run.id)
        run = await suspended(register, crisis, run)

        assert facts(register, crisis) == before
        entered = [(e.action, e.object, e.origin) for e in audit.entries(register) if e.object.startswith(f"{crisis}/esc")]
        assert entered == [
            ("run.afgerond", f"{crisis}/escalation/1", "prefect"),
            ("run.geannuleerd", f"{crisis}/escalation/2", "prefect"),
            ("run.verdwenen", f"{crisis}/escalation/3", "prefect"),
        ]
        await it_failed_and_asked_nobody(client, forged, register)
        await its_runs_bear_its_tags(client, crisis)
    shutil.rmtree(stage.state_dir / "prefect" / "storage", ignore_errors=True)  # whatever Prefect kept: nobody needs it
    await players.record(f"{crisis}/IAO/1", an_outcome(register, Body.IAO, Direction.DOWN, slug=crisis))
    finish_all(register, crisis, register.now())
    await it_is_closed_by_two(players, register, crisis)


async def its_inquiry_is_over(register: Register, crisis: str) -> bool:
    return not any(inquiry.is_open for inquiry in inquiries.of_crisis(register, crisis))


async def it_is_closed_by_two(players: Players, register: Register, crisis: str) -> None:
    await players.close(crisis)
    assert crises.find(register, crisis).phase is Phase.AFTERCARE, "one is not enough"
    await players.confirm_closing(crisis)
    assert crises.find(register, crisis).phase is Phase.CLOSED


def facts(register: Register, crisis: str) -> dict[str, object]:
    """All that is so about a crisis; apart from its runs, and from how far they have looked."""
    standing = crises.standing(register, crisis)
    return {
        "crisis": standing.crisis.model_dump(exclude={"acted_version"}),
        "meetings": standing.meetings,
        "decisions": decisions.of_crisis(register, crisis),
        "actions": actions.of_crisis(register, crisis),
        "alerts": [trace.key for trace in alerts.traces(register, crisis)],
        "entries": [e.hash for e in audit.entries(register) if crisis in e.object and not e.action.startswith("run.")],
    }


async def a_forged_meeting(client: PrefectClient, crisis: str) -> FlowRun:
    """Of a body that nobody convened."""
    deployment = await client.read_deployment_by_name("vergadering/vergadering")
    return await client.create_flow_run_from_deployment(
        deployment.id, parameters={"crisis": crisis, "body": "MCCb", "number": 9}
    )


async def it_failed_and_asked_nobody(client: PrefectClient, forged: FlowRun, register: Register) -> None:
    async def has_failed() -> bool:
        state = (await client.read_flow_run(forged.id)).state
        return state is not None and state.type is StateType.FAILED

    await until(has_failed)
    assert intake.answers(register, "vervalst", Body.MCCB, 9) == ()
    asked = FlowRunFilter(name=FlowRunFilterName(any_=["vervalst: uitvraag voor MCCb 9"]))
    assert await client.read_flow_runs(flow_run_filter=asked) == []


async def its_runs_bear_its_tags(client: PrefectClient, crisis: str) -> None:
    """So that people find in Prefect all that was done for a crisis, and for one body of it."""
    found = await client.read_flow_runs(flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[crisis, "IAO"])))
    assert {run.name for run in found} == {f"{crisis}: IAO 1 bijeen", f"{crisis}: uitvraag voor IAO 1"}


# Many at once


@pytest.mark.asyncio(loop_scope="session")
async def test_a_request_from_prefect_waits_for_the_officer_on_duty_and_hears_the_answer(stage: Stage) -> None:
    register = stage.register()
    plans.load(register, stage.plan.model_copy(update={"confirm_activation": True}), SOMEONE, register.now())
    try:
        await trigger_as_the_ui_does(an_activation("wacht-2022"))
        run = await asked_in_prefect("wacht-2022", "Wacht op bevestiging")
        assert run.state is not None
        assert "wacht op bevestiging door de piketfunctionaris" in (run.state.message or "")
        assert "wacht-2022" not in {crisis.slug for crisis in crises.all_of_them(register)}
        (officer,) = stage.plan.groups[stage.plan.duty].people
        now, key = register.now(), "wacht-2022/aanvraag/1"
        grant = Grant(person=officer, act=Act.CONFIRM_ACTIVATION, object=key, issued_at=now, expires_at=now + timedelta(days=1))
        confirmations.decide(register, grant, Confirmation(verdict=Verdict.CONFIRM), SOMEONE, now)
        await asked_in_prefect("wacht-2022", "Bevestigd")
        await until_at_work(register, "wacht-2022", StateType.PAUSED)
    finally:
        plans.load(register, stage.plan, SOMEONE, register.now())


async def asked_in_prefect(slug: str, state: str) -> FlowRun:
    """The run by which it was asked, once it is in this state."""
    named = FlowRunFilter(name=FlowRunFilterName(any_=[f"{slug}: activering"]))
    found: list[FlowRun] = []

    async def is_there() -> bool:
        async with get_client() as client:
            found[:] = await client.read_flow_runs(flow_run_filter=named)
        return [run.state_name for run in found] == [state]

    await until(is_there)
    return found[0]


async def test_of_seven_crises_that_wait_at_once_none_starves_another(stage: Stage) -> None:
    register, seven = stage.register(), [f"zeven-{number}" for number in range(1, 8)]
    for two in (seven[:2], seven[2:4], seven[4:6], seven[6:]):  # a machine of two cores starts two runs at once
        waiting(stage, register, *two)
        await asyncio.gather(*(suspended(register, slug) for slug in two))

    async def all_wait_at_the_same_time() -> bool:  # one that was nudged for news is at work for a moment
        states = [(await the_run_of(register, slug)).state for slug in seven]
        return {state.type for state in states if state} == {StateType.PAUSED}

    async def no_process_waits() -> bool:
        return len(flow_processes(stage)) <= 1  # `opvolging` may be at work

    await until(all_wait_at_the_same_time)
    await until(no_process_waits)
    *others, last = seven
    scaled_down(stage, register, last)
    await until_closed(register, last)
    for slug in others:  # by hand: a run for each would cost the whole suite more than it shows
        scaled_down(stage, register, slug)
        closed(register, slug, register.now())


@pytest.mark.asyncio(loop_scope="session")
async def test_a_run_that_has_no_memory_left_holds_up_nobody_and_is_replaced(stage: Stage) -> None:
    register, poor, other = stage.register(), "geheugen-vol", "buurman"
    waiting(stage, register, poor, other)
    await asyncio.gather(suspended(register, poor), suspended(register, other))
    scaled_down(stage, register, poor)
    await until_at_work(register, poor)
    starved = flow_processes(stage)
    for process in starved:
        with suppress(ProcessLookupError):
            resource.prlimit(process, resource.RLIMIT_AS, (1 << 20, 1 << 20))
    scaled_down(stage, register, other)
    await until_closed(register, poor, other)
    assert starved
    assert runs.latest(register, runs.Run(crisis=poor)).attempt > 1, "it was replaced"
    assert audit.verify(register)[1] is None


# Prefect is not there


@contextmanager
def without_prefect() -> Iterator[None]:
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_ports(1)[0]}/api"}):
        yield


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with catching() as opened:
        yield opened


async def test_with_prefect_away_outcomes_are_recorded_alerts_go_out_and_due_work_is_done(
    tmp_path: Any, catcher: Catcher
) -> None:
    register = a_register(tmp_path)
    plan = plans.in_force(register)
    clock.move(register, plan, NOW, SOMEONE)
    a_crisis(register)
    a_meeting(register)
    invited(register, Body.IAO)
    settings = Settings(
        state_dir=tmp_path,
        smtp_port=catcher.smtp_port,
        smtp_security=MailSecurity.NONE,
        mail_from="opschaling@ncc.test",
        slack_base_url=catcher.url,
        slack_webhooks={name: f"T0/B0/{name}" for name in a_plan().slack_names()},
        follow_up_grace_seconds=0,
    )

    async def all_delivered() -> bool:
        return {trace.state for trace in alerts.traces(register)} == {Delivery.DELIVERED}

    stop, began = asyncio.Event(), time.monotonic()
    with without_prefect():
        watching = asyncio.create_task(watch(settings, stop))
        grant = Grant(
            person="secretaris",
            act=Act.RECORD_OUTCOME,
            object="asiel-2022/IAO/1",
            issued_at=NOW,
            expires_at=NOW + timedelta(days=9),
        )
        item = NewAction(title="iets", owner="lid", due_at=NOW + timedelta(days=1))
        outcome = Outcome(direction=Direction.UP, summary="Zo is besloten.", actions=(item,))
        outcomes.record(register, grant, outcome, SOMEONE, NOW)
        await until(all_delivered)
        clock.move(register, plan, NOW + timedelta(days=2), SOMEONE)

        async def chair_knows() -> bool:
            overdue = [trace for trace in alerts.traces(register) if trace.event is Event.ACTION_OVERDUE]
            return bool(overdue) and await all_delivered()

        await until(chair_knows)
        stop.set()
        await asyncio.wait_for(watching, 30)
    assert time.monotonic() - began < PATIENCE
    sent = [mail.headers["X-Opschaling-Alert"] for mail in catcher.mails]
    assert sorted(sent) == sorted(t.key for t in alerts.traces(register) if t.channel == "mail")
    register.close()
