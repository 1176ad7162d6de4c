"""What areas say together: each counts once, and every total says out of how many organisations and people (optelling)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from crisis.areas import COUNTRY, Territory
from crisis.record import Line, Record


class Completeness(Record):
    """So many out of so many."""

    answered: int
    asked: int

    @property
    def is_all(self) -> bool:
        """Whether nobody is missing."""
        return self.answered >= self.asked

    def __str__(self) -> str:
        return f"{self.answered} van {self.asked}"


class Freshness(StrEnum):
    """Where the figure of an area comes from."""

    FRESH = "opgegeven"
    CARRIED = "overgenomen"
    STALE = "verouderd"
    """Too old to count, and shown all the same."""


class Cell(Record):
    """What is known of one area."""

    value: Decimal
    reference_date: date
    partner: str
    source: Line
    freshness: Freshness = Freshness.FRESH
    is_old: bool = False
    """Its date is longer ago than the plan has it, also where the partner gave it just now."""
    provisional: bool = True
    synthetic: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is part of the total."""
        return self.freshness is not Freshness.STALE


class Together(Record):
    """What the parts of an area say together, out of how many organisations and how many people (optelling)."""

    value: Decimal | None
    organisations: Completeness
    inhabitants: Completeness | None = None
    """None where no source says how many people live there."""


class PartsDiffer(Record):
    """An area and its parts say different things."""

    area: str
    value: Decimal
    parts: Decimal


def tops(counted: Mapping[str, Cell], territory: Territory) -> list[str]:
    """The areas that make the total: none of them lies in another that counts too."""
    return [area for area in counted if not any(above in counted for above in territory.above(area))]


def in_total(asked: frozenset[str], counted: Mapping[str, Cell], territory: Territory) -> Completeness:
    """How many of the areas that were asked are in the total: itself, by an area above it, or by all of its parts."""

    def is_in(area: str) -> bool:
        if area in counted or any(above in counted for above in territory.above(area)):
            return True
        parts = territory.parts(area)
        return bool(parts) and all(map(is_in, parts))

    return Completeness(answered=sum(map(is_in, asked)), asked=len(asked))


def together(asked: frozenset[str], counted: Mapping[str, Cell], territory: Territory) -> Iterator[tuple[str, Together]]:
    """Every region and province in which areas lie that were asked, with what these say; the country is the total."""
    parts: dict[str, list[str]] = {}
    for area in sorted(asked):
        for above in territory.above(area):
            if above != COUNTRY:
                parts.setdefault(above, []).append(area)
    for above, within in sorted(parts.items()):
        given = {area: counted[area] for area in within if area in counted}
        adding_up = tops(given, territory)
        yield (
            above,
            Together(
                value=sum((given[area].value for area in adding_up), Decimal()) if adding_up else None,
                organisations=Completeness(answered=len(given), asked=len(within)),
                inhabitants=people(within, given, territory),
            ),
        )


def people(asked: Iterable[str], given: Iterable[str], territory: Territory) -> Completeness | None:
    """How many people live in the areas that gave it, of all that were asked; None where it is not known of one of them."""
    asked, given = _outermost(asked, territory), _outermost(given, territory)
    of_asked, of_given = ([territory.inhabitants(area) for area in areas] for areas in (asked, given))
    if not asked or None in of_asked or None in of_given:
        return None
    return Completeness(answered=sum(filter(None, of_given)), asked=sum(filter(None, of_asked)))


def _outermost(areas: Iterable[str], territory: Territory) -> list[str]:
    known = set(areas)
    return [area for area in known if not any(above in known for above in territory.above(area))]


def parts_differ(asked: frozenset[str], counted: Mapping[str, Cell], territory: Territory) -> Iterator[PartsDiffer]:
    """Where an area and all of its parts gave something, and the parts do not add up to it."""
    parts: dict[str, list[str]] = {}
    for area in asked:
        for above in territory.above(area)[:1]:
            parts.setdefault(above, []).append(area)
    for area, within in sorted(parts.items()):
        if area in counted and all(part in counted for part in within):
            total = sum((counted[part].value for part in within), Decimal())
            if total != counted[area].value:
                yield PartsDiffer(area=area, value=counted[area].value, parts=total)
