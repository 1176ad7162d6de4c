"""What is known, how old it is, and who is missing (beeld).

Missing is not zero: a figure that nobody gave is absent, and every total says out of how many it was made. What was given
before, and is not too old, is taken over and marked; where an area and its parts both say something, the area counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import Field

from crisis.audit import digest
from crisis.balance import Balance, balance
from crisis.capacity import Extra
from crisis.figures import Conflict, Figure, FigureKind, KnownFigure, conflicts
from crisis.inquiries import Answer, Submission
from crisis.picture_rows import Ground, PictureRow, latest_of
from crisis.record import AMSTERDAM, Moment, Record
from crisis.signals import (
    KNOWN_ENOUGH,
    ScalingAdvice,
    Signal,
    advise,
    signals,
)
from crisis.structure import Body
from crisis.totals import Completeness

if TYPE_CHECKING:
    from crisis.plan import Plan
    from crisis.thresholds import Indicator


OUTLOOK = "de vooruitblik"
"""What it is called among what is not known enough."""


class Ahead(Record):
    """What a partner gave about a date that had not come when the picture was drawn: it is no part of what is."""

    partner: str
    indicator: str
    kind: FigureKind
    area: str
    value: Decimal
    reference_date: date


class Picture(Record):
    """The situation as known at one moment, for one meeting (situatieschets)."""

    crisis: str
    body: Body
    number: int
    drawn_at: Moment
    rows: tuple[PictureRow, ...]
    submissions: dict[str, Submission]
    """Partner to how its answer came in."""
    returned: dict[str, str] = Field(default_factory=dict)
    """Partner to the question with which its answer was given back: until then its figures do not count."""
    ahead: tuple[Ahead, ...] = ()
    """What was given for this picture about a date to come, and is left out of its rows."""
    conflicts: tuple[Conflict, ...] = ()
    signals: tuple[Signal, ...] = ()
    advice: ScalingAdvice | None = None
    balance: Balance | None = None
    """The outlook, where the plan asks for one and enough is known."""
    calm: int = 0
    """How many pictures in a row, this one included, had no warning while enough was known."""

    @property
    def completeness(self) -> Completeness:
        """How many of the partners gave a usable answer."""
        answered = sum(submission.has_figures for submission in self.submissions.values())
        return Completeness(answered=answered, asked=len(self.submissions))

    @property
    def without_answer(self) -> dict[str, Submission]:
        """The partners that gave nothing usable, and how."""
        return {partner: how for partner, how in self.submissions.items() if not how.has_figures}

    def counted(self) -> dict[Submission, int]:
        """How many partners per kind of submission, all kinds named."""
        return {kind: sum(how is kind for how in self.submissions.values()) for kind in Submission}

    @property
    def seal(self) -> str:
        """SHA-256 of all that stands in it (zegel): one letter changed, and it is another.

        What has its default is left out, so that a picture keeps its seal when a later version can hold more.
        """
        return digest(self.model_dump(mode="json", exclude_defaults=True))


def draw_picture(
    crisis: str,
    meeting: tuple[Body, int],
    plan: "Plan",
    answers: Sequence[Answer],
    earlier: Picture | None,
    now: Moment,
    known: Iterable[KnownFigure] = (),
    levels: frozenset[Body] = frozenset(),
    series: Mapping[str, Sequence[Figure]] | None = None,
) -> Picture:
    """The picture that these answers give, with what was `known` from before: the latest figure of every partner.

    `levels` are the active bodies, `series` what is known of the indicators of the balance, also of dates to come.
    """
    today = now.astimezone(AMSTERDAM).date()
    said = [figure for answer in answers if answer.counts for figure in _as_known(answer, now)]
    fresh = [figure for figure in said if figure.reference_date <= today]  # what is expected is no part of what is
    given = {(figure.partner, figure.report_id) for figure in fresh}
    questioned = {answer.partner for answer in answers if answer.returned}
    carried = [f for f in known if (f.partner, f.report_id) not in given and f.partner not in questioned]
    ground = Ground(plan, fresh, carried, earlier.rows if earlier else (), now)
    rows = tuple(ground.row(indicator, kind) for indicator in plan.indicators for kind in indicator.kinds)
    found = tuple(signal for row in rows for signal in _signals(plan, row))
    outlook = _outlook(plan, rows, series or {}, today)
    unknown = list(dict.fromkeys((*_too_little_known(rows, found, plan), *_outlook_unknown(plan, outlook))))
    calm_before = earlier.calm if earlier else 0
    is_calm = not unknown and not any(signal.what.warns for signal in found)
    full = (outlook.runs_full, outlook.earliest) if outlook else (None, None)
    body, number = meeting
    return Picture(
        crisis=crisis,
        body=body,
        number=number,
        drawn_at=now,
        rows=rows,
        submissions={answer.partner: answer.submission for answer in answers},
        returned={answer.partner: answer.returned for answer in answers if answer.returned},
        ahead=tuple(_ahead(plan, said, today)),
        conflicts=conflicts(latest_of([*fresh, *carried])),
        signals=found,
        advice=advise(found, unknown, calm_before, levels, *full),
        balance=outlook,
        calm=calm_before + 1 if is_calm else 0,
    )


def _ahead(plan: "Plan", said: Iterable[KnownFigure], today: date) -> Iterator[Ahead]:
    """What would be in a row if its date had come; but the outlook's places, also of measures, are asked for dates to come."""
    rows = {(indicator.id, kind) for indicator in plan.indicators for kind in indicator.kinds}
    terms = plan.balance
    places = {(terms.capacity, FigureKind.OBSERVED), (terms.extra, FigureKind.TARGET)} if terms else set()
    asked = {(partner.id, indicator) for partner in plan.partners for indicator in partner.indicators}
    for one in sorted(said, key=lambda one: (one.partner, one.reference_date)):
        subject = one.indicator, one.kind
        if one.reference_date > today and subject in rows - places and (one.partner, one.indicator) in asked:
            yield Ahead.model_validate(one.model_dump(include=set(Ahead.model_fields)))


