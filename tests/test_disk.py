"""What the disk may do to us: lose its power, fill up, refuse to be written, damage a page."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, create_engine, text
from starlette.testclient import TestClient

from crisis.meetings import Direction, Outcome
from crisis.passes import Act, Grant
from crisis.structure import Body
from deployments.cli import TROUBLE, main
from deployments.rehearsals.demo import PLAN
from deployments.services import free_ports
from deployments.up import prepare
from deployments.watch import Auditor, watch
from integrations.portal import create_app
from integrations.register import (
    DamagedRegister,
    NoRoom,
    Register,
    RegisterTrouble,
    WriteProtected,
    audit,
    backup,
    clock,
    crises,
    open_register,
    outcomes,
    plans,
    signs,
    soundness,
)
from integrations.register.engine import open_for_restore
from integrations.register.invariants import LONGEST_SILENCE, broken
from integrations.register.tables import SignRow
from integrations.settings import Settings
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_plan, a_register, invited
from tests.mounting import Disk, a_disk, without_permission

ROOT = Path(__file__).parents[1]
OUTCOME = Outcome(direction=Direction.UP, summary="Zo is besloten.")
TO_RECORD = Grant(
    person="secretaris",
    act=Act.RECORD_OUTCOME,
    object="asiel-2022/IAO/1",
    issued_at=NOW,
    expires_at=NOW + timedelta(days=90),
)


def an_awaited_outcome(where: Path | str) -> Register:
    register = a_register(where)
    clock.move(register, plans.in_force(register), NOW, SOMEONE)
    a_crisis(register)
    a_meeting(register)
    invited(register, Body.IAO)
    return register


def a_set_up(folder: Path) -> Settings:
    return Settings(state_dir=folder, slack_webhooks=dict.fromkeys(a_plan().slack_names(), "T0/B0/toets"))


def record(register: Register) -> None:
    outcomes.record(register, TO_RECORD, OUTCOME, SOMEONE, NOW)


def times_recorded(register: Register) -> int:
    return [entry.action for entry in audit.entries(register)].count("uitkomst.vastleggen")


def everything(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        return list(connection.iterdump())


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """A command on the register in this folder: its exit code, and what it says of trouble."""

    def command(folder: Path, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("OPSCHALING_STATE_DIR", str(folder))
        monkeypatch.setattr("sys.argv", ["opschaling", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return command


# The power fails


def test_every_connection_that_writes_waits_for_the_disk(database: str) -> None:
    on_postgresql = database.startswith("postgresql")
    if on_postgresql:
        with create_engine(database).begin() as connection:  # as an administrator in a hurry might leave it
            name = database.rpartition("/")[2]
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")

    def how_sure(session: Session) -> str:
        return str(session.execute(text("SHOW synchronous_commit" if on_postgresql else "PRAGMA synchronous")).scalar())

    def written(register: Register, which: int) -> str:
        with register.write(SOMEONE, "toets", f"crisis-{which}", NOW) as writing:
            return how_sure(writing.session)

    register, restoring = a_register(database), open_for_restore(database)
    with ThreadPoolExecutor(4) as together:
        found = set(together.map(lambda which: written(register, which), range(8)))
    for opened in (register, restoring):
        with opened.bookkeeping() as session:
            found.add(how_sure(session))
        opened.close()
    assert found == {"on" if on_postgresql else "2"}


ACKNOWLEDGES = """
import sys
from tests.building import *
register = open_register(sys.argv[1])
for number in range(1000):
    a_crisis(register, slug=f"crisis-{number}")
    print(f"crisis-{number}", flush=True)
