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
from crisis.figures import Conflict, Figure, FigureKind, KnownFigure, conflicts, preferred
from crisis.inquiries import Answer, Submission
from crisis.record import AMSTERDAM, Moment, Record
from crisis.signals import (
    KNOWN_ENOUGH,
    MOST_POINTS,
    Point,
    ScalingAdvice,
    Signal,
    advise,
    comparable,
    signals,
    slope,
)
from crisis.structure import Body
from crisis.totals import Cell, Completeness, Freshness, PartsDiffer, Together, in_total, parts_differ, people, together, tops

if TYPE_CHECKING:
    from crisis.plan import Plan
    from crisis.thresholds import Indicator


OUTLOOK = "de vooruitblik"
"""What it is called among what is not known enough."""


class PictureRow(Record):
    """One indicator in the picture: its total, of how many, and what changed."""

    indicator: str
    name: str
    unit: str
    kind: FigureKind
    value: Decimal | None
    """None: nobody gave it. That is not zero."""
    completeness: Completeness
    """How many of the areas gave it for this picture."""
    counted: Completeness | None = None
    """How many of the areas are in the total, also by what was taken over or by their parts; None: it was not kept then."""
    oldest_reference_date: date | None
    synthetic: bool
    change: Decimal | None = None
    """Since the picture before, only where the same areas gave both."""
    crossed: str | None = None
    """The signal of the plan's threshold that this value crosses."""
    by_area: dict[str, Decimal] = Field(default_factory=dict)
    """What counts towards the total, by area."""
    cells: dict[str, Cell] = Field(default_factory=dict)
    """What is known, by area: also what is too old to count."""
    together: dict[str, Together] = Field(default_factory=dict)
    """The same for the areas in which those lie; the country is the total."""
    inhabitants: Completeness | None = None
    """How many people live in the areas that gave it, of all that were asked."""
    parts_differ: tuple[PartsDiffer, ...] = ()
    points: tuple[Point, ...] = ()
    """The totals of the pictures before, and this one."""

    @property
    def carried(self) -> int:
        """How many areas are counted by what they gave before."""
        return sum(cell.freshness is Freshness.CARRIED for cell in self.cells.values())

    @property
    def stale(self) -> int:
        """How many areas gave something once that is too old to count."""
        return sum(not cell.counts for cell in self.cells.values())

    @property
    def a_day(self) -> Decimal | None:
        """How much it changes a day, by the trend of the last pictures; None where there is no trend."""
        return slope(comparable(self.points)) if self.points and self.value is not None else None


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
    ground = _Ground(plan, fresh, carried, earlier, now)
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
        conflicts=conflicts(_latest([*fresh, *carried])),
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


class _Ground:
    """What a picture is drawn on."""

    def __init__(
        self, plan: "Plan", fresh: Sequence[KnownFigure], carried: Sequence[KnownFigure], earlier: Picture | None, now: Moment
    ) -> None:
        self._plan, self._territory = plan, plan.territory
        self._fresh, self._carried = _by_subject(_latest(fresh)), _by_subject(_latest(carried))
        self._earlier = {(row.indicator, row.kind): row for row in earlier.rows} if earlier else {}
        self._oldest = (now - plan.intake.stale_after).date()
        self._givers = {partner.id: frozenset(partner.indicators) for partner in plan.partners}

    def row(self, indicator: "Indicator", kind: FigureKind) -> PictureRow:
        """One indicator."""
        cells = self._cells(indicator.id, kind)
        asked = self._plan.areas_that_give(indicator.id) or frozenset(cells)
        cells = {area: cell for area, cell in sorted(cells.items()) if area in asked}
        counted = {area: cell for area, cell in cells.items() if cell.counts}
        adding_up = tops(counted, self._territory)
        by_area = {area: counted[area].value for area in adding_up}
        value = sum(by_area.values(), Decimal()) if by_area else None
        whole = in_total(asked, counted, self._territory)
        earlier = self._earlier.get((indicator.id, kind))
        fresh = [area for area, cell in cells.items() if cell.freshness is Freshness.FRESH]
        return PictureRow(
            indicator=indicator.id,
            name=indicator.name,
            unit=indicator.unit,
            kind=kind,
            value=value,
            completeness=Completeness(answered=len(fresh), asked=len(asked)),
            counted=whole,
            oldest_reference_date=min((counted[area].reference_date for area in adding_up), default=None),
            synthetic=any(counted[area].synthetic for area in adding_up),
            change=_change(by_area, earlier),
            crossed=_crossed(indicator, kind, value, whole),
            by_area=by_area,
            cells=cells,
            together=dict(together(asked, counted, self._territory)),
            inhabitants=people(asked, fresh, self._territory),
            parts_differ=tuple(parts_differ(asked, counted, self._territory)),
            points=_points(earlier, by_area, counted),
        )

    def _cells(self, indicator: str, kind: FigureKind) -> dict[str, Cell]:
        fresh, carried = self._fresh.get((indicator, kind), {}), self._carried.get((indicator, kind), {})
        found = {area: self._cell(figures, Freshness.FRESH) for area, figures in self._asked_of(indicator, fresh)}
        for area, figures in self._asked_of(indicator, carried):
            if area not in found:
                found[area] = self._cell(figures, Freshness.CARRIED)
        return found

    def _asked_of(self, indicator: str, by_area: Mapping[str, list[KnownFigure]]) -> Iterator[tuple[str, list[KnownFigure]]]:
        """What partners say as far as it is asked of them."""
        for area, figures in by_area.items():
            if asked := [figure for figure in figures if indicator in self._givers.get(figure.partner, ())]:
                yield area, asked

    def _cell(self, figures: list[KnownFigure], freshness: Freshness) -> Cell:
        one = preferred(figures)
        is_old = one.kind is not FigureKind.TARGET and one.reference_date < self._oldest  # what was agreed holds until replaced
        return Cell(
            value=one.value,
            reference_date=one.reference_date,
            partner=one.partner,
            source=one.source,
            freshness=Freshness.STALE if is_old and freshness is Freshness.CARRIED else freshness,
            is_old=is_old,
            provisional=one.provisional,
            synthetic=one.synthetic,
        )


