"""What is on file in a crisis: who may see what, the papers made from it, and the decision register as people see it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.actions import ActionItem, ActionState
from crisis.agenda import Heading, Subject
from crisis.decisions import HIDDEN, AdviceGiven, Decision, DecisionKind, DecisionStage, Secrecy
from crisis.figures import FigureKind
from crisis.files import Files, freeze
from crisis.measures import Horizon, Measure
from crisis.meetings import Papers
from crisis.passes import Act
from crisis.requests import Answered, GivenReply, Request
from crisis.situation import Picture
from crisis.structure import Body
from integrations.register import meetings
from integrations.wording.agenda import agenda_text
from integrations.wording.decision_list import contradiction_texts, decision_rows, measure_rows
from integrations.wording.papers import decisions_paper
from tests.building import NOW, SOMEONE, a_decision, a_meeting, a_plan
from tests.portal_building import Portal, a_pass, a_portal, some_papers
from tests.test_actions import an_item
from tests.test_situation import a_picture, three_regions

WORDS = "Wij kopen de gebouwen"


def taken(number: int, body: Body = Body.MCCB, at: int = 0, **changes: Any) -> Decision:
    kind = changes.pop("kind", DecisionKind.DECISION)
    new = a_decision(changes.pop("text", WORDS), kind, **changes)
    place = {"crisis": "asiel-2022", "number": number, "body": body, "meeting": 1, "at": NOW + timedelta(hours=at)}
    return Decision.model_validate(dict(new) | place)


def asked(decision: int, *replies: GivenReply, addressee: str = "liaison") -> Request:
    return Request(
        crisis="asiel-2022", decision=decision, addressee=addressee, put_at=NOW, next_reminder_at=None, replies=replies
    )


def a_reply(answer: Answered, at: int = 1) -> GivenReply:
    words = {"condition": f"{WORDS}, mits", "reason": f"{WORDS}, want"}
    return GivenReply(answer=answer, number=1, at=NOW + timedelta(hours=at), by="liaison", **words)


def nkc(decision: int, at: int = 1) -> AdviceGiven:
    moment = NOW + timedelta(hours=at)
    return AdviceGiven(strategy=WORDS, effects=WORDS, crisis="asiel-2022", decision=decision, at=moment, by="woordvoerder")


def a_measure(target: int = 100, **changes: Any) -> Measure:
    fields = {"horizon": Horizon.SHORT, "aim": "Genoeg plaatsen", "indicator": "opvang", "target": Decimal(target)}
    return Measure.model_validate(fields | changes)


def everything(secrecy: Secrecy, body: Body) -> Files:
    return Files(
        decisions=(taken(1, body, secrecy=secrecy, dissent=WORDS, conditions=WORDS, addressees=("liaison",)),),
        communication=(nkc(1),),
        requests=(asked(1, a_reply(Answered.CONDITIONAL)),),
        actions=(an_item(title=WORDS, evidence=WORDS, to=WORDS, secrecy=secrecy, body=body),),
    )


@given(secrecy=st.sampled_from(Secrecy), of=st.sampled_from(Body), reader=st.none() | st.sampled_from(Body))
def test_what_is_secret_and_all_that_follows_from_it_stays_with_its_body_and_those_above(
    secrecy: Secrecy, of: Body, reader: Body | None
) -> None:
    seen = everything(secrecy, of).seen_by(reader).model_dump_json()
    assert (WORDS in seen) is (secrecy is not Secrecy.SECRET or (reader is not None and reader.rank >= of.rank))


@given(reader=st.none() | st.sampled_from(Body))
def test_that_there_is_a_secret_decision_is_not_hidden(reader: Body | None) -> None:
    files = everything(Secrecy.SECRET, Body.ICCB)
    seen = files.seen_by(reader)
    assert [(d.number, d.kind, d.at) for d in seen.decisions] == [(d.number, d.kind, d.at) for d in files.decisions]
    assert [len(part) for part in dict(seen).values()] == [1, 1, 1, 1]


def papers_of(body: Body, files: Files) -> Papers:
    return freeze(body, None, files, Picture(**dict(a_picture({"VR01": 40})) | {"body": body}), NOW)


def test_the_papers_hold_the_fixed_agenda_in_its_order() -> None:
    papers = papers_of(Body.MCCB, Files(decisions=(taken(1, Body.ICCB, kind=DecisionKind.ADVICE),)))
    assert [item.heading for item in papers.agenda] == list(Heading)
    assert [point.subject for point in papers.agenda[1].points] == [Subject.ADVICE]


def test_the_papers_of_another_body_do_not_hold_what_is_secret() -> None:
    files = everything(Secrecy.SECRET, Body.MCCB)
    assert WORDS not in papers_of(Body.IAO, files).model_dump_json()
    assert WORDS in papers_of(Body.MCCB, files).model_dump_json()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_point_of_the_agenda_is_said_by_name(language: str) -> None:
    files = Files(
        decisions=(
            taken(1, Body.ICCB, ground="nood"),
            taken(2, kind=DecisionKind.REQUEST, addressees=("liaison",), measure=a_measure()),
            taken(3, measure=a_measure(50, horizon=Horizon.LONG), review_at=NOW),
            taken(4, stage=DecisionStage.INTENDED),
            taken(5, Body.ICCB, kind=DecisionKind.ADVICE),
        ),
        requests=(asked(2, a_reply(Answered.REFUSED)), asked(2, addressee="lid")),
        actions=(an_item(),),
    )
    agenda = papers_of(Body.MCCB, files).agenda
    assert {point.subject for item in agenda for point in item.points} == set(Subject)
    told = [line for item in agenda_text(agenda, three_regions(), language) for line in item.lines]
    assert any("liaison: geweigerd" in line or "liaison: refused" in line for line in told)
    assert any("VR02, VR03" in line for line in told)


def test_the_list_says_where_a_decision_stands_and_what_was_answered() -> None:
    decisions = [taken(1), taken(2, replaces=1, kind=DecisionKind.REQUEST, addressees=("liaison", "lid"))]
    rows = decision_rows(decisions, [asked(2, a_reply(Answered.REFUSED)), asked(2, addressee="lid")], a_plan())
    assert [row[2] for row in rows] == ["vervangen", "van kracht"]
    assert rows[1][5] == "liaison: geweigerd; lid BZK: nog geen antwoord"


def test_two_numbers_for_one_target_are_shown_as_a_contradiction() -> None:
    decisions = [taken(1, measure=a_measure(100)), taken(2, measure=a_measure(150))]
    (told,) = contradiction_texts(decisions, three_regions())
    assert "Nummer 1 en nummer 2" in told
    assert "100 plaatsen tegenover 150 plaatsen" in told
    paper = decisions_paper("Asiel", decisions, three_regions())
    assert "## Tegenspraak" in paper


def test_the_progress_of_a_measure_says_how_complete_it_is_and_unknown_is_not_zero() -> None:
    decisions = [taken(1, measure=a_measure(horizon=Horizon.LONG)), taken(2, measure=a_measure())]
    rows = measure_rows(decisions, a_picture({"VR01": 40}), three_regions())
    assert [(row[0], row[1]) for row in rows] == [("korte termijn", 2), ("lange termijn", 1)]
    assert rows[0][5:] == ("40 van 100, nog 60", a_picture({"VR01": 40}).rows[0].completeness)
    assert measure_rows(decisions, a_picture({}), three_regions())[0][5] == "onbekend"
    assert measure_rows(decisions, None, three_regions())[0][5] == "onbekend"
    assert measure_rows(decisions, None, three_regions())[0][3] == "Plaatsen"


def test_prefect_is_shown_no_secret_words() -> None:
    files = everything(Secrecy.SECRET, Body.MCCB).seen_by(None)
    paper = decisions_paper("Asiel", files.decisions, a_plan(), files.requests)
    assert WORDS not in paper
    assert "| 1 | besluit | van kracht | MCCb 1 |" in paper
    assert HIDDEN.partition(" ")[0] in paper


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path, levels={Body.IAO, Body.ICCB})
    yield portal
    portal.register.close()


def with_files(portal: Portal, files: Files) -> str:
    """The page on which a member of the ICCb reads the papers that are made from this."""
    a_meeting(portal.register, body=Body.ICCB)
    picture = some_papers(portal.register, Body.ICCB).picture
    papers = freeze(Body.ICCB, None, files, picture, NOW)
    late = NOW + timedelta(minutes=100)
    meetings.invite(portal.register, "asiel-2022", Body.ICCB, 1, papers, SOMEONE, late)
    return unescape(portal.open(a_pass("lid", Act.READ_PAPERS, "asiel-2022/ICCb/1")).text)


def test_a_member_reads_agenda_requests_and_advice_and_sees_that_the_time_was_short(portal: Portal) -> None:
    page = with_files(
        portal,
        Files(
            decisions=(taken(1, Body.ICCB, kind=DecisionKind.REQUEST, addressees=("liaison",)), taken(2, replaces=1)),
            requests=(asked(1, a_reply(Answered.CONDITIONAL)),),
            communication=(nkc(1),),
        ),
    )
    places = [page.index(heading) for heading in Heading]
    assert places == sorted(places)
    for told in ("aanvaard onder voorwaarde", f"{WORDS}, mits", "Adviezen van het NKC: 1", "vervangen"):
        assert told in page
    assert "korte leestijd: 20 minuten voor aanvang" in page


def test_a_member_of_another_body_does_not_read_what_is_secret(portal: Portal) -> None:
    page = with_files(portal, everything(Secrecy.SECRET, Body.MCCB))
    assert HIDDEN in page
    assert WORDS not in page


def test_figures_are_of_the_kind_that_the_measure_names() -> None:
    rows = measure_rows([taken(1, measure=a_measure(kind=FigureKind.TARGET))], a_picture({"VR01": 40}), three_regions())
    assert rows[0][5] == "onbekend"


def test_a_closed_action_item_is_not_in_the_papers() -> None:
    items: tuple[ActionItem, ...] = (an_item(), an_item(number=2, state=ActionState.CLOSED))
    assert [item.number for item in papers_of(Body.IAO, Files(actions=items)).actions] == [1]
