"""When reception runs full, and how far the method was off in 2022."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crisis.balance import Balance, BalanceTerms, Basis, Growth, balance
from crisis.figures import Figure, FigureKind
from deployments.rehearsals.balance_2022 import KNOWN_THEN, fitted, hindsight, table

TODAY = date(2022, 6, 27)
TERMS = BalanceTerms(occupied="bezetting", capacity="capaciteit")
DOC = (Path(__file__).parents[1] / "docs" / "balance.md").read_text(encoding="utf-8")


def figures(series: Mapping[date, int]) -> list[Figure]:
    return [
        Figure(
            indicator="x",
            area="NL",
            kind=FigureKind.OBSERVED,
            value=Decimal(value),
            unit="personen",
            reference_date=on,
            source="toets",
        )
        for on, value in series.items()
    ]


def back(*values: int, every: int = 10) -> dict[date, int]:
    """The last of these is of today."""
    return {TODAY - timedelta(days=every * back): value for back, value in enumerate(reversed(values))}


def outlook(people: Mapping[date, int], places: int | None = 1000, extra: int = 0, until: date | None = None) -> Balance | None:
    terms = TERMS.model_copy(update={"extra_until": until})
    capacity = figures({TODAY: places} if places is not None else {})
    return balance(terms, figures(people), capacity, TODAY, Decimal(extra))


def test_ten_a_day_fill_a_hundred_places_on_the_eleventh_day() -> None:
    found = outlook(back(800, 900))
    assert found
    assert found.runs_full == TODAY + timedelta(days=11)
    assert (found.growth.basis, int(found.growth.expected)) == (Basis.OCCUPANCY, 10)
    assert found.on(TODAY + timedelta(days=5)).expected == 950


def test_the_band_is_the_lowest_and_the_highest_growth_that_was_seen() -> None:
    found = outlook(back(700, 750, 900))
    assert found
    assert [found.growth.low, found.growth.expected, found.growth.high] == [Decimal(5), Decimal(10), Decimal(15)]
    assert found.earliest
    assert found.latest
    assert found.runs_full
    assert found.earliest < found.runs_full < found.latest


def test_one_observation_is_no_outlook() -> None:
    assert outlook(back(900)) is None
    assert outlook({}) is None


def test_what_was_published_later_or_long_ago_is_in_no_fit() -> None:
    people = back(800, 900) | {TODAY + timedelta(days=1): 5000, TODAY - timedelta(days=181): 0}
    assert outlook(people) == outlook(back(800, 900))


def test_where_nobody_named_the_places_no_day_is_named() -> None:
    found = outlook(back(800, 900), places=None)
    assert found
    assert (found.runs_full, found.days[0].places) == (None, None)


def test_more_people_than_places_is_full_today() -> None:
    found = outlook(back(1100, 1200))
    assert found
    assert found.runs_full == TODAY


def test_the_places_of_a_measure_end_with_it() -> None:
    until = TODAY + timedelta(days=30)
    found = outlook(back(800, 900), extra=5000, until=until)
    assert found
    assert found.runs_full == until + timedelta(days=1)


def test_places_lie_on_a_straight_line_between_two_dates() -> None:
    capacity = figures({TODAY: 1000, TODAY + timedelta(days=100): 900})
    found = balance(TERMS, figures(back(800, 800)), capacity, TODAY)
    assert found
    half_way = next(day for day in found.days if day.on == TODAY + timedelta(days=49))
    assert half_way.places == 951
    assert found.days[-1].places == 900


def test_where_inflow_and_outflow_are_counted_growth_is_the_one_minus_the_other() -> None:
    flows = figures({TODAY: 140, TODAY - timedelta(days=7): 210}), figures({TODAY: 70, TODAY - timedelta(days=7): 70})
    found = balance(TERMS, figures(back(800, 900)), figures({TODAY: 1000}), TODAY, flows=flows)
    assert found
    assert found.growth == Growth(basis=Basis.FLOWS, low=Decimal(10), expected=Decimal(15), high=Decimal(20))


@given(st.lists(st.integers(0, 60_000), min_size=2, max_size=8), st.integers(0, 60_000), st.integers(0, 10_000))
def test_the_band_holds_the_expectation_widens_and_more_places_never_hasten(people: list[int], places: int, more: int) -> None:
    found, roomier = outlook(back(*people), places), outlook(back(*people), places + more)
    assert found
    assert roomier
    widths = []
    for day in found.days:
        assert day.low <= day.expected <= day.high
        widths.append(day.high - day.low if day.low else None)
    known = [width for width in widths if width is not None]
    assert known == sorted(known)
    never = date.max
    assert (found.earliest or never) <= (found.runs_full or never) <= (found.latest or never)
    assert (found.runs_full or never) <= (roomier.runs_full or never)


def test_nothing_of_after_27_june_2022_is_in_the_fit() -> None:
    assert max(KNOWN_THEN) == TODAY
    assert fitted().since == TODAY


def test_the_document_tells_the_error_as_it_is() -> None:
    assert table() in DOC
    judged = {one.on: one for one in hindsight()}
    december = judged[date(2022, 12, 5)]
    assert (december.observed, december.error, december.coa_error) == (51_805, -3_820, -1_685)
    assert f"too low by {abs(december.error):,} people" in DOC
    outside = sum(not one.is_within for one in judged.values())
    assert (outside, len(judged)) == (3, 4)
    assert "three times out of four" in DOC


def test_the_document_tells_when_it_would_have_run_full() -> None:
    bare, agreed = fitted(), fitted(Decimal(5625), date(2022, 10, 1))
    assert (bare.earliest, bare.runs_full, bare.latest) == (date(2022, 7, 6), date(2022, 7, 8), date(2022, 7, 8))
    assert agreed.runs_full == date(2022, 10, 2)
    assert "on 8 July 2022 (6 to 8 July by the band)" in DOC
    assert "on 2 October" in DOC
