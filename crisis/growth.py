"""How many more people a day: read from the people in reception, or from inflow minus outflow (groei)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from crisis.figures import Figure
from crisis.grounds import Fact, Role, facts_of, one_a_date
from crisis.record import Record


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
    return growth, facts_of(Role.OCCUPIED, one_a_date((first, last, *steps[low], *steps[high])))


def from_flows(
    flows: tuple[Sequence[Figure], Sequence[Figure]], oldest: date, today: date
) -> tuple[Growth, tuple[Fact, ...]] | None:
    """From the weeks in which both are counted: their mean, the lowest and the highest; None where there are none."""
    into, out = ({f.reference_date: f for f in flow if oldest <= f.reference_date <= today} for flow in flows)
    both = sorted(into.keys() & out.keys())
    if not both:
        return None
    net = [(into[day].value - out[day].value) / 7 for day in both]
    growth = Growth(
        basis=Basis.FLOWS,
        expected=sum(net, Decimal()) / len(net),
        low=min(net),
        high=max(net),
        since=both[0],
        until=both[-1],
    )
    counted = ((Role.INFLOW, into), (Role.OUTFLOW, out))
    return growth, tuple(fact for what, flow in counted for fact in facts_of(what, (flow[day] for day in both)))


def _a_day(before: Figure, after: Figure) -> Decimal:
    return (after.value - before.value) / (after.reference_date - before.reference_date).days
