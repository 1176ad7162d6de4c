"""How the indicators went: a line over the pictures so far, in every form of the picture."""

import base64
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.figures import FigureKind
from crisis.places import SAFETY_REGIONS
from crisis.signals import Point
from crisis.situation import Picture, draw_picture
from crisis.structure import Body
from integrations.wording.charts import SMALL, TARGET, WIDTH
from integrations.wording.course import course
from integrations.wording.document import Heading, Image, Table, plain
from integrations.wording.forms_of_picture import FORMS
from integrations.wording.lines import LIMIT, RIGHT, STUB, Level, line_chart, ticks
from integrations.wording.papers import picture_paper
from tests.building import NOW
from tests.test_picture import SVG, TODAY, an_answer, contrast, figure, regions

NUMBERS = st.integers(0, 2_000_000).map(Decimal)
POINTS = st.lists(
    st.builds(Point, on=st.dates(date(2022, 1, 1), date(2023, 1, 1)), value=NUMBERS, areas=st.sampled_from("ab")),
    min_size=2,
    max_size=12,
    unique_by=lambda point: point.on,
).map(lambda points: sorted(points, key=lambda point: point.on))
LEVELS = st.lists(st.builds(Level, label=st.just("doel 10"), value=NUMBERS, is_goal=st.booleans()), max_size=3)


def pictures(*days: tuple[int, int], silent: frozenset[str] = frozenset()) -> Picture:
    """A picture for every day, with this many places in each region and this goal; on the first day some were silent."""
    drawn = None
    for number, (places, goal) in enumerate(days):
        now, on = NOW + timedelta(days=number), TODAY + timedelta(days=number)
        answers = [
            an_answer(code, figure(code, FigureKind.TARGET, goal, on), figure(code, FigureKind.REALISED, places, on))
            for code in SAFETY_REGIONS
            if number or code not in silent
        ]
        drawn = draw_picture("asiel-2022", (Body.IAO, number + 1), regions(), answers, drawn, now)
    assert drawn
    return drawn


def chart_of(picture: Picture) -> Image:
    return next(block for block in course(picture, regions()) if isinstance(block, Image))


def test_with_one_picture_there_is_no_line() -> None:
    assert list(course(pictures((40, 225)), regions())) == []


def test_what_nobody_gave_has_no_line_and_neither_has_what_has_no_goal_or_threshold() -> None:
    blocks = list(course(pictures((40, 225), (50, 225)), regions()))
    assert [type(block) for block in blocks] == [Heading, Image, Table]
    assert "Crisisnoodopvang" in chart_of(pictures((40, 225), (50, 225))).words


def test_who_cannot_see_the_line_reads_from_what_to_what_and_the_goal() -> None:
    assert chart_of(pictures((40, 225), (50, 250))).words == (
        "Crisisnoodopvang (gerealiseerd): van 1.000 op 17-06-2022 naar 1.250 plaatsen op 18-06-2022; doel 6.250. "
        "De getallen staan eronder."
    )


def test_the_numbers_of_the_line_stand_under_it_with_the_goal_that_held_then() -> None:
    table = list(course(pictures((40, 225), (50, 250)), regions()))[-1]
    assert isinstance(table, Table)
    assert table.is_beside
    assert [tuple(map(plain, row)) for row in table.rows] == [
        ("17-06-2022", "1.000", "5.625", "dezelfde gebieden"),
        ("18-06-2022", "1.250", "6.250", "dezelfde gebieden"),
    ]


def test_totals_of_other_areas_are_not_joined_and_so_it_says() -> None:
    """Else silence would look like a fall."""
    picture = pictures((40, 225), (50, 225), (60, 225), silent=frozenset({"VR07"}))
    drawn = chart_of(picture)
    assert drawn.svg.count("<circle") == 3
    assert drawn.svg.count('r="4" fill="#ffffff"') == 1
    assert "Open rondje" in drawn.svg
    assert drawn.words.endswith("Niet alle totalen rusten op dezelfde gebieden.")
    line = re.search(r'<path d="([^"]+)" stroke="#154273"', drawn.svg)
    assert line
    assert line[1].count("M") == 1


