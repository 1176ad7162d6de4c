from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crisis.figures import Figure, FigureKind
from crisis.inquiries import Answer, Submission
from crisis.plan import Plan
from crisis.situation import Picture, draw_picture
from crisis.structure import Body
from tests.building import NOW, a_plan

REGIONS = ("VR01", "VR02", "VR03")
BEDS = {
    "id": "opvang",
    "name": "Plaatsen",
    "unit": "plaatsen",
    "definition": "Beschikbaar vannacht.",
    "kinds": ["realised"],
    "thresholds": [{"kind": "realised", "below": 100, "signal": "te weinig"}],
}


def three_regions() -> Plan:
    kind, asked = "veiligheidsregio", ["opvang"]
    partners = [{"id": r, "name": r, "kind": kind, "area": r, "address": f"/{r}", "indicators": asked} for r in REGIONS]
    return a_plan(indicators=[BEDS], partners=partners)


def a_figure(area: str, value: int, **changes: object) -> Figure:
    figure = Figure(
        indicator="opvang",
        area=area,
        kind=FigureKind.REALISED,
        value=Decimal(value),
        unit="plaatsen",
        reference_date=date(2022, 6, 17),
        source=area,
    )
    return figure.model_copy(update=changes)


def an_answer(partner: str, *figures: Figure, how: Submission = Submission.ON_TIME) -> Answer:
    return Answer(partner=partner, submission=how, received_at=NOW, figures=figures)


def a_picture(values: Mapping[str, int | None], earlier: Picture | None = None) -> Picture:
    answers = [
        an_answer(r, how=Submission.SILENT) if (value := values.get(r)) is None else an_answer(r, a_figure(r, value))
        for r in REGIONS
    ]
    return draw_picture("asiel-2022", (Body.IAO, 1), three_regions(), answers, earlier, NOW)


def test_a_total_says_out_of_how_many_it_was_made() -> None:
    picture = a_picture({"VR01": 40, "VR02": 2})
    assert (picture.rows[0].value, str(picture.rows[0].completeness)) == (Decimal(42), "2 van 3")
    assert picture.without_answer == {"VR03": Submission.SILENT}


def test_missing_is_not_zero() -> None:
    assert a_picture({}).rows[0].value is None
    assert a_picture({"VR01": 0}).rows[0].value == 0


def test_a_late_answer_is_used_and_named() -> None:
    late = [an_answer("VR01", a_figure("VR01", 5), how=Submission.LATE)]
    picture = draw_picture("asiel-2022", (Body.IAO, 1), three_regions(), late, None, NOW)
    assert (picture.rows[0].value, picture.submissions) == (Decimal(5), {"VR01": Submission.LATE})


def test_silence_never_looks_like_a_fall() -> None:
    before = a_picture({"VR01": 40, "VR02": 2})
    assert a_picture({"VR01": 41}, before).rows[0].change is None
    assert a_picture({"VR01": 41, "VR02": 2}, before).rows[0].change == 1


def test_a_partner_speaks_for_its_own_indicators_only() -> None:
    stranger = a_figure("VR01", 5, indicator="geheim")
    picture = draw_picture("asiel-2022", (Body.IAO, 1), three_regions(), [an_answer("VR01", stranger)], None, NOW)
    assert picture.rows[0].value is None


def test_a_made_up_figure_marks_its_total() -> None:
    answers = [an_answer("VR01", a_figure("VR01", 5)), an_answer("VR02", a_figure("VR02", 5, synthetic=True))]
    assert draw_picture("asiel-2022", (Body.IAO, 1), three_regions(), answers, None, NOW).rows[0].synthetic


def test_a_crossed_threshold_is_a_signal_and_an_unknown_value_is_none() -> None:
    assert a_picture({"VR01": 99}).rows[0].crossed == "te weinig"
    assert a_picture({"VR01": 100}).rows[0].crossed is None
    assert a_picture({}).rows[0].crossed is None


@given(st.dictionaries(st.sampled_from(REGIONS), st.none() | st.integers(0, 10**6)))
def test_the_total_is_always_the_sum_of_what_was_given(values: dict[str, int | None]) -> None:
    row = a_picture(values).rows[0]
    given_values = [value for value in values.values() if value is not None]
    assert row.completeness.answered == len(given_values)
    assert row.value == (sum(given_values) if given_values else None)


@given(st.lists(st.sampled_from(Submission), max_size=3))
def test_every_partner_is_counted_under_exactly_one_word(hows: list[Submission]) -> None:
    answers = [an_answer(partner, how=how) for partner, how in zip(REGIONS, hows, strict=False)]
    picture = draw_picture("asiel-2022", (Body.IAO, 1), three_regions(), answers, None, NOW)
    assert sum(picture.counted().values()) == len(hows) == picture.completeness.asked
