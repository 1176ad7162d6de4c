"""A line over time as SVG, with the goal and the thresholds as lines of their own (verloop).

It is as wide as a phone shows of a page, so that its words can be read there. Two totals are joined only where they rest on the
same areas: else silence would look like a fall. The numbers always stand in a table beside it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from html import escape
from itertools import pairwise
from typing import NamedTuple

from crisis.record import Record
from crisis.signals import Point
from integrations.wording.charts import INK, LARGE, REALISED, SHOWN, SMALL, TARGET, WIDTH, number_text

PLOT, LEFT, RIGHT, LINE = 150, 62, 8, 16
"""Pixels: how tall the lines are, what stands beside them, and a line of words."""
LETTER, STUB = 7, 14
"""Pixels: of a letter at its widest, and of the line of a goal that holds from the last day."""
GRID, LIMIT = "#d5d9de", "#5a5a5a"
TICKS = 4
"""So many steps of the axis, or one more."""


class Level(Record):
    """A height that matters for as long as it held: a goal, or a threshold."""

    label: str
    """Nothing where the next has it."""
    value: Decimal
    since: date | None = None
    until: date | None = None
    """None: to the end of the drawing."""
    is_goal: bool = True


class _Frame:
    """Where a day and a number lie."""

    def __init__(self, points: Sequence[Point], levels: Sequence[Level], top: int) -> None:
        values = [*(point.value for point in points), *(level.value for level in levels)]
        self.ticks = ticks(min(values), max(values))
        self.first, self.last, self.top = points[0].on, points[-1].on, top

    def x(self, day: date) -> int:
        """From the left; what lies before the first or after the last is drawn at the edge."""
        days = min(max((day - self.first).days, 0), (self.last - self.first).days)
        return LEFT + round((WIDTH - LEFT - RIGHT) * days / (self.last - self.first).days)

    def y(self, value: Decimal) -> int:
        """From above."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.top + round(PLOT * (high - value) / (high - low))


def ticks(lowest: Decimal, highest: Decimal) -> list[Decimal]:
    """Round numbers from at or below the lowest to at or above the highest; from zero, unless all lies far above it."""
    low = Decimal() if 0 <= lowest <= highest / 2 else lowest
    step = _round_step((highest - low) / TICKS)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = max((highest / step).to_integral_value(ROUND_CEILING), first + 1)
    return [step * number for number in range(int(first), int(last) + 1)]


def line_chart(
    title: Sequence[str], legend: Sequence[str], points: Sequence[Point], levels: Sequence[Level], language: str
) -> str:
    """The points, two or more and in order of time, under these lines of words."""
    top = LINE * (len(title) + len(legend)) + 24
    frame = _Frame(points, levels, top)
    height = top + PLOT + 26
    bold = f'font-size="{LARGE}" font-weight="bold"'
    words = [_text(4, LINE * (n + 1) + 2, line, bold) for n, line in enumerate(title)]
    words += [_text(4, LINE * (len(title) + n + 1) + 4, line) for n, line in enumerate(legend)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH * SHOWN:g}"'
        f' height="{height * SHOWN:g}" font-family="Arial, sans-serif" font-size="{SMALL}">'
        f"<title>{escape(' '.join(title))}</title>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(words)}{_axes(frame, language)}'
        f"{''.join(_levels(levels, points, frame))}{_line(points, frame)}"
        f"{_latest(points[-1], levels, frame, language)}</svg>"
    )


def _round_step(least: Decimal) -> Decimal:
    """1, 2 or 5 with noughts: the first that is as large; 1 where there is no difference at all."""
    if least <= 0:
        return Decimal(1)
    ten = Decimal(1).scaleb(least.adjusted())
    return next(step * ten for step in map(Decimal, (1, 2, 5, 10)) if step * ten >= least)


def _axes(frame: _Frame, language: str) -> str:
    drawn = []
    for tick in frame.ticks:
        y = frame.y(tick)
        drawn.append(f'<path d="M{LEFT} {y}L{WIDTH - RIGHT} {y}" stroke="{GRID}" fill="none"/>')
        drawn.append(_text(LEFT - 6, y + 4, number_text(tick, language), 'text-anchor="end"'))
    under = frame.top + PLOT + 20
    ends = _text(LEFT, under, _day(frame.first, language)) + _text(
        WIDTH - RIGHT, under, _day(frame.last, language), 'text-anchor="end"'
    )
    return "".join(drawn) + ends


