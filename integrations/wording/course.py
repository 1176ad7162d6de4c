"""How the main indicators went over the pictures so far (verloop): a line beside its goal, in words, and the numbers.

Main is what has a goal or a threshold. The points are the totals that the picture holds of those before it.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from textwrap import wrap

from crisis.figures import FigureKind
from crisis.picture_rows import PictureRow
from crisis.plan import Plan
from crisis.signals import Point
from crisis.situation import Picture
from crisis.thresholds import Indicator
from integrations.wording.document import Block, Heading, Image
from integrations.wording.dossier_parts import Wording
from integrations.wording.lines import Level, line_chart, ticks
from integrations.wording.picture_words import plain_table

FEWEST = 2
"""With fewer points there is no line."""
CHARACTERS = 44, 58
"""What fits in a line of the title and of the legend."""


def course(picture: Picture, plan: Plan, language: str = "nl") -> Iterator[Block]:
    """A chart and its numbers for every main indicator of which there are two totals or more."""
    words = Wording(plan, language)
    drawn = [block for indicator in plan.indicators for block in _of(indicator, picture, words)]
    if drawn:
        yield Heading(level=2, text=words.say("Verloop"))
        yield from drawn


def _of(indicator: Indicator, picture: Picture, words: Wording) -> Iterator[Block]:
    rows = {row.kind: row for row in picture.rows if row.indicator == indicator.id}
    shown = rows.get(FigureKind.REALISED) or next((row for kind, row in rows.items() if kind is not FigureKind.TARGET), None)
    goal = rows.get(FigureKind.TARGET)
    if shown is None or len(shown.points) < FEWEST or not (goal or indicator.thresholds):
        return
    goals = goal.points if goal else ()
    levels = [*_goals(goals, words), *_limits(indicator, shown, words)]
    title = wrap(f"{words.figure(shown)}, {shown.unit}", CHARACTERS[0])
    legend = [line for told in _legend(shown, levels, words) for line in wrap(told, CHARACTERS[1])]
    yield Image(svg=line_chart(title, legend, shown.points, levels, words.language), words=_in_words(shown, goals, words))
    yield plain_table(*_numbers(shown, goals, words)).model_copy(update={"is_beside": True})


def _goals(goals: Sequence[Point], words: Wording) -> Iterator[Level]:
    """Every goal from its date until the next; the last two that differ are named."""
    changes = [now for now, then in pairwise(goals) if now.value != then.value]
    named = {point.on for point in (*changes[-1:], *goals[-1:])}
    for now, then in zip_longest(goals, goals[1:]):
        label = words.say("doel {number}", number=words.number(now.value)) if now.on in named else ""
        yield Level(label=label, value=now.value, since=now.on, until=then.on if then else None)


def _limits(indicator: Indicator, shown: PictureRow, words: Wording) -> Iterator[Level]:
    for limit in sorted({one.limit for one in indicator.thresholds if one.kind is shown.kind}):
        yield Level(label=words.say("drempel {number}", number=words.number(limit)), value=limit, is_goal=False)


def _legend(shown: PictureRow, levels: Sequence[Level], words: Wording) -> Iterator[str]:
    values = [*(point.value for point in shown.points), *(level.value for level in levels)]
    if any(point.areas != shown.points[-1].areas for point in shown.points):
        yield words.say("Open rondje: rust op andere gebieden dan het laatste.")
    if ticks(min(values), max(values))[0] > 0:
        yield words.say("De as begint niet bij nul.")


def _in_words(shown: PictureRow, goals: Sequence[Point], words: Wording) -> str:
    first, last = shown.points[0], shown.points[-1]
    told = words.say(
        "{figure}: van {before} op {first} naar {after} op {last}",
        figure=words.figure(shown),
        before=words.number(first.value),
        first=words.day(first.on),
        after=f"{words.number(last.value)} {shown.unit}",
        last=words.day(last.on),
    )
    goal = f"; {words.say('doel {number}', number=words.number(goals[-1].value))}" if goals else ""
    gaps = any(before.areas != after.areas for before, after in pairwise(shown.points))
    other = f" {words.say('Niet alle totalen rusten op dezelfde gebieden.')}" if gaps else ""
    return f"{told}{goal}. {words.say('De getallen staan eronder.')}{other}"


def _numbers(shown: PictureRow, goals: Sequence[Point], words: Wording) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The same as a table: day, total, the goal that held then, and whether it rests on the areas of the last."""
    header = (words.say("Peildatum"), words.kind(shown.kind), words.kind(FigureKind.TARGET), words.say("Rust op"))
    rows: list[tuple[str, ...]] = []
    for point in shown.points:
        goal = next((one.value for one in reversed(goals) if one.on <= point.on), None)
        same = "dezelfde gebieden" if point.areas == shown.points[-1].areas else "andere gebieden"
        rows.append(
            (words.day(point.on), words.number(point.value), words.number(goal) if goal is not None else "–", words.say(same))
        )
    return header, rows
