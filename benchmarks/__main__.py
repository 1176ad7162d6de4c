"""The benchmarks by name."""

import sys
from collections.abc import Callable

from benchmarks import register
from tests.databases import drop_the_template

BENCHMARKS: dict[str, Callable[[], None]] = {"record": register.record, "alerts": register.deliver}


def main() -> None:
    """Run those that were asked for."""
    try:
        for name in sys.argv[1:] or BENCHMARKS:
            BENCHMARKS[name]()
    finally:
        drop_the_template()


if __name__ == "__main__":
    main()
