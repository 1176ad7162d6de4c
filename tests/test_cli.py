"""The command line: every refusal in words, none as a traceback, and nothing changed by it."""

import hashlib
import html
import io
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import chain
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crisis.actions import NewAction
from crisis.alerts import Channel, Event
from crisis.audit import digest as audit_digest
from crisis.decisions import DecisionKind, DecisionStage, Secrecy
from crisis.errors import PassInvalid
from crisis.life import Phase
from crisis.meetings import Direction, Outcome, Stage
from crisis.passes import Act, Grant, make_pass
from crisis.plan import PlanKind
from crisis.structure import Body
from deployments.cli import REFUSED, TROUBLE, main
from deployments.services import PortTaken, check_free, free_ports
from deployments.up import AlreadyUp, claim
from integrations.portal import create_app
from integrations.register import Register, actions, alerts, audit, closing, crises, late_papers, meetings, outcomes
from integrations.register.activations import activating
from integrations.settings import Settings
from tests.building import (
    NOW,
    PRESENT,
    SOMEONE,
    a_crisis,
    a_decision,
    a_grant,
    a_meeting,
    a_plan,
    a_register,
    finish_all,
    invited,
    own_pass,
    recorded,
    settled,
)

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PLAN = ROOT / "deployments" / "plans" / "asiel-2022.toml"


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setenv("OPSCHALING_STATE_DIR", str(tmp_path))
    return a_register(tmp_path, a_plan(kind=PlanKind.REAL))


