"""What a person typed in words of their own, if it may be kept; and the remark with which it is sent back (opmerking)."""

from pydantic import TypeAdapter, ValidationError

from crisis.errors import InvalidInput
from crisis.record import Text

_TEXT: TypeAdapter[str] = TypeAdapter(Text)


def checked_text(field: str, text: str) -> str:
    """What was typed in this field, if it may be kept.

    Raises:
        InvalidInput: empty, too long, or with characters that do not show.

    """
    try:
        return _TEXT.validate_python(text)
    except ValidationError as trouble:
        raise InvalidInput(problems=[(field, error["type"]) for error in trouble.errors()]) from trouble


def checked_remark(accepted: bool, remark: str) -> str:
    """What goes with a verdict on the work of another: needed where it is sent back or refused. Raises InvalidInput."""
    return checked_text("remark", remark) if remark or not accepted else ""
