"""The sheet that a partner fills in: one row for each number, under Dutch headings (invulblad).

Read as people write: a decimal comma, a date as 24-06-2022 or 24 juni 2022 or as Excel keeps it. An empty value is not known,
and not zero. Everything that is wrong is told at once, each with its cell.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell as WrittenCell
from openpyxl.styles import Font
from pydantic import TypeAdapter, ValidationError

from crisis.errors import InvalidInput
from crisis.figures import HIGHEST_VALUE, Figure, FigureKind
from crisis.partners import Partner
from crisis.record import YEARS, Line
from crisis.thresholds import Indicator
from integrations.partners.sheets import Cell, rows_in
from integrations.wording.kinds import KIND_WORDS

COLUMNS = ("indicator", "gebied", "soort", "waarde", "eenheid", "peildatum", "status", "bron", "verzonnen")
NEEDED = ("indicator", "waarde", "peildatum")
"""What must be there; of the rest the plan says enough."""

_STATUS = {"": True, "voorlopig": True, "definitief": False}
_YES = {"": False, "nee": False, "ja": True}
_MONTHS = (
    *(("januari", "jan"), ("februari", "feb"), ("maart", "mrt", "mar"), ("april", "apr"), ("mei",), ("juni", "jun")),
    *(("juli", "jul"), ("augustus", "aug"), ("september", "sep", "sept"), ("oktober", "okt"), ("november", "nov")),
    ("december", "dec"),
)
_LINE: TypeAdapter[str] = TypeAdapter(Line)
_EXCEL_BEGAN = date(1899, 12, 30)
_EXCEL_DAYS = range(36_526, 73_051)
"""What a date is to Excel where nobody told it that it is one: the days of 2000 to 2100."""


class _Wrong(Exception):  # noqa: N818 - a statement
    def __init__(self, cell: Cell, reason: str) -> None:
        self.problem = cell.place, reason
        super().__init__(reason)


def read_figures(content: bytes, partner: Partner, indicators: Mapping[str, Indicator]) -> tuple[Figure, ...]:
    """The numbers of this partner in a file that somebody filled in. `indicators` are those of the plan, by id.

    Raises:
        InvalidInput: it is no such file, or by cell what is wrong (`B7`); all problems at once.

    """
    found = rows_in(content)
    columns = _columns(found[0] if found else [])
    figures: dict[tuple[object, ...], str] = {}
    read, problems = [], []
    for row in found[1:]:
        line = {name: row[place] if place < len(row) else Cell(row[0].place, None) for name, place in columns.items()}
        try:
            figure = _figure(line, partner, indicators)
            if figure and (first := figures.setdefault((*figure.subject, figure.reference_date), line["waarde"].place)):
                if first != line["waarde"].place:
                    raise _Wrong(line["waarde"], f"again:{first}")
                read.append(figure)
        except _Problems as several:
            problems += several.problems
        except _Wrong as one:
            problems.append(one.problem)
    if problems:
        raise InvalidInput(problems=problems)
    return tuple(read)


class _Problems(Exception):  # noqa: N818 - a statement
    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__(str(problems))


def _columns(header: Sequence[Cell]) -> dict[str, int]:
    """Which column holds what; the order is free. Raises InvalidInput."""
    names = [str(cell.value or "").strip().casefold() for cell in header]
    problems = [("file", f"no_column:{name}") for name in NEEDED if name not in names]
    for cell, name in zip(header, names, strict=True):
        if name and name not in COLUMNS:
            problems.append((cell.place, "unknown_column:" + ", ".join(COLUMNS)))
        elif name and names.count(name) > 1:
            problems.append((cell.place, "twice"))
    if problems:
        raise InvalidInput(problems=problems)
    return {name: place for place, name in enumerate(names) if name}


def _figure(line: Mapping[str, Cell], partner: Partner, indicators: Mapping[str, Indicator]) -> Figure | None:
    """The figure in a row; None where its value is not filled in. Raises _Problems."""
    if _is_empty(line["waarde"]):
        return None
    problems: list[tuple[str, str]] = []

    def read(name: str, reader: Callable[[Cell], Any]) -> Any:
        try:
            return reader(line.get(name, Cell(line["waarde"].place, None)))
        except _Wrong as wrong:
            problems.append(wrong.problem)
            return None

    indicator = read("indicator", lambda cell: _indicator(cell, partner, indicators))
    fields = {
        "area": read("gebied", lambda cell: _area(cell, partner)),
        "kind": read("soort", lambda cell: _kind(cell, indicator)),
        "value": read("waarde", number_in),
        "unit": read("eenheid", lambda cell: _unit(cell, indicator)),
        "reference_date": read("peildatum", date_in),
        "provisional": read("status", lambda cell: _one_of(cell, _STATUS)),
        "synthetic": read("verzonnen", lambda cell: _one_of(cell, _YES)),
        "source": read("bron", lambda cell: _source(cell, partner)),
    }
    if problems or indicator is None:
        raise _Problems(problems)
    return Figure(indicator=indicator.id, **fields)


def _is_empty(cell: Cell) -> bool:
    return not cell.is_bare_formula and (cell.value is None or not str(cell.value).strip())


def _text(cell: Cell) -> str:
    """What stands there, as text. Raises _Wrong."""
    if cell.is_bare_formula:
        raise _Wrong(cell, "bare_formula")
    return "" if cell.value is None else str(cell.value).strip()


def _indicator(cell: Cell, partner: Partner, indicators: Mapping[str, Indicator]) -> Indicator:
    """By its id or its name. Raises _Wrong."""
    named = _text(cell).casefold()
    for key in partner.indicators:
        if named in (key, indicators[key].name.casefold()):
            return indicators[key]
    raise _Wrong(cell, "not_asked:" + ", ".join(partner.indicators))


def _area(cell: Cell, partner: Partner) -> str:
    if _text(cell).upper() not in ("", partner.area.upper()):
        raise _Wrong(cell, f"other_area:{partner.area}")
    return partner.area


def _kind(cell: Cell, indicator: Indicator | None) -> FigureKind:
    known = indicator.kinds if indicator else tuple(FigureKind)
    if not (named := _text(cell).casefold()) and len(known) == 1:
        return known[0]
    for kind in known:
        if named in (KIND_WORDS[kind], kind):
            return kind
    raise _Wrong(cell, "one_of:" + ", ".join(KIND_WORDS[kind] for kind in known))


def _unit(cell: Cell, indicator: Indicator | None) -> str:
    unit = indicator.unit if indicator else ""
    if indicator and _text(cell).casefold() not in ("", unit.casefold()):
        raise _Wrong(cell, f"one_of:{unit}")
    return unit


def _one_of(cell: Cell, words: Mapping[str, bool]) -> bool:
    if (named := _text(cell).casefold()) not in words:
        raise _Wrong(cell, "one_of:" + ", ".join(filter(None, words)))
    return words[named]


def _source(cell: Cell, partner: Partner) -> str:
    """What it rests on: text, also where it begins like a formula."""
    try:
        return _LINE.validate_python(_text(cell) or f"opgave van {partner.name}")
    except ValidationError as error:
        raise _Wrong(cell, "no_line") from error


def number_in(cell: Cell) -> Decimal:
    """A number as a Dutch hand writes it: `1.234,5`. A dot stands only between thousands. Raises _Wrong."""
    text = _text(cell).replace("\u00a0", "").replace(" ", "")
    if isinstance(cell.value, bool):
        raise _Wrong(cell, "decimal_parsing")
    if isinstance(cell.value, str):
        if not re.fullmatch(r"[+-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,15})(,[0-9]{1,15})?", text):
            raise _Wrong(cell, "dutch_number")
        text = text.replace(".", "").replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _Wrong(cell, "dutch_number") from error
    if not number.is_finite() or not 0 <= number <= HIGHEST_VALUE:
        raise _Wrong(cell, "not_between:" + f"{HIGHEST_VALUE:,}".replace(",", "."))
    rounded = round(number, 6)
    if isinstance(cell.value, str) and rounded != number:
        raise _Wrong(cell, "decimals:6")
    return rounded.normalize() if rounded % 1 else Decimal(int(rounded))


def date_in(cell: Cell) -> date:
    """A date as people write it, or as Excel keeps it. Raises _Wrong."""
    found = cell.value
    if isinstance(found, datetime):
        found = found.date()
    elif isinstance(found, int | float) and not isinstance(found, bool) and _EXCEL_DAYS[0] <= found < _EXCEL_DAYS.stop:
        found = _EXCEL_BEGAN + timedelta(days=int(found))
    elif isinstance(found, str) or cell.is_bare_formula:
        found = next(_dates(_text(cell)), None)
    if not isinstance(found, date) or found.year not in YEARS:
        raise _Wrong(cell, "dutch_date")
    return found


def _dates(text: str) -> Iterator[date]:
    for pattern, order in (
        (r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", (3, 2, 1)),
        (r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00)?)?", (1, 2, 3)),
        (r"([0-9]{1,2})[- ]([a-z]+)\.?[- ]([0-9]{4})", (3, 2, 1)),
    ):
        if found := re.fullmatch(pattern, text.strip().casefold()):
            year, month, day = (found[part] for part in order)
            number = int(month) if month.isdecimal() else _month(month)
            try:
                yield date(int(year), number, int(day))
            except ValueError:
                return


def _month(name: str) -> int:
    """In full, or by its first letters; 0 for what is no month."""
    return next((number for number, names in enumerate(_MONTHS, start=1) if name in names), 0)


class Begun(NamedTuple):
    """A row as it is handed out: what is asked, and what is known of it already."""

    indicator: str
    kind: FigureKind
    reference_date: date | None = None
    value: Decimal | None = None
    """What was given last."""
    is_made_up: bool = False


def template(partner: Partner, indicators: Mapping[str, Indicator], begun: Sequence[Begun] = ()) -> bytes:
    """A sheet for this partner with all it gives, or these rows; what each number means stands on a second page."""
    begun = begun or [Begun(key, kind) for key in partner.indicators for kind in indicators[key].kinds]
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Cijfers"
    _write(sheet, 1, COLUMNS, bold=True)
    for number, row in enumerate(begun, start=2):
        _begin(sheet, number, row, partner.area, indicators[row.indicator].unit)
    asked = dict.fromkeys(row.indicator for row in begun)
    _explain(workbook.create_sheet("Uitleg"), partner, [indicators[key] for key in asked])
    _widen(sheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _begin(sheet: Any, number: int, row: Begun, area: str, unit: str) -> None:
    made_up = "ja" if row.is_made_up else "nee"
    _write(sheet, number, (row.indicator, area, KIND_WORDS[row.kind], "", unit, "", "voorlopig", "", made_up))
    sheet.cell(number, COLUMNS.index("waarde") + 1).value = row.value
    about = sheet.cell(number, COLUMNS.index("peildatum") + 1)
    about.value, about.number_format = row.reference_date, "DD-MM-YYYY"


def _explain(sheet: Any, partner: Partner, indicators: Sequence[Indicator]) -> None:
    lines = [
        ("Invulblad", partner.name),
        ("waarde", "Leeg is: niet bekend. 0 is: geteld, en geen gevonden."),
        ("peildatum", "De dag waarover het getal gaat, zoals 24-06-2022."),
        ("status", "voorlopig of definitief"),
        ("verzonnen", "ja voor een oefening, anders nee"),
        *((one.id, f"{one.name} ({one.unit}): {one.definition}") for one in indicators),
    ]
    for number, line in enumerate(lines, start=1):
        _write(sheet, number, line)
    _widen(sheet)


def _write(sheet: Any, number: int, texts: Sequence[str], *, bold: bool = False) -> None:
    for column, text in enumerate(texts, start=1):
        if text:
            _put(sheet.cell(number, column), text)
            sheet.cell(number, column).font = Font(bold=bold)


def _put(cell: WrittenCell, text: str) -> None:
    """Text as text: whatever it begins with, no spreadsheet takes it for a formula."""
    cell.value = text
    cell.data_type = "s"
    if text.lstrip().startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True


def _widen(sheet: Any) -> None:
    for column in sheet.columns:
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(max(longest, 12) + 2, 90)
