"""What a partner says when a person says it: on a form, in one click, by telephone or by mail (opgave).

An empty field is "not known", and never zero. Whatever way it came, it becomes the same figures as those of a system.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from crisis.errors import InvalidInput
from crisis.figures import HIGHEST_VALUE, Figure, FigureKind, KnownFigure
from crisis.inquiries import Inquiry, Wanted
from crisis.partners import Partner
from crisis.record import AMSTERDAM, Line, Moment, PartnerKey, Record, Text

if TYPE_CHECKING:
    from crisis.plan import Plan

Amount = Annotated[Decimal, Field(ge=0, le=HIGHEST_VALUE, decimal_places=6, allow_inf_nan=False)]


class FigureState(StrEnum):
    """Whether it may still change."""

    PROVISIONAL = "voorlopig"
    FINAL = "definitief"


class GivenFigures(Record):
    """What is filled in on a form: numbers, or that nothing has changed."""

    unchanged: bool = False
    values: dict[str, Amount] = Field(default_factory=dict)
    """By `name_of` what is asked; what is not known is not in it."""
    state: FigureState = FigureState.PROVISIONAL
    remarks: Text | None = None


class Means(StrEnum):
    """How a partner was heard, where it used neither system nor form."""

    TELEPHONE = "telefonisch"
    MAIL = "per mail"


class EnteredFigures(Record):
    """What the secretariat writes down for a partner: by whom it was said, and when."""

    inquiry: int = Field(ge=1)
    partner: PartnerKey
    values: dict[str, Amount]
    means: Means
    said_by: Line
    said_at: Moment
    state: FigureState = FigureState.PROVISIONAL
    remarks: Text | None = None

    @property
    def source(self) -> str:
        """Where it is from, as it stands with every figure."""
        return f"{self.means} van {self.said_by}, {_wall(self.said_at)}"[:200]


def name_of(wanted: Wanted) -> str:
    """The name of its field: `cno-plaatsen.realised`."""
    indicator, kind = wanted
    return f"{indicator}.{kind}"


def earlier_of(partner: Partner, asked: Iterable[Wanted], known: Iterable[KnownFigure]) -> dict[str, KnownFigure]:
    """What this partner gave last of what is asked, by the name of its field."""
    latest = {(figure.indicator, figure.kind): figure for figure in known if is_own(figure, partner)}
    return {name_of(wanted): latest[wanted] for wanted in asked if wanted in latest}


def is_own(figure: KnownFigure, partner: Partner) -> bool:
    """Whether it is what this partner said of its own area."""
    return figure.partner == partner.id and figure.area == partner.area


def figures_given(
    given: GivenFigures,
    inquiry: Inquiry,
    partner: Partner,
    asked: Sequence[Wanted],
    earlier: dict[str, KnownFigure],
    plan: "Plan",
    said_by: str,
) -> tuple[Figure, ...]:
    """The figures of a form. What was there before is taken over with the new date where nothing changed.

    Raises:
        InvalidInput: nothing was filled in, something was not asked, or there is nothing that could have stayed the same.

    """
    if given.unchanged:
        if not earlier:
            raise InvalidInput(problems=[("unchanged", "nothing_before")])
        source = f"geen wijziging, gemeld door {said_by}"[:200]
        return tuple(_again(earlier[name], inquiry, source) for name in map(name_of, asked) if name in earlier)
    return figures_typed(given.values, given.state, f"formulier, {said_by}"[:200], inquiry, partner, asked, plan)


def figures_typed(
    values: dict[str, Decimal],
    state: FigureState,
    source: str,
    inquiry: Inquiry,
    partner: Partner,
    asked: Sequence[Wanted],
    plan: "Plan",
) -> tuple[Figure, ...]:
    """The figures that somebody typed. Raises InvalidInput where there are none, or one was not asked."""
    known = {name_of(wanted): wanted for wanted in asked}
    if strange := [("values", f"unasked:{name}") for name in values if name not in known]:
        raise InvalidInput(problems=strange)
    if not values:
        raise InvalidInput(problems=[("values", "nothing_given")])
    units = {indicator.id: indicator.unit for indicator in plan.indicators}

    def figure(indicator: str, kind: FigureKind, value: Decimal) -> Figure:
        return Figure(
            indicator=indicator,
            area=partner.area,
            kind=kind,
            value=value,
            unit=units[indicator],
            reference_date=inquiry.reference_date,
            source=source,
            provisional=state is FigureState.PROVISIONAL,
            synthetic=not plan.is_real,
        )

    return tuple(figure(*known[name], value) for name, value in values.items())


def _again(figure: KnownFigure, inquiry: Inquiry, source: str) -> Figure:
    """The same number about a later date."""
    said = figure.model_dump(include=set(Figure.model_fields))
    return Figure(**said | {"reference_date": inquiry.reference_date, "source": source, "supersedes": figure.report_id})


def _wall(moment: datetime) -> str:
    return f"{moment.astimezone(AMSTERDAM):%d-%m-%Y %H:%M}"
