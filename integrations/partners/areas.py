"""Municipalities as they are imported: from CBS "Gebieden in Nederland" of any year, or from a CSV file (gebieden).

A table of CBS holds pairs `Code_n`, `Naam_n+1` whose numbers change every year; what a pair is about shows from its codes.
"""

import asyncio
import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import httpx
from pydantic import ValidationError

from crisis.areas import Area, check_division
from crisis.errors import InvalidInput
from crisis.partners import Partner, PartnerKind, WireForm
from integrations.partners.address import address_of
from integrations.partners.approach import approach_of
from integrations.partners.client import new_client
from integrations.partners.errors import Silent, Unintelligible
from integrations.partners.exchange import Exchange
from integrations.partners.odata_v3 import JSON, described
from integrations.partners.statline import Row, name_in, rows, text_in
from integrations.settings import Settings
from integrations.wording.problems import problems_in

TABLES: Mapping[int, str] = {
    2018: "83859NED",
    2019: "84378NED",
    2020: "84721NED",
    2021: "84929NED",
    2022: "85067NED",
    2023: "85385NED",
    2024: "85755NED",
    2025: "86059NED",
    2026: "86247NED",
}
"""CBS "Gebieden in Nederland" by year; each says how the country was divided on 1 January."""

STATLINE = "https://opendata.cbs.nl/ODataApi/odata"
"""Where CBS has them."""

MOST_BYTES = 1_000_000
_HEADER = ("code", "name", "safety_region", "province")


def table_of(year: int) -> str:
    """The table of a year. Raises InvalidInput."""
    if year not in TABLES:
        raise InvalidInput(problems=[("year", f"no_statline_year:{min(TABLES)}–{max(TABLES)}")])
    return TABLES[year]


PATIENCE = 60.0
"""Seconds that CBS may take for a whole import."""


async def ask_statline(
    settings: Settings, year: int, address: str = STATLINE, transport: httpx.AsyncBaseTransport | None = None
) -> tuple[Area, ...]:
    """The municipalities of a year, asked at CBS or at who passes it on.

    Raises:
        OutsideWorldFailed: it gave nothing usable, is beyond our reach, or took longer than `PATIENCE`.
        InvalidInput: there is no table of that year, or by `check_division`.

    """
    table = Partner(
        id="CBS",
        name="Centraal Bureau voor de Statistiek",
        kind=PartnerKind.OPEN_DATA,
        form=WireForm.ODATA_V3,
        address=f"{address.rstrip('/')}/{table_of(year)}",
        indicators=(),
    )
    until = asyncio.get_running_loop().time() + PATIENCE
    async with new_client(PATIENCE, transport) as client:
        try:
            async with asyncio.timeout_at(until):
                url = address_of(table, settings)
                approach = await approach_of(table, url, None, settings) if transport is None else None
                return await read_statline(Exchange(client, url, until, approach), year)
        except TimeoutError as error:
            raise Silent(f"CBS gaf niet alles binnen {PATIENCE:.0f} seconden.") from error


class _Columns(NamedTuple):
    """Where it stands in this year's table."""

    code: str
    name: str
    region: str
    province: str
    inhabitants: str | None


async def read_statline(exchange: Exchange, year: int) -> tuple[Area, ...]:
    """The municipalities in a table of CBS "Gebieden in Nederland", by code.

    Raises:
        OutsideWorldFailed: it gave nothing usable, or is not such a table.
        InvalidInput: by `check_division`.

    """
    info, properties = await described(exchange)
    table = name_in(info, "Identifier", "TableInfos")
    _check_year(info, table, year)
    columns = await _columns(exchange, properties, table)
    selected = {**JSON, "$select": ",".join(filter(None, columns))}
    origin = {"as_of": date(year, 1, 1), "source": f"CBS {table}, Gebieden in Nederland {year}"}
    areas = [_area(_told(row, columns, table) | origin, table) for row in await rows(exchange, "/TypedDataSet", selected)]
    check_division(areas)
    return tuple(sorted(areas, key=lambda area: area.code))


