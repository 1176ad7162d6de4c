"""What a letter to the House is made from, read at one moment; and that a draft was made (R19)."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.inquiries import Answer
from crisis.letter import Material, Term
from crisis.situation import Picture
from crisis.structure import Body
from integrations.register import actions, audit, decisions, grips, intake, meetings, requests
from integrations.register.standing import row_of, standing_in
from integrations.register.tables import LevelRow

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


def material(register: "Register", slug: str) -> Material:
    """All that a letter is made from, in one view of the register. Raises NoSuchCrisis."""
    with register.read() as session:
        standing = standing_in(session, row_of(session, slug))
        picture = meetings.last_picture_in(session, slug)
        return Material(
            standing=standing,
            terms=_terms(session, slug),
            picture=picture,
            answers=_answers(session, picture),
            decisions=decisions.in_session(session, slug),
            requests=requests.in_session(session, slug),
            actions=actions.in_session(session, slug),
            grips=grips.in_session(session, slug),
            head=audit.head_in(session),
        )


def note(register: "Register", slug: str, sha256: str, deed: "Deed", now: datetime) -> None:
    """Enter that a draft was made: the digest of the file, so that it can be known again. Raises NoSuchCrisis."""
    with register.write(deed, "kamerbrief.opstellen", slug, now) as writing:
        row_of(writing.session, slug)
        writing.payload = {"sha256": sha256}


def _answers(session: Session, picture: Picture | None) -> tuple[Answer, ...]:
    return intake.answers_in(session, picture.crisis, picture.body, picture.number) if picture else ()


def _terms(session: Session, slug: str) -> tuple[Term, ...]:
    rows = session.exec(select(LevelRow).where(LevelRow.crisis == slug).order_by(col(LevelRow.since)))
    terms = (Term(body=Body(row.body), since=row.since, until=row.until) for row in rows)
    return tuple(sorted(terms, key=lambda term: (term.since, term.body.rank)))
