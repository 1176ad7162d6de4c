"""A document as a value: headings, paragraphs, lists, tables and numbered notes (document).

`integrations.wording.markdown` and `integrations.wording.odt` write it down; what it says stands in the module that made it.
"""

from collections.abc import Iterator
from typing import Literal

from crisis.record import Record


class Cite(Record):
    """A reference to a note, by its number."""

    note: int


class Mark(Record):
    """Something that a person must still fill in or judge: `[in te vullen: datum]`."""

    text: str


Words = tuple[str | Cite | Mark, ...]
"""Running text."""


def plain(words: Words) -> str:
    """The same without any form: a reference as `[1]`."""
    return "".join(_piece(piece) for piece in words)


def _piece(piece: str | Cite | Mark) -> str:
    match piece:
        case Cite():
            return f" [{piece.note}]"
        case Mark():
            return f"[{piece.text}]"
        case _:
            return piece


class Heading(Record):
    """A heading of the first, second or third level; of the first there is one."""

    level: Literal[1, 2, 3]
    text: str


class Paragraph(Record):
    """A paragraph; a warning stands in a frame."""

    words: Words
    is_warning: bool = False


class Bullets(Record):
    """A list."""

    items: tuple[Words, ...]


class Table(Record):
    """A table with a row of headings; there is at least one row."""

    header: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    widths: tuple[int, ...]
    """How wide the columns are beside each other."""
    is_beside: bool = False
    """The numbers of the drawing above it: in reach, and folded where there is little room."""


class Image(Record):
    """A drawing, and the same in words for who cannot see it: the numbers always stand in a table beside it."""

    svg: str
    words: str


class Note(Record):
    """A footnote."""

    number: int
    text: str


Block = Heading | Paragraph | Bullets | Table | Image


class Document(Record):
    """The whole of it. A note may be cited more than once; notes are numbered in the order in which they are first cited."""

    title: str
    language: str = "nl"
    marking: str = ""
    """What stands on top of every page; nothing for the real thing."""
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()

    @property
    def open_places(self) -> int:
        """How many places a person must still fill in or judge."""
        return sum(isinstance(piece, Mark) for words in self.words() for piece in words)

    def words(self) -> Iterator[Words]:
        """All running text, in order."""
        for block in self.blocks:
            match block:
                case Heading():
                    yield (block.text,)
                case Paragraph():
                    yield block.words
                case Bullets():
                    yield from block.items
                case Table():
                    yield from (cell for row in block.rows for cell in row)
                case Image():
                    pass


def cited(document: Document) -> tuple[int, ...]:
    """The numbers of the notes, in the order in which they are first cited."""
    return tuple(dict.fromkeys(piece.note for words in document.words() for piece in words if isinstance(piece, Cite)))
