"""The rules of the procedure by name: R01 to R24 (regels).

Each has a name, the rule sets that it belongs to, its source, and how sure that source is. What the rules of 2016 say is
known mostly through the decrees of 2012 and 2022: where that is so, it says so, and no article is invented.
`docs/procedure.md` says which function holds each rule; a test keeps it true.
"""

from enum import StrEnum
from typing import NamedTuple

from crisis.structure import RuleSet


class Confidence(StrEnum):
    """How sure the source of a rule is."""

    HIGH = "hoog"
    MEDIUM = "midden"
    LOW = "laag"


class Source(NamedTuple):
    """Where a rule comes from."""

    text: str
    confidence: Confidence
    unconfirmed_in: frozenset[RuleSet] = frozenset()
    """The rule sets in which it is held to be in force without a source of their own."""


class Rule(StrEnum):
    """A rule of the procedure. The name is the one that the domain notes use; the value says it in a few words."""

    R01 = "activeren is een vastgelegd besluit, op een grond"
    R02 = "de minister van JenV zit de MCCb voor, tenzij de minister-president dat doet"
    R03 = "de leden van de MCCb: vast, of aangewezen door de voorzitter met de minister-president"
    R04 = "een staatssecretaris heeft in de MCCb een raadgevende stem"
    R05 = "ministers en staatssecretarissen vragen de MCCb aan bij de minister van JenV"
    R06 = "de MCCb besluit bij meerderheid"
    R07 = "wat niet kan wachten, gaat ter kennisneming naar de ministerraad"
    R08 = "de ICCb besluit alleen op een genoemde grond, en meldt het aan de MCCb"
    R09 = "wie het IAO bijeenroept, raadpleegt het eerstverantwoordelijke ministerie en bericht alle andere tegelijk"
    R10 = "in het IAO zitten ten minste alle ministeries van ICCb en MCCb"
    R11 = "het IAO adviseert en informeert, en besluit niet"
    R12 = "de volgorde van de gremia ligt niet vast"
    R13 = "het NKC staat los van het niveau"
    R14 = "over ieder voorgenomen besluit adviseert het NKC"
    R15 = "partners weten het voordat het naar buiten gaat"
    R16 = "de vaste agenda"
    R17 = "geen besluit zonder beeld en oordeel (BOB)"
    R18 = "het ritme van een gremium is een instelling"
    R19 = "na activering en na een belangrijke MCCb volgt een brief aan de Kamer"
    R20 = "afschalen: besloten, met opvolger, en alles overgedragen"
    R21 = "GRIP per veiligheidsregio, van en tot"
    R22 = "het verslag van de MCCb is geheim zoals dat van de ministerraad"
    R23 = "NL-Alert: voorbereiden, nooit versturen"
    R24 = "bevoegdheden verschuiven niet: een regio of gemeente krijgt een verzoek"

    @property
    def source(self) -> Source:
        """Where it comes from, and how sure that is."""
        return _SOURCES[self]

    @property
    def rulesets(self) -> frozenset[RuleSet]:
        """The rule sets that it belongs to: all belong to both; what differs within one, `crisis.structure` holds."""
        return frozenset(RuleSet)

    def is_confirmed_in(self, ruleset: RuleSet) -> bool:
        """Whether a source says that it belongs to this rule set."""
        return ruleset not in self.source.unconfirmed_in


_IN_2016 = frozenset({RuleSet.OF_2016})
_IN_2022 = frozenset({RuleSet.OF_2022})
_H, _M, _L = Confidence

_SOURCES = {
    Rule.R01: Source("Instellingsbesluit MCCb 2022 (Stcrt. 2022, 32675), art. 2; NHC 2016, I", _H),
    Rule.R02: Source("Instellingsbesluit MCCb 2022, art. 3.2; Stcrt. 2012, 9310, art. 3.4", _H, _IN_2016),
    Rule.R03: Source("Instellingsbesluit MCCb 2022, art. 3 (in overeenstemming); Stcrt. 2012, 9310 (in overleg)", _H, _IN_2016),
    Rule.R04: Source("Instellingsbesluit MCCb 2022, art. 3.5", _H, _IN_2016),
    Rule.R05: Source("Instellingsbesluit MCCb 2022, art. 3.3", _H, _IN_2016),
    Rule.R06: Source("nctv.nl, nationale crisisstructuur; bij staken van stemmen is geen regel gevonden", _H),
    Rule.R07: Source("Stcrt. 2012, 9310, art. 4.2", _M, _IN_2016 | _IN_2022),
    Rule.R08: Source("nctv.nl, nationale crisisstructuur; dat de ICCb het meldt, is niet bevestigd", _M),
    Rule.R09: Source("NHC 2016, V.1", _H, _IN_2022),
    Rule.R10: Source("NHC 2016, V.1", _H, _IN_2022),
    Rule.R11: Source("NHC 2016, V.2", _M, _IN_2022),
    Rule.R12: Source("rijksoverheid.nl, 17 juni 2022; vru.nl", _H),
    Rule.R13: Source("nctv.nl, Nationaal Kernteam Crisiscommunicatie", _H),
    Rule.R14: Source("nctv.nl, taken van het NKC", _H),
    Rule.R15: Source("nctv.nl, NKC; dat partners het eerder weten dan het publiek, kiest dit product", _M),
    Rule.R16: Source("agenda van de ICCb van 15 augustus 2014", _H),
    Rule.R17: Source("BOBOC: besluitvormingsmethodiek, deel 2; blikopnieuws.nl, 2020", _M),
    Rule.R18: Source("rijksoverheid.nl, 6 juli 2022", _H),
    Rule.R19: Source("Kamerstuk 19 637, nr. 2951; rijksoverheid.nl, juni 2022", _H),
    Rule.R20: Source("nctv.nl, 22 september 2022; NHC 2016, VIII (nafase)", _M, _IN_2022),
    Rule.R21: Source("westerwoldeactueel.nl, 18 juli en 4 november 2022", _H),
    Rule.R22: Source("RvS 25 oktober 2017, 201702922/1/A3", _H),
    Rule.R23: Source("rijksoverheid.nl, 2024; rtvnoord.nl", _H),
    Rule.R24: Source("Kamerstuk 19 637, nr. 2951; gemeente.nu, 24 juni 2022", _H),
}
