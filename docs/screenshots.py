"""Makes the pictures of the README: plays the demonstration and looks at it with headless Chromium."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Page

from deployments.rehearsals.demo import PLAN, SCENARIO
from deployments.rehearsals.players import players_at
from deployments.rehearsals.rehearsal import Rehearsal
from deployments.rehearsals.scenario import read_scenario
from deployments.rehearsals.stage import Stage, standing
from integrations.plans import read_plan
from tests.browsing import PHONE, a_browser, a_page, in_prefect, latest_picture, the_run_of

IMAGES = Path(__file__).parent / "images"


async def main() -> None:
    """Play the week, and take a picture of what people see on the way."""
    IMAGES.mkdir(exist_ok=True)
    scenario = read_scenario(SCENARIO)
    async with (
        standing(read_plan(PLAN), scenario.starts_at, scenario.speed) as stage,
        players_at(stage) as players,
        a_browser() as browser,
    ):
        rehearsal = Rehearsal(scenario, stage, print)
        await rehearsal.activate()
        form = await a_page(browser, await players.outcome_link("asiel-2022/IAO/1"), PHONE)
        await form.screenshot(path=IMAGES / "outcome-form.png")
        for moment in scenario.moments:
            await rehearsal.play_moment(players, moment)
        await rehearsal.all_delivered()
        await _after_the_week(browser, stage)


async def _after_the_week(browser: Browser, stage: Stage) -> None:
    run = await the_run_of(stage.register(), "asiel-2022")
    crisis = await in_prefect(browser, stage, f"/runs/flow-run/{run.id}")
    await crisis.get_by_text("Suspended", exact=True).first.wait_for(timeout=60_000)  # while it starts it has no timeline
    await _take(crisis, "run")
    await _take(await in_prefect(browser, stage, f"/artifacts/artifact/{await latest_picture('asiel-2022')}"), "picture")
    caught = await a_page(browser, stage.catcher_url)
    alert = caught.locator("section", has=caught.get_by_role("heading", name="Slack")).locator("article").first
    await alert.screenshot(path=IMAGES / "slack.png")


async def _take(page: Page, name: str) -> None:
    await page.wait_for_timeout(3000)
    await page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
