"""OpenDocument text, the format that Dutch government must use for documents that others go on with.

Source: forumstandaardisatie.nl, ODF ("verplicht, pas toe of leg uit"). Word, LibreOffice and others open it. It is a zip of
four small files: written here, without a package. The same document always gives the same bytes.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from integrations.wording.document import Block, Bullets, Cite, Document, Heading, Image, Mark, Note, Paragraph, Table, Words

MIME = "application/vnd.oasis.opendocument.text"
WIDTH = 16.5
"""Centimetres between the margins of the page."""
_SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLES = Path(__file__).with_name("odt-styles.xml")
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)


def as_odt(document: Document) -> bytes:
    """A document as a file that LibreOffice and Word open."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        _put(archive, "mimetype", MIME.encode(), ZIP_STORED)  # first and unpacked: by this it is known
        _put(archive, "content.xml", _xml(_content(document)))
        _put(archive, "styles.xml", _styles(document))
        _put(archive, "meta.xml", _xml(_meta(document)))
        _put(archive, "META-INF/manifest.xml", _xml(_manifest()))
    return packed.getvalue()


def _put(archive: ZipFile, name: str, content: bytes, packing: int = ZIP_DEFLATED) -> None:
    archive.writestr(ZipInfo(name, _FIRST_MOMENT), content, packing)


def _content(document: Document) -> Element:
    root = _root("document-content")
    styles = SubElement(root, "office:automatic-styles")
    _cell_style(styles)
    text = SubElement(SubElement(root, "office:body"), "office:text")
    notes = {note.number: note for note in document.notes}
    for number, block in enumerate(document.blocks):
        if isinstance(block, Table):
            _column_styles(styles, f"T{number}", block)
        text.append(_block(block, f"T{number}", notes))
    return root


def _block(block: Block, name: str, notes: dict[int, Note]) -> Element:
    match block:
        case Heading():
            element = Element(
                "text:h", {"text:outline-level": str(block.level), "text:style-name": f"Heading_20_{block.level}"}
            )
            return _filled(element, (block.text,), notes)
        case Paragraph():
            return _paragraph(block.words, notes, "Warning" if block.is_warning else "Text_20_body")
        case Bullets():
            return _bullets(block, notes)
        case Table():
            return _table(block, name, notes)
        case Image():  # no letter has one: its words stand for it
            return _paragraph((block.words,), notes, "Text_20_body")


def _bullets(block: Bullets, notes: dict[int, Note]) -> Element:
    element = Element("text:list", {"text:style-name": "Bullets"})
    for item in block.items:
        SubElement(element, "text:list-item").append(_paragraph(item, notes, "Text_20_body"))
    return element


def _table(block: Table, name: str, notes: dict[int, Note]) -> Element:
    element = Element("table:table", {"table:name": name, "table:style-name": name})
    for column in range(len(block.header)):
        SubElement(element, "table:table-column", {"table:style-name": f"{name}.{column}"})
    header = SubElement(element, "table:table-header-rows")
    header.append(_row([(title,) for title in block.header], notes, "Table_20_Heading"))
    element.extend(_row(row, notes, "Table_20_Contents") for row in block.rows)
    return element


def _row(cells: list[Words] | tuple[Words, ...], notes: dict[int, Note], style: str) -> Element:
    row = Element("table:table-row", {"table:style-name": "Row"})
    for cell in cells:
        attributes = {"table:style-name": "Cell", "office:value-type": "string"}
        SubElement(row, "table:table-cell", attributes).append(_paragraph(cell, notes, style))
    return row


def _paragraph(words: Words, notes: dict[int, Note], style: str) -> Element:
    return _filled(Element("text:p", {"text:style-name": style}), words, notes)


def _filled(element: Element, words: Words, notes: dict[int, Note]) -> Element:
    for piece in words:
        match piece:
            case Cite():
                element.append(_cited(notes, piece.note))
            case Mark():
                mark = SubElement(element, "text:span", {"text:style-name": "Mark"})
                mark.text = f"[{_clean(piece.text)}]"
            case _:
                _write(element, piece)
    return element


