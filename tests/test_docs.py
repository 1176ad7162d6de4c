"""What the documents say is what the product does."""

import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from crisis.alerts import DEFAULT_CHAINS
from deployments.cli import app
from integrations.settings import Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> set[str]:
    root = get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    found = set()
    for name, command in root.commands.items():
        parts = command.commands if isinstance(command, typer.core.TyperGroup) else {}
        found |= {f"{name} {part}" for part in parts} or {name}
    return found


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`OPSCHALING_{setting.upper()}`" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_every_setting_in_the_document_exists() -> None:
    named = re.findall(r"`OPSCHALING_([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))
    assert {name.lower() for name in named} == set(Settings.model_fields)


def test_every_command_stands_in_the_readme_and_every_command_there_exists() -> None:
    rows = re.findall(r"^\| `opschaling ([a-z]+(?: [a-z]+)?)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {row for row in rows if row in commands() or row.split()[0] in commands()} == set(rows)
    assert {row if row in commands() else row.split()[0] for row in rows} == commands()


def test_the_document_tells_the_chains_of_the_product() -> None:
    text = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z, ]+) \|$", text, re.MULTILINE)
    told = {event: tuple(chain.split(", ")) for event, chain in rows}
    assert told == {str(event): chain for event, chain in DEFAULT_CHAINS.items() if chain}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_in_a_document_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_name_in_the_glossary_is_in_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
    cells = re.findall(r"^\| [^|]+ \| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    names = {name.rpartition(".")[2] for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    assert {name for name in names if name not in code} == set()


def test_every_fault_of_the_catalogue_has_its_promise_and_tests_that_exist() -> None:
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    assert [int(number) for number, *_ in rows] == [*range(1, 29), 82, *range(86, 91)]
    named = {number: re.findall(r"`(test_\w+)::(test_\w+)`", tests) for number, _, _, tests in rows}
    assert [number for number, tests in named.items() if not tests] == []
    every = [(number, file, test) for number, tests in named.items() for file, test in tests]
    assert [one for one in every if not is_there(*one[1:])] == []


def is_there(file: str, test: str) -> bool:
    path = ROOT / "tests" / f"{file}.py"
    return path.exists() and re.search(rf"^(async )?def {test}\(", path.read_text(encoding="utf-8"), re.MULTILINE) is not None


FLOORS = ("crisis", "integrations", "tasks", "flows", "deployments")
