"""How often somebody may send something large: so many times within a time, each for themselves."""

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from fastapi import Request

MOST_KEYS = 10_000
"""So many are remembered; who came longest ago is forgotten first."""


class Throttle:
    """At most so many times within so many seconds, for each key."""

    def __init__(self, at_most: int, within: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_most, self._within, self._clock = at_most, within, clock
        self._came: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """How many seconds this one must wait; 0 where they may come now, and then it counts."""
        with self._lock:
            now, came = self._clock(), self._came.setdefault(key, deque())
            self._came.move_to_end(key)
            while len(self._came) > MOST_KEYS:
                self._came.popitem(last=False)
            while came and now - came[0] >= self._within:
                came.popleft()
            if len(came) >= self._at_most:
                return self._within - (now - came[0])
            came.append(now)
            return 0.0

    def let_in(self, key: str) -> None:
        """It counts. Raises TooOften where they must wait."""
        if seconds := self.wait(key):
            raise TooOften(seconds)


class TooOften(Exception):  # noqa: N818 - a statement
    """They must wait so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds)
        super().__init__(f"wait {self.seconds} s")


class Throttles:
    """How often a partner may send a report or a sheet, and how often somebody may come with a token that is none."""

    def __init__(self) -> None:
        self.partners = Throttle(at_most=60, within=60.0)
        self.sheets = Throttle(at_most=10, within=60.0)
        self.sheet_places = threading.Semaphore(8)
        self.strangers = Throttle(at_most=20, within=60.0)


def throttles_of(request: Request) -> Throttles:
    """Those of this portal."""
    throttles = request.app.state.throttles
    assert isinstance(throttles, Throttles)
    return throttles
