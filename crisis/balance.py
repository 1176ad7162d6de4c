"""When reception runs full, if it goes on like this (vooruitblik opvangbalans).

The method, whole: people in reception grow by so many a day as they did over the window before today, from the first
observation in it to the last; the band is the lowest and the highest growth a day between two observations in a row. Where
inflow and outflow are both counted, growth is the one minus the other instead, with the lowest and highest of the periods. The
places are those that were agreed, on a straight line between the dates that they were given for, and the places of measures
in force until these end. It runs full on the first day on which there are more people than places. It knows nothing of what
has not happened yet; `docs/balance.md` judges it by hindsight.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from pydantic import Field

from crisis.capacity import Extra, Places
from crisis.figures import Figure
from crisis.grounds import Fact, FactKind, facts_of, one_a_date
from crisis.growth import Basis, Growth, Period, from_flows, from_occupancy
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
    flows_per: Period | None = None
    """What inflow and outflow are counted by; None, as in plans of before: it was not told, and they are not used."""
    extra: Slug | None = None
    """Places of measures in force: what is realised of this indicator counts beside the capacity."""
    extra_until: date | None = None
    """The last day on which those places are there, where nothing was agreed for a later day; none: they stay."""
    window_days: int = Field(default=180, ge=14)
    horizon_days: int = Field(default=180, ge=14, le=730)


def unclear_flows(terms: BalanceTerms | None, units: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a plan that is read today must say of inflow and outflow: (where, why). `units` are those of the indicators.

    A plan that was frozen into a crisis before need not: there, what is not clear is not used.
    """
    named = {name: getattr(terms, name, None) for name in ("inflow", "outflow")}
    if terms is None or not any(named.values()):
        return
    yield from ((f"balance.{name}", "both_flows") for name, indicator in named.items() if not indicator)
    if terms.flows_per is None:
        yield "balance.flows_per", "flows_per"
        return
    denied = (units[indicator] for indicator in named.values() if indicator and terms.flows_per.is_denied_by(units[indicator]))
    yield from (("balance.flows_per", f"other_period:{unit}") for unit in denied)


class Outlook(Record):
    """What is expected on one day."""

    on: date
    expected: int
    low: int
    high: int
    places: int | None
    """None: for that day nobody said."""


class Shortage(Record):
    """How many people have no place on one day, if it goes on like this; the band is that of the growth."""

    on: date
    expected: int
    low: int
    high: int


class Filling(Record):
    """The day on which reception runs full, and how many people have no place at the horizon."""

    runs_full: date | None = None
    """None: not within the horizon, or nobody knows the places."""
    earliest: date | None = None
    latest: date | None = None
    """The same for the highest and the lowest growth that was seen; None: not within the horizon."""
    shortage: Shortage | None = None
    """Of the horizon; None: nobody knows the places of that day."""


class WithoutMeasures(Filling):
    """The same without the places of measures."""

    has_gaps: bool
    """Whether there is a day of which nobody knows the places: then nobody can say that it does not run full."""


class Balance(Filling):
    """The outlook, with the places of measures in force, and what it rests on."""

    since: date
    """The date of the last observation: from there it is drawn on."""
    occupied: int
    growth: Growth
    observations: int
    days: tuple[Outlook, ...]
    """From `since` to the horizon, by the week, with the days on which places change."""
    without_measures: WithoutMeasures | None = None
    """None: the plan counts none, or it was not kept then."""
    extra_places: int | None = None
    """Places of measures in force, as far as they were given; None: the plan counts none, or nobody gave any."""
    extra_given: Completeness | None = None
    """How many of those who were asked gave them: with fewer than all, reception is full later than it says, or not at all."""
    extra_until: date | None = None
    facts: tuple[Fact, ...] = ()
    """The figures that it rests on: people, or what came in and went out; places; places of measures. Empty: not kept then."""

    def on(self, day: date) -> Outlook:
        """The people expected on one day; of its places it says nothing. Raises ValueError for one before `since`."""
        if day < self.since:
            raise ValueError(f"{day} lies before {self.since}")
        return _outlook(self, day, None)

    @property
    def has_gaps(self) -> bool:
        """Whether there is a day of which nobody knows the places: then nobody can say that it does not run full."""
        return any(day.places is None for day in self.days)

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
    seen = one_a_date(figure for figure in occupied if oldest <= figure.reference_date <= today)
    if len(seen) < 2:
        return None
    last = seen[-1]
    growth, read_from = from_flows(flows, terms.flows_per, oldest, today) or from_occupancy(seen)
    bare = Balance(since=last.reference_date, occupied=int(last.value), growth=growth, observations=len(seen), days=())
    given = extra if extra and terms.extra else Extra(value=None)
    places = Places(capacity, given if terms.extra else None, terms.extra_until)
    horizon = today + timedelta(days=terms.horizon_days)
    days = sorted({*_weekly(bare.since, horizon), *(day for day in places.changes if bare.since <= day <= horizon)})
    regular = places.without_measures
    without = dict(_filling(bare, regular, today, horizon)) | {"has_gaps": any(regular.on(day) is None for day in days)}
    latest = facts_of(FactKind.OCCUPIED, [last]) if growth.basis is Basis.FLOWS else ()
    return bare.model_copy(
        update=dict(_filling(bare, places, today, horizon))
        | {
            "days": tuple(_outlook(bare, day, places) for day in days),
            "without_measures": WithoutMeasures.model_validate(without) if terms.extra else None,
            "extra_places": None if given.value is None else int(given.value),
            "extra_given": given.given,
            "extra_until": places.extra_until,
            "facts": (*latest, *read_from, *places.between(bare.since, horizon), *given.facts),
        }
    )


def _weekly(since: date, horizon: date) -> Iterable[date]:
    yield from (since + timedelta(days=days) for days in range(0, (horizon - since).days + 1, 7))
    yield horizon


def _outlook(known: Balance, day: date, places: Places | None) -> Outlook:
    later, there = (day - known.since).days, places.on(day) if places else None
    growth = known.growth
    expected, low, high = (_whole(known.occupied + a_day * later) for a_day in (growth.expected, growth.low, growth.high))
    return Outlook(on=day, expected=expected, low=low, high=high, places=None if there is None else _whole(there))


def _whole(number: Decimal) -> int:
    """People and places are whole, and never fewer than none."""
    return max(int(number.quantize(Decimal(1), ROUND_HALF_UP)), 0)


def _filling(known: Balance, places: Places, today: date, horizon: date) -> Filling:
    growth = known.growth
    return Filling(
        runs_full=_runs_full(known, growth.expected, places, today, horizon),
        earliest=_runs_full(known, growth.high, places, today, horizon),
        latest=_runs_full(known, growth.low, places, today, horizon),
        shortage=_shortage(_outlook(known, horizon, places)),
    )


def _shortage(then: Outlook) -> Shortage | None:
    if then.places is None:
        return None
    expected, low, high = (max(people - then.places, 0) for people in (then.expected, then.low, then.high))
    return Shortage(on=then.on, expected=expected, low=low, high=high)


def _runs_full(known: Balance, a_day: Decimal, places: Places, today: date, horizon: date) -> date | None:
    for later in range((horizon - today).days + 1):
        day = today + timedelta(days=later)
        there = places.on(day)
        if there is not None and known.occupied + a_day * (day - known.since).days > there:
            return day
    return None
