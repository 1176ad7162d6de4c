"""Looking at what people see, with headless Chromium; and where in the Prefect UI to look."""

import base64
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, async_playwright
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import ArtifactSort

from deployments.rehearsals.stage import Stage
from integrations.register import Register, runs

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
PHONE = (390, 844)
DESK = (1300, 1000)


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Chromium; where it is absent a test is skipped, but not in CI."""
    if CHROMIUM is None:
        assert os.environ.get("CI") != "true", "CI must have chromium"
        pytest.skip("chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        await browser.close()


async def a_page(browser: Browser, url: str, size: tuple[int, int] = DESK) -> Page:
    """A page, opened on a screen of this size."""
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
    await page.goto(url)
    return page


async def in_prefect(browser: Browser, stage: Stage, path: str) -> Page:
    """A page of the Prefect UI, signed in."""
    page = await browser.new_page(viewport={"width": DESK[0], "height": DESK[1]})
    password = base64.b64encode(stage.password.encode()).decode()
    await page.add_init_script(f"localStorage.setItem('prefect-password', '{password}')")
    await page.goto(f"{stage.prefect_url}{path}", wait_until="load")
    return page


async def the_run_of(register: Register, crisis: str) -> FlowRun:
    """The run that conducts this crisis, as Prefect knows it. Raises LookupError between two attempts."""
    run = runs.latest(register, runs.Run(crisis=crisis))
    if run.flow_run_id is None:
        raise LookupError(f"{crisis}: the next attempt has not begun yet")
    async with get_client() as client:
        return await client.read_flow_run(UUID(run.flow_run_id))


async def latest_picture(crisis: str) -> UUID:
    """The situation picture that was drawn last, as an artifact."""
    pictures = ArtifactFilter(key=ArtifactFilterKey(any_=[f"{crisis}-beeld"]))
    async with get_client() as client:
        found = await client.read_artifacts(artifact_filter=pictures, sort=ArtifactSort.CREATED_DESC, limit=1)
    return found[0].id
