"""Words that every part of the picture needs: a value, an age, a table."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from crisis.record import AMSTERDAM
from crisis.situation import Picture, PictureRow
from crisis.totals import Completeness
from integrations.wording.charts import number_text
from integrations.wording.document import Table
from integrations.wording.english import said
from integrations.wording.times import date_text


def marks(row: PictureRow) -> str:
    """What must be said with every number that is made up."""
    return ", synthetisch" if row.synthetic else ""


def people_text(people: Completeness) -> str:
    """How many people it is about, of how many."""
    return f"{number_text(people.answered)} van {number_text(people.asked)} inwoners"


def value_text(row: PictureRow) -> str:
    """A total; unknown where nobody gave it, which is not zero."""
    return "onbekend" if row.value is None else number_text(row.value)


def age_text(day: date | None, picture: Picture) -> str:
    """The date with how long ago that was when the picture was drawn."""
    if day is None:
        return "–"
    days = (picture.drawn_at.astimezone(AMSTERDAM).date() - day).days
    old = {0: "vandaag", 1: "1 dag oud"}.get(days, f"{days} dagen oud")
    return f"{day:%d-%m-%Y} ({old})"


def day_text(day: date | None, language: str = "nl") -> str:
    """A day in full."""
    return date_text(day, language) if day else said("een onbekende dag", language)


def whole(number: Decimal, language: str) -> str:
    """A number without what is behind the comma."""
    return number_text(number.quantize(Decimal(1)), language)


def plain_table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """A table of plain text."""
    return Table(
        header=header, rows=tuple(tuple((cell,) for cell in row) for row in rows), widths=(2, *(1,) * (len(header) - 1))
    )
