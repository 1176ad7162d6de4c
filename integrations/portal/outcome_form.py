"""The form on which a secretary writes down what came of a meeting: what was typed, and the outcome that is in it.

Single fields: `direction`, `summary`, `next_meeting_at`, `chair`, `successor`, `ends_by`. Rows are counted from one:
`decisions.1.text`, `actions.1.owner`, `present.1.name`; a box in a row is ticked by a field of its own
(`decisions.1.addressees.liaison-coa`), and the new owner of action item 3 is `handover.3`. Times are those of Europe/Amsterdam.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from crisis.actions import ActionKind, NewAction, Priority
from crisis.attendance import Capacity, Present
from crisis.decisions import DecisionKind, DecisionStage, NewDecision, Secrecy
from crisis.errors import InvalidInput
from crisis.measures import Measure
from crisis.meetings import Outcome
from crisis.record import AMSTERDAM, YEARS
from crisis.structure import Body
from integrations.wording.problems import problems_in

MOST_ROWS = 50
"""How many decisions, and how many action items, one form holds at most."""
MORE = "more"
"""The name of the button that asks for more rows; its value says of which."""
TICKED = "ja"

Row = dict[str, str]
Problem = tuple[str, str]

_SINGLE = ("direction", "summary", "chair", "successor", "ends_by", "next_meeting_at")
_TICKED_LISTS = ("addressees", "against")
_MEASURE = tuple(Measure.model_fields)
_ROWS: dict[str, tuple[str, ...]] = {
    "decisions": (*(name for name in NewDecision.model_fields if name != "measure"), *(n for n in _MEASURE if n != "kind")),
    "actions": tuple(NewAction.model_fields),
    "present": tuple(Present.model_fields),
}
_MOMENTS = {
    "decisions": ("effective_at", "review_at", "public_at", "by"),
    "actions": ("due_at",),
    "present": ("since", "until"),
}
_ORDER = (
    "direction",
    "summary",
    "chair",
    "present",
    "decisions",
    "actions",
    "scale_down",
    "successor",
    "ends_by",
    "next_meeting_at",
)
_FRESH: dict[str, dict[str, str]] = {
    "decisions": {"stage": DecisionStage.FINAL, "secrecy": Secrecy.CONFIDENTIAL},
    "actions": {"priority": Priority.NORMAL, "kind": ActionKind.ACTION},
    "present": {"capacity": Capacity.MEMBER},
}
"""What a row begins with: it does not say that somebody filled it in."""
_ROW_FIELD = re.compile(r"(decisions|actions|present)\.([1-9][0-9]?)\.([a-z_]+)(?:\.([a-z][a-z0-9-]{1,39}))?")
_GATE = ("successor", "ends_by")
_HANDOVER = re.compile(r"handover\.([1-9][0-9]{0,5})")
_TIME_FORMS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d-%m-%Y %H:%M")
_FORM_TIME = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class OutcomeForm:
    """What was typed. Rows left empty are gone; those that follow have moved up."""

    fields: Row = field(default_factory=dict)
    decisions: tuple[Row, ...] = ()
    actions: tuple[Row, ...] = ()
    present: tuple[Row, ...] = ()
    handover: Row = field(default_factory=dict)
    """The new owner, by the number of the action item."""
    shown: Mapping[str, int] = field(default_factory=dict)
    """How many rows of each the page had."""
    unknown: tuple[str, ...] = ()
    """Fields that the form does not have."""

    def rows(self) -> Iterator[tuple[str, int, Row]]:
        """Every row, with its group and its place."""
        for group in _ROWS:
            yield from ((group, number, row) for number, row in enumerate(getattr(self, group), start=1))


def typed(fields: Mapping[str, str]) -> OutcomeForm:
    """The form as it was sent."""
    rows: dict[str, dict[int, Row]] = {group: {} for group in _ROWS}
    handover, unknown = {}, []
    for name, value in fields.items():
        if place := _row_field(name):
            group, number, column = place
            rows[group].setdefault(number, {})[column] = value
        elif found := _HANDOVER.fullmatch(name):
            handover[found[1]] = value
        elif name not in (*_SINGLE, MORE):
            unknown.append(name)
    return OutcomeForm(
        fields={name: fields[name] for name in _SINGLE if name in fields},
        **{group: _filled(group, numbered) for group, numbered in rows.items()},
        handover=handover,
        shown={group: max(numbered, default=0) for group, numbered in rows.items()},
        unknown=tuple(unknown),
    )


def outcome_in(form: OutcomeForm, body: Body) -> Outcome:
    """The outcome that was typed for a meeting of this body.

    Raises:
        InvalidInput: with every problem there is, each named by its field.

    """
    moments, problems = _moments(form)
    problems += [(name, "extra_forbidden") for name in form.unknown]
    content: dict[str, Any] = {
        **_given({name: value for name, value in form.fields.items() if name not in (*_GATE, "next_meeting_at")}),
        **_at(moments, "", ("next_meeting_at",)),
        **_scale_down(form),
        "decisions": [_decision(row, number, body, moments, problems) for number, row in enumerate(form.decisions, start=1)],
        "actions": [_row("actions", row, number, moments) for number, row in enumerate(form.actions, start=1)],
        "present": [_row("present", row, number, moments) for number, row in enumerate(form.present, start=1)],
    }
    try:
        outcome = Outcome.model_validate(content)
    except ValidationError as error:
        already = {name for name, _ in problems}
        found = [(as_typed(name), why) for name, why in problems_in(error)]
        problems += [problem for problem in found if problem[0] not in already]
    if problems:
        raise InvalidInput(problems=_in_form_order(problems))
    return outcome


def fields_of(outcome: Outcome) -> Row:
    """An outcome as the fields of this form: what was typed, once more."""
    single = {"direction": str(outcome.direction), "summary": outcome.summary, "chair": outcome.chair}
    fields = {name: value for name, value in single.items() if value}
    if outcome.next_meeting_at:
        fields["next_meeting_at"] = typed_moment(outcome.next_meeting_at)
    if outcome.scale_down:
        fields["successor"] = outcome.scale_down.successor
        fields |= {"ends_by": str(outcome.scale_down.ends_by)} if outcome.scale_down.ends_by else {}
        fields |= {f"handover.{number}": owner for number, owner in outcome.scale_down.handover.items()}
    for group in _ROWS:
        for number, one in enumerate(getattr(outcome, group), start=1):
            fields |= {f"{group}.{number}.{name}": value for name, value in _typed_row(dict(one))}
    return fields


def _typed_row(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        match value:
            case None | False | ():
                continue
            case True:
                yield name, TICKED
            case datetime():
                yield name, typed_moment(value)
            case Measure():
                yield from _typed_row({key: part for key, part in dict(value).items() if key != "kind"})
            case tuple() if name in _TICKED_LISTS:
                yield from ((f"{name}.{one}", TICKED) for one in value)
            case tuple():
                yield name, ", ".join(map(str, value))
            case _:
                yield name, str(value)


def typed_moment(moment: datetime) -> str:
    """As a browser types it, on the clocks of Europe/Amsterdam."""
    return moment.astimezone(AMSTERDAM).strftime(_FORM_TIME)


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
    group, number, column, key = found[1], int(found[2]), found[3], found[4]
    if column not in _ROWS[group] or number > MOST_ROWS or bool(key) != (column in _TICKED_LISTS):
        return None
    return group, number, f"{column}.{key}" if key else column


def _filled(group: str, rows: Mapping[int, Row]) -> tuple[Row, ...]:
    """The rows in which something was typed or chosen, in order; of those who might have been there, those who were."""
    if group == "present":
        return tuple(row for _, row in sorted(rows.items()) if row.get("name", "").strip())
    return tuple(row for _, row in sorted(rows.items()) if _given(row).keys() - _untouched(group, row))


def _untouched(group: str, row: Row) -> set[str]:
    return {name for name, value in row.items() if _FRESH[group].get(name) == value}


def _given(fields: Row) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value.strip()}


def _row(group: str, row: Row, number: int, moments: Mapping[str, datetime]) -> dict[str, Any]:
    given = {name: value for name, value in _given(row).items() if name not in _MOMENTS[group]}
    return given | _at(moments, f"{group}.{number}.", _MOMENTS[group])


def _decision(row: Row, number: int, body: Body, moments: Mapping[str, datetime], problems: list[Problem]) -> dict[str, Any]:
    """A decision as its fields have it: lists gathered, the measure apart; those who only advise are not asked for the kind."""
    given: dict[str, Any] = ({} if body.may_decide else {"kind": DecisionKind.ADVICE}) | _row("decisions", row, number, moments)
    for name in _TICKED_LISTS:
        given[name] = [column.partition(".")[2] for column in row if column.startswith(f"{name}.")]
        given = {column: value for column, value in given.items() if not column.startswith(f"{name}.")}
    if "rests_on" in given:
        try:
            given["rests_on"] = [int(part) for part in re.split(r"[\s,;]+", str(given["rests_on"]).strip())]
        except ValueError:
            problems.append((f"decisions.{number}.rests_on", "numbers"))
    measure = {name: given.pop(name) for name in _MEASURE if name in given and name != "kind"}
    return given | ({"measure": measure} if measure else {})


def _scale_down(form: OutcomeForm) -> dict[str, Any]:
    given = _given({name: form.fields.get(name, "") for name in _GATE})
    return {"scale_down": {**given, "handover": _given(form.handover)}} if given or _given(form.handover) else {}


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
    named = {f"{group}.{n}.{name}": row.get(name, "") for group, n, row in form.rows() for name in _MOMENTS[group]}
    named["next_meeting_at"] = form.fields.get("next_meeting_at", "")
    return [(name, text) for name, text in named.items() if text.strip()]


def _at(moments: Mapping[str, datetime], place: str, names: Iterable[str]) -> dict[str, Any]:
    return {name: moments[place + name] for name in names if place + name in moments}


def as_typed(name: str) -> str:
    """The name that a field has on the form, where the outcome itself is built otherwise."""
    place = name.replace(".measure.", ".").removeprefix("scale_down.")
    return re.sub(r"\.(rests_on|addressees|against)\.\d+$", r".\1", place)


def _in_form_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: _place(problem[0]))


def _place(name: str) -> tuple[int, int, int]:
    """Where a field stands on the form; what is not on it comes last."""
    if name in _ORDER:
        return _ORDER.index(name), 0, 0
    if place := _row_field(name):
        group, number, column = place
        return _ORDER.index(group), number, _ROWS[group].index(column.partition(".")[0])
    return len(_ORDER), 0, 0
