"""The whole story over real HTTP, real SMTP, a real Prefect server and a real browser.

The week of June 2022 as `make demo` plays it, and a climb from the IAO to the MCCb. The set-up is shared with
`test_kill.py`, where the processes that conduct a story are killed.
"""

import asyncio
import re
import time
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import expect
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateName

from crisis.actions import ActionKind
from crisis.meetings import Direction, Outcome
from crisis.structure import LADDER, Body
from deployments.rehearsals.demo import SCENARIO
from deployments.rehearsals.players import Players
from deployments.rehearsals.rehearsal import Rehearsal
from deployments.rehearsals.scenario import read_scenario
from deployments.rehearsals.stage import Stage
from integrations.register import Register, actions, crises, meetings
from integrations.register import alerts as alerts_in_register
from integrations.register.alerts import Delivery
from tasks import follow_up
from tests.browsing import PHONE, a_browser, a_page, in_prefect, latest_picture, the_run_of
from tests.building import an_activation
from tests.troubling import trigger_as_the_ui_does

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_week_of_june_2022(stage: Stage, players: Players) -> None:
    said: list[str] = []
    rehearsal = Rehearsal(read_scenario(SCENARIO), stage, said.append)
    await rehearsal.activate()
    await players.expect_meeting("asiel-2022/IAO/1")
    picture = meetings.papers(rehearsal.register, "asiel-2022", Body.IAO, 1).picture
    assert picture.completeness.asked == 41
    await the_secretary_sees_the_form_on_a_phone(players, str(picture.completeness))
    for moment in rehearsal.scenario.moments:
        await rehearsal.play_moment(players, moment)
    await rehearsal.all_delivered()

    summary = rehearsal.summary(0.0)
    assert summary["meetings"] == ["IAO 1", "ICCb 1", "MCCb 1", "MCCb 2", "MCCb 3"]
    assert list(summary["levels"]) == ["IAO", "ICCb", "MCCb"]
    assert summary["actions"] == {"opened": 4 + 1 + 3, "closed": 5}, "four agreed, and letters on the activation and each MCCb"
    letters = [item for item in actions.of_crisis(rehearsal.register, "asiel-2022") if item.kind is ActionKind.PROMISE]
    assert [(item.body, item.meeting) for item in letters] == [(Body.IAO, 1), *((Body.MCCB, number) for number in (1, 2, 3))]
    assert summary["audit_verified"] is True
    assert all(count["queued"] == count["dead"] == 0 < count["delivered"] for count in summary["alerts"].values())
    partners = summary["partners"]
    silent_ways = ("unreadable", "silent", "refused", "unreachable")
    assert partners["asked"] == 5 * 41 == partners["answered"] + sum(partners[way] for way in silent_ways)
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
    assert meetings.find(register, "klim-2022", Body.MCCB, 1).is_open, "two must look"
    await players.confirm("klim-2022/MCCb/1")
    assert not meetings.find(register, "klim-2022", Body.MCCB, 1).is_open


async def test_prefects_api_is_locked_and_answers_no_other_web_page(stage: Stage) -> None:
    async with httpx.AsyncClient(trust_env=False, base_url=f"{stage.prefect_url}/api") as stranger:
        assert (await stranger.get("/deployments/name/escalatie/escalatie")).status_code == 401
        assert (await stranger.post("/flow_runs/filter", json={})).status_code == 403
        preflight = {"Origin": "https://kwaad.voorbeeld.test", "Access-Control-Request-Method": "POST"}
        assert (await stranger.options("/flow_runs/filter", headers=preflight)).status_code == 400
        user, password = stage.password.split(":")
        forged = await stranger.post("/flow_runs/filter", json={}, auth=(user, password))
        assert forged.status_code == 403, "without a CSRF token"


async def test_runs_that_found_nothing_to_do_are_cleared_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage.state_dir.exists()
    monkeypatch.setattr(follow_up, "KEPT", timedelta())
    async with get_client() as client:
        until = time.monotonic() + 90
        while not (before := await client.read_flow_runs(flow_run_filter=EMPTY)):
            assert time.monotonic() < until, "no run found nothing to do"
            await asyncio.sleep(1)
        others = len(await client.read_flow_runs(flow_run_filter=ENDED_OTHERWISE))
        assert await follow_up.clear_empty_runs.fn("opvolging") >= len(before)
        left = {run.id for run in await client.read_flow_runs(flow_run_filter=EMPTY)}
        assert not left & {run.id for run in before}
        assert len(await client.read_flow_runs(flow_run_filter=ENDED_OTHERWISE)) >= others


HEADER = "x-opschaling-alert"
EMPTY = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=[follow_up.NOTHING_DUE])))
ENDED_OTHERWISE = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Completed"])))


async def the_secretary_sees_the_form_on_a_phone(players: Players, completeness: str) -> None:
    async with a_browser() as browser:
        page = await a_page(browser, await players.outcome_link("asiel-2022/IAO/1"), PHONE)
        await expect(page.get_by_role("heading", level=1)).to_contain_text("IAO 1")
        await expect(page.get_by_text("RECONSTRUCTIE").first).to_be_visible()
        await expect(page.get_by_text(completeness).first).to_be_visible()
        await expect(page.locator("[name=direction]")).to_have_count(2)  # scaling down and ending are the MCCb's
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


async def what_arrived_is_what_the_register_says(stage: Stage, register: Register) -> None:
    """Every alert that counts as delivered was received, once, by its recipient; and nothing else was.

    The clock goes on, and more falls due while one looks: so it is asked again for a while.
    """
    for _ in range(20):
        async with httpx.AsyncClient(trust_env=False) as client:
            mails = (await client.get(f"{stage.catcher_url}/mails")).json()
        traces = alerts_in_register.traces(register)
        delivered = sorted(t.key for t in traces if t.state is Delivery.DELIVERED and t.channel == "mail")
        received = sorted(value for mail in mails for name, value in mail["headers"].items() if name.lower() == HEADER)
        if received == delivered:
            return
        await asyncio.sleep(1)
    assert received == delivered


async def people_can_follow_it_in_the_prefect_ui(stage: Stage) -> None:
    escalation = await the_run_of(stage.register(), "asiel-2022")
    async with a_browser() as browser:
        page = await in_prefect(browser, stage, f"/runs/flow-run/{escalation.id}")
        await expect(page.get_by_text("asiel-2022: escalatie").first).to_be_visible()
        await expect(page.get_by_text("Volgende stap: IAO 1 bijeenroepen").first).to_be_visible()
        await expect(page.get_by_text("ERROR")).to_have_count(0)  # a wait is no error
        picture = await in_prefect(browser, stage, f"/artifacts/artifact/{await latest_picture('asiel-2022')}")
        await expect(picture.get_by_role("heading", name="Situatieschets MCCb 3")).to_be_visible()
        chart = picture.locator("img[alt^='Plaatsen in de crisisnoodopvang']").last
        await expect(chart).to_be_visible()
        assert await chart.evaluate("image => image.complete && image.naturalWidth > 400"), "the chart is drawn"
        marked = picture.get_by_role("cell", name=re.compile("overgenomen|verouderd|geen opgave"))
        await expect(marked.first).to_be_visible()  # who gave nothing now is not passed over in silence


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
