"""The token with which the system of a partner sends its reports (token): made by keyed HMAC, shown once, kept nowhere.

It says for which partner it is and which number it has; whether that number still holds stands in the register.
"""

import base64
import hashlib
import hmac
import re

from crisis.errors import TokenInvalid

_TOKEN = re.compile(r"opschaling\.([A-Za-z0-9][A-Za-z0-9-]{0,39})\.([0-9]{1,6})\.([A-Za-z0-9_-]{43})", re.ASCII)


def make_token(partner: str, serial: int, secret: bytes) -> str:
    """The token of this number. The same always gives the same."""
    return f"opschaling.{partner}.{serial}.{_sign(partner, serial, secret)}"


def read_token(text: str, secret: bytes) -> tuple[str, int]:
    """For which partner it is, and its number.

    Raises:
        TokenInvalid: cut short, altered, or made with another secret.

    """
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise TokenInvalid
    partner, serial, signature = found.group(1), int(found.group(2)), found.group(3)
    if not hmac.compare_digest(signature, _sign(partner, serial, secret)):
        raise TokenInvalid
    return partner, serial


def _sign(partner: str, serial: int, secret: bytes) -> str:
    said = hmac.new(secret, f"opschaling/partner/1:{partner}:{serial}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()
