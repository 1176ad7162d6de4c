"""The audit entry and its chain.

Six fields (BIO2 8.15.01: action, object, result, origin, actor, time), a digest of what was written,
and the hash of the entry before: who changes one entry changes all that follow.
"""

import hashlib
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from crisis.record import Moment, Record

GENESIS = "0" * 64
"""The hash before the first entry."""


class Result(StrEnum):
    """What came of the attempt."""

    DONE = "gedaan"
    REFUSED = "geweigerd"


class Entry(Record):
    """One line of the audit trail."""

    seq: int
    at: Moment
    action: str
    object: str
    result: Result
    origin: str
    actor: str
    payload_digest: str
    previous: str
    hash: str


def digest(payload: Any) -> str:
    """SHA-256 over the payload as canonical JSON (sorted keys, no spaces), in hexadecimal."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def seal(entry: Entry) -> Entry:
    """The entry with the hash that belongs to its other fields."""
    content = entry.model_dump(mode="json", exclude={"hash"})
    return entry.model_copy(update={"hash": digest(content)})


def first_break(entries: Iterable[Entry]) -> int | None:
    """The number of the first entry that does not follow from the one before; None when all hold."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.seq != expected or entry.previous != previous or seal(entry).hash != entry.hash:
            return expected
        previous, expected = entry.hash, expected + 1
    return None
