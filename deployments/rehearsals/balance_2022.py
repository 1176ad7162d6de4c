"""The balance judged by hindsight: fitted on what was known on 27 June 2022, held against what was observed later.

`python -m deployments.rehearsals.balance_2022` prints the table of `docs/balance.md`. Sources beside the numbers; what was
published after 27 June is in no fit: so the inflow of June (22 July) is not.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from crisis.balance import Balance, BalanceTerms, balance
from crisis.capacity import Extra
from crisis.figures import Figure, FigureKind

FITTED_ON = date(2022, 6, 27)
TERMS = BalanceTerms(occupied="coa-bezetting", capacity="coa-capaciteit", horizon_days=220)

KNOWN_THEN = {
    date(2022, 1, 24): 36_864,  # coa.nl weekcijfers
    date(2022, 6, 1): 41_155,  # coa.nl
    date(2022, 6, 27): 42_301,  # coa.nl weekcijfers
}
CAPACITY = {
    date(2022, 7, 1): 42_732,  # coa.nl weekcijfers, week 23 of 2022: places that it expected to have
    date(2022, 10, 1): 41_827,
    date(2023, 1, 1): 34_524,
}
NEED = {
    date(2022, 7, 1): 42_732 + 2_268,  # the same: places and shortage together are the need that COA foresaw
    date(2022, 10, 1): 41_827 + 6_173,
    date(2023, 1, 1): 34_524 + 16_476,
}
OBSERVED_LATER = {
    date(2022, 7, 28): 43_000,  # nos.nl Nieuwsuur, rounded
    date(2022, 8, 15): 44_000,  # trouw.nl, rounded
    date(2022, 12, 5): 51_805,  # coa.nl
    date(2023, 1, 23): 52_000,  # parool.nl, rounded
}


class Judged(NamedTuple):
    """One date: what was expected of it, and what it became."""

    on: date
    observed: int
    ours: int
    low: int
    high: int
    coa: int

    @property
    def error(self) -> int:
        """Of ours, in people; negative: too low."""
        return self.ours - self.observed

    @property
    def coa_error(self) -> int:
        """Of COA's own."""
        return self.coa - self.observed

    @property
    def is_within(self) -> bool:
        """Whether it became what the band allowed."""
        return self.low <= self.observed <= self.high

    def percent(self, error: int) -> float:
        """The error as a part of what it became."""
        return 100 * error / self.observed


def fitted(extra: Decimal | None = None, until: date | None = None) -> Balance:
    """The balance of 27 June 2022, with as many places of measures until that day."""
    terms = TERMS.model_copy(update={"extra": "cno-plaatsen" if extra is not None else None, "extra_until": until})
    given = Extra(value=extra) if extra is not None else None
    found = balance(terms, figures_of("coa-bezetting", KNOWN_THEN), figures_of("coa-capaciteit", CAPACITY), FITTED_ON, given)
    assert found is not None
    return found


def hindsight() -> Iterator[Judged]:
    """Every later observation beside what we and COA expected."""
    ours = fitted()
    for on, observed in OBSERVED_LATER.items():
        then = ours.on(on)
        yield Judged(on, observed, then.expected, then.low, then.high, coa_expected(on))


def coa_expected(on: date) -> int:
    """COA's own forecast of the need: on a straight line between its dates, and on as between its last two."""
    days = sorted(NEED)
    first, last = next(((a, b) for a, b in pairwise(days) if on <= b), (days[-2], days[-1]))
    return round(NEED[first] + (NEED[last] - NEED[first]) * (on - first).days / (last - first).days)


def table() -> str:
    """The judgement as Markdown."""
    header = "| Date | Observed | Ours | Error | Band | COA's own | Error |\n|---|---|---|---|---|---|---|"
    return "\n".join([header, *map(_line, hindsight())])


def _line(one: Judged) -> str:
    band = f"{one.low:,} to {one.high:,}{'' if one.is_within else ': outside'}"
    ours, coa = (f"{error:+,} ({one.percent(error):+.1f} %)" for error in (one.error, one.coa_error))
    return f"| {one.on:%-d %B %Y} | {one.observed:,} | {one.ours:,} | {ours} | {band} | {one.coa:,} | {coa} |"


def figures_of(indicator: str, series: Mapping[date, int]) -> Iterator[Figure]:
    """A series as figures about the whole country."""
    for on, value in series.items():
        yield Figure(
            indicator=indicator,
            area="NL",
            kind=FigureKind.OBSERVED,
            value=Decimal(value),
            unit="personen",
            reference_date=on,
            source="COA",
        )


if __name__ == "__main__":
    print(table())  # noqa: T201 - what it is run for
    for extra, until in ((None, None), (Decimal(300), date(2022, 10, 1)), (Decimal(5625), date(2022, 10, 1))):
        found = fitted(extra, until)
        print(extra or 0, found.runs_full, found.earliest, found.latest, found.growth)  # noqa: T201 - the same
