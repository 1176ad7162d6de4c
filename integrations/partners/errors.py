"""What can go wrong between us and a partner, and whether trying again helps.

    OutsideWorldFailed
    ├── Unreachable      no usable answer: trying again may help
    │   └── Silent       no answer before the deadline
    ├── Refused          the answer was no: trying again will not help
    └── Unintelligible   an answer, but not in the agreed form

Every exception of httpx becomes one of these here, and nowhere else.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx


class OutsideWorldFailed(Exception):  # noqa: N818 - a statement
    """A partner gave nothing usable. `reason` says why, in Dutch, for the secretariat; it holds no address."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Unreachable(OutsideWorldFailed):
    """No usable answer: trying again may help, after `retry_after` seconds where the partner named them."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(reason)


class Silent(Unreachable):
    """No answer before the deadline."""


class Refused(OutsideWorldFailed):
    """The answer was no, or we may not ask: trying again will not help."""


class Unintelligible(OutsideWorldFailed):
    """An answer, but not in the agreed form."""


_OURS: dict[type[Exception], tuple[type[OutsideWorldFailed], str]] = {
    httpx.TimeoutException: (Silent, "Gaf geen antwoord binnen de tijd."),
    httpx.NetworkError: (Unreachable, "Er kwam geen verbinding tot stand, of zij viel weg."),
    httpx.RemoteProtocolError: (Unreachable, "Verbrak de verbinding voor het antwoord af was, of sprak geen HTTP."),
    httpx.ProxyError: (Unreachable, "De tussenliggende server gaf geen verbinding."),
    httpx.UnsupportedProtocol: (Refused, "Het adres in het crisisplan is geen webadres."),
    httpx.InvalidURL: (Refused, "Het adres in het crisisplan is geen webadres."),
    httpx.LocalProtocolError: (Refused, "De vraag kon aan dit adres niet worden gesteld."),
    httpx.TooManyRedirects: (Refused, "Verwijst door naar een ander adres; dat wordt niet gevolgd."),
    httpx.HTTPStatusError: (Refused, "Weigerde de vraag."),
    httpx.DecodingError: (Unintelligible, "Het antwoord is samengeperst en niet uit te pakken."),
    httpx.CookieConflict: (Unintelligible, "Het antwoord bevat tegenstrijdige cookies."),
    httpx.StreamError: (Unintelligible, "Het antwoord was niet te lezen."),
}


@contextmanager
def foreign_errors_translated() -> Iterator[None]:
    """The wall: inside it httpx may raise its own errors, outside it there are only ours."""
    try:
        yield
    except tuple(_OURS) as error:
        raise translated(error) from error


def translated(error: Exception) -> OutsideWorldFailed:
    """What an exception of httpx means to us. Raises LookupError for one that is not in the table."""
    if _is_about_certificate(error):
        return Refused("Het beveiligingscertificaat is niet geldig voor dit adres.")
    for foreign in type(error).__mro__:
        if foreign in _OURS:
            ours, reason = _OURS[foreign]
            return ours(reason)
    raise LookupError(type(error).__name__)


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
