"""What every value of the procedure has in common: it is frozen, its times are UTC, its texts are bounded."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but tab and newline
    "\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff"  # invisible, or turning the text round
    "\ud800-\udfff]"  # half a character
)


def _visible(text: str) -> str:
    if found := _UNSAFE.search(text):
        raise ValueError(f"character U+{ord(found.group()):04X} at position {found.start() + 1} is not allowed")
    return text


def _single_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("must be a single line")
    return text


def _one_newline(text: object) -> object:
    """Browsers send CR LF between the lines of a form."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


def _in_utc(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError(f"the year {moment.year} is not between {YEARS.start} and {YEARS.stop - 1}")
    return moment.astimezone(UTC)


AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""Where the people are. Times are kept in UTC; what repeats, repeats by the clock on their wall."""

YEARS = range(1900, 2200)
"""Beyond these a due time plus its terms would not be a date any more."""

Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A point in time, aware of its zone, kept in UTC."""

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_visible),
    AfterValidator(_single_line),
]
"""One line of text that a person typed: a title, a name."""

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    BeforeValidator(_one_newline),
    AfterValidator(_visible),
]
"""Some lines of text that a person typed: a reason, a decision, evidence."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
"""A short name for use in keys, tags and addresses: `asiel-2022`."""


@dataclass(frozen=True)
class InPlan:
    """Marks a text as the key of something in the crisis plan: a form offers what is there, by name."""

    table: str


PersonKey = Annotated[str, InPlan("people")]
"""Somebody of the plan; people choose by function."""
PartnerKey = Annotated[str, InPlan("partners")]
"""A partner of the plan; people choose by name."""
IndicatorKey = Annotated[str, InPlan("indicators")]
"""An indicator of the plan; people choose by name."""
RegionKey = Annotated[str, InPlan("regions")]
"""A safety region by its code, `VR01`: these are the same in every plan."""


class Record(BaseModel):
    """A value: frozen, and with no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def utc(*parts: int) -> datetime:
    """A moment in UTC, from year, month, day and so on."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def on_the_wall_after(moment: datetime, interval: timedelta) -> datetime:
    """So much later by the clock on the wall: a week after Thursday at ten is Thursday at ten, also in summer time."""
    return (moment.astimezone(AMSTERDAM) + interval).astimezone(UTC)
