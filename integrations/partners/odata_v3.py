"""Tables of CBS StatLine by OData version 3: a column for each measure. `…/ODataApi/OData/83102NED`, or `…/ODataFeed/odata/…`.

Source: the CBS manual "CBS Open Data Services" (2014), and how its clients cbsodata and cbsodataR ask.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from crisis.figures import Figure
from crisis.partners import Partner, Query
from integrations.partners.errors import Unintelligible
from integrations.partners.exchange import Exchange
from integrations.partners.findings import Findings
from integrations.partners.statline import (
    Row,
    Table,
    columns_of,
    figures_in,
    filter_of,
    measure_in,
    measure_of,
    name_in,
    rounding_in,
    rows,
    text_in,
)

JSON: Mapping[str, str] = {"$format": "json"}
"""The feed speaks Atom unless it is asked for this."""


async def read_odata_v3(exchange: Exchange, partner: Partner, as_of: datetime) -> Findings:
    """What a table says now about the queries of this partner, up to `as_of`.

    Raises:
        OutsideWorldFailed: it gave nothing usable; the reason names table and column.

    """
    table = await _table(exchange)
    figures: list[Figure] = []
    for query in partner.queries:
        value = partial(_cell, column=measure_of(query, table).key, table=table.name)
        figures += figures_in(await _rows(exchange, query, table, as_of), query, table, partner, as_of, value)
    return Findings(figures=tuple(figures))


async def described(exchange: Exchange) -> tuple[Row, list[Row]]:
    """What a table says of itself, and of its columns. Raises OutsideWorldFailed."""
    infos = await rows(exchange, "/TableInfos", JSON)
    if len(infos) != 1:
        raise Unintelligible("De tabel zegt niet precies één keer hoe zij heet (TableInfos).")
    return infos[0], list(await rows(exchange, "/DataProperties", JSON))


async def _table(exchange: Exchange) -> Table:
    info, properties = await described(exchange)
    name = name_in(info, "Identifier", "TableInfos")
    kinds = [(text_in(one, "Type", name), one) for one in properties]
    times = [name_in(one, "Key", name) for kind, one in kinds if kind == "TimeDimension"]
    if len(times) != 1:
        raise Unintelligible(f"Tabel {name} heeft niet precies één dimensie van perioden.")
    periods = await rows(exchange, f"/{times[0]}", JSON)
    return Table(
        name=name,
        measures=tuple(measure_in(one, "Key", name) for kind, one in kinds if kind == "Topic"),
        dimensions=tuple(name_in(one, "Key", name) for kind, one in kinds if kind.endswith("Dimension")),
        time=times[0],
        final=frozenset(text_in(one, "Key", name) for one in periods if one.get("Status") == "Definitief"),
        rounded_to=rounding_in(f"{info.get('ShortDescription')} {info.get('Description')}"),
    )


async def _rows(exchange: Exchange, query: Query, table: Table, as_of: datetime) -> list[Row]:
    columns = [*columns_of(query, table), measure_of(query, table).key]
    asked = {"$filter": filter_of(query, table, as_of), "$select": ",".join(columns)}
    return list(await rows(exchange, "/TypedDataSet", {**JSON, **asked}))


def _cell(row: Row, column: str, table: str) -> object:
    if column not in row:
        raise Unintelligible(f"Tabel {table} geeft kolom {column} niet.")
    return row[column]
