"""Measures on three horizons: aim, indicator, target, and how far the figures say it has come (maatregelen).

Short, middle and long term, as in the letter to the House of 20 June 2022 (Kamerstuk 19 637, nr. 2951).
"""

from decimal import Decimal
from enum import StrEnum

from crisis.figures import FigureKind
from crisis.picture_rows import PictureRow
from crisis.record import Line, Moment, Record, Slug
from crisis.situation import Picture
from crisis.totals import Completeness


class Horizon(StrEnum):
    """How far ahead a measure looks."""

    SHORT = "korte termijn"
    MIDDLE = "middellange termijn"
    LONG = "lange termijn"


class Measure(Record):
    """What a decision is to achieve, in a number that everyone counts the same way (maatregel)."""

    horizon: Horizon
    aim: Line
    indicator: Slug
    """One of the plan's: the definition stands there."""
    kind: FigureKind = FigureKind.REALISED
    target: Decimal
    by: Moment | None = None

    @property
    def subject(self) -> tuple[str, FigureKind]:
        """What it is about: two decisions in force about the same must not contradict each other."""
        return self.indicator, self.kind

    def contradicts(self, other: "Measure") -> bool:
        """About the same, and with another target or another date: nobody can tell which holds."""
        return self.subject == other.subject and (self.target, self.by) != (other.target, other.by)


class Progress(Record):
    """How far a measure has come, by the latest picture."""

    value: Decimal | None
    """None: nobody gave it. That is not zero."""
    target: Decimal
    unit: str = ""
    completeness: Completeness
    synthetic: bool = False

    @property
    def remaining(self) -> Decimal | None:
        """What is still to come; None where nobody knows."""
        return None if self.value is None else max(self.target - self.value, Decimal())


def progress(measure: Measure, picture: Picture | None) -> Progress:
    """How far it has come by this picture."""
    row = _row(measure, picture)
    if row is None:
        return Progress(value=None, target=measure.target, completeness=Completeness(answered=0, asked=0))
    return Progress(
        value=row.value, target=measure.target, unit=row.unit, completeness=row.completeness, synthetic=row.synthetic
    )


def _row(measure: Measure, picture: Picture | None) -> PictureRow | None:
    rows = picture.rows if picture else ()
    return next((row for row in rows if (row.indicator, row.kind) == measure.subject), None)
