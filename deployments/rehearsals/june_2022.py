"""What the partners knew in June 2022, by date.

Public figures carry the source that they come from; `domain.md` 2 gives their confidence. What was never public (who
realised how much where, the days between two publications) is made up from a seed, adds up exactly to the public
total, and says so: `synthetic`.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crisis.figures import FigureKind
from crisis.places import PROVINCES, SAFETY_REGIONS
from deployments.rehearsals.balance_2022 import CAPACITY
from integrations.partners.contract import Contract, FigureStatus, ReportedFigure, SituationReport

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

ORGANISATIONS = {
    "COA": "Centraal Orgaan opvang asielzoekers",
    "IND": "Immigratie- en Naturalisatiedienst",
    "KCIO": "Knooppunt Coördinatie Informatie Oekraïne",
}
REGIONS = {code: region.name for code, region in SAFETY_REGIONS.items()}
PARTNERS = (
    ORGANISATIONS
    | {region: f"Veiligheidsregio {name}" for region, name in REGIONS.items()}
    | {province: f"Provincie {name}" for province, name in PROVINCES.items()}
)

MUNICIPALITIES = dict(zip(PROVINCES, (10, 18, 12, 25, 6, 51, 26, 44, 52, 13, 56, 31), strict=True))
"""Per province on 17 June 2022, 344 together (CBS 85067NED): what the housing task is spread by here."""


class Reading(NamedTuple):
    """A number on a day: published, or made up between two that were."""

    day: date
    value: int
    source: str
    synthetic: bool = False


Series = tuple[Reading, ...]

CNO_TARGET_PER_REGION: Series = (
    Reading(date(2022, 5, 23), 150, "Veiligheidsberaad, 23 mei 2022"),  # veiligheidsberaad.nl 24-05-2022
    Reading(date(2022, 6, 24), 225, "Rijksoverheid en Veiligheidsberaad, 24 juni 2022"),  # rijksoverheid.nl 24-06-2022
)
CNO_REALISED: Series = (
    Reading(date(2022, 6, 17), 300, "rijksoverheid.nl, 17 juni 2022"),  # 300 extra places that day
    Reading(date(2022, 7, 20), 3550, "afgeleid uit rtvdrenthe.nl, 20 juli 2022"),  # about 2,000 short of more than 5,500
    Reading(date(2022, 7, 27), 4100, "nrc.nl, 28 juli 2022"),  # 4,100 of 5,625
)
HOUSING_TASK: Series = (
    # 9,979 for the first half of 2022 and 3,728 arrears (Volkskrant; domain.md 2.3)
    Reading(date(2022, 1, 1), 13_707, "taakstelling eerste helft 2022 met achterstand, volkskrant.nl"),
)
HOUSED: Series = (
    Reading(date(2022, 1, 1), 0, "begin van het halfjaar"),
    Reading(date(2022, 6, 30), 11_886, "realisatie eerste helft 2022, volkskrant.nl"),  # Volkskrant; domain.md 2.3
)
COA_RESIDENTS: Series = (
    Reading(date(2022, 6, 1), 41_155, "coa.nl, 1 juni 2022"),  # 118 locations
    Reading(date(2022, 6, 27), 42_301, "coa.nl weekcijfers, 27 juni 2022"),  # 40,384 in COA locations, 1,917 outside
)
COA_CAPACITY: Series = tuple(
    Reading(on, places, "coa.nl weekcijfers, week 23 van 2022 (raming)") for on, places in CAPACITY.items()
)
STATUS_HOLDERS_IN_COA: Series = (
    Reading(date(2022, 6, 17), 14_000, "rijksoverheid.nl, 17 juni 2022 (ruim 14.000)"),
    Reading(date(2022, 6, 20), 15_000, "telegraaf.nl, 20 juni 2022 (zo'n 15.000)"),
)
ASYLUM_REQUESTS_IN_JUNE = 3_985  # IND, first published, inlia.nl 22-07-2022; 3,985 / 30 * 7 is 930 a week
REQUESTS_PER_WEEK: Series = (
    Reading(date(2022, 6, 1), 930, "weekgemiddelde van 3.985 in juni 2022, IND via inlia.nl", synthetic=True),
    Reading(date(2022, 6, 30), 930, "weekgemiddelde van 3.985 in juni 2022, IND via inlia.nl", synthetic=True),
)

FAMILY_IN_2022 = Reading(date(2022, 12, 31), 10_927, "IND, jaarcijfer 2022")  # ind.nl; CBS counts 11,130 for the same year
FAMILY_KNOWN_ON = date(2023, 1, 12)

MADE_UP = "synthetisch: "
SITE = 75
"""Places in one made-up location: three of them make the 225 of the agreement."""


def report_of(partner: str, as_of: datetime, seed: int) -> SituationReport:
    """What this partner reports at that moment. Raises KeyError for a partner that is not played."""
    day = as_of.astimezone(AMSTERDAM).date()
    figures = tuple(_figures_of(partner, day, seed))
    return SituationReport(
        contract=Contract(),
        partner=partner,
        report_id=f"{partner}-{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        created_at=as_of,
        reference_date=min(day, max(figure.reference_date for figure in figures)),
        figures=figures,
        remarks=f"Nagespeeld door de simulator, niet afkomstig van: {PARTNERS[partner]}.",
    )


def _figures_of(partner: str, day: date, seed: int) -> Iterator[ReportedFigure]:
    if partner in REGIONS:
        return _of_region(partner, day, seed)
    if partner in PROVINCES:
        return _of_province(partner, day, seed)
    return {"COA": _of_coa, "IND": _of_ind, "KCIO": _of_kcio}[partner](day)


def _of_region(region: str, day: date, seed: int) -> Iterator[ReportedFigure]:
    report = _reporter("cno-plaatsen", region, "plaatsen")
    yield report(FigureKind.TARGET, last_known(CNO_TARGET_PER_REGION, day))
    total = between(CNO_REALISED, day)
    realised = places_realised(total.value, seed)[region]
    yield report(FigureKind.REALISED, _share(total, realised, "25 veiligheidsregio's"))
    occupancy = random.Random(f"{seed}/{region}/occupancy").uniform(0.8, 1)  # noqa: S311 - a rehearsal, not a secret
    occupied = Reading(total.day, int(realised * occupancy), f"{MADE_UP}geen openbare bezetting per regio", synthetic=True)
    yield report(FigureKind.OCCUPIED, occupied)


def _of_province(province: str, day: date, seed: int) -> Iterator[ReportedFigure]:
    report = _reporter("statushouders-gehuisvest", province, "personen")
    realised, task = between(HOUSED, day), last_known(HOUSING_TASK, day)
    for kind, total in ((FigureKind.TARGET, task._replace(day=realised.day)), (FigureKind.REALISED, realised)):
        part = persons_per_province(total.value, kind, seed)[province]
        yield report(kind, _share(total, part, "12 provincies"))


def _of_coa(day: date) -> Iterator[ReportedFigure]:
    yield _reporter("coa-bezetting", "NL", "personen")(FigureKind.OBSERVED, between(COA_RESIDENTS, day))
    capacity = _reporter("coa-capaciteit", "NL", "plaatsen")
    yield from (capacity(FigureKind.OBSERVED, expected) for expected in COA_CAPACITY)
    yield _reporter("statushouders-in-coa", "NL", "personen")(FigureKind.OBSERVED, last_known(STATUS_HOLDERS_IN_COA, day))


def _of_ind(day: date) -> Iterator[ReportedFigure]:
    yield _reporter("asielinstroom-week", "NL", "personen per week")(FigureKind.OBSERVED, between(REQUESTS_PER_WEEK, day))
    if day >= FAMILY_KNOWN_ON:
        yield _reporter("nareizigers", "NL", "personen")(FigureKind.OBSERVED, FAMILY_IN_2022)


def _of_kcio(day: date) -> Iterator[ReportedFigure]:
    yield _reporter("kcio-cno-plaatsen", "NL", "plaatsen")(FigureKind.OBSERVED, between(CNO_REALISED, day))


def _reporter(indicator: str, area: str, unit: str) -> Callable[[FigureKind, Reading], ReportedFigure]:
    def report(kind: FigureKind, reading: Reading) -> ReportedFigure:
        return ReportedFigure(
            indicator=indicator,
            area=area,
            kind=kind,
            value=Decimal(reading.value),
            unit=unit,
            reference_date=reading.day,
            status=FigureStatus.PROVISIONAL if reading.synthetic else FigureStatus.FINAL,
            synthetic=reading.synthetic,
            source=reading.source,
        )

    return report


def _share(total: Reading, part: int, among: str) -> Reading:
    origin = total.source.removeprefix(MADE_UP)
    source = f"{MADE_UP}{total.value} ({origin}) verdeeld over {among}"
    return Reading(total.day, part, source, synthetic=True)


def last_known(series: Series, day: date) -> Reading:
    """The latest number published by that day; the first one for the days before it."""
    return max((known for known in series if known.day <= day), default=series[0], key=lambda known: known.day)


def between(series: Series, day: date) -> Reading:
    """The number on that day: published, or on the straight line between two; the nearest one outside them."""
    day = min(max(day, series[0].day), series[-1].day)
    for before, after in pairwise(series):
        if before.day < day < after.day:
            rise = (after.value - before.value) * (day - before.day).days // (after.day - before.day).days
            source = f"{MADE_UP}tussen {before.source} en {after.source}"
            return Reading(day, before.value + rise, source, synthetic=True)
    return last_known(series, day)


def places_realised(total: int, seed: int) -> dict[str, int]:
    """This many places over the regions: locations open one after another, in an order that the seed gives.

    A region never loses a place when the total grows.
    """
    locations = sorted(REGIONS) * 3
    random.Random(f"{seed}/locations").shuffle(locations)  # noqa: S311 - a rehearsal, not a secret
    places = dict.fromkeys(REGIONS, 0)
    for opened, region in enumerate(locations):
        places[region] += min(max(total - opened * SITE, 0), SITE)
    return places


def persons_per_province(total: int, kind: FigureKind, seed: int) -> dict[str, int]:
    """This many persons over the provinces, by their municipalities, give or take a fifth."""
    draw = random.Random(f"{seed}/{kind}/provinces")  # noqa: S311 - a rehearsal, not a secret
    weights = [municipalities * draw.uniform(0.8, 1.2) for municipalities in MUNICIPALITIES.values()]
    return dict(zip(PROVINCES, split(total, weights), strict=True))


def split(total: int, weights: Sequence[float]) -> list[int]:
    """The total in whole parts in these proportions; the parts add up to it exactly."""
    bounds = [0, *(round(total * reached / sum(weights)) for reached in accumulate(weights))]
    return [high - low for low, high in pairwise(bounds)]
