"""A document as PDF, for who must print it or file it; drawn here, needing nothing from the machine.

The fonts are those that every reader of PDF has: what their letters (Windows-1252) do not hold is shown as a question mark.
"""

from io import BytesIO
from logging import ERROR, getLogger
from typing import Literal

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from integrations.wording.document import Block, Bullets, Cite, Document, Heading, Image, Mark, Paragraph, Table, Words

LETTERS = "windows-1252"
FONT = "helvetica"
SIZES = {1: 18, 2: 13, 3: 11}
BODY, SMALL = 9.5, 8
MARGIN, FOOT, IMAGE = 15, 18, 140
"""Millimetres."""
GREY, FRAME = 80, 60

getLogger("fpdf.svg").setLevel(ERROR)  # it says that it passes over titles, which no page shows


class _Pages(FPDF):
    """Pages with the marking above and the seal below."""

    def __init__(self, document: Document, foot: str) -> None:
        super().__init__(format="A4")
        self.core_fonts_encoding = LETTERS
        self._document, self._foot = document, foot
        self.set_title(document.title)
        self.set_lang("nl")
        self.set_creator("Opschaling")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, FOOT)

    def header(self) -> None:
        """What a paper that is not real bears on every page."""
        if self._document.marking:
            self.set_font(FONT, "B", BODY)
            self.cell(text=_known(f"{self._document.marking.upper()} - dit stuk is niet echt"))
            self.ln(7)

    def footer(self) -> None:
        """Page and seal."""
        self.set_y(-FOOT + 5)
        self.set_font(FONT, size=SMALL)
        self.set_text_color(GREY)
        self.cell(text=_known(self._foot))
        self.set_x(-MARGIN - 30)
        self.cell(30, text=f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(0)


def as_pdf(document: Document, foot: str) -> bytes:
    """The document as PDF, with these words at the foot of every page."""
    pages = _Pages(document, foot)
    pages.add_page()
    for block in document.blocks:
        _draw(pages, block)
    for note in document.notes:
        pages.set_font(FONT, size=SMALL)
        _text(pages, f"{note.number}. {note.text}")
    return bytes(pages.output())


def _draw(pages: FPDF, block: Block) -> None:
    match block:
        case Heading():
            pages.ln(2)
            pages.set_font(FONT, "B", SIZES[block.level])
            _text(pages, block.text)
            pages.ln(1)
        case Paragraph():
            pages.set_font(FONT, "B" if block.is_warning else "", BODY)
            _text(pages, _plain(block.words), border=1 if block.is_warning else 0)
            pages.ln(2)
        case Bullets():
            pages.set_font(FONT, size=BODY)
            for item in block.items:
                _text(pages, f"- {_plain(item)}")
            pages.ln(2)
        case Image():
            pages.image(BytesIO(_known(block.svg).encode()), w=IMAGE, x=Align.C, alt_text=block.words)
            pages.ln(3)
        case Table():
            _table(pages, block)


def _table(pages: FPDF, block: Table) -> None:
    pages.set_font(FONT, size=SMALL)
    with pages.table(col_widths=block.widths, line_height=4.2, padding=0.8, text_align="LEFT") as table:
        header = table.row()
        for name in block.header:
            header.cell(_known(name))
        for cells in block.rows:
            row = table.row()
            for words in cells:
                row.cell(_known(_plain(words)))
    pages.ln(3)


def _text(pages: FPDF, text: str, border: Literal[0, 1] = 0) -> None:
    pages.multi_cell(0, text=_known(text), border=border, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")


def _plain(words: Words) -> str:
    return "".join(_piece(piece) for piece in words)


def _piece(piece: str | Cite | Mark) -> str:
    match piece:
        case Cite():
            return f" [{piece.note}]"
        case Mark():
            return f"[{piece.text}]"
        case _:
            return piece


def _known(text: str) -> str:
    return text.encode(LETTERS, "replace").decode(LETTERS)
