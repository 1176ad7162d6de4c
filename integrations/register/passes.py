"""Passes that were used: a pass works once."""

from datetime import datetime

from sqlmodel import Session

from crisis.errors import PassInvalid, PassUsed, WrongPerson
from crisis.passes import Act, Grant
from integrations.register.tables import UsedPassRow


def use(session: Session, grant: Grant, act: Act, object_: str, belongs_to: str, now: datetime) -> None:
    """Spend a pass, in the transaction of the act it allows.

    Raises:
        PassInvalid: it is for another act or another object.
        WrongPerson: the act belongs to somebody else (the plan changed hands since it was sent).
        PassUsed: it was spent before.

    """
    if (grant.act, grant.object) != (act, object_):
        raise PassInvalid
    if grant.person != belongs_to:
        raise WrongPerson(person=grant.person, act=act, belongs_to=belongs_to)
    if used := session.get(UsedPassRow, grant.key):
        raise PassUsed(used_at=used.used_at)
    session.add(UsedPassRow(grant_key=grant.key, used_at=now))
