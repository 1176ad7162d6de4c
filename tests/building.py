"""What tests are built from: a small plan, a register of their own, a crisis that is under way."""

import itertools
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crisis.actions import ActionKind, ActionState, NewAction, verifier
from crisis.attendance import Present
from crisis.decisions import DecisionKind, NewDecision
from crisis.life import Activation, Ground
from crisis.meetings import Direction, Meeting, Outcome, Papers, Stage, levels_after
from crisis.passes import Act, Grant
from crisis.plan import Plan, Seat
from crisis.record import utc
from crisis.scaling_down import may_end
from crisis.situation import draw_picture
from crisis.structure import Body, highest
from integrations.register import (
    Deed,
    Register,
    actions,
    closing,
    crises,
    decisions,
    initiative,
    meetings,
    open_register,
    outcomes,
    plans,
)
from tests.databases import on_sqlite

NOW = utc(2022, 6, 17, 6, 0)
"""Friday 17 June 2022, 08:00 in Amsterdam."""

SOMEONE = Deed(actor="iemand", origin="toets")

_PLAN: dict[str, Any] = {
    "id": "toets",
    "title": "Een klein plan",
    "kind": "oefening",
    "ruleset": "2022",
    "duty": "piket",
    "people": {
        "voorzitter": {"name": "voorzitter", "organisation": "NCTV", "mail": "voorzitter@nctv.test"},
        "secretaris": {"name": "secretaris", "organisation": "NCC", "mail": "secretaris@ncc.test"},
        "lid": {"name": "lid BZK", "organisation": "BZK", "mail": "lid@bzk.test"},
        "liaison": {"name": "liaison", "organisation": "UNHCR", "mail": "liaison@unhcr.test", "language": "en"},
        "woordvoerder": {"name": "woordvoerder", "organisation": "NKC", "mail": "woordvoerder@nkc.test"},
        "piket": {"name": "piket", "organisation": "NCC", "mail": "piket@ncc.test"},
        "auditor": {"name": "auditor", "organisation": "ADR", "mail": "auditor@adr.test"},
    },
    "roles": {"auditor": ["auditor"]},
    "groups": {
        "nkc": {"name": "NKC", "people": ["woordvoerder"], "slack": "nkc"},
        "piket": {"name": "piket NCC", "people": ["piket"], "slack": "piket"},
    },
    "bodies": {
        body: {
            "chair": "voorzitter",
            "secretary": "secretaris",
            "members": ["lid", "liaison"],
            "slack": slack,
            "rhythm": "wekelijks",
        }
        for body, slack in (("IAO", "iao"), ("ICCb", "iccb"), ("MCCb", "mccb"))
    },
    "indicators": [
        {"id": "opvang", "name": "Opgevangen mensen", "unit": "mensen", "definition": "Wie vannacht een bed had."},
    ],
    "partners": [
        {"id": "COA", "name": "COA", "kind": "organisatie", "address": "/coa", "indicators": ["opvang"]},
    ],
}


def a_plan(**changes: Any) -> Plan:
    """A small exercise plan with the three bodies, the NKC and a duty group; `changes` replace whole fields."""
    return Plan.model_validate(_PLAN | changes)


def a_register(where: Path | str, plan: Plan | None = None) -> Register:
    """A real register with a plan in force: at the address of an empty database, or on SQLite in a folder."""
    register = open_register(on_sqlite(where) if isinstance(where, Path) else where)
    plans.load(register, plan or a_plan(), SOMEONE, NOW)
    return register


def an_activation(slug: str = "asiel-2022", **changes: Any) -> Activation:
    """The decision to activate the IAO, with all that the rules ask for any set of levels."""
    fields: dict[str, Any] = {
        "crisis": slug,
        "title": "Crisis in de asielopvang",
        "ground": Ground.GREAT_IMPACT,
        "reason": "Mensen slapen buiten.",
        "scope": "De opvang van asielzoekers.",
        "levels": {Body.IAO},
        "requested_by": "directeur COA",
        "first_responsible": "ministerie van JenV",
        "consulted": "staatssecretaris van JenV",
        "agreed_with": "minister-president",
        "skip_reason": "Het is nu te groot voor wie wordt overgeslagen.",
        "decided_by": "NCTV",
    }
    return Activation.model_validate(fields | changes)


def a_crisis(register: Register, plan: Plan | None = None, slug: str = "asiel-2022", **changes: Any) -> None:
    """A crisis, activated at NOW; `changes` replace fields of the activation."""
    crises.activate(register, an_activation(slug, **changes), plan or plans.in_force(register), SOMEONE, NOW)


def a_meeting(register: Register, slug: str = "asiel-2022", body: Body = Body.IAO, number: int = 1) -> None:
    """A meeting of a crisis that is active, convened for two hours later."""
    meetings.convene(register, slug, body, number, NOW + timedelta(hours=2), SOMEONE, NOW)


def invited(register: Register, body: Body, number: int = 1, now: datetime = NOW, slug: str = "asiel-2022") -> None:
    """Its papers are frozen, with an empty picture, and its members invited."""
    plan = crises.find(register, slug).plan
    picture = draw_picture(slug, (body, number), plan, (), None, now)
    papers = Papers(picture=picture, decisions=(), actions=(), frozen_at=now)
    meetings.invite(register, slug, body, number, papers, SOMEONE, now)


_ASKED = itertools.count(1)


def own_pass(act: Act, person: str, slug: str = "asiel-2022", now: datetime = NOW) -> Grant:
    """A link that somebody asked for to act of their own accord; every one is another."""
    asked_at = now - timedelta(microseconds=next(_ASKED))
    object_ = initiative.own(slug, act, person)
    return Grant(person=person, act=act, object=object_, issued_at=asked_at, expires_at=now + timedelta(days=36500))


