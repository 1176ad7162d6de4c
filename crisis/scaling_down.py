"""The gate that a crisis passes when the last body leaves it (afschalen).

Nothing is left lying: a successor is named, every open item has an owner who knows it, regions hear of it, there is a list
for aftercare and a day for the evaluation (R20; nctv.nl, 22 september 2022; NHC 2016, VIII). In Covid the Rijk and the regions
worked past each other after a scale-down that went too fast (E05).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from crisis.actions import ActionKind, NewAction
from crisis.decisions import Decision, Known, NewDecision, in_force, settled_by
from crisis.record import Line, Record
from crisis.structure import Body, highest

if TYPE_CHECKING:
    from crisis.plan import Plan


class ScaleDown(Record):
    """What must be settled before the last body leaves (R20)."""

    successor: Line
    """Who goes on with it: in 2022 the "specifieke crisisstructuur", from 23 September."""
    handover: dict[int, str] = Field(default_factory=dict)
    """The owner from now on of every action item that is still open, by its number."""
    ends_by: int | None = Field(default=None, ge=1)
    """The decision by which the structure ends, where who activated it took that before it left."""


class LooseEnds(Record):
    """What is still open when a body wants to scale down."""

    actions: dict[int, str] = Field(default_factory=dict)
    """Action items that are not closed, by their number, and who has each."""
    requests: tuple[int, ...] = ()
    """Requests without an answer, by the number of their decision."""
    intended: tuple[int, ...] = ()
    """Decisions that were only intended."""
    meetings: tuple[str, ...] = ()
    """Meetings of other bodies whose outcome is awaited."""


def problems_of_gate(
    scale_down: ScaleDown | None,
    actions: Sequence[NewAction],
    decisions: Sequence[NewDecision],
    loose: LooseEnds,
    plan: "Plan",
) -> Iterator[tuple[str, str]]:
    """What keeps the gate closed (R20): (field, reason).

    Who has powers of their own keeps what they have, and is given nothing: an item that is handed over is an order (R24).
    """
    yield from _begun_too_late(decisions)
    if scale_down is None:
        yield "scale_down.successor", "r20_successor"
        return
    for number in sorted(loose.actions.keys() - scale_down.handover.keys()):
        yield f"scale_down.handover.{number}", f"r20_owner:{number}"
    for number, owner in sorted(scale_down.handover.items()):
        if number not in loose.actions:
            yield f"scale_down.handover.{number}", f"r20_not_open:{number}"
        if owner not in plan.people:
            yield f"scale_down.handover.{number}", f"not_in_people:{owner}"
        elif plan.is_outside(owner) and loose.actions.get(number) != owner:
            yield f"scale_down.handover.{number}", "r24_handover"
    settled = settled_by(decisions)
    yield from (("scale_down", f"r20_request:{number}") for number in loose.requests if number not in settled)
    yield from (("scale_down", f"r20_intended:{number}") for number in loose.intended if number not in settled)
    yield from (("scale_down", f"r20_meeting:{meeting}") for meeting in loose.meetings)
    kinds = {action.kind for action in actions}
    if ActionKind.AFTERCARE not in kinds:
        yield "actions", "r20_aftercare"
    if ActionKind.EVALUATION not in kinds:
        yield "actions", "r20_evaluation"


def undecided(
    scale_down: ScaleDown | None, new: Sequence[NewDecision], body: Body, levels: frozenset[Body], known: Known, activated: Body
) -> Iterator[tuple[str, str]]:
    """What the one that activated has not decided about the end (R20, a; which body counts is a choice of this product).

    The structure ends by decision of the highest body that was activated with it, or of one above: when it leaves before the
    others, it decides how it goes on; the last body to leave names that decision. `levels`: those that stay.
    """
    if body.rank >= activated.rank:
        is_left_to_others = levels and highest(levels).rank < activated.rank
        if is_left_to_others and not any(d.kind.decides and not d.is_intended for d in new):
            yield "decisions", f"r20_leaving:{body}"
    elif not levels:
        named, endings = scale_down.ends_by if scale_down else None, may_end(known.decisions, activated)
        if not endings:  # as before this was asked, or where such a decision was withdrawn
            yield "direction", f"r20_undecided:{activated}"
        elif named not in {decision.number for decision in endings}:
            yield "scale_down.ends_by", f"r20_decided:{activated}"


def may_end(decisions: Sequence[Decision], activated: Body) -> tuple[Decision, ...]:
    """The decisions by which another body may end the structure: in force, of the one that activated or one above."""
    return tuple(d for d in in_force(decisions) if d.kind.decides and d.body.rank >= activated.rank)


def _begun_too_late(decisions: Sequence[NewDecision]) -> Iterator[tuple[str, str]]:
    """What would still have to come back to a body that is leaving."""
    for place, decision in enumerate(decisions, start=1):
        if decision.is_intended:
            yield f"decisions.{place}.stage", "r20_no_body"
        if decision.kind.is_put:
            yield f"decisions.{place}.kind", "r20_no_body"
