"""A crisis that waits for a month, while the product is upgraded and moves to another machine, still goes on."""

import shutil
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crisis.actions import ActionState, NewAction
from crisis.alerts import Event
from crisis.life import Convene
from crisis.meetings import Direction
from crisis.passes import Act, Grant, make_pass
from crisis.structure import Body
from deployments.watch import Verdict, verdict
from integrations.portal import create_app
from integrations.register import (
    Register,
    actions,
    alerts,
    audit,
    backup,
    clock,
    crises,
    meetings,
    migrations,
    open_register,
    plans,
    runs,
)
from integrations.settings import Settings
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_register, invited, recorded
from tests.databases import BOTH, a_database, on_postgresql

CRISIS = "asiel-2022"
A_MONTH_LATER = NOW + timedelta(days=30)
PORTAL = "http://127.0.0.1:8400"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def that_waits(address: str) -> None:
    """For its second outcome, with an action item open and a run suspended."""
    register = a_register(address)
    clock.move(register, plans.in_force(register), NOW, SOMEONE)
    a_crisis(register)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.HOLD, NewAction(title="iets", owner="lid", due_at=NOW + timedelta(days=9)))
    a_meeting(register, number=2)
    invited(register, Body.IAO, number=2)
    runs.begun(register, runs.Run(crisis=CRISIS), "een-run-die-er-niet-meer-is")
    for claimed in alerts.claim(register, "toets", 999, timedelta(minutes=1)):
        alerts.stamp_delivered(register, "toets", [(claimed, "250 OK")])
    register.close()


def upgraded(address: str, since: str) -> None:
    """As it was under this version, and brought to the present one."""
    migrations.downgrade(address, since)
    migrations.upgrade(address)


def a_link(settings: Settings, act: Act, person: str, object_: str, expires_at: datetime) -> str:
    grant = Grant(person=person, act=act, object=object_, issued_at=NOW, expires_at=expires_at)
    return f"/p/{make_pass(grant, settings.signing_secret())}"


def asked_anew(register: Register, settings: Settings) -> str:
    """The link in the mail that the button on the page of the meeting sends."""
    meetings.ask_link(register, CRISIS, Body.IAO, 2, SOMEONE, A_MONTH_LATER)
    (claimed,) = (c for c in alerts.claim(register, "toets", 999, timedelta(minutes=1)) if c.alert.event is Event.LINK_ASKED)
    assert claimed.alert.grant
    return f"/p/{make_pass(claimed.alert.grant, settings.signing_secret())}"


@pytest.mark.parametrize(("kind", "other"), [BOTH, BOTH[::-1]])
def test_after_thirty_days_three_upgrades_and_a_move_to_another_machine_it_goes_on(
    tmp_path: Path, kind: str, other: str
) -> None:
    here, there = (Settings(state_dir=tmp_path / name) for name in ("hier", "daar"))
    here.state_dir.mkdir()
    there.state_dir.mkdir()
    with ExitStack() as databases:
        old = databases.enter_context(a_database(kind, here.state_dir))
        that_waits(old)
        to_record = a_link(here, Act.RECORD_OUTCOME, "secretaris", f"{CRISIS}/IAO/2", NOW + timedelta(days=7))
        to_report = a_link(here, Act.REPORT_ACTION, "lid", f"{CRISIS}/A1", NOW + timedelta(days=39))
        for since in ("0001", "0002", "0001"):
            upgraded(old, since)
        before = open_register(old)
        clock.move(before, plans.in_force(before), A_MONTH_LATER, SOMEONE)
        trail = audit.entries(before)
        backup.make(before, tmp_path / "back-up.zip")
        before.close()

        new = f"sqlite:///{there.state_dir / 'register.db'}"
        if other == "postgresql":
            new = databases.enter_context(on_postgresql())
        backup.restore(new, tmp_path / "back-up.zip", SOMEONE)
        shutil.copy(here.state_dir / "pass.key", there.state_dir)
        register = open_register(new)
        assert audit.entries(register)[: len(trail)] == trail
        assert alerts.held(register) == ()

        (run,) = runs.wanted(register)
        assert (run.what, run.attempt, run.flow_run_id) == ("escalation", 2, None)
        assert verdict(run, None, False, datetime.now(UTC)) is Verdict.START

        portal = TestClient(create_app(register, there), base_url=PORTAL, follow_redirects=False)
        assert portal.post(to_report, data={"evidence": "Het ligt er."}, headers=FORM).status_code == 303
        assert actions.find(register, CRISIS, 1).state is ActionState.REPORTED
        assert "verlopen" in portal.get(to_record).text
        outcome = {"direction": "opschalen", "summary": "Na een maand."}
        assert portal.post(asked_anew(register, there), data=outcome, headers=FORM).status_code == 303
        assert crises.take_stock(register, CRISIS) == Convene(body=Body.ICCB, number=1)
        assert audit.verify(register)[1] is None
        register.close()
