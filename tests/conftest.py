"""What every test may ask for; and one set-up with everything running, for the stories that need it."""

import os
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import pytest_asyncio
from playwright.sync_api import Page, sync_playwright

from deployments.rehearsals.demo import PLAN, SCENARIO
from deployments.rehearsals.players import Players, players_at
from deployments.rehearsals.scenario import read_scenario
from deployments.rehearsals.stage import Stage, standing
from integrations.plans import read_plan
from tests.browsing import ARGUMENTS, CHROMIUM, PHONE
from tests.databases import BOTH, a_database, drop_the_template


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty register; the test runs once on either database."""
    with a_database(request.param, tmp_path) as address:
        yield address


@pytest.fixture(scope="session", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    drop_the_template()


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """An address outside that counts what it hears."""
    heard: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
            """Into the test's output: nothing."""

    server = HTTPServer(("127.0.0.1", 0), Ear)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/alive", heard
    server.shutdown()


@pytest.fixture
def phone() -> Iterator[Page]:
    """A browser of 390 points wide, with scripts switched off."""
    if CHROMIUM is None:
        assert os.environ.get("CI") != "true", "CI must have chromium"
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=False)
        yield context.new_page()
        browser.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def stage() -> AsyncIterator[Stage]:
    """Prefect, runner, watch, portal, simulator and catcher; started once, when the first story asks for it."""
    scenario = read_scenario(SCENARIO)
    async with standing(read_plan(PLAN), scenario.starts_at, scenario.speed) as everything:
        yield everything


@pytest_asyncio.fixture(loop_scope="session")
async def players(stage: Stage) -> AsyncIterator[Players]:
    """Secretaries, owners and verifiers of that set-up."""
    async with players_at(stage) as all_of_them:
        yield all_of_them