"""


def test_what_was_acknowledged_is_there_after_the_process_is_killed(database: str) -> None:
    a_register(database).close()
    working = subprocess.Popen([sys.executable, "-c", ACKNOWLEDGES, database], cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert working.stdout is not None
    acknowledged = [working.stdout.readline().strip() for _ in range(5)]
    working.send_signal(signal.SIGKILL)
    acknowledged += working.stdout.read().split()
    assert working.wait(10) == -signal.SIGKILL
    register = open_register(database)
    there = {crisis.slug for crisis in crises.all_of_them(register)}
    assert "" not in acknowledged
    assert there >= set(acknowledged)
    assert len(there) <= len(acknowledged) + 1, "the one under way may be there as well, whole"
    assert audit.verify(register)[1] is None
    assert broken(register) == ()
    register.close()


# The disk is full


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with a_disk(tmp_path / "schijf") as mounted:
        yield mounted


async def test_on_a_full_disk_nothing_is_recorded_the_alarm_goes_and_all_goes_on_once_there_is_room(
    disk: Disk, outside: tuple[str, list[str]], shell: Callable[..., tuple[int, str]]
) -> None:
    url, heard = outside
    register = an_awaited_outcome(disk.path)
    auditor = Auditor(register, Settings(dead_man_url=url))
    portal = TestClient(create_app(register, Settings(state_dir=disk.path)), base_url="http://127.0.0.1:8400")
    with register.bookkeeping() as session:  # the last sign that delivery could give, a while ago
        session.add(SignRow(name=signs.DELIVERY, at=datetime.now(UTC) - LONGEST_SILENCE))
    before = everything(disk.path)
    with disk.full():
        with pytest.raises(NoRoom):
            record(register)
        with pytest.raises(NoRoom):
            signs.beat(register, signs.DELIVERY)
        activation = str(ROOT / "docs" / "examples" / "activering.toml")
        code, told = shell(disk.path, "activate", "hoogwater-2023", activation)
        assert (code, "de schijf van het register is vol" in told) == (TROUBLE, True)
        assert everything(disk.path) == before
        await auditor.look()
        assert heard == []
        assert portal.get("/health").status_code == 503
    record(register)
    signs.beat(register, signs.DELIVERY)
    await auditor.look()
    assert heard == ["/alive"]
    assert portal.get("/health").status_code == 200
    assert times_recorded(register) == 1
    soundness.check(register)
    register.close()


# It can be read and not written


@contextmanager
def a_disk_set_to_reading_only() -> Iterator[tuple[Path, AbstractContextManager[None]]]:
    with tempfile.TemporaryDirectory() as folder, a_disk(Path(folder) / "schijf") as disk:
        yield disk.path, disk.reading_only()


@contextmanager
def a_file_of_somebody_else() -> Iterator[tuple[Path, AbstractContextManager[None]]]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder), _without_permission(Path(folder))


@contextmanager
def _without_permission(folder: Path) -> Iterator[None]:
    with without_permission(folder):
        yield


@pytest.mark.parametrize("somewhere", [a_disk_set_to_reading_only, a_file_of_somebody_else])
def test_what_can_be_read_only_is_not_recorded_and_is_once_it_can_be_written_again(
    somewhere: Callable[[], AbstractContextManager[tuple[Path, AbstractContextManager[None]]]],
) -> None:
    with somewhere() as (folder, protected):
        an_awaited_outcome(folder).close()
        before = everything(folder)
        with protected:
            with pytest.raises(RegisterTrouble):
                record(open_register(f"sqlite:///{folder / 'register.db'}"))
            with pytest.raises(RegisterTrouble):
                prepare(a_set_up(folder), a_plan(title="Een ander plan"))
        assert everything(folder) == before
        register = open_register(f"sqlite:///{folder / 'register.db'}")
        record(register)
        assert times_recorded(register) == 1
        register.close()


async def test_while_nothing_can_be_written_the_outside_hears_nothing(tmp_path: Path, outside: tuple[str, list[str]]) -> None:
    url, heard = outside
    an_awaited_outcome(tmp_path).close()
    register = open_register(f"sqlite:///file:{tmp_path / 'register.db'}?mode=ro&uri=true")
    with pytest.raises(WriteProtected):
        await Auditor(register, Settings(dead_man_url=url)).look()
    assert heard == []
    register.close()


# A page is damaged


def damage(folder: Path) -> None:
    file = folder / "register.db"
    content = bytearray(file.read_bytes())
    content[5 * 4096 : 5 * 4096 + 100] = b"\xff" * 100
    file.write_bytes(content)


def test_nothing_runs_on_a_damaged_register_and_the_restore_in_the_document_mends_it(
    tmp_path: Path, shell: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, settings = tmp_path / "opstelling", a_set_up(tmp_path / "opstelling")
    folder.mkdir()
    register = an_awaited_outcome(folder)
    record(register)
    backup.make(register, tmp_path / "back-up.zip")
    register.close()
    damage(folder)

    with pytest.raises(DamagedRegister):
        prepare(settings, a_plan())
    with pytest.raises(DamagedRegister):
        asyncio.run(watch(settings, asyncio.Event()))
    monkeypatch.setenv("OPSCHALING_SLACK_WEBHOOKS", "nkc=T0/B0/x,ncc=T0/B1/x,crisisstaf=T0/B2/x")
    portal, prefect = map(str, free_ports(2))
    code, told = shell(folder, "up", str(PLAN), "--portal-port", portal, "--prefect-port", prefect)
    assert (code, "beschadigd" in told) == (TROUBLE, True)

    (folder / "register.db").rename(folder / "register.db.beschadigd")
    assert shell(folder, "restore", str(tmp_path / "back-up.zip")) == (0, "")
    prepare(settings, a_plan())
    mended = open_register(settings.register_url)
    assert times_recorded(mended) == 1
    assert crises.find(mended, "asiel-2022").levels == {Body.IAO, Body.ICCB}
    mended.close()


def test_an_index_that_is_not_of_its_table_is_found_at_the_start(tmp_path: Path) -> None:
    """Then what must be there once could be written twice."""
    an_awaited_outcome(tmp_path).close()
    file = tmp_path / "register.db"
    content, key = file.read_bytes(), b"asiel-2022/activated/piket/mail"
    assert content.count(key) > 1
    file.write_bytes(content.replace(key, key.replace(b"piket", b"pikes"), 1))
    with pytest.raises(DamagedRegister):
        soundness.check(open_register(f"sqlite:///{file}"))
