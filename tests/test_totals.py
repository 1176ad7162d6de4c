"""What areas say together, out of how many organisations and how many people."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crisis.areas import Area, Territory
from crisis.places import SAFETY_REGIONS
from crisis.totals import Cell, Completeness, parts_differ, people, together, tops

MUNICIPALITIES = [f"GM{number:04}" for number in range(1, 7)]
TERRITORY = Territory(
    Area(
        code=code,
        name=code,
        region="VR01" if number < 4 else "VR19",
        province="PV20" if number < 4 else "PV29",
        inhabitants=number * 1000,
        as_of=date(2022, 6, 17),
        source="toets",
    )
    for number, code in enumerate(MUNICIPALITIES, 1)
)
"""Three in Groningen with 6,000 inhabitants, three in Zeeland with 15,000."""


def cells(**values: int) -> dict[str, Cell]:
    on = date(2022, 6, 17)
    return {area: Cell(value=Decimal(value), reference_date=on, partner=area, source=area) for area, value in values.items()}


def test_every_region_lies_in_its_province_and_every_province_in_the_country() -> None:
    assert TERRITORY.above("GM0001") == ("VR01", "PV20", "NL")
    assert all(TERRITORY.above(code) == (region.province, "NL") for code, region in SAFETY_REGIONS.items())
    assert TERRITORY.above("NL") == ()


def test_municipalities_roll_up_into_their_region_with_both_denominators() -> None:
    sums = dict(together(frozenset(MUNICIPALITIES), cells(GM0001=10, GM0002=20, GM0004=5), TERRITORY))
    groningen = sums["VR01"]
    assert groningen.value == 30
    assert groningen.organisations == Completeness(answered=2, asked=3)
    assert groningen.inhabitants == Completeness(answered=3000, asked=6000)
    assert sums["PV29"].value == 5
    assert sums["PV29"].organisations == Completeness(answered=1, asked=3)
    assert "NL" not in sums


def test_a_region_of_which_nobody_says_anything_is_unknown_and_not_zero() -> None:
    sums = dict(together(frozenset(MUNICIPALITIES), cells(GM0001=10), TERRITORY))
    assert sums["VR19"].value is None
    assert sums["VR19"].inhabitants == Completeness(answered=0, asked=15_000)


def test_an_area_that_speaks_for_itself_is_not_counted_with_its_parts() -> None:
    assert sorted(tops(cells(VR01=100, GM0001=10, GM0004=5), TERRITORY)) == ["GM0004", "VR01"]


def test_parts_that_do_not_add_up_to_their_whole_are_told() -> None:
    asked = frozenset({"VR01", "GM0001", "GM0002", "GM0003"})
    (told,) = parts_differ(asked, cells(VR01=100, GM0001=10, GM0002=20, GM0003=30), TERRITORY)
    assert (told.area, told.value, told.parts) == ("VR01", Decimal(100), Decimal(60))
    assert not list(parts_differ(asked, cells(VR01=60, GM0001=10, GM0002=20, GM0003=30), TERRITORY))
    assert not list(parts_differ(asked, cells(VR01=100, GM0001=10), TERRITORY)), "not all parts are known"


def test_of_an_area_whose_inhabitants_nobody_knows_the_people_are_not_counted() -> None:
    assert people({"GM0001"}, {"GM0001"}, Territory()) is None
    assert people({"VR01", "VR19"}, {"VR19"}, TERRITORY) == Completeness(answered=15_000, asked=21_000)
    assert people({"VR01", "GM0001"}, {"GM0001"}, TERRITORY) == Completeness(answered=1000, asked=6000)


@given(st.dictionaries(st.sampled_from([*MUNICIPALITIES, "VR01", "VR19"]), st.integers(0, 10**9)))
def test_nothing_is_counted_twice_and_nothing_is_lost(values: dict[str, int]) -> None:
    known = cells(**values)
    counted = tops(known, TERRITORY)
    for area in known:
        covered = [one for one in (area, *TERRITORY.above(area)) if one in counted]
        assert len(covered) == 1
