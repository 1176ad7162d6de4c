"""Municipalities come in from CBS or from a file; what does not fit is named, and nothing of it is kept."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from crisis.areas import Area, Territory
from crisis.errors import InvalidInput
from crisis.inquiries import Submission
from crisis.partners import PartnerKind
from crisis.places import PROVINCES, SAFETY_REGIONS
from crisis.plan import PlanRefused
from deployments.rehearsals.municipalities import PER_REGION, made_up
from deployments.rehearsals.simulator import create_app
from integrations.partners.areas import TABLES, read_csv, read_statline, table_of
from integrations.partners.errors import Unintelligible
from integrations.partners.exchange import Exchange
from integrations.partners.inquiry import ask_all
from integrations.plans import read_plan
from integrations.register import Register, areas, audit, migrations, open_register
from integrations.settings import Reach, Settings
from integrations.wording.problems import problem_texts
from integrations.wording.refusals import refusal_text
from tests.building import NOW, SOMEONE
from tests.test_statline import Spoiling, every

REAL = Path(__file__).parents[2] / "shared" / "data" / "municipalities-2022-06.csv"
HEADER = "code,name,safety_region,province,inhabitants\n"
DAY = date(2022, 6, 1)


async def from_cbs(year: int, transport: httpx.AsyncBaseTransport | None = None) -> tuple[Area, ...]:
    transport = transport or httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport) as client:
        base = httpx.URL(f"http://127.0.0.1:9/CBS/ODataApi/odata/{table_of(year)}")
        return await read_statline(Exchange(client, base, float("inf")), year)


def refused(content: str) -> Any:
    with pytest.raises(InvalidInput) as refusal:
        read_csv(content.encode(), DAY, "een proef")
    return refusal.value.details["problems"]


@pytest.mark.parametrize("year", sorted(TABLES))
async def test_a_table_of_any_year_gives_the_same_municipalities_wherever_its_columns_stand(year: int) -> None:
    found = await from_cbs(year)
    plain = {"as_of", "source"}
    assert [area.model_dump(exclude=plain) for area in found] == [area.model_dump(exclude=plain) for area in made_up(2022)]
    assert {(area.as_of, area.source) for area in found} == {
        (date(year, 1, 1), f"CBS {TABLES[year]}, Gebieden in Nederland {year}")
    }


async def test_the_columns_of_two_years_have_other_numbers() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app()), base_url="http://127.0.0.1") as client:
        keys = [
            {one["Key"] for one in (await client.get(f"/CBS/ODataApi/odata/{TABLES[year]}/DataProperties")).json()["value"]}
            for year in (2022, 2023)
        ]
    assert keys[0] != keys[1]


def test_the_made_up_municipalities_are_as_many_in_each_region_as_there_were() -> None:
    played = made_up(2022)
    assert len(played) == sum(PER_REGION) == 344
    territory = Territory(played)
    assert all(territory.above(area.code) == (area.region, area.province, "NL") for area in played)


@pytest.mark.parametrize(
    ("list_", "spoil", "reason"),
    [
        ("TableInfos", every(Title="Gebieden in Nederland 1999"), "Tabel 85067NED gaat niet over 2022."),
        ("TypedDataSet", every(Code_4="GM0001"), "niet precies één kolom met codes als GM"),
        ("TypedDataSet", every(Code_4="x", Code_7="x", Code_10="x"), "niet precies één kolom met codes als VR"),
        ("TypedDataSet", every(Naam_2=None), "geen gewone tekst in kolom Naam_2"),
        ("TableInfos", lambda page: page | {"value": []}, "TableInfos"),
    ],
)
async def test_a_table_that_is_another_is_refused(list_: str, spoil: Callable[[Any], Any], reason: str) -> None:
    with pytest.raises(Unintelligible) as failure:
        await from_cbs(2022, Spoiling(list_, spoil))
    assert reason in failure.value.reason


async def test_a_municipality_in_a_region_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidInput) as refusal:
        await from_cbs(2022, Spoiling("TypedDataSet", _moved))
    assert refusal.value.details["problems"] == [("GM9001", "r21_region:VR99")]


def _moved(page: Any) -> Any:
    rows = page["value"]
    for row in rows:
        for column, text in row.items():
            if (
                isinstance(text, str)
                and text.strip() == "VR01"
                and column.startswith("Code_")
                and "GM9001" in str(row.values())
            ):
                row[column] = "VR99"
    return page


def test_a_year_without_a_table_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        table_of(1999)
    assert refusal_text(refusal.value, "nl").endswith("Jaar: CBS-tabellen zijn bekend van 2018–2026.")


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("code,name\n", [("areas", "no_column:safety_region"), ("areas", "no_column:province")]),
        (HEADER, [("areas", "no_municipalities")]),
        (f"{HEADER}GM0014,Groningen,VR01,PV20,1\nGM0014,Groningen,VR01,PV20,1\n", [("GM0014", "twice")]),
        (f"{HEADER}GM0014,Groningen,VR26,PV20,1\n", [("GM0014", "r21_region:VR26")]),
        (f"{HEADER}GM0014,Groningen,VR01,PV21,1\n", [("GM0014", "not_in_province:PV21")]),
        (f"{HEADER}14,Groningen,VR01,PV20,1\n", [("regel 2", "area_code")]),
        (f"{HEADER}GM0014,,VR01,PV20,1\n", [("regel 2", "string_too_short")]),
        (f"{HEADER}GM0014,Groningen,VR01,PV20,veel\n", [("regel 2", "int_parsing")]),
        (f"{HEADER}GM0014,Groningen,VR01,PV20,-1\n", [("regel 2", "greater_than_equal:0")]),
        (
            HEADER + "".join(f"GM{number},Stad,VR01,PV20,\n" for number in range(1000, 1401)),
            [("areas", "too_many_municipalities:400")],
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_what_is_wrong(content: str, problems: list[tuple[str, str]]) -> None:
    assert refused(content) == problems
    assert all("klopt niet" not in text for text in problem_texts(problems, "nl"))


def test_a_file_that_is_no_text_is_refused() -> None:
    for content, reason in ((b"\xff\xfe\x00", "not_utf8"), (b"x" * 2_000_000, "file_too_large:1")):
        with pytest.raises(InvalidInput) as refusal:
            read_csv(content, DAY, "een proef")
        assert refusal.value.details["problems"] == [("areas", reason)]


def test_a_file_from_excel_with_its_mark_at_the_beginning_is_read() -> None:
    (area,) = read_csv(b"\xef\xbb\xbf" + f"{HEADER}GM0014,Groningen,VR01,PV20,\n".encode(), DAY, "een proef")
    assert (area.code, area.inhabitants, area.as_of, area.source) == ("GM0014", None, DAY, "een proef")


@pytest.mark.skipif(not REAL.exists(), reason="the municipalities of June 2022 are not on this machine")
def test_the_municipalities_of_june_2022_are_344_each_in_its_region_and_province() -> None:
    real = read_csv(REAL.read_bytes(), DAY, "CBS 85067NED, met Weesp bij Amsterdam")
    assert len(real) == 344
    assert [sum(area.region == region for area in real) for region in SAFETY_REGIONS] == list(PER_REGION)
    assert {area.province for area in real} == set(PROVINCES)
    assert Territory(real).above("GM0014") == ("VR01", "PV20", "NL")


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = open_register(database)
    yield opened
    opened.close()


def entries(register: Register) -> list[str]:
    return [entry.object for entry in audit.entries(register) if entry.action == "gebieden.inlezen"]


def test_the_municipalities_taken_in_last_are_in_force_and_each_import_is_in_the_audit_trail(register: Register) -> None:
    assert areas.current(register) == ()
    areas.take_in(register, made_up(1), SOMEONE, NOW)
    areas.take_in(register, made_up(2), SOMEONE, NOW)
    assert areas.current(register) == made_up(2)
    areas.take_in(register, made_up(1), SOMEONE, NOW)
    assert areas.current(register) == made_up(1)
    assert entries(register) == ["gebieden/2022-03-24"] * 3


def test_the_same_municipalities_taken_in_twice_are_taken_in_once(register: Register) -> None:
    for _ in range(2):
        areas.take_in(register, tuple(reversed(made_up(1))), SOMEONE, NOW)
    assert areas.current(register) == made_up(1)
    assert len(entries(register)) == 1


def test_what_cannot_be_the_municipalities_is_not_taken_in(register: Register) -> None:
    with pytest.raises(InvalidInput):
        areas.take_in(register, made_up(1)[:1] * 2, SOMEONE, NOW)
    with pytest.raises(InvalidInput):
        areas.take_in(register, (), SOMEONE, NOW)
    assert areas.current(register) == ()


def test_a_register_that_is_not_there_knows_no_municipalities_and_is_not_made(tmp_path: Path) -> None:
    assert areas.known_at(f"sqlite:///{tmp_path / 'register.db'}") == ()
    assert list(tmp_path.iterdir()) == []


def test_an_older_register_knows_no_municipalities_and_stays_as_it_is(database: str) -> None:
    migrations.downgrade(database, "0011")
    assert areas.known_at(database) == ()
    migrations.upgrade(database)
    assert areas.known_at(database) == ()


MUNICIPALITIES = """
[municipalities]
address = "/{code}"
indicators = ["statushouders-gehuisvest"]

