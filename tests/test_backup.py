"""A back-up holds everything as it was; put back, it does nothing twice and says what is missing."""

import json
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, Text, cast
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, create_engine, select
from typer.testing import CliRunner

from crisis.actions import NewAction
from crisis.audit import RESTORED, Result
from crisis.errors import NoSuchAlert
from crisis.meetings import Direction
from crisis.structure import Body
from deployments.cli import REFUSED, TROUBLE, app, main
from deployments.watch import Verdict, verdict
from integrations.register import (
    Register,
    actions,
    alerts,
    audit,
    backup,
    crises,
    heads,
    migrations,
    open_register,
    runs,
    signs,
)
from integrations.register.alerts import Delivery
from integrations.register.archive import (
    BackupRefused,
    BrokenTrail,
    FileThere,
    NotABackup,
    NotEmpty,
    NotWritten,
    StillRunning,
    UnknownVersion,
)
from integrations.register.runs import Run
from integrations.register.tables import (
    AlertRow,
    AnswerRow,
    ClockRow,
    CrisisRow,
    FigureRow,
    InquiryRow,
    MeetingRow,
    PlanRow,
    ReportRow,
    SignRow,
    UsedPassRow,
)
from integrations.wording.trail import REFUSALS, refused_text
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_register, recorded
from tests.databases import BOTH, a_database, on_postgresql

LEASE = timedelta(minutes=1)
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Place:
    """Where a register is, or may come: a state directory, and the address of its database."""

    folder: Path
    url: str

    @property
    def is_file(self) -> bool:
        return self.url.startswith("sqlite")

    def new_register(self) -> Register:
        """Where nothing is yet, with a plan in force and nothing else."""
        migrations.upgrade(self.url)
        return a_register(self.url)

    def lose(self) -> None:
        """The disk of the database is lost; the state directory is not."""
        if self.is_file:
            for left in self.folder.glob("register.db*"):
                left.unlink()
            return
        migrations.downgrade(self.url, "base")
        spoil(self, "DROP TABLE alembic_version")


def rows(place: Place) -> Rows:
    """Every row of every table as the database itself has it: with SQLite's type of each value, or as PostgreSQL's text."""
    return _of_file(place.folder) if place.is_file else _of_server(place.url)


def _of_file(folder: Path) -> Rows:
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        columns = {name: [f'"{column[1]}"' for column in connection.execute(f"PRAGMA table_info({name})")] for name in names}
        kept = {name: ", ".join(f"{column}, typeof({column})" for column in columns[name]) for name in names}
        in_order = {name: f"SELECT {kept[name]} FROM {name} ORDER BY {', '.join(columns[name])}" for name in names}  # noqa: S608
        return {name: connection.execute(in_order[name]).fetchall() for name in names}


def _of_server(url: str) -> Rows:
    engine = create_engine(url)
    metadata = MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        found = {
            table.name: select(*(cast(column, Text) for column in table.columns)).order_by(*table.primary_key)
            for table in metadata.sorted_tables
        }
        kept = {name: [tuple(row) for row in connection.execute(wanted)] for name, wanted in sorted(found.items())}
    engine.dispose()
    return kept


