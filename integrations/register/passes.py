"""Passes that were used: a pass works once."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from crisis.errors import PassInvalid, PassUsed, WrongPerson
from crisis.passes import Act, Grant
from integrations.register import rows
from integrations.register.tables import UsedPassRow

if TYPE_CHECKING:
    from integrations.register.engine import Register, Write


class Spent(NamedTuple):
    """When a pass was used, and the digest of what was done with it."""

    used_at: datetime
    payload_digest: str | None
    handed_to: str | None = None
    """The deputy, where that was what it was used for."""


_USED = rows.table_of(UsedPassRow)
_SPENT = select(_USED.c.used_at, _USED.c.payload_digest, _USED.c.handed_to).where(_USED.c.grant_key == bindparam("key"))


def spent(session: Session, grant: Grant) -> Spent | None:
    """What this pass was used for before; None where it was not."""
    for used_at, payload_digest, handed_to in rows.ask(session, _SPENT, {"key": grant.key}):
        return Spent(datetime.fromisoformat(used_at), payload_digest, handed_to)
    return None


def is_same(used: Spent | None, writing: "Write") -> bool:
    """Whether this very request was carried out before: the same person, the same pass, the same content."""
    return used is not None and used.payload_digest == writing.payload_digest


def check_act(grant: Grant, *acts: Act) -> None:
    """Raises PassInvalid where the pass is for another act; asked first within the write, so that it is audited."""
    if grant.act not in acts:
        raise PassInvalid


def use(writing: "Write", grant: Grant, used: Spent | None, may: tuple[Act, str, str], handed_to: str | None = None) -> None:
    """Spend a pass on the payload of this write, in the transaction of the act that it allows: act, object, whose act it is.

    The deputy to whom somebody handed it on acts for that person.

    Raises:
        PassInvalid: it is for another act or another object.
        WrongPerson: the act belongs to somebody else (the plan changed hands since it was sent).
        PassUsed: it was spent before.

    """
    act, object_, belongs_to = may
    if (grant.act, grant.object) != (act, object_):
        raise PassInvalid
    if grant.principal != belongs_to:
        raise WrongPerson(person=grant.person, act=act, belongs_to=belongs_to)
    if used:
        raise PassUsed(used_at=used.used_at)
    now_used = {"grant_key": grant.key, "used_at": writing.now, "payload_digest": writing.payload_digest}
    rows.add(writing.session, UsedPassRow, [now_used | {"handed_to": handed_to}])


def used_for(register: "Register", grant: Grant) -> Spent | None:
    """What this pass was spent on; None: it was not."""
    with register.read() as session:
        return spent(session, grant)
