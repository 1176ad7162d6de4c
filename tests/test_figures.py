"""Figures that differ, and which of them counts."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crisis.figures import FigureKind, KnownFigure, Via, conflicts, preferred
from tests.building import NOW


def known(partner: str, value: int, **changes: object) -> KnownFigure:
    figure = KnownFigure(
        indicator="nareizigers",
        area="NL",
        kind=FigureKind.OBSERVED,
        value=Decimal(value),
        unit="personen",
        reference_date=date(2022, 12, 31),
        source=partner,
        partner=partner,
        report_id=f"{partner}-1",
        received_at=NOW,
        stated_at=NOW,
        via=Via.SYSTEM,
        digest="",
    )
    return figure.model_copy(update=changes)


IND, CBS = known("IND", 10_927), known("CBS", 11_130, via=Via.OPEN_DATA, rounded_to=5)
"""Family members in 2022 by two authorities (ind.nl, December 2022; CBS 83102NED): `domain.md` 2.4."""


def test_two_authorities_with_two_numbers_are_both_kept() -> None:
    (conflict,) = conflicts([IND, CBS])
    assert [(one.partner, int(one.value)) for one in conflict.figures] == [("CBS", 11_130), ("IND", 10_927)]
    assert conflict.subject == ("nareizigers", FigureKind.OBSERVED, "NL")


def test_a_difference_that_rounding_explains_is_none() -> None:
    assert conflicts([known("IND", 10_928), known("CBS", 10_930, rounded_to=5)]) == ()
    assert len(conflicts([known("IND", 10_927), known("CBS", 10_930, rounded_to=5)])) == 1


def test_numbers_about_other_dates_areas_or_kinds_do_not_conflict() -> None:
    others = ({"reference_date": date(2022, 11, 30)}, {"area": "VR01"}, {"kind": FigureKind.TARGET}, {"indicator": "instroom"})
    assert all(conflicts([IND, CBS.model_copy(update=other)]) == () for other in others)


def test_what_is_public_is_used_before_what_was_asked() -> None:
    assert preferred([IND, CBS]) is CBS


def test_a_later_date_is_used_before_what_is_public() -> None:
    later = IND.model_copy(update={"reference_date": date(2023, 1, 31)})
    assert preferred([CBS, later]) is later


@given(st.permutations([IND, CBS, known("COA", 10_927), known("VNG", 11_130, via=Via.FORM)]))
def test_the_order_in_which_figures_came_changes_neither_conflict_nor_choice(figures: list[KnownFigure]) -> None:
    assert preferred(figures) is CBS
    (conflict,) = conflicts(figures)
    assert [one.partner for one in conflict.figures] == ["CBS", "COA", "IND", "VNG"]


def test_of_one_way_what_was_stated_last_is_used() -> None:
    earlier = IND.model_copy(update={"stated_at": NOW - timedelta(hours=1), "value": Decimal(1)})
    assert preferred([IND, earlier]) is IND
