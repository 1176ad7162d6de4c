"""A paper that comes after the invitation is kept, told and marked (E07)."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from crisis.alerts import Event
from crisis.deputies import handed_on
from crisis.errors import NotYetInvited, PassInvalid, PassUsed, WrongPerson
from crisis.late_papers import LatePaper, NewPaper
from crisis.meetings import Direction
from crisis.passes import Act
from crisis.structure import Body
from integrations.register import Register, alerts, audit, late_papers, meetings
from integrations.wording.times import lead_text
from tests.building import NOW, SOMEONE, a_crisis, a_grant, a_meeting, a_register, an_outcome, invited, settled
from tests.portal_building import FILLED, Portal, a_pass, a_portal

KEY = "asiel-2022/IAO/1"
NOTE = NewPaper(title="Nota Veiligheidsberaad", text="De regio's vragen personeel.")
ADDING = a_pass() + "/papers"


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database)
    a_crisis(opened)
    a_meeting(opened)
    yield opened
    opened.close()


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path)
    yield portal
    portal.register.close()


def added(register: Register, paper: NewPaper = NOTE, minutes: int = 75, person: str = "secretaris") -> LatePaper:
    now = NOW + timedelta(minutes=minutes)
    return late_papers.add(register, a_grant(Act.RECORD_OUTCOME, KEY, person), paper, SOMEONE, now)


def told(register: Register) -> list[str]:
    return sorted(trace.to for trace in alerts.traces(register) if trace.event is Event.PAPER_ADDED)


def test_a_late_paper_is_kept_with_its_time_and_the_members_hear_of_it(register: Register) -> None:
    invited(register, Body.IAO)
    paper = added(register)
    assert late_papers.of_meeting(register, "asiel-2022", Body.IAO, 1) == (paper,)
    assert paper.before(NOW + timedelta(hours=2)) == timedelta(minutes=45)
    assert told(register) == ["liaison", "lid", "secretaris", "voorzitter"]
    assert [entry.action for entry in audit.entries(register)][-1] == "stuk.nazenden"


def test_the_frozen_papers_stay_what_they_were(register: Register) -> None:
    invited(register, Body.IAO)
    before = meetings.papers(register, "asiel-2022", Body.IAO, 1)
    added(register)
    assert meetings.papers(register, "asiel-2022", Body.IAO, 1) == before


def test_the_same_content_twice_is_one_paper(register: Register) -> None:
    invited(register, Body.IAO)
    first = added(register)
    assert added(register, minutes=90) == first
    assert added(register, NOTE.model_copy(update={"title": "Een andere nota"}), 90).number == 2
    assert len(told(register)) == 8


def test_before_the_invitation_and_after_the_outcome_nothing_is_added(register: Register) -> None:
    with pytest.raises(NotYetInvited):
        added(register)
    invited(register, Body.IAO)
    settled(register, KEY, an_outcome(register, Body.IAO, Direction.HOLD))
    with pytest.raises(PassUsed):
        added(register)
    assert late_papers.of_meeting(register, "asiel-2022", Body.IAO, 1) == ()


def test_a_late_paper_does_not_spend_the_link_that_records_the_outcome(register: Register) -> None:
    invited(register, Body.IAO)
    added(register)
    assert not settled(register, KEY, an_outcome(register, Body.IAO, Direction.HOLD)).is_open


def test_nobody_but_the_secretary_adds_a_paper(register: Register) -> None:
    invited(register, Body.IAO)
    with pytest.raises(WrongPerson):
        added(register, person="lid")
    with pytest.raises(PassInvalid):
        late_papers.add(register, a_grant(Act.READ_PAPERS, KEY, "lid"), NOTE, SOMEONE, NOW)
    assert told(register) == []


def test_a_deputy_adds_a_paper_with_the_link_that_was_handed_on(register: Register) -> None:
    invited(register, Body.IAO)
    theirs = handed_on(a_grant(Act.RECORD_OUTCOME, KEY), "lid", NOW)
    assert late_papers.add(register, theirs, NOTE, SOMEONE, NOW).by == "lid"


def test_a_paper_without_a_title_is_refused_by_its_field(portal: Portal) -> None:
    page = portal.send(ADDING, {"title": " ", "text": "x"})
    assert page.status_code == 422
    assert '<a href="#title">' in page.text


def test_the_secretary_adds_a_paper_from_the_page_and_every_reader_sees_how_late_it_came(portal: Portal) -> None:
    assert ADDING in portal.open(a_pass()).text
    assert portal.send(ADDING, {"title": NOTE.title, "text": NOTE.text}).status_code == 303
    for path in (ADDING, a_pass(), a_pass("lid", Act.READ_PAPERS)):
        page = unescape(portal.open(path).text)
        assert NOTE.title in page
        assert "119 minuten voor aanvang" in page, "the clock of the portal runs"
    assert portal.send(a_pass(), FILLED).status_code == 303, "the link still records the outcome"
    assert "<form" not in portal.open(ADDING).text


def test_a_member_cannot_add_a_paper(portal: Portal) -> None:
    reading = a_pass("lid", Act.READ_PAPERS)
    assert portal.open(f"{reading}/papers").status_code == 403
    assert portal.send(f"{reading}/papers", {"title": "x", "text": "y"}).status_code == 403


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (45, "45 minuten voor aanvang"),
        (119, "119 minuten voor aanvang"),
        (150, "2 uur 30 minuten voor aanvang"),
        (-1, "na aanvang"),
    ],
)
def test_how_late_a_paper_came_is_said_in_words(minutes: int, words: str) -> None:
    assert lead_text(timedelta(minutes=minutes), "nl") == words
