"""A line to PostgreSQL that can be cut at the worst of moments: when COMMIT is on its way."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from urllib.parse import urlsplit

from tests.databases import SERVER


class Cut(Enum):
    """What becomes of the next COMMIT."""

    NOT = auto()
    BEFORE = auto()
    """The server never hears it."""
    AFTER = auto()
    """The server does it, and we never hear so."""


class Line:
    """Passes on what is said, until it is told to cut."""

    def __init__(self) -> None:
        self.cut = Cut.NOT
        self.stays_cut = False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more calls."""
        self._listening.close()

    def _accept(self) -> None:
        server = urlsplit(SERVER)
        with suppress(OSError):
            while True:
                ours, _ = self._listening.accept()
                if self.stays_cut and self.cut is Cut.NOT:
                    ours.close()
                    continue
                theirs = socket.create_connection((server.hostname or "127.0.0.1", server.port or 5432))
                threading.Thread(target=self._up, args=(ours, theirs), daemon=True).start()
                threading.Thread(target=self._down, args=(theirs, ours), daemon=True).start()

    def _up(self, ours: socket.socket, theirs: socket.socket) -> None:
        with suppress(OSError):
            while said := ours.recv(65536):
                if b"COMMIT\0" not in said or self.cut is Cut.NOT:
                    theirs.sendall(said)
                    continue
                how, self.cut = self.cut, Cut.NOT
                ours.shutdown(socket.SHUT_RDWR)
                if how is Cut.AFTER:
                    theirs.sendall(said)
        theirs.shutdown(socket.SHUT_WR)

    @staticmethod
    def _down(theirs: socket.socket, ours: socket.socket) -> None:
        with suppress(OSError):
            while said := theirs.recv(65536):
                ours.sendall(said)
        with suppress(OSError):
            ours.shutdown(socket.SHUT_RDWR)


@contextmanager
def a_line() -> Iterator[Line]:
    """A line for one test."""
    line = Line()
    try:
        yield line
    finally:
        line.close()
