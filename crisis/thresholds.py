"""What is counted, and the values at which a count becomes a signal (indicatoren, drempels)."""

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from crisis.figures import FigureKind
from crisis.record import Line, Record, Slug, Text
from crisis.structure import Body


class Threshold(Record):
    """A value at which an indicator becomes a signal."""

    kind: FigureKind = FigureKind.REALISED
    above: Decimal | None = None
    below: Decimal | None = None
    signal: Line
    scale_up_to: Body | None = None
    """The body that the plan wants at the table when it is crossed; where none is named it is a signal, and no more."""

    @property
    def limit(self) -> Decimal:
        """The value itself."""
        limit = self.above if self.above is not None else self.below
        assert limit is not None
        return limit

    def is_crossed_by(self, value: Decimal) -> bool:
        """Whether the value lies beyond."""
        return (self.above is not None and value > self.above) or (self.below is not None and value < self.below)

    @property
    def needs_all(self) -> bool:
        """Whether only a whole total can cross it: silence makes a sum smaller and never larger (no figure is below zero)."""
        return self.below is not None

    def is_nearer(self, slope: Decimal) -> bool:
        """Whether a value that changes so much a day moves towards the limit, on this side of it."""
        return slope > 0 if self.above is not None else slope < 0

    @model_validator(mode="after")
    def _names_a_side(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise PydanticCustomError("one_side", "needs either 'above' or 'below'")
        return self


class Indicator(Record):
    """Something that is counted, with the one definition that everyone answers to (E15, E16)."""

    id: Slug
    name: Line
    unit: Line
    definition: Text
    kinds: tuple[FigureKind, ...] = (FigureKind.OBSERVED,)
    thresholds: tuple[Threshold, ...] = ()
    forecast_days: int = Field(default=30, ge=1, le=366)
    """How far ahead a trend is drawn on to see whether a threshold will be crossed."""
