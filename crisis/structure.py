"""The bodies of the national crisis structure and their order (gremia).

Facts: Instellingsbesluit MCCb 2016 and 2022 (Stcrt. 2022, 32675), Nationaal Handboek Crisisbesluitvorming 2016.
"""

from collections.abc import Iterable
from enum import StrEnum


class RuleSet(StrEnum):
    """Which rules were in force (regelset).

    In June 2022 those of 2016 were; the decree of 2022 is dated 25 November 2022 (Stcrt. 2022, 32675).
    """

    OF_2016 = "2016"
    OF_2022 = "2022"


class Office(StrEnum):
    """An office to which a rule gives a place or a voice in the structure (ambt). Who holds no such office has none stated."""

    PRIME_MINISTER = "minister-president"
    MINISTER_OF_JUSTICE = "minister van JenV"
    MINISTER = "minister"
    STATE_SECRETARY = "staatssecretaris"
    NCTV = "NCTV"
    NCTV_DIRECTOR = "directeur NCTV"
    CRISIS_COORDINATOR = "departementaal crisiscoördinator"
    DIRECTOR_GENERAL = "directeur-generaal"


class Role(StrEnum):
    """What somebody does in the structure beside sitting in a body (rol). The secretaries follow from the bodies."""

    REPORTER = "reporter"
    NKC_EDITOR = "nkc-editor"
    NKC_LEAD = "nkc-lead"
    LIAISON = "liaison"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Body(StrEnum):
    """A body that meets (gremium). The value is the name people use."""

    IAO = "IAO"
    ICCB = "ICCb"
    MCCB = "MCCb"

    @property
    def higher(self) -> "Body | None":
        """The body to which this one passes on what it cannot settle; none above the MCCb."""
        above = [body for body in LADDER if body.rank > self.rank]
        return above[0] if above else None

    @property
    def rank(self) -> int:
        """Its place on the ladder, the IAO lowest."""
        return LADDER.index(self)

    @property
    def official_name(self) -> str:
        """The name in full, as the handbook writes it."""
        return _OFFICIAL_NAMES[self]

    @property
    def may_decide(self) -> bool:
        """Whether it decides; the IAO advises and informs only (R11; NHC 2016, V.2)."""
        return self is not Body.IAO


LADDER = (Body.IAO, Body.ICCB, Body.MCCB)
"""The usual path up. The order is not enforced: any subset may be activated at once (R12)."""

_OFFICIAL_NAMES = {
    Body.IAO: "Interdepartementaal Afstemmingsoverleg",
    Body.ICCB: "Interdepartementale Commissie Crisisbeheersing",
    Body.MCCB: "Ministeriële Commissie Crisisbeheersing",
}

NKC = "Nationaal Kernteam Crisiscommunicatie"
"""The communication team; orthogonal to the levels: it may be active without any of them (R13)."""


def in_order(bodies: frozenset[Body]) -> tuple[Body, ...]:
    """The same bodies, lowest first."""
    return tuple(body for body in LADDER if body in bodies)


def highest(bodies: Iterable[Body]) -> Body:
    """The highest of these; there must be one."""
    return max(bodies, key=lambda body: body.rank)
