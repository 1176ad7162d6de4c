"""A rehearsal touches nothing of another set-up, and the clock of a real crisis is nobody's to move."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from crisis.errors import RealClock
from crisis.plan import PlanKind
from deployments.rehearsals.stage import Stage
from deployments.up import Ports, environment
from integrations.register import Register, clock
from integrations.settings import SHORTEST_SECRET, Reach, Settings, kept_secret
from tests.building import NOW, SOMEONE, a_crisis, a_plan, a_register


@pytest.fixture
def a_shell_that_serves_a_real_crisis(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "OPSCHALING_DATABASE_URL": "sqlite:////echt/register.db",
        "OPSCHALING_PASS_SECRET": "geheim-van-de-echte-opstelling-0123456789",
        "OPSCHALING_SMTP_PASSWORD": "geheim",
        "OPSCHALING_SLACK_WEBHOOKS": "nkc=T1/B1/echt",
        "OPSCHALING_DEAD_MAN_URL": "https://alarm.example.org",
        "PREFECT_API_URL": "https://prefect.example.org/api",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("a_shell_that_serves_a_real_crisis")
def test_a_rehearsal_takes_nothing_from_the_shell_it_is_started_in() -> None:
    stage = Stage.somewhere(a_plan())
    real = {name: os.environ[name] for name in os.environ if name.startswith(("OPSCHALING_", "PREFECT_"))}
    assert not set(stage.environment.values()) & set(real.values())
    settings = stage.settings
    assert settings.register_url == f"sqlite:///{stage.state_dir / 'register.db'}"
    assert settings.pass_secret is None
    assert settings.smtp_password.get_secret_value() == ""
    assert settings.dead_man_url is None
    assert settings.reach is Reach.LOOPBACK
    shutil.rmtree(stage.state_dir)


def test_the_address_that_people_reach_may_differ_from_where_the_portal_listens(tmp_path: Path) -> None:
    given = {"OPSCHALING_PORTAL_URL": "https://portaal.crisis.voorbeeld.test"}
    assert environment(tmp_path, Ports(portal=8400), given)["OPSCHALING_PORTAL_URL"] == given["OPSCHALING_PORTAL_URL"]
    assert environment(tmp_path, Ports(portal=8401), {})["OPSCHALING_PORTAL_URL"] == "http://127.0.0.1:8401"


def a_real_register(folder: Path) -> Register:
    register = a_register(folder, a_plan(kind=PlanKind.REAL))
    a_crisis(register)
    return register


def test_the_clock_of_a_real_crisis_is_never_moved_whatever_plan_is_loaded_next(tmp_path: Path) -> None:
    register = a_real_register(tmp_path)
    for plan in (a_plan(kind=PlanKind.REAL), a_plan()):
        with pytest.raises(RealClock):
            clock.move(register, plan, NOW + timedelta(days=1), SOMEONE)


def test_a_secret_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "state" / "pass.key"
    assert kept_secret(path) == kept_secret(path)
    assert len(kept_secret(path)) >= SHORTEST_SECRET
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir()] == ["pass.key"]


def test_a_secret_that_was_cut_off_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "pass.key").write_bytes(b"")
    with pytest.raises(ValueError, match="holds no secret"):
        kept_secret(tmp_path / "pass.key")


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSCHALING_SLACK_WEBHOOKS", "nkc=T1/B1/xx, ncc=T1/B2/yy")
    assert sorted(Settings().slack_webhooks) == ["ncc", "nkc"]
