"""The floors hold, and the flows keep the habits that the product stands on."""

from datetime import timedelta
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter.cli import lint_imports
from prefect.flows import Flow

from deployments.catalogue import Deployment, catalogue
from flows.meeting import intake

ROOT = Path(__file__).parents[1]
ALL = catalogue(timedelta(minutes=2))


def test_imports_point_down_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0


def test_any_module_can_be_the_first_that_is_imported() -> None:
    """No import goes round in a circle: whether that works would hang on who came first."""
    graph = grimp.build_graph("crisis", "integrations", "tasks", "flows", "deployments", exclude_type_checking_imports=True)
    TopologicalSorter({each: graph.find_modules_directly_imported_by(each) for each in graph.modules}).prepare()


@pytest.mark.parametrize("deployment", ALL, ids=lambda deployment: deployment.name)
def test_no_flow_keeps_results_or_retries(deployment: Deployment) -> None:
    """Nothing that Prefect kept is needed to go on: a run may start again from its first line at any time."""
    assert not deployment.flow.persist_result
    assert deployment.flow.retries == 0


@pytest.mark.parametrize("flow", [*(deployment.flow for deployment in ALL), intake], ids=lambda flow: flow.name)
def test_every_flow_tells_people_what_it_does(flow: Flow[Any, Any]) -> None:
    assert flow.description
    assert flow.flow_run_name


def test_the_activation_form_is_in_dutch_with_drop_downs() -> None:
    (form,) = [d.flow.parameters for d in ALL if d.name == "activering"]
    activation = form.definitions["Activation"]
    assert [field["title"] for field in activation["properties"].values()][:2] == ["Korte naam", "Titel"]
    assert all(field.get("description") for field in activation["properties"].values())
    assert form.definitions["Body"]["enum"] == ["IAO", "ICCb", "MCCb"]
    assert len(form.definitions["Ground"]["enum"]) == 2


def test_no_file_in_flows_hides_a_package() -> None:
    packages = {path.name for path in ROOT.iterdir() if path.is_dir()} | {"prefect", "httpx", "pydantic", "sqlmodel", "apprise"}
    assert not packages & {path.stem for path in (ROOT / "flows").glob("*.py")}