[action_items]"""


def a_plan_file(folder: Path, text: str = "") -> Path:
    file = folder / "plan.toml"
    plan = (Path(__file__).parents[1] / "deployments" / "plans" / "asiel-2022.toml").read_text(encoding="utf-8")
    file.write_text(plan.replace("[action_items]", text or MUNICIPALITIES, 1), encoding="utf-8")
    return file


def test_a_plan_asks_all_municipalities_that_were_imported_and_knows_where_they_lie(tmp_path: Path) -> None:
    plan = read_plan(a_plan_file(tmp_path), made_up(2022))
    asked = [partner for partner in plan.partners if partner.kind is PartnerKind.MUNICIPALITY]
    assert len(asked) == 344
    assert (asked[0].id, asked[0].area, asked[0].address) == ("GM9001", "GM9001", "/GM9001")
    assert asked[0].name == "Gemeente Gemeente 1 (VR01)"
    assert plan.territory.lies_in("GM9001", "PV20")


def test_a_plan_that_asks_municipalities_is_refused_while_none_were_imported(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused) as refusal:
        read_plan(a_plan_file(tmp_path))
    assert refusal.value.problems == [("municipalities", "no_areas")]


async def test_381_partners_are_asked_at_once_and_municipalities_say_together_what_their_provinces_say(tmp_path: Path) -> None:
    plan = read_plan(a_plan_file(tmp_path), made_up(2022))
    at = datetime(2022, 6, 17, 18, tzinfo=UTC)
    asked = [partner for partner in plan.partners if partner.kind is not PartnerKind.OPEN_DATA]
    terms = plan.intake.model_copy(update={"patience_seconds": 60.0, "term_seconds": 60.0})
    settings = Settings(reach=Reach.LOOPBACK, partner_gateway="http://127.0.0.1:9")
    answers = await ask_all(asked, terms, at, settings, lambda: at, httpx.ASGITransport(create_app(trouble=0)))
    assert {answer.submission for answer in answers} == {Submission.ON_TIME}
    assert len(answers) == 344 + 25 + 12 + 3
    figures = [f for a in answers for f in a.figures if f.indicator == "statushouders-gehuisvest"]
    for province in PROVINCES:
        whole = {f.kind: f.value for f in figures if f.area == province}
        for kind, value in whole.items():
            parts = [f.value for f in figures if f.kind is kind and plan.territory.lies_in(f.area, province)]
            assert sum(parts) == value
