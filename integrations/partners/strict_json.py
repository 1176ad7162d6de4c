"""JSON that is no more than it seems: what every adapter gets has been through here first.

Python's own reader takes names twice, numbers that are none and half characters, and falls over what is nested too deep. Each
of these is refused with its reason, in time that grows with the length alone and in little memory. So the shape is looked at
first, with the texts taken out: what ends nowhere in them must not be looked for again and again.
"""

import json
import re
from typing import Any, NoReturn

from integrations.partners.errors import Unintelligible

DEEPEST = 32
MOST_PARTS = 200_000
MOST_GROUPS = 50_000
LONGEST_NUMBER = 40
"""Nesting, parts of lists and objects, lists and objects themselves, digits of a number: far beyond what we ever need."""

_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
"""A text, or all that is left where its end is missing. Nothing is tried twice (`*+`): a partner chooses these bytes."""
_BESIDE_SHAPE = bytes(set(range(256)) - set(b"[]{},"))
_NUL = re.compile(rb"\\u0000", re.IGNORECASE)
_HALF = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)


def strict_json(body: bytes) -> Any:
    """What the body says.

    Raises:
        Unintelligible: it is not JSON, or not plain JSON; the reason says what is wrong.

    """
    _check_letters(body)
    _check_size(body)
    try:
        found = json.loads(body, object_pairs_hook=_once_each, parse_constant=_no_number, parse_int=_int, parse_float=_float)
    except (ValueError, RecursionError) as error:
        raise Unintelligible("Het antwoord is geen geldige JSON.") from error
    if _HALF.search(body):
        _check_whole_characters(found)
    return found


def _check_letters(body: bytes) -> None:
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Unintelligible("Het antwoord begint met een byte order mark; JSON heeft die niet.")
    if b"\x00" in body or _NUL.search(body):
        raise Unintelligible("Het antwoord bevat een NUL-teken.")
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Unintelligible("Het antwoord is geen geldige UTF-8.") from error


def _check_size(body: bytes) -> None:
    shape = _TEXT.sub("", body.decode("latin-1")).encode("latin-1").translate(None, _BESIDE_SHAPE)
    groups = shape.count(b"[") + shape.count(b"{")
    if shape.count(b",") > MOST_PARTS:
        raise Unintelligible(f"Het antwoord heeft meer dan {MOST_PARTS} onderdelen.")
    if groups > DEEPEST:
        _check_depth(shape)
    if groups > MOST_GROUPS:
        raise Unintelligible(f"Het antwoord heeft meer dan {MOST_GROUPS} lijsten en objecten.")


def _check_depth(shape: bytes) -> None:
    deep = 0
    for bracket in shape.translate(None, b","):
        deep += 1 if bracket in b"[{" else -1
        if deep > DEEPEST:
            raise Unintelligible(f"Het antwoord is dieper genest dan {DEEPEST} lagen.")


def _check_whole_characters(found: Any) -> None:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Unintelligible("Het antwoord bevat een half teken (surrogaat).") from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise Unintelligible("Het antwoord noemt een veld twee keer.")
    return named


def _no_number(_: str) -> NoReturn:
    raise Unintelligible("Het antwoord bevat een getal dat geen getal is (NaN of Infinity).")


def _int(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise Unintelligible(f"Het antwoord bevat een getal van meer dan {LONGEST_NUMBER} cijfers.")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise Unintelligible("Het antwoord bevat een getal dat te groot is.")
    return number