def spoil(place: Place, *statements: str) -> None:
    """By somebody who holds the database itself."""
    engine = create_engine(place.url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def forge(place: Place) -> None:
    trigger = "audit_no_update" if place.is_file else "audit_no_change ON audit"
    spoil(place, f"DROP TRIGGER {trigger}", "UPDATE audit SET actor = 'iemand anders' WHERE seq = 2")


@contextmanager
def a_place(kind: str, folder: Path, name: str) -> Iterator[Place]:
    """Where nothing is yet."""
    (folder / name).mkdir()
    if kind == "sqlite":
        yield Place(folder / name, f"sqlite:///{folder / name / 'register.db'}")
    else:
        with on_postgresql() as address:
            yield Place(folder / name, address)


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


WHATEVER_THE_DATABASE = pytest.mark.parametrize("kind", ["sqlite"])
"""For what is decided before the database is touched: once is enough."""


@pytest.fixture
def here(kind: str, tmp_path: Path) -> Iterator[Place]:
    """With tables and nothing in them."""
    folder = tmp_path / "hier"
    folder.mkdir()
    with a_database(kind, folder) as address:
        yield Place(folder, address)


@pytest.fixture
def there(kind: str, tmp_path: Path) -> Iterator[Place]:
    """Where nothing is yet."""
    with a_place(kind, tmp_path, "daar") as place:
        yield place


@pytest.fixture
def register(here: Place) -> Iterator[Register]:
    """With a crisis after its first outcome, one mail delivered, and Prefect at work on it."""
    opened = a_register(here.url)
    a_crisis(opened)
    a_meeting(opened)
    recorded(opened, Body.IAO, Direction.UP, NewAction(title="iets", owner="lid", due_at=NOW + LEASE))
    claimed = alerts.claim(opened, "toets", 1, LEASE)[0]
    alerts.stamp_delivered(opened, "toets", [(claimed, "250 OK")])
    for attempt in (1, 2):
        runs.begun(opened, Run(crisis="asiel-2022", attempt=attempt), f"run-{attempt}")
    yield opened
    opened.close()


@pytest.fixture
def file(register: Register, tmp_path: Path) -> Path:
    made = tmp_path / "back-up.zip"
    backup.make(register, made)
    return made


def test_a_back_up_put_back_elsewhere_is_the_same_register(here: Place, there: Place, file: Path) -> None:
    backup.restore(there.url, file, SOMEONE)
    before, after = rows(here), rows(there)
    assert before.keys() == after.keys()
    touched = {"alert", "audit", "run"}
    assert {name: after[name] for name in after if name not in touched} == {n: before[n] for n in before if n not in touched}
    assert after["audit"][:-1] == before["audit"]
    assert set(after["run"]) > set(before["run"])
    assert [crisis.slug for crisis in crises.all_of_them(open_register(there.url))] == ["asiel-2022"]


def test_who_goes_on_after_a_restore_follows_on_what_was_there(there: Place, file: Path) -> None:
    backup.restore(there.url, file, SOMEONE)
    register = open_register(there.url)
    a_crisis(register, slug="hoogwater-2023")
    assert audit.verify(register)[1] is None
    assert len({claimed.id for claimed in alerts.claim(register, "toets", 99, LEASE)}) == 9


def test_no_old_alert_goes_out_and_every_one_of_them_stays_in_sight(register: Register, there: Place, file: Path) -> None:
    before = alerts.traces(register)
    restored = backup.restore(there.url, file, SOMEONE)
    other = open_register(there.url)
    assert alerts.claim(other, "toets", 999, LEASE) == ()
    after = alerts.traces(other)
    assert [trace.key for trace in after] == [trace.key for trace in before]
    assert {(b.state, a.state) for b, a in zip(before, after, strict=True)} == {
        (Delivery.DELIVERED, Delivery.DELIVERED),
        (Delivery.QUEUED, Delivery.HELD),
    }
    held = tuple(trace for trace in after if trace.state is Delivery.HELD)
    assert restored.held == held
    assert all("teruggezet uit de back-up van" in (trace.last_error or "") for trace in held)
    assert sum(count[Delivery.HELD] for count in alerts.counted(other).values()) == len(held)


def test_an_alert_that_was_under_way_at_the_back_up_is_held_too(register: Register, there: Place, file: Path) -> None:
    alerts.claim(register, "toets", 3, timedelta(0))
    second = file.with_name("tweede.zip")
    backup.make(register, second)
    backup.restore(there.url, second, SOMEONE)
    assert {t.state for t in alerts.traces(open_register(there.url))} == {Delivery.DELIVERED, Delivery.HELD}


def test_the_audit_trail_says_that_a_back_up_was_put_back_and_which(there: Place, file: Path, register: Register) -> None:
    restored = backup.restore(there.url, file, SOMEONE)
    last = audit.entries(open_register(there.url))[-1]
    assert (last.action, last.object, last.result, last.actor) == (RESTORED, str(audit.head(register)), Result.DONE, "iemand")
    assert restored.head == last.head


def test_the_watch_starts_a_run_that_prefect_has_never_seen(there: Place, file: Path) -> None:
    backup.restore(there.url, file, SOMEONE)
    (run, *_) = runs.wanted(open_register(there.url))
    assert (run.key, run.flow_run_id) == ("asiel-2022/escalation/3", None)
    assert verdict(run, None, False, datetime.now(UTC) + LEASE) is Verdict.START


@WHATEVER_THE_DATABASE
def test_a_back_up_is_for_its_owner_alone_and_never_takes_the_place_of_a_file(register: Register, file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(FileThere):
        backup.make(register, file)
    assert file.read_bytes() == before


@WHATEVER_THE_DATABASE
def test_nothing_is_left_of_a_back_up_that_failed(register: Register, tmp_path: Path, here: Place) -> None:
    with pytest.raises(NotWritten):
        backup.make(register, tmp_path / "nergens" / "back-up.zip")
    spoil(here, "ALTER TABLE audit RENAME TO weg")
    with pytest.raises(Exception, match="audit"):
        backup.make(register, tmp_path / "half.zip")
    assert {found.name for found in tmp_path.iterdir()} == {"hier"}


def test_a_back_up_is_one_moment_while_others_go_on(register: Register, tmp_path: Path, there: Place) -> None:
    stop = Event()

    def go_on() -> None:
        numbers = count()
        while not stop.is_set():
            a_crisis(register, slug=f"crisis-{next(numbers)}")

    with ThreadPoolExecutor(1) as others:
        going_on = others.submit(go_on)
        for number in range(3):
            backup.make(register, tmp_path / f"{number}.zip")
        stop.set()
        going_on.result()
    for number in range(3):
        backup.restore(there.url, tmp_path / f"{number}.zip", SOMEONE, replace=True)
        other = open_register(there.url)
        activated = [entry.object for entry in audit.entries(other) if entry.action == "crisis.activeren"]
        assert sorted(activated) == sorted(crisis.slug for crisis in crises.all_of_them(other))


def test_a_register_in_use_makes_no_room_unasked(here: Place, file: Path) -> None:
    before = rows(here)
    with pytest.raises(NotEmpty):
        backup.restore(here.url, file, SOMEONE)
    assert rows(here) == before


def test_a_register_that_makes_room_is_backed_up_first(register: Register, here: Place, there: Place, file: Path) -> None:
    a_crisis(register, slug="hoogwater-2023")
    head, before = audit.head(register), rows(here)
    restored = backup.restore(here.url, file, SOMEONE, replace=True)
    assert restored.replaced
    assert restored.replaced.head == head
    assert [crisis.slug for crisis in crises.all_of_them(register)] == ["asiel-2022"]
    backup.restore(there.url, restored.replaced.kept, SOMEONE)
    assert rows(there)["crisis"] == before["crisis"]


def test_the_trail_that_was_put_back_is_protected_as_before(there: Place, file: Path) -> None:
    backup.restore(there.url, file, SOMEONE)
    with pytest.raises(IntegrityError, match="append-only"):
        spoil(there, "DELETE FROM audit")


@WHATEVER_THE_DATABASE
def test_nobody_restores_under_a_process_that_works_on_the_register(register: Register, here: Place, file: Path) -> None:
    signs.beat(register, "watch")
    with pytest.raises(StillRunning):
        backup.restore(here.url, file, SOMEONE, replace=True)


def changed(file: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """The same back-up, with one member changed."""
    other = file.with_name("veranderd.zip")
    with ZipFile(file) as old, ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return other


def with_revision(manifest: bytes) -> bytes:
    return json.dumps(json.loads(manifest) | {"revision": "9999"}).encode()


@WHATEVER_THE_DATABASE
@pytest.mark.parametrize(
    ("spoilt", "refusal"),
    [
        (lambda file: file.with_name("nergens.zip"), NotABackup),
        (lambda file: changed(file, "tables/decision.jsonl", lambda lines: lines + b"{}\n"), NotABackup),
        (lambda file: changed(file, "tables/crisis.jsonl", lambda lines: lines.replace(b"buiten", b"binnen")), NotABackup),
        (lambda file: changed(file, "manifest.json", lambda _: b"{}"), NotABackup),
        (lambda file: changed(file, "manifest.json", lambda text: text.replace(b'"format": 1', b'"format": 2')), NotABackup),
        (lambda file: changed(file, "manifest.json", lambda text: text.replace(b'"level"', b'"levels"')), NotABackup),
        (lambda file: changed(file, "manifest.json", with_revision), UnknownVersion),
    ],
    ids=["not there", "a line more", "a word other", "no manifest", "a later form", "another table", "a newer register"],
)
def test_what_is_not_as_it_was_made_changes_nothing(
    there: Place, file: Path, spoilt: Callable[[Path], Path], refusal: type[BackupRefused]
) -> None:
    there.new_register()
    before = rows(there)
    with pytest.raises(refusal) as refused:
        backup.restore(there.url, spoilt(file), SOMEONE, replace=True)
    assert rows(there) == before
    assert "{" not in refused_text(refused.value)


@WHATEVER_THE_DATABASE
def test_a_back_up_that_was_cut_short_is_refused(there: Place, file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(NotABackup):
        backup.restore(there.url, file, SOMEONE)


def test_a_trail_that_does_not_hold_leaves_everything_as_it_was(
    register: Register, here: Place, there: Place, tmp_path: Path
) -> None:
    forge(here)
    file = tmp_path / "bedorven.zip"
    backup.make(register, file)
    there.new_register()
    before = rows(there)
    with pytest.raises(BrokenTrail, match="2"):
        backup.restore(there.url, file, SOMEONE, replace=True)
    assert rows(there) == before


def test_a_register_of_an_earlier_version_is_brought_to_this_one(
    register: Register, here: Place, there: Place, tmp_path: Path
) -> None:
    migrations.downgrade(here.url, "0001")
    manifest = backup.make(register, tmp_path / "oud.zip")
    assert manifest.revision == "0001"
    backup.restore(there.url, tmp_path / "oud.zip", SOMEONE)
    (newest,) = rows(there)["alembic_version"]
    assert newest[0] == max(migrations.known())
    (was,), (became,) = rows(here)["crisis"], rows(there)["crisis"]
    assert became[: len(was)] == was, "later versions add columns at the end"
    assert audit.verify(open_register(there.url))[1] is None


@pytest.mark.parametrize("refusal", BackupRefused.__subclasses__())
def test_every_refusal_has_its_words(refusal: type[BackupRefused]) -> None:
    assert refused_text(refusal("een", "twee")) == REFUSALS[refusal].format("een", "twee")


# What comes back is what went in.

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - given one there
numbers = st.decimals(allow_nan=False, allow_infinity=False).filter(lambda number: len(str(number)) <= 64)
floats = st.floats(allow_nan=False, allow_infinity=False)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | floats | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner)
)
facts = st.dictionaries(texts, documents, max_size=3)
maybe = st.none() | texts


@st.composite
def whatever(draw: st.DrawFn) -> list[SQLModel]:
    """One row of every kind of column that there is, those that are empty included."""
    at = draw(moments)
    answer: dict[str, Any] = {"crisis": "c", "inquiry": 1, "partner": "p"}
    inquiry: dict[str, Any] = {"crisis": "c", "number": 1, "body": "IAO", "meeting": 1, "opened_by": "x"}
    inquiry |= {
        "indicators": ["i"],
        "partners": draw(st.lists(texts, max_size=3)),
        "reference_date": draw(st.dates(date(1, 1, 1))),
    }
    words: dict[str, Any] = {
        name: draw(texts) for name in ("title", "ground", "reason", "scope", "requested_by", "decided_by", "phase")
    }
    report: dict[str, Any] = {"crisis": "c", "partner": "p", "report_id": draw(texts)}
    figure: dict[str, Any] = report | {"indicator": "i", "area": draw(texts), "kind": "k", "unit": "u", "source": draw(texts)}
    times: dict[str, Any] = {"stated_at": at, "received_at": at}
    alert: dict[str, Any] = {name: draw(texts) for name in ("event", "channel", "to", "address", "language", "urgency")}
    papers = {"papers": draw(st.none() | facts)} if draw(st.booleans()) else {}  # the JSON null, and nothing at all
    convened: dict[str, Any] = {"crisis": "c", "body": "IAO", "number": 1, "stage": "s", "convened_at": at, "planned_at": at}
    return [
        PlanRow(id=draw(st.integers(2, 2**31 - 1)), name=draw(texts), digest="d", document=draw(facts), loaded_at=at),
        CrisisRow(
            **words,
            slug="c",
            activated_at=at,
            activated_by="x",
            nkc=draw(st.booleans()),
            plan=draw(facts),
            version=draw(st.integers(0, 2**31 - 1)),
            closed_at=draw(st.none() | moments),
        ),
        MeetingRow(**convened | papers, invited_at=draw(st.none() | moments), summary=draw(maybe)),
        InquiryRow(**inquiry, question=draw(texts), opened_at=at, due_at=at, enough=draw(st.none() | floats)),
        ReportRow(**report, **times, digest=draw(texts), via="v"),
        AnswerRow(**answer, submission="s", received_at=at, report_id=report["report_id"], seconds=draw(floats)),
        *(
            FigureRow(
                **figure,
                **times,
                value=draw(numbers),
                reference_date=draw(st.dates(date(1, 1, 1))),
                provisional=b,
                synthetic=not b,
            )
            for b in draw(st.lists(st.booleans(), max_size=3))
        ),
        AlertRow(key="a", **alert, facts=draw(facts), created_at=at, state=Delivery.DEAD, next_at=at, last_error=draw(maybe)),
        UsedPassRow(grant_key=draw(texts), used_at=at),
        SignRow(name=draw(texts), at=at),
        ClockRow(id=1, anchor_real=at, anchor_business=NOW, speed=1.0 / 3.0),
    ]


EXAMPLES = {"sqlite": 8, "postgresql": 2}


@pytest.mark.parametrize("kind", BOTH)
def test_every_row_comes_back_exactly(kind: str) -> None:
    a_few = settings(max_examples=EXAMPLES[kind], phases=[Phase.generate], deadline=None)
    a_few(given(whatever())(lambda what: comes_back(kind, what)))()


def comes_back(kind: str, what: list[SQLModel]) -> None:
    with TemporaryDirectory() as name, ExitStack() as places:
        folder = Path(name)
        here, there = (places.enter_context(a_place(kind, folder, where)) for where in ("hier", "daar"))
        values = [str(row.value) for row in what if isinstance(row, FigureRow)]
        register = here.new_register()
        with register.bookkeeping() as session:
            for row in what:
                session.add(row)
                session.flush()
        backup.make(register, folder / "back-up.zip")
        backup.restore(there.url, folder / "back-up.zip", SOMEONE)
        before, after = rows(here), rows(there)
        assert after.pop("audit")[:-1] == before.pop("audit")
        assert after == before
        restored = open_register(there.url)
        with restored.read() as session:
            kept = session.exec(select(FigureRow).order_by(col(FigureRow.id))).all()
            assert [str(row.value) for row in kept] == values
        restored.close()
        register.close()


def test_a_register_moves_from_one_database_to_the_other(kind: str, register: Register, file: Path, tmp_path: Path) -> None:
    (other,) = set(BOTH) - {kind}
    with a_place(other, tmp_path, "andere-soort") as place:
        backup.restore(place.url, file, SOMEONE)
        moved = open_register(place.url)
        assert audit.entries(moved)[:-1] == audit.entries(register)
        assert crises.all_of_them(moved) == crises.all_of_them(register)
        assert actions.of_crisis(moved, "asiel-2022") == actions.of_crisis(register, "asiel-2022")
        a_crisis(moved, slug="hoogwater-2023")
        assert audit.verify(moved)[1] is None
        moved.close()


# From the shell.


def said(place: Place, *words: str) -> tuple[int, str]:
    around = {"OPSCHALING_STATE_DIR": str(place.folder), "OPSCHALING_DATABASE_URL": place.url}
    result = CliRunner(env=around).invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def test_yesterdays_back_up_says_what_is_missing_and_then_holds(register: Register, here: Place, file: Path) -> None:
    """What the log of heads knew of the lost day counts as given up from then on; a mail of that day still shows it."""
    at_back_up = audit.head(register).seq
    a_crisis(register, slug="hoogwater-2023")
    heads.note(here.folder, audit.head(register))
    a_meeting(register, slug="hoogwater-2023")
    lost = audit.head(register)
    register.close()
    here.lose()  # but not the log of heads

    code, told = said(here, "restore", str(file), "--head", str(lost))
    assert code == 0
    assert f"ten minste 2 regels van het auditspoor, {at_back_up + 1} tot en met {at_back_up + 2}" in told
    assert "gaan niet vanzelf uit" in told
    assert "asiel-2022/activated/voorzitter/mail" in told

    code, told = said(here, "verify")
    assert (code, f"Bij regel {at_back_up + 1} is een back-up teruggezet" in told) == (0, True)
    assert said(here, "verify", "--head", str(lost))[0] == TROUBLE


@WHATEVER_THE_DATABASE
def test_what_was_in_the_register_that_made_room_is_known_to_be_missing(register: Register, here: Place, file: Path) -> None:
    a_crisis(register, slug="hoogwater-2023")
    code, told = said(here, "restore", str(file), "--replace")
    assert (code, "ten minste 1 regel van" in told) == (0, True)


@WHATEVER_THE_DATABASE
def test_a_back_up_of_now_misses_nothing(register: Register, here: Place, file: Path) -> None:
    heads.note(here.folder, audit.head(register))
    code, told = said(here, "restore", str(file), "--replace")
    assert (code, "ontbreekt er niets" in told) == (0, True)


@WHATEVER_THE_DATABASE
def test_a_back_up_from_the_shell_says_what_it_holds(register: Register, here: Place, tmp_path: Path) -> None:
    code, told = said(here, "backup", str(tmp_path / "back-up.zip"))
    assert (code, f"Kop van het auditspoor: {audit.head(register)}" in told) == (0, True)


@WHATEVER_THE_DATABASE
@pytest.mark.usefixtures("register")
def test_a_back_up_of_a_trail_that_does_not_hold_is_made_and_says_so(here: Place, tmp_path: Path) -> None:
    forge(here)
    code, told = said(here, "backup", str(tmp_path / "back-up.zip"))
    assert (code, "klopt niet vanaf regel 2" in told) == (TROUBLE, True)
    assert (tmp_path / "back-up.zip").exists()


@WHATEVER_THE_DATABASE
def test_a_refusal_from_the_shell_is_a_sentence(
    here: Place, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPSCHALING_STATE_DIR", str(here.folder))
    monkeypatch.setenv("OPSCHALING_DATABASE_URL", here.url)
    monkeypatch.setattr("sys.argv", ["opschaling", "backup", str(file)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, "bestaat al" in capsys.readouterr().err) == (REFUSED, True)


def test_the_alerts_that_are_held_are_listed_and_go_out_once_somebody_releases_them(there: Place, file: Path) -> None:
    held = backup.restore(there.url, file, SOMEONE).held
    register = open_register(there.url)
    listed = json.loads(said(there, "alert", "held", "--json")[1])
    assert [one["key"] for one in listed] == [one.key for one in held]
    first, second, *others = (one.key for one in held)

    assert said(there, "alert", "release", first, second) == (0, f"{first}: gaat alsnog uit. {second}: gaat alsnog uit.")
    assert {claimed.alert.key for claimed in alerts.claim(register, "toets", 999, LEASE)} == {first, second}
    released = [entry.object for entry in audit.entries(register) if entry.action == "alert.vrijgeven"]
    assert released == [first, second]

    assert said(there, "alert", "release", first) == (0, f"{first}: was niet vastgehouden (onderweg); er verandert niets.")
    assert said(there, "alert", "release", "--all")[0] == 0
    assert {claimed.alert.key for claimed in alerts.claim(register, "toets", 999, LEASE)} == set(others)
    assert alerts.held(register) == ()
    assert audit.verify(register)[1] is None
    register.close()


def test_an_alert_that_does_not_exist_is_not_released(there: Place, file: Path) -> None:
    backup.restore(there.url, file, SOMEONE)
    register = open_register(there.url)
    with pytest.raises(NoSuchAlert):
        alerts.release(register, "asiel-2022/nee", SOMEONE, NOW)
    assert len(alerts.held(register)) > 0
    register.close()


@WHATEVER_THE_DATABASE
def test_who_names_neither_an_alert_nor_all_of_them_releases_nothing(there: Place, file: Path) -> None:
    backup.restore(there.url, file, SOMEONE)
    assert said(there, "alert", "release")[0] == REFUSED
    assert said(there, "alert", "release", "een", "--all")[0] == REFUSED
