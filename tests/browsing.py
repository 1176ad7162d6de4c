"""Looking at what people see, with headless Chromium."""

import base64
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright

from deployments.rehearsals.stage import Stage

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
