"""The command line as a person uses it, within the test's own process."""

from collections.abc import Callable

import pytest

from deployments.cli import main

Say = Callable[..., tuple[int, str]]
"""The words of a command to its exit code and all that it said."""


def a_shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *always: str) -> Say:
    """A shell in which every command begins with these words."""

    def say(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["opschaling", *always, *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out + told.err

    return say