def given_for(row: PictureRow, plan: "Plan", answers: Sequence[Answer]) -> dict[str, tuple[str, Figure]]:
    """The figures of which the total of this row was made, by area, each with the partner that gave it.

    What came in after the picture was drawn is no part of it. Pictures of before there were cells are read with the answers.
    """
    if row.cells:
        return {area: (row.cells[area].partner, _figure_of(row, area)) for area in sorted(row.by_area)}
    asked = plan.areas_that_give(row.indicator)
    given = [
        (answer.partner, figure)
        for answer in answers
        if answer.submission.has_figures and row.indicator in plan.partner(answer.partner).indicators
        for figure in answer.figures
        if (figure.indicator, figure.kind) == (row.indicator, row.kind) and figure.area in asked
    ]
    found: dict[str, tuple[str, Figure]] = {}
    for partner, figure in sorted(given, key=lambda one: one[1].reference_date):
        if row.by_area.get(figure.area) == figure.value:
            found[figure.area] = partner, figure
    return dict(sorted(found.items()))


def _figure_of(row: PictureRow, area: str) -> Figure:
    cell = row.cells[area]
    return Figure(
        indicator=row.indicator,
        area=area,
        kind=row.kind,
        value=cell.value,
        unit=row.unit,
        reference_date=cell.reference_date,
        source=cell.source,
        provisional=cell.provisional,
        synthetic=cell.synthetic,
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


def _latest(figures: Iterable[KnownFigure]) -> list[KnownFigure]:
    """What each partner said last about each thing: the latest date, and of one date what it stated last."""
    latest: dict[tuple[object, ...], KnownFigure] = {}
    for figure in figures:
        key = (*figure.subject, figure.partner)
        known = latest.get(key)
        if known is None or (figure.reference_date, figure.stated_at) >= (known.reference_date, known.stated_at):
            latest[key] = figure
    return list(latest.values())


_BySubject = dict[tuple[str, FigureKind], dict[str, list[KnownFigure]]]


def _by_subject(figures: Iterable[KnownFigure]) -> _BySubject:
    found: _BySubject = {}
    for figure in figures:
        found.setdefault((figure.indicator, figure.kind), {}).setdefault(figure.area, []).append(figure)
    return found


def _points(earlier: PictureRow | None, by_area: Mapping[str, Decimal], counted: Mapping[str, Cell]) -> tuple[Point, ...]:
    before = earlier.points if earlier else ()
    if not by_area:
        return before
    on = max(counted[area].reference_date for area in by_area)
    point = Point(on=on, value=sum(by_area.values(), Decimal()), areas=digest(sorted(by_area))[:12])
    return (*(known for known in before if known.on < on), point)[-MOST_POINTS * 2 :]


def _crossed(indicator: "Indicator", kind: FigureKind, value: Decimal | None, counted: Completeness) -> str | None:
    """The first signal of which it is certain; of a lower limit only a total of all areas says that."""
    sayable = (t for t in indicator.thresholds if t.kind is kind and (counted.is_all or not t.needs_all))
    return next((t.signal for t in sayable if value is not None and t.is_crossed_by(value)), None)


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


def _change(by_area: Mapping[str, Decimal], earlier: PictureRow | None) -> Decimal | None:
    """The difference, only where both pictures rest on the same areas: else silence would look like a fall."""
    if earlier is None or not by_area or earlier.by_area.keys() != by_area.keys():
        return None
    return sum(by_area.values(), Decimal()) - sum(earlier.by_area.values(), Decimal())


def _indicator(plan: "Plan", row: PictureRow) -> "Indicator":
    return next(indicator for indicator in plan.indicators if indicator.id == row.indicator)
