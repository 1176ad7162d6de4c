"""One indicator in the picture: what is known of it by area, its total, and out of how many that was made.

What was given before, and is not too old, is taken over and marked; where an area and its parts both say something, the area
counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import Field

from crisis.audit import digest
from crisis.figures import Figure, FigureKind, KnownFigure, preferred
from crisis.inquiries import Answer
from crisis.record import Moment, Record
from crisis.signals import MOST_POINTS, Point, comparable, slope
from crisis.totals import Cell, Completeness, Freshness, PartsDiffer, Together, in_total, parts_differ, people, together, tops

if TYPE_CHECKING:
    from crisis.plan import Plan
    from crisis.thresholds import Indicator


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


class Ground:
    """What a picture is drawn on."""

    def __init__(
        self,
        plan: "Plan",
        fresh: Sequence[KnownFigure],
        carried: Sequence[KnownFigure],
        earlier: Iterable[PictureRow],
        now: Moment,
    ) -> None:
        self._plan, self._territory = plan, plan.territory
        self._fresh, self._carried = _by_subject(latest_of(fresh)), _by_subject(latest_of(carried))
        self._earlier = {(row.indicator, row.kind): row for row in earlier}
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


def latest_of(figures: Iterable[KnownFigure]) -> list[KnownFigure]:
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


def _change(by_area: Mapping[str, Decimal], earlier: PictureRow | None) -> Decimal | None:
    """The difference, only where both pictures rest on the same areas: else silence would look like a fall."""
    if earlier is None or not by_area or earlier.by_area.keys() != by_area.keys():
        return None
    return sum(by_area.values(), Decimal()) - sum(earlier.by_area.values(), Decimal())
