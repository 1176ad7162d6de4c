"""Crash points: named places where a test can have this process killed, as a power cut would: no exception, no farewell.

Off unless `crash_at` is called: by a process that finds `OPSCHALING_CRASH_AT` in its settings, or by the soak in a child
of its own. A place is written `write.before-commit`; `write.before-commit@uitkomst.vastleggen:3` is the third time that
an outcome comes there.
"""

import os
import re
import signal
from itertools import count

POINTS = (
    "write.before-facts",
    "write.after-facts",
    "write.after-audit",
    "write.before-commit",
    "write.after-commit",
    "refusal.before-commit",
    "refusal.after-commit",
    "bookkeeping.before-commit",
    "bookkeeping.after-commit",
    "delivery.after-claim",
    "delivery.before-send",
    "delivery.after-send",
    "delivery.before-stamp",
    "delivery.after-stamp",
    "delivery.before-put-back",
    "delivery.after-put-back",
    "delivery.before-bury",
    "delivery.after-bury",
)
"""Every place. `write` is a fact with its audit entry and alerts, `refusal` the audit entry of what was refused,
`bookkeeping` the engine's own household: claims, stamps, attempts, signs of life."""

_PLACE = re.compile(r"(?P<point>[a-z.-]+)(@(?P<action>[a-z.]+))?(:(?P<time>[1-9][0-9]*))?")


class _Trap:
    """The one place at which this process is killed."""

    def __init__(self, point: str, action: str | None, time: int) -> None:
        self._point = point
        self._action = action
        self._time = time
        self._times = count(1)  # counts right in many threads at once

    def passed(self, point: str, action: str) -> None:
        if point == self._point and self._action in {None, action} and next(self._times) == self._time:
            os.kill(os.getpid(), signal.SIGKILL)


_traps: list[_Trap] = []


def crash_at(place: str) -> None:
    """Have this process killed at this place; at none when it is empty.

    Raises:
        ValueError: there is no such place.

    """
    _traps[:] = [_trap(place)] if place else []


def crash_point(point: str, action: str = "") -> None:
    """This is such a place. Where nothing is set, nothing happens."""
    for trap in _traps:
        trap.passed(point, action)


def _trap(place: str) -> _Trap:
    found = _PLACE.fullmatch(place)
    if found is None or found["point"] not in POINTS:
        raise ValueError(f"{place!r} is not a crash point; there are {', '.join(POINTS)}")
    return _Trap(found["point"], found["action"], int(found["time"] or 1))
