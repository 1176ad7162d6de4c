"""What CBS StatLine said of 2022, and when: table 83102NED, asylum requests and family members who follow (nareizigers).

Source: CBS 83102NED by way of `domain.md` 2.2 (monthly figures through a third party's copy: confidence M), rounded to 5.
Totals per month are not in our sources, so they are not known here either. The keys of single nationalities are of the
rehearsal: CBS has others, which could not be looked up.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

SEX, AGE, EVERYBODY = "T001038", "10000", "T001059"
"""The keys of the totals, as CBS has them."""
FIRST, FAMILY = "EersteAsielverzoekenPersonen_2", "NareizigersPersonen_4"
COLUMNS = {
    "TotaalAsielverzoekenEnNareizigers_1": "Totaal asielverzoeken en nareizigers",
    FIRST: "Eerste asielverzoeken (personen)",
    "VolgendeAsielverzoeken_3": "Volgende asielverzoeken",
    FAMILY: "Nareizigers (personen)",
}
NATIONALITIES = {
    EVERYBODY: "Totaal",
    "OEFEN01": "Syrisch",
    "OEFEN02": "Turks",
    "OEFEN03": "Jemenitisch",
    "OEFEN04": "Afghaans",
}
DESCRIPTION = "Asielverzoeken en nareizigers. De cijfers zijn afgerond op vijftallen. Een punt is onbekend, en niet nul."


class Edition(NamedTuple):
    """A number as it was published, until the next edition of it."""

    published: date
    value: int


def _months(numbers: str) -> dict[str, int]:
    return {f"2022MM{month:02}": int(number) for month, number in enumerate(numbers.split(), start=1)}


_MONTHLY = {
    ("OEFEN01", FIRST): _months("550 460 610 570 760 915 1040 1510 2045 1740 1650 795"),
    ("OEFEN01", FAMILY): _months("460 510 775 610 640 995 1060 770 650 345 200 215"),
    ("OEFEN02", FIRST): _months("120 85 155 205 195 295 250 295 385 300 220 175"),
    ("OEFEN03", FIRST): _months("90 120 315 185 170 195 185 210 285 285 265 125"),
    ("OEFEN04", FIRST): _months("125 95 505 305 120 205 305 530 245 120 110 70"),
}
_LONGER = {
    (EVERYBODY, FIRST): {"2022KW01": 6480, "2022KW02": 7050, "2022KW03": 10_600},  # nu.nl 6232750, telegraaf.nl
    (EVERYBODY, FAMILY): {"2022KW03": 3605, "2022JJ00": 11_130},  # the IND counts 10,927 for the same year
    ("OEFEN04", FIRST): {"2022KW03": 1080},
}
_FIRST_PUBLISHED = {
    (EVERYBODY, FIRST, "2022KW02"): 7045,
    ("OEFEN04", FIRST, "2022KW03"): 995,  # 996 in the press release, rounded as the table does
}
"""What the first edition said, where it was another number."""

PERIODS = (*(f"2022MM{m:02}" for m in range(1, 13)), *(f"2022KW{q:02}" for q in range(1, 5)), "2022JJ00")
_DEFINITIVE = date(2023, 1, 31)
"""When the numbers of 2022 became final: CBS does so in January of the next year."""


def published_on(period: str) -> date:
    """When the first edition of a period came out: about two months after its end."""
    month = {"MM": 1, "KW": 3}.get(period[4:6], 12) * (int(period[6:]) or 1) + 2
    year, month = 2022 + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def final_on(period: str) -> date:
    """When a period became final."""
    return max(_DEFINITIVE, published_on(period) + timedelta(days=31))


def is_out(period: str, day: date) -> bool:
    """Whether CBS had published it by that day."""
    return published_on(period) <= day


def is_final(period: str, day: date) -> bool:
    """Whether it was final by that day."""
    return final_on(period) <= day


def value_on(nationality: str, column: str, period: str, day: date) -> int | None:
    """What the table said on a day: nothing, the first edition, or the final one."""
    out = [one for one in _editions(nationality, column, period) if one.published <= day]
    return out[-1].value if out else None


def _editions(nationality: str, column: str, period: str) -> Iterator[Edition]:
    last = (_MONTHLY.get((nationality, column), {}) | _LONGER.get((nationality, column), {})).get(period)
    if last is None:
        return
    yield Edition(published_on(period), _FIRST_PUBLISHED.get((nationality, column, period), last))
    yield Edition(final_on(period), last)
