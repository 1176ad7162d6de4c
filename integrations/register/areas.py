"""The municipalities in force: those of the latest import (gebieden)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, make_url
from sqlmodel import Session, col, select

from crisis.areas import Area, check_division
from integrations.register import rows
from integrations.register.engine import open_register
from integrations.register.tables import AreaRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


@repeatable
def take_in(register: "Register", areas: Sequence[Area], deed: "Deed", now: datetime) -> None:
    """Put these municipalities in force, for plans to be loaded from now on. The same as those in force are kept once.

    Raises:
        InvalidInput: by `check_division`.

    """
    check_division(areas)
    wanted = tuple(sorted(areas, key=lambda area: area.code))
    with register.write(deed, "gebieden.inlezen", f"gebieden/{wanted[0].as_of}", now) as writing:
        writing.payload = [area.model_dump(mode="json") for area in wanted]
        session = writing.session
        latest = _latest(session)
        if latest and _of(session, latest) == wanted:
            writing.is_repeat = True
            return
        rows.add(session, AreaRow, [area.model_dump() | {"division": latest + 1, "imported_at": now} for area in wanted])


def current(register: "Register") -> tuple[Area, ...]:
    """The municipalities in force, by code; none where none were imported."""
    with register.read() as session:
        latest = _latest(session)
        return _of(session, latest) if latest else ()


def known_at(url: str) -> tuple[Area, ...]:
    """The same of a register that need not be there yet, nor be of this version: nothing is made or changed.

    Raises:
        DamagedRegister, NewerRegister, RegisterTrouble: it is there, and cannot be read.

    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return ()
    register = open_register(url)
    try:
        with register.read() as session:
            is_there = inspect(session.connection()).has_table(str(AreaRow.__tablename__))
        return current(register) if is_there else ()
    finally:
        register.close()


def _latest(session: Session) -> int:
    """The number of the latest import; 0 where there was none."""
    return session.exec(select(func.max(AreaRow.division))).one() or 0


def _of(session: Session, division: int) -> tuple[Area, ...]:
    found = session.exec(select(AreaRow).where(AreaRow.division == division).order_by(col(AreaRow.code)))
    return tuple(Area(**row.model_dump(exclude={"division", "imported_at"})) for row in found)
