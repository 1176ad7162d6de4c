from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crisis.areas import Area, Territory
from crisis.figures import Figure, FigureKind
from crisis.inquiries import Answer, Submission
from crisis.plan import Plan
from crisis.signals import SignalKind, Why
from crisis.situation import Picture, draw_picture
from crisis.structure import Body
from crisis.totals import Cell, in_total
from integrations.wording.picture import lcms_text
from tests.building import NOW, a_plan

REGIONS = ("VR01", "VR02", "VR03")
BEDS = {
    "id": "opvang",
    "name": "Plaatsen",
    "unit": "plaatsen",
    "definition": "Beschikbaar vannacht.",
    "kinds": ["realised"],
}


def three_regions(**limit: int) -> Plan:
    """With a limit of 100 places below, or another."""
    beds = BEDS | {"thresholds": [{"kind": "realised", "signal": "te weinig"} | (limit or {"below": 100})]}
    kind, asked = "veiligheidsregio", ["opvang"]
    partners = [{"id": r, "name": r, "kind": kind, "area": r, "address": f"/{r}", "indicators": asked} for r in REGIONS]
    return a_plan(indicators=[beds], partners=partners)


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


def a_picture(values: Mapping[str, int | None], earlier: Picture | None = None, plan: Plan | None = None) -> Picture:
    answers = [
        an_answer(r, how=Submission.SILENT) if (value := values.get(r)) is None else an_answer(r, a_figure(r, value))
        for r in REGIONS
    ]
    return draw_picture("asiel-2022", (Body.IAO, 1), plan or three_regions(), answers, earlier, NOW)


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
    assert a_picture({"VR01": 97, "VR02": 1, "VR03": 1}).rows[0].crossed == "te weinig"
    assert a_picture({"VR01": 98, "VR02": 1, "VR03": 1}).rows[0].crossed is None
    assert a_picture({}).rows[0].crossed is None


def test_silence_crosses_no_lower_limit() -> None:
    """99 of two of the three: the third may well have given the one that lacks."""
    picture = a_picture({"VR01": 98, "VR02": 1})
    (signal,) = picture.signals
    assert (signal.what, str(signal.counted)) == (SignalKind.NOT_KNOWN, "2 van 3")
    assert picture.rows[0].crossed is None
    assert picture.advice
    assert [(reason.why, reason.detail) for reason in picture.advice.reasons] == [(Why.NOT_KNOWN, "Plaatsen")]
    told = lcms_text(picture, three_regions()).replace("\n  ", " ")
    assert "ten minste 99 plaatsen (opgave van 2 van 3 gebieden); of het" in told
    assert "onder de drempel van 100 plaatsen is of komt, is niet te zeggen" in told
    assert a_picture({"VR01": 99, "VR02": 1}).signals == (), "more can only be added: it is not crossed for certain"


@given(
    st.dictionaries(st.sampled_from(REGIONS), st.integers(0, 60)), st.dictionaries(st.sampled_from(REGIONS), st.integers(0, 60))
)
def test_what_is_told_as_crossed_stays_so_whatever_the_silent_say(gave: dict[str, int], silent: dict[str, int]) -> None:
    for side in ("above", "below"):
        plan = three_regions(**{side: 100})
        some, all_ = (a_picture(values, plan=plan) for values in (gave, dict.fromkeys(REGIONS, 0) | silent | gave))
        crossed = [signal.what is SignalKind.CROSSED for signal in some.signals]
        if any(crossed):
            assert all_.rows[0].crossed
        assert bool(some.rows[0].crossed) == any(crossed)


def test_an_upper_limit_that_some_have_crossed_already_is_crossed() -> None:
    picture = a_picture({"VR01": 101}, plan=three_regions(above=100))
    (signal,) = picture.signals
    assert (signal.what, str(signal.counted), picture.rows[0].crossed) == (SignalKind.CROSSED, "1 van 3", "te weinig")


def test_fewer_who_answer_make_no_trend() -> None:
    """300, then 200 because one is silent, then 100: that is no fall, and forecasts nothing."""
    picture = None
    for day, gave in enumerate((REGIONS, REGIONS[:2], REGIONS[:1])):
        answers = [an_answer(r, a_figure(r, 100, reference_date=date(2022, 6, 15 + day))) for r in gave]
        now = NOW - timedelta(days=2 - day)
        picture = draw_picture("asiel-2022", (Body.IAO, 1), three_regions(below=99), answers, picture, now)
        assert (picture.rows[0].a_day, picture.rows[0].change, picture.signals) == (None, None, ())


def test_a_total_that_nobody_gave_any_more_warns_of_nothing() -> None:
    crossed = a_picture({"VR01": 1, "VR02": 1, "VR03": 1})
    assert crossed.signals
    silent = a_picture({}, crossed)
    assert (silent.signals, silent.rows[0].a_day) == ((), None)


def test_a_region_is_in_the_total_by_all_of_its_parts() -> None:
    parts = [area("GM0001"), area("GM0002")]
    asked, territory = frozenset({"VR01", "GM0001", "GM0002"}), Territory(parts)
    cells = {
        code: Cell(value=Decimal(1), reference_date=NOW.date(), partner=code, source="x")
        for code in ("VR01", "GM0001", "GM0002")
    }

    def whole(*codes: str) -> str:
        return str(in_total(asked, {code: cells[code] for code in codes}, territory))

    assert (whole("VR01"), whole("GM0001", "GM0002"), whole("GM0001"), whole()) == ("3 van 3", "3 van 3", "1 van 3", "0 van 3")


def area(code: str) -> Area:
    return Area(code=code, name=code, region="VR01", province="PV20", as_of=NOW.date(), source="toets")


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
