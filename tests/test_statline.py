"""CBS StatLine in both its forms: what is asked, what is read, and what is refused."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.figures import Figure, FigureKind, KnownFigure, conflicts
from crisis.inquiries import Answer, Submission
from crisis.partners import IntakeTerms, Partner, PartnerKind, Query, WireForm
from deployments.rehearsals.simulator import create_app
from integrations.partners.inquiry import ask_all
from integrations.partners.statline import period_of, rounding_in
from integrations.plans import read_plan
from integrations.settings import Reach, Settings
from tests.test_partner_errors import RAISED, raised

JUNE, NEXT_MARCH = datetime(2022, 6, 17, 18, tzinfo=UTC), datetime(2023, 3, 1, 12, tzinfo=UTC)
ADDRESSES = {WireForm.ODATA_V3: "/CBS/ODataFeed/odata/83102NED", WireForm.ODATA_V4: "/CBS/v1/CBS/83102NED"}
BOTH = pytest.mark.parametrize("form", list(ADDRESSES))
TOTALS = {"Geslacht": "T001038", "Leeftijd": "10000", "Nationaliteit": "T001059"}


def query(measure: str = "EersteAsielverzoekenPersonen", **where: str) -> Query:
    return Query(indicator="eerste-verzoeken", measure=measure, where=TOTALS | where)


def cbs(form: WireForm, *queries: Query) -> Partner:
    return Partner(
        id="CBS",
        name="Centraal Bureau voor de Statistiek",
        kind=PartnerKind.OPEN_DATA,
        form=form,
        address=ADDRESSES[form],
        indicators=tuple({one.indicator for one in queries}),
        queries=queries,
    )


async def asked(partner: Partner, as_of: datetime, transport: httpx.AsyncBaseTransport | None = None) -> Answer:
    around = Settings(reach=Reach.LOOPBACK, partner_gateway="http://127.0.0.1:9")
    transport = transport or httpx.ASGITransport(create_app(as_of=as_of))
    answers = await ask_all([partner], IntakeTerms(), as_of, around, lambda: as_of, transport)
    return answers[0]


async def figures(form: WireForm, one: Query, as_of: datetime) -> tuple[Figure, ...]:
    answer = await asked(cbs(form, one), as_of)
    assert answer.submission is Submission.ON_TIME, answer.detail
    return answer.figures


@BOTH
async def test_in_june_the_first_quarter_is_known_and_still_provisional(form: WireForm) -> None:
    (figure,) = await figures(form, query(Perioden="KW"), JUNE)
    assert (figure.value, figure.reference_date, figure.provisional) == (Decimal(6480), date(2022, 3, 31), True)
    assert (figure.source, figure.rounded_to, figure.unit) == ("CBS 83102NED, afgerond op 5", 5, "aantal")
    assert (figure.area, figure.kind, figure.synthetic) == ("NL", FigureKind.OBSERVED, False)


async def test_the_plan_of_june_2022_takes_the_first_quarter_from_cbs() -> None:
    plan = read_plan(Path(__file__).parents[1] / "deployments" / "plans" / "asiel-2022.toml")
    answer = await asked(plan.partner("CBS"), JUNE, httpx.ASGITransport(create_app()))
    assert [(figure.indicator, figure.value, figure.provisional) for figure in answer.figures] == [
        ("eerste-asielverzoeken", Decimal(6480), True)
    ]


async def test_what_cbs_takes_for_now_follows_the_latest_moment_that_anyone_was_asked_about() -> None:
    app = httpx.ASGITransport(create_app(trouble=0))
    async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1:9") as client:
        periods = f"{ADDRESSES[WireForm.ODATA_V3]}/Perioden"
        before = (await client.get(periods)).json()["value"]
        await client.get("/COA/v1/situation-reports/latest", params={"asOf": "2022-08-31T12:00:00Z"})
        after = (await client.get(periods)).json()["value"]
    assert [one["Key"] for one in before] == ["2022MM01", "2022MM02", "2022MM03", "2022KW01"]
    assert {one["Key"] for one in after} - {one["Key"] for one in before} == {"2022MM04", "2022MM05", "2022MM06", "2022KW02"}


@BOTH
async def test_what_was_provisional_is_revised_and_final_the_next_year(form: WireForm) -> None:
    afghan = query(Perioden="2022KW03", Nationaliteit="OEFEN04")
    (first,) = await figures(form, afghan, datetime(2022, 12, 15, tzinfo=UTC))
    (last,) = await figures(form, afghan, NEXT_MARCH)
    assert (first.value, first.provisional) == (Decimal(995), True)
    assert (last.value, last.provisional) == (Decimal(1080), False)


@BOTH
async def test_every_page_is_read(form: WireForm) -> None:
    syrian = await figures(form, query(Perioden="MM", Nationaliteit="OEFEN01"), NEXT_MARCH)
    assert [figure.value for figure in syrian] == [550, 460, 610, 570, 760, 915, 1040, 1510, 2045, 1740, 1650, 795]


@BOTH
async def test_what_cbs_does_not_know_is_no_figure_and_not_zero(form: WireForm) -> None:
    quarters = await figures(form, query("Nareizigers (personen)", Perioden="KW"), NEXT_MARCH)
    assert [(figure.reference_date, figure.value) for figure in quarters] == [(date(2022, 9, 30), Decimal(3605))]


@BOTH
async def test_the_year_counts_other_family_members_than_the_ind_does(form: WireForm) -> None:
    (year,) = await figures(form, query("NareizigersPersonen", Perioden="2022JJ00"), NEXT_MARCH)
    assert (year.value, year.reference_date) == (Decimal(11_130), date(2022, 12, 31))


@BOTH
async def test_ind_and_cbs_differ_about_family_members_and_both_numbers_are_kept(form: WireForm) -> None:
    family = Query(indicator="nareizigers", measure="NareizigersPersonen", where=TOTALS | {"Perioden": "2022JJ00"})
    ind = Partner(id="IND", name="IND", kind=PartnerKind.ORGANISATION, address="/IND", indicators=("nareizigers",))
    of_cbs, of_ind = [await asked(partner, NEXT_MARCH, steady()) for partner in (cbs(form, family), ind)]
    (conflict,) = conflicts(known(answer, figure) for answer in (of_cbs, of_ind) for figure in answer.figures)
    assert {figure.partner: int(figure.value) for figure in conflict.figures} == {"CBS": 11_130, "IND": 10_927}
    assert conflict.reference_date == date(2022, 12, 31)


def steady() -> httpx.ASGITransport:
    return httpx.ASGITransport(create_app(as_of=NEXT_MARCH, trouble=0))


def known(answer: Answer, figure: Figure) -> KnownFigure:
    moments = {"received_at": answer.received_at, "stated_at": answer.received_at}
    return KnownFigure(**dict(figure), **moments, partner=answer.partner, report_id="1", via=answer.via, digest="")


@BOTH
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (query("Vertrekkers", Perioden="MM"), "Tabel 83102NED heeft geen onderwerp ‘Vertrekkers’."),
        (query(), "Tabel 83102NED heeft voor eerste-verzoeken perioden van verschillende lengte (KW, MM)"),
        (query(Perioden="MM", Burgerlijk="1"), "Tabel 83102NED heeft geen dimensie ‘Burgerlijk’."),
        (query(Perioden="MM", Geslacht="3000"), "Tabel 83102NED heeft geen rijen bij de sleutels van eerste-verzoeken."),
        (
            Query(indicator="eerste-verzoeken", measure="VolgendeAsielverzoeken", where={"Perioden": "MM"}),
            "Tabel 83102NED: noem bij eerste-verzoeken in ‘where’ een sleutel van dimensie Geslacht.",
        ),
    ],
)
async def test_a_query_that_fits_no_table_is_refused_with_table_and_name(form: WireForm, wrong: Query, reason: str) -> None:
    answer = await asked(cbs(form, wrong), JUNE)
    assert answer.submission is Submission.UNREADABLE
    assert answer.detail.startswith(reason)


class Spoiling(httpx.AsyncBaseTransport):
    """CBS with one list of it changed on the way."""

    def __init__(self, list_: str, spoil: Callable[[Any], Any]) -> None:
        self._within = httpx.ASGITransport(create_app(as_of=JUNE))
        self._list, self._spoil = list_, spoil
        self.asked: list[httpx.URL] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        response = await self._within.handle_async_request(request)
        body = await response.aread()
        if request.url.path.endswith(f"/{self._list}"):
            body = json.dumps(self._spoil(json.loads(body))).encode()
        return httpx.Response(response.status_code, headers={"Content-Type": "application/json"}, content=body)


def every(**changes: Any) -> Callable[[Any], Any]:
    return lambda page: page | {"value": [row | changes for row in page["value"]]}


DATA = {WireForm.ODATA_V3: "TypedDataSet", WireForm.ODATA_V4: "Observations"}
COLUMN = {WireForm.ODATA_V3: "EersteAsielverzoekenPersonen_2", WireForm.ODATA_V4: "Value"}


@BOTH
@pytest.mark.parametrize("nonsense", [True, "veel", "1e999", "NaN", [1], {"a": 1}, 10**12])
async def test_a_number_that_is_none_is_unreadable(form: WireForm, nonsense: object) -> None:
    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, Spoiling(DATA[form], every(**{COLUMN[form]: nonsense})))
    assert answer.submission is Submission.UNREADABLE
    assert "geen getal" in answer.detail


@BOTH
@pytest.mark.parametrize("nothing", [None, ".", "       .", " "])
async def test_every_way_to_say_nothing_is_no_figure(form: WireForm, nothing: object) -> None:
    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, Spoiling(DATA[form], every(**{COLUMN[form]: nothing})))
    assert (answer.submission, answer.figures) == (Submission.ON_TIME, ())


@BOTH
@pytest.mark.parametrize("page", [[], {}, {"value": {}}, {"value": [1]}, {"value": None}, "x", None, 3])
async def test_anything_that_is_no_list_is_unreadable(form: WireForm, page: object) -> None:
    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, Spoiling(DATA[form], lambda _: page))
    assert answer.submission is Submission.UNREADABLE


@BOTH
@pytest.mark.parametrize("column", ["Perioden", "Nationaliteit"])
@pytest.mark.parametrize("nonsense", [None, 3, ["a"], "a" * 500, "a\nb"])
async def test_a_key_that_is_no_text_is_unreadable(form: WireForm, column: str, nonsense: object) -> None:
    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, Spoiling(DATA[form], every(**{column: nonsense})))
    assert answer.submission is Submission.UNREADABLE
    assert column in answer.detail


@BOTH
async def test_longer_keys_that_a_filter_lets_through_are_not_taken_for_ours(form: WireForm) -> None:
    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, Spoiling(DATA[form], every(Nationaliteit="T0010591")))
    assert answer.submission is Submission.UNREADABLE


@BOTH
@pytest.mark.parametrize("link", ["https://elders.voorbeeld.test/meer", "//elders.voorbeeld.test/", "ftp://127.0.0.1:9/"])
async def test_a_next_page_elsewhere_is_not_fetched(form: WireForm, link: str) -> None:
    name = {WireForm.ODATA_V3: "odata.nextLink", WireForm.ODATA_V4: "@odata.nextLink"}[form]
    on = Spoiling(DATA[form], lambda page: page | {name: link})
    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, on)
    assert answer.submission is Submission.REFUSED
    assert {url.host for url in on.asked} == {"127.0.0.1"}


@BOTH
async def test_pages_without_end_are_cut_off(form: WireForm) -> None:
    name = {WireForm.ODATA_V3: "odata.nextLink", WireForm.ODATA_V4: "@odata.nextLink"}[form]
    on = Spoiling(DATA[form], lambda page: page | {name: f"{DATA[form]}?$skiptoken=0"})
    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, on)
    assert answer.submission is Submission.REFUSED
    assert len(on.asked) <= 41


@BOTH
async def test_pages_that_are_too_large_together_are_cut_off(form: WireForm) -> None:
    name = {WireForm.ODATA_V3: "odata.nextLink", WireForm.ODATA_V4: "@odata.nextLink"}[form]
    filled = {name: f"{DATA[form]}?$skiptoken=0", "vulling": "x" * 1_500_000}
    on = Spoiling(DATA[form], lambda page: page | filled)
    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, on)
    assert (answer.submission, answer.detail) == (Submission.UNREADABLE, "De bladzijden zijn samen groter dan 8 MB.")
    assert len(on.asked) < 12


async def test_a_measure_is_found_whatever_number_its_column_has_this_year() -> None:
    renumbered = json.dumps(await _all_lists()).replace("Personen_2", "Personen_17")
    lists = json.loads(renumbered)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=lists[request.url.path.rpartition("/")[2]]))
    answer = await asked(cbs(WireForm.ODATA_V3, query(Perioden="KW")), JUNE, transport)
    assert [figure.value for figure in answer.figures] == [6480]


async def _all_lists() -> dict[str, Any]:
    app = httpx.ASGITransport(create_app(as_of=JUNE))
    async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1:9") as client:
        only = {"$filter": "startswith(Nationaliteit,'T001059')"}
        return {
            name: (await client.get(f"{ADDRESSES[WireForm.ODATA_V3]}/{name}", params=params)).json()
            for name, params in (("TableInfos", {}), ("DataProperties", {}), ("Perioden", {}), ("TypedDataSet", only))
        }


async def test_numbers_by_the_thousand_are_written_out() -> None:
    thousands = Spoiling("DataProperties", every(Unit="x 1 000"))
    answer = await asked(cbs(WireForm.ODATA_V3, query(Perioden="KW")), JUNE, thousands)
    assert [(figure.value, figure.unit) for figure in answer.figures] == [(Decimal(6_480_000), "aantal")]


@pytest.mark.parametrize(
    ("key", "last_day"),
    [
        ("2022MM06", date(2022, 6, 30)),
        ("2024MM02", date(2024, 2, 29)),
        ("2022KW02", date(2022, 6, 30)),
        ("2022HJ01", date(2022, 6, 30)),
        ("2022JJ00", date(2022, 12, 31)),
    ],
)
def test_a_period_is_about_its_last_day(key: str, last_day: date) -> None:
    period = period_of(key)
    assert period
    assert (period.last_day, period.key) == (last_day, key)


@given(st.text(max_size=10) | st.from_regex(r"[0-9]{4}(MM|KW|HJ|JJ|W1|SJ)[0-9]{2}", fullmatch=True))
def test_no_period_is_read_that_is_none(key: str) -> None:
    period = period_of(key)
    assert period is None or period.last_day.year == int(key[:4])


@pytest.mark.parametrize(
    ("description", "rounded_to"),
    [("De cijfers zijn afgerond op vijftallen.", 5), ("Afgerond op een tiental.", 10), ("Niet afgerond.", None), ("", None)],
)
def test_a_table_says_what_it_is_rounded_to(description: str, rounded_to: int | None) -> None:
    assert rounding_in(description) == rounded_to


def failing(kind: type[Exception]) -> httpx.MockTransport:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise raised(kind)

    return httpx.MockTransport(fail)


@BOTH
@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
async def test_whatever_httpx_raises_is_how_cbs_failed_and_never_a_figure(form: WireForm, kind: type[Exception]) -> None:
    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, failing(kind))
    failed = {Submission.SILENT, Submission.UNREACHABLE, Submission.REFUSED, Submission.UNREADABLE}
    assert answer.submission in failed
    assert answer.figures == ()
    assert answer.detail


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
LISTS = {
    WireForm.ODATA_V3: ("TableInfos", "DataProperties", "Perioden", "TypedDataSet"),
    WireForm.ODATA_V4: ("Dimensions", "MeasureCodes", "PeriodenCodes", "Observations"),
}


@BOTH
@given(data=st.data())
@settings(max_examples=60, deadline=None)
async def test_whatever_stands_in_a_table_it_is_read_or_refused(form: WireForm, data: st.DataObject) -> None:
    list_ = data.draw(st.sampled_from(LISTS[form]))

    def spoil(page: Any) -> Any:
        row = data.draw(st.sampled_from(page["value"]))
        row[data.draw(st.sampled_from(sorted(row)))] = data.draw(ANYTHING)
        return page

    answer = await asked(cbs(form, query(Perioden="KW")), JUNE, Spoiling(list_, spoil))
    assert answer.submission is not Submission.AWAITED
