"""What tests are built from: a small plan, a register of their own, a crisis that is under way."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crisis.actions import NewAction
from crisis.life import Activation, Ground
from crisis.meetings import Direction, Outcome, Papers
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.record import utc
from crisis.situation import draw_picture
from crisis.structure import Body
from integrations.register import Deed, Register, crises, meetings, open_register, plans
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
    },
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


def recorded(register: Register, body: Body, direction: Direction, *actions: NewAction, number: int = 1) -> None:
    """Its secretary has recorded this outcome."""
    invited(register, body, number)
    key = f"asiel-2022/{body}/{number}"
    grant = Grant(person="secretaris", act=Act.RECORD_OUTCOME, object=key, issued_at=NOW, expires_at=NOW + timedelta(days=90))
    outcome = Outcome(direction=direction, summary="Zo is besloten.", actions=actions)
    meetings.record(register, grant, outcome, SOMEONE, NOW)
