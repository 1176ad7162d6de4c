"""What a partner sends is looked at in time that grows with its length alone, and in little memory."""

import json
import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integrations.partners.client import MOST_BYTES
from integrations.partners.errors import Unintelligible
from integrations.partners.strict_json import DEEPEST, MOST_GROUPS, strict_json

TEXT = some.text(some.characters(exclude_characters="\x00", codec="utf-8"), max_size=20)
NUMBER = some.integers(-(10**15), 10**15) | some.floats(allow_nan=False, allow_infinity=False)
PLAIN = some.recursive(
    some.none() | some.booleans() | NUMBER | TEXT,
    lambda inside: some.lists(inside, max_size=4) | some.dictionaries(TEXT, inside, max_size=4),
    max_leaves=15,
)

LONG = {
    "one text": b'"' + b"x" * (MOST_BYTES - 2) + b'"',
    "one text of escapes": b'"' + b"\\n" * (MOST_BYTES // 2 - 1) + b'"',
    "one text without an end": b'"' + b'\\"' * (MOST_BYTES // 2 - 1),
    "half characters": b'"' + b"\\ud800" * (MOST_BYTES // 6 - 1) + b'"',
    "quotes": b'"' * MOST_BYTES,
    "empty lists": b"[" + b"[]" * (MOST_BYTES // 2 - 1) + b"]",
    "brackets": b"[" * MOST_BYTES,
    "small objects": b"[" + b'{"a":{}},' * (MOST_BYTES // 9 - 1) + b"{}]",
    "digits": b"1" * MOST_BYTES,
}


@given(PLAIN)
def test_what_is_plain_comes_through_as_it_is(said: object) -> None:
    assert strict_json(json.dumps(said).encode()) == said
    assert strict_json(json.dumps(said, ensure_ascii=False).encode()) == said


@pytest.mark.parametrize("kind", LONG)
def test_the_longest_answer_costs_little_time_and_memory_whatever_it_is(kind: str) -> None:
    strict_json(b"{}")
    began = time.process_time()
    look_at(LONG[kind])
    assert time.process_time() - began < 1
    tracemalloc.start()
    look_at(LONG[kind])
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert highest < 40_000_000


def look_at(body: bytes) -> None:
    with suppress(Unintelligible):
        strict_json(body)


def test_brackets_in_a_text_are_no_nesting() -> None:
    said = {"opmerking": "[" * 1_000 + '"' + "{" * 1_000 + "\\"}
    assert strict_json(json.dumps(said).encode()) == said


def test_nesting_is_allowed_to_its_limit_and_no_further() -> None:
    strict_json(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(Unintelligible, match="dieper genest"):
        strict_json(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


def test_lists_and_objects_are_counted() -> None:
    strict_json(b"[" + b"{}," * (MOST_GROUPS - 2) + b"{}]")
    with pytest.raises(Unintelligible, match="lijsten en objecten"):
        strict_json(b"[" + b"{}," * (MOST_GROUPS - 1) + b"{}]")
