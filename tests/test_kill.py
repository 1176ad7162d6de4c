"""Kill any process at any moment: the story goes on by itself, and nothing happens twice."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound

from crisis.meetings import Direction, Outcome
from deployments.rehearsals.players import Players
from deployments.rehearsals.stage import Stage
from integrations.register import Register, alerts, audit, crises
from integrations.register import leases as leases_in_register
from integrations.register.invariants import broken
from tests.browsing import the_run_of
from tests.building import an_activation
from tests.troubling import (
    flow_processes,
    how_busy,
    kill_with_all_it_started,
    restarted,
    send,
    trigger_as_the_ui_does,
    until_at_work,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

AFTER_A_KILL = 30.0
AFTER_A_LOST_DATABASE = 60.0
"""What is promised, in seconds, for a machine that has nothing else to do."""
MUCH_TOO_LONG = 300.0

UP = Outcome(direction=Direction.UP, summary="Reconstructie: een proef.")


@asynccontextmanager
async def a_story(stage: Stage, players: Players, crisis: str) -> AsyncIterator[Register]:
    """A crisis whose IAO has met; afterwards nothing was lost, and nothing happened twice."""
    register = stage.register()
    await trigger_as_the_ui_does(an_activation(crisis))
    await players.expect_meeting(f"{crisis}/IAO/1")
    yield register
    async with httpx.AsyncClient(trust_env=False) as client:
        mails = (await client.get(f"{stage.catcher_url}/mails")).json()
    keys = [value for m in mails for name, value in m["headers"].items() if name.lower() == "x-opschaling-alert"]
    assert [key for key, times in Counter(keys).items() if key.startswith(crisis) and times > 1] == []
    assert {t.key for t in alerts.traces(register)} >= set(keys), "no alert for something that did not happen"
    assert audit.verify(register)[1] is None
    assert [problem for problem in broken(register) if problem.startswith(crisis)] == []


@asynccontextmanager
async def within(seconds: float, busy: float) -> AsyncIterator[None]:
    """So many seconds of a machine that has nothing else to do; all took `busy` times as long just before."""
    began = time.monotonic()
    async with asyncio.timeout(MUCH_TOO_LONG):
        yield
    took, busy = time.monotonic() - began, max(busy, await how_busy())
    print(f"took {took:.1f} s, where {seconds:.0f} s are promised and all takes {busy:.1f} times as long")  # noqa: T201
    assert took < seconds * busy


async def test_the_run_is_killed_at_work(stage: Stage, players: Players) -> None:
    async with a_story(stage, players, "run-dood") as register:
        busy = await how_busy()
        await players.record("run-dood/IAO/1", UP)
        await until_at_work(register, "run-dood")
        send(signal.SIGKILL, *flow_processes(stage))
        async with within(AFTER_A_KILL, busy):
            await players.expect_meeting("run-dood/ICCb/1")


async def test_the_runner_is_killed_with_all_its_runs(stage: Stage, players: Players) -> None:
    async with a_story(stage, players, "runner-dood") as register:
        busy = await how_busy()
        await players.record("runner-dood/IAO/1", UP)
        await until_at_work(register, "runner-dood")
        kill_with_all_it_started(stage, "runner")
        async with within(AFTER_A_KILL, busy):
            await players.expect_meeting("runner-dood/ICCb/1")


async def test_a_frozen_run_comes_back_and_changes_nothing(stage: Stage, players: Players) -> None:
    async with a_story(stage, players, "bevroren") as register:
        busy = await how_busy()
        await players.record("bevroren/IAO/1", UP)
        await until_at_work(register, "bevroren")
        frozen = flow_processes(stage)
        send(signal.SIGSTOP, *frozen)
        async with within(AFTER_A_KILL, busy):
            await players.expect_meeting("bevroren/ICCb/1")
        before = crises.find(register, "bevroren").version
        send(signal.SIGCONT, *frozen)
        await asyncio.sleep(leases_in_register.LENGTH.total_seconds() / 3)
        assert crises.find(register, "bevroren").version == before


@pytest.mark.parametrize("service", ["portal", "watch", "runner", "prefect"])
async def test_an_ordinary_restart_has_no_visible_effect(stage: Stage, players: Players, service: str) -> None:
    crisis = f"herstart-{service}"
    async with a_story(stage, players, crisis) as register:
        await until_at_work(register, crisis, StateType.PAUSED)
        busy = await how_busy()
        await restarted(stage, service)
        await players.back_at_the_portal()
        await players.record(f"{crisis}/IAO/1", UP)
        async with within(AFTER_A_KILL, busy):
            await players.expect_meeting(f"{crisis}/ICCb/1")


async def test_every_process_is_killed_at_once(stage: Stage, players: Players) -> None:
    async with a_story(stage, players, "alles-dood"):
        busy = await how_busy()
        await players.record("alles-dood/IAO/1", UP)
        kill_with_all_it_started(stage, "prefect", "runner", "watch", "portal")
        async with within(AFTER_A_KILL, busy):
            await players.expect_meeting("alles-dood/ICCb/1")


async def test_a_run_is_deleted(stage: Stage, players: Players) -> None:
    async with a_story(stage, players, "run-weg") as register:
        async with get_client() as client:
            await client.delete_flow_run((await the_run_of(register, "run-weg")).id)
        await players.record("run-weg/IAO/1", UP)
        await players.expect_meeting("run-weg/ICCb/1")


async def test_prefects_database_is_deleted(stage: Stage, players: Players) -> None:
    async with a_story(stage, players, "prefect-weg") as register:
        busy = await how_busy()
        kill_with_all_it_started(stage, "prefect")
        for file in (stage.state_dir / "prefect").glob("prefect.db*"):
            file.unlink()
        async with within(AFTER_A_LOST_DATABASE, busy):
            for crisis in crises.open_ones(register):
                await conducted_again(register, crisis.slug)
        await players.record("prefect-weg/IAO/1", UP)
        await players.expect_meeting("prefect-weg/ICCb/1")


async def conducted_again(register: Register, crisis: str) -> None:
    """A run of the new database leads this crisis, and waits for people as the one before did."""
    while True:
        with suppress(LookupError, ObjectNotFound, httpx.HTTPError, RuntimeError):  # it is not back yet
            seen = await the_run_of(register, crisis)
            if seen.state is not None and seen.state.type is StateType.PAUSED:
                return
        await asyncio.sleep(0.5)
