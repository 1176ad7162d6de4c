"""Markdown: what people typed is escaped, so that it shows and does nothing."""

import re
from collections.abc import Iterable, Sequence

from integrations.wording.charts import as_image
from integrations.wording.document import Block, Bullets, Cite, Document, Heading, Image, Mark, Paragraph, Table, Words
from integrations.wording.english import said


def table(header: Iterable[str], rows: Sequence[Iterable[object]]) -> str:
    """A table of plain text; nothing where there are no rows."""
    return _ruled(header, [[safe(cell) for cell in row] for row in rows]) if rows else ""


def safe(text: object) -> str:
    """What a person typed, as text: no Markdown, no HTML, no new line in a table."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~&])", r"\\\1", str(text)).replace("\n", " ")


def as_markdown(document: Document) -> str:
    """A document with its notes at the end (`[^1]`)."""
    not_real = said("dit stuk is niet echt", document.language)
    marking = [f"> **{safe(document.marking.upper())}** – {not_real}."] if document.marking else []
    notes = [f"[^{note.number}]: {safe(note.text)}" for note in document.notes]
    return "\n\n".join([*marking, *map(_block, document.blocks), *notes]) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {safe(block.text)}"
        case Paragraph():
            return f"> ⚠ {_words(block.words)}" if block.is_warning else _words(block.words)  # Prefect joins quotes in a row
        case Bullets():
            return "\n".join(f"- {_words(item)}" for item in block.items)
        case Image():
            return as_image(block.svg, safe(block.words))
        case Table():
            return _ruled(map(safe, block.header), [[_words(cell) for cell in row] for row in block.rows])


def _words(words: Words) -> str:
    return "".join(_piece(piece) for piece in words)


def _piece(piece: str | Cite | Mark) -> str:
    match piece:
        case Cite():
            return f"[^{piece.note}]"
        case Mark():
            return f"**[{piece.text}]**"
        case _:
            return safe(piece)


def _ruled(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are Markdown already."""
    names = list(header)
    return "\n".join(f"| {' | '.join(line)} |" for line in [names, ["---"] * len(names), *map(list, rows)])
