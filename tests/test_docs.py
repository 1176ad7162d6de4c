"""What the documents say is what the product does."""

import ast
import pydoc
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from crisis.alerts import DEFAULT_CHAINS
from crisis.rules import Rule
from crisis.structure import RuleSet
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
    assert [int(number) for number, *_ in rows] == [*range(1, 29), *range(49, 64), 82, *range(86, 91)]
    named = {number: re.findall(r"`(test_\w+)::(test_\w+)`", tests) for number, _, _, tests in rows}
    assert [number for number, tests in named.items() if not tests] == []
    every = [(number, file, test) for number, tests in named.items() for file, test in tests]
    assert [one for one in every if not is_there(*one[1:])] == []


def the_rules() -> dict[str, list[str]]:
    """The table of the procedure: by rule its name, rule sets, source, functions and tests."""
    text = (ROOT / "docs" / "procedure.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (R\d\d) \| (.+) \|$", text, re.MULTILINE)
    assert [number for number, _ in rows] == [rule.name for rule in Rule], "every rule once, in order"
    return {number: cells.split(" | ") for number, cells in rows}


@pytest.mark.parametrize("rule", list(Rule), ids=lambda rule: rule.name)
def test_every_rule_of_the_procedure_is_told_as_the_code_has_it(rule: Rule) -> None:
    name, rulesets, source, _, _ = the_rules()[rule.name]
    assert name == rule.value
    assert source == f"{rule.source.text} · {rule.source.confidence}"
    assert rulesets == ", ".join(f"{one}{'' if rule.is_confirmed_in(one) else ' (not confirmed)'}" for one in RuleSet)


@pytest.mark.parametrize("rule", list(Rule), ids=lambda rule: rule.name)
def test_every_rule_is_held_by_functions_that_name_it(rule: Rule) -> None:
    names = re.findall(r"`([\w.]+)`", the_rules()[rule.name][3])
    assert names
    assert [name for name in names if rule.name not in (pydoc.getdoc(pydoc.locate(name)) or "")] == []


@pytest.mark.parametrize("rule", list(Rule), ids=lambda rule: rule.name)
def test_every_rule_has_tests_that_exist_and_begin_with_it(rule: Rule) -> None:
    tests = re.findall(r"`(test_\w+)::(test_\w+)`", the_rules()[rule.name][4])
    assert tests
    assert [test for file, test in tests if not (test.startswith(f"test_{rule.name.lower()}_") and is_there(file, test))] == []


def test_every_rule_that_a_docstring_names_is_one() -> None:
    named = {
        (path.name, rule)
        for floor in ("crisis", "integrations")
        for path in (ROOT / floor).rglob("*.py")
        for docstring in docstrings(path)
        for rule in re.findall(r"\bR\d\d\b", docstring)
    }
    assert len(named) > 50
    assert {(file, rule) for file, rule in named if rule not in Rule.__members__} == set()


def docstrings(path: Path) -> Iterator[str]:
    """Those of modules, classes, functions and fields: every text that stands by itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def is_there(file: str, test: str) -> bool:
    path = ROOT / "tests" / f"{file}.py"
    return path.exists() and re.search(rf"^(async )?def {test}\(", path.read_text(encoding="utf-8"), re.MULTILINE) is not None


FLOORS = ("crisis", "integrations", "tasks", "flows", "deployments")
