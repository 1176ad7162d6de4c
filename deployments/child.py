"""Runs a module as a process that ends when its supervisor does: a killed `opschaling up` leaves nothing running."""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1
"""Linux: the signal that a process gets when the one that started it dies (prctl(2))."""


def main() -> None:
    """Bind this process to its parent, and become the module that is named."""
    supervisor = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != supervisor:
            sys.exit("the supervisor is gone already")
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
