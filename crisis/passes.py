"""One-time authority for one person to do one thing (machtiging).

A pass is made by keyed HMAC at the moment of sending, so that no queue and no log holds one,
and a second sending carries the same. Whether it was used stands in the register.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ConfigDict, TypeAdapter, ValidationError

from crisis.errors import PassExpired, PassInvalid
from crisis.record import Moment


class Act(StrEnum):
    """What a pass allows."""

    READ_PAPERS = "read"
    READ_DOSSIER = "read-dossier"
    """By an auditor: every decision of a crisis, with what was known and what came later."""
    RECORD_OUTCOME = "record"
    REPORT_ACTION = "report"
    VERIFY_ACTION = "verify"
    CONFIRM_OUTCOME = "confirm"
    """By the second person, where two must look."""
    ADVISE = "advise"
    """By the NKC, on what is intended (R14)."""
    ANSWER_REQUEST = "answer"
    """By who has powers of its own (R24)."""
    CLOSE_CRISIS = "close"
    CONFIRM_CLOSING = "confirm-closing"
    ASK_INVITATION = "ask-invitation"
    ANSWER_INVITATION = "answer-invitation"
    ACTIVATE = "activate"
    CONFIRM_ACTIVATION = "confirm-activation"
    CALL_MEETING = "call-meeting"
    DESIGNATE = "designate"
    RELEASE = "release"
    SET_GRIP = "grip"
    GIVE_FIGURES = "give-figures"
    """By the contact of a partner, on an inquiry (uitvraag)."""
    ASK_PARTNERS = "ask-partners"
    CLOSE_INQUIRY = "close-inquiry"
    JUDGE_FIGURES = "judge-figures"
    """By the secretariat: give an answer back with a question, or accept it after all."""
    ENTER_FIGURES = "enter-figures"
    """By the secretariat, of what a partner said by telephone or mail."""


READING = frozenset({Act.READ_PAPERS, Act.READ_DOSSIER})
"""As often as needed; all others once."""
BEFORE_A_CRISIS = frozenset({Act.ACTIVATE, Act.CONFIRM_ACTIVATION})
"""Acts by the plan in force: there is no crisis yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who may do what, to which object, until when. Made in numbers; what comes from outside is read by `read_pass`."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    person: str
    act: Act
    object: str
    issued_at: Moment
    """When it was granted: who is asked again gets another pass, for the one before may have been spent."""
    expires_at: Moment
    on_behalf_of: str | None = None
    """Whose act it is, where that person handed it on to `person`, their deputy."""

    @property
    def key(self) -> str:
        """What makes this grant one grant: used once, it is used."""
        key = f"{self.act}/{self.object}/{self.person}/{self.issued_at.isoformat()}"
        return f"{key}/{self.on_behalf_of}" if self.on_behalf_of else key

    @property
    def principal(self) -> str:
        """Whose act it is. Who really acts is `person`."""
        return self.on_behalf_of or self.person

    @property
    def actor(self) -> str:
        """Who acts, as the audit trail has it: a deputy with the person for whom."""
        return f"{self.person} namens {self.on_behalf_of}" if self.on_behalf_of else self.person


_GRANT = TypeAdapter(Grant)


def make_pass(grant: Grant, secret: bytes) -> str:
    """The pass for a grant, as text that fits in a link. The same grant gives the same pass."""
    content = _GRANT.dump_json(grant, exclude_none=True)
    return f"{_encode(content)}.{_encode(_sign(content, secret))}"


def read_pass(token: str, secret: bytes, now: Moment) -> Grant:
    """The grant in a pass.

    Raises:
        PassInvalid: cut short, altered, or made with another secret.
        PassExpired: its time is over.

    """
    try:
        content, signature = (_decode(part) for part in token.split("."))
        if not hmac.compare_digest(signature, _sign(content, secret)):
            raise PassInvalid
        grant = _GRANT.validate_json(content)
    except (ValueError, binascii.Error, ValidationError):
        raise PassInvalid from None
    if now > grant.expires_at:
        raise PassExpired(expired_at=grant.expires_at)
    return grant


def _sign(content: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"opschaling/pass/1:" + content, hashlib.sha256).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    if not text.isascii():
        raise ValueError("not a pass")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
