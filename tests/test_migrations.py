"""From one version of the register to another and back, with a crisis under way in it. On both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel, create_engine, text

from crisis.actions import NewAction
from crisis.attendance import Present
from crisis.decisions import CommunicationAdvice, DecisionStage, NewDecision
from crisis.figures import Figure, FigureKind
from crisis.inquiries import Answer, Ending, Submission
from crisis.meetings import Direction
from crisis.passes import Act, Grant
from crisis.structure import Body, RuleSet
from deployments import cli
from integrations.register import (
    NewerRegister,
    Register,
    RegisterTrouble,
    actions,
    alerts,
    audit,
    communication,
    due,
    figures,
    form_answers,
    inquiries,
    intake,
    invitations,
    meetings,
    migrations,
    open_register,
    outcomes,
    signs,
)
from integrations.register.tables import SCHEMA, SignRow
from tests.building import (
    NOW,
    SOMEONE,
    a_crisis,
    a_decision,
    a_grant,
    a_meeting,
    a_plan,
    a_register,
    an_outcome,
    invited,
    own_pass,
    recorded,
)
from tests.inquiring import a_plan_with_people
from tests.seating import a_seated_plan
from tests.test_asking import a_question, a_system_answer

ROOT = Path(__file__).parents[1]
NEW = {
    *(("meeting", name) for name in ("version", "next_reminder_at", "proposed", "proposed_at", "proposed_by", "confirmed_by")),
    *(("meeting", name) for name in ("chair", "attendance", "initiative", "consulted", "remark")),
    *(("action_item", name) for name in ("version", "kind", "to", "decision", "secrecy")),
    *(("decision", name) for name in ("stage", "secrecy", "replaces", "withdraws", "details", "next_reminder_at")),
    *(("crisis", name) for name in ("successor", "closing_asked_at", "closing_by", "closed_by", "amended")),
    *(("used_pass", "handed_to"), ("action_item", "reported_by")),
    ("used_pass", "payload_digest"),
    *(("crisis", name) for name in ("first_responsible", "consulted", "agreed_with", "skip_reason")),
}
"""What the newest version added, by table and column."""


NEW_TABLES = {
    *("lease", "nkc_advice", "request", "reply", "grip"),
    *("membership", "invitation_request", "activation_request", "late_paper"),
    *("inquiry", "report", "area", "partner_token", "gate", "judgement"),
    *("answer", "figure"),
}
"""Tables that the earliest version did not have; those of answers had another form, and a test of their own."""


def rows(address: str) -> dict[str, list[dict[str, object]]]:
    """Everything in the register, but for what the newest version added."""
    engine = create_engine(address)
    with engine.connect() as connection:
        found = {
            name: [dict(row) for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings()]  # noqa: S608 - ours
            for name in SQLModel.metadata.tables
            if name not in NEW_TABLES
        }
    engine.dispose()
    return {
        table: sorted(({c: v for c, v in row.items() if (table, c) not in NEW} for row in found[table]), key=str)
        for table in found
    }


@pytest.fixture
def under_way(database: str) -> Iterator[Register]:
    """A crisis with an action item that is open."""
    register = a_register(database)
    a_crisis(register)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.UP, NewAction(title="bel", owner="lid", due_at=NOW + timedelta(days=1)))
    yield register
    register.close()


def test_back_and_forth_with_an_open_crisis_keeps_everything(under_way: Register, database: str) -> None:
    before = rows(database)
    under_way.close()
    migrations.downgrade(database, "0001")
    assert rows(database) == before
    migrations.upgrade(database)
    assert rows(database) == before
    again = open_register(database)
    assert audit.verify(again)[1] is None
    report = Grant(
        person="lid", act=Act.REPORT_ACTION, object="asiel-2022/A1", issued_at=NOW, expires_at=NOW + timedelta(days=9)
    )
    assert not actions.report(again, report, "gedaan", SOMEONE, NOW).is_open
    assert len(alerts.claim(again, "w", 100, timedelta(seconds=1))) > 0
    again.close()


def test_a_meeting_that_waited_for_its_outcome_before_is_asked_for_it_after(database: str) -> None:
    register = a_register(database)
    a_crisis(register)
    a_meeting(register)
    invited(register, Body.IAO)
    register.close()
    migrations.downgrade(database, "0003")
    migrations.upgrade(database)
    again = open_register(database)
    due_at = meetings.find(again, "asiel-2022", Body.IAO, 1).planned_at
    assert due.follow_up(again, SOMEONE, due_at).asked_again == ("asiel-2022/IAO/1",)
    again.close()


def test_what_partners_answered_before_is_there_after(database: str) -> None:
    """A report that answered two meetings is one report then, and answers both again on the way back."""
    register = a_register(database)
    a_crisis(register, levels={Body.IAO, Body.ICCB})
    said = Answer(partner="COA", submission=Submission.ON_TIME, received_at=NOW, report_id="COA-1", figures=(a_count(300),))
    other = said.model_copy(update={"figures": (a_count(310),), "report_id": "COA-2"})
    silent = Answer(partner="IND", submission=Submission.SILENT, received_at=NOW, detail="zweeg")
    given = {(Body.IAO, 1): (said, silent), (Body.ICCB, 1): (said,), (Body.IAO, 2): (other,)}
    for (body, number), answers in given.items():
        a_meeting(register, body=body, number=number)
        intake.take_in(register, "asiel-2022", body, number, answers, SOMEONE, NOW)
    before = {of: intake.answers(register, "asiel-2022", *of) for of in given}
    register.close()
    migrations.downgrade(database, "0010")
    migrations.upgrade(database)
    again = open_register(database)
    assert {of: intake.answers(again, "asiel-2022", *of) for of in given} == before
    known = figures.known(again, "asiel-2022", a_plan(), NOW.date(), NOW)
    assert [figure.value for figure in known] == [310]
    again.close()


def test_what_was_given_back_before_is_so_after_and_no_inquiry_is_open_in_a_closed_crisis(database: str) -> None:
    plan = a_plan_with_people()
    register = a_register(database, plan)
    a_crisis(register, plan)
    asked = a_question(partners=("VR01", "VR02"))
    inquiries.ask(register, own_pass(Act.ASK_PARTNERS, "secretaris"), asked, SOMEONE, NOW)
    intake.take_in_for(register, "asiel-2022", 1, [a_system_answer(one) for one in asked.partners], SOMEONE, NOW)
    judge = own_pass(Act.JUDGE_FIGURES, "secretaris")
    form_answers.judge(register, judge, (1, "VR01"), False, "Zeker?", SOMEONE, NOW)
    before = {one.partner for one in figures.known(register, "asiel-2022", plan, NOW.date(), NOW)}
    register.close()
    migrations.downgrade(database, "0014")
    engine = create_engine(database)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT partner FROM report WHERE returned")).all() == [("VR01",)]
        connection.execute(text("UPDATE crisis SET closed_at = activated_at"))
        connection.execute(text("UPDATE inquiry SET closed_at = NULL, closed_because = NULL, next_reminder_at = opened_at"))
    engine.dispose()
    migrations.upgrade(database)
    again = open_register(database)
    assert {one.partner for one in figures.known(again, "asiel-2022", plan, NOW.date(), NOW)} == before == {"VR02"}
    inquiry = inquiries.find(again, "asiel-2022", 1)
    assert (inquiry.closed_because, inquiry.closed_at) == (Ending.CRISIS_CLOSED, NOW)
    again.close()


def a_count(value: int) -> Figure:
    return Figure(
        indicator="opvang",
        area="NL",
        kind=FigureKind.OBSERVED,
        value=Decimal(value),
        unit="mensen",
        reference_date=NOW.date(),
        source="COA",
    )


def test_who_waited_for_an_answer_before_is_not_forgotten_after(database: str) -> None:
    """Once the register has moved on, the NKC and the secretary are asked again; not about what is settled."""
    register = a_register(database, a_seated_plan(RuleSet.OF_2022))
    a_crisis(register, levels={Body.IAO, Body.MCCB})
    a_meeting(register)
    for person in ("dcc-vws", "dcc-ezk"):
        asking = a_grant(Act.ASK_INVITATION, "asiel-2022/IAO/1", person)
        invitations.ask(register, asking, "Er zijn zieken.", SOMEONE, NOW)
    refusing = a_grant(Act.ANSWER_INVITATION, "asiel-2022/IAO/1/dcc-ezk")
    invitations.answer(register, refusing, False, "Nu nog niet.", SOMEONE, NOW)
    a_meeting(register, body=Body.MCCB)
    recorded_with(register, 1, *[a_decision(stage=DecisionStage.INTENDED) for _ in range(4)])
    communication.advise(register, a_grant(Act.ADVISE, "asiel-2022/B1", "woordvoerder"), ADVICE, SOMEONE, NOW)
    a_meeting(register, body=Body.MCCB, number=2)
    recorded_with(register, 2, a_decision(withdraws=2), a_decision(replaces=3, stage=DecisionStage.INTENDED))
    register.close()
    migrations.downgrade(database, "0009")
    migrations.upgrade(database)
    again = open_register(database)
    done = due.follow_up(again, SOMEONE, NOW + timedelta(hours=1))
    assert set(done.advice) == {"asiel-2022/B4", "asiel-2022/B6"}
    assert done.invitations == ("asiel-2022/IAO/1/dcc-vws",)
    again.close()


ADVICE = CommunicationAdvice(strategy="Eerst de regio's.", effects="Vragen van gemeenten.")


def recorded_with(register: Register, number: int, *taken: NewDecision) -> None:
    invited(register, Body.MCCB, number)
    present = (Present(name="minister-jenv"), Present(name="mp"))
    held = an_outcome(register, Body.MCCB, Direction.HOLD).model_copy(update={"decisions": taken, "present": present})
    key = f"asiel-2022/MCCb/{number}"
    outcomes.record(register, a_grant(Act.RECORD_OUTCOME, key), held, SOMEONE, NOW)
    outcomes.confirm(register, a_grant(Act.CONFIRM_OUTCOME, key, "minister-jenv"), True, "", SOMEONE, NOW)


def test_all_the_way_down_leaves_nothing(database: str) -> None:
    migrations.downgrade(database, "base")
    engine = create_engine(database)
    with engine.connect() as connection:
        assert set(engine.dialect.get_table_names(connection)) == {"alembic_version"}
    engine.dispose()


def test_the_tables_and_the_migrations_agree(database: str) -> None:
    script = ScriptDirectory.from_config(Config(config_args={"script_location": str(Path(migrations.__file__).parent)}))
    assert script.get_current_head() == SCHEMA
    engine = create_engine(database)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    engine.dispose()


def test_an_older_product_refuses_a_newer_register_and_names_both_versions(database: str) -> None:
    register = a_register(database)
    with register.bookkeeping() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    register.close()
    before = rows(database)
    for begin in (open_register, migrations.upgrade):
        with pytest.raises(NewerRegister, match=rf"0999.*{SCHEMA}"):
            begin(database)
    assert rows(database) == before


def test_a_process_that_was_at_work_when_the_register_moved_on_writes_nothing_more(under_way: Register, database: str) -> None:
    newer = create_engine(database)
    with newer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    newer.dispose()
    before = rows(database)
    for attempt in (
        lambda: a_crisis(under_way, slug="brand"),
        lambda: signs.beat(under_way, "watch"),
        lambda: alerts.claim(under_way, "w", 100, timedelta(seconds=60)),
    ):
        with pytest.raises(NewerRegister):
            attempt()
    assert rows(database) == before
    assert alerts.traces(under_way), "it may still be read"


def test_a_migration_waits_for_who_is_writing(database: str) -> None:
    """So nobody writes half in one version and half in another."""
    register = a_register(database)
    with ThreadPoolExecutor(1) as other:
        with register.bookkeeping() as session:
            session.add(SignRow(name="toets", at=NOW))
            session.flush()
            moving = other.submit(migrations.downgrade, database, "0002")
            assert wait([moving], timeout=0.5).not_done == {moving}
        moving.result(20)
    assert signs.last(register, "toets") == NOW
    register.close()


def test_the_shell_says_in_dutch_that_the_register_is_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    register = a_register(tmp_path)
    with register.bookkeeping() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    register.close()
    monkeypatch.setenv("OPSCHALING_STATE_DIR", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["opschaling", "status"])
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().err
    assert said.startswith(f"Het register is van versie 0999; deze Opschaling kent het tot en met versie {SCHEMA}.")


def test_the_role_in_the_document_can_work_and_cannot_touch_the_trail(under_way: Register, database: str) -> None:
    if database.startswith("sqlite"):
        pytest.skip("SQLite has no roles")
    role = f"opschaling_{uuid4().hex[:8]}"
    document = (ROOT / "docs" / "postgresql.md").read_text(encoding="utf-8")
    statements = document.partition("```sql\n")[2].partition("```")[0].replace("opschaling", role)
    owner = create_engine(database, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.exec_driver_sql(statements)
    try:
        as_role = database.replace("postgres@", f"{role}@")
        migrations.upgrade(as_role)
        register = open_register(as_role)
        a_crisis(register, slug="brand")
        assert audit.verify(register)[1] is None
        forbidden = (
            "UPDATE audit SET actor = ''",
            "DELETE FROM audit",
            "TRUNCATE audit",
            "DROP TRIGGER audit_no_change ON audit",
        )
        for statement in forbidden:
            with pytest.raises(RegisterTrouble, match=r"permission denied|must be owner"), register.bookkeeping() as session:
                session.execute(text(statement))
        register.close()
    finally:
        with owner.connect() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {role}; DROP ROLE {role}")
        owner.dispose()
    del under_way
