"""Who is designated during a crisis and who is released: under both rule sets, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.alerts import Event
from crisis.attendance import Capacity
from crisis.errors import (
    AdvisesOnly,
    AlreadySeated,
    CrisisClosed,
    MayNotDecide,
    MinistryMissing,
    NoAccord,
    NoSuchPerson,
    NotAllowedByChair,
    NotSeated,
    Refused,
    SitsByOffice,
)
from crisis.life import Phase
from crisis.meetings import Direction
from crisis.members import Designation, Release, seated, unseated
from crisis.passes import Act
from crisis.plan import Plan
from crisis.rules import Rule
from crisis.seats import ministries_missing
from crisis.structure import Body, RuleSet
from integrations.register import Register, alerts, audit, crises, members, open_register
from integrations.register.tables import CrisisRow
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_register, head_pass, invited, own_pass, recorded
from tests.seating import PEOPLE, a_seated_plan
from tests.test_races import at_once

CRISIS = "asiel-2022"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(params=list(RuleSet))
def register(request: pytest.FixtureRequest, database: str) -> Iterator[Register]:
    opened = a_register(database, a_seated_plan(request.param))
    a_crisis(opened)
    yield opened
    opened.close()


def designate(register: Register, body: Body, person: str, by: str | None = None, **given: object) -> None:
    fields = {"decided_by": "minister-jenv", "reason": "Zorg is betrokken."} | given
    grant = head_pass(register, Act.DESIGNATE, body) if by is None else own_pass(Act.DESIGNATE, by)
    members.designate(register, grant, Designation(body=body, person=person, **fields), SOMEONE, LATER)


def release(register: Register, body: Body, person: str) -> None:
    grant = head_pass(register, Act.RELEASE, body)
    members.release(register, grant, Release(body=body, person=person, decided_by="nctv", reason="Klaar."), SOMEONE, LATER)


def plan_of(register: Register) -> Plan:
    return crises.find(register, CRISIS).plan


def heard(register: Register, event: Event) -> list[str]:
    return [trace.to for trace in alerts.traces(register, CRISIS) if trace.event is event]


def refused(kind: type[Refused], rule: Rule, register: Register, body: Body, person: str, **given: Any) -> Refused:
    before = plan_of(register)
    with pytest.raises(kind) as refusal:
        designate(register, body, person, **given)
    assert refusal.value.rule is rule
    assert plan_of(register) == before
    assert audit.entries(register)[-1].result == "geweigerd"
    return refusal.value


def test_r03_a_member_of_the_mccb_is_designated_with_the_minister_president(register: Register) -> None:
    designate(register, Body.IAO, "dcc-vws")
    refusal = refused(NoAccord, Rule.R03, register, Body.MCCB, "minister-vws", agreed_with="minister van Financiën")
    says = {RuleSet.OF_2016: "in overleg met", RuleSet.OF_2022: "in overeenstemming met"}
    assert refusal.details["accord"] == says[plan_of(register).ruleset]
    designate(register, Body.MCCB, "minister-vws", agreed_with="mp")
    assert "minister-vws" in plan_of(register).bodies[Body.MCCB].members


def test_r03_the_minister_president_designates_alone(register: Register) -> None:
    designate(register, Body.IAO, "dcc-vws")
    designate(register, Body.MCCB, "minister-vws", by="mp")
    assert "minister-vws" in plan_of(register).bodies[Body.MCCB].everyone


def test_r03_who_sits_in_the_mccb_by_office_is_not_released(register: Register) -> None:
    with pytest.raises(SitsByOffice) as refusal:
        release(register, Body.MCCB, "mp")
    assert refusal.value.rule is Rule.R03


def test_r04_a_state_secretary_is_not_designated_as_a_full_member(register: Register) -> None:
    refused(AdvisesOnly, Rule.R04, register, Body.MCCB, "staatssecretaris", agreed_with="minister-president")


def test_r04_a_state_secretary_advises_once_the_chair_allows_it(register: Register) -> None:
    refused(NotAllowedByChair, Rule.R04, register, Body.MCCB, "staatssecretaris", capacity=Capacity.ADVISORY)
    designate(register, Body.MCCB, "staatssecretaris", capacity=Capacity.ADVISORY, chair_allows=True)
    assert plan_of(register).bodies[Body.MCCB].advisory == ("staatssecretaris",)


def test_r10_a_ministry_in_the_mccb_has_somebody_in_the_iao(register: Register) -> None:
    refusal = refused(MinistryMissing, Rule.R10, register, Body.MCCB, "minister-vws", agreed_with="mp")
    assert refusal.details["ministries"] == "VWS"


def test_r10_the_last_of_a_ministry_does_not_leave_the_iao(register: Register) -> None:
    with pytest.raises(MinistryMissing):
        release(register, Body.IAO, "dcc-bzk")
    release(register, Body.IAO, "liaison")
    assert "liaison" not in plan_of(register).bodies[Body.IAO].everyone


CAPACITIES = [Capacity.MEMBER, Capacity.ADVISORY]
CHANGES = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from(list(Body)),
        st.sampled_from(sorted(PEOPLE)),
        st.sampled_from(CAPACITIES),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(list(RuleSet)), CHANGES)
def test_r10_is_never_broken_by_a_change_of_membership(
    ruleset: RuleSet, changes: list[tuple[bool, Body, str, Capacity]]
) -> None:
    with TemporaryDirectory() as folder:
        register = a_register(Path(folder), a_seated_plan(ruleset))
        a_crisis(register)
        for comes, body, person, capacity in changes:
            try:
                if comes:
                    designate(register, body, person, capacity=capacity, agreed_with="mp", chair_allows=True)
                else:
                    release(register, body, person)
            except Refused:
                continue
            assert ministries_missing(plan_of(register)) == frozenset()
        register.close()


@given(CHANGES)
def test_somebody_who_leaves_again_leaves_the_plan_as_it_was_without_them(
    changes: list[tuple[bool, Body, str, Capacity]],
) -> None:
    plan = a_seated_plan()
    for _, body, person, capacity in changes:
        assert unseated(seated(plan, body, person, capacity), body, person) == unseated(plan, body, person)


def test_who_is_designated_hears_of_it_and_gets_the_papers_of_the_coming_meeting(register: Register) -> None:
    a_meeting(register)
    invited(register, Body.IAO)
    designate(register, Body.IAO, "dcc-vws")
    assert sorted(heard(register, Event.DESIGNATED)) == ["dcc-vws", "secretaris"]
    claimed = alerts.claim(register, "toets", 100, timedelta(minutes=1))
    (grant,) = [c.alert.grant for c in claimed if c.alert.event is Event.DESIGNATED and c.alert.to == "dcc-vws"]
    assert grant
    assert (grant.act, grant.object) == (Act.READ_PAPERS, f"{CRISIS}/IAO/1")


def test_the_next_invitation_goes_to_who_was_designated_and_not_to_who_was_released(register: Register) -> None:
    designate(register, Body.IAO, "dcc-vws")
    release(register, Body.IAO, "liaison")
    assert sorted(heard(register, Event.RELEASED)) == ["liaison", "secretaris"]
    a_meeting(register)
    invited(register, Body.IAO)
    assert {"dcc-vws", "dcc-az"} <= set(heard(register, Event.INVITED))
    assert "liaison" not in heard(register, Event.INVITED)


def test_another_process_reads_the_plan_as_it_was_amended(register: Register, database: str) -> None:
    other = open_register(database)
    assert "dcc-vws" not in plan_of(other).bodies[Body.IAO].members
    designate(register, Body.IAO, "dcc-vws")
    assert "dcc-vws" in plan_of(other).bodies[Body.IAO].members
    other.close()


def test_a_designation_that_was_refused_at_the_last_moment_is_not_remembered(register: Register) -> None:
    """The plan is kept per amendment: what was undone must not be taken for what came after."""

    class Undone(Exception):  # noqa: N818
        pass

    with pytest.raises(Undone):
        _designated_and_undone(register, Undone)
    designate(register, Body.IAO, "dcc-ezk")
    assert plan_of(register).bodies[Body.IAO].members[-1] == "dcc-ezk"
    assert "dcc-vws" not in plan_of(register).bodies[Body.IAO].members


def test_the_same_designation_twice_is_one(register: Register) -> None:
    for _ in range(2):
        designate(register, Body.IAO, "dcc-vws")
    assert len(members.of_crisis(register, CRISIS)) == 1
    assert len([e for e in audit.entries(register) if e.action == "lid.aanwijzen"]) == 1
    with pytest.raises(AlreadySeated):
        designate(register, Body.IAO, "dcc-vws", reason="Nog eens.")


def test_the_same_release_twice_is_one(register: Register) -> None:
    for _ in range(2):
        release(register, Body.IAO, "liaison")
    (membership,) = members.of_crisis(register, CRISIS)
    assert (membership.since, membership.until, membership.ended_by) == (NOW, LATER, "directeur-nctv")
    with pytest.raises(NotSeated):
        release(register, Body.IAO, "dg-vws")


def test_somebody_may_come_back_and_change_how_they_take_part(register: Register) -> None:
    designate(register, Body.IAO, "dcc-vws")
    designate(register, Body.IAO, "dcc-vws", capacity=Capacity.ADVISORY)
    release(register, Body.IAO, "dcc-vws")
    designate(register, Body.IAO, "dcc-vws", reason="Toch weer nodig.")
    assert heard(register, Event.DESIGNATED).count("dcc-vws") == 3
    seat = plan_of(register).bodies[Body.IAO]
    assert ("dcc-vws" in seat.members, seat.advisory) == (True, ())
    assert [m.until is None for m in members.of_crisis(register, CRISIS)] == [False, False, True]


def test_who_is_not_in_the_plan_is_not_designated(register: Register) -> None:
    with pytest.raises(NoSuchPerson):
        designate(register, Body.IAO, "niemand")


def test_nobody_is_designated_in_a_closed_crisis(register: Register) -> None:
    with register.bookkeeping() as session:
        row = session.get_one(CrisisRow, CRISIS)
        row.phase, row.version = Phase.CLOSED, row.version + 1
        session.add(row)
    with pytest.raises(CrisisClosed):
        designate(register, Body.IAO, "dcc-vws")
    with pytest.raises(CrisisClosed):
        release(register, Body.IAO, "liaison")


def test_an_outcome_is_told_to_who_takes_part_now(register: Register) -> None:
    designate(register, Body.IAO, "dcc-vws")
    release(register, Body.IAO, "liaison")
    a_meeting(register)
    recorded(register, Body.IAO, Direction.HOLD)
    assert "dcc-vws" in heard(register, Event.OUTCOME_RECORDED)
    assert "liaison" not in heard(register, Event.OUTCOME_RECORDED)


@pytest.mark.parametrize("person", ["auditor", "beheerder"])
def test_who_audits_or_administers_is_designated_into_no_body(register: Register, person: str) -> None:
    with pytest.raises(MayNotDecide):
        designate(register, Body.IAO, person)


def _designated_and_undone(register: Register, undone: type[Exception]) -> None:
    with register.write(SOMEONE, "lid.aanwijzen", CRISIS, LATER) as writing:
        row = writing.session.get_one(CrisisRow, CRISIS)
        wish = Designation(body=Body.IAO, person="dcc-vws", decided_by="nctv", reason="Zorg.")
        members.designate_in(writing, row, wish)
        raise undone


def test_the_same_designation_by_eight_at_once_is_one(register: Register) -> None:
    at_once(8, lambda _: designate(register, Body.IAO, "dcc-vws"))
    assert len(members.of_crisis(register, CRISIS)) == 1


def test_r10_two_of_one_ministry_do_not_leave_the_iao_at_once(register: Register) -> None:
    designate(register, Body.IAO, "dcc-vws")
    designate(register, Body.IAO, "dg-vws")
    designate(register, Body.MCCB, "minister-vws", agreed_with="mp")
    answers = at_once(2, lambda number: release(register, Body.IAO, ("dcc-vws", "dg-vws")[number]))
    assert [type(answer) for answer in answers if answer] == [MinistryMissing]
    assert ministries_missing(plan_of(register)) == frozenset()
    assert len({"dcc-vws", "dg-vws"} & set(plan_of(register).bodies[Body.IAO].members)) == 1