def test_a_goal_is_a_line_from_its_day_until_the_next_and_a_threshold_one_over_all_days() -> None:
    svg = chart_of(pictures((40, 225), (50, 225), (60, 250), (70, 250))).svg
    assert svg.count(f'stroke="{TARGET}"') == 4, "as drawn: a goal for every picture"
    assert "doel 6.250" in svg
    assert re.findall(r"doel [0-9.]+", svg) == ["doel 5.625", "doel 6.250"], "where it changed, and what it is now"
    assert "drempel 3.750" in svg
    assert svg.count(f'stroke="{LIMIT}"') == 1


def test_a_goal_of_the_last_day_has_a_line_and_its_name_stands_by_it() -> None:
    svg = chart_of(pictures((40, 150), (50, 150), (60, 250))).svg
    starts = re.findall(rf'M(\d+) \d+L{WIDTH - RIGHT} \d+" stroke="{TARGET}"', svg)
    assert max(map(int, starts)) == WIDTH - RIGHT - STUB
    assert {"doel 3.750", "doel 6.250"} <= set(re.findall(r"doel [0-9.]+", svg))


def test_no_line_runs_through_the_name_of_a_threshold() -> None:
    """As of the residents of June 2022, who rose through theirs in the middle of the drawing."""
    points = [
        Point(on=date(2022, 6, day), value=Decimal(value), areas="a")
        for day, value in ((17, 41_860), (20, 41_992), (24, 42_168))
    ]
    svg = line_chart(["titel"], [], points, [Level(label="drempel 42.000", value=Decimal(42_000), is_goal=False)], "nl")
    ((left, under),) = re.findall(r'<text x="(\d+)" y="(\d+)"[^>]*>drempel', svg)
    ((path,),) = [re.findall(r'd="([^"]+)" stroke="#154273"', svg)]
    ends = [tuple(map(int, one)) for one in re.findall(r"(\d+) (\d+)", path)]
    for (x1, y1), (x2, y2) in pairwise(ends):
        for n in range(101):
            x, y = x1 + (x2 - x1) * n / 100, y1 + (y2 - y1) * n / 100
            assert not (int(left) <= x <= int(left) + 80 and int(under) - 11 <= y <= int(under) + 2)


@pytest.mark.parametrize("name", ["beeld.pdf", "beeld.md"])
def test_the_line_is_drawn_in_what_is_taken_along(name: str) -> None:
    one, more = pictures((40, 225)), pictures((40, 225), (50, 225))
    drawn = [FORMS[name][1](picture, regions(), "nl") for picture in (one, more)]
    assert len(drawn[1]) > len(drawn[0])
    if name == "beeld.md":
        assert "## Verloop" in drawn[1].decode()


def test_the_line_is_drawn_in_the_artifact_of_prefect() -> None:
    paper = picture_paper(pictures((40, 225), (50, 225)), regions())
    drawn = [base64.b64decode(found).decode() for found in re.findall(r"base64,([^)]+)\)", paper)]
    assert any("drempel 3.750" in svg for svg in drawn)


def test_the_words_of_a_goal_and_of_a_threshold_can_be_read() -> None:
    """WCAG 2.1, 1.4.3: 4.5 to 1."""
    assert min(contrast("#ffffff", TARGET), contrast("#ffffff", LIMIT)) >= 4.5


@given(st.lists(NUMBERS, min_size=1, max_size=9))
def test_the_axis_holds_every_number_in_a_few_round_steps(values: list[Decimal]) -> None:
    found = ticks(min(values), max(values))
    assert found[0] <= min(values)
    assert max(values) <= found[-1]
    assert 2 <= len(found) <= 7
    assert len({after - before for before, after in pairwise(found)}) == 1


@given(POINTS, LEVELS)
def test_every_dot_and_every_word_lies_within_the_drawing(points: list[Point], levels: list[Level]) -> None:
    drawn = ET.fromstring(line_chart(["titel"], ["uitleg"], points, levels, "nl"))  # noqa: S314 - drawn by ourselves
    width, height = map(float, drawn.get("viewBox", "").split()[2:])
    assert width == WIDTH
    dots = [(float(one.get("cx", "")), float(one.get("cy", ""))) for one in drawn.iter(f"{SVG}circle")]
    assert len(dots) == len(points)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in dots)
    for text in drawn.iter(f"{SVG}text"):
        at, long = float(text.get("x", "")), SMALL * sum(0.3 if letter in ".,- " else 0.6 for letter in text.text or "")
        left, right = (at - long, at) if text.get("text-anchor") == "end" else (at, at + long)
        assert left >= 0
        assert right <= width
        assert 0 <= float(text.get("y", "")) <= height
