"""What the outlook rests on: figures with their date and source, so that anybody can work it out again (grondslag)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

from crisis.figures import Figure
from crisis.record import Line, Record


class FactKind(StrEnum):
    """What a figure is in the outlook."""

    OCCUPIED = "mensen in de opvang"
    INFLOW = "instroom"
    OUTFLOW = "uitstroom"
    CAPACITY = "plaatsen"
    EXTRA = "plaatsen van maatregelen"
    AGREED = "afgesproken plaatsen van maatregelen, vanaf die dag"


class Fact(Record):
    """One figure that the outlook was worked out from."""

    what: FactKind
    value: Decimal
    on: date
    """The date that it is about; of several figures together the oldest."""
    source: Line | None
    """None: several gave it together, as the picture has them."""
    synthetic: bool = False


def facts_of(what: FactKind, figures: Iterable[Figure]) -> tuple[Fact, ...]:
    """These figures, each as what it is in the outlook."""
    return tuple(Fact(what=what, value=f.value, on=f.reference_date, source=f.source, synthetic=f.synthetic) for f in figures)


def one_a_date(figures: Iterable[Figure]) -> list[Figure]:
    """In the order of their dates; of one date the one given last."""
    return sorted({figure.reference_date: figure for figure in figures}.values(), key=lambda figure: figure.reference_date)
