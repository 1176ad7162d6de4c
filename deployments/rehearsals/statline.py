"""Plays CBS StatLine in both its forms: padded, paged, rounded, provisional at first and revised later.

The protocol of CBS knows no `asOf`: a table says what it says now. So what is *now* here goes by the moment that the simulator
was started with, and by the latest moment that any partner was asked about since.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse

from crisis.areas import Area
from crisis.record import AMSTERDAM
from deployments.rehearsals import odata
from deployments.rehearsals.statline_2022 import (
    AGE,
    COLUMNS,
    DESCRIPTION,
    NATIONALITIES,
    PERIODS,
    SEX,
    is_final,
    is_out,
    value_on,
)
from integrations.partners.areas import TABLES

PAGE = 20
"""Rows on a page: few, so that whoever does not turn over notices."""
ASYLUM = "83102NED"
_WIDTH = 9
"""So many characters is a nationality padded to."""

Rows = list[dict[str, Any]]


class Statline:
    """The tables, and what is now."""

    def __init__(self, areas: Iterable[Area], as_of: datetime) -> None:
        self._areas = tuple(areas)
        self._now = as_of

    def hears_of(self, moment: datetime) -> None:
        """Somebody was asked about this moment: it is at least as late now."""
        self._now = max(self._now, moment)

    @property
    def today(self) -> date:
        """The day in the Netherlands."""
        return self._now.astimezone(AMSTERDAM).date()

    def routes(self) -> APIRouter:
        """Where CBS has them: the feed, the API, and the new form."""
        router = APIRouter(include_in_schema=False)
        for feed in ("/CBS/ODataFeed/odata", "/CBS/ODataApi/odata"):
            router.add_api_route(feed + "/{table}/{list_}", self.v3)
        router.add_api_route("/CBS/v1/CBS/{table}/{list_}", self.v4)
        return router

    def v3(self, request: Request, table: str, list_: str) -> JSONResponse:
        """One list of one table, a page of it."""
        lists = self._asylum_v3() if table == ASYLUM else self._areas_v3(table)
        return _page(request, lists, list_, "odata.nextLink", {"odata.metadata": f"$metadata#{list_}"})

    def v4(self, request: Request, table: str, list_: str) -> JSONResponse:
        """The same in the new form; only the asylum requests are there."""
        if table == ASYLUM and list_ == "Properties":
            return JSONResponse({"Identifier": ASYLUM, "Title": "Asielverzoeken", "Description": DESCRIPTION})
        lists = self._asylum_v4() if table == ASYLUM else {}
        return _page(request, lists, list_, "@odata.nextLink", {"@odata.context": f"$metadata#{list_}"})

    def _asylum_v3(self) -> dict[str, Rows]:
        return {
            "TableInfos": [{"ID": 0, "Title": "Asielverzoeken", "Identifier": ASYLUM, "ShortDescription": DESCRIPTION}],
            "DataProperties": _asylum_columns(),
            "Perioden": [{"Key": period, "Title": period, "Status": self._status(period)} for period in self._out()],
            "TypedDataSet": [
                {
                    "ID": number,
                    "Geslacht": SEX,
                    "Leeftijd": AGE,
                    "Nationaliteit": nationality.ljust(_WIDTH),
                    "Perioden": period,
                    **{column: value_on(nationality, column, period, self.today) for column in COLUMNS},
                }
                for number, (nationality, period) in enumerate((n, p) for n in NATIONALITIES for p in self._out())
            ],
        }

    def _asylum_v4(self) -> dict[str, Rows]:
        codes = {column: f"M{2_000 + number:06}" for number, column in enumerate(COLUMNS)}
        kinds = {"Geslacht": "Dimension", "Leeftijd": "Dimension", "Nationaliteit": "Dimension", "Perioden": "TimeDimension"}
        wide = self._asylum_v3()["TypedDataSet"]
        return {
            "Dimensions": [{"Identifier": name, "Title": name, "Kind": kind} for name, kind in kinds.items()],
            "MeasureCodes": [{"Identifier": codes[key], "Title": title, "Unit": "aantal"} for key, title in COLUMNS.items()],
            "PeriodenCodes": [
                {"Identifier": period, "Title": period, "Status": self._status(period)} for period in self._out()
            ],
            "Observations": [
                {
                    "Id": number,
                    "Measure": codes[column],
                    "Value": row[column],
                    "ValueAttribute": "None" if row[column] is not None else "NotAvailable",
                    **{name: row[name] for name in kinds},
                }
                for number, (row, column) in enumerate((row, column) for row in wide for column in COLUMNS)
            ],
        }

    def _out(self) -> list[str]:
        return [period for period in PERIODS if is_out(period, self.today)]

    def _status(self, period: str) -> str:
        return "Definitief" if is_final(period, self.today) else "Voorlopig"

    def _areas_v3(self, table: str) -> dict[str, Rows]:
        year = next((year for year, name in TABLES.items() if name == table), None)
        if year is None:
            return {}
        columns = _area_columns(year)
        made_up = "Verzonnen gemeenten: alleen om mee te oefenen."
        return {
            "TableInfos": [{"Title": f"Gebieden in Nederland {year}", "Identifier": table, "ShortDescription": made_up}],
            "DataProperties": [
                {"Key": "RegioS", "Type": "GeoDimension", "Title": "Regio's"},
                *({"Key": key, "Type": "Topic", "Title": key.partition("_")[0], "Unit": ""} for key in columns.values()),
            ],
            "TypedDataSet": [_area_row(area, columns) for area in self._areas],
        }


def _asylum_columns() -> Rows:
    kinds = {"Geslacht": "Dimension", "Leeftijd": "Dimension", "Nationaliteit": "Dimension", "Perioden": "TimeDimension"}
    return [
        *({"Key": name, "Type": kind, "Title": name} for name, kind in kinds.items()),
        {"Key": "", "Type": "TopicGroup", "Title": "Asielverzoeken en nareizigers"},
        *({"Key": key, "Type": "Topic", "Title": title, "Unit": "aantal"} for key, title in COLUMNS.items()),
    ]


def _area_columns(year: int) -> dict[str, str]:
    """What is in which column: the pairs stand elsewhere every year, and the numbers behind them say so."""
    pairs = ["GM", "AM", "PV", "VR"]
    turn = year % 3
    order = [pairs[0], *pairs[1 + turn :], *pairs[1 : 1 + turn]]
    numbered = [(what, 1 + 3 * place) for place, what in enumerate(order)]
    codes = {what: f"Code_{number}" for what, number in numbered}
    names = {f"{what} naam": f"Naam_{number + 1}" for what, number in numbered}
    return codes | names | {"people": f"Inwonertal_{40 + year % 10}"}


def _area_row(area: Area, columns: Mapping[str, str]) -> dict[str, Any]:
    told = {
        "GM": area.code,
        "GM naam": area.name,
        "VR": area.region,
        "VR naam": area.region,
        "PV": area.province,
        "PV naam": area.province,
        "AM": "AM01",
        "AM naam": "Arbeidsmarktregio",
    }
    padded = {columns[what]: text.ljust(10) for what, text in told.items()}
    return {"RegioS": area.code.ljust(10), **padded, columns["people"]: area.inhabitants}


def _page(request: Request, lists: Mapping[str, Rows], list_: str, link: str, around: dict[str, Any]) -> JSONResponse:
    if list_ not in lists:
        raise HTTPException(HTTPStatus.NOT_FOUND, "Deze tabel wordt hier niet gespeeld.")
    params = dict(request.query_params)
    try:
        skip = int(params.pop("$skiptoken", "0"))
        found = odata.chosen(lists[list_], params)
    except (ValueError, IndexError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "Deze vraag wordt hier niet begrepen.") from error
    more = {link: str(request.url.replace(query=urlencode(params | {"$skiptoken": str(skip + PAGE)})))}
    content = around | {"value": found[skip : skip + PAGE]} | (more if skip + PAGE < len(found) else {})
    return JSONResponse(content)
