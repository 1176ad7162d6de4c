"""Numbers that partners and public sources give, and when they were known (cijfers).

A figure is about a date (peildatum) and was received at a moment: what was known then, and what is known now, are both kept.
Missing is not zero: a figure that nobody gave is absent. Two sources that differ are both kept, and reported (E16).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

from crisis.record import Line, Moment, Record


class FigureKind(StrEnum):
    """What a figure says about its indicator."""

    TARGET = "target"
    PLEDGED = "pledged"
    REALISED = "realised"
    OCCUPIED = "occupied"
    OBSERVED = "observed"


class Via(StrEnum):
    """By which way a figure came. What is public is used first, so that nobody is asked for it (E17)."""

    OPEN_DATA = "open data"
    SYSTEM = "systeem"
    FORM = "formulier"
    SHEET = "bestand"
    MAIL = "mail"

    @property
    def rank(self) -> int:
        """The lower, the rather it is used where several say the same."""
        return list(Via).index(self)


HIGHEST_VALUE = 1_000_000_000
"""No figure is higher, whichever way it comes."""


class Figure(Record):
    """One number from one source about one area on one date (cijfer)."""

    indicator: Line
    area: Line
    """CBS code (`VR01`, `PV20`, `GM0014`) or `NL`."""
    kind: FigureKind
    value: Decimal
    unit: Line
    reference_date: date
    """The date that the number is about (peildatum), not the one on which it was sent."""
    source: Line
    provisional: bool = True
    synthetic: bool = False
    """Made up for an exercise or a reconstruction; never to be quoted."""
    supersedes: str | None = None
    """The report that gave the number which this one replaces."""
    rounded_to: int | None = None
    """The source rounds to multiples of this: CBS to 5."""

    @property
    def subject(self) -> tuple[str, FigureKind, str]:
        """What is counted, how, and where."""
        return self.indicator, self.kind, self.area


class KnownFigure(Figure):
    """A figure as it stands in the register: who gave it, when, and in which answer."""

    partner: str
    report_id: str
    received_at: Moment
    stated_at: Moment
    """When the partner drew it up, by its own clock: that orders what one partner says about one date."""
    via: Via
    digest: str
    """SHA-256 of the answer as it came in; empty where it was typed."""


class Conflict(Record):
    """Two or more sources that differ about the same (tegenstrijdige cijfers). Neither is thrown away."""

    figures: tuple[KnownFigure, ...]

    @property
    def subject(self) -> tuple[str, FigureKind, str]:
        """What it is about."""
        return self.figures[0].subject

    @property
    def reference_date(self) -> date:
        """The date that they are about."""
        return self.figures[0].reference_date


def conflicts(figures: Iterable[KnownFigure]) -> tuple[Conflict, ...]:
    """Where sources differ about the same date, by more than what rounding explains. Give the latest of each source."""
    same: dict[tuple[object, ...], list[KnownFigure]] = {}
    for figure in figures:
        same.setdefault((*figure.subject, figure.reference_date), []).append(figure)
    found = (sorted(group, key=lambda one: (one.via.rank, one.partner)) for group in same.values() if _differ(group))
    return tuple(Conflict(figures=tuple(group)) for group in found)


def _differ(group: list[KnownFigure]) -> bool:
    """Whether the largest and the smallest lie further apart than their sources round off."""
    most, least = max(group, key=lambda one: one.value), min(group, key=lambda one: one.value)
    return most.value - least.value > Decimal((most.rounded_to or 0) + (least.rounded_to or 0)) / 2


def preferred(figures: Iterable[KnownFigure]) -> KnownFigure:
    """The one that a total is made of, of several about the same: the latest date, and then the first way it came by.

    Raises ValueError for none.
    """
    return max(figures, key=lambda one: (one.reference_date, -one.via.rank, one.stated_at, one.received_at))
