"""The form on which a secretary writes down what came of a meeting: what was typed, and the outcome that is in it.

Fields: `direction`, `summary`, `next_meeting_at`; rows counted from one: `decisions.1.kind`, `decisions.1.text`,
`actions.1.title`, `actions.1.owner`, `actions.1.due_at`, `actions.1.priority`. Times are those of Europe/Amsterdam.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import ValidationError

from crisis.actions import Priority
from crisis.decisions import DecisionKind
from crisis.errors import InvalidInput
from crisis.meetings import Outcome
from crisis.record import AMSTERDAM, YEARS
from crisis.structure import Body
from integrations.wording.refusals import problems_in

MOST_ROWS = 50
"""How many decisions, and how many action items, one form holds at most."""
MORE = "more"
"""The name of the button that asks for more rows; its value says of which."""

Row = dict[str, str]
Problem = tuple[str, str]

_SINGLE = ("direction", "summary", "next_meeting_at")
_ROWS = {"decisions": ("kind", "text"), "actions": ("title", "owner", "due_at", "priority")}
_ORDER = ("direction", "summary", "decisions", "actions", "next_meeting_at")
_FRESH = {"priority": str(Priority.NORMAL)}
_ROW_FIELD = re.compile(r"(decisions|actions)\.([1-9][0-9]?)\.([a-z_]+)")
_TIME_FORMS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d-%m-%Y %H:%M")


@dataclass(frozen=True)
class OutcomeForm:
    """What was typed. Rows left empty are gone; those that follow have moved up."""

    fields: Row = field(default_factory=dict)
    decisions: tuple[Row, ...] = ()
    actions: tuple[Row, ...] = ()
    shown: Mapping[str, int] = field(default_factory=dict)
    """How many rows of each the page had."""
    unknown: tuple[str, ...] = ()
    """Fields that the form does not have."""


def typed(fields: Mapping[str, str]) -> OutcomeForm:
    """The form as it was sent."""
    rows: dict[str, dict[int, Row]] = {"decisions": {}, "actions": {}}
    unknown = []
    for name, value in fields.items():
        if place := _row_field(name):
            group, number, column = place
            rows[group].setdefault(number, {})[column] = value
        elif name not in (*_SINGLE, MORE):
            unknown.append(name)
    return OutcomeForm(
        fields={name: fields[name] for name in _SINGLE if name in fields},
        decisions=_filled(rows["decisions"]),
        actions=_filled(rows["actions"]),
        shown={group: max(numbered, default=0) for group, numbered in rows.items()},
        unknown=tuple(unknown),
    )


def outcome_in(form: OutcomeForm, body: Body) -> Outcome:
    """The outcome that was typed for a meeting of this body.

    Raises:
        InvalidInput: with every problem there is, each named by its field.

    """
    moments, problems = _moments(form)
    content: dict[str, object] = {
        **_given(form.fields),
        **_at(moments, "", "next_meeting_at"),
        "decisions": [_kind_of(body) | _given(row) for row in form.decisions],
        "actions": [{**_given(row), **_at(moments, f"actions.{n}.", "due_at")} for n, row in enumerate(form.actions, start=1)],
    }
    problems += [(name, "extra_forbidden") for name in form.unknown]
    try:
        outcome = Outcome.model_validate(content)
    except ValidationError as error:
        already = {name for name, _ in problems}
        problems += [problem for problem in problems_in(error) if problem[0] not in already]
    if problems:
        raise InvalidInput(problems=_in_form_order(problems))
    return outcome


def moment_in(text: str) -> datetime:
    """The moment that was typed, on the clocks of Europe/Amsterdam unless it names its own offset.

    Raises:
        ValueError: `datetime` or `no_such_time`, the reason in the words of the form.

    """
    moment = _parsed(text.strip())
    if moment.year not in YEARS:
        raise ValueError("datetime")
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    in_utc = moment.replace(tzinfo=AMSTERDAM).astimezone(UTC)
    if in_utc.astimezone(AMSTERDAM).replace(tzinfo=None) != moment:
        raise ValueError("no_such_time")
    return in_utc


def _parsed(text: str) -> datetime:
    for form in _TIME_FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the caller's to add
        except ValueError:
            continue
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise ValueError("datetime") from None
    return moment


def _row_field(name: str) -> tuple[str, int, str] | None:
    found = _ROW_FIELD.fullmatch(name)
    if found is None:
        return None
    group, number, column = found[1], int(found[2]), found[3]
    return (group, number, column) if column in _ROWS[group] and number <= MOST_ROWS else None


def _filled(rows: Mapping[int, Row]) -> tuple[Row, ...]:
    """The rows in which something was typed or chosen, in order."""
    return tuple(row for _, row in sorted(rows.items()) if _given(row).keys() - _untouched(row))


def _untouched(row: Row) -> set[str]:
    return {name for name, value in row.items() if _FRESH.get(name) == value}


def _given(fields: Row) -> Row:
    return {name: value for name, value in fields.items() if value.strip()}


def _kind_of(body: Body) -> Row:
    """What a decision of this body is when the form does not say: those who only advise are not asked."""
    return {} if body.may_decide else {"kind": str(DecisionKind.ADVICE)}


def _moments(form: OutcomeForm) -> tuple[dict[str, datetime], list[Problem]]:
    moments: dict[str, datetime] = {}
    problems: list[Problem] = []
    for name, text in _times_of(form):
        try:
            moments[name] = moment_in(text)
        except ValueError as why:
            problems.append((name, str(why)))
    return moments, problems


def _times_of(form: OutcomeForm) -> Iterable[tuple[str, str]]:
    named = {f"actions.{number}.due_at": row.get("due_at", "") for number, row in enumerate(form.actions, start=1)}
    named["next_meeting_at"] = form.fields.get("next_meeting_at", "")
    return [(name, text) for name, text in named.items() if text.strip()]


def _at(moments: Mapping[str, datetime], place: str, name: str) -> dict[str, datetime]:
    return {name: moments[place + name]} if place + name in moments else {}


def _in_form_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: _place(problem[0]))


def _place(name: str) -> tuple[int, int, int]:
    """Where a field stands on the form; what is not on it comes last."""
    if name in _SINGLE:
        return _ORDER.index(name), 0, 0
    if place := _row_field(name):
        group, number, column = place
        return _ORDER.index(group), number, _ROWS[group].index(column)
    return len(_ORDER), 0, 0
