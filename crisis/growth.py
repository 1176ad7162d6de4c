"""How many more people a day: read from the people in reception, or from inflow minus outflow (groei)."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from crisis.figures import Figure
from crisis.grounds import Fact, FactKind, facts_of, one_a_date
from crisis.record import Record


class Period(StrEnum):
    """What inflow and outflow are counted by."""

    DAY = "dag"
    WEEK = "week"
    MONTH = "maand"

    def days(self, of: date) -> int:
        """How many days it has; of a month, the one in which this date lies."""
        return {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: monthrange(of.year, of.month)[1]}[self]

    def is_denied_by(self, unit: str) -> bool:
        """Whether a unit names another: `personen per maand` is not by the week. One that names none denies nothing."""
        named = [word for word in _PER.findall(unit.casefold()) if word in _PERIODS]
        return any(_PERIODS[word] != self for word in named)


_PER = re.compile(r"\bper (\w+)")
_PERIODS = {
    **dict.fromkeys(("dag", "etmaal", "day"), Period.DAY),
    **dict.fromkeys(("week",), Period.WEEK),
    **dict.fromkeys(("maand", "month"), Period.MONTH),
    **dict.fromkeys(("uur", "hour", "kwartaal", "quarter", "jaar", "year"), None),
}
"""The periods that a unit can name; None: one that inflow and outflow cannot be counted by."""


class Basis(StrEnum):
    """What the growth was read from: the method."""

    FLOWS = "instroom min uitstroom"
    OCCUPANCY = "de bezetting zelf"


class Growth(Record):
    """How many more people a day, and between which bounds it was seen."""

    basis: Basis
    expected: Decimal
    low: Decimal
    high: Decimal
    since: date | None = None
    """The first and the last date that it was read from; None: it was not kept then."""
    until: date | None = None


def from_occupancy(seen: Sequence[Figure]) -> tuple[Growth, tuple[Fact, ...]]:
    """From the first of these to the last; the band from two in a row. With the figures that make it, the last one too."""
    steps = {_a_day(one, next_): (one, next_) for one, next_ in pairwise(seen)}
    low, high = min(steps), max(steps)
    first, last = seen[0], seen[-1]
    growth = Growth(
        basis=Basis.OCCUPANCY,
        expected=_a_day(first, last),
        low=low,
        high=high,
        since=first.reference_date,
        until=last.reference_date,
    )
    return growth, facts_of(FactKind.OCCUPIED, one_a_date((first, last, *steps[low], *steps[high])))


def from_flows(
    flows: tuple[Iterable[Figure], Iterable[Figure]], per: Period | None, oldest: date, today: date
) -> tuple[Growth, tuple[Fact, ...]] | None:
    """From the periods of which both are counted: all together, the lowest and the highest; None where there are none.

    What is counted by a period that nobody told (None), or by another than this, is not read: a month is no week.
    """
    if per is None:
        return None
    into, out = ({f.reference_date: f for f in _counted_by(per, flow, oldest, today)} for flow in flows)
    both = sorted(into.keys() & out.keys())
    if not both:
        return None
    net = [into[day].value - out[day].value for day in both]
    days = [per.days(day) for day in both]
    a_day = [more / length for more, length in zip(net, days, strict=True)]
    growth = Growth(
        basis=Basis.FLOWS,
        expected=sum(net, Decimal()) / sum(days),
        low=min(a_day),
        high=max(a_day),
        since=both[0],
        until=both[-1],
    )
    counted = ((FactKind.INFLOW, into), (FactKind.OUTFLOW, out))
    return growth, tuple(fact for what, flow in counted for fact in facts_of(what, (flow[day] for day in both)))


def _counted_by(per: Period, flow: Iterable[Figure], oldest: date, today: date) -> Iterator[Figure]:
    return (f for f in flow if oldest <= f.reference_date <= today and not per.is_denied_by(f.unit))


def _a_day(before: Figure, after: Figure) -> Decimal:
    return (after.value - before.value) / (after.reference_date - before.reference_date).days
