"""Measuring in turn, and saying what came of it."""

import json
import time
from collections.abc import Callable
from statistics import median


def in_turn(rounds: int, *variants: Callable[[], object]) -> tuple[float, ...]:
    """The median seconds of each variant, each run once per round; the first round only warms up."""
    taken: list[list[float]] = [[] for _ in variants]
    for _ in range(rounds + 1):
        for times, variant in zip(taken, variants, strict=True):
            begun = time.perf_counter()
            variant()
            times.append(time.perf_counter() - begun)
    return tuple(median(times[1:]) for times in taken)


def say(name: str, value: float, unit: str, ratio: float | None, against: str | None, goal: str) -> None:
    """One line: `ratio` is that of the value to what it is held `against`, where there is such a thing."""
    beside = None if ratio is None else round(ratio, 2)
    line = {"name": name, "value": round(value, 3), "unit": unit, "ratio": beside, "against": against, "goal": goal}
    print(json.dumps(line), flush=True)
