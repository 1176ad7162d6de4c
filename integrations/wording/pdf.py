"""A document as PDF, for who must print it or file it; drawn here, needing nothing from the machine.

Its letters travel in the file: `≥` and `ő` stay what they are. What they do not hold becomes `�`, never a question mark,
which on a map means that nothing is known. The same document of the same moment is the same file.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from itertools import zip_longest
from logging import ERROR, getLogger
from textwrap import wrap
from typing import Literal

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont
from ttf_opensans import OPENSANS_ITALIC, OPENSANS_REGULAR, OPENSANS_SEMIBOLD

from integrations.wording.document import Block, Bullets, Document, Heading, Image, Paragraph, Table, plain
from integrations.wording.english import said

FONT = "opensans"
FACES = {"": OPENSANS_REGULAR, "B": OPENSANS_SEMIBOLD, "I": OPENSANS_ITALIC}
SIZES = {1: 17, 2: 13, 3: 11}
BODY, SMALL = 9.5, 8
MARGIN, FOOT, IMAGE, TALL, LEAD, KEPT = 15, 18, 110, 175, 12, 30
NARROW, WIDE = 14, 62
"""Millimetres: of a page, how wide and tall a drawing gets, a heading, what stays with it, least and most of a column."""
GREY, HAIR = 80, 190
SHRUNK, APART = 0.75, 1.25
"""How small a drawing may get to stay on the page; of a line of words, how far it lies under the one before."""
LONGEST = 600
"""Characters of a cell in one row; what is longer goes on in the next, for a row must fit on a page."""
IN_SVG = 'font-family="Arial, sans-serif"'
"""What our drawings ask for; `tests/test_pdf.py` holds them to it."""
UNKNOWN = "\ufffd"

getLogger("fpdf.svg").setLevel(ERROR)  # it says that it passes over titles, which no page shows


class _Pages(FPDF):
    """Pages with the marking above and the seal below."""

    def __init__(self, document: Document, foot: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        for style, face in FACES.items():
            self.add_font(FONT, style, face.path)
        self.alias_nb_pages("\ue000" * 3)  # no text keeps such a sign: the letters do not hold it
        self.marking, self.foot, self.language = document.marking, foot, document.language
        self.set_creation_date(made_at)
        self.set_title(document.title)
        self.set_author("Opschaling")
        self.set_creator("Opschaling")
        self.set_lang(document.language)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, FOOT)

    def header(self) -> None:
        """What a paper that is not real bears on every page."""
        if self.marking:
            self.set_font(FONT, "B", BODY)
            self.cell(text=self.known(f"{self.marking.upper()} – {said('dit stuk is niet echt', self.language)}"))
            self.ln(7)

    def footer(self) -> None:
        """Page and seal."""
        self.set_y(-FOOT + 5)
        self.set_font(FONT, size=SMALL)
        self.set_text_color(GREY)
        self.cell(text=self.known(self.foot))
        self.set_x(-MARGIN - 30)
        self.cell(30, text=f"{self.page_no()} / {self.str_alias_nb_pages}", align="R")
        self.set_text_color(0)

    def known(self, text: str) -> str:
        """The text, with what the letters do not hold shown as such."""
        return "".join(one if one == "\n" or self._holds(one) else UNKNOWN for one in text)

    def _holds(self, letter: str) -> bool:
        font = self.fonts[FONT]
        return isinstance(font, TTFFont) and ord(letter) in font.cmap


def as_pdf(document: Document, foot: str, made_at: datetime) -> bytes:
    """The document as PDF, with these words at the foot of every page."""
    pages = _Pages(document, foot, made_at)
    pages.add_page()
    for block, after in zip_longest(document.blocks, document.blocks[1:]):
        if isinstance(block, Heading) and pages.will_page_break(
            LEAD + _size(after.svg)[1] if isinstance(after, Image) else KEPT
        ):
            pages.add_page()
        _draw(pages, block)
    for note in document.notes:
        pages.set_font(FONT, size=SMALL)
        _text(pages, f"{note.number}. {note.text}")
    return bytes(pages.output())


def _draw(pages: _Pages, block: Block) -> None:
    match block:
        case Heading():
            pages.ln(2)
            pages.set_font(FONT, "B", SIZES[block.level])
            _text(pages, block.text)
            pages.ln(1)
        case Paragraph():
            pages.set_font(FONT, "B" if block.is_warning else "", BODY)
            _text(pages, plain(block.words), border=1 if block.is_warning else 0, padding=2 if block.is_warning else 0)
            pages.ln(2)
        case Bullets():
            pages.set_font(FONT, size=BODY)
            for item in block.items:
                _text(pages, f"– {plain(item)}")
            pages.ln(2)
        case Image():
            drawn = pages.known(block.svg).replace(IN_SVG, f'font-family="{FONT}"')
            wide, tall = _size(block.svg)
            left = pages.h - FOOT - pages.get_y()
            wide *= left / tall if SHRUNK * tall <= left < tall else 1
            pages.image(BytesIO(drawn.encode()), w=wide, x=Align.C, alt_text=pages.known(block.words))
            pages.ln(3)
        case Table():
            _table(pages, block)


def _size(svg: str) -> tuple[float, float]:
    """How wide and tall a drawing becomes, when it may be neither too wide nor too tall."""
    width, height = map(float, re.findall(r'viewBox="0 0 (\S+) (\S+)"', svg)[0])
    scale = min(IMAGE / width, TALL / height)
    return width * scale, height * scale


def _table(pages: _Pages, block: Table) -> None:
    header = [pages.known(name) for name in block.header]
    rows = [[pages.known(plain(words)) for words in cells] for cells in block.rows]
    pages.set_font(FONT, "B", SMALL)
    widths = _widths(pages, [header, *rows])
    pages.set_font(FONT, size=SMALL)
    pages.set_draw_color(HAIR)
    with pages.table(
        col_widths=widths, line_height=4.2, padding=0.8, text_align="LEFT", borders_layout="HORIZONTAL_LINES"
    ) as table:
        for cells in (header, *(part for row in rows for part in _parts(row))):
            row = table.row()
            for text in cells:
                row.cell(text)
    pages.set_draw_color(0)
    pages.ln(3)


def _widths(pages: _Pages, rows: list[list[str]]) -> tuple[float, ...]:
    """In proportion to the longest line of each column, within bounds."""
    longest = (max(pages.get_string_width(text) for text in column) for column in zip(*rows, strict=True))
    return tuple(min(max(width + 3, NARROW), WIDE) for width in longest)


def _parts(row: list[str]) -> Iterator[tuple[str, ...]]:
    """The row in as many rows as its longest cell needs."""
    whole = (wrap(text, LONGEST, replace_whitespace=False) or [""] for text in row)
    yield from zip_longest(*whole, fillvalue="")


def _text(pages: _Pages, text: str, border: Literal[0, 1] = 0, padding: int = 0) -> None:
    h = pages.font_size * APART
    pages.multi_cell(
        0, h, text=pages.known(text), border=border, padding=padding, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L"
    )