def _cited(notes: dict[int, Note], number: int) -> Element:
    """The note itself where it is first cited; after that its number, which leads there."""
    note = notes.pop(number, None)
    if note is None:
        again = Element("text:note-ref", {"text:note-class": "footnote", "text:reference-format": "text"})
        again.set("text:ref-name", f"note{number}")
        again.text = str(number)
        span = Element("text:span", {"text:style-name": "Cited_20_again"})
        span.append(again)
        return span
    element = Element("text:note", {"text:id": f"note{number}", "text:note-class": "footnote"})
    SubElement(element, "text:note-citation", {"text:label": str(number)}).text = str(number)
    body = SubElement(element, "text:note-body")
    body.append(_paragraph((note.text,), {}, "Footnote"))
    return element


def _write(element: Element, text: str) -> None:
    """Text after whatever stands in the element, with its line breaks."""
    for place, line in enumerate(_clean(text).split("\n")):
        if place:
            SubElement(element, "text:line-break")
        if len(element):
            element[-1].tail = (element[-1].tail or "") + line
        else:
            element.text = (element.text or "") + line


def _clean(text: str) -> str:
    """Characters that XML cannot hold are shown as unknown."""
    return _NOT_IN_XML.sub("\ufffd", text)


def _cell_style(styles: Element) -> None:
    cell = SubElement(styles, "style:style", {"style:name": "Cell", "style:family": "table-cell"})
    SubElement(cell, "style:table-cell-properties", {"fo:padding": "0.1cm", "fo:border": "0.05pt solid #808080"})
    row = SubElement(styles, "style:style", {"style:name": "Row", "style:family": "table-row"})
    SubElement(row, "style:table-row-properties", {"fo:keep-together": "always"})


def _column_styles(styles: Element, name: str, block: Table) -> None:
    table = SubElement(styles, "style:style", {"style:name": name, "style:family": "table"})
    SubElement(
        table, "style:table-properties", {"style:width": f"{WIDTH}cm", "table:align": "left", "fo:margin-bottom": "0.3cm"}
    )
    for column, width in enumerate(block.widths):
        centimetres = f"{WIDTH * width / sum(block.widths):.2f}cm"
        style = SubElement(styles, "style:style", {"style:name": f"{name}.{column}", "style:family": "table-column"})
        SubElement(style, "style:table-column-properties", {"style:column-width": centimetres})


def _styles(document: Document) -> bytes:
    marking = f"{document.marking.upper()} – dit stuk is niet echt" if document.marking else "Ontwerp"
    holder = Element("text:span")
    holder.text = _clean(marking)
    return _STYLES.read_bytes().replace(b"<text:span/>", tostring(holder, encoding="utf-8"))


def _meta(document: Document) -> Element:
    root = _root("document-meta")
    meta = SubElement(root, "office:meta")
    SubElement(meta, "dc:title").text = _clean(document.title)
    SubElement(meta, "dc:language").text = "nl-NL"
    SubElement(meta, "meta:generator").text = "Opschaling"
    return root


def _manifest() -> Element:
    root = Element("manifest:manifest", {"xmlns:manifest": _SPACES["manifest"], "manifest:version": "1.3"})
    for path, kind in _files():
        SubElement(root, "manifest:file-entry", {"manifest:full-path": path, "manifest:media-type": kind})
    return root


def _files() -> Iterator[tuple[str, str]]:
    yield "/", MIME
    yield from ((path, "text/xml") for path in ("content.xml", "styles.xml", "meta.xml"))


def _root(name: str) -> Element:
    spaces = {f"xmlns:{prefix}": space for prefix, space in _SPACES.items() if prefix != "manifest"}
    return Element(f"office:{name}", spaces | {"office:version": "1.3"})


def _xml(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
