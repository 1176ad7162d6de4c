"""Sheets that partners fill in: read as people write them, and never trusted."""

import io
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from crisis.errors import InvalidInput
from crisis.figures import Figure, FigureKind
from crisis.partners import Partner, PartnerKind, WireForm
from crisis.thresholds import Indicator
from integrations.partners.sheet_form import COLUMNS, read_figures, template
from integrations.partners.sheets import MOST_ROWS, rows_in
from integrations.wording.problems import problem_texts

INDICATORS = {
    "cno-plaatsen": Indicator(
        id="cno-plaatsen",
        name="Plaatsen in de crisisnoodopvang",
        unit="plaatsen",
        definition="Plaatsen op de peildatum.",
        kinds=(FigureKind.TARGET, FigureKind.REALISED),
    ),
    "bewoners": Indicator(id="bewoners", name="Bewoners", unit="personen", definition="Personen op de peildatum."),
}
PARTNER = Partner(
    id="VR19",
    name="Veiligheidsregio Zeeland",
    kind=PartnerKind.SAFETY_REGION,
    area="VR19",
    form=WireForm.FORM,
    contact="liaison",
    indicators=("cno-plaatsen", "bewoners"),
)
ROW = {"indicator": "cno-plaatsen", "soort": "gerealiseerd", "waarde": "225", "peildatum": "24-06-2022"}


def as_csv(*rows: Mapping[str, object], delimiter: str = ";") -> bytes:
    names = list(rows[0])
    lines = [names, *([str(row[name]) for name in names] for row in rows)]
    return "\r\n".join(delimiter.join(line) for line in lines).encode()


def as_xlsx(*rows: Mapping[str, object]) -> bytes:
    return sheet_of([list(rows[0]), *(list(row.values()) for row in rows)])


def sheet_of(rows: Sequence[Sequence[object]]) -> bytes:
    workbook, out = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(out)
    return out.getvalue()


def read(content: bytes) -> tuple[Figure, ...]:
    return read_figures(content, PARTNER, INDICATORS)


def refused(content: bytes) -> Any:
    with pytest.raises(InvalidInput) as refusal:
        read(content)
    return refusal.value.details["problems"]


BOTH = pytest.mark.parametrize("made", [as_csv, as_xlsx])


@BOTH
def test_a_row_is_a_figure_and_the_plan_says_what_it_leaves_out(made: Any) -> None:
    (figure,) = read(made(ROW))
    assert figure == Figure(
        indicator="cno-plaatsen",
        area="VR19",
        kind=FigureKind.REALISED,
        value=Decimal(225),
        unit="plaatsen",
        reference_date=date(2022, 6, 24),
        source="opgave van Veiligheidsregio Zeeland",
        provisional=True,
    )


@BOTH
def test_everything_can_be_said(made: Any) -> None:
    row = {"Indicator": "Bewoners", "Gebied": "vr19", "soort": "waargenomen", "Waarde": "1.234,5", "Eenheid": "personen"}
    (figure,) = read(made(row | {"peildatum": "1 maart 2022", "status": "Definitief", "bron": "telling", "verzonnen": "ja"}))
    assert (figure.indicator, figure.value, figure.reference_date) == ("bewoners", Decimal("1234.5"), date(2022, 3, 1))
    assert (figure.provisional, figure.synthetic, figure.source) == (False, True, "telling")


@BOTH
def test_an_empty_value_is_no_figure_and_nought_is_one(made: Any) -> None:
    figures = read(made(ROW | {"waarde": ""}, ROW | {"waarde": "0", "soort": "doel"}))
    assert [(figure.kind, figure.value) for figure in figures] == [(FigureKind.TARGET, Decimal(0))]


@BOTH
@pytest.mark.parametrize(
    ("written", "value"),
    [("225", "225"), ("1.234", "1234"), ("1.234.567,25", "1234567.25"), ("0,5", "0.5"), ("1 234", "1234"), ("+3", "3")],
)
def test_numbers_are_read_as_a_dutch_hand_writes_them(made: Any, written: str, value: str) -> None:
    assert read(made(ROW | {"waarde": written}))[0].value == Decimal(value)


@pytest.mark.parametrize(("kept", "value"), [(225, "225"), (0.1, "0.1"), (1 / 3, "0.333333"), (1e3, "1000")])
def test_numbers_are_read_as_excel_keeps_them(kept: float, value: str) -> None:
    assert read(as_xlsx(ROW | {"waarde": kept}))[0].value == Decimal(value)


