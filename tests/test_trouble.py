"""When the database fails: a clear word, nothing half-written, and never twice."""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event
from sqlmodel import create_engine

from crisis.meetings import Direction, Outcome
from crisis.passes import Act, Grant
from crisis.structure import Body
from integrations.register import (
    DamagedRegister,
    OutcomeUnknown,
    Register,
    RegisterTrouble,
    audit,
    crises,
    meetings,
    open_register,
    outcomes,
    soundness,
)
from integrations.register.invariants import broken
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_plan, a_register, an_activation, invited
from tests.cutting import Cut, Line, a_line
from tests.databases import a_database

TO_RECORD = Grant(
    person="secretaris",
    act=Act.RECORD_OUTCOME,
    object="asiel-2022/IAO/1",
    issued_at=NOW,
    expires_at=NOW + timedelta(days=90),
)
OUTCOME = Outcome(direction=Direction.UP, summary="Zo is besloten.")


def an_awaited_outcome(register: Register) -> None:
    a_crisis(register)
    a_meeting(register)
    invited(register, Body.IAO)


# The connection is lost


@pytest.fixture
def line() -> Iterator[Line]:
    with a_line() as one:
        yield one


@pytest.fixture
def over_the_line(line: Line, tmp_path: Path) -> Iterator[Register]:
    with a_database("postgresql", tmp_path) as address:
        an_awaited_outcome(a_register(address))
        name = address.rpartition("/")[2]
        opened = open_register(f"postgresql+psycopg://postgres@127.0.0.1:{line.port}/{name}")
        yield opened
        opened.close()


@pytest.mark.parametrize("how", [Cut.BEFORE, Cut.AFTER])
def test_an_outcome_whose_commit_was_lost_is_recorded_once(over_the_line: Register, line: Line, how: Cut) -> None:
    line.cut = how
    recorded = outcomes.record(over_the_line, TO_RECORD, OUTCOME, SOMEONE, NOW)
    assert recorded == meetings.find(over_the_line, "asiel-2022", Body.IAO, 1)
    assert crises.find(over_the_line, "asiel-2022").levels == {Body.IAO, Body.ICCB}
    assert [entry.action for entry in audit.entries(over_the_line)].count("uitkomst.vastleggen") == 1


@pytest.mark.parametrize("how", [Cut.BEFORE, Cut.AFTER])
def test_an_activation_whose_commit_was_lost_is_one_activation(over_the_line: Register, line: Line, how: Cut) -> None:
    line.cut = how
    crises.activate(over_the_line, an_activation("brand"), a_plan(), SOMEONE, NOW)
    assert [entry.object for entry in audit.entries(over_the_line)].count("brand") == 1
    assert audit.verify(over_the_line)[1] is None


@pytest.mark.parametrize("how", [Cut.BEFORE, Cut.AFTER])
def test_while_the_database_stays_away_nobody_is_told_that_nothing_was_recorded(
    over_the_line: Register, line: Line, how: Cut
) -> None:
    line.cut, line.stays_cut = how, True
    with pytest.raises(OutcomeUnknown):
        outcomes.record(over_the_line, TO_RECORD, OUTCOME, SOMEONE, NOW)
    line.stays_cut = False
    assert outcomes.record(over_the_line, TO_RECORD, OUTCOME, SOMEONE, NOW).summary == OUTCOME.summary
    assert [entry.action for entry in audit.entries(over_the_line)].count("uitkomst.vastleggen") == 1


def test_a_connection_that_was_cut_in_the_meantime_costs_nothing(tmp_path: Path) -> None:
    with a_database("postgresql", tmp_path) as address:
        register = a_register(address)
        an_awaited_outcome(register)
        with create_engine(address).connect() as other:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            other.exec_driver_sql(f"{others} AND pid <> pg_backend_pid()")
        assert not outcomes.record(register, TO_RECORD, OUTCOME, SOMEONE, NOW).is_open
        register.close()


