"""What was known when: at or before the decision on one side, all that came after on the other; and who reads it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from crisis.actions import ActionItem
from crisis.alerts import Event
from crisis.attendance import Capacity, Present
from crisis.decisions import (
    HIDDEN,
    AdviceGiven,
    CommunicationAdvice,
    Decision,
    DecisionKind,
    DecisionStage,
    Secrecy,
    Status,
)
from crisis.deputies import handed_on
from crisis.dossier import Dossier, FrozenPicture, OtherFigure, Sitting, Sources, dossier
from crisis.errors import NoLongerSeated, NoSuchDecision, PassInvalid, PassUsed, WrongRole
from crisis.files import Files, freeze
from crisis.inquiries import Answer, Submission
from crisis.late_papers import LatePaper, NewPaper
from crisis.meetings import Direction, Meeting, Outcome, Papers, Stage
from crisis.members import Release
from crisis.passes import Act
from crisis.requests import Answered, GivenReply, Reply
from crisis.situation import Picture, draw_picture
from crisis.structure import Body
from integrations.register import (
    Register,
    alerts,
    audit,
    communication,
    crises,
    deputies,
    files,
    intake,
    late_papers,
    meetings,
    members,
    outcomes,
)
from integrations.register import dossier as dossiers
from integrations.register import requests as asked_of
from integrations.wording import dossier as dossier_words
from integrations.wording import dossier_later, dossier_parts, dossier_then
from integrations.wording.dossier import DossierText, dossier_paper
from integrations.wording.english import WORDS
from tests.building import NOW, SOMEONE, a_crisis, a_decision, a_grant, a_meeting, a_plan, a_register, head_pass
from tests.portal_building import Portal, a_pass, a_portal
from tests.test_actions import an_item
from tests.test_files import a_measure, a_reply, asked, nkc, taken
from tests.test_situation import REGIONS, a_figure, three_regions

FROZEN, MOMENT = 60, 120
"""Minutes after NOW: when the papers of the decision were frozen, and when it was taken."""


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


RECORDED: dict[type[BaseModel], str] = {
    Decision: "at",
    AdviceGiven: "at",
    GivenReply: "at",
    LatePaper: "sent_at",
    Papers: "frozen_at",
    Answer: "received_at",
    OtherFigure: "frozen_at",
    ActionItem: "opened_at",
}
"""When each of these was recorded."""


def recorded_in(value: object) -> Iterator[datetime]:
    """When everything in this was recorded, however deep it lies."""
    match value:
        case BaseModel():
            if when := RECORDED.get(type(value)):
                yield getattr(value, when)
            for _, inner in value:
                yield from recorded_in(inner)
        case tuple():
            for inner in value:
                yield from recorded_in(inner)


def a_picture(body: Body = Body.MCCB, number: int = 1, minutes: int = FROZEN, **values: int) -> Picture:
    answers = [
        Answer(
            partner=r,
            submission=Submission.ON_TIME if r in values else Submission.SILENT,
            received_at=at(minutes),
            figures=(a_figure(r, values[r]),) if r in values else (),
        )
        for r in REGIONS
    ]
    return draw_picture("asiel-2022", (body, number), three_regions(), answers, None, at(minutes))


def sources(*decisions: Decision, number: int = 2, **changes: Any) -> Sources:
    """Those of a decision of MCCb 1, written down at MOMENT on papers of FROZEN."""
    meeting = Meeting(
        crisis="asiel-2022",
        body=Body.MCCB,
        number=1,
        stage=Stage.RECORDED,
        convened_at=NOW,
        planned_at=at(90),
        invited_at=at(FROZEN),
        recorded_at=at(MOMENT),
        recorded_by="secretaris",
        direction=Direction.HOLD,
        summary="Geheim verslag.",
    )
    known = Files(decisions=tuple(d for d in decisions if d.at <= at(FROZEN)))
    fields: dict[str, Any] = {
        "title": "Asiel",
        "number": number,
        "sitting": Sitting(meeting=meeting, written_at=at(MOMENT), chair="voorzitter", reading_minutes=60),
        "files": Files(decisions=decisions),
        "papers": freeze(Body.MCCB, None, known, a_picture(VR01=40), at(FROZEN)),
    }
    return Sources.model_validate(fields | changes)


ADVICE = taken(1, Body.ICCB, kind=DecisionKind.ADVICE)


def the_decision(**changes: Any) -> Decision:
    return taken(2, at=2, rests_on=(1,), **changes)


def some(make: Any, at_least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    """Some of these, each recorded at any minute of the day."""
    return st.lists(st.integers(at_least, 600).map(make), max_size=4).map(tuple)


def moved(decision: Decision, minutes: int) -> Decision:
    return decision.model_copy(update={"at": at(minutes)})


def a_late_paper(minutes: int) -> LatePaper:
    return LatePaper(
        title="Nota",
        text="x",
        crisis="asiel-2022",
        body=Body.MCCB,
        meeting=1,
        number=1,
        digest="",
        sent_at=at(minutes),
        by="secretaris",
    )


def any_picture(minutes: int) -> FrozenPicture:
    return FrozenPicture(picture=a_picture(Body.IAO, 2, minutes, VR01=30), frozen_at=at(minutes))


def an_answer(minutes: int) -> Answer:
    partner = REGIONS[1 + minutes % 2]
    return Answer(
        partner=partner, submission=Submission.ON_TIME, received_at=at(minutes), figures=(a_figure(partner, minutes),)
    )


def later_decision(minutes: int) -> Decision:
    changes: dict[str, Any] = {"replaces": 2} if minutes % 2 else {"measure": a_measure(minutes)}
    return moved(taken(3 + minutes, Body.ICCB, **changes), minutes)


@st.composite
def any_sources(draw: st.DrawFn) -> Sources:
    others = draw(some(later_decision))
    decided = the_decision(replaces=draw(st.none() | st.just(1)), measure=a_measure(50))
    replies = draw(some(lambda minutes: a_reply(Answered.REFUSED).model_copy(update={"at": at(minutes)})))
    return sources(
        ADVICE,
        decided,
        *others,
        files=Files(
            decisions=(ADVICE, decided, *others),
            communication=draw(some(lambda m: nkc(1 + m % 2).model_copy(update={"at": at(m)}))),
            requests=(asked(1, *replies), asked(2, *replies)),
            actions=draw(some(lambda m: an_item(decision=2, opened_at=at(m)), at_least=MOMENT)),
        ),
        pictures=draw(some(any_picture)),
        answers=draw(some(an_answer, at_least=FROZEN + 1)),
        late_papers=draw(some(a_late_paper)),
    )


@given(any_sources())
def test_nothing_recorded_after_the_decision_stands_under_known_then_and_nothing_before_it_under_later(of: Sources) -> None:
    made = dossier(of)
    assert all(when <= made.moment for when in recorded_in(made.then))
    assert all(when >= made.moment for when in recorded_in(made.later))
    facts = made.later.model_copy(update={"actions": ()})
    assert all(when > made.moment for when in recorded_in(facts)), "only what follows from it begins at the very moment"


@given(any_sources())
def test_everything_stands_on_one_side_and_nothing_is_lost(of: Sources) -> None:
    made = dossier(of)
    assert len(made.then.late_papers) + len(made.later.late_papers) == len(of.late_papers)
    assert {*made.then.nkc, *made.later.nkc} == set(of.files.communication)
    heard = {a.partner for a in (*made.then.answers_after_papers, *made.later.answers)}
    assert heard == {a.partner for a in of.answers}
    assert made.later.actions == of.files.actions


@given(any_sources())
def test_what_came_after_the_papers_is_never_in_them(of: Sources) -> None:
    made = dossier(of)
    assert made.then.papers == of.papers
    between = (*made.then.answers_after_papers, *made.then.figures_after_papers)
    assert all(at(FROZEN) < when <= made.moment for when in recorded_in(between))


def test_the_advice_it_rests_on_is_there_in_full() -> None:
    assert dossier(sources(ADVICE, the_decision())).then.advice == (ADVICE,)


def test_a_later_decision_that_replaces_it_changes_where_it_stands_now() -> None:
    made = dossier(sources(ADVICE, the_decision(), taken(3, Body.ICCB, at=5, replaces=2)))
    assert (made.later.status, [d.number for d in made.later.changed_by]) == (Status.REPLACED, [3])


def test_a_contradiction_stands_on_the_side_of_the_decision_that_came_with_it() -> None:
    first, later = taken(1, Body.ICCB, measure=a_measure(10)), taken(3, Body.ICCB, at=5, measure=a_measure(30))
    made = dossier(sources(first, the_decision(measure=a_measure(20)), later))
    assert [d.number for d in made.then.contradicted] == [1]
    assert [d.number for d in made.later.contradicted] == [3]


def test_a_figure_is_compared_only_where_the_same_areas_gave_it() -> None:
    pictures = [FrozenPicture(picture=a_picture(Body.IAO, n, 200 + n, **v), frozen_at=at(200 + n)) for n, v in enumerate(GIVEN)]
    figures = dossier(sources(ADVICE, the_decision(), pictures=pictures)).later.figures
    assert [(f.meeting, f.difference) for f in figures] == [("IAO 0", Decimal(-10)), ("IAO 2", None)]


GIVEN: list[dict[str, int]] = [{"VR01": 30}, {"VR01": 20}, {"VR01": 20, "VR02": 5}]


def test_progress_then_and_now_are_two_figures() -> None:
    later = FrozenPicture(picture=a_picture(Body.IAO, 2, 300, VR01=90), frozen_at=at(300))
    made = dossier(sources(ADVICE, the_decision(measure=a_measure(100)), pictures=[later]))
    assert made.then.progress
    assert made.later.progress
    assert (made.then.progress.value, made.later.progress.value) == (Decimal(40), Decimal(90))


def test_a_decision_without_papers_says_so() -> None:
    made = dossier(sources(ADVICE, the_decision(), papers=None))
    assert "Er waren geen stukken." in dossier_paper(made, three_regions())


@given(of=any_sources(), reader=st.none() | st.sampled_from(Body))
def test_who_sits_elsewhere_reads_nothing_secret(of: Sources, reader: Body | None) -> None:
    secret = the_decision(secrecy=Secrecy.SECRET, text="HEEL GEHEIM", dissent="HEEL GEHEIM")
    kept = of.files.model_copy(update={"decisions": (secret, *(d for d in of.files.decisions if d.number != 2))})
    seen = dossier(of.model_copy(update={"files": kept}).seen_by(reader)).model_dump_json()
    assert ("HEEL GEHEIM" in seen) is (reader is Body.MCCB)
    assert ("Geheim verslag." in seen) is (reader is Body.MCCB)


# In words


@pytest.mark.parametrize("language", ["nl", "en"])
@given(of=any_sources())
def test_every_dossier_can_be_said_in_both_languages(language: str, of: Sources) -> None:
    paper = dossier_paper(dossier(of), three_regions(), language)
    assert paper.index("Bekend op dat moment" if language == "nl" else "Known at that moment") < paper.index(
        "Wat later kwam" if language == "nl" else "What came later"
    )


def test_every_sentence_of_a_dossier_is_there_in_english() -> None:
    said: set[str] = set()
    for module in (dossier_parts, dossier_then, dossier_later, dossier_words):
        text = Path(module.__file__ or "").read_text(encoding="utf-8")
        said |= set(re.findall(r"(?:say\(|title =)\s*\"([^\"]+)\"", text))
        for words in re.findall(r"words\.all\(([^)]*)\)", text):
            said |= set(re.findall(r"\"([^\"]+)\"", words))
    assert len(said) > 60
    assert said <= WORDS.keys()


def test_what_people_typed_does_nothing_in_a_dossier() -> None:
    text = "<script>alert(1)</script> [klik](https://kwaad.voorbeeld)\n# kop"
    paper = dossier_paper(dossier(sources(ADVICE, the_decision(text=text, dissent=text))), three_regions())
    assert "<script>" not in paper.replace("\\<", "")
    assert not any(line.startswith("# kop") for line in paper.splitlines())


def test_the_ways_in_which_input_is_missing_are_different_words() -> None:
    ways = dict(zip(REGIONS, (Submission.LATE, Submission.REFUSED, Submission.UNREADABLE), strict=True))
    picture = a_picture(VR01=40).model_copy(update={"submissions": ways})
    papers = Papers(picture=picture, decisions=(), actions=(), frozen_at=at(FROZEN))
    made = dossier(sources(ADVICE, the_decision(), papers=papers, details={"VR03": "geen JSON"}))
    paper = dossier_paper(made, three_regions())
    for row in ("| VR01 | te laat, maar meegenomen |", "| VR02 | geweigerd | – |", "| VR03 | onleesbaar | geen JSON |"):
        assert row in paper


# From the register


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    plan = three_regions()
    member = plan.people["lid"].model_copy(update={"deputy": "voorzitter"})
    plan = plan.model_copy(update={"people": plan.people | {"lid": member}})
    opened = a_register(database, plan)
    a_crisis(opened, levels={Body.IAO, Body.MCCB})
    yield opened
    opened.close()


def decided(register: Register) -> Dossier:
    """The MCCb intends, on advice of the IAO, while VR03 refuses; a nota comes late; the chair confirms half an hour later."""
    _advised(register)
    plan = crises.find(register, "asiel-2022").plan
    a_meeting(register, body=Body.MCCB)
    answers = [
        Answer(partner="VR01", submission=Submission.ON_TIME, received_at=at(20), figures=(a_figure("VR01", 40),)),
        Answer(partner="VR02", submission=Submission.SILENT, received_at=at(20)),
        Answer(partner="VR03", submission=Submission.REFUSED, received_at=at(20), detail="HTTP 403"),
    ]
    intake.take_in(register, "asiel-2022", Body.MCCB, 1, answers, SOMEONE, at(20))
    picture = draw_picture("asiel-2022", (Body.MCCB, 1), plan, answers, None, at(25))
    papers = freeze(Body.MCCB, None, files.of_crisis(register, "asiel-2022"), picture, at(30))
    meetings.invite(register, "asiel-2022", Body.MCCB, 1, papers, SOMEONE, at(30))
    recording = a_grant(Act.RECORD_OUTCOME, "asiel-2022/MCCb/1")
    late_papers.add(register, recording, NewPaper(title="Nota", text="Dertig mensen."), SOMEONE, at(100))
    outcome = Outcome(
        direction=Direction.HOLD,
        summary="Wij vragen het.",
        decisions=(
            a_decision("Vraag plaatsen.", DecisionKind.REQUEST, rests_on=(1,), addressees=("liaison",), measure=a_measure(100)),
            a_decision("Wij kopen.", stage=DecisionStage.INTENDED, secrecy=Secrecy.SECRET),
        ),
        present=(Present(name="voorzitter"), Present(name="lid", capacity=Capacity.DEPUTY, deputises_for="liaison")),
    )
    outcomes.record(register, recording, outcome, SOMEONE, at(150))
    confirming = a_grant(Act.CONFIRM_OUTCOME, "asiel-2022/MCCb/1", "voorzitter", issued_at=at(150))
    outcomes.confirm(register, confirming, True, "", SOMEONE, at(180))
    return dossiers.of_decision(register, "asiel-2022", 2, Body.MCCB)


def _advised(register: Register) -> None:
    a_meeting(register)
    plan = crises.find(register, "asiel-2022").plan
    picture = draw_picture("asiel-2022", (Body.IAO, 1), plan, (), None, NOW)
    meetings.invite(register, "asiel-2022", Body.IAO, 1, freeze(Body.IAO, None, Files(), picture, NOW), SOMEONE, NOW)
    advice = a_decision("Vraag de regio's om plaatsen.", DecisionKind.ADVICE)
    outcome = Outcome(direction=Direction.HOLD, summary="Vol.", decisions=(advice,))
    outcomes.record(register, a_grant(Act.RECORD_OUTCOME, "asiel-2022/IAO/1"), outcome, SOMEONE, at(10))


def gone_on(register: Register) -> None:
    """VR02 answers for the next meeting of the IAO; the liaison refuses; the NKC advises."""
    meetings.convene(register, "asiel-2022", Body.IAO, 2, at(400), SOMEONE, at(200))
    plan = crises.find(register, "asiel-2022").plan
    given = [
        Answer(partner=r, submission=Submission.ON_TIME, received_at=at(210), figures=(a_figure(r, v),))
        for r, v in (("VR01", 55), ("VR02", 5))
    ]
    intake.take_in(register, "asiel-2022", Body.IAO, 2, given, SOMEONE, at(210))
    picture = draw_picture("asiel-2022", (Body.IAO, 2), plan, given, None, at(220))
    meetings.invite(register, "asiel-2022", Body.IAO, 2, freeze(Body.IAO, None, Files(), picture, at(220)), SOMEONE, at(220))
    no = Reply(answer=Answered.REFUSED, reason="Geen personeel.")
    asked_of.reply(register, a_grant(Act.ANSWER_REQUEST, "asiel-2022/B2/liaison", "liaison"), no, SOMEONE, at(230))
    advice = CommunicationAdvice(strategy="Eerst de regio's.", effects="Onrust.")
    communication.advise(register, a_grant(Act.ADVISE, "asiel-2022/B3", "woordvoerder"), advice, SOMEONE, at(240))


def test_a_dossier_is_gathered_from_the_register(register: Register) -> None:
    made = decided(register)
    sitting = made.sitting
    assert (made.moment, sitting.meeting.recorded_at) == (at(150), at(180)), "decided when written down; confirmed later"
    assert (sitting.chair, [p.name for p in sitting.present]) == ("voorzitter", ["voorzitter", "lid"])
    assert (sitting.meeting.recorded_by, sitting.meeting.confirmed_by) == ("secretaris", "voorzitter")
    assert sitting.papers_digest
    assert [(m.partner, m.how, m.detail) for m in made.then.missing] == [
        ("VR02", Submission.SILENT, ""),
        ("VR03", Submission.REFUSED, "HTTP 403"),
    ]
    assert [d.number for d in made.then.advice] == [1]
    assert [p.title for p in made.then.late_papers] == ["Nota"]
    assert made.then.progress
    assert made.then.progress.value == Decimal(40)


def test_what_goes_on_afterwards_stands_under_later_and_changes_nothing_that_was_known(register: Register) -> None:
    before = decided(register)
    gone_on(register)
    made = dossiers.of_decision(register, "asiel-2022", 2, Body.MCCB)
    assert made.then == before.then
    assert [(a.partner, a.received_at) for a in made.later.answers] == [("VR02", at(210))]
    assert [(f.row.value, f.difference) for f in made.later.figures] == [(Decimal(60), None)]
    assert [r.reply.answer for r in made.later.replies] == [Answered.REFUSED]
    assert dossiers.of_decision(register, "asiel-2022", 3, Body.MCCB).later.nkc[0].effects == "Onrust."


def test_an_auditor_reads_what_is_secret_and_the_reading_is_in_the_audit_trail_once_per_quarter(register: Register) -> None:
    decided(register)
    reading = a_grant(Act.READ_DOSSIER, "asiel-2022/dossier", "auditor")
    deed = type(SOMEONE)(actor="auditor", origin="toets")
    for minutes in (300, 305, 314, 315):
        assert dossiers.read(register, reading, 3, deed, at(minutes)).decision.text == "Wij kopen."
    dossiers.read(register, reading, 2, deed, at(315))
    read = [(e.object, e.actor, e.at) for e in audit.entries(register) if e.action == "dossier.inzien"]
    assert read == [
        ("asiel-2022/B3", "auditor", at(300)),
        ("asiel-2022/B3", "auditor", at(315)),
        ("asiel-2022/B2", "auditor", at(315)),
    ]


def test_whoever_is_no_auditor_is_refused_and_that_is_in_the_trail(register: Register) -> None:
    decided(register)
    with pytest.raises(WrongRole):
        dossiers.read(register, a_grant(Act.READ_DOSSIER, "asiel-2022/dossier", "lid"), 3, SOMEONE, at(300))
    assert [e.result for e in audit.entries(register) if e.action == "dossier.inzien"] == ["geweigerd"]


def test_a_member_reads_what_their_own_body_decided_and_nothing_of_another(register: Register) -> None:
    decided(register)
    own = a_grant(Act.READ_PAPERS, "asiel-2022/MCCb/1", "lid")
    assert dossiers.read(register, own, 3, SOMEONE, at(300)).decision.text == "Wij kopen."
    with pytest.raises(PassInvalid):
        dossiers.read(register, a_grant(Act.READ_PAPERS, "asiel-2022/IAO/1", "lid"), 3, SOMEONE, at(300))
    with pytest.raises(PassInvalid):
        dossiers.read(register, a_grant(Act.RECORD_OUTCOME, "asiel-2022/MCCb/1"), 3, SOMEONE, at(300))
    with pytest.raises(NoSuchDecision):
        dossiers.read(register, own, 9, SOMEONE, at(300))


def test_who_left_the_body_reads_nothing_of_what_came_later(register: Register) -> None:
    """The link to the papers of then still works; the dossier also has what was answered and advised since."""
    decided(register)
    reading = a_grant(Act.READ_PAPERS, "asiel-2022/MCCb/1", "lid")
    assert dossiers.read(register, reading, 3, SOMEONE, at(200)).decision.text == "Wij kopen."
    leaving = Release(body=Body.MCCB, person="lid", decided_by="minister-president", reason="Een ander komt.")
    members.release(register, head_pass(register, Act.RELEASE, Body.MCCB), leaving, SOMEONE, at(210))
    with pytest.raises(NoLongerSeated):
        dossiers.read(register, reading, 3, SOMEONE, at(220))


def test_a_link_that_was_handed_on_opens_no_dossier_any_more(register: Register) -> None:
    decided(register)
    own = a_grant(Act.READ_PAPERS, "asiel-2022/MCCb/1", "lid")
    deputies.hand_on(register, own, SOMEONE, at(200))
    with pytest.raises(PassUsed):
        dossiers.read(register, own, 3, SOMEONE, at(300))
    assert dossiers.read(register, handed_on(own, "voorzitter", at(200)), 3, SOMEONE, at(300)).decision.text == "Wij kopen."


def test_without_a_link_nothing_secret_is_in_a_dossier(register: Register) -> None:
    decided(register)
    made = dossiers.of_decision(register, "asiel-2022", 3)
    assert (made.decision.text, made.sitting.present) == (HIDDEN, ())
    assert "Wij kopen" not in made.model_dump_json()


def test_an_auditor_gets_one_link_per_quarter_of_an_hour_and_nobody_else_any(register: Register) -> None:
    for minutes in (0, 5, 14, 15):
        dossiers.ask_link(register, "asiel-2022", "auditor", SOMEONE, at(minutes))
    with pytest.raises(WrongRole):
        dossiers.ask_link(register, "asiel-2022", "lid", SOMEONE, NOW)
    sent = [trace.to for trace in alerts.traces(register) if trace.event is Event.DOSSIER_LINK_ASKED]
    assert sent == ["auditor", "auditor"]
    assert [e.action for e in audit.entries(register)].count("link.aanvragen") == 2


# In the portal


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path, three_regions())
    yield portal
    portal.register.close()


AUDITOR = a_pass("auditor", Act.READ_DOSSIER, "asiel-2022/dossier")
ASKING = "/crises/asiel-2022/dossier"


def taken_at_the_iao(portal: Portal) -> None:
    fields = {
        "direction": "handhaven",
        "summary": "Vol.",
        "decisions.1.kind": "advies",
        "decisions.1.text": "Open <b>alles</b>.",
    }
    assert portal.send(a_pass(), fields).status_code == 303


def test_an_auditor_asks_for_the_link_and_it_is_not_shown(portal: Portal) -> None:
    assert ASKING in portal.open("/crises/asiel-2022").text
    page = portal.open(ASKING).text
    assert '<option value="auditor">auditor</option>' in page
    assert "lid BZK" not in page
    sent = portal.send(ASKING, {"person": "auditor"})
    assert sent.status_code == 200
    assert "De link is gemaild aan auditor" in sent.text
    assert "/p/" not in sent.text
    assert [t.to for t in alerts.traces(portal.register) if t.event is Event.DOSSIER_LINK_ASKED] == ["auditor"]


@pytest.mark.parametrize(("person", "status"), [("lid", 403), ("", 422), ("niemand", 403)])
def test_nobody_else_gets_one(portal: Portal, person: str, status: int) -> None:
    assert portal.send(ASKING, {"person": person}).status_code == status
    assert [t for t in alerts.traces(portal.register) if t.event is Event.DOSSIER_LINK_ASKED] == []


def test_an_auditor_opens_the_list_and_every_dossier_as_often_as_needed(portal: Portal) -> None:
    taken_at_the_iao(portal)
    for _ in range(2):
        assert f"{AUDITOR}/decisions/1" in portal.open(AUDITOR).text
        page = portal.open(f"{AUDITOR}/decisions/1")
        assert page.status_code == 200
        assert "Open &lt;b&gt;alles&lt;/b&gt;." in page.text
        assert page.text.index("Bekend op dat moment") < page.text.index("Wat later kwam")
    assert [e.actor for e in audit.entries(portal.register) if e.action == "dossier.inzien"] == ["auditor"]
    assert portal.send(AUDITOR, {}).status_code == 403
    assert portal.open(f"{AUDITOR}/decisions/9").status_code == 404


def test_a_member_reaches_the_dossier_from_the_papers(portal: Portal) -> None:
    taken_at_the_iao(portal)
    reading = a_pass("lid", Act.READ_PAPERS)
    assert f"{reading}/decisions/1" in portal.open(reading).text
    assert portal.open(f"{reading}/decisions/1").status_code == 200
    assert [e for e in audit.entries(portal.register) if e.action == "dossier.inzien"] == []


def test_other_links_open_no_dossier(portal: Portal) -> None:
    taken_at_the_iao(portal)
    assert portal.open(f"{a_pass()}/decisions/1").status_code == 403
    for act, object_ in ((Act.READ_PAPERS, "asiel-2022/MCCb/1"), (Act.READ_DOSSIER, "asiel-2022/dossier")):
        assert portal.open(f"{a_pass('lid', act, object_)}/decisions/1").status_code == 403


def test_a_dossier_is_read_in_the_language_of_the_reader(tmp_path: Path) -> None:
    plan = a_plan(people={key: p.model_dump() | {"language": "en"} for key, p in a_plan().people.items()})
    portal = a_portal(tmp_path, plan)
    taken_at_the_iao(portal)
    page = unescape(portal.open(f"{AUDITOR}/decisions/1").text)
    for told in (
        "Known at that moment",
        "What came later",
        "Advice 1, IAO 1",
        "The picture in the papers",
        "Nothing has replaced",
    ):
        assert told in page
    portal.register.close()


def test_a_dossier_is_json_for_programs(register: Register) -> None:
    made = decided(register)
    assert Dossier.model_validate_json(made.model_dump_json()) == made
    assert json.loads(made.model_dump_json())["then"]["papers"]["frozen_at"]


def test_what_a_figure_is_made_of_is_said(register: Register) -> None:
    text = DossierText(decided(register), three_regions(), "nl")
    facts = {fact.term: fact for part in text.then for fact in part.facts}
    assert facts["Partners met een bruikbaar antwoord"].text == "1 van 3"
    assert facts["Leestijd"].text == "90 minuten voor aanvang; norm van het crisisplan: 30 minuten"
    assert facts["Uitkomst opgeschreven"].text == "vrijdag 17 juni 2022, 10:30"
    assert facts["Niet te zeggen"].text == "Plaatsen: te weinig"
    assert "Signaal" not in facts
