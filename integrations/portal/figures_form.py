"""The numbers of a form as people type them, and what is asked as the page shows it (opgave)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from crisis.errors import InvalidInput
from crisis.figures import HIGHEST_VALUE, Figure, FigureKind
from crisis.giving import FigureState, GivenFigures, name_of
from crisis.plan import Plan
from crisis.remarks import checked_text
from crisis.thresholds import Indicator
from integrations.portal.voice import Voice
from integrations.register.form_answers import Sheet
from integrations.wording.kinds import KIND_WORDS

UNCHANGED = "unchanged"
"""What the one click sends."""
VALUE = "value."
"""What the name of the field of a number begins with."""

_NUMBER = re.compile(r"[0-9]{1,10}([.,][0-9]{1,6})?")
_THOUSANDS = re.compile(r"[0-9]+[.,][0-9]{3}")
"""Twelve thousand to one, and twelve with three decimals to another: never guessed."""
_LINE = re.compile(r"(\S+)(?:\s+([^\s=:]+))?\s*[\s=:]\s*(\S+)")


class NumberField(NamedTuple):
    """One number that is asked for."""

    name: str
    title: str
    unit: str
    definition: str
    before: str
    """What was given last, and about which date; nothing where there is none."""
    value: str
    """What stands in the field."""


def number_typed(text: str) -> Decimal:
    """A number as people write it, with a point or a comma before the decimals. Raises ValueError."""
    bare = text.replace(" ", "").replace("\u00a0", "")
    if not _NUMBER.fullmatch(bare) or _THOUSANDS.fullmatch(bare):
        raise ValueError("number")
    number = Decimal(bare.replace(",", "."))
    if number > HIGHEST_VALUE:
        raise ValueError("number")
    return number


def given_in(typed: Mapping[str, str]) -> GivenFigures:
    """What was filled in, or that one click says that nothing changed. Raises InvalidInput with every problem there is."""
    if UNCHANGED in typed:
        return GivenFigures(unchanged=True)
    values: dict[str, Decimal] = {}
    problems: list[tuple[str, str]] = []
    for field, text in typed.items():
        if field.startswith(VALUE) and text.strip():
            try:
                values[field.removeprefix(VALUE)] = number_typed(text)
            except ValueError as why:
                problems.append((field, str(why)))
    problems += [
        (field, "extra_forbidden") for field in typed if not field.startswith(VALUE) and field not in ("state", "remarks")
    ]
    state = typed.get("state", "")
    if state not in set(FigureState):
        problems.append(("state", "enum" if state else "missing"))
    remarks = typed.get("remarks", "").strip()
    if problems:
        raise InvalidInput(problems=problems)
    said = checked_text("remarks", remarks) if remarks else None
    return GivenFigures(values=values, state=FigureState(state), remarks=said)


def number_fields(
    sheet: Sheet, plan: Plan, voice: Voice, day: Mapping[str, str], typed: Mapping[str, str] | None
) -> list[NumberField]:
    """The numbers that are asked, with what was typed, or else what was given back, or before. `day` is its date in words."""
    of = {indicator.id: indicator for indicator in plan.indicators}
    back = {name_of((one.indicator, one.kind)): one for one in _given_back(sheet)}
    found = []
    for wanted in sheet.asked:
        indicator, name = of[wanted[0]], name_of(wanted)
        before = sheet.earlier.get(name)
        begins = back.get(name, before)
        found.append(
            NumberField(
                name=VALUE + name,
                title=title_of(indicator, wanted[1], voice),
                unit=indicator.unit,
                definition=indicator.definition,
                before=f"{voice.number(before.value)} ({day[name]})" if before else "",
                value=typed.get(VALUE + name, "") if typed is not None else _plain(begins.value) if begins else "",
            )
        )
    return found


def title_of(indicator: Indicator, kind: FigureKind, voice: Voice) -> str:
    """What a number is called on the page."""
    return f"{indicator.name}, {voice.kind_word(kind)}"


def recorded_lines(sheet: Sheet, plan: Plan, voice: Voice) -> list[str]:
    """What the partner's answer holds, a line each."""
    of = {indicator.id: indicator for indicator in plan.indicators}
    figures = sheet.answer.figures if sheet.answer else ()
    return [
        f"{title_of(of[one.indicator], one.kind, voice)}: {voice.number(one.value)} {one.unit}"
        for one in figures
        if one.indicator in of
    ]


def _given_back(sheet: Sheet) -> tuple[Figure, ...]:
    return sheet.answer.figures if sheet.answer and sheet.answer.returned else ()


def values_in(lines: str, plan: Plan) -> dict[str, Decimal]:
    """Numbers that were typed one per line: `cno-plaatsen gerealiseerd 150`. The kind may stay away where there is but one.

    Raises:
        InvalidInput: naming the line that cannot be read.

    """
    return dict(_line(number, line, plan) for number, line in enumerate(lines.splitlines(), 1) if line.strip())


def _line(number: int, line: str, plan: Plan) -> tuple[str, Decimal]:
    wrong = InvalidInput(problems=[("values", f"figure_line:{number}")])
    found = _LINE.fullmatch(line.strip())
    kinds = {one.id: one.kinds for one in plan.indicators}.get(found.group(1)) if found else None
    if found is None or kinds is None:
        raise wrong
    said = [kind for kind in kinds if found.group(2) in (None, str(kind), KIND_WORDS[kind])]
    try:
        (kind,) = said
        return name_of((found.group(1), FigureKind(kind))), number_typed(found.group(3))
    except ValueError:
        raise wrong from None


def _plain(value: Decimal) -> str:
    """As it can be typed again."""
    return f"{value.normalize():f}"
