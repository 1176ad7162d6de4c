"""A document as PDF: what is written is what is read, whatever somebody typed."""

import re
import xml.etree.ElementTree as ET
import zlib
from datetime import timedelta
from decimal import Decimal
from itertools import chain

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from ttf_opensans import OPENSANS_SEMIBOLD

from crisis.places import SAFETY_REGIONS
from crisis.signals import Point
from integrations.wording.charts import SMALL, Bar, bar_chart
from integrations.wording.document import Block, Bullets, Cite, Document, Heading, Image, Mark, Note, Paragraph, Table
from integrations.wording.lines import line_chart
from integrations.wording.pdf import FACES, IN_SVG, as_pdf
from integrations.wording.tilemap import GRID, TILE, Tile, tile_map
from tests.building import NOW

SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
LINE = WORDS.map(lambda text: (text,))
ROWS = st.lists(st.tuples(LINE, LINE), min_size=1, max_size=4).map(tuple)
BLOCKS = st.one_of(
    st.builds(Heading, level=st.sampled_from((1, 2, 3)), text=WORDS),
    st.builds(Paragraph, words=LINE, is_warning=st.booleans()),
    st.builds(Bullets, items=st.lists(LINE, max_size=3).map(tuple)),
    st.builds(
        Table,
        header=st.tuples(WORDS, WORDS),
        rows=st.lists(st.tuples(LINE, LINE), min_size=1, max_size=4),
        widths=st.just((2, 1)),
    ),
    st.builds(Image, svg=WORDS.map(lambda text: bar_chart(text, text, [Bar(label=text, value=None)])), words=WORDS),
)


def a_document(*blocks: Block, marking: str = "oefening", notes: tuple[Note, ...] = ()) -> Document:
    return Document(title="Toets", marking=marking, blocks=blocks, notes=notes)


def written(*blocks: Block, **how: object) -> bytes:
    return as_pdf(a_document(*blocks, **how), "Zegel abc", NOW)  # type: ignore[arg-type]


def streams(pdf: bytes) -> list[bytes]:
    found = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(one) if one[:1] == b"x" else one for one in found]


def letters(pdf: bytes) -> set[str]:
    """All that a reader of the file can copy out of it: every font says which letters its glyphs are."""
    maps = [one for one in streams(pdf) if b"beginbfchar" in one]
    units = chain.from_iterable(re.findall(rb"^<\w+> <(\w+)>$", one, re.MULTILINE) for one in maps)
    return {bytes.fromhex(unit.decode()).decode("utf-16-be") for unit in units}


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def test_every_letter_of_a_name_and_every_sign_of_a_threshold_is_in_the_file() -> None:
    text = "≥ 3.750, ≤ 10 −5 € – Łódź Győr Súdwest-Fryslân “x”"
    assert set(text) - {" "} <= letters(written(Paragraph(words=(text,))))


def test_what_the_letters_do_not_hold_never_becomes_a_question_mark() -> None:
    """On a map `?` says that nothing is known."""
    shown = letters(written(Paragraph(words=("☠ 危",)), marking=""))
    assert "\ufffd" in shown
    assert "?" not in shown


def test_the_number_of_pages_is_not_filled_in_where_somebody_typed_its_sign() -> None:
    shown = letters(written(Paragraph(words=("naam {nb}",)), marking=""))
    assert {"{", "}"} <= shown


@pytest.mark.filterwarnings("error")
def test_there_is_room_for_the_number_of_a_hundred_pages() -> None:
    assert pages(written(*[Heading(level=1, text="a")] * 3_000)) >= 100


@pytest.mark.parametrize("text", ["vraag " * 1000, "W" * 4000], ids=["words", "one word"])
def test_a_cell_longer_than_a_page_goes_on_on_the_next(text: str) -> None:
    assert pages(written(Table(header=("a", "b"), rows=((("x",), (text,)),), widths=(1, 1)))) > 1


def test_a_heading_stands_on_the_page_of_its_chart() -> None:
    chart = Image(svg=bar_chart("t", "x", [Bar(label="a", value=Decimal(n)) for n in range(25)]), words="t")
    filling = [Paragraph(words=(f"regel {n}",)) for n in range(28)]
    heading = Heading(level=2, text="Ω")
    page_of = [number for number, one in enumerate(_contents(written(*filling, heading, chart))) if b" 13.00 Tf" in one]
    charted = [number for number, one in enumerate(_contents(written(*filling, heading, chart))) if one.count(b" re") > 20]
    assert page_of == charted == [1]


def test_a_tall_drawing_is_made_smaller_rather_than_leave_half_a_page_empty() -> None:
    lines = Paragraph(words=("Vol.\n" * 20,))
    drawing = Image(svg=tile_map("Plaatsen", dict.fromkeys(SAFETY_REGIONS, Tile())), words="kaart")
    assert pages(written(lines, drawing)) == 1
    assert pages(written(lines, lines, drawing)) == 2, "but not so small that it cannot be read"


def _contents(pdf: bytes) -> list[bytes]:
    return [one for one in streams(pdf) if b" Tf" in one]


def test_the_same_document_of_the_same_moment_is_the_same_file() -> None:
    document = a_document(Paragraph(words=("één",)))
    assert as_pdf(document, "z", NOW) == as_pdf(document, "z", NOW)
    assert as_pdf(document, "z", NOW) != as_pdf(document, "z", NOW + timedelta(days=1))


def test_references_and_open_places_are_written_out_with_their_notes() -> None:
    pdf = written(Paragraph(words=("Zie", Cite(note=1), Mark(text="datum"))), notes=(Note(number=1, text="Ω"),), marking="")
    assert {"[", "]", "Ω"} <= letters(pdf)


def test_the_file_says_in_which_language_it_is_and_whose() -> None:
    pdf = written(Paragraph(words=("x",)))
    assert b"/Lang (nl)" in pdf
    assert all(key in pdf for key in (b"/Title", b"/Author", b"/CreationDate"))


def test_our_drawings_ask_for_the_letters_that_are_replaced() -> None:
    assert IN_SVG in tile_map("t", {})
    assert IN_SVG in bar_chart("t", "x", [])
    points = [Point(on=NOW.date() + timedelta(days=day), value=Decimal(day), areas="NL") for day in range(2)]
    assert IN_SVG in line_chart(["t"], [], points, [], "nl")


def test_the_names_of_the_regions_fit_in_their_tiles() -> None:
    """In the letters of the PDF, which are wider than those of most screens."""
    font = TTFont(OPENSANS_SEMIBOLD.path)
    glyphs, widths, units = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    drawn = ET.fromstring(tile_map("t", {}))  # noqa: S314 - drawn by ourselves
    names = [text.text or "" for group in drawn.iter(f"{SVG}g") for text in group if text.get("font-weight") == "bold"]
    assert len(names) >= len(GRID)
    too_wide = [name for name in names if 4 + SMALL * sum(widths[glyphs[ord(one)]][0] for one in name) / units > TILE]
    assert too_wide == []


def test_the_letters_stand_in_the_file_and_not_on_the_machine() -> None:
    every_face = bar_chart("t", "x", [Bar(label="a", value=None)])
    pdf = written(Image(svg=every_face, words="t"))
    assert pdf.count(b"/FontFile2") == len(FACES)
    assert b"Helvetica" not in pdf


@settings(max_examples=30)
@given(st.lists(BLOCKS, max_size=5))
def test_whatever_somebody_typed_there_is_a_file(blocks: list[Block]) -> None:
    assert written(*blocks).startswith(b"%PDF-")
