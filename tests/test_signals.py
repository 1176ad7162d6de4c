"""What the figures warn of, and which way they point."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.figures import FigureKind
from crisis.signals import CALM_PICTURES, Course, Point, Signal, SignalKind, Why, advise, signals, slope
from crisis.structure import Body
from crisis.thresholds import Indicator, Threshold
from crisis.totals import Completeness

START = date(2022, 6, 17)


def residents(**limit: object) -> Indicator:
    threshold = Threshold.model_validate({"kind": "observed", "above": 42_000, "signal": "vol"} | limit)
    return Indicator(id="coa", name="Bewoners", unit="personen", definition="Wie er woont.", thresholds=(threshold,))


def points(*values: float, every: int = 7, areas: str = "NL") -> list[Point]:
    return [
        Point(on=START + timedelta(days=every * n), value=Decimal(str(value)), areas=areas) for n, value in enumerate(values)
    ]


def found(indicator: Indicator, given_points: list[Point]) -> list[Signal]:
    return list(signals(indicator, FigureKind.OBSERVED, given_points))


def test_a_value_beyond_the_limit_has_crossed_it() -> None:
    (signal,) = found(residents(), points(42_001))
    assert (signal.what, signal.text, signal.on) == (SignalKind.CROSSED, "vol", None)
    assert (signal.value, signal.limit) == (Decimal(42_001), Decimal(42_000))
    assert found(residents(), points(42_000)) == []


def test_a_trend_names_the_day_on_which_the_limit_is_crossed() -> None:
    """41,000 with 50 a day more: 1,000 are 20 days."""
    (signal,) = found(residents(), points(40_650, 41_000))
    assert (signal.what, signal.on) == (SignalKind.FORECAST, START + timedelta(days=7 + 20))


def test_a_trend_that_crosses_beyond_the_horizon_only_comes_nearer() -> None:
    (signal,) = found(residents(), points(40_993, 41_000))
    assert (signal.what, signal.on) == (SignalKind.NEARER, None)


def test_a_lower_limit_is_neared_by_falling() -> None:
    lower = residents(above=None, below=1000)
    (signal,) = found(lower, points(1400, 1200))
    assert (signal.what, signal.on) == (SignalKind.FORECAST, START + timedelta(days=14))
    assert found(lower, points(1200, 1400)) == []
    assert found(lower, points(999))[0].what is SignalKind.CROSSED


def test_of_a_total_that_lacks_areas_only_the_upper_limit_is_certain() -> None:
    some = Completeness(answered=20, asked=25)
    (above,) = signals(residents(), FigureKind.OBSERVED, points(42_001), some)
    assert (above.what, above.counted) == (SignalKind.CROSSED, some)
    lower = residents(above=None, below=1000)
    for falling, what in (
        (points(999), [SignalKind.NOT_KNOWN]),
        (points(1400, 1200), [SignalKind.NOT_KNOWN]),
        (points(1400), []),
    ):
        found_now = list(signals(lower, FigureKind.OBSERVED, falling, some))
        assert [(signal.what, signal.on) for signal in found_now] == [(one, None) for one in what]
    assert found(lower, points(999)) == list(
        signals(lower, FigureKind.OBSERVED, points(999), Completeness(answered=25, asked=25))
    )


def test_one_point_or_one_day_is_no_trend() -> None:
    assert slope(points(1)) is None
    assert slope(points(1, 5, every=0)) is None
    assert found(residents(), points(41_999)) == []


def test_a_total_of_other_areas_is_no_part_of_the_trend() -> None:
    """Twenty regions and then twenty-five: that is no growth."""
    fewer = points(30_000, areas="twintig")
    later = Point(on=START + timedelta(days=7), value=Decimal(41_000), areas="vijfentwintig")
    assert found(residents(), [*fewer, later]) == []


def test_another_kind_of_figure_warns_of_nothing() -> None:
    assert list(signals(residents(), FigureKind.TARGET, points(99_999))) == []


@given(st.integers(-1000, 1000), st.integers(2, 6), st.integers(1, 30))
def test_the_slope_of_a_straight_line_is_its_slope(a_day: int, number: int, every: int) -> None:
    line = points(*(a_day * every * n for n in range(number)), every=every)
    assert slope(line) == pytest.approx(Decimal(a_day), abs=Decimal("1e-15"))


@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=6))
def test_a_forecast_lies_after_the_last_date_and_within_the_horizon(values: list[int]) -> None:
    given_points = points(*values)
    for signal in found(residents(), given_points):
        if signal.what is SignalKind.FORECAST:
            assert signal.on
            days = (signal.on - given_points[-1].on).days
            assert 1 <= days <= residents().forecast_days


CROSSED = Signal(
    what=SignalKind.CROSSED,
    indicator="coa",
    name="Bewoners",
    unit="personen",
    kind=FigureKind.OBSERVED,
    value=Decimal(42_001),
    limit=Decimal(42_000),
    text="vol",
    scale_up_to=Body.MCCB,
)
FORECAST = CROSSED.model_copy(update={"what": SignalKind.FORECAST, "on": START})
NEARER = CROSSED.model_copy(update={"what": SignalKind.NEARER})
ALL_LEVELS = frozenset(Body)


def test_a_limit_that_is_crossed_asks_for_the_body_that_the_plan_names() -> None:
    advice = advise([CROSSED], [], 0, frozenset({Body.IAO}))
    assert (advice.course, advice.body, advice.reasons[0].why) == (Course.UP, Body.MCCB, Why.CROSSED)
    assert advice.reasons[0].signal == CROSSED


def test_a_limit_that_will_be_crossed_asks_to_prepare() -> None:
    advice = advise([FORECAST], [], 0, frozenset({Body.IAO}))
    assert (advice.course, advice.body, advice.reasons[0].on) == (Course.PREPARE, Body.MCCB, START)


@pytest.mark.parametrize("signal", [CROSSED, FORECAST])
def test_a_body_that_is_active_already_stays(signal: Signal) -> None:
    advice = advise([signal], [], CALM_PICTURES, ALL_LEVELS)
    assert (advice.course, advice.body) == (Course.STAY, None)
    assert advice.reasons


def test_a_limit_without_a_body_is_a_warning_and_no_more() -> None:
    warning = CROSSED.model_copy(update={"scale_up_to": None})
    assert advise([warning], [], CALM_PICTURES, frozenset({Body.IAO})).course is Course.STAY


def test_calm_has_to_last_before_the_highest_body_is_let_go() -> None:
    assert advise([NEARER], [], 0, ALL_LEVELS).reasons[0].why is Why.NOT_LONG
    advice = advise([], [], CALM_PICTURES - 1, ALL_LEVELS)
    assert (advice.course, advice.body, advice.reasons[0].why) == (Course.DOWN, Body.MCCB, Why.CALM)


def test_what_cannot_be_said_asks_for_no_body() -> None:
    unknown = CROSSED.model_copy(update={"what": SignalKind.NOT_KNOWN})
    assert advise([unknown], ["Bewoners"], 0, frozenset({Body.IAO})).course is Course.STAY


def test_what_is_not_known_reassures_nobody() -> None:
    advice = advise([], ["Bewoners"], CALM_PICTURES, ALL_LEVELS)
    assert (advice.course, advice.reasons[0].why, advice.reasons[0].detail) == (Course.STAY, Why.NOT_KNOWN, "Bewoners")


def test_reception_that_fills_up_is_a_reason_not_to_scale_down() -> None:
    advice = advise([], [], CALM_PICTURES, ALL_LEVELS, START)
    assert (advice.course, advice.reasons[0].why, advice.reasons[0].on) == (Course.STAY, Why.RUNS_OUT, START)


def test_where_no_body_is_active_there_is_none_to_let_go() -> None:
    assert advise([], [], CALM_PICTURES, frozenset()).course is Course.STAY
