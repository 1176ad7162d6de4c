"""What a soak counts."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Wrong(StrEnum):
    """In what way something was wrong."""

    LOST = "lost"
    PHANTOM = "phantom"
    DOUBLE = "double"
    STALLED = "stalled"


class Finding(NamedTuple):
    """One thing that was wrong."""

    wrong: Wrong
    what: str


@dataclass
class Tally:
    """The counts of one layer."""

    layer: str
    kinds: Counter[str] = field(default_factory=Counter)
    """How many faults of each kind were injected."""
    registers: dict[str, Counter[str]] = field(default_factory=dict)
    """The same, for each database that a register stood on."""
    found: dict[Finding, str] = field(default_factory=dict)
    """Each finding, and after which injection it was first seen."""
    duplicates: int = 0
    """Messages that came again, with the same key."""
    most_at_once: int = 0
    """The most messages that one crash doubled."""
    counts: Counter[str] = field(default_factory=Counter)
    """What the stories came to: crises, commands, messages."""
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0

    def inject(self, kind: str, register: str) -> None:
        """Write down a fault."""
        self.kinds[kind] += 1
        self.registers.setdefault(register, Counter())[kind] += 1

    @property
    def injections(self) -> int:
        """All faults."""
        return self.kinds.total()

    def note(self, findings: Iterable[Finding], where: str) -> list[Finding]:
        """Write down what was not seen before; returns that."""
        new = [finding for finding in dict.fromkeys(findings) if finding not in self.found]
        self.found |= dict.fromkeys(new, where)
        return new

    def number(self, wrong: Wrong) -> int:
        """How many findings of this sort."""
        return sum(finding.wrong is wrong for finding in self.found)

    def summary(self) -> dict[str, Any]:
        """For the closing line."""
        return {
            "injections": self.injections,
            **{str(wrong): self.number(wrong) for wrong in Wrong},
            "duplicates": self.duplicates,
            "most_at_once": self.most_at_once,
            "kinds": dict(sorted(self.kinds.items())),
            "registers": {name: dict(sorted(kinds.items())) for name, kinds in self.registers.items()},
            **dict(sorted(self.counts.items())),
            **({"left_out": list(self.left_out)} if self.left_out else {}),
            "seconds": round(self.seconds, 1),
        }


def closing_line(tallies: Iterable[Tally], seed: int) -> str:
    """All layers, as one line of JSON."""
    layers = list(tallies)
    kinds = sum((tally.kinds for tally in layers), Counter[str]())
    return json.dumps(
        {
            "injections": sum(tally.injections for tally in layers),
            **{str(wrong): sum(tally.number(wrong) for tally in layers) for wrong in Wrong},
            "duplicates": sum(tally.duplicates for tally in layers),
            "most_at_once": max(tally.most_at_once for tally in layers),
            "seed": seed,
            "kinds": dict(sorted(kinds.items())),
            "layers": {tally.layer: tally.summary() for tally in layers},
        }
    )


def is_clean(tallies: Iterable[Tally]) -> bool:
    """Nothing wrong, and no more duplicates than faults."""
    return all(not tally.found and tally.duplicates <= tally.injections for tally in tallies)
