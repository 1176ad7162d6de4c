"""Files with rows and columns, CSV or XLSX, that a stranger made: read cell by cell, within limits, and nothing in them is run.

An XLSX is a zip: what would come out of it is looked at before anything is unpacked. Of a formula we take the value that the
spreadsheet kept with it; where it kept none, the cell is refused.
"""

import csv
import io
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, LargeZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from crisis.errors import InvalidInput

MOST_BYTES = 2_000_000
MOST_UNPACKED = 10_000_000
"""Bytes; a file that says so itself is not unpacked at all, and one that lies is cut off there."""
MOST_PARTS = 200
MOST_TAGS = 250_000
"""Of XML, in all: a full sheet of ours has 150,000."""
MOST_OTHER_TAGS = 50_000
"""Beside those of cells: a style takes 50 µs, and 16 kB unpacked to styles that took 75 s."""
MOST_LETTERS = 5000
"""In a cell: of one text of 8 MB, kept once in 13 kB and named in every row, each look took 20 ms."""
MOST_ROWS = 2000
MOST_COLUMNS = 30
LAST_ROW = 1_048_576
"""Of any spreadsheet: beyond it a file lies about where it is."""

_OTHER_TAG = re.compile(rb"<(?!/|(?:c|f|is|r|row|si|t|v)[\s/>])")

Value = str | int | float | bool | date | datetime | None

_BROKEN = (
    *(BadZipFile, LargeZipFile, InvalidFileException, ParseError, zlib.error, struct.error, EOFError, OSError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, NotImplementedError, RuntimeError),
)
"""What openpyxl and zipfile raise on a file that is damaged, or no XLSX at all."""


class Cell(NamedTuple):
    """What stands in a cell, and where: `B7`."""

    place: str
    value: Value
    is_bare_formula: bool = False
    """A formula without the value that it had."""


Rows = list[list[Cell]]


def rows_in(content: bytes) -> Rows:
    """The rows of a file, CSV or XLSX, whatever it is called; empty rows are left out.

    Raises:
        InvalidInput: it is neither, is too large, holds macros, or cannot be read.

    """
    if len(content) > MOST_BYTES:
        raise _refusal(f"file_too_large:{MOST_BYTES // 1_000_000}")
    found = _of_workbook(content) if content.startswith(b"PK") else _of_text(content)
    return [row for row in found if any(cell.value not in (None, "") or cell.is_bare_formula for cell in row)]


def _refusal(reason: str) -> InvalidInput:
    return InvalidInput(problems=[("file", reason)])


def _of_workbook(content: bytes) -> Rows:
    try:
        _check_parts(content)
        values, formulas = (_sheet(content, data_only=data_only) for data_only in (True, False))
    except _BROKEN as trouble:
        raise _refusal("no_sheet") from trouble
    return [
        [_cell(number, place, value, formula) for place, (value, formula) in enumerate(zip(row, written, strict=True), start=1)]
        for number, (row, written) in enumerate(zip(values, formulas, strict=True), start=1)
    ]


def _check_parts(content: bytes) -> None:
    with ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _refusal(f"unpacks_too_large:{MOST_UNPACKED // 1_000_000}")
        if any("vbaproject" in part.filename.casefold() for part in parts):
            raise _refusal("macros")
        tags = others = 0
        for part in parts:
            plain = archive.read(part).replace(b"\0", b"").lower()  # whatever it is called: another part says what it is
            if b"<!doctype" in plain or b"<!entity" in plain:
                raise _refusal("no_sheet")
            if b"macroenabled" in plain:
                raise _refusal("macros")
            tags, others = tags + plain.count(b"<"), others + sum(1 for _ in _OTHER_TAG.finditer(plain))
            if tags > MOST_TAGS or others > MOST_OTHER_TAGS:
                raise _refusal("too_intricate")


def _sheet(content: bytes, *, data_only: bool) -> list[tuple[Any, ...]]:
    """The rows of the first sheet; padded to the same width, which is bounded whatever the file says of itself."""
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
    sheet = workbook.worksheets[0]
    sheet.reset_dimensions()
    found: list[tuple[Any, ...]] = []
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), start=1):
        if number > LAST_ROW or (number > MOST_ROWS and any(value is not None for value in row)):
            raise _refusal(f"too_many_rows:{MOST_ROWS}")
        if len(row) > MOST_COLUMNS and row[MOST_COLUMNS] is not None:
            raise _refusal(f"too_many_columns:{MOST_COLUMNS}")
        if number <= MOST_ROWS:
            found.append((row + (None,) * MOST_COLUMNS)[:MOST_COLUMNS])
    return found


def _cell(row: int, column: int, value: Any, written: Any) -> Cell:
    place = f"{get_column_letter(column)}{row}"
    if isinstance(value, str) and len(value) > MOST_LETTERS:
        raise InvalidInput(problems=[(place, "no_line")])
    if not isinstance(value, str | int | float | bool | date | datetime | None):
        value = str(value)
    return Cell(place, value, is_bare_formula=value is None and written is not None)


def _of_text(content: bytes) -> Rows:
    text = re.sub(r"\Asep=.\r?\n", "", _decoded(content), flags=re.IGNORECASE)
    try:
        found = list(_within_limits(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)))
    except csv.Error as trouble:
        raise _refusal("no_sheet") from trouble
    return [
        [Cell(f"{get_column_letter(column)}{number}", value.strip()) for column, value in enumerate(row, start=1)]
        for number, row in found
    ]


def _decoded(content: bytes) -> str:
    """UTF-8, or what a Dutch Windows writes."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refusal("no_sheet")


def _delimiter(text: str) -> str:
    """The one that stands most often in the first line that says something."""
    return max(";,\t", key=text.lstrip().partition("\n")[0].count)


def _within_limits(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows, numbered as a spreadsheet does."""
    for number, row in enumerate(reader, start=1):
        if number > MOST_ROWS:
            raise _refusal(f"too_many_rows:{MOST_ROWS}")
        if len(row) > MOST_COLUMNS:
            raise _refusal(f"too_many_columns:{MOST_COLUMNS}")
        yield number, row
