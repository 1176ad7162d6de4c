"""The audit entry and its chain.

Six fields (BIO2 8.15.01: action, object, result, origin, actor, time), a digest of what was written,
and the hash of the entry before: who changes one entry changes all that follow.

A chain does not show that its end was cut off, or that all of it was written anew. That shows only against a head
(kop) that was known outside: every alert carries one, and the watch notes one every minute.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import orjson

from crisis.errors import InvalidInput
from crisis.record import Moment, Record

GENESIS = "0" * 64
"""The hash before the first entry."""
RESTORED = "register.terugzetten"
"""The action of the entry that says that a back-up was put in the place of the register."""
HEAD_LENGTH = 32
"""Characters of a hash by which people know an entry: 128 bits, which nobody can forge."""


class Result(StrEnum):
    """What came of the attempt."""

    DONE = "gedaan"
    REFUSED = "geweigerd"


class Head(Record):
    """Up to where the audit trail reached at some moment: the number of its last entry, and what that entry was."""

    seq: int
    mark: str
    """The first characters of its hash."""

    def __str__(self) -> str:
        return f"{self.seq}-{self.mark}"


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

    @property
    def head(self) -> Head:
        """The head of the trail when this was its last entry."""
        return head_of(self.seq, self.hash)


class Comparison(Record):
    """What heads known outside say about a trail."""

    last: int
    """The number of its last entry."""
    confirmed: int
    """The last entry that one of them confirms; 0 when none does."""
    foreign: tuple[Head, ...]
    """Those that are no entry of this trail, lowest first: what they stood for was cut off, or replaced."""
    missing: int
    """How many entries there certainly were after the present last one."""
    restores: tuple[int, ...]
    """The entries that say that a back-up was put in the place of the register: what was lost then is not missing."""


def head_of(seq: int, hash_: str) -> Head:
    """The head of a trail that ends with this entry."""
    return Head(seq=seq, mark=hash_[:HEAD_LENGTH])


def read_head(text: str) -> Head:
    """A head as a person copied it from a mail: `57-` and 32 characters. Raises InvalidInput."""
    found = re.fullmatch(rf"(\d{{1,12}})-([0-9a-f]{{{HEAD_LENGTH}}})", text.strip().lower(), re.ASCII)
    if found is None:
        raise InvalidInput(problems=[("head", "no_head")])
    return Head(seq=int(found.group(1)), mark=found.group(2))


def digest(payload: Any) -> str:
    """SHA-256 over the payload as canonical JSON (sorted keys, no spaces), in hexadecimal."""
    return hashlib.sha256(canonical(payload)).hexdigest()


def canonical(payload: Any) -> bytes:
    """The payload as JSON that is always the same: as the standard library writes it, at a tenth of its time.

    Of plain payloads, that is, as all of ours are: texts, moments, decimals and whole numbers, in lists and under keys that are
    text. A float with an exponent is written otherwise (`1e16` for `1e+16`), and keys that are numbers stand in another order.
    """
    try:
        return orjson.dumps(payload, str, _SORTED)
    except orjson.JSONEncodeError:  # a whole number of more than 64 bits
        return _STANDARD.encode(payload).encode()


_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
_STANDARD = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def seal(entry: Entry) -> Entry:
    """The entry with the hash that belongs to its other fields."""
    content = entry.model_dump(mode="json", exclude={"hash"}, warnings=False)
    return entry.model_copy(update={"hash": digest(content)})


def first_break(entries: Iterable[Entry]) -> int | None:
    """The number of the first entry that does not follow from the one before; None when all hold."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.seq != expected or entry.previous != previous or seal(entry).hash != entry.hash:
            return expected
        previous, expected = entry.hash, expected + 1
    return None


def compare(entries: Sequence[Entry], heads: Iterable[Head]) -> Comparison:
    """Whether each of these heads is an entry of this trail, and how much is missing after its last one."""
    own = {head_of(0, GENESIS), *(entry.head for entry in entries)}
    heads = set(heads)
    last = entries[-1].seq if entries else 0
    return Comparison(
        last=last,
        confirmed=max((head.seq for head in heads & own), default=0),
        foreign=tuple(sorted(heads - own, key=lambda head: (head.seq, head.mark))),
        missing=max((head.seq - last for head in heads - own if head.seq > last), default=0),
        restores=tuple(entry.seq for entry in entries if entry.action == RESTORED),
    )


def still_meant(heads: Sequence[Head], entries: Iterable[Entry]) -> tuple[Head, ...]:
    """Heads in the order in which they were noted, without those of entries that a later restore gave up."""
    restores = {entry.head for entry in entries if entry.action == RESTORED}
    meant, given_up_from = [], float("inf")
    for head in reversed(heads):
        if head.seq < given_up_from:
            meant.append(head)
        if head in restores:
            given_up_from = min(given_up_from, head.seq)
    return tuple(reversed(meant))
