"""Whoever acts for a crisis holds a lease; a process that was away writes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from crisis.life import AwaitPeople, Convene
from crisis.structure import Body
from integrations.register import Deed, Lease, LeaseLost, Register, audit, crises, leases, meetings, runs
from tests.building import NOW, a_crisis, a_register

CRISIS = "asiel-2022"
ONE, OTHER = (Lease(crisis=CRISIS, what="escalation", owner=owner) for owner in ("one", "other"))


@pytest.fixture
def register(tmp_path: Path) -> Register:
    opened = a_register(tmp_path)
    a_crisis(opened)
    return opened


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every lease has run out as soon as it is taken."""
    monkeypatch.setattr(leases, "LENGTH", timedelta(seconds=-1))


def convene_as(register: Register, lease: Lease) -> None:
    meetings.convene(register, CRISIS, Body.IAO, 1, NOW, Deed("systeem", "run", lease), NOW)


def test_one_process_at_a_time_acts_for_a_crisis(register: Register) -> None:
    assert leases.take(register, ONE)
    assert leases.take(register, ONE)
    assert not leases.take(register, OTHER)
    leases.release(register, ONE)
    assert leases.take(register, OTHER)


def test_who_holds_the_lease_may_write(register: Register) -> None:
    leases.take(register, ONE)
    convene_as(register, ONE)
    assert [m.label for m in meetings.of_crisis(register, CRISIS)] == ["IAO 1"]


def test_who_does_not_hold_it_writes_nothing(register: Register) -> None:
    leases.take(register, OTHER)
    with pytest.raises(LeaseLost):
        convene_as(register, ONE)
    assert meetings.of_crisis(register, CRISIS) == ()
    assert [entry.action for entry in audit.entries(register)] == ["crisisplan.laden", "crisis.activeren"]


@pytest.mark.usefixtures("no_time")
def test_a_process_that_was_frozen_for_too_long_writes_nothing_even_if_nobody_took_its_place(register: Register) -> None:
    leases.take(register, ONE)
    with pytest.raises(LeaseLost):
        convene_as(register, ONE)
    assert not leases.extend(register, ONE), "and it does not get it back by itself"


@pytest.mark.usefixtures("no_time")
def test_a_lease_that_ran_out_is_taken_by_another(register: Register) -> None:
    leases.take(register, ONE)
    assert leases.take(register, OTHER)


def test_a_run_that_is_given_up_loses_its_lease_at_once(register: Register) -> None:
    run = runs.Run(crisis=CRISIS)
    leases.take(register, ONE)
    following = runs.given_up(register, run)
    assert leases.take(register, OTHER)
    assert runs.given_up(register, run) == following
    assert leases.is_held_by_anyone(register, CRISIS, "escalation"), "a second watch does not take it from the new run"


def test_a_run_without_the_lease_does_not_mark_news_as_seen(register: Register) -> None:
    leases.take(register, OTHER)
    with pytest.raises(LeaseLost):
        crises.take_stock(register, CRISIS, ONE)
    assert isinstance(crises.take_stock(register, CRISIS, OTHER), Convene)
    assert not isinstance(crises.take_stock(register, CRISIS), AwaitPeople)