class Said:
    """What a command answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def say(register: Register, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def command(*words: str, typed: str = "") -> Said:
        monkeypatch.setattr("sys.argv", ["opschaling", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Said(int(ended.value.code or 0), told.out, told.err)

    assert register
    return command


def a_link(act: Act, object_: str, person: str = "secretaris") -> str:
    grant = Grant(person=person, act=act, object=object_, issued_at=NOW, expires_at=NOW + timedelta(days=36500))
    return f"http://127.0.0.1:8400/p/{make_pass(grant, Settings().signing_secret())}"


def own_link(act: Act, person: str = "secretaris") -> str:
    return f"http://127.0.0.1:8400/p/{make_pass(own_pass(act, person), Settings().signing_secret())}"


def test_a_crisis_from_activation_to_a_closed_action_item(register: Register, say: Callable[..., Said], tmp_path: Path) -> None:
    link = a_link(Act.ACTIVATE, activating("piket"), "piket")
    assert say("activate", "asiel-2022", str(EXAMPLES / "activering.toml"), "--pass", link).code == 0
    a_meeting(register)
    invited(register, Body.IAO)
    outcome = tmp_path / "uitkomst.toml"
    text = (EXAMPLES / "uitkomst.toml").read_text(encoding="utf-8")
    outcome.write_text(text.replace("liaison-coa", "liaison").replace("due_at = 2022", "due_at = 2122"), encoding="utf-8")
    recorded = say("record", "--pass", a_link(Act.RECORD_OUTCOME, "asiel-2022/IAO/1"), str(outcome))
    assert recorded.out == "De uitkomst van IAO 1 is vastgelegd: opschalen.\n"
    report = say("actions", "report", "--pass", a_link(Act.REPORT_ACTION, "asiel-2022/A1", "liaison"), "--evidence", "klaar")
    assert report.out == "Actiepunt 1 is gereed gemeld.\n"
    closed = say("actions", "verify", "--pass", a_link(Act.VERIFY_ACTION, "asiel-2022/A1"))
    assert closed.out == "Actiepunt 1: afgesloten.\n"
    (standing,) = json.loads(say("status", "--json").out)
    assert (sorted(standing["crisis"]["levels"]), standing["open_actions"]) == (["IAO", "ICCb"], 0)
    assert [d["text"] for d in json.loads(say("decisions", "asiel-2022", "--json").out)] == [
        "Vraag de veiligheidsregio's om 300 extra plaatsen."
    ]
    assert say("verify").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["decisions", "nee"], "Er is geen crisis met de naam “nee”"),
        (["actions", "list", "nee"], "Er is geen crisis met de naam “nee”"),
        (["activate", "Asiel 2022", str(EXAMPLES / "activering.toml")], "Korte naam: gebruik kleine letters"),
        (["activate", "asiel-2022", "weg.toml"], "weg.toml”: kan niet gelezen worden"),
        (["record", "--pass", "onzin", str(EXAMPLES / "uitkomst.toml")], "link"),
        (["plan", "check", "weg.toml"], "file: kan niet gelezen worden"),
    ],
)
def test_a_refusal_names_what_is_wrong_in_dutch(
    register: Register, say: Callable[..., Said], words: list[str], told: str
) -> None:
    before = len(audit.entries(register))
    answer = say(*words)
    assert answer.code == REFUSED
    assert told in answer.err
    assert "Traceback" not in answer.err
    assert len(audit.entries(register)) == before


def test_a_link_for_another_act_is_refused(register: Register, say: Callable[..., Said]) -> None:
    a_crisis(register)
    a_meeting(register)
    outcome, action = a_link(Act.RECORD_OUTCOME, "asiel-2022/IAO/1"), a_link(Act.REPORT_ACTION, "asiel-2022/A1")
    assert say("record", "--pass", action, str(EXAMPLES / "uitkomst.toml")).code == REFUSED
    assert say("actions", "report", "--pass", outcome, "--evidence", "x").code == REFUSED
    reading = Grant(person="lid", act=Act.READ_PAPERS, object="asiel-2022/IAO/1", issued_at=NOW, expires_at=NOW)
    with pytest.raises(PassInvalid):
        actions.report(register, reading, "x", SOMEONE, NOW)
    assert crises.find(register, "asiel-2022").version == 2
    assert meetings.of_crisis(register, "asiel-2022")[0].is_open


def test_without_a_link_those_on_duty_confirm_an_activation_where_the_plan_wants_it(
    register: Register, say: Callable[..., Said]
) -> None:
    asked = say("activate", "asiel-2022", str(EXAMPLES / "activering.toml")).out
    assert asked == "asiel-2022/aanvraag/1: het piket is gevraagd om dit te bevestigen. Tot dan is er niets geactiveerd.\n"
    assert crises.all_of_them(register) == ()
    told = alerts.claim(register, "toets", 9, timedelta(minutes=1))
    assert [(one.alert.to, one.alert.event) for one in told if one.alert.grant] == [("piket", Event.ACTIVATION_ASKED)]


def test_a_link_to_act_of_ones_own_accord_is_mailed_and_not_shown(register: Register, say: Callable[..., Said]) -> None:
    a_crisis(register)
    assert say("link", "asiel-2022", "designate", "secretaris").out == "De link is gemaild aan secretaris.\n"
    told = [one.alert for one in alerts.claim(register, "toets", 99, timedelta(minutes=1))]
    (asked,) = (alert for alert in told if alert.event is Event.OWN_LINK_ASKED)
    assert asked.grant
    assert (asked.to, asked.channel, asked.grant.act) == ("secretaris", Channel.MAIL, Act.DESIGNATE)
    refused = say("link", "asiel-2022", "designate", "lid")
    assert refused.code == REFUSED
    assert "voorzitter of secretaris" in refused.err


def test_the_secretariat_calls_an_extra_meeting(register: Register, say: Callable[..., Said]) -> None:
    a_crisis(register)
    token = own_link(Act.CALL_MEETING)
    asked = ("--initiative", "departementaal crisiscoördinator BZK", "--pass", token)
    words = ("convene", "IAO", "--at", "2099-06-17T12:00", *asked)
    refused = say(*words)
    assert refused.code == REFUSED
    assert "IAO komt bijeen na raadpleging van het eerstverantwoordelijke ministerie" in refused.err
    assert "(R09)" in refused.err
    for _ in range(2):
        said = say(*words, "--consulted", "ministerie van JenV", "--consulted", "lid").out
        assert said.startswith("IAO 1 is bijeengeroepen voor woensdag 17 juni 2099, 12:00.")
    (meeting,) = meetings.of_crisis(register, "asiel-2022")
    assert meeting.initiative == "departementaal crisiscoördinator BZK"
    assert meeting.consulted == "ministerie van JenV; lid BZK"
    assert "Tijdstip: is geen geldige datum" in say("convene", "IAO", "--at", "straks", *asked).err


def test_who_sits_where_is_changed_from_the_shell(register: Register, say: Callable[..., Said]) -> None:
    a_crisis(register)
    why = ("--reason", "Nodig voor de woordvoering.", "--pass")
    designating, releasing = own_link(Act.DESIGNATE), own_link(Act.RELEASE)
    assert say("members", "designate", "IAO", "woordvoerder", *why, designating).out == (
        "woordvoerder neemt deel aan IAO: lid.\n"
    )
    assert "woordvoerder" in say("members", "list", "asiel-2022").out
    mccb = say("members", "designate", "MCCb", "woordvoerder", *why, own_link(Act.DESIGNATE))
    assert mccb.code == REFUSED
    assert "in overeenstemming met de minister-president" in mccb.err
    assert say("members", "release", "IAO", "woordvoerder", *why, releasing).out == (
        "woordvoerder neemt niet meer deel aan IAO.\n"
    )
    assert json.loads(say("members", "list", "asiel-2022", "--json").out)[0]["ended_by"] == "voorzitter"


def test_a_setting_that_is_wrong_is_named(say: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSCHALING_SMTP_PORT", "abc")
    answer = say("status")
    assert (answer.code, "OPSCHALING_SMTP_PORT: moet een heel getal zijn" in answer.err) == (REFUSED, True)


def test_a_register_that_cannot_be_reached_is_trouble_not_a_traceback(
    say: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSCHALING_DATABASE_URL", "sqlite:////bestaat/niet/register.db")
    answer = say("status")
    assert (answer.code, "Traceback" in answer.err) == (TROUBLE, False)


def test_a_plan_is_checked(say: Callable[..., Said]) -> None:
    assert "in orde. 29 functies, 41 partners" in say("plan", "check", str(PLAN)).out


def test_a_plan_with_a_channel_that_the_settings_do_not_know_does_not_start(say: Callable[..., Said]) -> None:
    answer = say("up", str(PLAN), "--portal-port", str(free_ports(1)[0]), "--prefect-port", str(free_ports(1)[0]))
    assert answer.code == REFUSED
    assert "‘crisisstaf’ staat niet in OPSCHALING_SLACK_WEBHOOKS" in answer.err


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken, match=str(taken.getsockname()[1])):
            check_free(taken.getsockname()[1])


@pytest.mark.parametrize("taken_by_another", ["--portal-port", "--prefect-port"])
def test_a_set_up_whose_port_is_taken_does_not_start(say: Callable[..., Said], taken_by_another: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ports = dict(zip(("--portal-port", "--prefect-port"), map(str, free_ports(2)), strict=True)) | {taken_by_another: port}
        answer = say("up", str(PLAN), *chain.from_iterable(ports.items()))
    assert (answer.code, answer.out) == (TROUBLE, "")
    assert answer.err == f"Poort {port} is bezet. Kies een andere met --portal-port of --prefect-port.\n"


def test_a_set_up_that_may_have_too_few_files_open_does_not_start(tmp_path: Path) -> None:
    command = f"ulimit -n 128; exec {sys.executable} -m deployments.cli up {PLAN}"
    around = os.environ | {"OPSCHALING_STATE_DIR": str(tmp_path / "nieuw")}
    started = subprocess.run(["bash", "-c", command], env=around, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    assert (started.returncode, started.stdout) == (TROUBLE, "")
    assert started.stderr.startswith("Een proces mag hier maar 128 bestanden tegelijk open hebben; er zijn er 1024 nodig.")
    assert not (tmp_path / "nieuw").exists(), "nothing was begun"


def test_what_this_machine_refuses_is_a_sentence(
    say: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "een-bestand").touch()
    monkeypatch.setenv("OPSCHALING_STATE_DIR", str(tmp_path / "een-bestand"))
    answer = say("status")
    assert answer.code == TROUBLE
    assert answer.err.startswith("Dat lukt niet op deze machine: ")
    assert "een-bestand" in answer.err


def test_there_is_one_set_up_in_a_state_directory(tmp_path: Path) -> None:
    claim(tmp_path)
    with pytest.raises(AlreadyUp):
        claim(tmp_path)


def test_the_grip_level_of_a_region_is_noted_and_listed(register: Register, say: Callable[..., Said]) -> None:
    a_crisis(register)
    first = ("--since", "2022-06-17", "--source", "westerwoldeactueel.nl", "--pass", own_link(Act.SET_GRIP, "piket"))
    noted = say("grip", "set", "vr01", "4", *first)
    assert noted.out == "Groningen: GRIP 4 (meer dan één gemeente, of schaarste), vanaf vrijdag 17 juni 2022, 00:00.\n"
    later = ("--since", "2022-11-01T12:00", "--source", "de regio", "--pass", own_link(Act.SET_GRIP, "piket"))
    assert say("grip", "set", "VR01", "0", *later).code == 0
    four, zero = json.loads(say("grip", "list", "asiel-2022", "--json").out)
    assert (four["level"], four["until"], zero["level"], zero["until"]) == (4, "2022-11-01T11:00:00Z", 0, None)
    assert "GRIP 4" in say("grip", "list", "asiel-2022").out


@pytest.mark.parametrize(
    ("region", "level", "since", "told"),
    [
        ("VR26", "4", "2022-06-17", "Veiligheidsregio: ‘VR26’ is geen veiligheidsregio"),
        ("VR01", "6", "2022-06-17", "GRIP-niveau: kies uit de lijst"),
        ("VR01", "4", "gisteren", "Vanaf: is geen geldige datum met tijd"),
    ],
)
def test_a_grip_level_that_does_not_fit_names_the_field(
    register: Register, say: Callable[..., Said], region: str, level: str, since: str, told: str
) -> None:
    a_crisis(register)
    answer = say(
        *("grip", "set", region, level, "--since", since, "--source", "de regio"),
        *("--pass", own_link(Act.SET_GRIP, "piket")),
    )
    assert (answer.code, told in answer.err) == (REFUSED, True)


def test_a_draft_letter_is_written_once_and_known_again_by_its_digest(
    register: Register, say: Callable[..., Said], tmp_path: Path
) -> None:
    a_crisis(register)
    for name in ("brief.md", "brief.odt"):
        drafted = say("letter", "asiel-2022", "--since", "2022-06-17", "--out", str(tmp_path / name))
        found = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        assert (drafted.code, found in drafted.out) == (0, True)
        assert audit.entries(register)[-1].payload_digest == audit_digest({"sha256": found})
    assert "Geachte voorzitter," in (tmp_path / "brief.md").read_text(encoding="utf-8")
    before = len(audit.entries(register))
    again = say("letter", "asiel-2022", "--out", str(tmp_path / "brief.md"))
    assert (again.code, "bestaat al en wordt niet overschreven" in again.err) == (REFUSED, True)
    assert "eindigt op .odt of .md" in say("letter", "asiel-2022", "--out", str(tmp_path / "brief.doc")).err
    assert "Er is geen crisis" in say("letter", "nee", "--out", str(tmp_path / "nee.md")).err
    assert len(audit.entries(register)) == before
    assert not list(tmp_path.glob("*nee.md*"))


SECRET = "Wij kopen de gebouwen"


def a_secret_decision(register: Register) -> None:
    """Of MCCb 1, with a measure, beside an open one that contradicts it."""
    a_crisis(register, levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    measures = [{"horizon": "korte termijn", "aim": "Bedden", "indicator": "opvang", "target": n} for n in (100, 150)]
    taken = (a_decision(SECRET, secrecy=Secrecy.SECRET), *(a_decision(f"Doel {m['target']}.", measure=m) for m in measures))
    outcome = Outcome(direction=Direction.HOLD, summary="Zo.", decisions=taken, present=PRESENT)
    settled(register, "asiel-2022/MCCb/1", outcome)


def test_the_list_of_decisions_says_where_each_stands_and_shows_nothing_secret(
    register: Register, say: Callable[..., Said]
) -> None:
    a_secret_decision(register)
    told = say("decisions", "asiel-2022").out
    assert SECRET not in told
    assert "Geheim" in told
    assert "Tegenspraak: Nummer 2 en nummer 3" in told
    assert "onbekend" in told
    listed = json.loads(say("decisions", "asiel-2022", "--json").out)
    assert [(d["status"], d["contradicts"]) for d in listed] == [("van kracht", []), ("van kracht", [3]), ("van kracht", [2])]


def test_a_dossier_shows_what_is_secret_only_with_the_link_of_an_auditor(
    register: Register, say: Callable[..., Said], tmp_path: Path
) -> None:
    a_secret_decision(register)
    assert SECRET not in say("dossier", "asiel-2022", "1").out
    link = a_link(Act.READ_DOSSIER, "asiel-2022/dossier", "auditor")
    told = say("dossier", "asiel-2022", "1", "--pass", link, "--out", str(tmp_path / "dossier.md"))
    assert told.out == f"Geschreven: {tmp_path / 'dossier.md'}\n"
    assert SECRET in (tmp_path / "dossier.md").read_text(encoding="utf-8")
    assert [e.actor for e in audit.entries(register) if e.action == "dossier.inzien"] == ["auditor"]
    assert json.loads(say("dossier", "asiel-2022", "2", "--json").out)["decision"]["number"] == 2
    assert "## What came later" in say("dossier", "asiel-2022", "2", "--english").out
    assert say("dossier", "asiel-2022", "9").code == REFUSED
    assert say("dossier", "asiel-2022", "1", "--pass", a_link(Act.READ_DOSSIER, "brand/dossier", "auditor")).code == REFUSED


def test_the_picture_is_read_in_dutch_and_on_request_in_english(
    register: Register, say: Callable[..., Said], tmp_path: Path
) -> None:
    a_crisis(register)
    a_meeting(register)
    invited(register, Body.IAO)
    assert say("picture", "asiel-2022").out.startswith("SITUATIESCHETS IAO 1\n")
    assert say("picture", "asiel-2022", "--english").out.startswith("SITUATION PICTURE IAO 1\n")
    say("picture", "asiel-2022", "--english", "--out", str(tmp_path / "beeld.md"))
    assert "# Situation picture IAO 1" in (tmp_path / "beeld.md").read_text(encoding="utf-8")


def test_a_paper_is_added_after_the_invitation(register: Register, say: Callable[..., Said]) -> None:
    a_crisis(register)
    a_meeting(register)
    invited(register, Body.IAO)
    command = ("paper", "add", "--pass", a_link(Act.RECORD_OUTCOME, "asiel-2022/IAO/1"), str(EXAMPLES / "nagezonden.toml"))
    for _ in range(2):
        assert say(*command).out == "Stuk 1 is nagezonden bij IAO 1. De leden krijgen bericht.\n"
    assert len(late_papers.of_meeting(register, "asiel-2022", Body.IAO, 1)) == 1


def test_r22_a_shell_shows_nothing_secret_and_says_what_awaits_confirmation(
    register: Register, say: Callable[..., Said], tmp_path: Path
) -> None:
    a_crisis(register, levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    file = tmp_path / "uitkomst.toml"
    file.write_text('direction = "handhaven"\nsummary = "Een geheim verslag."\n', encoding="utf-8")
    answer = say("record", str(file), "--pass", a_link(Act.RECORD_OUTCOME, "asiel-2022/MCCb/1"))
    assert "wacht op bevestiging" in answer.out
    a_meeting(register, body=Body.MCCB, number=2)
    invited(register, Body.MCCB, 2)
    item = NewAction(title="Een geheim actiepunt", owner="lid", due_at=NOW + timedelta(days=9), decision=1)
    decided = Outcome(
        direction=Direction.HOLD,
        summary="Een geheim verslag.",
        decisions=(a_decision("Een geheim besluit.", secrecy=Secrecy.SECRET),),
        actions=(item,),
        present=PRESENT,
    )
    settled(register, "asiel-2022/MCCb/2", decided)
    for command in (["status"], ["actions", "list", "asiel-2022"], ["decisions", "asiel-2022"]):
        for form in ([], ["--json"]):
            shown = say(*command, *form)
            assert shown.code == 0
            assert "Een geheim" not in shown.out


def test_an_outcome_of_the_mccb_is_recorded_confirmed_advised_on_and_answered_from_the_shell(
    register: Register, say: Callable[..., Said]
) -> None:
    people = {name: person.model_dump() for name, person in a_plan().people.items()}
    people["liaison"] |= {"own_powers": True}
    a_crisis(register, a_plan(people=people), levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    asked = a_decision("Open een locatie.", DecisionKind.REQUEST, addressees=("liaison",))
    intended = a_decision("Koop gebouwen.", stage=DecisionStage.INTENDED)
    outcome = Outcome(direction=Direction.HOLD, summary="Zo.", decisions=(asked, intended), present=PRESENT)
    meeting = "asiel-2022/MCCb/1"
    settled_at = outcomes.record(register, a_grant(Act.RECORD_OUTCOME, meeting), outcome, SOMEONE, NOW).proposed_at
    assert settled_at == NOW
    assert say("confirm", "--yes", "--pass", a_link(Act.CONFIRM_OUTCOME, meeting, "secretaris")).code == REFUSED
    told = say("confirm", "--yes", "--pass", a_link(Act.CONFIRM_OUTCOME, meeting, "voorzitter")).out
    assert told.endswith("Bevestigd.\n")
    assert "[j/N]" not in told
    link = a_link(Act.ADVISE, "asiel-2022/B2", "woordvoerder")
    assert say("advise", "--pass", link, "--strategy", "Eerst bellen.", "--effects", "Vragen.").code == 0
    link = a_link(Act.ANSWER_REQUEST, "asiel-2022/B1/liaison", "liaison")
    refused = say("answer", "--pass", link, "--answer", "aanvaard onder voorwaarde")
    assert "noem de voorwaarde (R24)" in refused.err
    told = say("answer", "--pass", link, "--answer", "aanvaard onder voorwaarde", "--condition", "Met personeel.").out
    assert told == "Het antwoord op 1 is vastgelegd: aanvaard onder voorwaarde.\n"


def proposed_to_the_mccb(register: Register) -> str:
    """An outcome of the MCCb that awaits its second person; the key of the meeting."""
    a_crisis(register, levels={Body.MCCB})
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    asked = a_decision("Open een *locatie*.", DecisionKind.REQUEST, addressees=("liaison",), against=("lid",))
    item = NewAction(title="Bel de regio's", owner="lid", due_at=NOW + timedelta(days=1))
    outcome = Outcome(direction=Direction.HOLD, summary="Zo.", decisions=(asked,), actions=(item,), present=PRESENT)
    key = "asiel-2022/MCCb/1"
    outcomes.record(register, a_grant(Act.RECORD_OUTCOME, key), outcome, SOMEONE, NOW)
    return key


@pytest.mark.parametrize("typed", ["", "\n", "n\n", "x\n", "nee\n"])
def test_who_confirms_reads_what_it_is_and_is_asked_first(register: Register, say: Callable[..., Said], typed: str) -> None:
    key = proposed_to_the_mccb(register)
    link = a_link(Act.CONFIRM_OUTCOME, key, "voorzitter")
    asked = say("confirm", "--pass", link, typed=typed)
    for told in (
        *("# Uitkomst van MCCb 1 bevestigen", "Vastgelegd door: secretaris", "Samenvatting: Zo.", "Aan: liaison"),
        *(r"Verzoek 1: Open een \*locatie\*.", "Tegen: lid BZK", "Actiepunt 1: Bel de regio's lid BZK"),
        *("Beeld: cijfer, bron en tijd: 12 van 25 regio's", "Bevestigt u dit? [j/N] Niet bevestigd."),
    ):
        assert told in asked.out
    assert (asked.code, meetings.find(register, "asiel-2022", Body.MCCB, 1).stage) == (1, Stage.PROPOSED)
    assert say("confirm", "--pass", link, typed="J\n").out.endswith("[j/N] Bevestigd.\n")
    assert meetings.find(register, "asiel-2022", Body.MCCB, 1).confirmed_by == "voorzitter"
    assert say("confirm", "--pass", link).out == "Bevestigd.\n", "the same once more is the same"
    assert "is al vastgelegd" in say("confirm", "--pass", link, "--send-back", "Toch niet.").err


def test_who_sends_it_back_reads_it_too_and_is_not_asked(register: Register, say: Callable[..., Said]) -> None:
    link = a_link(Act.CONFIRM_OUTCOME, proposed_to_the_mccb(register), "voorzitter")
    told = say("confirm", "--pass", link, "--send-back", "Het waren er twaalf.").out
    assert "Samenvatting: Zo." in told
    assert told.endswith("Teruggestuurd.\n")
    assert "[j/N]" not in told
    assert meetings.find(register, "asiel-2022", Body.MCCB, 1).stage is Stage.INVITED


@pytest.mark.parametrize("act", [Act.READ_PAPERS, Act.RECORD_OUTCOME])
def test_another_link_shows_nothing_of_what_awaits_confirmation(register: Register, say: Callable[..., Said], act: Act) -> None:
    told = say("confirm", "--yes", "--pass", a_link(act, proposed_to_the_mccb(register), "lid"))
    assert (told.code, told.out) == (REFUSED, "")


def test_the_shell_and_the_portal_show_the_second_person_the_same(register: Register, say: Callable[..., Said]) -> None:
    key = proposed_to_the_mccb(register)
    told = say("confirm", "--pass", a_link(Act.CONFIRM_OUTCOME, key, "voorzitter")).out
    portal = TestClient(create_app(register, Settings()), base_url="http://127.0.0.1:8400")
    page = portal.get(a_link(Act.CONFIRM_OUTCOME, key, "voorzitter")).text
    terms = [html.unescape(term) for term in re.findall(r"<dt>([^<]*)</dt>", page)]
    assert len(terms) > 12
    assert terms == re.findall(rf"^- ({'|'.join(map(re.escape, terms))}): ", told, re.MULTILINE)


def test_two_people_close_a_crisis_from_the_shell(register: Register, say: Callable[..., Said]) -> None:
    a_crisis(register)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    finish_all(register)
    closing.ask(register, "asiel-2022", SOMEONE, NOW)
    key = closing.key_of("asiel-2022")
    assert say("close", "--pass", a_link(Act.CLOSE_CRISIS, key)).code == 0
    assert say("confirm", "--yes", "--pass", a_link(Act.CONFIRM_CLOSING, key, "secretaris")).code == REFUSED
    link = a_link(Act.CONFIRM_CLOSING, key, "voorzitter")
    refused = say("confirm", "--pass", link, typed="n\n")
    assert refused.code == 1
    for told in ("# De afsluiting bevestigen", "Voorgesteld door: secretaris", "Wie gaat verder: de lijn"):
        assert told in refused.out
    assert crises.find(register, "asiel-2022").phase is Phase.AFTERCARE
    assert say("confirm", "--pass", link, typed="j\n").out.endswith("Bevestigt u dit? [j/N] Bevestigd.\n")
    assert crises.find(register, "asiel-2022").phase is Phase.CLOSED
