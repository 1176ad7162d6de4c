"""What the partners answered: taken in all at once, whichever way it came.

A report is kept once per partner and id, with the digest of what came in; its figures are never edited. An answer says which
report it rests on, so that a report which answers two inquiries is counted once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from crisis.figures import Figure, Via
from crisis.inquiries import Answer, Submission, still_to_ask
from crisis.partners import WireForm
from crisis.structure import Body
from integrations.register import addressees, inquiries, rows
from integrations.register.figures import JUDGED, figure_of, given_back
from integrations.register.standing import plan_of, row_of
from integrations.register.tables import AnswerRow, FigureRow, InquiryRow, ReportRow
from integrations.register.telling import stamp
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write

SAME_ID = "Rapport {id} is eerder gestuurd met een andere inhoud; een nieuw rapport heeft een nieuw nummer nodig."

GIVEN_BACK = "Dit rapport is eerder teruggegeven met een vraag."


@repeatable
def take_in(
    register: "Register", slug: str, body: Body, number: int, answers: Sequence[Answer], deed: "Deed", now: datetime
) -> None:
    """Write down what came in for a meeting. What was usable stays so; what partners say anew is added to it."""
    with register.write(deed, "uitvraag.antwoorden", f"{slug}/{body}/{number}", now) as writing:
        if not _is_over(writing, slug):
            taken_in(writing, inquiries.opened_in(writing, slug, body, number), answers)


@repeatable
def take_in_for(register: "Register", slug: str, inquiry: int, answers: Sequence[Answer], deed: "Deed", now: datetime) -> None:
    """The same for an inquiry by its number. Raises NoSuchInquiry."""
    with register.write(deed, "uitvraag.antwoorden", f"{slug}/U{inquiry}", now) as writing:
        row = inquiries.row_in(writing.session, slug, inquiry)
        if not _is_over(writing, slug):
            taken_in(writing, row, answers)


def _is_over(writing: "Write", slug: str) -> bool:
    """Whether the crisis was closed while its systems were asked: then nothing is taken in any more."""
    writing.is_repeat = row_of(writing.session, slug).closed_at is not None
    return writing.is_repeat


def taken_in(writing: "Write", inquiry: InquiryRow, answers: Sequence[Answer], said: object = None) -> tuple[Answer, ...]:
    """Write these down within a write that is under way; returns those that were new.

    What a partner drew up before what it said last is kept among its figures, and does not take its place. What completes
    the inquiry closes it. Who has a contact, and a system that gave nothing usable, gets a form. `said` is what somebody
    typed, for the audit trail; without it that is what pins the answers down.
    """
    session = writing.session
    known = {row.partner: row for row in session.exec(_answers(inquiry.crisis, inquiry.number))}
    fresh = [numbered(answer, inquiry, known.get(answer.partner), writing.now) for answer in answers]
    fresh = [answer for answer in fresh if _is_new(answer, known.get(answer.partner))]
    reported = _reported(session, inquiry.crisis, fresh)
    fresh = [_not_otherwise(answer, reported) for answer in fresh]
    questions = _questions(session, inquiry.crisis, reported, writing.now)
    fresh = [_still_given_back(answer, questions) for answer in fresh]
    stated = _stated(session, inquiry.crisis, known.values())
    latest = [answer for answer in fresh if not _is_older(answer, stated.get(answer.partner))]
    writing.is_repeat = not fresh
    writing.payload = said or {"inquiry": inquiry.number, "answers": [_pinned(answer) for answer in fresh]}
    for row in (known[answer.partner] for answer in latest if answer.partner in known):
        session.delete(row)
    session.flush()
    keep_in(session, inquiry.crisis, [one for one in fresh if (one.partner, one.report_id) not in reported])
    rows.add(session, AnswerRow, [_answer_row(inquiry, answer) for answer in latest])
    _go_on(writing, inquiry, latest)
    return tuple(fresh)


def keep_in(session: Session, crisis: str, answers: Sequence[Answer]) -> None:
    """Keep the reports and the figures of these answers, which are not there yet, whatever they answer."""
    new = [answer for answer in answers if answer.report_id]
    rows.add(session, ReportRow, [_report_row(crisis, answer) for answer in new])
    rows.add(session, FigureRow, [row for answer in new for row in _figure_rows(crisis, answer)])


def _go_on(writing: "Write", inquiry: InquiryRow, latest: Sequence[Answer]) -> None:
    """What follows from these answers: forms for whose systems failed, and the end where that was all."""
    if inquiry.closed_at or not latest:
        return
    crisis = row_of(writing.session, inquiry.crisis)
    failed = [one.partner for one in latest if one.via is Via.SYSTEM and not one.counts]
    if failed:
        addressees.ask_instead_in(writing, inquiries.inquiry_of(inquiry), crisis, failed)
    inquiries.complete_in(writing, inquiry, crisis)


def numbered(answer: Answer, inquiry: InquiryRow, known: AnswerRow | None, now: datetime) -> Answer:
    """The answer with a report of its own where it names none; without one where there is nothing to use."""
    if not answer.submission.has_figures:
        return answer.model_copy(update={"report_id": None, "figures": ()})
    if answer.report_id:
        return answer
    again = f"-{stamp(now)}" if known and known.report_id else ""
    return answer.model_copy(update={"report_id": f"uitvraag-{inquiry.number}{again}"})


def answers(register: "Register", slug: str, body: Body, number: int) -> tuple[Answer, ...]:
    """What came in for a meeting, by partner."""
    with register.read() as session:
        return answers_in(session, slug, body, number)


def answers_in(session: Session, slug: str, body: Body, number: int) -> tuple[Answer, ...]:
    """The same within a transaction."""
    inquiry = inquiries.of_meeting_in(session, slug, body, number)
    return answers_to(session, slug, inquiry.number) if inquiry else ()


def awaited(register: "Register", slug: str, body: Body, number: int, now: datetime) -> tuple[Answer, ...]:
    """Who was sent a form for a meeting and has not answered it; nobody who gave it all for that date before (E17)."""
    with register.read() as session:
        row = inquiries.of_meeting_in(session, slug, body, number)
        if row is None:
            return ()
        inquiry, plan = inquiries.inquiry_of(row), plan_of(session, row_of(session, slug))
        answered = addressees.answered_in(session, inquiry)
        asked = (one for one in plan.partners if one.id in inquiry.partners and one.form is WireForm.FORM)
        silent = [one for one in asked if one.id not in answered]
        if not silent:
            return ()
        public = [one for one in plan.partners if one.form.is_open_data]
        known = addressees.known_for(session, inquiry, plan, now, [*silent, *public])
        owing = (one.id for one in silent if still_to_ask(inquiry, one, plan, known))
        return tuple(Answer(partner=one, submission=Submission.AWAITED, received_at=now) for one in owing)


def of_inquiry(register: "Register", slug: str, inquiry: int) -> tuple[Answer, ...]:
    """What came in for an inquiry, by partner."""
    with register.read() as session:
        return answers_to(session, slug, inquiry)


def answers_to(session: Session, slug: str, inquiry: int) -> tuple[Answer, ...]:
    """The same within a transaction."""
    return answers_of(session, session.exec(_answers(slug, inquiry)).all())


def answers_of(session: Session, found: Sequence[AnswerRow]) -> tuple[Answer, ...]:
    """The answers that these rows stand for, of whichever inquiries."""
    if not found:
        return ()
    keys = [(row.partner, row.report_id) for row in found if row.report_id]
    crisis = found[0].crisis
    of_report = tuple_(col(ReportRow.partner), col(ReportRow.report_id)).in_(keys)
    reports = {
        (r.partner, r.report_id): r for r in session.exec(select(ReportRow).where(ReportRow.crisis == crisis, of_report))
    }
    figures: dict[tuple[str, str], list[Figure]] = {key: [] for key in reports}
    of_figure = tuple_(col(FigureRow.partner), col(FigureRow.report_id)).in_(keys)
    for row in session.exec(select(FigureRow).where(FigureRow.crisis == crisis, of_figure).order_by(col(FigureRow.id))):
        figures[row.partner, row.report_id].append(figure_of(row))
    return tuple(_answer(row, reports, figures) for row in found)


def _is_new(answer: Answer, known: AnswerRow | None) -> bool:
    """Whether it adds to what is there: what was usable is not undone by a later failure."""
    if known is None or not Submission(known.submission).has_figures:
        return True
    return answer.submission.has_figures and answer.report_id != known.report_id


def _reported(session: Session, crisis: str, fresh: Sequence[Answer]) -> dict[tuple[str, str], str]:
    """The reports among these that are there already, with their digest."""
    keys = [(answer.partner, answer.report_id) for answer in fresh if answer.report_id]
    if not keys:
        return {}
    wanted = select(ReportRow.partner, ReportRow.report_id, ReportRow.digest).where(
        ReportRow.crisis == crisis, tuple_(col(ReportRow.partner), col(ReportRow.report_id)).in_(keys)
    )
    return {(partner, report_id): digest for partner, report_id, digest in session.exec(wanted)}


def _stated(session: Session, crisis: str, known: Iterable[AnswerRow]) -> dict[str, datetime]:
    """When each partner drew up what it said last."""
    keys = [(row.partner, row.report_id) for row in known if row.report_id and row.returned is None]
    if not keys:
        return {}
    wanted = select(ReportRow.partner, ReportRow.stated_at).where(
        ReportRow.crisis == crisis, tuple_(col(ReportRow.partner), col(ReportRow.report_id)).in_(keys)
    )
    return dict(session.exec(wanted).all())


def _is_older(answer: Answer, stated_at: datetime | None) -> bool:
    """Whether its partner has said something later since, by its own clock."""
    return stated_at is not None and answer.submission.has_figures and (answer.stated_at or answer.received_at) < stated_at


def _not_otherwise(answer: Answer, reported: dict[tuple[str, str], str]) -> Answer:
    """The answer; unreadable where its partner has given another report that number before."""
    before = reported.get((answer.partner, answer.report_id or ""))
    if before is None or before == answer.digest:
        return answer
    detail = SAME_ID.format(id=answer.report_id)
    return answer.model_copy(update={"submission": Submission.UNREADABLE, "report_id": None, "figures": (), "detail": detail})


def _questions(
    session: Session, crisis: str, reports: Collection[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], str]:
    """The question to each of these reports that was given back, and not accepted since: it counts in no inquiry."""
    if not reports:
        return {}
    of_report = tuple_(col(JUDGED.partner), col(JUDGED.report_id)).in_(reports)
    found = session.exec(given_back(crisis, now).add_columns(JUDGED.question).where(of_report))
    return {(partner, report_id): question or GIVEN_BACK for partner, report_id, question in found}


def _still_given_back(answer: Answer, questions: dict[tuple[str, str], str]) -> Answer:
    question = questions.get((answer.partner, answer.report_id or ""))
    return answer.model_copy(update={"returned": question}) if question else answer


def _pinned(answer: Answer) -> dict[str, Any]:
    """What pins an answer down in the audit trail: the digest of what came in, or all of it where it was typed."""
    said = answer.model_dump(mode="json", include={"partner", "submission", "report_id", "digest", "detail"})
    return said if answer.digest or not answer.figures else answer.model_dump(mode="json")


def _answer_row(inquiry: InquiryRow, answer: Answer) -> rows.Row:
    return {
        "crisis": inquiry.crisis,
        "inquiry": inquiry.number,
        "partner": answer.partner,
        "submission": str(answer.submission),
        "received_at": answer.received_at,
        "report_id": answer.report_id,
        "remarks": answer.remarks,
        "detail": answer.detail,
        "seconds": answer.seconds,
        "returned": answer.returned,
    }


def _report_row(crisis: str, answer: Answer) -> rows.Row:
    return {
        "crisis": crisis,
        "partner": answer.partner,
        "report_id": answer.report_id,
        "digest": answer.digest,
        "via": str(answer.via),
        "stated_at": answer.stated_at or answer.received_at,
        "received_at": answer.received_at,
    }


def _figure_rows(crisis: str, answer: Answer) -> Iterator[rows.Row]:
    of_report = {
        "crisis": crisis,
        "partner": answer.partner,
        "report_id": answer.report_id,
        "stated_at": answer.stated_at or answer.received_at,
        "received_at": answer.received_at,
    }
    for figure in answer.figures:
        yield of_report | figure.__dict__ | {"kind": str(figure.kind)}


def _answer(row: AnswerRow, reports: dict[tuple[str, str], ReportRow], figures: dict[tuple[str, str], list[Figure]]) -> Answer:
    fields = row.model_dump(exclude={"crisis", "inquiry", "submission"})
    report = reports.get((row.partner, row.report_id or ""))
    of_report: dict[str, Any] = {}
    if report:
        said = tuple(figures[report.partner, report.report_id])
        of_report = {"stated_at": report.stated_at, "via": Via(report.via), "digest": report.digest, "figures": said}
    return Answer(**fields, **of_report, submission=Submission(row.submission))


def _answers(slug: str, inquiry: int):  # type: ignore[no-untyped-def]  # SQLModel's own long name
    return select(AnswerRow).where(AnswerRow.crisis == slug, AnswerRow.inquiry == inquiry).order_by(AnswerRow.partner)
