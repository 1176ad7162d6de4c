"""What is known, how old it is, and who is missing (beeld).

Missing is not zero: a figure that nobody gave is absent, and every total says out of how many it was made.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field

from crisis.record import Line, Moment, Record
from crisis.structure import Body

if TYPE_CHECKING:
    from crisis.plan import Indicator, Plan


class FigureKind(StrEnum):
    """What a figure says about its indicator."""

    TARGET = "target"
    PLEDGED = "pledged"
    REALISED = "realised"
    OCCUPIED = "occupied"
    OBSERVED = "observed"


class Figure(Record):
    """One number from one source about one area on one date (cijfer)."""

    indicator: Line
    area: Line
    """CBS code (`VR01`, `PV20`, `GM0014`) or `NL`."""
    kind: FigureKind
    value: Decimal
    unit: Line
    reference_date: date
    """The date that the number is about (peildatum), not the one on which it was sent."""
    source: Line
    provisional: bool = True
    synthetic: bool = False
    """Made up for an exercise or a reconstruction; never to be quoted."""
    supersedes: str | None = None
    """The report that gave the number which this one replaces."""


class Submission(StrEnum):
    """How a partner's answer came in. Six different things, and none of them is zero."""

    ON_TIME = "op tijd"
    LATE = "te laat"
    SILENT = "stil"
    UNREACHABLE = "onbereikbaar"
    REFUSED = "geweigerd"
    UNREADABLE = "onleesbaar"

    @property
    def has_figures(self) -> bool:
        """Whether there is an answer to use."""
        return self in (Submission.ON_TIME, Submission.LATE)


class Answer(Record):
    """What came of asking one partner (antwoord)."""

    partner: str
    submission: Submission
    received_at: Moment
    figures: tuple[Figure, ...] = ()
    report_id: str | None = None
    remarks: str = ""
    detail: str = ""
    """Why there is no usable answer, in words for the secretariat."""
    seconds: float = 0.0
    """How long the exchange took."""


class Completeness(Record):
    """So many out of so many."""

    answered: int
    asked: int

    def __str__(self) -> str:
        return f"{self.answered} van {self.asked}"


class PictureRow(Record):
    """One indicator in the picture: its total, of how many, and what changed."""

    indicator: str
    name: str
    unit: str
    kind: FigureKind
    value: Decimal | None
    """None: nobody gave it. That is not zero."""
    completeness: Completeness
    oldest_reference_date: date | None
    synthetic: bool
    change: Decimal | None = None
    """Since the picture before, only where the same sources gave both."""
    crossed: str | None = None
    """The signal of the plan's threshold that this value crosses."""
    by_area: dict[str, Decimal] = Field(default_factory=dict)


class Picture(Record):
    """The situation as known at one moment, for one meeting (situatieschets)."""

    crisis: str
    body: Body
    number: int
    drawn_at: Moment
    rows: tuple[PictureRow, ...]
    submissions: dict[str, Submission]
    """Partner to how its answer came in."""

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


def draw_picture(
    crisis: str, meeting: tuple[Body, int], plan: "Plan", answers: Sequence[Answer], earlier: Picture | None, now: Moment
) -> Picture:
    """The picture that these answers give."""
    usable = [answer for answer in answers if answer.submission.has_figures]
    rows = [
        _row(indicator, kind, plan, usable, _same_row(earlier, indicator.id, kind))
        for indicator in plan.indicators
        for kind in indicator.kinds
    ]
    body, number = meeting
    return Picture(
        crisis=crisis,
        body=body,
        number=number,
        drawn_at=now,
        rows=tuple(rows),
        submissions={answer.partner: answer.submission for answer in answers},
    )


def _row(
    indicator: "Indicator", kind: FigureKind, plan: "Plan", usable: Sequence[Answer], earlier: PictureRow | None
) -> PictureRow:
    asked = plan.areas_that_give(indicator.id)
    latest = _latest_per_area(figure for _, figure in _given(indicator.id, kind, plan, usable))
    by_area = {area: figure.value for area, figure in latest.items()}
    value = sum(by_area.values(), Decimal()) if by_area else None
    return PictureRow(
        indicator=indicator.id,
        name=indicator.name,
        unit=indicator.unit,
        kind=kind,
        value=value,
        completeness=Completeness(answered=len(by_area), asked=len(asked)),
        oldest_reference_date=min((figure.reference_date for figure in latest.values()), default=None),
        synthetic=any(figure.synthetic for figure in latest.values()),
        change=_change(by_area, earlier),
        crossed=next(
            (t.signal for t in indicator.thresholds if value is not None and t.kind is kind and t.is_crossed_by(value)), None
        ),
        by_area=by_area,
    )


def given_for(row: PictureRow, plan: "Plan", answers: Sequence[Answer]) -> dict[str, tuple[str, Figure]]:
    """The figures of which the total of this row was made, by area, each with the partner that gave it.

    What came in after the picture was drawn is no part of it.
    """
    given = _given(row.indicator, row.kind, plan, [answer for answer in answers if answer.submission.has_figures])
    found: dict[str, tuple[str, Figure]] = {}
    for partner, figure in sorted(given, key=lambda one: one[1].reference_date):
        if row.by_area.get(figure.area) == figure.value:
            found[figure.area] = partner, figure
    return dict(sorted(found.items()))


def _given(indicator: str, kind: FigureKind, plan: "Plan", usable: Sequence[Answer]) -> Iterator[tuple[str, Figure]]:
    """What partners say about this indicator, as far as it is asked of them and about an area that is asked for."""
    asked = plan.areas_that_give(indicator)
    for answer in usable:
        if indicator in plan.partner(answer.partner).indicators:
            for figure in answer.figures:
                if figure.indicator == indicator and figure.kind is kind and figure.area in asked:
                    yield answer.partner, figure


def _latest_per_area(figures: Iterable[Figure]) -> dict[str, Figure]:
    latest: dict[str, Figure] = {}
    for figure in figures:
        known = latest.get(figure.area)
        if known is None or figure.reference_date >= known.reference_date:
            latest[figure.area] = figure
    return dict(sorted(latest.items()))


def _change(by_area: dict[str, Decimal], earlier: PictureRow | None) -> Decimal | None:
    """The difference, only where both pictures rest on the same areas: else silence would look like a fall."""
    if earlier is None or not by_area or earlier.by_area.keys() != by_area.keys():
        return None
    return sum(by_area.values(), Decimal()) - sum(earlier.by_area.values(), Decimal())


def _same_row(picture: Picture | None, indicator: str, kind: FigureKind) -> PictureRow | None:
    rows = picture.rows if picture else ()
    return next((row for row in rows if row.indicator == indicator and row.kind is kind), None)
