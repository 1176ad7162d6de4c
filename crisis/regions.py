"""How far a safety region has scaled up by itself: its GRIP level, from and until (GRIP per veiligheidsregio; R21).

The region's own chair decides it, under powers that the national structure does not move (R24); here it is noted, with who
says so. Levels: 112fotosite.nl, Wikipedia; westerwoldeactueel.nl, 18 July and 4 November 2022. A region of which nothing was
noted is unknown: that is not level 0.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum

from crisis.errors import InvalidInput
from crisis.places import SAFETY_REGIONS
from crisis.record import Line, Moment, Record


class GripLevel(IntEnum):
    """The level of a region (R21; Gecoördineerde Regionale Incidentbestrijdingsprocedure)."""

    ZERO = 0
    ONE = 1
    TWO = 2
    THREE = 3
    FOUR = 4
    FIVE = 5

    @property
    def meaning(self) -> str:
        """What it is about, in a few words."""
        return _MEANINGS[self]

    def __str__(self) -> str:
        return f"GRIP {self.value}"


_MEANINGS = {
    GripLevel.ZERO: "dagelijks werk, niet opgeschaald",
    GripLevel.ONE: "de bron van het incident",
    GripLevel.TWO: "de bron en het effect op de omgeving",
    GripLevel.THREE: "de bevolking van één gemeente",
    GripLevel.FOUR: "meer dan één gemeente, of schaarste",
    GripLevel.FIVE: "meer dan één veiligheidsregio",
}


class Grip(Record):
    """The level of one region during some time, and who says so (R21)."""

    region: str
    """CBS code: `VR01`."""
    level: GripLevel
    since: Moment
    until: Moment | None = None
    """None: it holds now."""
    source: Line
    """Where it was read or heard: `westerwoldeactueel.nl, 18 juli 2022`."""

    @property
    def region_name(self) -> str:
        """The name of the region."""
        return SAFETY_REGIONS[self.region].name

    def is_same_as(self, other: "Grip") -> bool:
        """Whether the other says the same: noted twice, it is once."""
        return self.model_copy(update={"until": other.until}) == other


def in_force(grips: Iterable[Grip]) -> tuple[Grip, ...]:
    """What holds now, by region."""
    return tuple(sorted((grip for grip in grips if grip.until is None), key=lambda grip: grip.region))


def check_grip(fresh: Grip, current: Grip | None, now: Moment) -> None:
    """Whether this level may follow on the one that the region has (R21): any other level, at a later moment, up or down.

    Raises:
        InvalidInput: no such region, the same level, a moment before the current one, or one that is still to come.

    """
    if problems := list(_problems(fresh, current, now)):
        raise InvalidInput(problems=problems)


def _problems(fresh: Grip, current: Grip | None, now: Moment) -> Iterator[tuple[str, str]]:
    if fresh.region not in SAFETY_REGIONS:
        yield "region", f"r21_region:{fresh.region}"
    if fresh.since > now:
        yield "since", "r21_to_come"
    if current and fresh.level is current.level:
        yield "level", f"r21_same:{current.level.value}"
    if current and fresh.since <= current.since:
        yield "since", "r21_earlier"
