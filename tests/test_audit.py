import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import create_engine

from crisis.actions import Priority
from crisis.audit import Entry, Result, canonical, first_break, seal
from crisis.errors import AlreadyActive
from integrations.register import Register, audit, crises
from tests.building import NOW, SOMEONE, a_crisis, a_plan, a_register, an_activation


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database)
    a_crisis(opened)
    yield opened
    opened.close()


def test_every_fact_has_its_audit_entry(register: Register) -> None:
    assert [entry.action for entry in audit.entries(register)] == ["crisisplan.laden", "crisis.activeren"]
    assert audit.verify(register) == (2, None)


def test_a_refused_attempt_is_an_entry_too(register: Register) -> None:
    with pytest.raises(AlreadyActive):
        crises.activate(register, an_activation(title="Iets anders"), a_plan(), SOMEONE, NOW)
    last = audit.entries(register)[-1]
    assert (last.action, last.object, last.result) == ("crisis.activeren", "asiel-2022", Result.REFUSED)


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'iemand anders'", "DELETE FROM audit WHERE seq = 2"])
def test_the_database_lets_nobody_change_an_entry(register: Register, database: str, change: str) -> None:
    engine = create_engine(database)
    with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))
    assert audit.verify(register) == (2, None)


def test_the_database_lets_nobody_empty_the_trail(register: Register, database: str) -> None:
    engine = create_engine(database)
    statement = "TRUNCATE audit" if engine.dialect.name == "postgresql" else "DELETE FROM audit"
    with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert audit.verify(register) == (2, None)


REPLACE = (
    "REPLACE INTO audit "
    "SELECT seq, at, action, object, result, origin, 'iemand anders', payload_digest, previous, hash FROM audit"
)


def test_an_entry_cannot_be_replaced(tmp_path: Path) -> None:
    register = a_register(tmp_path)
    for engine in (register._engine, create_engine(f"sqlite:///{tmp_path / 'register.db'}")):  # ours, and one without pragmas
        with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
            connection.execute(text(REPLACE))
    assert audit.verify(register) == (1, None)


def _altered(entries: list[Entry]) -> list[Entry]:
    return [entries[0], entries[1].model_copy(update={"actor": "iemand anders"}), *entries[2:]]


def _without_one(entries: list[Entry]) -> list[Entry]:
    return [entries[0], *entries[2:]]


def _resealed(entries: list[Entry]) -> list[Entry]:
    return [entries[0], seal(entries[1].model_copy(update={"actor": "iemand anders"})), *entries[2:]]


@pytest.mark.parametrize(("attack", "found_at"), [(_altered, 2), (_without_one, 2), (_resealed, 3)])
def test_the_chain_names_the_first_entry_that_does_not_follow(
    register: Register, attack: Callable[[list[Entry]], list[Entry]], found_at: int
) -> None:
    a_crisis(register, slug="hoogwater-2023")
    assert first_break(attack(list(audit.entries(register)))) == found_at


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.datetimes(timezones=st.timezones()),
    st.decimals(allow_nan=False),
    st.sampled_from(Priority),
)


@given(st.recursive(_SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_canonical_json_is_what_the_standard_library_writes(payload: Any) -> None:
    standard = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    assert canonical(payload) == standard.encode()


@given(st.dictionaries(st.integers(min_value=0, max_value=10**30), st.text()))
def test_the_numbers_of_items_may_be_keys(handover: dict[int, str]) -> None:
    assert json.loads(canonical(handover)) == {str(number): owner for number, owner in handover.items()}
