"""The partners as they are played: they add up, they cite, and they misbehave as the seed says."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.figures import Figure, FigureKind
from crisis.inquiries import Answer, Submission
from crisis.partners import IntakeTerms, Partner, PartnerKind
from crisis.places import PROVINCES
from deployments.rehearsals.june_2022 import (
    MUNICIPALITIES,
    ORGANISATIONS,
    PARTNERS,
    REGIONS,
    persons_per_province,
    places_realised,
    report_of,
)
from deployments.rehearsals.simulator import Conduct, Manners, create_app
from integrations.partners.contract import figures_of
from integrations.partners.inquiry import ask_all
from integrations.settings import Reach, Settings

NOON = datetime(2022, 6, 17, 12, tzinfo=UTC)
TERMS = IntakeTerms(term_seconds=1.2, patience_seconds=2)
DAYS = [date(2022, 6, 17) + timedelta(days=days) for days in range(14)]


def partners() -> list[Partner]:
    return [
        Partner(
            id=partner,
            name=name,
            kind=PartnerKind.ORGANISATION,
            area="NL" if partner in ORGANISATIONS else partner,
            address=f"/{partner}",
            indicators=(),
        )
        for partner, name in PARTNERS.items()
    ]


def figures(day: date, partner: str, seed: int = 2022) -> dict[tuple[str, FigureKind], Figure]:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return {(figure.indicator, figure.kind): figure for figure in figures_of(report_of(partner, noon, seed))}


def total(day: date, indicator: str, kind: FigureKind, seed: int = 2022) -> Decimal:
    reports = (figures(day, partner, seed) for partner in PARTNERS)
    return sum((report[indicator, kind].value for report in reports if (indicator, kind) in report), Decimal())


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The simulator on a free port of this machine, in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


async def ask(gateway: str, as_of: datetime = NOON) -> tuple[Answer, ...]:
    return await ask_all(partners(), TERMS, as_of, Settings(reach=Reach.LOOPBACK, partner_gateway=gateway), lambda: as_of)


async def test_the_first_round_shows_every_kind_of_trouble_and_most_regions_answer() -> None:
    with served(create_app(late_seconds=1.4, silent_seconds=2.2)) as gateway:
        answers = {answer.partner: answer for answer in await ask(gateway)}
    submissions = Counter(answer.submission for answer in answers.values())
    assert {Submission.ON_TIME, Submission.LATE, Submission.SILENT, Submission.UNREADABLE} <= submissions.keys()
    in_time = [region for region in REGIONS if answers[region].submission is Submission.ON_TIME]
    assert len(in_time) >= 2 * len(REGIONS) / 3
    assert all(answers[organisation].submission is Submission.ON_TIME for organisation in ORGANISATIONS)
    conduct = {partner: Manners().conduct(partner, 1) for partner in PARTNERS}
    busy = [partner for partner, how in conduct.items() if how is Conduct.BUSY]
    assert busy
    assert all(answers[partner].submission is Submission.ON_TIME for partner in busy)


async def test_partners_that_behave_all_answer() -> None:
    with served(create_app(trouble=0)) as gateway:
        answers = await ask(gateway)
    assert {answer.submission for answer in answers} == {Submission.ON_TIME}
    assert len(answers) == 3 + 25 + 12


async def test_a_round_is_a_moment_asked_about() -> None:
    app = create_app(trouble=1)
    busy = next(p for p in PARTNERS if Manners(trouble=1).conduct(p, 1) is Conduct.BUSY)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        path = f"/{busy}/v1/situation-reports/latest"
        statuses = [(await client.get(path, params={"asOf": "2022-06-17T12:00:00Z"})).status_code for _ in range(3)]
    assert statuses == [503, 200, 200]


@given(st.integers(), st.sampled_from(sorted(PARTNERS)), st.integers(1, 1000))
def test_the_seed_decides_who_misbehaves_when(seed: int, partner: str, round_: int) -> None:
    conduct = Manners(seed=seed).conduct(partner, round_)
    assert conduct is Manners(seed=seed).conduct(partner, round_)
    assert conduct is Conduct.WELL or partner not in ORGANISATIONS


def test_the_share_of_trouble_is_kept() -> None:
    rounds = [Manners(seed=seed, trouble=0.3).conduct("VR01", round_) for seed in range(50) for round_ in range(40)]
    assert 0.25 < sum(conduct is not Conduct.WELL for conduct in rounds) / len(rounds) < 0.35
    assert set(rounds) == set(Conduct)


@pytest.mark.parametrize(
    ("day", "places"),
    [
        (date(2022, 6, 1), 300),
        (date(2022, 6, 17), 300),
        (date(2022, 7, 20), 3550),
        (date(2022, 7, 27), 4100),
        (date(2023, 1, 1), 4100),
    ],
)
def test_the_regions_add_up_to_what_was_made_public(day: date, places: int) -> None:
    assert total(day, "cno-plaatsen", FigureKind.REALISED) == places
    assert total(day, "kcio-cno-plaatsen", FigureKind.OBSERVED) == places


@given(st.integers(0, 25 * 225), st.integers())
@settings(deadline=None)
def test_places_always_add_up_and_none_is_ever_lost(places: int, seed: int) -> None:
    now, later = places_realised(places, seed), places_realised(places + 10, seed)
    assert sum(now.values()) == places
    assert all(0 <= now[region] <= later[region] <= 225 for region in REGIONS)


@given(st.integers(0, 100_000), st.sampled_from(FigureKind), st.integers())
def test_persons_always_add_up(persons: int, kind: FigureKind, seed: int) -> None:
    spread = persons_per_province(persons, kind, seed)
    assert sum(spread.values()) == persons
    assert min(spread.values()) >= 0


@pytest.mark.parametrize(("day", "target"), [(date(2022, 6, 17), 150), (date(2022, 6, 23), 150), (date(2022, 6, 24), 225)])
def test_the_target_rises_on_the_day_of_the_agreement(day: date, target: int) -> None:
    assert all(figures(day, region)["cno-plaatsen", FigureKind.TARGET].value == target for region in REGIONS)


def test_more_is_realised_every_day_and_never_more_than_stands() -> None:
    realised = [total(day, "cno-plaatsen", FigureKind.REALISED) for day in DAYS]
    assert realised == sorted(set(realised))
    for region in REGIONS:
        report = figures(DAYS[-1], region)
        assert report["cno-plaatsen", FigureKind.OCCUPIED].value <= report["cno-plaatsen", FigureKind.REALISED].value


@pytest.mark.parametrize(
    ("day", "residents", "synthetic"),
    [(date(2022, 6, 1), 41_155, False), (date(2022, 6, 17), 41_860, True), (date(2022, 6, 27), 42_301, False)],
)
def test_the_coa_counts_what_it_published_and_says_what_lies_between(day: date, residents: int, synthetic: bool) -> None:
    counted = figures(day, "COA")["coa-bezetting", FigureKind.OBSERVED]
    assert (counted.value, counted.synthetic, counted.reference_date) == (Decimal(residents), synthetic, day)


def test_a_published_count_keeps_its_own_date() -> None:
    counted = figures(date(2022, 6, 19), "COA")["statushouders-in-coa", FigureKind.OBSERVED]
    assert (counted.value, counted.reference_date) == (Decimal(14_000), date(2022, 6, 17))
    assert figures(date(2022, 6, 20), "COA")["statushouders-in-coa", FigureKind.OBSERVED].value == 15_000


def test_a_day_begins_at_midnight_in_the_netherlands() -> None:
    before, after = (report_of("VR01", datetime(2022, 6, 23, hour, tzinfo=UTC), 1) for hour in (21, 22))
    assert [report.figures[0].value for report in (before, after)] == [150, 225]


def test_the_provinces_add_up_to_the_task_and_the_result_of_the_half_year() -> None:
    assert total(date(2022, 6, 30), "statushouders-gehuisvest", FigureKind.TARGET) == 13_707
    assert total(date(2022, 6, 30), "statushouders-gehuisvest", FigureKind.REALISED) == 11_886
    assert sum(MUNICIPALITIES.values()) == 344


def test_every_figure_cites_its_source_and_what_is_made_up_says_so() -> None:
    given_by = [(partner, figure) for day in DAYS for partner in PARTNERS for figure in figures(day, partner).values()]
    assert all(figure.source for _, figure in given_by)
    shared_out = [figure for partner, figure in given_by if partner in REGIONS | PROVINCES]
    assert all(figure.synthetic for figure in shared_out if figure.source.startswith("synthetisch"))
    assert {figure.kind for figure in shared_out if not figure.synthetic} == {FigureKind.TARGET}
    assert all(figure.provisional for _, figure in given_by if figure.synthetic)


async def test_the_simulator_says_what_it_is_and_refuses_clearly() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app()), base_url="http://127.0.0.1") as client:
        index, contract = await asyncio.gather(client.get("/"), client.get("/openapi.json"))
        nobody = await client.get("/XX99/v1/situation-reports/latest", params={"asOf": "2022-06-17T12:00:00Z"})
        never = await client.get("/COA/v1/situation-reports/latest", params={"asOf": "gisteren"})
    assert "geen echte partners" in index.text
    assert "Veiligheidsregio Zeeland" in index.text
    assert "SituationReport" in contract.json()["components"]["schemas"]
    assert (nobody.status_code, nobody.headers["Content-Type"]) == (404, "application/problem+json")
    assert (never.status_code, "asOf" in never.json()["detail"]) == (400, True)
