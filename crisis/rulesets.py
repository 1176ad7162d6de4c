"""What the rule sets of 2016 and 2022 say of who sits where, and who may call whom (regelsets).

The data stands in one table per rule set, the questions below it. Known for certain are the decree of 2022 (Stcrt. 2022,
32675) and the handbook of 2016; the decree of 2016 is known through those of 2012 (Stcrt. 2012, 9310) and 2022, so what it
says of the MCCb is held to be theirs. That the handbook's rules for the IAO went on in 2022 is not confirmed either:
`crisis.rules` says it per rule.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from crisis.rules import Rule
from crisis.structure import Body, Office, RuleSet


class Accord(StrEnum):
    """How far the word of the minister-president goes where the chair of the MCCb decides who sits in it and when it meets."""

    AGREEMENT = "in overeenstemming met"
    CONSULTATION = "in overleg met"


class Terms(NamedTuple):
    """What a rule set says of one body."""

    chairs: frozenset[Office]
    """Who may chair it."""
    askers: frozenset[Office]
    """At whose initiative it is called together."""
    rule: Rule | None
    """The rule by which it is called together; none is known for the ICCb."""
    by_office: frozenset[Office] = frozenset()
    """Who sits in it by office; all others are designated."""
    advisory: frozenset[Office] = frozenset()
    """Who has an advisory voice in it and nothing more."""
    accord: Accord | None = None
    """What the chair needs of the minister-president."""
    consults: bool = False
    """Whether the first-responsible ministry or minister is consulted before it is called together."""
    informs: bool = False
    """Whether all other ministries hear of it at the same moment."""


def _mccb(accord: Accord) -> Terms:
    """R02 to R05; Instellingsbesluit MCCb 2022, art. 3. How far the minister-president's word goes is what has changed."""
    return Terms(
        chairs=frozenset({Office.MINISTER_OF_JUSTICE, Office.PRIME_MINISTER}),
        askers=frozenset({Office.PRIME_MINISTER, Office.MINISTER_OF_JUSTICE, Office.MINISTER, Office.STATE_SECRETARY}),
        rule=Rule.R05,
        by_office=frozenset({Office.PRIME_MINISTER, Office.MINISTER_OF_JUSTICE}),
        advisory=frozenset({Office.STATE_SECRETARY}),
        accord=accord,
        consults=True,
    )


_ICCB = Terms(
    chairs=frozenset({Office.NCTV}),
    askers=frozenset({Office.NCTV, Office.NCTV_DIRECTOR, Office.DIRECTOR_GENERAL, Office.CRISIS_COORDINATOR}),
    rule=None,
)
"""nctv.nl, nationale crisisstructuur. That a member ministry may ask for it is not confirmed."""

_IAO = Terms(
    chairs=frozenset({Office.NCTV_DIRECTOR}),
    askers=frozenset({Office.NCTV_DIRECTOR, Office.CRISIS_COORDINATOR}),
    rule=Rule.R09,
    consults=True,
    informs=True,
)
"""NHC 2016, V.1."""

_TERMS = {
    RuleSet.OF_2016: {Body.IAO: _IAO, Body.ICCB: _ICCB, Body.MCCB: _mccb(Accord.CONSULTATION)},
    RuleSet.OF_2022: {Body.IAO: _IAO, Body.ICCB: _ICCB, Body.MCCB: _mccb(Accord.AGREEMENT)},
}


def terms(body: Body, ruleset: RuleSet) -> Terms:
    """All that a rule set says of a body."""
    return _TERMS[ruleset][body]


def may_chair(office: Office, body: Body, ruleset: RuleSet) -> bool:
    """Whether somebody of this office may lead a meeting of this body.

    The MCCb: the minister of JenV, unless the minister-president does (R02; Instellingsbesluit MCCb 2022, art. 3.2; Stcrt.
    2012, 9310, art. 3.4; for 2016 not confirmed). The ICCb: the NCTV (nctv.nl). The IAO: a director of the NCTV (R09; NHC
    2016, V.1).
    """
    return office in terms(body, ruleset).chairs


def may_ask_for(office: Office, body: Body, ruleset: RuleSet) -> bool:
    """Whether this body is called together at the initiative of this office.

    The MCCb: ministers and state secretaries ask the minister of JenV (R05; Instellingsbesluit MCCb 2022, art. 3.3; for 2016
    not confirmed). The IAO: a director of the NCTV or a departmental crisis coordinator (R09; NHC 2016, V.1).
    """
    return office in terms(body, ruleset).askers


def sits_by_office(office: Office, body: Body, ruleset: RuleSet) -> bool:
    """Whether this office has a seat of its own: the minister-president and the minister of JenV in the MCCb (R03)."""
    return office in terms(body, ruleset).by_office


def has_advisory_voice_only(office: Office, body: Body, ruleset: RuleSet) -> bool:
    """Whether this office advises in this body and does not decide with it, once its chair has allowed that it takes part.

    A state secretary in the MCCb (R04; Instellingsbesluit MCCb 2022, art. 3.5; for 2016 not confirmed).
    """
    return office in terms(body, ruleset).advisory


def office_in(text: str) -> Office | None:
    """The office with which a function begins: `minister van JenV, voorzitter MCCb`, `staatssecretaris van JenV`."""
    found = [office for office in Office if re.match(rf"{office}\b", text.strip(), re.IGNORECASE)]
    return max(found, key=len, default=None)


def names(people: Iterable[str], office: Office) -> bool:
    """Whether somebody of this office is among these functions."""
    return any(office_in(person) is office for person in people)
