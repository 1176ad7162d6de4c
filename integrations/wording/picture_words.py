"""Words that every part of the picture needs: an age, a difference, a table."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from crisis.inquiries import Submission
from crisis.picture_rows import PictureRow
from crisis.record import AMSTERDAM
from crisis.situation import Picture
from crisis.totals import Completeness
from integrations.wording.charts import number_text
from integrations.wording.document import Table
from integrations.wording.dossier_parts import Wording
from integrations.wording.english import said
from integrations.wording.times import date_text


def marks(row: PictureRow, words: Wording) -> str:
    """What must be said with every number that is made up."""
    return f", {words.say('synthetisch')}" if row.synthetic else ""


def people_text(people: Completeness, words: Wording) -> str:
    """How many people it is about, of how many."""
    answered, asked = (number_text(number, words.language) for number in (people.answered, people.asked))
    return words.say("{answered} van {asked} inwoners", answered=answered, asked=asked)


def age_text(day: date | None, picture: Picture, words: Wording) -> str:
    """The date with how long ago that was when the picture was drawn."""
    if day is None:
        return "–"
    days = (picture.drawn_at.astimezone(AMSTERDAM).date() - day).days
    if days in (0, 1):
        return f"{words.day(day)} ({words.say('1 dag oud' if days else 'vandaag')})"
    return f"{words.day(day)} ({words.say('{days} dagen oud', days=days)})"


def how_text(how: Submission, words: Wording) -> str:
    """How an answer came in, or that it has not."""
    return words.say("nog geen antwoord" if how is Submission.AWAITED else how)


def signed(number: Decimal | None, words: Wording) -> str:
    """A difference with its sign; a dash where there is none to tell."""
    return "–" if number is None else words.change(number)


def day_text(day: date | None, language: str) -> str:
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
