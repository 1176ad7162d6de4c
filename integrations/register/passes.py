"""Passes that were used: a pass works once."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from crisis.audit import digest
from crisis.errors import PassInvalid, PassUsed, WrongPerson
from crisis.passes import Act, Grant
from integrations.register.tables import UsedPassRow

if TYPE_CHECKING:
    from integrations.register.engine import Register, Write


def use(writing: "Write", grant: Grant, act: Act, object_: str, belongs_to: str) -> None:
    """Spend a pass on the payload of this write, in the transaction of the act it allows.

    Raises:
        PassInvalid: it is for another act or another object.
        WrongPerson: the act belongs to somebody else (the plan changed hands since it was sent).
        PassUsed: it was spent before.

    """
    if (grant.act, grant.object) != (act, object_):
        raise PassInvalid
    if grant.person != belongs_to:
        raise WrongPerson(person=grant.person, act=act, belongs_to=belongs_to)
    if used := writing.session.get(UsedPassRow, grant.key):
        raise PassUsed(used_at=used.used_at)
    writing.session.add(UsedPassRow(grant_key=grant.key, used_at=writing.now, payload_digest=digest(writing.payload)))


def was_used_for(session: Session, grant: Grant, payload: Any) -> bool:
    """Whether this very request was carried out before: the same person, the same pass, the same content."""
    used = session.get(UsedPassRow, grant.key)
    return used is not None and used.payload_digest == digest(payload)


def used_at(register: "Register", grant: Grant) -> datetime | None:
    """When this pass was spent; None: it was not."""
    with register.read() as session:
        used = session.get(UsedPassRow, grant.key)
        return used.used_at if used else None
