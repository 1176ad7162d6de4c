"""Which tokens partners were given, and which of those still hold (tokens). A token itself is kept nowhere."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import func, select

from crisis.errors import InvalidInput, TokenInvalid
from integrations.register import plans
from integrations.register.tables import PartnerTokenRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


def issue(register: "Register", partner: str, deed: "Deed", now: datetime) -> int:
    """Give a partner of the plan in force a token; returns its number. Those that it has go on working.

    Raises:
        NoPlan: there is no plan in force.
        InvalidInput: the plan does not know this partner.

    """
    with register.write(deed, "token.maken", f"partners/{partner}", now) as writing:
        session = writing.session
        if partner not in {one.id for one in plans.in_force_in(session).partners}:
            raise InvalidInput(problems=[("partner", f"not_in_partners:{partner}")])
        latest = session.exec(select(func.max(PartnerTokenRow.serial)).where(PartnerTokenRow.partner == partner)).one()
        serial = (latest or 0) + 1
        session.add(PartnerTokenRow(partner=partner, serial=serial, made_at=now, made_by=deed.actor))
        writing.payload = {"partner": partner, "serial": serial}
        return serial


@repeatable
def revoke(register: "Register", partner: str, serial: int, deed: "Deed", now: datetime) -> None:
    """Let a token hold no more; done twice, it is done once. Raises TokenInvalid where there is none of this number."""
    with register.write(deed, "token.intrekken", f"partners/{partner}", now) as writing:
        row = writing.session.get(PartnerTokenRow, (partner, serial))
        if row is None:
            raise TokenInvalid
        writing.payload = {"partner": partner, "serial": serial}
        writing.is_repeat = row.revoked_at is not None
        row.revoked_at = row.revoked_at or now
        writing.session.add(row)


def check_holds(register: "Register", partner: str, serial: int) -> None:
    """Whether a token of this number was given out, and holds. Raises TokenInvalid."""
    with register.read() as session:
        row = session.get(PartnerTokenRow, (partner, serial))
        if row is None or row.revoked_at is not None:
            raise TokenInvalid
