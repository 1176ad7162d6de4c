"""How many places there are on a day, as far as anybody said (plaatsen)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from crisis.figures import Figure
from crisis.grounds import Fact, Role, facts_of, one_a_date
from crisis.record import Record
from crisis.totals import Completeness


class Extra(Record):
    """What is realised of the measures in force, and how many of those who were asked gave it."""

    value: Decimal | None
    given: Completeness | None = None
    on: date | None = None
    """The oldest date that it is about."""
    synthetic: bool = False

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The same, as something that the outlook rests on."""
        if self.value is None or self.on is None:
            return ()
        return (Fact(what=Role.EXTRA, value=self.value, on=self.on, source=None, synthetic=self.synthetic),)


class Places:
    """The places that were agreed, and beside them those of measures in force while these last."""

    def __init__(self, known: Iterable[Figure], extra: Decimal | None = Decimal(), until: date | None = None) -> None:
        self._known, self._extra, self._until = one_a_date(known), extra, until

    @property
    def without_measures(self) -> "Places":
        """The same without the places of measures."""
        return Places(self._known)

    @property
    def changes(self) -> tuple[date, ...]:
        """The days about which something was said, and the first without the places of measures."""
        after = (self._until + timedelta(days=1),) if self._until else ()
        return (*(figure.reference_date for figure in self._known), *after)

    def on(self, day: date) -> Decimal | None:
        """On a straight line between two dates; as the last said after it; nothing before the first."""
        regular, extra = self._regular(day), self._extra if self._until is None or day <= self._until else Decimal()
        return None if regular is None or extra is None else regular + extra

    def between(self, first: date, last: date) -> tuple[Fact, ...]:
        """The figures by which the places of these days are known."""
        before = max((f.reference_date for f in self._known if f.reference_date <= first), default=first)
        after = min((f.reference_date for f in self._known if f.reference_date >= last), default=last)
        return facts_of(Role.CAPACITY, (figure for figure in self._known if before <= figure.reference_date <= after))

    def _regular(self, day: date) -> Decimal | None:
        if not self._known or day < self._known[0].reference_date:
            return None
        for before, after in pairwise(self._known):
            if before.reference_date <= day < after.reference_date:
                part = (day - before.reference_date).days
                return before.value + (after.value - before.value) * part / (after.reference_date - before.reference_date).days
        return self._known[-1].value