@BOTH
@pytest.mark.parametrize(
    "written",
    [
        "24-06-2022",
        "24-6-2022",
        "24/6/2022",
        "24.06.2022",
        "2022-06-24",
        "24 juni 2022",
        "24 JUN 2022",
        "24-jun-2022",
        " 24-06-2022 ",
    ],
)
def test_dates_are_read_as_people_write_them(made: Any, written: str) -> None:
    assert read(made(ROW | {"peildatum": written}))[0].reference_date == date(2022, 6, 24)


@pytest.mark.parametrize("kept", [date(2022, 6, 24), datetime(2022, 6, 24, 13, 30), 44736])  # noqa: DTZ001 - Excel knows no zone
def test_dates_are_read_as_excel_keeps_them(kept: object) -> None:
    assert read(as_xlsx(ROW | {"peildatum": kept}))[0].reference_date == date(2022, 6, 24)


@BOTH
@pytest.mark.parametrize(
    ("column", "written", "reason"),
    [
        ("waarde", "1234.5", "dutch_number"),
        ("waarde", "1,234.5", "dutch_number"),
        ("waarde", "veel", "dutch_number"),
        ("waarde", "1e5", "dutch_number"),
        ("waarde", "NaN", "dutch_number"),
        ("waarde", "#N/A", "dutch_number"),
        ("waarde", "-5", "not_between:1.000.000.000"),
        ("waarde", "2.000.000.000", "not_between:1.000.000.000"),
        ("waarde", "0,1234567", "decimals:6"),
        ("peildatum", "31-02-2022", "dutch_date"),
        ("peildatum", "24-06-22", "dutch_date"),
        ("peildatum", "06-24-2022", "dutch_date"),
        ("peildatum", "gisteren", "dutch_date"),
        ("peildatum", "", "dutch_date"),
        ("indicator", "tenten", "not_asked:cno-plaatsen, bewoners"),
        ("indicator", "", "not_asked:cno-plaatsen, bewoners"),
        ("soort", "bezet", "one_of:doel, gerealiseerd"),
        ("soort", "", "one_of:doel, gerealiseerd"),
        ("eenheid", "bedden", "one_of:plaatsen"),
        ("gebied", "VR18", "other_area:VR19"),
        ("status", "misschien", "one_of:voorlopig, definitief"),
        ("verzonnen", "soms", "one_of:nee, ja"),
        ("bron", "x" * 201, "no_line"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(made: Any, column: str, written: str, reason: str) -> None:
    row = ROW | {column: written}
    place = f"{'ABCDEFGH'[list(row).index(column)]}2"
    problems = refused(made(row))
    assert problems == [(place, reason)]
    assert "klopt niet" not in " ".join(problem_texts(problems, "nl"))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = ROW | {"waarde": "veel", "peildatum": "ooit"}
    assert refused(as_csv(ROW, wrong, ROW | {"indicator": "tenten"})) == [
        ("C3", "dutch_number"),
        ("D3", "dutch_date"),
        ("A4", "not_asked:cno-plaatsen, bewoners"),
    ]


def test_two_numbers_about_the_same_are_refused() -> None:
    assert refused(as_csv(ROW, ROW | {"waarde": "226"})) == [("C3", "again:C2")]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_may_be_any_that_spreadsheets_write(delimiter: str) -> None:
    assert read(as_csv(ROW, delimiter=delimiter))[0].value == 225


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"sep=;\r\n", b"\xef\xbb\xbfsep=;\n", b"\r\n\r\n"])
def test_what_excel_puts_before_a_csv_is_passed_over(prefix: bytes) -> None:
    assert read(prefix + as_csv(ROW))[0].value == 225


def test_the_letters_of_an_old_windows_are_read_too() -> None:
    assert read(as_csv(ROW | {"bron": "één"}).decode().encode("cp1252"))[0].source == "één"


@BOTH
def test_a_heading_that_is_missing_or_unknown_is_named(made: Any) -> None:
    assert refused(made({"indicator": "cno-plaatsen", "aantal": "3", "peildatum": "24-06-2022"})) == [
        ("file", "no_column:waarde"),
        ("B1", "unknown_column:" + ", ".join(COLUMNS)),
    ]


def test_a_heading_that_stands_there_twice_is_refused() -> None:
    assert refused(b"indicator;waarde;peildatum;waarde\n") == [("B1", "twice"), ("D1", "twice")]


@BOTH
@pytest.mark.parametrize("source", ["=1+1", '=HYPERLINK("http://elders.test")', "+31", "-x", "@SUM(1)", "=cmd|' /C calc'!A0"])
def test_what_begins_like_a_formula_is_text(made: Any, source: str) -> None:
    made_of = made(ROW | {"bron": source})
    if made is as_xlsx and source.startswith("="):
        assert refused(made_of) == [("E2", "bare_formula")]
    else:
        assert read(made_of)[0].source == source


def test_a_formula_gives_the_value_that_was_kept_with_it_and_is_never_worked_out() -> None:
    content = as_xlsx(ROW | {"waarde": "=100+125"})
    assert refused(content) == [("C2", "bare_formula")]
    assert read(edited(content, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>7</v>"))[0].value == 7


def edited(content: bytes, name: str, before: bytes, after: bytes) -> bytes:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            body = source.read(part)
            if part.filename == name:
                body = body.replace(b"<v />", b"<v></v>")
                assert before in body
                body = body.replace(before, after)
            target.writestr(part.filename, body)
    return out.getvalue()


def with_part(content: bytes, name: str, body: bytes) -> bytes:
    out = io.BytesIO(content)
    with ZipFile(out, "a", ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return out.getvalue()


def test_a_file_that_unpacks_to_far_more_than_it_is_is_refused_unread() -> None:
    bomb = with_part(as_xlsx(ROW), "xl/worksheets/bom.xml", b" " * 20_000_000)
    assert len(bomb) < 100_000
    assert refused(bomb) == [("file", "unpacks_too_large:10")]


def test_a_small_file_that_would_take_minutes_to_look_through_is_refused() -> None:
    slow = edited(as_xlsx(ROW), "xl/styles.xml", b"</cellXfs>", b"<xf/>" * 1_500_000 + b"</cellXfs>")
    assert len(slow) < 20_000
    began = time.perf_counter()
    assert refused(slow) == [("file", "too_intricate")]
    assert time.perf_counter() - began < 10


def test_a_part_is_looked_through_whatever_it_is_called() -> None:
    slow = edited(as_xlsx(ROW), "xl/worksheets/sheet1.xml", b"</sheetData>", b"<c/>" * 2_200_000 + b"</sheetData>")
    assert refused(renamed(slow, "worksheets/sheet1.xml", "worksheets/sheet1.dat")) == [("file", "too_intricate")]
    assert read(renamed(as_xlsx(ROW), "worksheets/sheet1.xml", "worksheets/sheet1.dat")) == read(as_xlsx(ROW))


def renamed(content: bytes, before: str, after: str) -> bytes:
    """With this part, and all that names it, under another name."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            body = source.read(part).replace(before.encode(), after.encode())
            target.writestr(part.filename.replace(before, after), body)
    return out.getvalue()


def test_a_text_that_every_cell_names_is_not_looked_through_for_each() -> None:
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    named = b'<Override PartName="/xl/lang.xml" ContentType="' + kind + b'"/></Types>'
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 9 + b"</row>"
    slow = edited(as_xlsx(ROW), "xl/worksheets/sheet1.xml", b"</sheetData>", row * 1900 + b"</sheetData>")
    slow = with_part(edited(slow, "[Content_Types].xml", b"</Types>", named), "xl/lang.xml", LONG_TEXT.encode())
    assert len(slow) < 100_000
    began = time.perf_counter()
    assert refused(slow) == [("A3", "no_line")]
    assert time.perf_counter() - began < 10


LONG_TEXT = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"é" * 4_000_000}</t></si></sst>'


def test_a_sheet_as_full_as_may_be_is_read() -> None:
    assert len(rows_in(sheet_of([[f"woord {row} {column}" for column in range(9)] for row in range(MOST_ROWS)]))) == MOST_ROWS


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/x.xml", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml", "macros"),
        ("xl/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', "no_sheet"),
        ("xl/x.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16"), "no_sheet"),
    ],
)
def test_macros_and_entities_are_refused(name: str, body: bytes, reason: str) -> None:
    assert refused(with_part(as_xlsx(ROW), name, body)) == [("file", reason)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x" * 2_000_001, "file_too_large:2"),
        (b"PK\x03\x04 geen zip", "no_sheet"),
        (b"\x00\x01\x02", "no_sheet"),
        (b'"indicator;waarde', "no_sheet"),
        (b"a;" * 40, "too_many_columns:30"),
        (b"a\n" * (MOST_ROWS + 1), f"too_many_rows:{MOST_ROWS}"),
    ],
)
def test_what_is_no_sheet_or_too_large_is_refused(content: bytes, reason: str) -> None:
    assert refused(content) == [("file", reason)]


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"1e308"])
def test_a_number_beyond_all_numbers_is_no_date(number: bytes) -> None:
    dated = as_xlsx(ROW | {"peildatum": 44_736})
    endless = edited(dated, "xl/worksheets/sheet1.xml", b"<v>44736</v>", b"<v>" + number + b"</v>")
    assert [reason for _, reason in refused(endless)] == ["dutch_date"]


@pytest.mark.parametrize("place", [b"2001", b"1048576", b"99999999999"])
def test_a_workbook_with_too_many_rows_is_refused_wherever_they_stand(place: bytes) -> None:
    far = edited(as_xlsx(ROW), "xl/worksheets/sheet1.xml", b'<row r="2">', b'<row r="' + place + b'">')
    assert refused(far) == [("file", f"too_many_rows:{MOST_ROWS}")]


def test_a_workbook_that_says_it_is_smaller_than_it_is_is_read_whole() -> None:
    lying = edited(as_xlsx(ROW, ROW | {"soort": "doel"}), "xl/worksheets/sheet1.xml", b'ref="A1:D3"', b'ref="A1:A1"')
    assert len(read(lying)) == 2


def test_a_workbook_with_too_many_columns_is_refused() -> None:
    assert refused(sheet_of([["a"] * 31])) == [("file", "too_many_columns:30")]


WHOLE = as_xlsx(ROW)
"""Made once: a workbook bears the moment of its making, and what is drawn must not depend on that."""


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_refused_and_nothing_worse(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        rows_in(bytes(content))
    except InvalidInput:
        return


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        read(content)
    except InvalidInput:
        return


def test_the_template_asks_what_the_plan_asks_and_reads_back_as_nothing_known() -> None:
    blank = template(PARTNER, INDICATORS)
    rows = list(load_workbook(io.BytesIO(blank)).worksheets[0].iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    assert [(row[0], row[1], row[2], row[4]) for row in rows[1:]] == [
        ("cno-plaatsen", "VR19", "doel", "plaatsen"),
        ("cno-plaatsen", "VR19", "gerealiseerd", "plaatsen"),
        ("bewoners", "VR19", "waargenomen", "personen"),
    ]
    assert read(blank) == ()


def test_a_template_that_is_filled_in_is_read() -> None:
    workbook, out = load_workbook(io.BytesIO(template(PARTNER, INDICATORS))), io.BytesIO()
    sheet = workbook.worksheets[0]
    sheet["D3"], sheet["F3"] = 225, date(2022, 6, 24)
    workbook.save(out)
    assert [(figure.kind, figure.value) for figure in read(out.getvalue())] == [(FigureKind.REALISED, Decimal(225))]


DANGEROUS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1+1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_in_a_template_is_a_formula(text: str) -> None:
    unit = text.strip()
    wicked = INDICATORS | {"bewoners": INDICATORS["bewoners"].model_copy(update={"unit": unit, "definition": text})}
    workbook = load_workbook(io.BytesIO(template(PARTNER, wicked)))
    kept = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in kept} == {"s"}
    assert workbook["Cijfers"]["E4"].value == unit
    assert workbook["Cijfers"]["E4"].quotePrefix


@pytest.mark.skipif(shutil.which("localc") is None, reason="LibreOffice Calc is not on this machine")
def test_libreoffice_shows_what_looks_like_a_formula_as_text(tmp_path: Path) -> None:
    wicked = INDICATORS | {"bewoners": INDICATORS["bewoners"].model_copy(update={"unit": "=1+1"})}
    file = tmp_path / "invulblad.xlsx"
    file.write_bytes(template(PARTNER, wicked))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profiel", "--headless", "--convert-to", "csv", file.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)  # noqa: S603 - ours
    assert "=1+1" in (tmp_path / "invulblad.csv").read_text(encoding="utf-8")
