"""The whole story over real HTTP, real SMTP, a real Prefect server and a real browser.

One set-up for all of these: the week of June 2022 as `make demo` plays it; a climb from the IAO to the MCCb; and a
story in which the processes that conduct it are killed.
"""

import asyncio
import json
import os
import random
import signal
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, StateType

from crisis.alerts import Event
from crisis.life import Activation
from crisis.meetings import Direction, Outcome
from crisis.structure import LADDER, Body
from deployments.rehearsals.demo import PLAN, SCENARIO
from deployments.rehearsals.players import Players, players_at
from deployments.rehearsals.rehearsal import Rehearsal, once_there
from deployments.rehearsals.scenario import read_scenario
from deployments.rehearsals.stage import Stage, standing
from integrations.plans import read_plan
from integrations.register import Register, audit, crises
from integrations.register import alerts as alerts_in_register
from integrations.register.alerts import Delivery
from tests.browsing import PHONE, a_browser, a_page, in_prefect, latest_picture, the_run_of
from tests.building import an_activation
from tests.soak.faults import Faults, flow_processes_of
from tests.soak.outer import break_things

pytestmark = pytest.mark.asyncio(loop_scope="module")
RECOVERY = 90.0
"""Seconds in which a crisis must go on after its processes were killed."""
SOAK_SEED, SOAK_FAULTS = 5, 5


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage() -> AsyncIterator[Stage]:
    scenario = read_scenario(SCENARIO)
    async with standing(read_plan(PLAN), scenario.starts_at, scenario.speed) as everything:
        yield everything


@pytest_asyncio.fixture(loop_scope="module")
async def players(stage: Stage) -> AsyncIterator[Players]:
    async with players_at(stage) as all_of_them:
        yield all_of_them


async def test_the_week_of_june_2022(stage: Stage, players: Players) -> None:
    said: list[str] = []
    rehearsal = Rehearsal(read_scenario(SCENARIO), stage, said.append)
    await rehearsal.activate()
    await players.expect_meeting("asiel-2022/IAO/1")
    await the_secretary_sees_the_form_on_a_phone(players)
    for moment in rehearsal.scenario.moments:
        await rehearsal.play_moment(players, moment)
    await rehearsal.all_delivered()

    summary = rehearsal.summary(0.0)
    assert summary["meetings"] == ["IAO 1", "ICCb 1", "MCCb 1", "MCCb 2", "MCCb 3"]
    assert list(summary["levels"]) == ["IAO", "ICCb", "MCCb"]
    assert summary["actions"] == {"opened": 5, "closed": 4}
    assert summary["audit_verified"] is True
    assert all(count["queued"] == count["dead"] == 0 < count["delivered"] for count in summary["alerts"].values())
    partners = summary["partners"]
    silent_ways = ("unreadable", "silent", "refused", "unreachable")
    assert partners["asked"] == 5 * 40 == partners["answered"] + sum(partners[way] for way in silent_ways)
    assert all(partners[way] > 0 for way in ("late", "unreadable", "silent"))

    await what_arrived_is_what_the_register_says(stage, rehearsal.register)
    await people_can_follow_it_in_the_prefect_ui(stage)
    await no_secret_is_to_be_found(stage)


async def test_a_crisis_climbs_from_the_iao_to_the_mccb_by_outcome(stage: Stage, players: Players) -> None:
    register = stage.register()
    await trigger_as_the_ui_does(an_activation("klim-2022"))
    for body, direction in ((Body.IAO, Direction.UP), (Body.ICCB, Direction.UP), (Body.MCCB, Direction.HOLD)):
        await players.record(f"klim-2022/{body}/1", Outcome(direction=direction, summary="Reconstructie: een proef."))
        assert crises.find(register, "klim-2022").levels == frozenset(LADDER[: LADDER.index(body) + 2])


async def test_the_story_goes_on_when_the_run_and_the_runner_are_killed(stage: Stage, players: Players) -> None:
    register = stage.register()
    await trigger_as_the_ui_does(an_activation("stoot-2022"))
    await players.expect_meeting("stoot-2022/IAO/1")

    await players.record("stoot-2022/IAO/1", Outcome(direction=Direction.UP, summary="Reconstructie: een proef."))
    await kill_the_flow_processes(stage, register, "stoot-2022")
    began = time.monotonic()
    await players.expect_meeting("stoot-2022/ICCb/1")
    assert time.monotonic() - began < RECOVERY

    await players.record("stoot-2022/ICCb/1", Outcome(direction=Direction.UP, summary="Reconstructie: een proef."))
    await until_at_work(register, "stoot-2022")
    kill_with_all_it_started(stage, "runner")
    began = time.monotonic()
    await players.expect_meeting("stoot-2022/MCCb/1")
    assert time.monotonic() - began < RECOVERY

    heard = [trace for trace in alerts_in_register.traces(register, "stoot-2022") if trace.to == "nkc-jenv"]
    assert sum(trace.event is Event.CONVENED for trace in heard) == 3, (
        "each meeting was convened once, however often it was tried"
    )
    assert audit.verify(register)[1] is None


