"""GRIP per safety region: from and until, with who says so (R21)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from crisis.errors import CrisisClosed, InvalidInput, NoSuchCrisis
from crisis.meetings import Direction
from crisis.passes import Act
from crisis.record import utc
from crisis.regions import Grip, GripLevel, in_force
from crisis.structure import Body
from integrations.register import Register, audit, crises, grips
from integrations.wording.refusals import refusal_text
from tests.building import SOMEONE, a_crisis, a_meeting, a_register, closed, own_pass, recorded

FIRST = Grip(region="VR01", level=GripLevel.FOUR, since=utc(2022, 6, 17, 6), source="westerwoldeactueel.nl, 18 juli 2022")
LAST = Grip(region="VR01", level=GripLevel.ZERO, since=utc(2022, 11, 1), source="westerwoldeactueel.nl, 4 november 2022")
LATER = utc(2022, 11, 4)


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database)
    a_crisis(opened)
    yield opened
    opened.close()


def note(register: Register, grip: Grip) -> Grip:
    return grips.set_level(register, own_pass(Act.SET_GRIP, "piket"), grip, SOMEONE, LATER)


def test_r21_groningen_was_on_grip_4_from_17_june_and_on_grip_0_from_1_november_2022(register: Register) -> None:
    note(register, FIRST)
    note(register, LAST)
    first, last = grips.of_crisis(register, "asiel-2022")
    assert (first.level, first.since, first.until) == (GripLevel.FOUR, FIRST.since, LAST.since)
    assert (last.level, last.since, last.until) == (GripLevel.ZERO, LAST.since, None)
    assert in_force((first, last)) == (last,)
    assert [e.object for e in audit.entries(register) if e.action == "grip.vastleggen"] == ["asiel-2022/VR01"] * 2


def test_r21_a_level_noted_twice_is_noted_once(register: Register) -> None:
    before = crises.find(register, "asiel-2022").version
    assert note(register, FIRST) == note(register, FIRST)
    note(register, LAST)
    assert note(register, FIRST).until == LAST.since, "also once it has ended"
    assert len(grips.of_crisis(register, "asiel-2022")) == 2
    assert crises.find(register, "asiel-2022").version == before + 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"region": "VR26"}, "‘VR26’ is geen veiligheidsregio"),
        ({"region": "GM0014"}, "‘GM0014’ is geen veiligheidsregio"),
        ({"level": GripLevel.FOUR, "since": LAST.since}, "de regio is al op GRIP 4"),
        ({"since": FIRST.since}, "ligt niet na het begin van het niveau dat nu geldt"),
        ({"since": FIRST.since - timedelta(days=1)}, "ligt niet na het begin van het niveau dat nu geldt"),
        ({"since": LATER + timedelta(minutes=1)}, "ligt in de toekomst"),
    ],
)
def test_r21_what_does_not_fit_is_refused_and_changes_nothing(
    register: Register, changes: dict[str, object], told: str
) -> None:
    note(register, FIRST)
    with pytest.raises(InvalidInput) as refused:
        note(register, LAST.model_copy(update=changes))
    assert f"{told}" in refusal_text(refused.value, "nl")
    assert "(R21)" in refusal_text(refused.value, "nl")
    assert grips.of_crisis(register, "asiel-2022") == (FIRST,)


def test_r21_regions_do_not_touch_each_other(register: Register) -> None:
    note(register, FIRST)
    note(register, FIRST.model_copy(update={"region": "VR03", "level": GripLevel.TWO}))
    assert [(g.region, g.level) for g in in_force(grips.of_crisis(register, "asiel-2022"))] == [("VR01", 4), ("VR03", 2)]


def test_r21_grip_4_is_about_more_than_one_municipality_or_scarcity() -> None:
    assert [level.value for level in GripLevel] == [0, 1, 2, 3, 4, 5]
    assert (str(GripLevel.FOUR), GripLevel.FOUR.meaning) == ("GRIP 4", "meer dan één gemeente, of schaarste")
    assert len({level.meaning for level in GripLevel}) == 6


def test_a_level_belongs_to_a_crisis_that_is_there_and_is_not_closed(register: Register) -> None:
    with pytest.raises(NoSuchCrisis):
        grips.set_level(register, own_pass(Act.SET_GRIP, "piket", "nee"), FIRST, SOMEONE, LATER)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    closed(register)
    with pytest.raises(CrisisClosed):
        note(register, FIRST)
