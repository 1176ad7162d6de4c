"""The register beside the bare driver: the same rows, the same indexes, the same durability."""

import itertools
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import psycopg
from sqlmodel import SQLModel, text

from benchmarks.measuring import in_turn, say
from crisis.actions import NewAction
from crisis.meetings import Direction, Outcome
from crisis.passes import Act, Grant
from crisis.structure import Body
from integrations.register import Register, alerts, meetings, outcomes
from tests.building import NOW, PRESENT, SOMEONE, a_crisis, a_decision, a_register, invited
from tests.databases import BOTH, a_database

ROUNDS = 41
HAND = 200
FACTS = list(SQLModel.metadata.tables["alert"].c.keys()).index("facts")


class Driver(Protocol):
    """What both drivers can do."""

    def execute(self, statement: str, values: Sequence[object] = ()) -> Any:
        """Run it."""

    def executemany(self, statement: str, rows: Sequence[Sequence[object]]) -> Any:
        """Run it for each."""


class Bare:
    """The driver itself, with the settings that the register gives it."""

    def __init__(self, address: str) -> None:
        if address.startswith("sqlite"):
            lite = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
                lite.execute(f"PRAGMA {pragma}")
            self.cursor: Driver = lite.cursor()
            self.begin, self.mark, self.skip = "BEGIN IMMEDIATE", "?", ""
        else:
            connection = psycopg.connect(address.replace("+psycopg", ""), autocommit=True)
            self.cursor = connection.cursor()
            self.begin, self.mark, self.skip = "BEGIN", "%s", " FOR UPDATE SKIP LOCKED"

    @contextmanager
    def transaction(self) -> Iterator[Driver]:
        """One transaction."""
        self.cursor.execute(self.begin)
        yield self.cursor
        self.cursor.execute("COMMIT")

    def marks(self, number: int) -> str:
        """Places for so many values."""
        return ", ".join([self.mark] * number)


def record() -> None:
    """Recording an outcome with 10 decisions and 20 action items, with all that follows."""
    for kind in BOTH:
        with TemporaryDirectory() as folder, a_database(kind, Path(folder)) as address:
            register = a_register(address)
            a_crisis(register, levels={Body.IAO, Body.ICCB})
            _record_on(kind, address, register)
            register.close()


def _record_on(kind: str, address: str, register: Register) -> None:
    ours, copies = itertools.count(1), itertools.count(1)
    for number in range(1, ROUNDS + 3):
        meetings.convene(register, "asiel-2022", Body.ICCB, number, NOW, SOMEONE, NOW)
        invited(register, Body.ICCB, number)
    bare = Bare(address)
    first = _record_one(register, next(ours))
    rows = _written(register, first)

    def ours_once() -> None:
        _record_one(register, next(ours))

    ours_taken, bare_taken = in_turn(ROUNDS, ours_once, lambda: _write_bare(bare, rows, next(copies)))
    number = sum(len(found) for found in rows.values())
    against = f"{number} rows through the bare driver in one transaction: {bare_taken * 1000:.2f} ms"
    say(f"record-{kind}", ours_taken * 1000, "ms", ours_taken / bare_taken, against, "<= 1.5")


OUTCOME = Outcome(
    direction=Direction.HOLD,
    summary="De opvang loopt vol.",
    decisions=tuple(a_decision(f"Besluit {n} over de opvang.") for n in range(10)),
    present=PRESENT,
    actions=tuple(NewAction(title=f"Actie {n}", owner="lid", due_at=NOW + timedelta(days=n + 1)) for n in range(20)),
)


def _record_one(register: Register, number: int) -> int:
    key = f"asiel-2022/ICCb/{number}"
    grant = Grant(person="secretaris", act=Act.RECORD_OUTCOME, object=key, issued_at=NOW, expires_at=NOW + timedelta(days=9))
    outcomes.record(register, grant, OUTCOME, SOMEONE, NOW)
    return number


def _written(register: Register, meeting: int) -> dict[str, list[dict[str, object]]]:
    """The rows that recording wrote, as they stand in the database."""
    wanted = {
        "decision": f"SELECT * FROM decision WHERE meeting = {meeting} AND body = 'ICCb'",
        "action_item": f"SELECT * FROM action_item WHERE meeting = {meeting} AND body = 'ICCb'",
        "alert": "SELECT * FROM alert WHERE event IN ('outcome-recorded', 'action-opened')",
        "used_pass": "SELECT * FROM used_pass",
        "audit": "SELECT * FROM audit WHERE action = 'uitkomst.vastleggen'",
        "meeting": f"SELECT * FROM meeting WHERE number = {meeting} AND body = 'ICCb'",
    }
    with register.read() as session:
        return {table: [dict(row) for row in session.execute(text(query)).mappings()] for table, query in wanted.items()}