async def _columns(exchange: Exchange, properties: Iterable[Row], table: str) -> _Columns:
    topics = {name_in(one, "Key", table): text_in(one, "Title", table) for one in properties if one.get("Type") == "Topic"}
    codes = [key for key in topics if re.fullmatch(r"Code_[0-9]+", key)]
    sample = await rows(exchange, "/TypedDataSet", {**JSON, "$select": ",".join(codes), "$top": "20"})
    code, region, province = (_column_with(prefix, codes, sample, table) for prefix in ("GM", "VR", "PV"))
    name = f"Naam_{int(code.removeprefix('Code_')) + 1}"
    if name not in topics:
        raise Unintelligible(f"Tabel {table} heeft geen kolom {name}.")
    return _Columns(code, name, region, province, next((key for key, title in topics.items() if title == "Inwonertal"), None))


def _told(row: Row, columns: _Columns, table: str) -> dict[str, object]:
    texts = columns._asdict()
    people = texts.pop("inhabitants")
    return {field: text_in(row, column, table) for field, column in texts.items()} | {
        "inhabitants": row.get(people) if people else None
    }


def read_csv(content: bytes, as_of: date, source: str) -> tuple[Area, ...]:
    """The municipalities in a file with the columns `code,name,safety_region,province`, and `inhabitants` where it is known.

    Raises:
        InvalidInput: it is no such file, or by `check_division`; all problems of a kind at once.

    """
    lines = csv.DictReader(io.StringIO(_text(content)))
    if missing := [column for column in _HEADER if column not in (lines.fieldnames or ())]:
        raise InvalidInput(problems=[("areas", f"no_column:{column}") for column in missing])
    areas, problems = [], []
    for line in lines:
        try:
            areas.append(Area.model_validate(_fields(line, as_of, source)))
        except ValidationError as trouble:
            problems += [(f"regel {lines.line_num}", reason) for _, reason in _said(trouble)]
    if problems:
        raise InvalidInput(problems=problems)
    check_division(areas)
    return tuple(sorted(areas, key=lambda area: area.code))


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise InvalidInput(problems=[("areas", f"file_too_large:{MOST_BYTES // 1_000_000}")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise InvalidInput(problems=[("areas", "not_utf8")]) from trouble


def _fields(line: Mapping[str, str | None], as_of: date, source: str) -> dict[str, object]:
    told = {name: (line.get(name) or "").strip() for name in (*_HEADER, "inhabitants")}
    return {
        "code": told["code"],
        "name": told["name"],
        "region": told["safety_region"],
        "province": told["province"],
        "inhabitants": told["inhabitants"] or None,
        "as_of": as_of,
        "source": source,
    }


def _area(fields: Mapping[str, object], table: str) -> Area:
    try:
        return Area.model_validate(fields)
    except ValidationError as error:
        raise Unintelligible(f"Tabel {table} heeft een rij die geen gemeente is.") from error


def _said(trouble: ValidationError) -> list[tuple[str, str]]:
    return [(field, "area_code" if field == "code" else reason) for field, reason in problems_in(trouble)]


def _check_year(info: Row, table: str, year: int) -> None:
    """A table of another year would date the division wrongly."""
    title = text_in(info, "Title", table)
    if str(year) not in title:
        raise Unintelligible(f"Tabel {table} gaat niet over {year}.")


def _column_with(prefix: str, codes: Iterable[str], sample: Iterable[Row], table: str) -> str:
    """The one column whose codes begin like this."""
    shape = re.compile(rf"{prefix}[0-9]{{{4 if prefix == 'GM' else 2}}}\s*")
    known = list(sample)
    told = {code: [row[code] for row in known if row.get(code)] for code in codes}
    found = [code for code, values in told.items() if values and all(shape.fullmatch(str(value)) for value in values)]
    if len(found) != 1:
        raise Unintelligible(f"Tabel {table} heeft niet precies één kolom met codes als {prefix}… (gevonden: {len(found)}).")
    return found[0]
