"""What must be known and agreed before the structure is activated: the rules that ask for it, and that nothing changes else."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.activation import check_activation, passed_over
from crisis.audit import Result
from crisis.errors import InvalidInput, NoSuchCrisis
from crisis.life import Activation
from crisis.structure import LADDER, Body, RuleSet
from integrations.register import Register, alerts, audit, crises
from integrations.wording.refusals import refusal_text
from tests.building import NOW, SOMEONE, a_plan, a_register, an_activation


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database)
    yield opened
    opened.close()


def refused(ruleset: RuleSet = RuleSet.OF_2022, **changes: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        check_activation(an_activation(**changes), ruleset)
    return refusal.value


def test_r01_an_activation_says_ground_reason_scope_and_decider() -> None:
    asked = {name for name, field in Activation.model_fields.items() if field.is_required()}
    assert {"ground", "reason", "scope", "requested_by", "decided_by", "levels"} <= asked


def test_r05_the_mccb_is_called_after_consulting_the_minister_and_in_agreement_with_the_mp() -> None:
    refusal = refused(levels={Body.ICCB, Body.MCCB}, consulted=None, agreed_with=None)
    assert refusal.details["problems"] == [("consulted", "nobody_consulted:R05"), ("agreed_with", "not_agreed:R05")]
    assert "In overeenstemming met: noem wie instemde (R05)" in refusal_text(refusal, "nl")


def test_r05_says_that_no_source_confirms_it_for_2016() -> None:
    refusal = refused(RuleSet.OF_2016, levels=set(Body), agreed_with=None)
    assert "In overeenstemming met: noem wie instemde (R05, voor 2016 niet bevestigd)" in refusal_text(refusal, "nl")
    assert "say who agreed (R05, not confirmed for 2016)" in refusal_text(refusal, "en")


def test_r05_asks_nothing_where_the_mccb_is_not_called() -> None:
    check_activation(an_activation(levels={Body.IAO, Body.ICCB}, consulted=None, agreed_with=None), RuleSet.OF_2022)


def test_r09_the_iao_is_called_after_consulting_the_first_responsible_ministry() -> None:
    refusal = refused(RuleSet.OF_2016, levels={Body.IAO}, first_responsible=None)
    assert refusal.details["problems"] == [("first_responsible", "nobody_first_responsible:R09")]
    check_activation(an_activation(levels={Body.ICCB}, first_responsible=None), RuleSet.OF_2016)


@pytest.mark.parametrize("levels", [{Body.MCCB}, {Body.ICCB}, {Body.IAO, Body.MCCB}, {Body.ICCB, Body.MCCB}])
@pytest.mark.parametrize("ruleset", RuleSet)
def test_r12_a_body_that_is_passed_over_is_marked_with_the_reason(levels: set[Body], ruleset: RuleSet) -> None:
    refusal = refused(ruleset, levels=levels, skip_reason=None)
    assert refusal.details["problems"] == [("skip_reason", "passed_over:R12")]
    check_activation(an_activation(levels=levels), ruleset)


@given(st.sets(st.sampled_from(Body), min_size=1), st.sampled_from(RuleSet))
def test_r12_any_set_of_bodies_can_be_activated_at_once(levels: set[Body], ruleset: RuleSet) -> None:
    check_activation(an_activation(levels=levels), ruleset)


@given(st.sets(st.sampled_from(Body), min_size=1))
def test_r12_nobody_is_passed_over_exactly_when_the_levels_are_the_lower_part_of_the_ladder(levels: set[Body]) -> None:
    assert (passed_over(frozenset(levels)) == ()) == (levels == set(LADDER[: len(levels)]))


def test_a_refused_activation_changes_nothing_and_is_audited(register: Register) -> None:
    with pytest.raises(InvalidInput):
        crises.activate(register, an_activation(levels={Body.MCCB}, skip_reason=None), a_plan(), SOMEONE, NOW)
    with pytest.raises(NoSuchCrisis):
        crises.find(register, "asiel-2022")
    assert alerts.traces(register) == ()
    last = audit.entries(register)[-1]
    assert (last.action, last.object, last.result) == ("crisis.activeren", "asiel-2022", Result.REFUSED)


def test_what_an_activation_rests_on_stands_with_the_crisis(register: Register) -> None:
    activation = an_activation(levels={Body.ICCB})
    crisis = crises.activate(register, activation, a_plan(), SOMEONE, NOW)
    for name in ("first_responsible", "consulted", "agreed_with", "skip_reason", "requested_by", "decided_by"):
        assert getattr(crisis, name) == getattr(activation, name)
    assert crises.activate(register, activation, a_plan(), SOMEONE, NOW) == crisis
