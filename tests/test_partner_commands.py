"""Partners from the command line: imported, listed, asked, and handed a sheet."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.cli import REFUSED, TROUBLE
from deployments.rehearsals.simulator import create_app
from integrations.partners.sheets import rows_in
from integrations.register import Register, areas
from tests.building import a_register
from tests.shell import Say, a_shell
from tests.test_area_import import HEADER, a_plan_file
from tests.test_simulator import served

PLAN = Path(__file__).parents[1] / "deployments" / "plans" / "asiel-2022.toml"


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("OPSCHALING_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("OPSCHALING_REACH", "loopback")
    return a_register(tmp_path)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with served(create_app(trouble=0)) as address:
        monkeypatch.setenv("OPSCHALING_PARTNER_GATEWAY", address)
        yield address


@pytest.fixture
def say(register: Register, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    assert register
    return a_shell(monkeypatch, capsys, "partners")


def test_the_municipalities_of_a_year_come_from_cbs(register: Register, say: Say, gateway: str) -> None:
    code, told = say("import", "cbs", "--year", "2022", "--address", f"{gateway}/CBS/ODataApi/odata")
    assert (code, len(areas.current(register))) == (0, 344)
    assert "344 gemeenten ingelezen, over 2022-01-01; van 344 is het inwonertal bekend." in told
    assert "Bron: CBS 85067NED, Gebieden in Nederland 2022" in told


def test_municipalities_come_from_a_file_with_its_day_and_source(register: Register, say: Say, tmp_path: Path) -> None:
    file = tmp_path / "gemeenten.csv"
    file.write_text(f"{HEADER}GM0014,Groningen,VR01,PV20,\n", encoding="utf-8")
    code, told = say("import", str(file), "--as-of", "2022-06-17", "--source", "CBS")
    assert (code, [area.code for area in areas.current(register)]) == (0, ["GM0014"])
    assert "1 gemeenten ingelezen, over 2022-06-17; van 0 is het inwonertal bekend." in told


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("cbs",), REFUSED, "--year"),
        (("cbs", "--year", "1999"), REFUSED, "CBS-tabellen zijn bekend van 2018–2026"),
        (("cbs", "--year", "2022"), TROUBLE, "Het adres ligt buiten deze machine"),
        (("weg.csv", "--as-of", "2022-06-17", "--source", "CBS"), REFUSED, "weg.csv"),
        (("weg.csv",), REFUSED, "weg.csv"),
    ],
)
def test_an_import_that_cannot_be_done_says_why_and_keeps_nothing(
    register: Register, say: Say, words: tuple[str, ...], code: int, reason: str
) -> None:
    said, told = say("import", *words)
    assert said == code
    assert reason in told
    assert areas.current(register) == ()


def test_a_day_that_is_none_is_refused(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "gemeenten.csv"
    file.write_text(HEADER, encoding="utf-8")
    code, told = say("import", str(file), "--as-of", "gisteren", "--source", "CBS")
    assert code == REFUSED
    assert "is geen datum, zoals 2022-06-17" in told


def test_who_is_asked_is_listed_with_the_municipalities_once_they_are_imported(say: Say, gateway: str, tmp_path: Path) -> None:
    code, told = say("list", str(a_plan_file(tmp_path)))
    assert code == REFUSED
    assert "opschaling partners import" in told
    say("import", "cbs", "--year", "2022", "--address", f"{gateway}/CBS/ODataApi/odata")
    code, told = say("list", str(a_plan_file(tmp_path)), "--json")
    assert code == 0
    assert len([partner for partner in json.loads(told) if partner["kind"] == "gemeente"]) == 344


@pytest.mark.usefixtures("gateway")
def test_every_system_is_asked_and_nothing_is_kept(say: Say, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    code, told = say("check", str(PLAN), "--as-of", "2022-06-17T20:00")
    assert code == 0, told
    assert "VR19" in told
    assert "op tijd" in told
    assert sorted(tmp_path.rglob("*")) == before


def test_a_system_that_does_not_answer_is_named(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSCHALING_PARTNER_GATEWAY", "http://127.0.0.1:9")
    code, told = say("check", str(PLAN))
    assert code == TROUBLE
    assert "onbereikbaar" in told
    assert "0 van" in told


def test_a_sheet_is_made_for_a_partner_and_for_no_other(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "VR19.xlsx"
    code, told = say("template", "VR19", "--plan", str(PLAN), "--out", str(file))
    assert (code, told) == (0, f"Invulblad voor Veiligheidsregio Zeeland geschreven in {file}.\n")
    assert [row[0].value for row in rows_in(file.read_bytes())[1:]] == ["cno-plaatsen"] * 3
    code, told = say("template", "VR99", "--plan", str(PLAN), "--out", str(tmp_path / "geen.xlsx"))
    assert code == REFUSED
    assert "‘VR99’ is geen partner van dit plan" in told
    assert not (tmp_path / "geen.xlsx").exists()