def _write_bare(bare: Bare, rows: dict[str, list[dict[str, object]]], copy: int) -> None:
    """The same rows once more, under keys of their own."""
    added = {"decision": "number", "action_item": "number", "audit": "seq"}
    with bare.transaction() as driver:
        for table in ("decision", "action_item", "alert", "used_pass", "audit"):
            fresh = []
            for row in rows[table]:
                new = {name: _plain(value) for name, value in row.items() if not (table == "alert" and name == "id")}
                if table in added:
                    new[added[table]] = int(str(row[added[table]])) + copy * 100_000
                for unique in ("key", "grant_key", "hash", "previous"):
                    if unique in new:
                        new[unique] = f"{new[unique]}-{copy}"
                fresh.append(new)
            names = ", ".join(f'"{name}"' for name in fresh[0])
            insert = f"INSERT INTO {table} ({names}) VALUES ({bare.marks(len(fresh[0]))})"
            driver.executemany(insert, [list(row.values()) for row in fresh])
        (met,) = rows["meeting"]
        changed = ("stage", "recorded_at", "recorded_by", "direction", "summary", "version")
        values = [_plain(met[name]) for name in changed]
        mark = bare.mark
        settings = ", ".join(f"{name} = {mark}" for name in changed)
        driver.execute(
            f"UPDATE meeting SET {settings} WHERE crisis = {mark} AND body = {mark} AND number = {mark}",
            [*values, met["crisis"], met["body"], met["number"]],
        )
        driver.execute(f"UPDATE crisis SET version = version + 1 WHERE slug = {mark}", [met["crisis"]])


def _read(facts: object) -> object:
    """What the words are made of: psycopg has read it already."""
    return json.loads(facts) if isinstance(facts, str) else facts


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value


def deliver() -> None:
    """Alerts claimed and stamped, a hand of them at a time, two commits a hand; and one at a time."""
    for kind in BOTH:
        for hand, rounds in ((HAND, 15), (1, 200)):
            with TemporaryDirectory() as folder, a_database(kind, Path(folder)) as address:
                register = a_register(address)
                for number in range(2 * hand * (rounds + 1) // 9 + 2):
                    a_crisis(register, slug=f"crisis-{number}")
                _deliver_on(f"alerts-{kind}-{hand}", hand, rounds, address, register)
                register.close()


def _deliver_on(name: str, hand: int, rounds: int, address: str, register: Register) -> None:
    bare = Bare(address)
    lease = timedelta(seconds=60)

    def ours() -> None:
        claimed = alerts.claim(register, "wij", hand, lease)
        assert len(claimed) == hand
        alerts.stamp_delivered(register, "wij", [(one, "250 OK") for one in claimed])

    ours_taken, bare_taken = in_turn(rounds, ours, lambda: _deliver_bare(bare, hand))
    against = f"the bare driver, the same statements and commits: {hand / bare_taken:.0f} a second"
    goal = ">= 0.7" if hand == HAND else "none: delivery takes what is due by the hand"
    say(name, hand / ours_taken, "alerts a second", bare_taken / ours_taken, against, goal)


def _deliver_bare(bare: Bare, hand: int) -> None:
    """The same claim and the same stamp; what it needs to send, read from the row."""
    mark = bare.mark
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    until = (datetime.now(UTC) + timedelta(seconds=60)).isoformat(timespec="microseconds")
    with bare.transaction() as driver:
        rows = driver.execute(
            f"""WITH taken AS (
                SELECT id FROM alert
                WHERE state = 'wacht' AND next_at <= {mark} OR state = 'onderweg' AND claimed_until <= {mark}
                ORDER BY urgency <> 'high', id LIMIT {mark}{bare.skip})
            UPDATE alert SET state = 'onderweg', claimed_by = 'bare', claimed_until = {mark}, attempts = attempts + 1
            WHERE id IN (SELECT id FROM taken) RETURNING *""",
            [now, now, hand, until],
        ).fetchall()
    assert len(rows) == hand
    for row in rows:
        _read(row[FACTS])
    with bare.transaction() as driver:
        driver.executemany(
            f"""UPDATE alert SET state = 'bezorgd', claimed_by = NULL, claimed_until = NULL, sent_at = {mark},
            receipt = '250 OK' WHERE id = {mark} AND claimed_by = 'bare' AND state = 'onderweg'""",
            [(now, row[0]) for row in rows],
        )
