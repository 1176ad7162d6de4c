"""The figure register, read as of any two times: about which date, and as known at which moment (cijferregister).

With `about` in the past and `known_at` then, it is what a body had before it; with `known_at` now, what is known of that date
since. What was given back with a question does not count from then on, until it is accepted after all: `judgement`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, String, and_, column, literal_column, tuple_, values
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from crisis.areas import COUNTRY
from crisis.figures import Figure, FigureKind, KnownFigure, Via, preferred
from crisis.partners import Partner
from crisis.plan import Plan
from crisis.record import AMSTERDAM
from integrations.register.tables import FigureRow, JudgementRow, ReportRow

if TYPE_CHECKING:
    from integrations.register.engine import Register

AT_ONCE = 5000
"""Subjects that are asked for in one question: SQLite takes no more than 32,766 values."""

_OF_REPORT = and_(*(getattr(FigureRow, name) == getattr(ReportRow, name) for name in ("crisis", "partner", "report_id")))

Subject = tuple[str, str, str, str]
"""Indicator, kind, area and partner."""


def known(register: "Register", slug: str, plan: Plan, about: date, known_at: datetime) -> tuple[KnownFigure, ...]:
    """What every partner said last about everything that the plan asks of it, up to this date, as known at this moment."""
    with register.read() as session:
        return known_in(session, slug, plan, about, known_at)


def known_in(
    session: Session, slug: str, plan: Plan, about: date, known_at: datetime, of: Iterable[Partner] | None = None
) -> tuple[KnownFigure, ...]:
    """The same within a transaction, of these partners or of all. Takes as long as there are subjects, however many figures."""
    subjects = _subjects(plan, plan.partners if of is None else of)
    found: list[KnownFigure] = []
    while some := list(islice(subjects, AT_ONCE)):
        found += _latest(session, slug, some, about, known_at)
    return tuple(found)


def series(
    register: "Register", slug: str, subject: tuple[str, FigureKind, str], known_at: datetime
) -> tuple[KnownFigure, ...]:
    """Everything that was said about one thing, as known at this moment: by date, and of one date in the order it came."""
    indicator, kind, area = subject
    with register.read() as session:
        about = (FigureRow.indicator == indicator, FigureRow.kind == kind, FigureRow.area == area)
        return _said(session, slug, known_at, *about)


def of_balance(register: "Register", slug: str, plan: Plan, known_at: datetime) -> dict[str, list[KnownFigure]]:
    """What is known of the indicators of the balance, by indicator: one figure a date and area, also of dates to come.

    It is about the whole country, but for the places of measures: of these it is what was agreed for dates to come, by area.
    """
    terms = plan.balance
    if terms is None:
        return {}
    found: dict[str, list[KnownFigure]] = {}
    for indicator in filter(None, (terms.occupied, terms.inflow, terms.outflow, terms.capacity)):
        said = series(register, slug, (indicator, FigureKind.OBSERVED, COUNTRY), known_at)
        asked = _asked(plan, indicator, said)
        found[indicator] = _one_each(asked if indicator == terms.capacity else _of_one_partner(asked, known_at))
    if terms.extra:
        found[terms.extra] = _one_each(_asked(plan, terms.extra, _agreed_to_come(register, slug, terms.extra, known_at)))
    return found


def _agreed_to_come(register: "Register", slug: str, indicator: str, known_at: datetime) -> tuple[KnownFigure, ...]:
    today = known_at.astimezone(AMSTERDAM).date()
    with register.read() as session:
        about = (FigureRow.indicator == indicator, FigureRow.kind == FigureKind.TARGET, col(FigureRow.reference_date) > today)
        return _said(session, slug, known_at, *about)


def _said(session: Session, slug: str, known_at: datetime, *about: ColumnElement[bool] | bool) -> tuple[KnownFigure, ...]:
    wanted = (
        select(FigureRow, ReportRow)
        .join(ReportRow, _OF_REPORT)
        .where(FigureRow.crisis == slug, *about, col(FigureRow.received_at) <= known_at)
        .where(tuple_(col(FigureRow.partner), col(FigureRow.report_id)).not_in(given_back(slug, known_at)))
        .order_by(col(FigureRow.reference_date), col(FigureRow.stated_at), col(FigureRow.received_at))
    )
    return tuple(_known(figure, report) for figure, report in session.exec(wanted))


def _asked(plan: Plan, indicator: str, said: Iterable[KnownFigure]) -> list[KnownFigure]:
    """What was said by who is asked for it."""
    asked = {partner.id for partner in plan.partners if indicator in partner.indicators}
    return [figure for figure in said if figure.partner in asked]


def _of_one_partner(said: Iterable[KnownFigure], known_at: datetime) -> list[KnownFigure]:
    """What one partner said, for a step from one source to another is no growth (E16).

    Of those that gave two dates or more, not to come, it is the one with the latest; of these the one with most.
    """
    today = known_at.astimezone(AMSTERDAM).date()
    by_partner: dict[str, list[KnownFigure]] = {}
    for figure in said:
        by_partner.setdefault(figure.partner, []).append(figure)

    def worth(figures: list[KnownFigure]) -> tuple[bool, date, int]:
        dates = {figure.reference_date for figure in figures if figure.reference_date <= today}
        return len(dates) > 1, max(dates, default=date.min), len(dates)

    return max(by_partner.values(), key=worth, default=[])


def _one_each(said: Iterable[KnownFigure]) -> list[KnownFigure]:
    """Of each area and date one: what each partner stated last, and of several partners the preferred. Give them in order."""
    last = {(figure.area, figure.reference_date, figure.partner): figure for figure in said}
    same: dict[tuple[str, date], list[KnownFigure]] = {}
    for (area, on, _), figure in last.items():
        same.setdefault((area, on), []).append(figure)
    return [preferred(figures) for figures in same.values()]


def _subjects(plan: Plan, of: Iterable[Partner]) -> Iterator[Subject]:
    kinds = {indicator.id: indicator.kinds for indicator in plan.indicators}
    for partner in of:
        for indicator in partner.indicators:
            areas: Iterable[str] = plan.territory.codes if partner.gives_many_areas(indicator) else (partner.area,)
            yield from ((indicator, str(kind), area, partner.id) for kind in kinds[indicator] for area in areas)


def _latest(session: Session, slug: str, subjects: list[Subject], about: date, known_at: datetime) -> Iterator[KnownFigure]:
    names = ("indicator", "kind", "area", "partner")
    subject = values(*(column(name, String) for name in names), name="subject").data(subjects).cte("subject")
    figure = aliased(FigureRow)
    newest = (
        select(figure.id)
        .where(figure.crisis == slug, *(getattr(figure, name) == subject.c[name] for name in names))
        .where(col(figure.reference_date) <= about, col(figure.received_at) <= known_at)
        .where(tuple_(col(figure.partner), col(figure.report_id)).not_in(given_back(slug, known_at)))
        .order_by(col(figure.reference_date).desc(), col(figure.stated_at).desc(), col(figure.received_at).desc())
        .limit(1)
        .correlate(subject)
        .scalar_subquery()
    )
    wanted = (
        select(FigureRow, ReportRow)
        .join(ReportRow, _OF_REPORT)
        .where(col(FigureRow.id).in_(select(newest).select_from(subject)))
        .order_by(literal_column("figure.id"))
    )
    for row, report in session.exec(wanted):
        yield _known(row, report)


JUDGED = aliased(JudgementRow)
"""The judgement that `given_back` asks for: its question stands in it."""


def given_back(slug: str, known_at: datetime):  # type: ignore[no-untyped-def]  # SQLAlchemy's own long name
    """Partner and report of what had been given back with a question by then, and not been accepted since."""
    later = aliased(JudgementRow)
    same = (getattr(later, name) == getattr(JUDGED, name) for name in ("crisis", "partner", "report_id"))
    was_judged_again = select(later.id).where(*same, col(later.id) > col(JUDGED.id), col(later.at) <= known_at).exists()
    return (
        select(JUDGED.partner, JUDGED.report_id)
        .where(JUDGED.crisis == slug, col(JUDGED.returned), col(JUDGED.at) <= known_at)
        .where(~was_judged_again)
    )


def _known(row: FigureRow, report: ReportRow) -> KnownFigure:
    return KnownFigure.model_construct(
        **figure_of(row).__dict__,
        partner=row.partner,
        report_id=row.report_id,
        received_at=row.received_at,
        stated_at=row.stated_at,
        via=Via(report.via),
        digest=report.digest,
    )


def figure_of(row: FigureRow) -> Figure:
    """The figure that a row stands for."""
    return Figure.model_construct(**{name: getattr(row, name) for name in _SAID}, kind=FigureKind(row.kind))


_SAID = tuple(name for name in Figure.model_fields if name != "kind")