def _signals(plan: "Plan", row: PictureRow) -> Iterator[Signal]:
    """What one row warns of; a total that nobody gave any more warns of nothing."""
    return signals(_indicator(plan, row), row.kind, row.points if row.value is not None else (), row.counted)


def _outlook(plan: "Plan", rows: Iterable[PictureRow], series: Mapping[str, Sequence[Figure]], today: date) -> Balance | None:
    """The balance, with what is realised of the measures in force by this very picture."""
    terms = plan.balance
    if terms is None:
        return None
    agreed = tuple(series.get(terms.extra or "", ()))
    extra = next((_extra(row, agreed) for row in rows if (row.indicator, row.kind) == (terms.extra, FigureKind.REALISED)), None)
    flows = series.get(terms.inflow or "", ()), series.get(terms.outflow or "", ())
    return balance(terms, series.get(terms.occupied, ()), series.get(terms.capacity, ()), today, extra, flows)


def _outlook_unknown(plan: "Plan", outlook: Balance | None) -> Iterator[str]:
    """Where the plan asks for an outlook, not knowing it reassures nobody."""
    if plan.balance and (outlook is None or outlook.has_gaps):
        yield OUTLOOK


def _extra(row: PictureRow, agreed: tuple[Figure, ...]) -> Extra:
    given = Completeness(answered=row.completeness.answered + row.carried, asked=row.completeness.asked)
    return Extra(
        value=row.value,
        given=given,
        by_area=row.by_area,
        agreed=agreed,
        on=row.oldest_reference_date,
        synthetic=row.synthetic,
    )


def _as_known(answer: Answer, now: Moment) -> Iterator[KnownFigure]:
    for figure in answer.figures:
        yield KnownFigure.model_construct(
            **figure.__dict__,
            partner=answer.partner,
            report_id=answer.report_id or "",
            received_at=answer.received_at,
            stated_at=answer.stated_at or answer.received_at or now,
            via=answer.via,
            digest=answer.digest,
        )


def _too_little_known(rows: Iterable[PictureRow], found: Iterable[Signal], plan: "Plan") -> list[str]:
    """The indicators with a threshold of which too little is known to say that all is well."""
    undecided = {(signal.indicator, signal.kind) for signal in found if not signal.is_decided}
    watched = {(indicator.id, threshold.kind) for indicator in plan.indicators for threshold in indicator.thresholds}
    return [
        row.name
        for row in rows
        if (row.indicator, row.kind) in undecided
        or (
            (row.indicator, row.kind) in watched
            and row.completeness.answered + row.carried < KNOWN_ENOUGH * max(row.completeness.asked, 1)
        )
    ]


def _indicator(plan: "Plan", row: PictureRow) -> "Indicator":
    return next(indicator for indicator in plan.indicators if indicator.id == row.indicator)
