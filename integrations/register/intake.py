"""What the partners answered, per meeting."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert
from sqlmodel import Session, col, select

from crisis.figures import Figure, FigureKind
from crisis.inquiries import Answer, Submission
from crisis.structure import Body
from integrations.register.tables import AnswerRow, FigureRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register

_OF_MEETING = {"crisis", "body", "meeting"}


@repeatable
def take_in(
    register: "Register", slug: str, body: Body, number: int, answers: Sequence[Answer], deed: "Deed", now: datetime
) -> None:
    """Write down answers, all at once. A partner that has answered usably before is left as it was."""
    with register.write(deed, "uitvraag.antwoorden", f"{slug}/{body}/{number}", now) as writing:
        known = {row.partner: row for row in writing.session.exec(_answers(slug, body, number))}
        fresh = [a for a in answers if a.partner not in known or not Submission(known[a.partner].submission).has_figures]
        writing.is_repeat = not fresh
        writing.payload = [answer.model_dump(mode="json") for answer in fresh]
        for row in (known[answer.partner] for answer in fresh if answer.partner in known):
            writing.session.delete(row)
        writing.session.flush()
        of_meeting = {"crisis": slug, "body": body, "meeting": number}
        answer_rows = [of_meeting | answer.model_dump(exclude={"figures"}) for answer in fresh]
        figure_rows = [of_meeting | {"partner": a.partner} | f.model_dump() for a in fresh for f in a.figures]
        if answer_rows:
            writing.session.execute(insert(AnswerRow), answer_rows)
        if figure_rows:
            writing.session.execute(insert(FigureRow), figure_rows)


def answers(register: "Register", slug: str, body: Body, number: int) -> tuple[Answer, ...]:
    """What came in for a meeting, by partner."""
    with register.read() as session:
        return answers_in(session, slug, body, number)


def answers_in(session: Session, slug: str, body: Body, number: int) -> tuple[Answer, ...]:
    """The same within a transaction."""
    rows = session.exec(_answers(slug, body, number)).all()
    figures: dict[str, list[Figure]] = {row.partner: [] for row in rows}
    wanted = select(FigureRow).where(FigureRow.crisis == slug, FigureRow.body == body, FigureRow.meeting == number)
    for figure in session.exec(wanted.order_by(col(FigureRow.id))):
        figures[figure.partner].append(_figure(figure))
    return tuple(_answer(row, figures[row.partner]) for row in rows)


def answers_of(session: Session, rows: Sequence[AnswerRow]) -> tuple[Answer, ...]:
    """The answers that these rows stand for, of whichever meetings."""
    return tuple(
        _answer(row, [_figure(figure) for figure in session.exec(_figures(row).order_by(col(FigureRow.id)))]) for row in rows
    )


def _answer(row: AnswerRow, figures: Sequence[Figure]) -> Answer:
    fields = row.model_dump(exclude=_OF_MEETING | {"submission"})
    return Answer(**fields, submission=Submission(row.submission), figures=tuple(figures))


def _figure(row: FigureRow) -> Figure:
    return Figure(**row.model_dump(exclude=_OF_MEETING | {"id", "partner", "kind"}), kind=FigureKind(row.kind))


def _figures(of: AnswerRow):  # type: ignore[no-untyped-def]  # SQLModel's own long name
    return select(FigureRow).where(
        FigureRow.crisis == of.crisis,
        FigureRow.body == of.body,
        FigureRow.meeting == of.meeting,
        FigureRow.partner == of.partner,
    )


def _answers(slug: str, body: Body, number: int):  # type: ignore[no-untyped-def]  # SQLModel's own long name
    return (
        select(AnswerRow)
        .where(AnswerRow.crisis == slug, AnswerRow.body == body, AnswerRow.meeting == number)
        .order_by(AnswerRow.partner)
    )