class _Box(NamedTuple):
    """Where words stand."""

    left: int
    under: int
    long: int

    def is_crossed_by(self, x1: int, y1: int, x2: int, y2: int) -> bool:
        """Whether a straight line runs through the words, or touches them."""
        steps = max(abs(x2 - x1), abs(y2 - y1), 1)
        at = ((x1 + (x2 - x1) * n // steps, y1 + (y2 - y1) * n // steps) for n in range(steps + 1))
        return any(self.left - 4 <= x <= self.left + self.long + 4 and self.under - 12 <= y <= self.under + 4 for x, y in at)

    def lies_on(self, other: "_Box") -> bool:
        """Whether it covers other words."""
        beside = self.left + self.long < other.left or other.left + other.long < self.left
        return not beside and abs(self.under - other.under) < 14


def _levels(levels: Sequence[Level], points: Sequence[Point], frame: _Frame) -> Iterator[str]:
    """Each as a line with its name where nothing runs through it, if there is such a place."""
    lines = [(*_ends(level, frame), frame.y(level.value)) for level in levels]
    runs = [(start, y, end, y) for start, end, y in lines]
    at = [(frame.x(point.on), frame.y(point.value)) for point in points]
    runs += [(*one, *next_) for one, next_ in zip(at, at[1:] or at, strict=False)]
    taken: list[_Box] = []
    for level, (start, end, y) in zip(levels, lines, strict=True):
        colour, dashes = (TARGET, "8 4") if level.is_goal else (LIMIT, "2 3")
        yield f'<path d="M{start} {y}L{end} {y}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}" fill="none"/>'
        if level.label:
            places = list(_places(level, start, end, y))
            clear = (
                place for place in places if not any(place.is_crossed_by(*run) for run in runs if run != (start, y, end, y))
            )
            box = next((place for place in clear if not any(map(place.lies_on, taken))), places[0])
            taken.append(box)
            yield _text(box.left, box.under, level.label, ink=colour)


def _ends(level: Level, frame: _Frame) -> tuple[int, int]:
    """From where to where its line runs; a goal of the last day alone is a short line to the edge."""
    start, end = frame.x(level.since or frame.first), frame.x(level.until or frame.last)
    return (end - STUB, end) if start == end == WIDTH - RIGHT else (start, end)


def _places(level: Level, start: int, end: int, y: int) -> Iterator[_Box]:
    """Where its name may stand, the best first: above or under its line, on the left, in the middle or on the right."""
    long = LETTER * len(level.label)
    widest = WIDTH - RIGHT - long
    lefts = (start + 8, (start + end - long) // 2, end - long - 8)
    for under in (y - 5, y + 14):
        yield from (_Box(min(max(left, LEFT), widest), under, long) for left in lefts)


def _line(points: Sequence[Point], frame: _Frame) -> str:
    at = {point.on: (frame.x(point.on), frame.y(point.value)) for point in points}
    joined = [(at[a.on], at[b.on]) for a, b in pairwise(points) if a.areas == b.areas]
    path = "".join(f"M{x1} {y1}L{x2} {y2}" for (x1, y1), (x2, y2) in joined)
    drawn = f'<path d="{path}" stroke="{REALISED}" stroke-width="2.5" fill="none"/>' if path else ""
    fills = {point.on: REALISED if point.areas == points[-1].areas else "#ffffff" for point in points}
    dots = (
        f'<circle cx="{x}" cy="{y}" r="4" fill="{fills[on]}" stroke="{REALISED}" stroke-width="2"/>'
        for on, (x, y) in at.items()
    )
    return drawn + "".join(dots)


def _latest(point: Point, levels: Sequence[Level], frame: _Frame, language: str) -> str:
    """The last total in letters, above its dot; under it where a line runs there."""
    how, y = 'font-weight="bold" text-anchor="end"', frame.y(point.value)
    is_crowded = any(y - 26 <= frame.y(level.value) <= y for level in levels if level.until is None)
    return _text(WIDTH - RIGHT, y + 20 if is_crowded else y - 9, number_text(point.value, language), how, REALISED)


def _text(x: int, y: int, words: str, how: str = "", ink: str = INK) -> str:
    return f'<text x="{x}" y="{y}"{" " if how else ""}{how} fill="{ink}">{escape(words)}</text>'


def _day(day: date, language: str) -> str:
    return f"{day:%d-%m-%Y}" if language == "nl" else day.isoformat()
