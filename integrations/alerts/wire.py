"""A connection to a server: bounded in time, and only as far as it may go."""

import ipaddress
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Generic, Protocol, TypeVar

from integrations.alerts.errors import BeyondReach, NotProtected, SendingFailed, Unreachable

WHOLE = 15.0
"""Seconds that sending one message may take, from the first packet to the last."""
IDLE = 30.0
"""Seconds after which a connection is not trusted any more: firewalls forget silently."""


class Deadline:
    """The moment after which nothing is waited for any more."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; raises Unreachable when there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise Unreachable("geen antwoord binnen de tijd")
        return seconds


class Line:
    """The far end of a connection, held so that it can be cut whatever has been wrapped round it since."""

    def __init__(self, connection: socket.socket) -> None:
        self._end = connection.dup()
        self.is_loopback = _is_loopback(str(connection.getpeername()[0]))
        self.is_spent = False
        """Whether one of the two has said that this was the last message over it."""
        self._used_at = time.monotonic()
        self._was_cut = False

    @property
    def is_fresh(self) -> bool:
        """Used lately, and with nothing to read: a server that has hung up left its farewell."""
        recently = time.monotonic() - self._used_at < IDLE
        return recently and not self.is_spent and not select.select([self._end], [], [], 0)[0]

    @contextmanager
    def until(self, deadline: Deadline) -> Iterator[None]:
        """Cut the connection at the deadline, so that a server that trickles cannot hold us.

        Raises:
            Unreachable: it was cut.

        """
        timer = threading.Timer(deadline.left, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception:
            if self._was_cut:
                raise Unreachable("geen antwoord binnen de tijd") from None
            raise
        finally:
            timer.cancel()
            self._used_at = time.monotonic()

    def close(self) -> None:
        """Let go."""
        self._end.close()

    def _cut(self) -> None:
        self._was_cut = True
        with suppress(OSError):  # it may be gone already
            self._end.shutdown(socket.SHUT_RDWR)


def connect(host: str, port: int, deadline: Deadline, stay_near: str | None) -> socket.socket:
    """A TCP connection to the first address of the host that answers.

    `stay_near` says why this machine may not be left; None where it may. What counts is the address that is
    connected to, not the name.

    Raises:
        BeyondReach: no address of the host is on this machine, and it had to be.
        Unreachable: no address answered in time.

    """
    addresses = _resolve(host, port, deadline)
    if stay_near:
        addresses = [address for address in addresses if _is_loopback(address[0])]
        if not addresses:
            raise BeyondReach(f"{stay_near}, en ‘{host}’ is een andere machine")
    for address in addresses:
        try:
            connection = socket.create_connection(address, timeout=deadline.left)
        except OSError as failure:
            refused = failure
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else half a message waits for an answer
            return connection
    raise trouble(refused, f"{host}:{port}") from None


def _resolve(host: str, port: int, deadline: Deadline) -> list[tuple[str, int]]:
    """Name servers have a patience of their own, so the question is asked beside us."""
    answer: Future[list[tuple[str, int]]] = Future()
    threading.Thread(target=_ask, args=(host, port, answer), daemon=True).start()
    try:
        return answer.result(timeout=deadline.left)
    except (OSError, UnicodeError) as failure:
        raise Unreachable(f"het adres van ‘{host}’ is niet te vinden") from failure


def _ask(host: str, port: int, answer: "Future[list[tuple[str, int]]]") -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        answer.set_result(list(dict.fromkeys((str(address[0]), port) for *_, address in found)))
    except (OSError, UnicodeError) as failure:
        answer.set_exception(failure)


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def trouble(failure: OSError, host: str) -> SendingFailed:
    """What a failure of the network or of TLS means."""
    match failure:
        case ssl.SSLCertVerificationError():
            return NotProtected(f"het certificaat van {host} klopt niet: {failure.verify_message}")
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return Unreachable(f"{host} verbrak de verbinding")
        case ssl.SSLError():
            return NotProtected(f"met {host} is geen veilige verbinding te maken ({getattr(failure, 'reason', 'TLS')})")
        case TimeoutError():
            return Unreachable(f"{host} is te traag")
        case _:
            return Unreachable(f"{host} is niet bereikbaar ({failure.strerror or type(failure).__name__})")


class Breaker:
    """After a server could not be reached, one asks at a time until it answers: a queue must not wait for it in turn."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._is_down = False
        self._is_asking = False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask the server; raises Unreachable at once when it is down and another is asking already."""
        probing = self._begin()
        down = False
        try:
            yield
        except Unreachable:
            down = True
            raise
        finally:
            with self._lock:
                self._is_down = down
                self._is_asking = self._is_asking and not probing

    def _begin(self) -> bool:
        with self._lock:
            if self._is_down and self._is_asking:
                raise Unreachable(f"{self._server} is niet bereikbaar")
            self._is_asking = self._is_asking or self._is_down
            return self._is_down


class Kept(Protocol):
    """A connection that can be used again."""

    line: Line

    def close(self) -> None:
        """Hang up."""


K = TypeVar("K", bound=Kept)


class Pool(Generic[K]):
    """The connections to one server, held open and lent to one sender at a time."""

    def __init__(self, open_one: Callable[[Deadline, str | None], K]) -> None:
        self._open_one = open_one
        self._idle: list[K] = []

    @contextmanager
    def one(self, deadline: Deadline, stay_near: str | None) -> Iterator[K]:
        """A connection that works, new where none was kept. One on which anything failed is not used again.

        Raises:
            BeyondReach: the server is not on this machine, and it had to be.
            SendingFailed: what opening it raises.

        """
        connection = self._kept() or self._open_one(deadline, stay_near)
        try:
            if stay_near and not connection.line.is_loopback:
                raise BeyondReach(f"{stay_near}, en deze server is een andere machine")
            with connection.line.until(deadline):
                yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def close(self) -> None:
        """Hang up all that are idle."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> K | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.line.is_fresh:
                return connection
            connection.close()
        return None
