"""`python -m benchmarks [name]`: every figure, or those whose module or name begins like this."""

import json
import sys
from collections.abc import Callable, Iterator

from benchmarks import first_alert, week
from benchmarks.figure import Figure

ALL: dict[str, Callable[[], Iterator[Figure]]] = {
    "activation-to-slack": first_alert.measure,
    "week": week.measure,
}


def main(wanted: str) -> None:
    """Measure, and print each figure as soon as it is known."""
    for name, measure in ALL.items():
        if name.startswith(wanted):
            for figure in measure():
                print(json.dumps(figure.as_dict()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
