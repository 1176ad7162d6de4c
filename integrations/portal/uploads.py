"""A file that somebody sends with a form (multipart), and what was read from it, sealed until they have looked at it.

The door has held it to its size already. What a browser says the file is says nothing: its name and its content do.
"""

import base64
import binascii
import hashlib
import hmac
import zlib
from typing import NamedTuple

from pydantic import ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser, parse_options_header

from crisis.errors import InvalidInput
from crisis.figures import Figure
from crisis.passes import Grant
from crisis.record import Record
from integrations.partners.sheets import MOST_BYTES

NAME = "file"
"""Of the field that the file is in."""
MOST_SEALED = 200_000
"""Characters: with the rest of its form it stays below what the door lets in."""


class Upload(NamedTuple):
    """A file as it came in."""

    name: str
    content: bytes


class ReadSheet(Record):
    """What was read from a file."""

    digest: str
    """SHA-256 of the file, byte for byte."""
    figures: tuple[Figure, ...]


def file_in(body: bytes, content_type: str) -> Upload:
    """The one file in this form. Raises InvalidInput: there is none or more, or the form did not come in whole."""
    files: list[File] = []
    try:
        parser = _parser(content_type, files)
        parser.write(body)
        parser.finalize()
    except ValueError as trouble:
        raise refused("not_whole") from trouble
    if not files:
        raise refused("not_whole")
    (file,) = files
    if not file.file_name:
        raise refused("missing")
    file.file_object.seek(0)
    return Upload(file.file_name.decode(errors="replace"), file.file_object.read())


def _parser(content_type: str, files: list[File]) -> FormParser:
    """Holds everything in memory, and gives up at whatever is more than one file under its own name."""

    def keep(file: File) -> None:
        if files or file.field_name != NAME.encode():
            raise FormParserError("another file")
        files.append(file)

    def refuse(field: Field) -> None:
        raise FormParserError(f"a field: {field.field_name!r}")

    kind, parameters = parse_options_header(content_type)
    limits = {"MAX_MEMORY_FILE_SIZE": 2 * MOST_BYTES}
    return FormParser(kind.decode("latin-1"), refuse, keep, boundary=parameters.get(b"boundary"), config=limits)


def check_name(upload: Upload) -> None:
    """Whether it is called what it is: an XLSX or a CSV. Raises InvalidInput."""
    ending = upload.name.rpartition(".")[2].casefold()
    if ending not in ("xlsx", "csv"):
        raise refused("macros" if ending in ("xlsm", "xltm", "xlsb") else "no_sheet")
    if upload.content.startswith(b"PK") is not (ending == "xlsx"):
        raise refused("no_sheet")


def seal(read: ReadSheet, grant: Grant, secret: bytes) -> str:
    """What was read, so that it can go with a page and come back: nobody can alter it, nor use it with another link.

    Raises:
        InvalidInput: it is too long for that.

    """
    content = zlib.compress(read.model_dump_json().encode())
    sealed = base64.urlsafe_b64encode(_sign(content, grant, secret) + content).decode()
    if len(sealed) > MOST_SEALED:
        raise refused("too_much")
    return sealed


def unseal(sealed: str, grant: Grant, secret: bytes) -> ReadSheet:
    """What was read. Raises InvalidInput where the seal does not hold."""
    try:
        raw = base64.b64decode(sealed.encode(), altchars=b"-_", validate=True)
        signature, content = raw[:32], raw[32:]
        if not hmac.compare_digest(signature, _sign(content, grant, secret)):
            raise refused("seal")
        return ReadSheet.model_validate_json(zlib.decompress(content))
    except (binascii.Error, UnicodeEncodeError, zlib.error, ValidationError) as trouble:
        raise refused("seal") from trouble


def refused(reason: str) -> InvalidInput:
    """This file is not taken, for this reason."""
    return InvalidInput(problems=[(NAME, reason)])


def _sign(content: bytes, grant: Grant, secret: bytes) -> bytes:
    return hmac.new(secret, b"opschaling/sheet/1:" + grant.key.encode() + b":" + content, hashlib.sha256).digest()
