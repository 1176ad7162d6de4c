"""What there is to choose from in the form for an outcome, and which of its folded parts stand open."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from crisis.actions import ActionKind, Priority
from crisis.attendance import Capacity, may_lead
from crisis.decisions import DecisionKind, DecisionStage, Secrecy
from crisis.measures import Horizon
from crisis.meetings import Meeting
from crisis.plan import Person
from integrations.portal.holder import Holder

RESTING = ("picture", "rests_on", "advice", "options", "feasibility", "communication", "ground", "dissent", "against")
GOING = (
    *("stage", "addressees", "conditions", "effective_at", "review_at", "public_at", "secrecy"),
    *("replaces", "withdraws", "cannot_wait"),
)
MEASURED = ("horizon", "aim", "indicator", "target", "by")
UNTOUCHED = frozenset({DecisionStage.FINAL, Secrecy.CONFIDENTIAL, ActionKind.ACTION, Capacity.MEMBER})
"""What lists begin with."""


def choices_of(holder: Holder, meeting: Meeting) -> dict[str, object]:
    """All lists of the form, in the language of the person."""
    plan, say, seat = holder.plan, holder.voice.say, holder.plan.bodies[meeting.body]

    def words(options: Iterable[StrEnum]) -> list[tuple[str, str]]:
        return [(str(option), say(option)) for option in options]

    return {
        "seat_of_body": seat,
        "table": seat.table,
        "second": plan.people[seat.confirms] if meeting.needs_second else None,
        "chairs": [(key, person.name) for key, person in plan.people.items() if may_lead(key, meeting.body, plan)],
        "kinds": words(DecisionKind if meeting.body.may_decide else (DecisionKind.ADVICE,)),
        "stages": words(DecisionStage),
        "secrecies": words(Secrecy),
        "capacities": words(Capacity),
        "horizons": words(Horizon),
        "priorities": words(Priority),
        "action_kinds": words(ActionKind),
        "indicators": [(indicator.id, indicator.name) for indicator in plan.indicators],
        "owners": _functions(plan.people),
        "addressees": _functions(plan.people, outside_first=True),
        "voters": [(key, plan.people[key].name) for key in seat.table],
        "resting": RESTING,
        "going": GOING,
        "measured": MEASURED,
    }


def is_touched(place: str, columns: Sequence[str], row: Mapping[str, str], problems: Mapping[str, str]) -> bool:
    """Whether a part that is folded away holds something that was typed, or that must be mended."""
    names = {name.partition(".")[0] for name, value in row.items() if value.strip() and value not in UNTOUCHED}
    return any(column in names or f"{place}{column}" in problems for column in columns)


def _functions(people: Mapping[str, Person], *, outside_first: bool = False) -> list[tuple[str, str]]:
    """Everybody by function; who has powers of their own first, where something is asked of them."""
    ordered = sorted(people.items(), key=lambda pair: (outside_first and not pair[1].own_powers, pair[1].name.casefold()))
    return [(key, f"{person.name} ({person.organisation})") for key, person in ordered]
