"""Who chairs, who asks, who sits by office and who only advises: under both rule sets."""

import pytest

from crisis.rulesets import Accord, has_advisory_voice_only, may_ask_for, may_chair, names, office_in, sits_by_office, terms
from crisis.structure import Body, Office, RuleSet

both = pytest.mark.parametrize("ruleset", list(RuleSet))


@both
def test_r02_the_minister_of_jenv_chairs_the_mccb_unless_the_minister_president_does(ruleset: RuleSet) -> None:
    assert [office for office in Office if may_chair(office, Body.MCCB, ruleset)] == [
        Office.PRIME_MINISTER,
        Office.MINISTER_OF_JUSTICE,
    ]


@both
def test_r02_the_nctv_chairs_the_iccb_and_a_director_of_the_nctv_the_iao(ruleset: RuleSet) -> None:
    assert [office for office in Office if may_chair(office, Body.ICCB, ruleset)] == [Office.NCTV]
    assert [office for office in Office if may_chair(office, Body.IAO, ruleset)] == [Office.NCTV_DIRECTOR]


@both
def test_r03_two_ministers_sit_in_the_mccb_by_office_and_nobody_in_the_others(ruleset: RuleSet) -> None:
    by_office = {(body, office) for body in Body for office in Office if sits_by_office(office, body, ruleset)}
    assert by_office == {(Body.MCCB, Office.PRIME_MINISTER), (Body.MCCB, Office.MINISTER_OF_JUSTICE)}


def test_r03_the_word_of_the_minister_president_goes_further_in_2022_than_in_2016() -> None:
    assert terms(Body.MCCB, RuleSet.OF_2016).accord is Accord.CONSULTATION
    assert terms(Body.MCCB, RuleSet.OF_2022).accord is Accord.AGREEMENT


@both
def test_r04_a_state_secretary_advises_in_the_mccb(ruleset: RuleSet) -> None:
    advisory = {(body, office) for body in Body for office in Office if has_advisory_voice_only(office, body, ruleset)}
    assert advisory == {(Body.MCCB, Office.STATE_SECRETARY)}


@both
def test_r05_ministers_and_state_secretaries_ask_for_the_mccb(ruleset: RuleSet) -> None:
    asking = {office for office in Office if may_ask_for(office, Body.MCCB, ruleset)}
    assert asking == {Office.PRIME_MINISTER, Office.MINISTER_OF_JUSTICE, Office.MINISTER, Office.STATE_SECRETARY}


@both
def test_r09_a_director_of_the_nctv_or_a_departmental_crisis_coordinator_calls_the_iao(ruleset: RuleSet) -> None:
    asking = {office for office in Office if may_ask_for(office, Body.IAO, ruleset)}
    assert asking == {Office.NCTV_DIRECTOR, Office.CRISIS_COORDINATOR}


@both
def test_r09_only_of_the_iao_all_other_ministries_hear_at_the_same_moment(ruleset: RuleSet) -> None:
    assert [body for body in Body if terms(body, ruleset).informs] == [Body.IAO]


@pytest.mark.parametrize(
    ("function", "office"),
    [
        ("minister van JenV, voorzitter MCCb", Office.MINISTER_OF_JUSTICE),
        ("Minister voor VRO", Office.MINISTER),
        ("minister-president", Office.PRIME_MINISTER),
        ("directeur NCTV, voorzitter IAO", Office.NCTV_DIRECTOR),
        ("departementaal crisiscoördinator Defensie", Office.CRISIS_COORDINATOR),
        ("liaison COA", None),
        ("ministerie van BZK", None),
    ],
)
def test_a_function_begins_with_the_office(function: str, office: Office | None) -> None:
    assert office_in(function) is office


def test_somebody_is_named_by_their_office() -> None:
    assert names(["minister voor VRO", "minister-president"], Office.PRIME_MINISTER)
    assert not names(["minister voor VRO"], Office.PRIME_MINISTER)
