"""The fields of a form, read off the model that it fills: what is asked, how it is shown, and what was typed.

| in the model                        | on the page                                        |
|-------------------------------------|----------------------------------------------------|
| `Line`, `Slug`, any other text      | a line                                             |
| `Text`                              | some lines                                         |
| a `StrEnum`                         | radio buttons up to four, a list above; a list where it may stay empty |
| `bool`                              | a box to tick                                      |
| `Moment`                            | date and time, Europe/Amsterdam                    |
| `date`                              | a date                                             |
| `GripLevel`                         | a list of the levels with their meaning            |
| `PersonKey`, `PartnerKey`           | a list of the plan's people or partners            |
| `RegionKey`                         | a list of the safety regions                       |
| `frozenset` of a `StrEnum` or a key | boxes to tick, each sent as `field.word`           |

A field with a default may stay empty. Titles and descriptions are Dutch, and stand in `english.py` too.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from crisis.errors import InvalidInput
from crisis.places import SAFETY_REGIONS
from crisis.plan import Plan
from crisis.record import AMSTERDAM, InPlan, Moment, Record, Text
from crisis.regions import GripLevel
from crisis.structure import Body
from integrations.portal.outcome_form import moment_in
from integrations.portal.voice import Voice
from integrations.wording.problems import problems_in

MOST_RADIOS = 4
"""Above this a list is easier to read."""
TICKED = "ja"

Filled = TypeVar("Filled", bound=Record)
Typed = Mapping[str, str]


class Kind(StrEnum):
    """How a field is shown."""

    LINE = "line"
    LINES = "lines"
    RADIOS = "radios"
    LIST = "list"
    TICK = "tick"
    TICKS = "ticks"
    MOMENT = "moment"
    DATE = "date"


class Option(NamedTuple):
    """One of the things to choose from."""

    value: str
    words: str


@dataclass(frozen=True)
class FormField:
    """One field of a form, in the language of who fills it in."""

    name: str
    kind: Kind
    title: str
    hint: str
    may_be_empty: bool
    value: str
    """What stands in it; for boxes `TICKED`, or nothing."""
    options: tuple[Option, ...] = ()
    ticked: frozenset[str] = frozenset()


def fields_of(model: type[Record], typed: Typed | None, plan: Plan, voice: Voice) -> tuple[FormField, ...]:
    """The fields in order, with what was typed in them; with what they begin with where nothing was typed yet."""
    return tuple(_field(asked, typed, plan, voice) for asked in _asked(model))


def filled(model: type[Filled], typed: Typed, plan: Plan) -> Filled:
    """The model as it was filled in.

    Raises:
        InvalidInput: with every problem there is, each named by its field.

    """
    given: dict[str, object] = {}
    problems: list[tuple[str, str]] = []
    for asked in _asked(model):
        try:
            given |= _given(asked, typed, plan)
        except ValueError as why:
            problems.append((asked.name, str(why)))
    names = _names(model, plan)
    problems += [(name, "extra_forbidden") for name in typed if name not in names]
    try:
        content = model.model_validate(given)
    except ValidationError as error:
        already = {name for name, _ in problems}
        found = [(name.partition(".")[0], why) for name, why in problems_in(error)]
        problems += [problem for problem in found if problem[0] not in already]
    if problems:
        raise InvalidInput(problems=sorted(problems, key=lambda problem: _place(model, problem[0])))
    return content


class _Asked(NamedTuple):
    name: str
    kind: Kind
    type_: Any
    info: FieldInfo


def _asked(model: type[Record]) -> Iterator[_Asked]:
    hints = get_type_hints(model, include_extras=True)
    for name, info in model.model_fields.items():
        type_ = _without_none(hints[name])
        yield _Asked(name, _kind(type_, info), type_, info)


def _without_none(type_: Any) -> Any:
    if get_origin(type_) not in (Union, UnionType):
        return type_
    (kept,) = [part for part in get_args(type_) if part is not NoneType]
    return kept


def _kind(type_: Any, info: FieldInfo) -> Kind:
    if type_ is bool:
        return Kind.TICK
    if type_ == Text:
        return Kind.LINES
    if type_ == Moment:
        return Kind.MOMENT
    if type_ is date:
        return Kind.DATE
    if get_origin(type_) is frozenset:
        return Kind.TICKS
    if _table(type_):
        return Kind.LIST
    if words := _words(type_):
        return Kind.RADIOS if len(words) <= MOST_RADIOS and info.is_required() else Kind.LIST
    return Kind.LINE


def _table(type_: Any) -> str | None:
    """The table of the plan whose keys these are."""
    (one,) = get_args(type_) if get_origin(type_) is frozenset else (type_,)
    return next((mark.table for mark in getattr(one, "__metadata__", ()) if isinstance(mark, InPlan)), None)


def _words(type_: Any) -> tuple[StrEnum | GripLevel, ...]:
    """What can be chosen from, where it stands in the model itself."""
    (one,) = get_args(type_) if get_origin(type_) is frozenset else (type_,)
    return tuple(one) if isinstance(one, type) and issubclass(one, StrEnum | GripLevel) else ()


def _field(asked: _Asked, typed: Typed | None, plan: Plan, voice: Voice) -> FormField:
    options = tuple(_options(asked, plan, voice))
    return FormField(
        name=asked.name,
        kind=asked.kind,
        title=voice.say(asked.info.title or asked.name),
        hint=voice.say(asked.info.description) if asked.info.description else "",
        may_be_empty=not asked.info.is_required() and asked.kind is not Kind.TICK,
        value=_begins_with(asked) if typed is None else typed.get(asked.name, ""),
        options=options,
        ticked=_ticked(asked, options, typed),
    )


def _options(asked: _Asked, plan: Plan, voice: Voice) -> Iterable[Option]:
    match _table(asked.type_):
        case "people":
            people = [Option(key, f"{one.name} ({one.organisation})") for key, one in plan.people.items()]
            return sorted(people, key=lambda option: option.words.casefold())
        case "partners":
            partners = [Option(partner.id, partner.name) for partner in plan.partners]
            return sorted(partners, key=lambda option: option.words.casefold())
        case "regions":
            return [Option(code, f"{code} {region.name}") for code, region in SAFETY_REGIONS.items()]
        case "indicators":
            return [Option(indicator.id, indicator.name) for indicator in plan.indicators]
        case _:
            return [Option(str(word.value), _in_words(word, voice)) for word in _words(asked.type_)]


def _in_words(word: StrEnum | GripLevel, voice: Voice) -> str:
    if isinstance(word, Body):
        return f"{word}: {word.official_name}"
    if isinstance(word, GripLevel):
        return f"{word}: {voice.say(word.meaning)}"
    said = voice.say(str(word))
    return said[:1].upper() + said[1:]


def _begins_with(asked: _Asked) -> str:
    match asked.info.get_default(call_default_factory=False):
        case True:
            return TICKED
        case datetime() as moment:
            return f"{moment.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}"
        case str() as text:
            return str(text)
        case _:
            return ""


def _ticked(asked: _Asked, options: tuple[Option, ...], typed: Typed | None) -> frozenset[str]:
    if asked.kind is not Kind.TICKS:
        return frozenset()
    if typed is None:
        return frozenset(map(str, asked.info.get_default() or ())) if not asked.info.is_required() else frozenset()
    return frozenset(option.value for option in options if f"{asked.name}.{option.value}" in typed)


def _given(asked: _Asked, typed: Typed, plan: Plan) -> dict[str, object]:
    """What was filled in here; nothing where it was left empty. Raises ValueError with the reason it cannot be taken."""
    text = typed.get(asked.name, "")
    match asked.kind:
        case Kind.TICK:
            return {asked.name: asked.name in typed}
        case Kind.TICKS:
            return {asked.name: [word for word in _boxes(asked, plan) if f"{asked.name}.{word}" in typed]}
        case _ if not text.strip():
            return {}
        case Kind.MOMENT:
            return {asked.name: moment_in(text)}
        case Kind.DATE:
            return {asked.name: _date_in(text)}
        case _:
            _check_in_plan(asked, text, plan)
            return {asked.name: text}


def _date_in(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("date") from None


def _boxes(asked: _Asked, plan: Plan) -> list[str]:
    """What can be ticked."""
    if _table(asked.type_) == "indicators":
        return [indicator.id for indicator in plan.indicators]
    return [str(word) for word in _words(asked.type_)]


def _check_in_plan(asked: _Asked, key: str, plan: Plan) -> None:
    partners = {partner.id for partner in plan.partners}
    known = {"people": set(plan.people), "partners": partners, "regions": set(SAFETY_REGIONS)}
    table = _table(asked.type_)
    if table and key not in known[table]:
        raise ValueError("not_in_plan")


def _names(model: type[Record], plan: Plan) -> set[str]:
    """All that the page can send."""
    asked = list(_asked(model))
    boxes = {f"{one.name}.{word}" for one in asked if one.kind is Kind.TICKS for word in _boxes(one, plan)}
    return {one.name for one in asked if one.kind is not Kind.TICKS} | boxes


def _place(model: type[Record], name: str) -> int:
    """Where a field stands on the form; what is not on it comes last."""
    names = list(model.model_fields)
    return names.index(name) if name in names else len(names)
