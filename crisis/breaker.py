"""When a partner's system is left alone (circuit breaker, Retry-After across rounds).

A round asks three times at most; this holds from one round to the next, whichever crisis they are for. Times are real time: a
system wants its rest by the world's clock, also in a rehearsal that runs faster.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from crisis.inquiries import Answer, Submission
from crisis.record import Moment, Record

MOST_FAILURES = 3
"""So many rounds in a row may fail; then it rests."""
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=15)
"""A rest doubles with each further failure, up to this: a partner that is back is heard before the next meeting."""
LONGEST_ASKED = timedelta(hours=1)
"""However long a system asks to be left alone, after this it is asked whether it is back."""

_TROUBLE = (Submission.SILENT, Submission.UNREACHABLE, Submission.REFUSED)


class Gate(Record):
    """What is remembered of a system that gave trouble."""

    failures: int
    """Rounds in a row that came to nothing."""
    shut_until: Moment | None = None
    """Until then it is not asked; None: it is."""
    reason: str = ""
    """What went wrong the last time, in Dutch, for the secretariat."""

    def is_shut(self, now: datetime) -> bool:
        """Whether the system is left alone now. A longer rest than any was given before the clock was set back: it is over."""
        return self.shut_until is not None and now < self.shut_until <= now + LONGEST_ASKED

    def told(self, now: datetime) -> str:
        """Why it was not asked, for the secretariat: for how long still, as its hour may not be that of the crisis."""
        left = max(1, -((now - (self.shut_until or now)) // timedelta(minutes=1)))
        times = "" if self.failures < MOST_FAILURES else f" {self.failures} keer op rij"
        minutes = "minuut" if left == 1 else "minuten"
        return f"Niet gevraagd, nog {left} {minutes}: gaf{times} niets bruikbaars. Het laatst: {self.reason}"


def gate_after(gate: Gate | None, answer: Answer, now: datetime) -> Gate | None:
    """What to remember of a system once it was asked; None: it answered, well or not, and nothing is held against it."""
    if answer.submission not in _TROUBLE:
        return None
    failures = (gate.failures if gate else 0) + 1
    asked = timedelta(seconds=min(answer.asks_rest or 0, LONGEST_ASKED.total_seconds()))
    rest = max(_rest(failures), asked)
    return Gate(failures=failures, shut_until=now + rest if rest else None, reason=answer.detail)


def gates_after(before: Mapping[str, Gate], answers: Iterable[tuple[str, Answer]], now: datetime) -> dict[str, Gate | None]:
    """The same of each system that was asked. Where several partners share one, it is there as soon as one of them answers."""
    of_system: dict[str, list[Gate | None]] = {}
    for system, answer in answers:
        of_system.setdefault(system, []).append(gate_after(before.get(system), answer, now))
    return {system: None if None in gates else max(filter(None, gates), key=_until) for system, gates in of_system.items()}


def _until(gate: Gate) -> datetime:
    return gate.shut_until or datetime.min.replace(tzinfo=UTC)


def _rest(failures: int) -> timedelta:
    """How long it rests of our own accord."""
    more = failures - MOST_FAILURES
    return min(FIRST_REST * 2 ** min(more, 10), LONGEST_REST) if more >= 0 else timedelta()