def test_a_database_that_goes_away_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """As a server does that is started again every moment: each time it throws everybody out."""
    with a_database("postgresql", tmp_path) as address:
        register = a_register(address)
        stop, acknowledged = Event(), list[str]()

        def go_on() -> None:
            for number in count():
                slug = f"crisis-{number}"
                while not stop.is_set():
                    with suppress(RegisterTrouble):
                        crises.activate(register, an_activation(slug), a_plan(), SOMEONE, NOW)
                        meetings.convene(register, slug, Body.IAO, 1, NOW, SOMEONE, NOW)
                        acknowledged.append(slug)
                        break
                if stop.is_set():
                    return

        others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
        with ThreadPoolExecutor(1) as working, create_engine(address).connect() as server:
            going_on = working.submit(go_on)
            thrown_out = 0
            for _ in range(40):
                time.sleep(0.05)
                thrown_out += server.exec_driver_sql(f"{others} AND pid <> pg_backend_pid()").scalar_one()
            stop.set()
            going_on.result(30)
        assert thrown_out > 5
        assert len(acknowledged) > 5
        entered = Counter((entry.action, entry.object) for entry in audit.entries(register))
        assert set(entered.values()) == {1}
        for slug in acknowledged:
            assert entered["crisis.activeren", slug] == entered["vergadering.bijeenroepen", f"{slug}/IAO/1"] == 1
        assert audit.verify(register)[1] is None
        assert [fact for fact in broken(register) if "nobody was told" in fact] == []
        register.close()


# The file cannot be written


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """On SQLite, with an outcome that is awaited."""
    opened = a_register(tmp_path)
    an_awaited_outcome(opened)
    yield opened
    opened.close()


def again_with(register: Register, pragma: str) -> Register:
    """The same register, all of whose connections have this pragma."""
    engine = register._engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
    return Register(engine)


def everything(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "register.db") as connection:
        return list(connection.iterdump())


def locked(register: Register, folder: Path) -> Register:
    holder = sqlite3.connect(folder / "register.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    register._engine.pool._holder = holder  # type: ignore[attr-defined]  # as long as the register lives
    return again_with(register, "busy_timeout=200")


def full(register: Register, folder: Path) -> Register:
    with sqlite3.connect(folder / "register.db") as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    return again_with(register, f"max_page_count={pages}")


def read_only(register: Register, folder: Path) -> Register:
    del folder
    return again_with(register, "query_only=ON")


def read_only_file(register: Register, folder: Path) -> Register:
    register.close()
    return open_register(f"sqlite:///file:{folder / 'register.db'}?mode=ro&uri=true")


@pytest.mark.parametrize(
    ("broken", "why"),
    [(locked, "locked"), (full, "full"), (read_only, "readonly"), (read_only_file, "readonly")],
)
def test_what_cannot_be_written_is_not_recorded_at_all(
    register: Register, tmp_path: Path, broken: Callable[[Register, Path], Register], why: str
) -> None:
    before = everything(tmp_path)
    long = OUTCOME.model_copy(update={"summary": "x" * 4000, "decisions": ()})
    with pytest.raises(RegisterTrouble, match=why):
        outcomes.record(broken(register, tmp_path), TO_RECORD, long, SOMEONE, NOW)
    assert everything(tmp_path) == before


def test_once_there_is_room_again_it_is_recorded(register: Register, tmp_path: Path) -> None:
    cramped = full(register, tmp_path)
    with pytest.raises(RegisterTrouble, match="full"):
        outcomes.record(cramped, TO_RECORD, OUTCOME.model_copy(update={"summary": "x" * 4000}), SOMEONE, NOW)
    roomy = again_with(cramped, "max_page_count=100000")
    assert not outcomes.record(roomy, TO_RECORD, OUTCOME, SOMEONE, NOW).is_open
    soundness.check(roomy)


# The file is damaged


def test_a_sound_register_is_found_sound(database: str) -> None:
    register = a_register(database)
    a_crisis(register)
    soundness.check(register)
    register.close()


@pytest.mark.parametrize("page", range(1, 30, 4))
def test_a_damaged_page_is_found_at_the_start(register: Register, tmp_path: Path, page: int) -> None:
    register.close()
    file = tmp_path / "register.db"
    content = bytearray(file.read_bytes())
    content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    file.write_bytes(content)
    with pytest.raises(DamagedRegister):
        soundness.check(open_register(f"sqlite:///{file}"))


def test_an_entry_that_was_altered_behind_our_back_is_found_at_the_start(register: Register, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "register.db") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET actor = 'een ander' WHERE seq = 2")
    with pytest.raises(DamagedRegister, match="entry 2"):
        soundness.check(register)
