"""What the figures warn of: a threshold that is crossed, will be, or comes nearer; and whether to scale up or down (signalen).

A trend is the straight line through the last points that rest on the same sources (least squares): it says where a number is
going if nothing changes, and no more. What is not known warns of nothing, and reassures nobody: a total that lacks areas can
only be higher than it looks, so it may have crossed an upper limit, and not a lower one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING

from crisis.figures import FigureKind
from crisis.record import Line, Record
from crisis.structure import Body, highest
from crisis.totals import Completeness

if TYPE_CHECKING:
    from crisis.thresholds import Indicator, Threshold

MOST_POINTS = 6
"""So many pictures a trend looks back."""
CALM_PICTURES = 2
"""So many pictures in a row without any warning before scaling down is advised (E05: not too fast)."""
KNOWN_ENOUGH = Decimal("0.9")
"""The share of the sources without which silence could hide a crossing."""


class Point(Record):
    """A total on a date, and the areas that it rests on."""

    on: date
    value: Decimal
    areas: str
    """Digest of their codes: only totals of the same areas can be compared, else silence would look like a fall."""


def comparable(points: Sequence[Point]) -> tuple[Point, ...]:
    """The last points that rest on the same areas as the latest."""
    return tuple(point for point in points if point.areas == points[-1].areas)[-MOST_POINTS:]


def slope(points: Sequence[Point]) -> Decimal | None:
    """How much the number changes a day; None for fewer than two dates."""
    days = [Decimal((point.on - points[0].on).days) for point in points]
    if len(set(days)) < 2:
        return None
    middle = sum(days, Decimal()) / len(days)
    mean = sum((point.value for point in points), Decimal()) / len(points)
    rise = sum(((day - middle) * (point.value - mean) for day, point in zip(days, points, strict=True)), Decimal())
    return rise / sum(((day - middle) ** 2 for day in days), Decimal())


class SignalKind(StrEnum):
    """How near a threshold is."""

    CROSSED = "overschreden"
    FORECAST = "wordt overschreden"
    NEARER = "komt dichterbij"
    NOT_KNOWN = "niet te zeggen"
    """It looks as if a lower limit is crossed or will be, but not all gave their figure: the total may well be higher."""

    @property
    def warns(self) -> bool:
        """Whether the threshold is crossed, or will be if it goes on like this."""
        return self in {SignalKind.CROSSED, SignalKind.FORECAST}


class Signal(Record):
    """What an indicator warns of."""

    what: SignalKind
    indicator: str
    name: Line
    unit: Line
    kind: FigureKind
    value: Decimal
    limit: Decimal
    text: Line
    """As the plan has it."""
    on: date | None = None
    """The day on which it will be crossed, if it goes on like this."""
    scale_up_to: Body | None = None
    counted: Completeness | None = None
    """How many of the areas that were asked make up the value, where it is not all: it is more than this, or the same."""

    @property
    def is_decided(self) -> bool:
        """Whether it can be said how near the threshold is."""
        return self.what is not SignalKind.NOT_KNOWN


def signals(
    indicator: "Indicator", kind: FigureKind, points: Sequence[Point], counted: Completeness | None = None
) -> Iterator[Signal]:
    """What the latest of these points warns of, by the thresholds of its indicator; nothing where there is no point.

    `counted` is how many of the areas that were asked make up the latest point; None: all of them.
    """
    lacking = counted if counted and not counted.is_all else None
    for threshold in indicator.thresholds:
        if points and threshold.kind is kind:
            what, on = _nearness(threshold, comparable(points), indicator.forecast_days)
            if lacking and threshold.needs_all:
                what, on = (SignalKind.NOT_KNOWN if what and what.warns else None), None
            if what:
                yield Signal(
                    what=what,
                    indicator=indicator.id,
                    name=indicator.name,
                    unit=indicator.unit,
                    kind=kind,
                    value=points[-1].value,
                    limit=threshold.limit,
                    text=threshold.signal,
                    on=on,
                    scale_up_to=threshold.scale_up_to,
                    counted=lacking,
                )


def _nearness(threshold: "Threshold", points: Sequence[Point], horizon: int) -> tuple[SignalKind | None, date | None]:
    latest = points[-1]
    if threshold.is_crossed_by(latest.value):
        return SignalKind.CROSSED, None
    a_day = slope(points)
    if a_day is None or not threshold.is_nearer(a_day):
        return None, None
    days = (threshold.limit - latest.value) / a_day
    if days > horizon:
        return SignalKind.NEARER, None
    return SignalKind.FORECAST, latest.on + timedelta(days=ceil(days) or 1)


class Course(StrEnum):
    """Which way the figures point. It is advice: a body decides."""

    UP = "opschalen"
    PREPARE = "opschaling voorbereiden"
    STAY = "zo blijven"
    DOWN = "afschalen"


class Why(StrEnum):
    """Why the figures point that way."""

    CROSSED = "drempel overschreden"
    FORECAST = "drempel wordt overschreden"
    RUNS_OUT = "de opvang raakt vol"
    MAY_RUN_OUT = "de opvang kan vol raken"
    NOT_KNOWN = "te weinig bekend"
    NOT_LONG = "nog niet lang genoeg rustig"
    CALM = "geen drempel overschreden en geen in zicht"


class Reason(Record):
    """One of the reasons, with what it rests on."""

    why: Why
    signal: Signal | None = None
    detail: str = ""
    on: date | None = None


class ScalingAdvice(Record):
    """Whether to scale up or down, as far as the figures say (advies op- of afschalen)."""

    course: Course
    body: Body | None = None
    """Which body to bring in, or to let go."""
    reasons: tuple[Reason, ...]


def advise(
    found: Iterable[Signal],
    unknown: Sequence[str],
    calm_before: int,
    levels: frozenset[Body],
    runs_out: date | None = None,
    may_run_out: date | None = None,
) -> ScalingAdvice:
    """What follows from these signals.

    `unknown` names the indicators with a threshold of which too little is known, `calm_before` how many pictures in a row had
    no warning, `levels` the active bodies, `runs_out` the day on which the balance expects reception to be full, `may_run_out`
    the same for the highest growth that was seen.
    """
    warnings = [signal for signal in found if signal.what.warns]
    reasons = [_reason(signal) for signal in warnings]
    if runs_out or may_run_out:
        reasons.append(Reason(why=Why.RUNS_OUT if runs_out else Why.MAY_RUN_OUT, on=runs_out or may_run_out))
    for course, what in ((Course.UP, SignalKind.CROSSED), (Course.PREPARE, SignalKind.FORECAST)):
        wanted = {s.scale_up_to for s in warnings if s.what is what and s.scale_up_to} - levels
        if wanted:
            return ScalingAdvice(course=course, body=highest(wanted), reasons=tuple(reasons))
    if reasons:
        return ScalingAdvice(course=Course.STAY, reasons=tuple(reasons))
    if unknown:
        return ScalingAdvice(course=Course.STAY, reasons=(Reason(why=Why.NOT_KNOWN, detail=", ".join(unknown)),))
    if calm_before + 1 < CALM_PICTURES or not levels:
        return ScalingAdvice(course=Course.STAY, reasons=(Reason(why=Why.NOT_LONG if levels else Why.CALM),))
    return ScalingAdvice(course=Course.DOWN, body=highest(levels), reasons=(Reason(why=Why.CALM),))


def _reason(signal: Signal) -> Reason:
    why = Why.CROSSED if signal.what is SignalKind.CROSSED else Why.FORECAST
    return Reason(why=why, signal=signal, on=signal.on)
