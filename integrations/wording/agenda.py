"""The agenda of a meeting as people read it (R16)."""

from collections.abc import Sequence
from typing import NamedTuple

from crisis.agenda import AgendaItem, Point, Subject
from crisis.plan import Plan
from integrations.wording.english import said
from integrations.wording.times import moment_text


class AgendaLines(NamedTuple):
    """A heading, and a line for each point."""

    heading: str
    lines: tuple[str, ...]


def agenda_text(agenda: Sequence[AgendaItem], plan: Plan, language: str) -> tuple[AgendaLines, ...]:
    """The headings in their order, with what is to be spoken of under each."""
    return tuple(
        AgendaLines(said(item.heading, language), tuple(_line(point, plan, language) for point in item.points))
        for item in agenda
    )


def _line(point: Point, plan: Plan, language: str) -> str:
    parts = [said(point.subject, language)]
    if point.numbers:
        words = "nummers {number}" if len(point.numbers) > 1 else "nummer {number}"
        parts.append(said(words, language, number=", ".join(map(str, point.numbers))))
    parts += filter(None, [_detail(point, plan, language)])
    parts += [moment_text(point.at, language)] if point.at else []
    line = ", ".join(parts)
    return line[0].upper() + line[1:]


def _detail(point: Point, plan: Plan, language: str) -> str:
    """What `crisis.agenda` noted by key, by name."""
    match point.subject:
        case Subject.PICTURE:
            answered, _, asked = point.detail.partition(" van ")
            return said("{answered} van {asked}", language, answered=answered, asked=asked)
        case Subject.MISSING:
            return _partners(point.detail.split(", "), plan, language)
        case Subject.CAME_BACK:
            person, _, answer = point.detail.partition(": ")
            return f"{_person(person, plan)}: {said(answer, language)}"
        case Subject.UNANSWERED:
            return _person(point.detail, plan)
        case _:
            return point.detail


def _partners(keys: Sequence[str], plan: Plan, language: str) -> str:
    """By name while that is short; else how many, for the picture below names them all."""
    if len(keys) > NAMED:
        return said("{count} van {asked}", language, count=len(keys), asked=len(plan.partners))
    names = {partner.id: partner.name for partner in plan.partners}
    return ", ".join(names.get(key, key) for key in keys)


NAMED = 5
"""So many partners are named on the agenda."""


def _person(key: str, plan: Plan) -> str:
    return plan.people[key].name if key in plan.people else key
