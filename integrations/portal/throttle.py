"""How often somebody may come to the interface for systems: so many times within a time, each for themselves."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

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
