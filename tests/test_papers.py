import xml.etree.ElementTree as ET
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crisis.actions import ActionItem, ActionState
from crisis.decisions import Decision, DecisionKind
from crisis.plan import PlanKind
from crisis.structure import Body
from integrations.wording.charts import Bar, bar_chart, number_text
from integrations.wording.papers import actions_paper, decisions_paper, picture_paper
from tests.building import NOW, a_plan
from tests.test_situation import a_picture, three_regions


def test_the_picture_says_how_complete_it_is_and_who_is_missing() -> None:
    paper = picture_paper(a_picture({"VR01": 40, "VR02": 2}), three_regions())
    assert "2 van 3 partners" in paper
    assert "| VR03 | stil |" in paper
    assert "vrijdag 17 juni 2022, 08:00" in paper


def test_a_paper_of_an_exercise_says_so() -> None:
    assert "OEFENING" in picture_paper(a_picture({}), three_regions())
    assert "OEFENING" not in picture_paper(a_picture({}), three_regions().model_copy(update={"kind": PlanKind.REAL}))


def test_an_unknown_total_is_called_unknown() -> None:
    assert "| onbekend |" in picture_paper(a_picture({}), three_regions())


def test_what_people_typed_does_nothing_in_a_paper() -> None:
    text = "<script>alert(1)</script> | [klik](https://kwaad.voorbeeld) \n# kop"
    decision = Decision(kind=DecisionKind.DECISION, text=text, crisis="c", number=1, body=Body.MCCB, meeting=1, at=NOW)
    paper = decisions_paper("Asiel", [decision], a_plan())
    assert "<script>" not in paper.replace("\\<", "")
    assert "](" not in paper.replace("\\]", "")
    assert len([line for line in paper.splitlines() if line.startswith("#")]) == 1


def test_open_action_items_come_first() -> None:
    item = ActionItem(
        title="eerst",
        owner="lid",
        due_at=NOW,
        crisis="c",
        number=1,
        body=Body.IAO,
        meeting=1,
        opened_at=NOW,
        next_reminder_at=NOW,
    )
    closed = item.model_copy(update={"number": 2, "state": ActionState.CLOSED, "due_at": NOW - timedelta(days=1)})
    paper = actions_paper("Asiel", [closed, item], a_plan())
    assert paper.index("| 1 |") < paper.index("| 2 |")
    assert "| 1 | vrijdag 17 juni 08:00 | open | lid" in paper, "what is cut off on the right is the title alone"


def test_numbers_are_written_as_the_dutch_do() -> None:
    assert [number_text(Decimal(n)) for n in ("42301", "0.5", "1E+3")] == ["42.301", "0,5", "1.000"]


@given(st.lists(st.builds(Bar, label=st.text(max_size=20), value=st.none() | st.decimals(0, 10**9, places=1)), max_size=30))
def test_a_chart_is_always_well_formed(bars: list[Bar]) -> None:
    printable = [bar for bar in bars if bar.label.isprintable()]
    chart = ET.fromstring(bar_chart("Plaatsen & <meer>", "plaatsen", printable))  # noqa: S314 - drawn by ourselves
    unknown = sum(bar.value is None for bar in printable)
    assert sum("geen opgave" in (text.text or "") for text in chart.iter("{http://www.w3.org/2000/svg}text")) >= unknown
