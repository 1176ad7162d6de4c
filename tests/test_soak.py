"""Crash points, and a short seeded part of both layers of the soak."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deployments.rehearsals.stage import Stage
from integrations.crash import POINTS, crash_at, crash_point
from integrations.register import crises, open_register
from tests.building import a_register, an_activation
from tests.soak.faults import FLOW_RUN, Faults
from tests.soak.outer import break_things
from tests.soak.tally import Tally

SEED, INJECTIONS, FAULTS = 17, 200, 5


def test_nothing_is_lost_or_doubled_at_any_crash_point() -> None:
    """In a process of its own: one that forks must have one thread."""
    command = [sys.executable, "-m", "tests.soak", "--layer", "inner", "--seed", str(SEED), "--injections", str(INJECTIONS)]
    soak = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)  # noqa: S603
    assert soak.returncode == 0, soak.stderr
    summary = json.loads(soak.stdout.splitlines()[-1])
    assert summary["injections"] >= INJECTIONS
    assert [summary[wrong] for wrong in ("lost", "phantom", "double", "stalled")] == [0, 0, 0, 0]
    assert summary["duplicates"] <= summary["injections"]
    assert set(summary["kinds"]) == set(POINTS), "every crash point can be reached"


@pytest.mark.asyncio(loop_scope="session")
async def test_nothing_is_lost_or_doubled_when_processes_die(stage: Stage) -> None:
    """The same faults as in the outer layer of `make soak`, on the processes of the set-up that stands for all stories."""
    faults = Faults(stage, random.Random(SEED), None, targets=("prefect", "runner", "portal", FLOW_RUN))
    tally = Tally("outer")
    await break_things(stage, SEED, FAULTS, faults, tally, print, at_a_time=1, is_short=True)
    assert tally.found == {}
    assert tally.injections == FAULTS
    assert tally.counts["crises"] >= 1


def test_a_crash_point_kills_without_farewell_and_at_the_time_that_was_asked() -> None:
    code = (
        "from integrations.crash import crash_at, crash_point\n"
        "crash_at('write.after-facts@crisis.activeren:2')\n"
        "for action in ('crisis.activeren', 'crisis.afsluiten', 'crisis.activeren'):\n"
        "    crash_point('write.after-facts', action)\n"
        "    print(action, flush=True)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert killed.returncode == -signal.SIGKILL
    assert killed.stdout.split() == ["crisis.activeren", "crisis.afsluiten"]


@pytest.mark.parametrize(("point", "remains"), [("write.before-commit", []), ("write.after-commit", ["proef"])])
def test_a_command_is_killed_where_the_settings_say(point: str, remains: list[str], tmp_path: Path) -> None:
    a_register(tmp_path).close()
    activation = tmp_path / "activation.toml"
    facts = an_activation("proef").model_dump(mode="json", exclude={"crisis", "nkc"})
    activation.write_text("\n".join(f"{name} = {json.dumps(fact)}" for name, fact in facts.items()))
    around = os.environ | {"OPSCHALING_STATE_DIR": str(tmp_path), "OPSCHALING_CRASH_AT": f"{point}@crisis.activeren"}
    command = [sys.executable, "-m", "deployments.cli", "activate", "proef", str(activation)]
    killed = subprocess.run(command, env=around, capture_output=True, text=True, check=False)  # noqa: S603
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    register = open_register(f"sqlite:///{tmp_path / 'register.db'}")
    assert [crisis.slug for crisis in crises.all_of_them(register)] == remains
    register.close()


def test_a_place_that_does_not_exist_is_refused() -> None:
    for place in ("write.nowhere", "write.before-commit:0", "delivery"):
        with pytest.raises(ValueError, match="is not a crash point"):
            crash_at(place)


def test_nothing_happens_where_nothing_is_set() -> None:
    crash_at("")
    for point in POINTS:
        crash_point(point)