def head_pass(register: Register, act: Act, body: Body, slug: str = "asiel-2022") -> Grant:
    """The same, asked for by the secretary of a body."""
    return own_pass(act, crises.find(register, slug).plan.bodies[body].secretary, slug)


PRESENT = (Present(name="voorzitter"), Present(name="lid"))


def a_decision(text: str = "Zo doen we het.", kind: DecisionKind = DecisionKind.DECISION, **changes: Any) -> NewDecision:
    """A decision with all that it must rest on; an advice needs nothing."""
    supported: dict[str, Any] = {
        "picture": "12 van 25 regio's; COA, 17 juni 08.00 uur.",
        "advice": "De NCTV adviseert dit, ter vergadering.",
        "ground": "Uitstel kost vannacht bedden.",
        "feasibility": "De regio's kunnen dit binnen een dag.",
        "communication": "Het NKC verwacht vragen van gemeenten.",
    }
    fields = {"kind": kind, "text": text} | (supported if kind.decides else {}) | changes
    return NewDecision.model_validate(fields)


def an_outcome(register: Register, body: Body, direction: Direction, *new: NewAction, slug: str = "asiel-2022") -> Outcome:
    """What came of a meeting; where the last body leaves with it, the gate is passed (R20)."""
    fields: dict[str, Any] = {"direction": direction, "summary": "Zo is besloten.", "actions": new}
    crisis, activated = crises.find(register, slug), crises.who_activated(register, slug)
    staying = levels_after(crisis.levels, body, direction)
    if direction is Direction.DOWN and staying and body.rank >= activated.rank > highest(staying).rank:
        seat = crisis.plan.bodies[body]
        fields["decisions"] = (a_decision("Wij vertrekken; wie blijft, draagt over aan de lijn."),)
        fields["present"] = tuple(Present(name=name) for name in (seat.chair, *seat.members))
    if not staying:
        endings = may_end(decisions.of_crisis(register, slug), activated)
        still_open = [item for item in actions.of_crisis(register, slug) if item.state is not ActionState.CLOSED]
        fields["scale_down"] = {
            "successor": "de lijn",
            "handover": {item.number: item.owner for item in still_open},
            "ends_by": endings[-1].number if endings and body.rank < activated.rank else None,
        }
        later, owner = NOW + timedelta(days=300), crisis.plan.bodies[body].members[0]
        fields["actions"] = (
            *new,
            NewAction(title="Nazorg", owner=owner, due_at=later, kind=ActionKind.AFTERCARE),
            NewAction(title="Evaluatie", owner=owner, due_at=later, kind=ActionKind.EVALUATION),
        )
    return Outcome.model_validate(fields)


def a_grant(act: Act, object_: str, person: str = "secretaris", issued_at: datetime = NOW) -> Grant:
    """The authority of one person to do one thing."""
    return Grant(person=person, act=act, object=object_, issued_at=issued_at, expires_at=issued_at + timedelta(days=400))


def recorded(register: Register, body: Body, direction: Direction, *new: NewAction, number: int = 1) -> None:
    """Its secretary has recorded this outcome, and where two must look its chair has confirmed it."""
    invited(register, body, number)
    settled(register, f"asiel-2022/{body}/{number}", an_outcome(register, body, direction, *new))


def settled(register: Register, key: str, outcome: Outcome, now: datetime = NOW) -> Meeting:
    """This outcome is recorded for a meeting that was invited, and confirmed where two must look."""
    meeting = outcomes.record(register, a_grant(Act.RECORD_OUTCOME, key, issued_at=now), outcome, SOMEONE, now)
    if meeting.stage is Stage.PROPOSED:
        second = a_grant(Act.CONFIRM_OUTCOME, key, "voorzitter", issued_at=now)
        return outcomes.confirm(register, second, True, "", SOMEONE, now)
    return meeting


def closed(register: Register, slug: str = "asiel-2022", now: datetime = NOW) -> None:
    """All action items are done, and two people have closed the crisis."""
    ready_to_close(register, slug, now)
    confirm_closing(register, slug, now)


def ready_to_close(register: Register, slug: str = "asiel-2022", now: datetime = NOW) -> None:
    """All action items are done, and one person has proposed to close the crisis."""
    finish_all(register, slug, now)
    closing.ask(register, slug, SOMEONE, now)
    secretary = _highest_seat(register, slug).secretary
    closing.propose(register, a_grant(Act.CLOSE_CRISIS, closing.key_of(slug), secretary, now), SOMEONE, now)


def finish_all(register: Register, slug: str = "asiel-2022", now: datetime = NOW) -> None:
    """Every action item is reported by its owner, and closed by another."""
    plan = crises.find(register, slug).plan
    for item in actions.of_crisis(register, slug):
        key, closes = f"{slug}/A{item.number}", verifier(item.owner, item.body, plan, item.reported_by or item.owner)
        if item.state is ActionState.OPEN:
            actions.report(register, a_grant(Act.REPORT_ACTION, key, item.owner), "gedaan", SOMEONE, now)
        if item.state is not ActionState.CLOSED:
            actions.verify(register, a_grant(Act.VERIFY_ACTION, key, closes), True, "", SOMEONE, now)


def confirm_closing(register: Register, slug: str = "asiel-2022", now: datetime = NOW) -> None:
    """The second person confirms it."""
    second = a_grant(Act.CONFIRM_CLOSING, closing.key_of(slug), _highest_seat(register, slug).confirms, now)
    closing.confirm(register, second, True, "", SOMEONE, now)


def _highest_seat(register: Register, slug: str) -> Seat:
    with register.read() as session:
        return crises.find(register, slug).plan.bodies[closing.highest_ever(session, slug)]
