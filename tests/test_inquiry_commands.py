"""Inquiries from the shell: the same functions as the portal, with the same links."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crisis.figures import Via
from crisis.inquiries import Ending
from crisis.passes import Act, make_pass
from integrations.register import Register, clock, form_answers, inquiries
from tests.building import NOW, SOMEONE, a_crisis, a_grant, a_register, own_pass
from tests.inquiring import a_plan_with_people
from tests.portal_building import SECRET
from tests.shell import Say, a_shell
from tests.test_asking import CRISIS, give

PLAN = a_plan_with_people()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = a_register(tmp_path, PLAN)
    clock.move(opened, PLAN, NOW, SOMEONE)
    a_crisis(opened)
    yield opened
    opened.close()


@pytest.fixture
def say(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    monkeypatch.setenv("OPSCHALING_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("OPSCHALING_PASS_SECRET", SECRET.decode())
    monkeypatch.setenv("COLUMNS", "400")
    assert register
    return a_shell(monkeypatch, capsys)


def a_link(act: Act) -> str:
    return "https://portaal.test/p/" + make_pass(own_pass(act, "secretaris"), SECRET)


def ask(say: Say, question: str = "Hoeveel bedden?") -> tuple[int, str]:
    wanted = ("--indicator", "opvang", "--kind", "gemeente", "--partner", "VR01", "--due", "2022-06-18T08:00")
    return say("inquire", CRISIS, "--pass", a_link(Act.ASK_PARTNERS), "--question", question, *wanted, "--date", "2022-06-17")


def test_partners_are_asked_and_who_answered_is_shown_with_who_is_missing(register: Register, say: Say) -> None:
    code, told = ask(say)
    assert (code, told.strip()) == (0, "Uitvraag 1 is open tot zaterdag 18 juni 2022, 08:00, aan 3 partners.")
    give(register, 40)
    assert "1 van 3" in say("inquiries", "list", CRISIS)[1]
    code, told = say("inquiries", "show", CRISIS, "1")
    assert code == 0
    for said in ("Antwoorden: 1 van 3; 234000 van", "gemeente Achtkarspelen", "gevraagd", "op tijd", "formulier"):
        assert said in told.replace("\n", " "), said


def test_for_programs_all_of_it_is_json(register: Register, say: Say) -> None:
    ask(say)
    give(register, 40)
    told = json.loads(say("inquiries", "show", CRISIS, "1", "--json")[1])
    assert told["score"]["missing"] == {"GM0059": "gevraagd", "VR01": "gevraagd"}
    assert [answer["partner"] for answer in told["answers"]] == ["GM0014"]


def test_e17_the_same_in_other_words_is_refused_with_the_number_of_the_first(say: Say) -> None:
    ask(say)
    code, told = ask(say, "In andere woorden")
    assert code == 2
    assert "Uitvraag 1 vroeg dit" in told


def test_an_answer_is_given_back_accepted_and_the_inquiry_closed(register: Register, say: Say) -> None:
    ask(say)
    give(register, 40)
    told = say("inquiries", "judge", "1", "GM0014", "--pass", a_link(Act.JUDGE_FIGURES), "--send-back", "Zeker?")[1]
    assert "Teruggegeven" in told
    assert "Aangenomen" in say("inquiries", "judge", "1", "GM0014", "--pass", a_link(Act.JUDGE_FIGURES))[1]
    assert "gesloten, door de secretaris" in say("inquiries", "close", "1", "--pass", a_link(Act.CLOSE_INQUIRY))[1]
    assert inquiries.find(register, CRISIS, 1).closed_because is Ending.BY_HAND


def test_what_was_heard_is_written_down_with_its_source(register: Register, say: Say) -> None:
    ask(say)
    heard = ("--figure", "opvang waargenomen 40", "--said-by", "de burgemeester", "--said-at", "2022-06-17T07:30")
    code, told = say("inquiries", "enter", "1", "GM0014", "--pass", a_link(Act.ENTER_FIGURES), *heard)
    assert code == 0, told
    answer = form_answers.sheet(register, f"{CRISIS}/U1/GM0014", NOW + timedelta(hours=1)).answer
    assert answer
    assert [one.source for one in answer.figures] == ["telefonisch van de burgemeester, 17-06-2022 07:30"]


def test_a_sheet_that_a_partner_filled_in_is_taken_in_once(register: Register, say: Say, tmp_path: Path) -> None:
    ask(say)
    sheet = tmp_path / "blad.csv"
    sheet.write_text("indicator;soort;waarde;peildatum\nopvang;waargenomen;40;17-06-2022\n", encoding="utf-8")
    link = a_link(Act.ENTER_FIGURES)
    for _ in range(2):
        code, told = say("inquiries", "upload", "1", "GM0014", str(sheet), "--pass", link)
        assert (code, "1 cijfers uit blad.csv" in told) == (0, True), told
    answer = form_answers.sheet(register, f"{CRISIS}/U1/GM0014", NOW + timedelta(hours=1)).answer
    assert answer
    assert (answer.via, [int(one.value) for one in answer.figures]) == (Via.SHEET, [40])
    assert len(answer.digest) == 64
    sheet.write_text("indicator;soort;waarde;peildatum\nopvang;waargenomen;veel;17-06-2022\n", encoding="utf-8")
    code, told = say("inquiries", "upload", "1", "GM0014", str(sheet), "--pass", a_link(Act.ENTER_FIGURES))
    assert (code, "C2" in told) == (2, True), told


def test_without_the_right_link_nothing_is_asked(register: Register, say: Say) -> None:
    link = make_pass(a_grant(Act.GIVE_FIGURES, f"{CRISIS}/U1/GM0014", "gemeente"), SECRET)
    code, _ = say("inquire", CRISIS, "--pass", link, "--question", "x", "--indicator", "opvang", "--partner", "VR01")
    assert code == 2
    assert inquiries.of_crisis(register, CRISIS) == ()
