"""What somebody does to the audit trail behind our back, and how it shows."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from crisis.alerts import Channel
from crisis.audit import GENESIS, RESTORED, Entry, Head, Result, compare, read_head, seal, still_meant
from crisis.errors import InvalidInput
from deployments.cli import TROUBLE, app
from integrations.register import Register, alerts, audit, heads, plans
from integrations.wording.alerts import render
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_plan, a_register

OTHER = "0123456789abcdef0123456789abcdef"
LEASE = timedelta(minutes=1)


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """With an audit trail of five entries, the fourth of which is known outside."""
    monkeypatch.setenv("OPSCHALING_STATE_DIR", str(tmp_path))
    opened = a_register(tmp_path)
    a_crisis(opened)
    a_meeting(opened)
    a_crisis(opened, slug="hoogwater-2023")
    heads.note(tmp_path, audit.head(opened))
    a_meeting(opened, slug="hoogwater-2023")
    yield opened
    opened.close()


def verified(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["verify", *words])
    return result.exit_code, result.output


def attack(folder: Path, *statements: str) -> None:
    """By somebody who holds the file itself: the triggers do not hold them."""
    with sqlite3.connect(folder / "register.db") as connection:
        for trigger in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)


def test_a_whole_trail_is_confirmed_as_far_as_a_head_of_it_is_known(register: Register) -> None:
    code, said = verified()
    assert (code, said) == (
        0,
        f"Het auditspoor klopt: 5 regels, tot en met regel 4 van buiten bevestigd. Kop: {audit.head(register)}\n",
    )


SHIFTED = "UPDATE audit SET seq = -seq - 1 WHERE seq >= 3", "UPDATE audit SET seq = -seq WHERE seq < 0"
AS_OTHER = "SELECT seq, at, action, 'x', result, origin, actor, payload_digest, previous, hash FROM audit WHERE seq = 3"
AS_FOURTH = "SELECT seq - 1, at, action, object, result, origin, actor, payload_digest, 'x', 'y' FROM audit WHERE seq = 4"


@pytest.mark.parametrize(
    ("statements", "first_bad"),
    [
        (("UPDATE audit SET actor = 'iemand anders' WHERE seq = 3",), 3),
        (("UPDATE audit SET at = 'gisteren', result = 'vast wel' WHERE seq = 2",), 2),
        (("DELETE FROM audit WHERE seq = 2",), 2),
        ((*SHIFTED, f"INSERT INTO audit {AS_FOURTH}"), 3),
        ((f"REPLACE INTO audit {AS_OTHER}",), 3),
    ],
    ids=["edited", "made unreadable", "deleted", "inserted", "replaced"],
)
def test_the_first_entry_that_was_touched_is_named(
    register: Register, tmp_path: Path, statements: tuple[str, ...], first_bad: int
) -> None:
    assert audit.verify(register) == (5, None)
    attack(tmp_path, *statements)
    code, said = verified()
    assert code == TROUBLE
    assert f"regel {first_bad} volgt niet uit de vorige" in said


def test_a_tail_that_was_cut_off_shows_by_the_head_that_is_known_outside(register: Register, tmp_path: Path) -> None:
    attack(tmp_path, "DELETE FROM audit WHERE seq > 2")
    assert audit.verify(register) == (2, None)
    code, said = verified()
    assert code == TROUBLE
    assert "Na regel 2 ontbreken er ten minste 2: buiten het register is regel 4 bekend." in said


def test_a_head_from_a_mail_shows_what_the_log_of_heads_does_not_know(register: Register, tmp_path: Path) -> None:
    mail = alerts.claim(register, "toets", 999, LEASE)[-1].alert
    attack(tmp_path, "DELETE FROM audit WHERE seq = 5")
    assert verified()[0] == 0
    code, said = verified("--head", str(mail.facts["head"]))
    assert code == TROUBLE
    assert "Na regel 4 ontbreken er ten minste 1" in said


def test_a_trail_that_was_written_anew_shows_only_by_a_head_that_is_known_outside(register: Register, tmp_path: Path) -> None:
    entries = [entry.model_copy(update={"actor": "iemand anders"}) for entry in audit.entries(register)]
    previous, statements = GENESIS, []
    for entry in entries:
        forged = seal(entry.model_copy(update={"previous": previous}))
        fields = f"actor = '{forged.actor}', previous = '{forged.previous}', hash = '{forged.hash}'"
        statements.append(f"UPDATE audit SET {fields} WHERE seq = {forged.seq}")  # noqa: S608 - an attack
        previous = forged.hash
    noted = heads.known(tmp_path)[0]
    attack(tmp_path, *statements)
    assert audit.verify(register) == (5, None)
    code, said = verified()
    assert code == TROUBLE
    assert f"Regel 4 is vervangen: buiten het register is hij bekend als {noted}." in said
    (tmp_path / heads.FILE).unlink()
    assert verified()[0] == 0
    assert verified("--head", str(noted))[0] == TROUBLE


@pytest.mark.parametrize("text", ["", "57", "57-abc", f"-{OTHER}", f"57-{OTHER}0", f"57 {OTHER}", "٣-" + OTHER])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_head(text)


@given(st.integers(0, 10**9), st.binary(min_size=32, max_size=32))
def test_a_head_survives_being_copied(seq: int, hash_: bytes) -> None:
    head = Head(seq=seq, mark=hash_.hex()[:32])
    assert read_head(f"  {head}\n") == head
    assert read_head(str(head).upper()) == head


def test_every_alert_bears_the_head_with_the_entry_of_its_own_fact(register: Register) -> None:
    entries = {str(entry.head): entry for entry in audit.entries(register)}
    told = [claimed.alert for claimed in alerts.claim(register, "toets", 999, LEASE)]
    of = {"activated": "crisis.activeren", "convened": "vergadering.bijeenroepen"}
    assert told
    assert all(entries[str(alert.facts["head"])].action == of[alert.event] for alert in told)
    assert all(entries[str(alert.facts["head"])].object in alert.key for alert in told)


def test_an_alert_that_follows_from_no_fact_bears_the_head_of_that_moment(register: Register) -> None:
    claimed = alerts.claim(register, "toets", 1, LEASE)[0]
    alerts.mark_dead(register, "toets", claimed, plans.in_force(register), "weg", NOW)
    told = [again.alert for again in alerts.claim(register, "toets", 999, LEASE) if again.alert.event == "undeliverable"]
    assert {alert.facts["head"] for alert in told} == {str(audit.head(register))}


def test_people_read_the_head_in_mails_and_in_slack(register: Register) -> None:
    told = [claimed.alert for claimed in alerts.claim(register, "toets", 999, LEASE)]
    assert {alert.channel for alert in told} == set(Channel)
    for alert in told:
        line = render(alert, "link" if alert.grant else None, "", "").text.splitlines()[-1]
        assert read_head(line.rpartition(" ")[2]) == read_head(str(alert.facts["head"]))


def test_the_head_is_noted_when_it_changed(register: Register, tmp_path: Path) -> None:
    folder = tmp_path / "elders"
    anchor = heads.Anchor(register, folder)
    first = anchor.look()
    assert (first, anchor.look(), heads.Anchor(register, folder).look()) == (audit.head(register), None, None)
    plans.load(register, a_plan(title="Een ander plan"), SOMEONE, NOW)
    assert anchor.look() == audit.head(register)
    assert heads.known(folder) == (first, audit.head(register))


def test_a_line_that_was_cut_short_spoils_no_other(tmp_path: Path) -> None:
    heads.note(tmp_path, Head(seq=1, mark=OTHER))
    with (tmp_path / heads.FILE).open("ab") as file:
        file.write(b"2022-06-17T06:00:00 2-01\xff")
    heads.note(tmp_path, Head(seq=3, mark=OTHER))
    assert [head.seq for head in heads.known(tmp_path)] == [1, 3]


def a_trail(*actions: str) -> tuple[Entry, ...]:
    made: list[Entry] = []
    for seq, action in enumerate(actions, start=1):
        previous = made[-1].hash if made else GENESIS
        fields = {"object": "x", "result": Result.DONE, "origin": "toets", "actor": "iemand", "payload_digest": ""}
        made.append(seal(Entry(seq=seq, at=NOW, action=action, previous=previous, hash="", **fields)))
    return tuple(made)


@given(st.integers(0, 8), st.sets(st.integers(1, 8)))
def test_what_is_missing_is_what_heads_know_beyond_the_last_entry(kept: int, known: set[int]) -> None:
    whole = a_trail(*"abcdefgh")
    found = compare(whole[:kept], [whole[seq - 1].head for seq in known])
    beyond = sorted(seq for seq in known if seq > kept)
    assert [head.seq for head in found.foreign] == beyond
    assert found.missing == (beyond[-1] - kept if beyond else 0)
    assert found.confirmed == max((seq for seq in known if seq <= kept), default=0)


def test_what_a_restore_gave_up_is_not_missing_and_what_was_there_before_it_still_must_be() -> None:
    lost, trail = a_trail(*"abcdef"), a_trail("a", "b", "c", RESTORED, "e'")
    noted = [lost[1].head, lost[3].head, lost[5].head, trail[3].head, trail[4].head]
    assert still_meant(noted, trail) == (noted[0], *noted[3:])
    assert compare(trail, still_meant(noted, trail)).foreign == ()
    other = a_trail("a", "b'", "c", RESTORED, "e'")
    noted = [lost[1].head, other[3].head, other[4].head]
    assert compare(other, still_meant(noted, other)).foreign == (lost[1].head,)


def test_what_came_after_a_restore_is_not_given_up_by_it() -> None:
    before, after = a_trail("a", RESTORED, "c", "d"), a_trail("a", RESTORED, "c'")
    noted = [before[1].head, before[2].head, before[3].head]
    assert compare(after, still_meant(noted, after)).foreign == (before[2].head, before[3].head)
