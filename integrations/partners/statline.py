"""What both forms of CBS StatLine have in common: measures, keys, periods, roundings.

Numbers of columns and codes of measures change with every edition of a table; titles do not. Keys are padded with spaces.
`null` is not known, and not zero. What a table says now is asked, up to the date that is asked about: CBS does not keep what it
said before.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import httpx
from pydantic import BaseModel, Field, ValidationError

from crisis.areas import COUNTRY
from crisis.figures import HIGHEST_VALUE, Figure
from crisis.partners import Partner, Query
from crisis.record import AMSTERDAM
from integrations.partners.contract import MOST_FIGURES
from integrations.partners.errors import Unintelligible
from integrations.partners.exchange import Exchange

Row = Mapping[str, Any]


class Measure(NamedTuple):
    """Something that a table counts."""

    key: str
    """Its column, or its code."""
    title: str
    unit: str


class Table(NamedTuple):
    """What a table says of itself."""

    name: str
    measures: tuple[Measure, ...]
    dimensions: tuple[str, ...]
    time: str
    """The dimension of the periods."""
    final: frozenset[str]
    """The periods whose numbers are not changed any more (definitief)."""
    rounded_to: int | None


class Period(NamedTuple):
    """A month, quarter, half or year."""

    key: str
    frequency: str
    last_day: date


class _Page(BaseModel):
    """A page of any list; the link to the next is spelled differently in both versions of OData."""

    value: list[dict[str, Any]]
    next_v3: str | None = Field(default=None, alias="odata.nextLink")
    next_v4: str | None = Field(default=None, alias="@odata.nextLink")


async def rows(exchange: Exchange, path: str, params: Mapping[str, str]) -> list[dict[str, Any]]:
    """Everything in a list below the partner's address, page after page.

    Raises:
        OutsideWorldFailed: it gave nothing usable, or sends us elsewhere or on for ever.

    """
    url = exchange.below(path)
    page = _page(await exchange.get_json(url, params), path)
    found = page.value
    while link := page.next_v3 or page.next_v4:
        url = _next(url, link)
        page = _page(await exchange.get_json(url), path)
        found += page.value
    return found


def _next(url: httpx.URL, link: str) -> httpx.URL:
    """Where the next page is. CBS has written `http` in links of pages that it gave by `https`: we stay where we are."""
    try:
        following = url.join(link)
    except httpx.InvalidURL as error:
        raise Unintelligible("De verwijzing naar de volgende bladzijde is geen webadres.") from error
    is_weaker = (url.scheme, following.scheme, following.port) == ("https", "http", None)
    return following.copy_with(scheme="https") if is_weaker else following


def _page(body: bytes, path: str) -> _Page:
    try:
        return _Page.model_validate_json(body)
    except ValidationError as error:
        raise Unintelligible(f"Tabel {path.strip('/')} is geen lijst in de vorm van OData.") from error


def text_in(row: Row, column: str, table: str) -> str:
    """The text in a column, without what it is padded with. Raises Unintelligible."""
    text = row.get(column)
    text = text.replace("\u00a0", " ") if isinstance(text, str) else text
    if not isinstance(text, str) or len(text) > _LONGEST or not text.isprintable():
        raise Unintelligible(f"Tabel {table} heeft geen gewone tekst in kolom {column}.")
    return text.strip()


def name_in(row: Row, column: str, table: str) -> str:
    """The same, where it must be a name of a table or column: it becomes part of addresses and sentences."""
    name = text_in(row, column, table)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,79}|[0-9]{4,6}[A-Za-z_0-9]{2,10}", name):
        raise Unintelligible(f"Tabel {table} heeft in {column} een naam die geen naam is.")
    return name


def measure_in(row: Row, key: str, table: str) -> Measure:
    """A measure as a table lists it; `key` is where its column or code stands."""
    unit = "" if row.get("Unit") is None else text_in(row, "Unit", table)
    return Measure(name_in(row, key, table), text_in(row, "Title", table), unit)


_LONGEST = 200
_STEPS = {"vijf": 5, "tien": 10, "honderd": 100, "duizend": 1000}


def rounding_in(description: str) -> int | None:
    """What a table says that it is rounded to: `afgerond op vijftallen` is 5; None where it says nothing."""
    found = re.search(r"afgerond op (?:een )?(vijf|tien|honderd|duizend)tal", description, re.IGNORECASE)
    return _STEPS[found[1].lower()] if found else None


def period_of(key: str) -> Period | None:
    """What a key like `2022MM06`, `2022KW02`, `2022HJ01` or `2022JJ00` stands for; None for other kinds of periods."""
    found = re.fullmatch(r"([0-9]{4})(MM|KW|HJ|JJ)([0-9]{2})", key)
    if not found:
        return None
    year, frequency, number = int(found[1]), found[2], int(found[3])
    month = {"MM": number, "KW": number * 3, "HJ": number * 6, "JJ": 12}[frequency]
    if year < 1 or not 1 <= month <= 12:
        return None
    return Period(key, frequency, date(year, month, monthrange(year, month)[1]))


def measure_of(query: Query, table: Table) -> Measure:
    """The measure that a query names by its title, or by the name of its column without the number. Raises Unintelligible."""
    wanted = _folded(query.measure)
    found = [one for one in table.measures if wanted in (_folded(one.title), _folded(re.sub(r"_[0-9]+$", "", one.key)))]
    if len(found) != 1:
        how = f"meer dan één onderwerp ‘{query.measure}’" if found else f"geen onderwerp ‘{query.measure}’"
        raise Unintelligible(f"Tabel {table.name} heeft {how}.")
    return found[0]


def _folded(name: str) -> str:
    """Letters and digits alone: `Nareizigers (personen)` and `NareizigersPersonen` are the same."""
    return "".join(filter(str.isalnum, name)).casefold()


def filter_of(query: Query, table: Table, as_of: datetime) -> str:
    """What to ask for so that little comes: `startswith`, for keys are padded. Raises Unintelligible.

    The dimension of the periods may be given as one period (`2022JJ00`) or as a kind of period (`MM`, `KW`, `JJ`).
    """
    _check_dimensions(query, table)
    chosen = {name: key for name, key in query.where.items() if name != table.time}
    conditions = [f"startswith({name},{_quoted(key)})" for name, key in chosen.items()]
    period = query.where.get(table.time, "")
    starts = [period] if len(period) > 2 else [str(year) for year in (as_of.year - 1, as_of.year)]
    years = " or ".join(f"startswith({table.time},{_quoted(start)})" for start in starts)
    return " and ".join([*conditions, f"({years})"])


def _check_dimensions(query: Query, table: Table) -> None:
    named = {*query.where, *([query.areas] if query.areas else [])}
    for name in sorted(named - set(table.dimensions)):
        raise Unintelligible(f"Tabel {table.name} heeft geen dimensie ‘{name}’.")
    for name in sorted(set(table.dimensions) - named - {table.time}):
        raise Unintelligible(f"Tabel {table.name}: noem bij {query.indicator} in ‘where’ een sleutel van dimensie {name}.")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def columns_of(query: Query, table: Table) -> list[str]:
    """The dimensions that must come back, so that an answer to a broader question is not taken for ours."""
    return [name for name in table.dimensions if name in query.where or name in (query.areas, table.time)]


def figures_in(
    found: Iterable[Row], query: Query, table: Table, partner: Partner, as_of: datetime, value: Callable[[Row], object]
) -> tuple[Figure, ...]:
    """The figures that rows give, of periods that were over at `as_of`. `value` takes the number out of a row.

    Without areas: every period asked for, so that a revision shows. With them: of each area the latest that is known.

    Raises:
        Unintelligible: nothing fits the keys, or something is not what it should be; the reason names table and column.

    """
    measure, today = measure_of(query, table), as_of.astimezone(AMSTERDAM).date()
    fitting = list(_fitting(found, query, table))
    if not fitting:
        raise Unintelligible(f"Tabel {table.name} heeft geen rijen bij de sleutels van {query.indicator}.")
    _check_one_frequency({period.frequency for _, period in fitting}, query, table)
    read = [
        _figure(area, period, number, measure, query, table)
        for row, period in fitting
        if period.last_day <= today
        and (area := _area(row, query, table, partner))
        and (number := _number(value(row), measure, table)) is not None
    ]
    _check_each_once(read, query, table)
    return _latest_of_each_area(read) if query.areas else tuple(read)


def _fitting(found: Iterable[Row], query: Query, table: Table) -> Iterator[tuple[Row, Period]]:
    """The rows with just these keys (`startswith` lets longer ones through), and their periods."""
    keys = {name: key.strip() for name, key in query.where.items() if name != table.time}
    wanted = query.where.get(table.time, "").strip()
    for row in found:
        if any(text_in(row, name, table.name) != key for name, key in keys.items()):
            continue
        period = period_of(text_in(row, table.time, table.name))
        if period and wanted in ("", period.key, period.frequency):
            yield row, period


def _check_one_frequency(frequencies: set[str], query: Query, table: Table) -> None:
    if len(frequencies) > 1:
        kinds = ", ".join(sorted(frequencies))
        raise Unintelligible(
            f"Tabel {table.name} heeft voor {query.indicator} perioden van verschillende lengte ({kinds}): "
            f"noem er in ‘where’ een bij {table.time}."
        )


def _check_each_once(read: Sequence[Figure], query: Query, table: Table) -> None:
    if len({(figure.area, figure.reference_date) for figure in read}) < len(read):
        raise Unintelligible(f"Tabel {table.name} geeft voor {query.indicator} twee getallen over hetzelfde.")
    if len(read) > MOST_FIGURES:
        raise Unintelligible(f"Tabel {table.name} geeft voor {query.indicator} meer dan {MOST_FIGURES} cijfers.")


def _area(row: Row, query: Query, table: Table, partner: Partner) -> str | None:
    """The area that a row is about; None for divisions that are none of ours (landsdelen, COROP)."""
    if query.areas is None:
        return partner.area
    code = text_in(row, query.areas, table.name)
    if code == "NL01":
        return COUNTRY
    return code if re.fullmatch(r"PV[0-9]{2}|VR[0-9]{2}|GM[0-9]{4}", code) else None


def _number(value: object, measure: Measure, table: Table) -> Decimal | None:
    """The number in a cell: text in an untyped table, where a dot means that it is not known."""
    if value is None or (isinstance(value, str) and value.strip() in ("", ".")):
        return None
    try:
        number = Decimal(str(value).strip()) * _times(measure.unit)
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or abs(number) > HIGHEST_VALUE:
        raise Unintelligible(f"Tabel {table.name} heeft in {measure.key} iets dat geen getal is.")
    return number


def _times(unit: str) -> int:
    """How often a number counts: `x 1 000` is by the thousand."""
    plain = unit.casefold().replace("\u00a0", " ").removeprefix("x ").strip()
    if plain.startswith(("1 000 000", "mln")):
        return 1_000_000
    return 1_000 if plain.startswith("1 000") else 1


def _figure(area: str, period: Period, number: Decimal, measure: Measure, query: Query, table: Table) -> Figure:
    rounded = f", afgerond op {table.rounded_to}" if table.rounded_to else ""
    return Figure(
        indicator=query.indicator,
        area=area,
        kind=query.kind,
        value=number,
        unit="aantal" if _times(measure.unit) > 1 else measure.unit or "aantal",
        reference_date=period.last_day,
        source=f"CBS {table.name}{rounded}",
        provisional=period.key not in table.final,
        rounded_to=table.rounded_to,
    )


def _latest_of_each_area(read: Iterable[Figure]) -> tuple[Figure, ...]:
    latest: dict[str, Figure] = {}
    for figure in sorted(read, key=lambda one: one.reference_date):
        latest[figure.area] = figure
    return tuple(latest[area] for area in sorted(latest))
