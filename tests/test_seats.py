"""Who may sit where in a plan: under both rule sets, as far as the plan states offices and ministries."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crisis.attendance import Capacity, Present, may_lead, problems_of_attendance
from crisis.plan import PlanRefused
from crisis.seats import ministries_in, ministries_missing, unstated
from crisis.structure import Body, RuleSet
from integrations.plans import read_plan
from integrations.wording.problems import reason_text
from tests.building import a_plan
from tests.seating import a_seated_plan, bodies, people

PLAN = Path(__file__).parents[1] / "deployments" / "plans" / "asiel-2022.toml"
both = pytest.mark.parametrize("ruleset", list(RuleSet))


def misfits(ruleset: RuleSet = RuleSet.OF_2022, **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        a_seated_plan(ruleset, **changes)
    (error,) = refused.value.errors()
    problems: list[tuple[str, str]] = error["ctx"]["problems"]
    return problems


@both
def test_r02_somebody_whose_office_may_not_chair_the_mccb_does_not(ruleset: RuleSet) -> None:
    seats = bodies(MCCb={"chair": "minister-bzk", "members": ["mp", "minister-jenv"]})
    assert misfits(ruleset, bodies=seats) == [("bodies.MCCb.chair", "may_not_chair:minister")]


@both
def test_r02_the_minister_president_may_take_the_chair(ruleset: RuleSet) -> None:
    seats = bodies(MCCb={"chair": "mp", "members": ["minister-jenv", "minister-bzk"]})
    assert a_seated_plan(ruleset, bodies=seats).bodies[Body.MCCB].chair == "mp"


@both
def test_r09_the_nctv_does_not_chair_the_iao_nor_a_director_of_the_nctv_the_iccb(ruleset: RuleSet) -> None:
    seats = bodies(IAO={"chair": "nctv"}, ICCb={"chair": "directeur-nctv"})
    assert misfits(ruleset, bodies=seats) == [
        ("bodies.IAO.chair", "may_not_chair:NCTV"),
        ("bodies.ICCb.chair", "may_not_chair:directeur NCTV"),
    ]


@both
@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"members": ["minister-bzk"]}, "minister-president"),
        ({"chair": "mp", "members": ["minister-bzk"]}, "minister van JenV"),
    ],
)
def test_r03_the_mccb_is_not_without_those_who_sit_in_it_by_office(
    ruleset: RuleSet, changes: dict[str, Any], missing: str
) -> None:
    assert misfits(ruleset, bodies=bodies(MCCb=changes)) == [("bodies.MCCb.members", f"by_office:{missing}")]


@both
def test_r04_a_state_secretary_is_no_full_member_of_the_mccb(ruleset: RuleSet) -> None:
    seats = bodies(MCCb={"members": ["mp", "minister-bzk", "staatssecretaris"]})
    assert misfits(ruleset, bodies=seats) == [("bodies.MCCb.members", "advises_only:staatssecretaris")]


@both
def test_r04_a_state_secretary_takes_part_with_an_advisory_voice(ruleset: RuleSet) -> None:
    plan = a_seated_plan(ruleset, bodies=bodies(MCCb={"advisory": ["staatssecretaris"]}))
    assert "staatssecretaris" in plan.bodies[Body.MCCB].everyone


@both
def test_r10_a_ministry_in_the_mccb_has_somebody_in_the_iao(ruleset: RuleSet) -> None:
    seats = bodies(MCCb={"members": ["mp", "minister-bzk", "minister-vws"]})
    assert misfits(ruleset, bodies=seats) == [("bodies.IAO.members", "not_in_iao:VWS")]


@both
def test_r10_a_ministry_in_the_iccb_has_somebody_in_the_iao(ruleset: RuleSet) -> None:
    assert misfits(ruleset, bodies=bodies(ICCb={"members": ["dg-vws"]})) == [("bodies.IAO.members", "not_in_iao:VWS")]


def test_r10_a_secretary_does_not_stand_for_a_ministry() -> None:
    plan = a_seated_plan(people=people(secretaris={"ministry": "VWS"}))
    assert "VWS" not in ministries_in(Body.MCCB, plan)
    assert ministries_missing(plan) == frozenset()


def test_r10_says_nothing_of_people_whose_ministry_is_not_stated() -> None:
    assert ministries_missing(a_plan()) == frozenset()


@pytest.mark.parametrize(
    ("changes", "where", "why"),
    [
        ({"people": people(dcc_az={"deputy": "niemand"})}, "people.dcc-az.deputy", "not_in_people:niemand"),
        ({"people": people(dcc_az={"deputy": "dcc-az"})}, "people.dcc-az.deputy", "own_deputy:dcc-az"),
        ({"roles": {"reporter": ["niemand"]}}, "roles.reporter", "not_in_people:niemand"),
        ({"roles": {"administrator": ["secretaris"]}}, "roles.administrator", "decides_too:secretaris"),
        ({"roles": {"auditor": ["minister-bzk"]}}, "roles.auditor", "decides_too:minister-bzk"),
        ({"ministries": "elders"}, "ministries", "not_in_groups:elders"),
        ({"regions": "elders"}, "regions", "not_in_groups:elders"),
        ({"bodies": bodies(MCCb={"advisory": ["niemand"]})}, "bodies.MCCb.advisory", "not_in_people:niemand"),
    ],
)
def test_a_deputy_a_role_or_a_group_that_cannot_be_is_refused(changes: dict[str, Any], where: str, why: str) -> None:
    assert misfits(**changes) == [(where, why)]


def test_every_reason_names_its_rule_and_whom_it_is_about() -> None:
    assert reason_text("not_in_iao:VWS", "nl") == "van ‘VWS’ zit iemand in de ICCb of de MCCb, en niemand in het IAO (R10)"
    assert "(R04)" in reason_text("advises_only:staatssecretaris", "en")


def test_a_real_plan_states_the_office_of_who_chairs(tmp_path: Path) -> None:
    text = PLAN.read_text(encoding="utf-8").replace('kind = "reconstructie"', 'kind = "echt"')
    file = tmp_path / "plan.toml"
    file.write_text(text.replace('office = "NCTV"\n', ""), encoding="utf-8")
    with pytest.raises(PlanRefused) as refused:
        read_plan(file)
    assert refused.value.problems == [("bodies.ICCb.chair", "no_office:nctv")]
    file.write_text(text, encoding="utf-8")
    assert read_plan(file).is_real


@pytest.mark.parametrize(
    ("table", "key", "value", "why"),
    [
        ("people.secretaris-mccb", "deputy", "minister-jenv", "deputy_confirms"),
        ("people.minister-jenv", "deputy", "secretaris-mccb", "deputy_recorded"),
        ("people.secretaris-mccb", "deputy", "auditor", "only_watches"),
        ("people.minister-bzk", "deputy", "beheerder", "only_watches"),
        ("bodies.MCCb", "second", "beheerder", "only_watches"),
    ],
)
def test_who_confirms_or_deputises_can_do_so_and_neither_administers_nor_audits(
    tmp_path: Path, table: str, key: str, value: str, why: str
) -> None:
    before, heading, after = PLAN.read_text(encoding="utf-8").partition(f"[{table}]")
    own, rest = after.split("\n[", 1)
    lines = [line for line in own.splitlines() if not line.startswith(f"{key} =")]
    file = tmp_path / "plan.toml"
    file.write_text("\n".join([before + heading, *lines, f'{key} = "{value}"', "", f"[{rest}"]), encoding="utf-8")
    with pytest.raises(PlanRefused) as refused:
        read_plan(file)
    assert refused.value.problems == [(f"{table}.{key}", f"{why}:{value}")]


def test_a_real_plan_that_was_frozen_before_can_still_be_read() -> None:
    old = a_plan(kind="echt")
    assert unstated(old)
    assert type(old).model_validate_json(old.model_dump_json()) == old


@both
def test_r02_the_minister_president_may_lead_a_meeting_that_another_chairs_in_the_plan(ruleset: RuleSet) -> None:
    plan = a_seated_plan(ruleset)
    assert may_lead("mp", Body.MCCB, plan)
    assert not may_lead("minister-bzk", Body.MCCB, plan)
    assert not may_lead("mp", Body.IAO, plan)


@both
def test_r04_a_state_secretary_who_was_present_had_no_vote(ruleset: RuleSet) -> None:
    plan = a_seated_plan(ruleset)
    voting, advising = (Present(name="staatssecretaris", capacity=c) for c in (Capacity.MEMBER, Capacity.ADVISORY))
    assert list(problems_of_attendance(Body.MCCB, None, [voting], (), plan)) == [("present.1.capacity", "r04_advisory")]
    assert list(problems_of_attendance(Body.MCCB, None, [advising], (), plan)) == []
