"""344 municipalities that do not exist, as many in each safety region as there were on 17 June 2022, and what they report.

Source of the numbers: CBS 85067NED by way of `domain.md` 3.1. Codes, names, inhabitants and reports are made up, and say so.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from crisis.areas import Area
from crisis.places import SAFETY_REGIONS
from deployments.rehearsals.june_2022 import MADE_UP, report_of, split
from integrations.partners.contract import Contract, ReportedFigure, SituationReport

PER_REGION = (10, 18, 12, 11, 14, 22, 15, 14, 26, 16, 7, 9, 6, 6, 9, 18, 15, 10, 13, 24, 11, 21, 15, 16, 6)
"""By region, VR01 to VR25."""


def made_up(seed: int) -> tuple[Area, ...]:
    """The same for the same seed. Their codes start at GM9001, where CBS has none."""
    draw = random.Random(f"{seed}/municipalities")  # noqa: S311 - a rehearsal, not a secret
    places = [
        (region, number) for region, many in zip(SAFETY_REGIONS, PER_REGION, strict=True) for number in range(1, many + 1)
    ]
    return tuple(
        Area(
            code=f"GM{code}",
            name=f"Gemeente {number} ({region})",
            region=region,
            province=SAFETY_REGIONS[region].province,
            inhabitants=draw.randrange(8_000, 95_000),
            as_of=date(2022, 3, 24),
            source="verzonnen voor een oefening",
        )
        for code, (region, number) in enumerate(places, start=9001)
    )


class Municipalities:
    """Municipalities as partners: what their province reports, they report together, to the person."""

    def __init__(self, areas: tuple[Area, ...], seed: int) -> None:
        self._seed = seed
        self._areas = {area.code: area for area in areas}
        self._in: Mapping[str, list[Area]] = {p: [a for a in areas if a.province == p] for p in {a.province for a in areas}}

    def __contains__(self, code: object) -> bool:
        return code in self._areas

    def report_of(self, code: str, as_of: datetime) -> SituationReport:
        """What this municipality reports at that moment. Raises KeyError for one that is not played."""
        figures = tuple(self._figures(self._areas[code], as_of))
        return SituationReport(
            contract=Contract(),
            partner=code,
            report_id=f"{code}-{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            created_at=as_of,
            reference_date=max(figure.reference_date for figure in figures),
            figures=figures,
            remarks=f"Nagespeeld door de simulator, niet afkomstig van: {self._areas[code].name}.",
        )

    def _figures(self, area: Area, as_of: datetime) -> Iterator[ReportedFigure]:
        together = self._in[area.province]
        for figure in report_of(area.province, as_of, self._seed).figures:
            part = split(int(figure.value), [one.inhabitants or 1 for one in together])[together.index(area)]
            source = f"{MADE_UP}deel van provincie {area.province}, naar inwonertal"
            yield figure.model_copy(
                update={"area": area.code, "value": Decimal(part), "source": source, "synthetic": True, "supersedes": None}
            )
