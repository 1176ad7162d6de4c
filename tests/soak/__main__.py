"""`python -m tests.soak`: see docs/soak.md."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.databases import BOTH
from tests.soak import inner, outer
from tests.soak.tally import closing_line, is_clean

LAYERS = ("inner", "outer")


def main(arguments: Sequence[str] | None = None) -> int:
    """Both layers, or one; the last line of stdout is the summary."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running or mounted
    os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
    logging.disable(logging.CRITICAL)  # what is broken on purpose would fill the screen
    layers, tallies = options.layer or LAYERS, []
    if "inner" in layers:
        tallies.append(inner.soak(options.seed, options.injections, _say, options.round))
    if "outer" in layers:
        tallies.append(asyncio.run(outer.soak(options.seed, options.outer, _say, options.keep, options.register or BOTH)))
    print(closing_line(tallies, options.seed), flush=True)  # noqa: T201
    return 0 if is_clean(tallies) else 1


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)  # noqa: T201


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="soak", description="Faults at random, and then what was lost or doubled.")
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--injections", type=int, default=10_000, help="of the inner layer")
    parser.add_argument("--outer", type=int, default=200, help="injections of the outer layer")
    parser.add_argument("--round", type=int, default=None, help="this round of the inner layer alone")
    parser.add_argument("--keep", type=Path, default=None, help="folder for the logs and the register of the outer layer")
    parser.add_argument("--register", action="append", choices=BOTH, default=None, help="of the outer layer")
    parser.add_argument("--layer", action="append", choices=LAYERS, default=None)
    return parser


if __name__ == "__main__":
    sys.exit(main())
