"""What is on file in a crisis, what of it a body may see, and the papers that are made from it (stukken).

What is secret goes no lower than the body that decided it, nor does anything that follows from it (R22; RvS 25 oktober 2017,
201702922/1/A3).
"""

from crisis.actions import ActionItem, ActionState
from crisis.agenda import Material, agenda
from crisis.decisions import HIDDEN, AdviceGiven, Decision, Secrecy, may_read
from crisis.meetings import Papers
from crisis.record import Moment, Record
from crisis.requests import GivenReply, Request
from crisis.situation import Picture
from crisis.structure import Body


class Files(Record):
    """Everything that was decided, advised, asked and promised in a crisis."""

    decisions: tuple[Decision, ...] = ()
    communication: tuple[AdviceGiven, ...] = ()
    requests: tuple[Request, ...] = ()
    actions: tuple[ActionItem, ...] = ()

    def seen_by(self, body: Body | None) -> "Files":
        """The same for who sits in this body; None: for who sits in none."""
        hidden = {d.number for d in self.decisions if is_hidden(d, body)}
        return Files(
            decisions=tuple(d.seen_by(body) for d in self.decisions),
            communication=tuple(_hidden_advice(a) if a.decision in hidden else a for a in self.communication),
            requests=tuple(_hidden_request(r) if r.decision in hidden else r for r in self.requests),
            actions=tuple(_hidden_action(a) if is_hidden(a, body) else a for a in self.actions),
        )


def is_hidden(one: Decision | ActionItem, body: Body | None) -> bool:
    """Whether who sits in this body, or in none, may not read it: what is secret goes up with advice, and never down."""
    return one.secrecy is Secrecy.SECRET and not may_read(body, one.body)


def freeze(body: Body, since: Moment | None, files: Files, picture: Picture, now: Moment) -> Papers:
    """The papers of this meeting, with its agenda (R16). `since`: when this body was convened before, if it was."""
    seen = files.seen_by(body)
    material = Material(
        body=body,
        since=since,
        picture=picture,
        decisions=seen.decisions,
        advised=frozenset(advice.decision for advice in seen.communication),
        requests=seen.requests,
        actions=tuple(item for item in seen.actions if item.state is not ActionState.CLOSED),
    )
    return Papers(
        picture=picture,
        decisions=material.decisions,
        actions=material.actions,
        agenda=agenda(material),
        requests=material.requests,
        communication=seen.communication,
        frozen_at=now,
    )


def _hidden_advice(advice: AdviceGiven) -> AdviceGiven:
    return advice.model_copy(update={"strategy": HIDDEN, "effects": HIDDEN})


def _hidden_request(request: Request) -> Request:
    return request.model_copy(update={"replies": tuple(_hidden_reply(reply) for reply in request.replies)})


def _hidden_reply(reply: GivenReply) -> GivenReply:
    words = {name: HIDDEN for name in ("condition", "reason") if getattr(reply, name)}
    return reply.model_copy(update=words)


def _hidden_action(item: ActionItem) -> ActionItem:
    return item.model_copy(update={"title": HIDDEN, "to": None, "evidence": HIDDEN if item.evidence else None})
