"""How many places there are on a day, as far as anybody said (plaatsen)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, pairwise, takewhile

from pydantic import Field

from crisis.figures import Figure
from crisis.grounds import Fact, FactKind, facts_of, one_a_date
from crisis.record import Record
from crisis.totals import Completeness


class Extra(Record):
    """What is realised of the measures in force, how many of those who were asked gave it, and what was agreed to follow."""

    value: Decimal | None
    given: Completeness | None = None
    by_area: dict[str, Decimal] = Field(default_factory=dict)
    """What makes up the value."""
    agreed: tuple[Figure, ...] = ()
    """What was agreed for dates to come: from its date on an area has no more places than that."""
    on: date | None = None
    """The oldest date that it is about."""
    synthetic: bool = False

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The same, as something that the outlook rests on."""
        if self.value is None or self.on is None:
            return ()
        there = Fact(what=FactKind.EXTRA, value=self.value, on=self.on, source=None, synthetic=self.synthetic)
        return (there, *(_together(list(same)) for _, same in groupby(self._followed(), _date)))

    def lasting(self, until: date | None) -> tuple[tuple[date, Decimal | None], ...]:
        """The places from each day on which they change; None: nobody gave any. `until` is the last day that the plan names.

        What was agreed for a later day than that goes before it: an agreement can be extended while the plan is frozen.
        """
        changes = {figure.reference_date for figure in self._followed()} | ({until + timedelta(days=1)} if until else set())
        return ((date.min, self.value), *((day, self._from(day, until)) for day in sorted(changes)))

    def _from(self, day: date, until: date | None) -> Decimal | None:
        ended = until if until and day > until else None
        if self.value is None:
            is_extended = any(figure.reference_date >= day and figure.value for figure in self.agreed)
            return Decimal() if ended and not is_extended else None
        agreed = {f.area: f.value for f in self._followed() if (ended or date.min) < f.reference_date <= day}
        others = Decimal() if ended else self.value - sum(self.by_area[area] for area in agreed)
        return others + sum(min(self.by_area[area], most) for area, most in agreed.items())

    def _followed(self) -> list[Figure]:
        """What was agreed with areas that have places now, in the order of its dates."""
        return sorted((figure for figure in self.agreed if figure.area in self.by_area), key=_date)


def _date(figure: Figure) -> date:
    return figure.reference_date


def _together(agreed: Sequence[Figure]) -> Fact:
    """What was agreed for one date, by all areas for which it was."""
    sources = {figure.source for figure in agreed}
    return Fact(
        what=FactKind.AGREED,
        value=sum((figure.value for figure in agreed), Decimal()),
        on=agreed[0].reference_date,
        source=sources.pop() if len(sources) == 1 else None,
        synthetic=any(figure.synthetic for figure in agreed),
    )


class Places:
    """The places that were agreed, and beside them those of measures in force while these last."""

    def __init__(self, known: Iterable[Figure], extra: Extra | None = None, until: date | None = None) -> None:
        self._known = one_a_date(known)
        self._extra = extra.lasting(until) if extra else ((date.min, Decimal()),)

    @property
    def without_measures(self) -> "Places":
        """The same without the places of measures."""
        return Places(self._known)

    @property
    def changes(self) -> tuple[date, ...]:
        """The days about which something was said, and those from which there are fewer places of measures."""
        return (*(figure.reference_date for figure in self._known), *(day for day, _ in self._extra[1:]))

    @property
    def extra_until(self) -> date | None:
        """The last day on which there are places of measures; None: they stay."""
        none = list(takewhile(lambda step: step[1] == 0, reversed(self._extra)))
        return none[-1][0] - timedelta(days=1) if none and none[-1][0] > date.min else None

    def on(self, day: date) -> Decimal | None:
        """On a straight line between two dates; as the last said after it; nothing before the first."""
        regular, extra = self._regular(day), next(value for since, value in reversed(self._extra) if since <= day)
        return None if regular is None or extra is None else regular + extra

    def between(self, first: date, last: date) -> tuple[Fact, ...]:
        """The figures by which the places of these days are known."""
        before = max((f.reference_date for f in self._known if f.reference_date <= first), default=first)
        after = min((f.reference_date for f in self._known if f.reference_date >= last), default=last)
        return facts_of(FactKind.CAPACITY, (figure for figure in self._known if before <= figure.reference_date <= after))

    def _regular(self, day: date) -> Decimal | None:
        if not self._known or day < self._known[0].reference_date:
            return None
        for before, after in pairwise(self._known):
            if before.reference_date <= day < after.reference_date:
                part = (day - before.reference_date).days
                return before.value + (after.value - before.value) * part / (after.reference_date - before.reference_date).days
        return self._known[-1].value
