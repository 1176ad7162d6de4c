"""The benchmarks by name."""

import sys
from collections.abc import Callable

from benchmarks import register

BENCHMARKS: dict[str, Callable[[], None]] = {"record": register.record, "alerts": register.deliver}


def main() -> None:
    """Run those that were asked for."""
    for name in sys.argv[1:] or BENCHMARKS:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
