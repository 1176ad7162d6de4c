"""Whatever httpx can raise has one meaning here."""

import inspect
import ssl

import httpx
import pytest

from integrations.partners.errors import (
    OutsideWorldFailed,
    Refused,
    Silent,
    Unintelligible,
    Unreachable,
    foreign_errors_translated,
    translated,
)

FOREIGN = [thing for thing in vars(httpx).values() if inspect.isclass(thing) and issubclass(thing, Exception)]
RAISED = [kind for kind in FOREIGN if not any(other is not kind and issubclass(other, kind) for other in FOREIGN)]
"""The leaves: httpx raises nothing else."""

_REQUEST = httpx.Request("GET", "http://127.0.0.1/geheim")


def raised(kind: type[Exception]) -> Exception:
    if kind is httpx.HTTPStatusError:
        return httpx.HTTPStatusError("404", request=_REQUEST, response=httpx.Response(404))
    if not inspect.signature(kind).parameters:
        return kind()
    return kind("http://127.0.0.1/geheim")


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_every_exception_of_httpx_has_a_meaning(kind: type[Exception]) -> None:
    with pytest.raises(OutsideWorldFailed) as caught, foreign_errors_translated():
        raise raised(kind)
    assert caught.value.__cause__ is not None
    assert "geheim" not in caught.value.reason


def test_there_are_exceptions_to_translate() -> None:
    assert len(RAISED) >= 20


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        (httpx.ConnectTimeout, Silent),
        (httpx.ReadTimeout, Silent),
        (httpx.ConnectError, Unreachable),
        (httpx.RemoteProtocolError, Unreachable),
        (httpx.TooManyRedirects, Refused),
        (httpx.DecodingError, Unintelligible),
    ],
)
def test_an_exception_means_this(kind: type[Exception], meaning: type[OutsideWorldFailed]) -> None:
    assert type(translated(raised(kind))) is meaning


def test_a_bad_certificate_is_a_refusal_not_a_bad_line() -> None:
    error = httpx.ConnectError("TLS")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    assert isinstance(translated(error), Refused)


def test_our_own_mistakes_are_not_taken_for_the_partners() -> None:
    with pytest.raises(ZeroDivisionError), foreign_errors_translated():
        _ = 1 / 0
    with pytest.raises(LookupError):
        translated(ZeroDivisionError())
