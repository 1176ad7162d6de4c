"""The sources of what a letter tells: each has one number, by which text, footnotes and annex are tied together."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crisis.letter import Quoted
from integrations.wording.charts import number_text
from integrations.wording.document import Cite, Note
from integrations.wording.kinds import KIND_WORDS

UNKNOWN = "onbekend"
NOTHING = "–"
UNTRACED = "herkomst niet vastgelegd"
FEW = 3
"""So many sources can be named in a note; of more, the annex holds the list."""


class Row(NamedTuple):
    """A figure in the table of sources: what it is, and all that must stand beside it."""

    what: str
    value: str
    reference: str
    source: str
    complete: str = NOTHING
    status: str = NOTHING


class Sources:
    """What is cited, in the order in which it is first cited: each source has one number."""

    def __init__(self) -> None:
        self._cited: dict[str, tuple[str, Row | None]] = {}

    def cite(self, key: str, text: str, row: Row | None = None) -> Cite:
        """A reference to this source; it gets its number the first time."""
        self._cited.setdefault(key, (text, row))
        return Cite(note=list(self._cited).index(key) + 1)

    def figure(self, key: str, row: Row) -> Cite:
        """A reference to the source of a figure, which then stands in the table of sources too."""
        complete = row.complete if row.complete == NOTHING else f"{row.complete} opgaven"
        told = "; ".join(part for part in (row.source, row.reference, complete, row.status) if part != NOTHING)
        return self.cite(key, f"{told[:1].upper()}{told[1:]}.", row)

    def notes(self) -> tuple[Note, ...]:
        """The footnotes."""
        return tuple(Note(number=number, text=text) for number, (text, _) in enumerate(self._cited.values(), start=1))

    def figures(self) -> Iterator[tuple[int, Row]]:
        """The table of sources."""
        for number, (_, row) in enumerate(self._cited.values(), start=1):
            if row:
                yield number, row


def figure_key(one: Quoted) -> str:
    """What makes it this figure."""
    return f"{one.row.indicator}/{one.row.kind}"


def figure_row(one: Quoted) -> Row:
    """A total of the picture in the table of sources."""
    row = one.row
    return Row(
        what=f"{row.name} ({KIND_WORDS[row.kind]})",
        value=amount_text(row.value, row.unit),
        reference=dates_text(one.reference_dates),
        source=_source(one),
        complete=str(row.completeness),
        status=_status(one),
    )


def _status(one: Quoted) -> str:
    if one.row.value is None:
        return NOTHING
    firm = status_text(provisional=one.is_provisional, synthetic=one.row.synthetic)
    return firm if one.is_traced else f"{UNTRACED}{', synthetisch' if one.row.synthetic else ''}"


def _source(one: Quoted) -> str:
    if not one.is_traced:
        return f"{UNTRACED}: niet aanhalen zonder navraag"
    if len(one.parts) > FEW:
        return f"{len(one.parts)} partners, zie bijlage 2"
    return "; ".join(said_by(part.partner, part.figure.source) for part in one.parts) or "geen opgave"


def said_by(partner: str, source: str) -> str:
    """The partner, and the source that it names where that is another."""
    return partner if source == partner else f"{partner} ({source})"


def status_text(*, provisional: bool, synthetic: bool) -> str:
    """How firm it is, and whether it is made up."""
    return ("voorlopig" if provisional else "definitief") + (", synthetisch" if synthetic else "")


def amount_text(value: Decimal | None, unit: str) -> str:
    """A number with its unit; what nobody gave is unknown, never zero."""
    return UNKNOWN if value is None else f"{number_text(value)} {unit}".rstrip()


def dates_text(dates: Sequence[date]) -> str:
    """The day, or from the first to the last."""
    shown = [f"{day:%d-%m-%Y}" for day in dates]
    return NOTHING if not shown else shown[0] if len(shown) == 1 else f"{shown[0]} tot en met {shown[-1]}"