async def test_deleting_a_run_changes_nothing_about_the_crisis(stage: Stage, players: Players) -> None:
    register = stage.register()
    await trigger_as_the_ui_does(an_activation("weg-2022"))
    await players.expect_meeting("weg-2022/IAO/1")
    async with get_client() as client:
        await client.delete_flow_run((await the_run_of(register, "weg-2022")).id)
    await players.record("weg-2022/IAO/1", Outcome(direction=Direction.UP, summary="Reconstructie: een proef."))
    await players.expect_meeting("weg-2022/ICCb/1")


async def test_a_short_soak_of_all_processes(stage: Stage) -> None:
    """The outer layer of `make soak`, cut short: the same faults, on the processes of this set-up."""
    tally = await break_things(stage, SOAK_SEED, SOAK_FAULTS, Faults(stage, random.Random(SOAK_SEED), None), print, at_a_time=1)
    assert tally.injections == SOAK_FAULTS
    assert tally.counts["crises"] >= 1
    assert tally.found == {}


async def the_secretary_sees_the_form_on_a_phone(players: Players) -> None:
    async with a_browser() as browser:
        page = await a_page(browser, await players.outcome_link("asiel-2022/IAO/1"), PHONE)
        await expect(page.get_by_role("heading", level=1)).to_contain_text("IAO 1")
        await expect(page.get_by_text("RECONSTRUCTIE").first).to_be_visible()
        await expect(page.get_by_text("35 van 40").first).to_be_visible()
        await expect(page.locator("[name=direction]")).to_have_count(2)  # scaling down is the MCCb's
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


async def what_arrived_is_what_the_register_says(stage: Stage, register: Register) -> None:
    """Every alert that counts as delivered was received, once, by its recipient; and nothing else was."""
    async with httpx.AsyncClient(trust_env=False) as client:
        mails = (await client.get(f"{stage.catcher_url}/mails")).json()
    delivered = [t.key for t in alerts_in_register.traces(register) if t.state is Delivery.DELIVERED and t.channel == "mail"]
    received = [value for mail in mails for name, value in mail["headers"].items() if name.lower() == "x-opschaling-alert"]
    assert sorted(received) == sorted(delivered)


async def people_can_follow_it_in_the_prefect_ui(stage: Stage) -> None:
    escalation = await the_run_of(stage.register(), "asiel-2022")
    async with a_browser() as browser:
        page = await in_prefect(browser, stage, f"/runs/flow-run/{escalation.id}")
        await expect(page.get_by_text("asiel-2022: escalatie").first).to_be_visible()
        await expect(page.get_by_text("Volgende stap: IAO 1 bijeenroepen").first).to_be_visible()
        await expect(page.get_by_text("ERROR")).to_have_count(0)  # a wait is no error
        picture = await in_prefect(browser, stage, f"/artifacts/artifact/{await latest_picture('asiel-2022')}")
        await expect(picture.get_by_role("heading", name="Situatieschets MCCb 3")).to_be_visible()
        chart = picture.locator("img[alt^='Plaatsen in de crisisnoodopvang']")
        await expect(chart).to_be_visible()
        assert await chart.evaluate("image => image.complete && image.naturalWidth > 400"), "the chart is drawn"
        await expect(picture.get_by_role("cell", name="geen opgave").first).to_be_visible()


async def no_secret_is_to_be_found(stage: Stage) -> None:
    """No pass and no password in the logs, nor in what Prefect knows; no pass in the register."""
    async with httpx.AsyncClient(trust_env=False) as client:
        mails = (await client.get(f"{stage.catcher_url}/mails")).json()
    passes = {word.rsplit("/p/", 1)[1] for mail in mails for word in mail["text"].split() if "/p/" in word}
    secrets = passes | {stage.password.split(":")[1]}
    assert len(passes) > 10
    places = [*(stage.state_dir / "logs").iterdir(), *(stage.state_dir / "prefect").glob("prefect.db*")]
    for place in [*places, *stage.state_dir.glob("register.db*")]:
        content = place.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], place.name


async def trigger_as_the_ui_does(activation: Activation) -> None:
    async with get_client() as client:
        deployment = await once_there(client, "activering/activering")
        await client.create_flow_run_from_deployment(
            deployment.id, parameters={"activering": activation.model_dump(mode="json")}
        )


async def until_at_work(register: Register, crisis: str) -> FlowRun:
    async with asyncio.timeout(30):
        while True:
            seen = await the_run_of(register, crisis)
            if seen.state is not None and seen.state.type is StateType.RUNNING:
                return seen
            await asyncio.sleep(0.05)


async def kill_the_flow_processes(stage: Stage, register: Register, crisis: str) -> None:
    """With -9, every process in which Prefect's runner runs a flow, as soon as the run of this crisis is at work."""
    await until_at_work(register, crisis)
    killed = flow_processes_of(pid_of(stage, "runner"))
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert killed, "the run had a process of its own"


def kill_with_all_it_started(stage: Stage, service: str) -> None:
    os.killpg(pid_of(stage, service), signal.SIGKILL)


def pid_of(stage: Stage, service: str) -> int:
    services: dict[str, int] = json.loads((stage.state_dir / "services.json").read_text())
    return services[service]
