"""An auditor reads the dossier of a decision of June 2022, on a phone and at a desk."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from pydantic import SecretStr
from starlette.testclient import TestClient

from crisis.alerts import Event
from crisis.passes import Act, make_pass
from crisis.plan import Plan
from crisis.structure import Body
from integrations.portal import create_app
from integrations.register import Register, alerts, audit, clock, decisions, open_register
from integrations.register.telling import ONE_PER
from integrations.settings import Settings
from tests.browsing import ARGUMENTS, CHROMIUM, DESK, PHONE
from tests.building import SOMEONE
from tests.databases import on_sqlite
from tests.portal_building import PORTAL, SECRET, Portal, a_pass
from tests.replaying import HISTORIES, History, read, replayed
from tests.test_portal import served

CRISIS = "asiel-2022"
SHOTS = os.environ.get("SCREENSHOTS")
"""A folder for pictures of what is looked at, where somebody wants to look too."""


def with_an_auditor(history: History) -> History:
    auditor = {"name": "auditor", "organisation": "Auditdienst Rijk", "mail": "auditor@adr.voorbeeld.test"}
    plan = history.plan.model_dump(mode="json")
    audited = {"people": plan["people"] | {"auditor": auditor}, "roles": {"auditor": ["auditor"]}}
    return history.model_copy(update={"plan": Plan.model_validate(plan | audited)})


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The week of June 2022 as it was recorded, and a portal on it."""
    folder = tmp_path_factory.mktemp("verhaal")
    address = on_sqlite(folder)
    history = replayed(with_an_auditor(read(HISTORIES / f"{CRISIS}.json")), address)
    register = open_register(address)
    clock.move(register, history.plan, history.happened[-1].at, SOMEONE)
    settings = Settings(state_dir=folder, pass_secret=SecretStr(SECRET.decode()), portal_url=PORTAL)
    visitor = TestClient(create_app(register, settings), base_url=PORTAL, follow_redirects=False)
    yield Portal(register, settings, visitor)
    register.close()


@pytest.fixture(scope="module")
def link(portal: Portal) -> str:
    """The link that the auditor finds in their mail, having asked for it."""
    assert portal.send(f"/crises/{CRISIS}/dossier", {"person": "auditor"}).status_code == 200
    return f"/p/{_mailed(portal.register)}"


def _mailed(register: Register) -> str:
    waiting = alerts.claim(register, "lezer", 10_000, ONE_PER)
    (grant,) = (one.alert.grant for one in waiting if one.alert.event is Event.DOSSIER_LINK_ASKED)
    assert grant
    return make_pass(grant, SECRET)


@pytest.fixture
def screen() -> Iterator[Page]:
    """A browser with scripts switched off."""
    if CHROMIUM is None:
        assert os.environ.get("CI") != "true", "CI must have chromium"
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser.new_context(java_script_enabled=False).new_page()
        browser.close()


def of_the_mccb(register: Register) -> int:
    return next(d.number for d in decisions.of_crisis(register, CRISIS) if d.body is Body.MCCB)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_auditor_reads_what_the_mccb_knew(portal: Portal, link: str, screen: Page, size: tuple[int, int]) -> None:
    screen.set_viewport_size({"width": size[0], "height": size[1]})
    with served(portal) as address:
        screen.goto(address + link)
        _look(screen, f"dossiers-{size[0]}")
        screen.locator(f"a[href$='/decisions/{of_the_mccb(portal.register)}']").click()
        _look(screen, f"dossier-{size[0]}")
        assert screen.get_by_role("heading", level=2).all_inner_texts() == ["Bekend op dat moment", "Wat later kwam"]
        known, later = (screen.get_by_role("region", name=name) for name in ("Bekend op dat moment", "Wat later kwam"))
        assert known.get_by_role("heading", name="Ontbrekende inbreng").is_visible()
        assert later.get_by_role("heading", name="Actiepunten die eruit volgen").is_visible()
        assert "4 van 7" in known.inner_text()
    assert "dossier.inzien" in {entry.action for entry in audit.entries(portal.register)}


def test_the_papers_with_their_agenda_fit_on_a_phone(portal: Portal, screen: Page) -> None:
    screen.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    reading = a_pass("minister-president", Act.READ_PAPERS, f"{CRISIS}/MCCb/2")
    adding = a_pass("secretaris-mccb", object_=f"{CRISIS}/MCCb/3") + "/papers"
    with served(portal) as address:
        for name, path in (("papers", reading), ("adding", adding), ("asking", f"/crises/{CRISIS}/dossier")):
            screen.goto(address + path)
            _look(screen, name)


def _look(page: Page, name: str) -> None:
    """What every page must be: no wider than its screen, every heading in its place, every table with a name for its rows."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert page.locator("html").get_attribute("lang") == "nl"
    assert page.locator("h1").count() == 1
    width = page.viewport_size
    assert width
    box = page.locator("html").evaluate("html => html.scrollWidth")
    assert box <= width["width"]
