"""Tables of CBS StatLine by OData version 4: a row for each number. `…/odata/v1/CBS/83102NED`; older: `odata4.cbs.nl/CBS/…`.

Source: how the CBS client cbsodata4 0.1.3 asks.
"""

from datetime import datetime

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


async def read_odata_v4(exchange: Exchange, partner: Partner, as_of: datetime) -> Findings:
    """What a table says now about the queries of this partner, up to `as_of`.

    Raises:
        OutsideWorldFailed: it gave nothing usable; the reason names table and column.

    """
    table = await _table(exchange)
    figures: list[Figure] = []
    for query in partner.queries:
        found = await _rows(exchange, query, table, as_of)
        figures += figures_in(found, query, table, partner, as_of, lambda row: row["Value"])
    return Findings(figures=tuple(figures))


async def _table(exchange: Exchange) -> Table:
    name = exchange.base.path.rstrip("/").rpartition("/")[2]
    name = name_in({"Identifier": name}, "Identifier", "van het adres")
    dimensions = await rows(exchange, "/Dimensions", {})
    times = [name_in(one, "Identifier", name) for one in dimensions if one.get("Kind") == "TimeDimension"]
    if len(times) != 1:
        raise Unintelligible(f"Tabel {name} heeft niet precies één dimensie van perioden.")
    periods = await rows(exchange, f"/{times[0]}Codes", {"$select": "Identifier,Status"})
    return Table(
        name=name,
        measures=tuple(measure_in(one, "Identifier", name) for one in await rows(exchange, "/MeasureCodes", {})),
        dimensions=tuple(name_in(one, "Identifier", name) for one in dimensions),
        time=times[0],
        final=frozenset(text_in(one, "Identifier", name) for one in periods if one.get("Status") == "Definitief"),
        rounded_to=rounding_in(await _description(exchange)),
    )


async def _description(exchange: Exchange) -> str:
    """The properties of a table are one thing, not a list."""
    return (await exchange.get_json(exchange.below("/Properties"))).decode("utf-8", "replace")


async def _rows(exchange: Exchange, query: Query, table: Table, as_of: datetime) -> list[Row]:
    """The numbers of one measure: its code is written out in full, so that nothing else can be meant."""
    code = measure_of(query, table).key
    columns = [*columns_of(query, table), "Measure", "Value"]
    asked = {"$filter": f"Measure eq '{code}' and {filter_of(query, table, as_of)}", "$select": ",".join(columns)}
    found = await rows(exchange, "/Observations", asked)
    for column in ("Measure", "Value"):
        if any(column not in row for row in found):
            raise Unintelligible(f"Tabel {table.name} geeft kolom {column} niet.")
    return [row for row in found if row["Measure"] == code]
