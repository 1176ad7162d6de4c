"""The country, its provinces, safety regions and municipalities, and which lies in which (gebieden).

Provinces and safety regions ship with the product (`crisis.places`); municipalities change every year and are imported from
CBS "Gebieden in Nederland". Every municipality lies in one safety region, every safety region in one province.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from crisis.errors import InvalidInput
from crisis.places import PROVINCES, SAFETY_REGIONS
from crisis.record import Line, Record

COUNTRY = "NL"

AreaCode = Annotated[str, StringConstraints(pattern=r"^(NL|[A-Z]{2}[0-9]{2,4})$")]
"""A code of Statistics Netherlands: `VR01`, `PV20`, `GM0014`; or `NL`."""


class Area(Record):
    """A municipality, as Statistics Netherlands has it on a date (gemeente)."""

    code: Annotated[str, StringConstraints(pattern=r"^GM[0-9]{4}$")]
    name: Line
    region: str
    """Code of its safety region."""
    province: str
    """Code of its province."""
    inhabitants: int | None = Field(default=None, ge=0)
    """None: the source does not say. That is not zero."""
    as_of: date
    """The date that the division is about."""
    source: Line


MOST_MUNICIPALITIES = 400
"""There are 344 in 2022, and fewer every year; more is another table."""


def check_division(municipalities: Sequence[Area]) -> None:
    """Whether these can be the municipalities of the country: each once, in a region that there is and its province.

    Raises:
        InvalidInput: there are none or too many, or by municipality what is wrong with it; all problems at once.

    """
    if problems := list(_misplaced(municipalities)):
        raise InvalidInput(problems=problems)


def _misplaced(municipalities: Sequence[Area]) -> Iterator[tuple[str, str]]:
    if not municipalities:
        yield "areas", "no_municipalities"
    if len(municipalities) > MOST_MUNICIPALITIES:
        yield "areas", f"too_many_municipalities:{MOST_MUNICIPALITIES}"
    yield from ((code, "twice") for code, times in Counter(area.code for area in municipalities).items() if times > 1)
    for area in municipalities:
        region = SAFETY_REGIONS.get(area.region)
        if region is None:
            yield area.code, f"r21_region:{area.region}"
        elif region.province != area.province:
            yield area.code, f"not_in_province:{area.province}"


class Territory:
    """Which area lies in which, and how many people live there."""

    def __init__(self, municipalities: Iterable[Area] = ()) -> None:
        self._parent = {code: region.province for code, region in SAFETY_REGIONS.items()} | dict.fromkeys(PROVINCES, COUNTRY)
        self._names = {code: region.name for code, region in SAFETY_REGIONS.items()} | PROVINCES | {COUNTRY: "Nederland"}
        self._people: dict[str, int | None] = {}
        self._parts: dict[str, list[str]] = {}
        of: dict[str, list[Area]] = {}
        for area in municipalities:
            self._parent[area.code] = area.region
            self._names[area.code] = area.name
            self._people[area.code] = area.inhabitants
            for above in self.above(area.code):
                of.setdefault(above, []).append(area)
        for code, parent in self._parent.items():
            self._parts.setdefault(parent, []).append(code)
        for code, parts in of.items():
            known = [area.inhabitants for area in parts if area.inhabitants is not None]
            self._people[code] = sum(known) if len(known) == len(parts) else None

    @property
    def codes(self) -> tuple[str, ...]:
        """All areas that are known: the country, its provinces and safety regions, and the municipalities."""
        return tuple(self._names)

    def name(self, code: str) -> str:
        """What the area is called; the code itself where it is not known."""
        return self._names.get(code, code)

    def above(self, code: str) -> tuple[str, ...]:
        """The areas that this one lies in, from the nearest up: region, province, country."""
        found = []
        while (above := self._parent.get(code)) is not None:
            found.append(code := above)
        return tuple(found)

    def parts(self, code: str) -> tuple[str, ...]:
        """The areas that lie directly in this one; none where they are not known."""
        return tuple(self._parts.get(code, ()))

    def lies_in(self, code: str, other: str) -> bool:
        """Whether this area is part of the other."""
        return other in self.above(code)

    def inhabitants(self, code: str) -> int | None:
        """How many people live there; None where no source says."""
        return self._people.get(code)
