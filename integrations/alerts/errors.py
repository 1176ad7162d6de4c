"""How sending fails.

    SendingFailed
    ├── Temporary             trying again may help, after `retry_after` seconds where the server says so
    │   ├── Unreachable       no connection, cut off, or too slow
    │   └── Busy              an answer: not now (SMTP 421 and 4xx; HTTP 408, 425, 429 and 5xx)
    └── Permanent             trying again will not help
        ├── Rejected          an answer: no (SMTP 5xx; other HTTP 4xx)
        ├── Misunderstood     an answer, but not the agreed one: nobody knows whether the message was taken,
        │                     and trying again could show it twice
        ├── NotProtected      no TLS, a certificate that does not hold, or a refused password
        ├── BeyondReach       not a host that this alert may go to
        └── NoSuchChannel     the settings hold no such webhook

The text of each is for people and in Dutch: it stands beside the alert, and in the message to those on duty.
It holds no secret: what a server said is repeated only after `without_secrets`.
"""

import re

_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_LONG = re.compile(r"[A-Za-z0-9_\-+/=.]{20,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class SendingFailed(Exception):  # noqa: N818 - a statement
    """The alert did not go out."""


class Temporary(SendingFailed):
    """Trying again may help."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        """Seconds the server asked to wait; None when it did not say."""
        super().__init__(why)


class Unreachable(Temporary):
    """No connection, cut off, or too slow."""


class Busy(Temporary):
    """The server answered: not now."""


class Permanent(SendingFailed):
    """Trying again will not help."""


class Rejected(Permanent):
    """The server answered: no."""


class Misunderstood(Permanent):
    """The server answered something else than was agreed."""


class NotProtected(Permanent):
    """The connection or the credentials cannot be trusted; nothing was sent."""


class BeyondReach(Permanent):
    """This alert may not go to that host; nothing was sent."""


class NoSuchChannel(Permanent):
    """The settings hold no such webhook."""


def without_secrets(said: bytes | str) -> str:
    """What a server said, on one line of at most 150 characters, without addresses and without anything like a key."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    return _LONG.sub("…", _ADDRESS.sub("…", _CONTROL.sub(" ", text))).strip()[:150]
