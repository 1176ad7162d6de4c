"""When reception runs full, if it goes on like this (vooruitblik opvangbalans).

The method, whole: people in reception grow by so many a day as they did over the window before today, from the first
observation in it to the last; the band is the lowest and the highest growth a day between two observations in a row. Where
inflow and outflow are both counted, growth is the one minus the other instead, with the lowest and highest of the weeks. The
places are those that were agreed, on a straight line between the dates that they were given for, and the places of measures
in force until these end. It runs full on the first day on which there are more people than places. It knows nothing of what
has not happened yet; `docs/balance.md` judges it by hindsight.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise

from pydantic import Field

from crisis.figures import Figure
from crisis.record import Record, Slug
from crisis.totals import Completeness


class BalanceTerms(Record):
    """Which indicators make the balance, and how far it looks (table `[balance]` of the plan)."""

    occupied: Slug
    """People in reception."""
    capacity: Slug
    """Places that are there or agreed, also for dates to come."""
    inflow: Slug | None = None
    outflow: Slug | None = None
    """People a week."""
    extra: Slug | None = None
    """Places of measures in force: what is realised of this indicator counts beside the capacity."""
    extra_until: date | None = None
    """The last day on which those places are there; none: they stay."""
    window_days: int = Field(default=180, ge=14)
    horizon_days: int = Field(default=180, ge=14, le=730)


class Basis(StrEnum):
    """What the growth was read from."""

    FLOWS = "instroom min uitstroom"
    OCCUPANCY = "de bezetting zelf"


class Growth(Record):
    """How many more people a day, and between which bounds it was seen."""

    basis: Basis
    expected: Decimal
    low: Decimal
    high: Decimal


class Extra(Record):
    """What is realised of the measures in force, and how many of those who were asked gave it."""

    value: Decimal | None
    given: Completeness | None = None


class Outlook(Record):
    """What is expected on one day."""

    on: date
    expected: int
    low: int
    high: int
    places: int | None
    """None: for that day nobody said."""


class Balance(Record):
    """The outlook, and the day on which reception runs full."""

    since: date
    """The date of the last observation: from there it is drawn on."""
    occupied: int
    growth: Growth
    observations: int
    days: tuple[Outlook, ...]
    """From `since` to the horizon, by the week, with the days on which places change."""
    runs_full: date | None = None
    """None: not within the horizon, or nobody knows the places."""
    earliest: date | None = None
    latest: date | None = None
    """The same for the highest and the lowest growth that was seen; None: not within the horizon."""
    extra_places: int | None = None
    """Places of measures in force, as far as they were given; None: the plan counts none, or nobody gave any."""
    extra_given: Completeness | None = None
    """How many of those who were asked gave them: with fewer than all, reception is full later than it says, or not at all."""
    extra_until: date | None = None

    @property
    def has_gaps(self) -> bool:
        """Whether there is a day of which nobody knows the places: then nobody can say that it does not run full."""
        return any(day.places is None for day in self.days)

    def on(self, day: date) -> Outlook:
        """The people expected on one day; of its places it says nothing. Raises ValueError for one before `since`."""
        if day < self.since:
            raise ValueError(f"{day} lies before {self.since}")
        return _outlook(self, day, None)

    @property
    def horizon(self) -> date:
        """The last day that it looks at."""
        return self.days[-1].on


def balance(
    terms: BalanceTerms,
    occupied: Iterable[Figure],
    capacity: Iterable[Figure],
    today: date,
    extra: Extra | None = None,
    flows: tuple[Sequence[Figure], Sequence[Figure]] = ((), ()),
) -> Balance | None:
    """The outlook from what is known today; None where too little is known to say anything: fewer than two observations.

    Give only what is known by then. `extra` is what is realised of the measures in force; where the plan counts them and nobody
    gave any, the places are unknown while those last, for missing is not zero. `flows` are the inflow and outflow.
    """
    oldest = today - timedelta(days=terms.window_days)
    seen = _by_date(figure for figure in occupied if oldest <= figure.reference_date <= today)
    if len(seen) < 2:
        return None
    growth = _from_flows(flows, oldest, today) or _from_occupancy(seen)
    since, people = seen[-1]
    value = extra.value if extra else None
    places = _Places(_by_date(capacity), value if terms.extra else Decimal(), terms.extra_until)
    bare = Balance(since=since, occupied=int(people), growth=growth, observations=len(seen), days=())
    horizon = today + timedelta(days=terms.horizon_days)
    days = sorted({*_weekly(since, horizon), *(day for day in places.changes if since <= day <= horizon)})
    return bare.model_copy(
        update={
            "days": tuple(_outlook(bare, day, places) for day in days),
            "runs_full": _runs_full(bare, growth.expected, places, today, horizon),
            "earliest": _runs_full(bare, growth.high, places, today, horizon),
            "latest": _runs_full(bare, growth.low, places, today, horizon),
            "extra_places": None if value is None else int(value),
            "extra_given": extra.given if extra else None,
            "extra_until": terms.extra_until,
        }
    )


class _Places:
    """How many places there are on a day, as far as anybody said."""

    def __init__(self, known: Sequence[tuple[date, Decimal]], extra: Decimal | None, until: date | None) -> None:
        self._known, self._extra, self._until = known, extra, until

    @property
    def changes(self) -> tuple[date, ...]:
        """The days about which something was said, and the first without the places of measures."""
        after = (self._until + timedelta(days=1),) if self._until else ()
        return (*(day for day, _ in self._known), *after)

    def on(self, day: date) -> Decimal | None:
        """On a straight line between two dates; as the last said after it; nothing before the first."""
        regular, extra = self._regular(day), self._extra if self._until is None or day <= self._until else Decimal()
        return None if regular is None or extra is None else regular + extra

    def _regular(self, day: date) -> Decimal | None:
        if not self._known or day < self._known[0][0]:
            return None
        for (first, before), (last, after) in pairwise(self._known):
            if first <= day < last:
                return before + (after - before) * (day - first).days / (last - first).days
        return self._known[-1][1]


def _by_date(figures: Iterable[Figure]) -> list[tuple[date, Decimal]]:
    """One number a date, the last one given for it."""
    return sorted({figure.reference_date: figure.value for figure in figures}.items())


def _from_occupancy(seen: Sequence[tuple[date, Decimal]]) -> Growth:
    steps = [(after - before) / (last - first).days for (first, before), (last, after) in pairwise(seen)]
    (first, before), (last, after) = seen[0], seen[-1]
    return Growth(basis=Basis.OCCUPANCY, expected=(after - before) / (last - first).days, low=min(steps), high=max(steps))


def _from_flows(flows: tuple[Sequence[Figure], Sequence[Figure]], oldest: date, today: date) -> Growth | None:
    """From the weeks for which both are counted; None where there are none."""
    into, out = (dict(_by_date(f for f in flow if oldest <= f.reference_date <= today)) for flow in flows)
    net = [(into[day] - out[day]) / 7 for day in into.keys() & out.keys()]
    if not net:
        return None
    return Growth(basis=Basis.FLOWS, expected=sum(net, Decimal()) / len(net), low=min(net), high=max(net))


def _weekly(since: date, horizon: date) -> Iterable[date]:
    yield from (since + timedelta(days=days) for days in range(0, (horizon - since).days + 1, 7))
    yield horizon


def _outlook(known: Balance, day: date, places: _Places | None) -> Outlook:
    later, there = (day - known.since).days, places.on(day) if places else None
    growth = known.growth
    expected, low, high = (_whole(known.occupied + a_day * later) for a_day in (growth.expected, growth.low, growth.high))
    return Outlook(on=day, expected=expected, low=low, high=high, places=None if there is None else _whole(there))


def _whole(number: Decimal) -> int:
    """People and places are whole, and never fewer than none."""
    return max(int(number.quantize(Decimal(1), ROUND_HALF_UP)), 0)


def _runs_full(known: Balance, a_day: Decimal, places: _Places, today: date, horizon: date) -> date | None:
    for later in range((horizon - today).days + 1):
        day = today + timedelta(days=later)
        there = places.on(day)
        if there is not None and known.occupied + a_day * (day - known.since).days > there:
            return day
    return None
