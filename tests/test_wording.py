"""Every alert has words, in Dutch and in English, for somebody who reads them at three in the morning."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from crisis.actions import ActionKind, NewAction, Priority
from crisis.activation import Confirmation, Verdict
from crisis.alerts import Alert, Channel, Event, Urgency
from crisis.attendance import Capacity
from crisis.decisions import HIDDEN, CommunicationAdvice, DecisionKind, DecisionStage, NewDecision
from crisis.giving import GivenFigures
from crisis.inquiries import NewInquiry
from crisis.late_papers import NewPaper
from crisis.life import Phase
from crisis.meetings import Direction, Outcome
from crisis.members import Designation, Release
from crisis.passes import READING, Act, Grant
from crisis.plan import Plan
from crisis.record import utc
from crisis.requests import Answered, Reply
from crisis.structure import Body
from integrations import wording
from integrations.register import (
    Register,
    actions,
    activations,
    alerts,
    communication,
    confirmations,
    crises,
    deputies,
    dossier,
    form_answers,
    initiative,
    inquiries,
    invitations,
    late_papers,
    meetings,
    members,
    outcomes,
    requests,
    runs,
)
from integrations.register.due import follow_up
from integrations.wording import second
from integrations.wording.alerts import LANGUAGES, Message, reference, render
from integrations.wording.english import WORDS
from integrations.wording.times import date_text, moment_text, time_text
from tests.building import (
    NOW,
    PRESENT,
    SOMEONE,
    a_crisis,
    a_decision,
    a_meeting,
    a_plan,
    a_register,
    an_activation,
    an_outcome,
    closed,
    invited,
    own_pass,
    settled,
)

PORTAL, PREFECT, LINK = "https://portaal.test", "https://prefect.test", "https://portaal.test/p/een-pas"
MEETING = "https://portaal.test/crises/asiel-2022/meetings/IAO/1"
DUE = NOW + timedelta(days=3)
REASON = "HTTP 404: no_service"


def speaking(language: str) -> Plan:
    """A plan in which all speak this language, with a ministry that was left out of the IAO."""
    plan = a_plan(language=language)
    people = {
        slug: person.model_dump() | {"language": language, "deputy": "lid" if slug == "piket" else None}
        for slug, person in plan.people.items()
    }
    left_out = {"name": "dcc VWS", "organisation": "VWS", "mail": "dcc@vws.test", "language": language}
    groups = {name: group.model_dump() for name, group in plan.groups.items()}
    form = {
        "id": "VR01",
        "name": "regio",
        "kind": "veiligheidsregio",
        "area": "VR01",
        "form": "formulier",
        "contact": "liaison",
    }
    return a_plan(
        language=language,
        partners=[*(partner.model_dump() for partner in plan.partners), form | {"indicators": ["opvang"]}],
        roles={"auditor": ["auditor"], "liaison": ["liaison"]},
        people=people | {"dcc": left_out},
        groups=groups | {"ministeries": {"name": "Andere ministeries", "people": ["dcc"]}},
        ministries="ministeries",
    )


def whole_life(register: Register) -> None:
    """A crisis in which everything happens of which people must hear."""
    a_crisis(register, levels={Body.IAO, Body.MCCB})
    a_meeting(register)
    plan = crises.find(register, "asiel-2022").plan
    invited(register, Body.IAO)
    meetings.ask_link(register, "asiel-2022", Body.IAO, 1, SOMEONE, NOW)
    late_papers.add(register, grant("secretaris", Act.RECORD_OUTCOME, "IAO/1"), NewPaper(title="Nota", text="x"), SOMEONE, NOW)
    change_who_sits_where(register)
    ask_partners(register)
    follow_up(register, SOMEONE, NOW + timedelta(hours=6))
    action = NewAction(title="Bel de regio's", owner="lid", due_at=DUE, priority=Priority.HIGH)
    advice = NewDecision(kind=DecisionKind.ADVICE, text="Houd de noodopvang open.")
    settled(
        register,
        "asiel-2022/IAO/1",
        an_outcome(register, Body.IAO, Direction.HOLD, action).model_copy(update={"decisions": (advice,)}),
    )
    follow_up(register, SOMEONE, DUE - timedelta(hours=1))
    follow_up(register, SOMEONE, DUE + timedelta(hours=1))
    decide_and_ask(register)
    for hour, accepted in ((2, False), (3, True)):
        now = DUE + timedelta(hours=hour)
        actions.report(register, grant("lid", Act.REPORT_ACTION, "A1", hour), "De lijst is rond.", SOMEONE, now)
        remark = "" if accepted else "Twee regio's ontbreken."
        actions.verify(register, grant("secretaris", Act.VERIFY_ACTION, "A1", hour), accepted, remark, SOMEONE, now)
    scale_down(register)
    closed(register, now=DUE + timedelta(hours=4))
    bury_one(register, plan)
    activations.ask_link(register, "piket", SOMEONE, NOW)
    ask_those_on_duty(register)
    hand_one_on(register)
    dossier.ask_link(register, "asiel-2022", "auditor", SOMEONE, NOW)
    fail_to_conduct(register)


def change_who_sits_where(register: Register) -> None:
    """One asks in vain, and takes part after all, until that is over."""
    asking, answering = grant("dcc", Act.ASK_INVITATION, "IAO/1"), grant("secretaris", Act.ANSWER_INVITATION, "IAO/1/dcc")
    invitations.ask(register, asking, "Er zijn zieken onder wie buiten slaapt.", SOMEONE, NOW)
    invitations.remind(register, "asiel-2022/IAO/1/dcc", SOMEONE, NOW + timedelta(days=1))
    invitations.answer(register, answering, False, "Nu nog niet.", SOMEONE, NOW)
    initiative.ask_link(register, "asiel-2022", Act.DESIGNATE, "secretaris", SOMEONE, NOW)
    who: dict[str, Any] = {"body": Body.IAO, "person": "dcc", "decided_by": "voorzitter", "reason": "Zorg is nodig."}
    members.designate(register, own_pass(Act.DESIGNATE, "secretaris"), Designation(**who), SOMEONE, NOW)
    members.release(register, own_pass(Act.RELEASE, "secretaris"), Release(**who), SOMEONE, NOW)


def ask_partners(register: Register) -> None:
    """A form is sent, asked for again, given back; and one partner stays out."""
    about: dict[str, Any] = {"indicators": ("opvang",), "partners": ("COA", "VR01"), "reference_date": NOW.date()}
    asked = NewInquiry(question="Hoeveel bedden?", due_at=NOW + timedelta(hours=5), **about)
    inquiries.ask(register, own_pass(Act.ASK_PARTNERS, "secretaris"), asked, SOMEONE, NOW)
    follow_up(register, SOMEONE, NOW + timedelta(hours=3))
    filled = GivenFigures(values={"opvang.observed": Decimal(12_500)})
    form_answers.give(register, grant("liaison", Act.GIVE_FIGURES, "U1/VR01"), filled, SOMEONE, NOW)
    judging = own_pass(Act.JUDGE_FIGURES, "secretaris")
    form_answers.judge(register, judging, (1, "VR01"), False, "Met of zonder de boot?", SOMEONE, NOW)


def hand_one_on(register: Register) -> None:
    activating = activations.activating("piket")
    deputies.hand_on(
        register,
        Grant(person="piket", act=Act.ACTIVATE, object=activating, issued_at=NOW, expires_at=NOW + timedelta(days=1)),
        SOMEONE,
        NOW,
    )


def ask_those_on_duty(register: Register) -> None:
    request = confirmations.ask(register, an_activation("hoogwater", levels=set(Body)), None, SOMEONE, NOW)
    confirms = Grant(
        person="piket", act=Act.CONFIRM_ACTIVATION, object=request.key, issued_at=NOW, expires_at=NOW + timedelta(days=2)
    )
    refused = Confirmation(verdict=Verdict.REFUSE, reason="Het water zakt al.")
    confirmations.decide(register, confirms, refused, SOMEONE, NOW)


def decide_and_ask(register: Register) -> None:
    """The MCCb sends an outcome back, intends, asks; the NKC advises, and who is asked answers."""
    a_meeting(register, body=Body.MCCB)
    invited(register, Body.MCCB)
    asking = a_decision("Open elk een locatie.", DecisionKind.REQUEST, addressees=("liaison",))
    outcome = Outcome(
        direction=Direction.HOLD,
        summary="Wij vragen het.",
        decisions=(a_decision("Wij kopen gebouwen.", stage=DecisionStage.INTENDED), asking),
        present=PRESENT,
    )
    outcomes.record(register, grant("secretaris", Act.RECORD_OUTCOME, "MCCb/1"), outcome, SOMEONE, NOW)
    second = grant("voorzitter", Act.CONFIRM_OUTCOME, "MCCb/1")
    outcomes.confirm(register, second, False, "Noem de termijn.", SOMEONE, NOW)
    outcomes.record(register, grant("secretaris", Act.RECORD_OUTCOME, "MCCb/1", 1), outcome, SOMEONE, NOW)
    outcomes.confirm(register, grant("voorzitter", Act.CONFIRM_OUTCOME, "MCCb/1", 1), True, "", SOMEONE, NOW)
    communication.remind(register, "asiel-2022", 2, SOMEONE, NOW + timedelta(days=1))
    advice = CommunicationAdvice(strategy="Eerst de regio's.", effects="Vragen van omwonenden.")
    communication.advise(register, grant("woordvoerder", Act.ADVISE, "B2"), advice, SOMEONE, NOW)
    follow_up(register, SOMEONE, NOW + timedelta(days=2))
    answer = Reply(answer=Answered.CONDITIONAL, condition="Het Rijk levert personeel.")
    requests.reply(register, grant("liaison", Act.ANSWER_REQUEST, "B3/liaison"), answer, SOMEONE, NOW)


def scale_down(register: Register) -> None:
    """The MCCb withdraws what it only intended, and what it asked; then both bodies leave."""
    meetings.convene(register, "asiel-2022", Body.MCCB, 2, NOW, SOMEONE, NOW)
    invited(register, Body.MCCB, 2)
    withdrawn = a_decision("Wij kopen geen gebouwen.", withdraws=2), a_decision("Wij vragen het niet meer.", withdraws=3)
    leaving = an_outcome(register, Body.MCCB, Direction.DOWN)
    settled(register, "asiel-2022/MCCb/2", leaving.model_copy(update={"decisions": withdrawn, "present": PRESENT}))
    meetings.convene(register, "asiel-2022", Body.IAO, 2, NOW, SOMEONE, NOW)
    last = NewAction(title="Ruim op", owner="lid", due_at=DUE)
    invited(register, Body.IAO, 2)
    settled(register, "asiel-2022/IAO/2", an_outcome(register, Body.IAO, Direction.HOLD, last))
    meetings.convene(register, "asiel-2022", Body.IAO, 3, NOW, SOMEONE, NOW)
    invited(register, Body.IAO, 3)
    settled(register, "asiel-2022/IAO/3", an_outcome(register, Body.IAO, Direction.DOWN))


def fail_to_conduct(register: Register) -> None:
    run = runs.Run(crisis="asiel-2022")
    for _ in range(runs.STUCK_AFTER):
        run = runs.given_up(register, run)


def grant(person: str, act: Act, what: str, days: int = 0) -> Grant:
    issued_at = NOW + timedelta(days=days)
    return Grant(person=person, act=act, object=f"asiel-2022/{what}", issued_at=issued_at, expires_at=DUE + timedelta(days=30))


def bury_one(register: Register, plan: Plan) -> None:
    dead = alerts.claim(register, "toets", 1, timedelta(minutes=1))[0]
    alerts.mark_dead(register, "toets", dead, plan, REASON, NOW)


def all_alerts(register: Register) -> list[Alert]:
    claimed = alerts.claim(register, "lezer", 1000, timedelta(minutes=1))
    test = Alert(
        key="test/1",
        event=Event.TEST,
        channel=Channel.MAIL,
        to="piket",
        address="piket@ncc.test",
        language=claimed[0].alert.language,
        urgency=Urgency.NORMAL,
        facts={"marking": "oefening", "at": NOW.isoformat()},
    )
    return [*(one.alert for one in claimed), test]


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Alert, Message]]:
    """All alerts of a whole crisis with their words, in one language."""
    register = a_register(tmp_path_factory.mktemp("register"), speaking(request.param))
    whole_life(register)
    return [(alert, words(alert)) for alert in all_alerts(register)]


def words(alert: Alert) -> Message:
    return render(alert, LINK if alert.grant else None, PORTAL, PREFECT)


def told_of(told: list[tuple[Alert, Message]], event: Event, channel: Channel = Channel.MAIL) -> Message:
    return next(message for alert, message in told if alert.event is event and alert.channel is channel)


def test_every_event_has_wording_from_the_facts_that_really_go_with_it(told: list[tuple[Alert, Message]]) -> None:
    assert {alert.event for alert, _ in told} == set(Event)
    assert all(message.subject and message.text for _, message in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_template_for_every_event_and_for_nothing_else(language: str) -> None:
    folder = Path(wording.__file__).parent / language
    assert {file.stem for file in folder.glob("*.j2")} == set(Event) | {
        "frame",
        "own_link",
        "activation_facts",
        "figures_facts",
    }


def test_the_marking_comes_first_in_subject_and_text(told: list[tuple[Alert, Message]]) -> None:
    for alert, message in told:
        mark = "OEFENING" if alert.language == "nl" else "EXERCISE"
        assert message.subject.startswith(f"[{mark}] ")
        assert message.text.startswith(mark)


def test_a_real_crisis_bears_no_marking(tmp_path: Path) -> None:
    register = a_register(tmp_path, a_plan(kind="echt"))
    a_crisis(register)
    message = words(all_alerts(register)[0])
    assert message.subject == "asiel-2022: crisisstructuur geactiveerd (IAO, NKC)"


def test_the_subject_says_what_it_is_and_when(tmp_path: Path) -> None:
    register = a_register(tmp_path, a_plan(kind="reconstructie"))
    a_crisis(register)
    a_meeting(register)
    convened = [words(alert) for alert in all_alerts(register) if alert.event is Event.CONVENED]
    assert convened[0].subject == "[RECONSTRUCTIE] asiel-2022: IAO 1 bijeengeroepen, vrijdag 17 juni 10:00"


def test_a_personal_link_says_whose_it_is_and_until_when(told: list[tuple[Alert, Message]]) -> None:
    for alert, message in told:
        if alert.grant:
            assert message.text.count(LINK) == 1
            until = moment_text(alert.grant.expires_at, alert.language)
            assert until in message.text
            once = "werkt één keer" if alert.language == "nl" else "works once"
            assert (once in message.text) is (alert.grant.act not in READING)
            assert ("van u alleen" if alert.language == "nl" else "yours alone") in message.text


def test_who_has_no_grant_reads_no_personal_link(told: list[tuple[Alert, Message]]) -> None:
    assert not any("/p/" in message.text for alert, message in told if not alert.grant)


def test_in_a_channel_the_request_for_an_outcome_leads_to_the_page_that_sends_the_link(
    told: list[tuple[Alert, Message]],
) -> None:
    assert MEETING in told_of(told, Event.OUTCOME_ASKED, Channel.SLACK).text


def test_every_message_bears_its_reference(told: list[tuple[Alert, Message]]) -> None:
    assert all(reference(alert.key) in message.text for alert, message in told)


@pytest.mark.parametrize(
    ("language", "is_replaced", "said"),
    [
        ("nl", False, "MCCb 2 heeft verzoek 3 van MCCb 1 ingetrokken met besluit 5."),
        ("nl", True, "MCCb 2 heeft verzoek 3 van MCCb 1 vervangen door besluit 5."),
        ("en", False, "MCCb 2 has withdrawn request 3 of MCCb 1 with decision 5."),
        ("en", True, "MCCb 2 has replaced request 3 of MCCb 1 by decision 5."),
    ],
)
def test_who_was_asked_reads_which_request_has_ended_by_which_meeting_and_whether_another_took_its_place(
    told: list[tuple[Alert, Message]], language: str, is_replaced: bool, said: str
) -> None:
    alert = next(alert for alert, _ in told if alert.event is Event.REQUEST_WITHDRAWN)
    told_otherwise = alert._replace(language=language, facts=alert.facts | {"is_replaced": is_replaced})
    message = words(told_otherwise)
    assert said in message.text
    assert "Open elk een locatie." in message.text


def test_those_on_duty_read_who_did_not_hear_of_what_and_why(told: list[tuple[Alert, Message]]) -> None:
    alert = next(alert for alert, _ in told if alert.event is Event.UNDELIVERABLE)
    message = told_of(told, Event.UNDELIVERABLE)
    assert str(alert.facts["to"]) in message.subject
    assert REASON in message.text


def test_r24_who_is_asked_for_figures_reads_what_by_when_and_that_it_is_no_order(told: list[tuple[Alert, Message]]) -> None:
    for event in (Event.FIGURES_ASKED, Event.FIGURES_REMINDED, Event.FIGURES_MISSING):
        alert = next(alert for alert, _ in told if alert.event is event)
        message = words(alert)
        assert ("vraag, geen opdracht" if alert.language == "nl" else "question, no order") in message.text
        assert moment_text(NOW + timedelta(hours=5), alert.language) in message.text
    asked = told_of(told, Event.FIGURES_ASKED)
    assert "Wie vannacht een bed had." in asked.text
    assert date_text(NOW.date(), told[0][0].language) in asked.text


def test_who_asks_after_others_gets_no_link_to_answer_in_their_place(told: list[tuple[Alert, Message]]) -> None:
    assert [alert.grant for alert, _ in told if alert.event is Event.FIGURES_MISSING] == [None]


def test_the_secretary_reads_how_many_answered_and_who_did_not(told: list[tuple[Alert, Message]]) -> None:
    message = told_of(told, Event.INQUIRY_CLOSED)
    assert "- COA: " in message.text
    assert any(said in message.text for said in ("van 1 van de 2 partners", "1 of 2 partners"))


def test_the_body_is_named_in_full(told: list[tuple[Alert, Message]]) -> None:
    assert "Interdepartementaal Afstemmingsoverleg (IAO)" in told_of(told, Event.INVITED).text


def test_an_english_message_has_no_dutch_words_of_the_procedure(told: list[tuple[Alert, Message]]) -> None:
    for alert, message in told:
        if alert.language == "en" and alert.event not in {Event.UNDELIVERABLE, Event.ACTIVATED}:
            assert not {"afschalen", "advies", "hoog", "oefening", "actiepunt"} & set(message.text.lower().split())


def test_r22_that_something_is_secret_is_said_in_the_language_of_the_reader(told: list[tuple[Alert, Message]]) -> None:
    alert = next(alert for alert, _ in told if alert.event is Event.OUTCOME_RECORDED)
    for language, said in (("nl", "Geheim (R22)"), ("en", "Secret (R22)")):
        message = words(alert._replace(language=language, facts=alert.facts | {"summary": HIDDEN}))
        assert said in message.text
        assert (HIDDEN in message.text) is (language == "nl")


def an_alert(**facts: object) -> Alert:
    return Alert(
        key="asiel-2022/activated/lid/mail",
        event=Event.ACTIVATED,
        channel=Channel.MAIL,
        to="lid",
        address="lid@bzk.test",
        language="nl",
        urgency=Urgency.HIGH,
        facts={
            "marking": "",
            "crisis": "asiel-2022",
            "title": "Opvang",
            "levels": ["IAO"],
            "nkc": True,
            "reason": "Vol.",
            "scope": "Opvang.",
            "requested_by": "directeur COA",
            "first_responsible": "ministerie van JenV",
            "consulted": None,
            "agreed_with": None,
            "decided_by": "NCTV",
            "passed_over": [],
            "skip_reason": None,
            "at": NOW.isoformat(),
        }
        | facts,
    )


def test_an_activation_says_who_was_asked_and_why_a_body_is_passed_over() -> None:
    told = words(an_alert(levels=["MCCb"], passed_over=["IAO", "ICCb"], skip_reason="Het besluit is er al.")).text
    assert "Aangevraagd door: directeur COA\nEerstverantwoordelijk: ministerie van JenV\nOvergeslagen: IAO, ICCb\n" in told
    assert "  | Het besluit is er al." in told


def test_an_activation_from_before_these_facts_is_still_told() -> None:
    alert = an_alert()
    newer = {"requested_by", "first_responsible", "consulted", "agreed_with", "passed_over", "skip_reason"}
    assert (
        "Besloten door: NCTV\nAanleiding:"
        in words(alert._replace(facts={k: v for k, v in alert.facts.items() if k not in newer})).text
    )


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_that_is_handed_on_has_words(act: Act, language: str) -> None:
    facts = {"act": str(act), "object": "asiel-2022/IAO/1", "principal": "secretaris", "at": NOW.isoformat()}
    alert = an_alert(**facts)._replace(event=Event.HANDED_ON, language=language)
    assert words(alert).subject.endswith(", IAO 1")


@pytest.mark.parametrize(
    ("act", "object_", "said"),
    [
        (Act.ANSWER_REQUEST, "asiel-2022/B3/liaison", "beantwoord het verzoek, nummer 3"),
        (Act.READ_DOSSIER, "asiel-2022/dossier", "lees de dossiers"),
        (Act.CLOSE_CRISIS, "asiel-2022/afsluiting", "sluit de crisis af"),
    ],
)
def test_what_is_handed_on_is_said_in_full_and_no_request_is_called_a_decision(act: Act, object_: str, said: str) -> None:
    facts = {"act": str(act), "object": object_, "principal": "secretaris", "at": NOW.isoformat()}
    assert words(an_alert(**facts)._replace(event=Event.HANDED_ON)).subject.endswith(f"namens secretaris: {said}")


def test_what_a_second_person_confirms_is_there_in_english() -> None:
    text = Path(second.__file__).read_text(encoding="utf-8")
    said = set(re.findall(r"say\(\"([^\"]+)\"", text))
    assert len(said) > 8
    picked = {str(word) for words in (Direction, DecisionKind, DecisionStage, ActionKind, Capacity, Phase) for word in words}
    assert said | picked <= WORDS.keys()


def test_a_missing_fact_is_an_error_and_never_an_empty_place() -> None:
    alert = an_alert()
    without = alert._replace(facts={k: v for k, v in alert.facts.items() if k != "reason"})
    with pytest.raises(UndefinedError, match="reason"):
        words(without)


@pytest.mark.parametrize("typed", ["{{ 7*7 }} {% raw %}", "%s {0.__class__}", '{"__prefect_kind": "jinja"}', "<script>"])
def test_what_people_typed_is_never_a_template(typed: str) -> None:
    assert typed in words(an_alert(reason=typed)).text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=300))
def test_every_line_that_a_person_typed_is_set_off_from_our_own(typed: str) -> None:
    text = words(an_alert(reason=typed)).text
    between = text.partition("Aanleiding:\n")[2].partition("Reikwijdte:")[0]
    assert all(line.startswith("  | ") for line in between.split("\n") if line.strip())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_a_subject_is_one_short_line(typed: str) -> None:
    subject = words(an_alert(crisis=typed)).subject
    assert len(subject) <= 200
    assert len(subject.splitlines()) <= 1


def test_a_long_text_is_cut_short() -> None:
    assert len(words(an_alert(reason="x" * 100_000)).text) < 4000


def test_moments_are_shown_as_they_are_in_amsterdam() -> None:
    assert moment_text(utc(2022, 6, 17, 8), "nl") == "vrijdag 17 juni 2022, 10:00"
    assert moment_text(utc(2022, 1, 1, 23, 30), "en") == "Sunday 2 January 2022, 00:30"
    assert date_text(utc(2022, 6, 17, 8).date(), "nl") == "vrijdag 17 juni 2022"


def test_the_hour_that_comes_twice_says_which_of_the_two() -> None:
    assert time_text(utc(2022, 10, 30, 0, 30), "nl") == "02:30 (zomertijd)"
    assert time_text(utc(2022, 10, 30, 1, 30), "nl") == "02:30 (wintertijd)"
    assert time_text(utc(2022, 3, 27, 1, 30), "nl") == "03:30"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moment_text(utc(2022, 6, 17).replace(tzinfo=None), "nl")
