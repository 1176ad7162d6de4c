"""All that is on file in a crisis, as one transaction sees it."""

from typing import TYPE_CHECKING

from sqlmodel import Session

from crisis.files import Files
from integrations.register import actions, communication, decisions, requests

if TYPE_CHECKING:
    from integrations.register.engine import Register


def of_crisis(register: "Register", slug: str) -> Files:
    """Everything that was decided, advised, asked and promised."""
    with register.read() as session:
        return in_session(session, slug)


def in_session(session: Session, slug: str) -> Files:
    """The same within a transaction."""
    return Files(
        decisions=decisions.in_session(session, slug),
        communication=communication.in_session(session, slug),
        requests=requests.in_session(session, slug),
        actions=actions.in_session(session, slug),
    )
