"""The benchmarks by name; those whose name begins like what is asked for."""

import sys
from collections.abc import Callable

from benchmarks import figures, first_alert, hostile, intake, register, week

BENCHMARKS: dict[str, Callable[[], None]] = {
    "activation-to-slack": first_alert.measure,
    "record": register.record,
    "alerts": register.deliver,
    "week": week.measure,
    "intake-385": intake.measure,
    "intake-5000": intake.measure_many,
    "intake-hostile": hostile.measure,
    "picture-1m": figures.measure,
}


def main(wanted: str) -> None:
    """Run those that were asked for."""
    for name, measure in BENCHMARKS.items():
        if name.startswith(wanted):
            measure()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
