"""Inquiries in the register: forms by link, reminders, what closes them, and what the secretariat says to an answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from crisis.alerts import Alert, Event
from crisis.audit import Result
from crisis.errors import AskedBefore, CrisisClosed, InvalidInput, NothingToJudge, PassInvalid, PassUsed, Refused, WrongPerson
from crisis.figures import Figure, FigureKind, Via
from crisis.giving import EnteredFigures, GivenFigures, Means
from crisis.inquiries import Answer, Ending, NewInquiry, Submission
from crisis.meetings import Direction
from crisis.passes import Act, Grant
from crisis.situation import draw_picture
from crisis.structure import Body
from integrations.partners.rounds import ask_systems
from integrations.register import LeaseLost, Register, alerts, audit, figures, form_answers, inquiries, intake, leases
from integrations.register.due import follow_up
from integrations.settings import Reach, Settings
from integrations.wording.alerts import render
from integrations.wording.picture import lcms_text
from tests.building import NOW, SOMEONE, a_crisis, a_grant, a_meeting, a_register, closed, own_pass, recorded
from tests.inquiring import a_plan_with_people
from tests.test_partners import figure, report

CRISIS = "asiel-2022"
PLAN = a_plan_with_people()
ALL = tuple(partner.id for partner in PLAN.partners)
HOURS = timedelta(hours=1)
SETTINGS = Settings(reach=Reach.LOOPBACK, partner_gateway="http://127.0.0.1:9")


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database, PLAN)
    a_crisis(opened)
    yield opened
    opened.close()


def for_meeting(register: Register) -> int:
    """The inquiry for IAO 1, due in two hours."""
    a_meeting(register)
    return inquiries.open_for(register, CRISIS, Body.IAO, 1, SOMEONE, NOW).number


def a_question(**changes: Any) -> NewInquiry:
    fields: dict[str, Any] = {
        "question": "Hoeveel mensen vannacht?",
        "indicators": ("opvang",),
        "partners": ("VR01", "VR02", "GM0014"),
        "reference_date": NOW.date(),
        "due_at": NOW + 10 * HOURS,
    }
    return NewInquiry(**fields | changes)


def asked(register: Register, now: datetime = NOW, **changes: Any) -> int:
    return inquiries.ask(register, own_pass(Act.ASK_PARTNERS, "secretaris"), a_question(**changes), SOMEONE, now).number


def told(register: Register, *events: Event) -> list[Alert]:
    """What was queued since the last look about these."""
    found = alerts.claim(register, "toets", 500, timedelta(days=9))
    return [one.alert for one in found if one.alert.event in events]


def form_pass(partner: str, person: str, number: int = 1, at: datetime = NOW) -> Grant:
    return a_grant(Act.GIVE_FIGURES, f"{CRISIS}/U{number}/{partner}", person, at)


def values(opvang: int) -> GivenFigures:
    return GivenFigures(values={"opvang.observed": Decimal(opvang)})


def give(register: Register, opvang: int, now: datetime = NOW, number: int = 1) -> Answer:
    return form_answers.give(register, form_pass("GM0014", "gemeente", number, now), values(opvang), SOMEONE, now)


def entered(opvang: int, said_at: datetime, **changes: Any) -> EnteredFigures:
    fields: dict[str, Any] = {
        "inquiry": 1,
        "partner": "GM0014",
        "values": {"opvang.observed": Decimal(opvang)},
        "means": Means.TELEPHONE,
        "said_by": "de ambtenaar",
        "said_at": said_at,
    }
    return EnteredFigures(**fields | changes)


def latest(register: Register, now: datetime, area: str = "GM0014") -> Decimal | None:
    found = [one for one in figures.known(register, CRISIS, PLAN, NOW.date(), now) if one.area == area]
    return found[0].value if found else None


def a_system_answer(partner: str, submission: Submission = Submission.ON_TIME, **changes: Any) -> Answer:
    given = [
        (indicator, kind)
        for indicator in PLAN.indicators
        if indicator.id in PLAN.partner(partner).indicators
        for kind in indicator.kinds
    ]
    of_partner = tuple(
        Figure(
            indicator=indicator.id,
            area=PLAN.partner(partner).area,
            kind=FigureKind(kind),
            value=Decimal(7),
            unit=indicator.unit,
            reference_date=NOW.date(),
            source="toets",
        )
        for indicator, kind in given
    )
    usable = submission.has_figures
    fields: dict[str, Any] = {
        "partner": partner,
        "submission": submission,
        "received_at": NOW,
        "figures": of_partner if usable else (),
        "report_id": f"{partner}-1" if usable else None,
    }
    return Answer(**fields | changes)


def test_who_fills_in_a_form_gets_it_at_once_with_a_link_and_nobody_else_does(register: Register) -> None:
    for_meeting(register)
    forms = told(register, Event.FIGURES_ASKED)
    assert [(alert.to, alert.grant and alert.grant.object) for alert in forms] == [
        ("regio", f"{CRISIS}/U1/VR01"),
        ("gemeente", f"{CRISIS}/U1/GM0014"),
        ("gemeente", f"{CRISIS}/U1/GM0059"),
    ]
    assert all(alert.grant and alert.grant.act is Act.GIVE_FIGURES for alert in forms)


def test_the_mail_defines_a_number_once_and_speaks_of_a_meeting_only_where_there_is_one(register: Register) -> None:
    def mail() -> str:
        (alert,) = [one for one in told(register, Event.FIGURES_ASKED) if one.to == "regio"]
        return render(alert, "link", "http://portaal", "http://prefect").text

    for_meeting(register)
    first = mail()
    assert (first.count("Bedden, "), first.count("Bedden die staan.")) == (2, 1)
    assert "Zonder uw antwoord gaat het overleg door" in first
    told(register)
    asked(register, partners=("VR01",))
    assert "overleg" not in mail()


def test_opened_twice_it_is_asked_once(register: Register) -> None:
    for_meeting(register)
    inquiries.open_for(register, CRISIS, Body.IAO, 1, SOMEONE, NOW)
    assert len(told(register, Event.FIGURES_ASKED)) == 3


@pytest.mark.parametrize("how", [one for one in Submission if not one.has_figures and one is not Submission.AWAITED])
def test_whose_system_gave_nothing_usable_gets_a_form_once_where_it_has_a_contact(register: Register, how: Submission) -> None:
    for_meeting(register)
    told(register)
    for _ in range(2):
        intake.take_in(register, CRISIS, Body.IAO, 1, [a_system_answer("COA", how), a_system_answer("VR02", how)], SOMEONE, NOW)
    assert [alert.to for alert in told(register, Event.FIGURES_ASKED)] == ["coa"]


def test_e17_whose_figures_for_that_date_are_known_is_not_asked_again_and_its_report_counts_once(register: Register) -> None:
    asked(register)
    give(register, 40)
    told(register)
    number = asked(
        register,
        NOW + HOURS,
        partners=("GM0014", "VR01"),
        question="Nog eens",
        due_at=NOW + 20 * HOURS,
        indicators=("opvang", "bedden"),
    )
    assert [alert.to for alert in told(register, Event.FIGURES_ASKED)] == ["regio"]
    stand = inquiries.score_of(register, inquiries.find(register, CRISIS, number))
    assert stand.missing == {"VR01": Submission.AWAITED}
    series = figures.series(register, CRISIS, ("opvang", FigureKind.OBSERVED, "GM0014"), NOW + 2 * HOURS)
    assert [one.value for one in series] == [40]


def test_who_has_not_sent_the_form_for_a_meeting_is_missing_in_its_picture(register: Register) -> None:
    number = for_meeting(register)
    waiting = intake.awaited(register, CRISIS, Body.IAO, 1, NOW)
    assert [(one.partner, one.submission) for one in waiting] == [
        (one, Submission.AWAITED) for one in ("VR01", "GM0014", "GM0059")
    ], "systems are asked by the run, which says what came of it"
    give(register, 40, number=number)
    assert [one.partner for one in intake.awaited(register, CRISIS, Body.IAO, 1, NOW)] == ["VR01", "GM0059"]
    picture = draw_picture(CRISIS, (Body.IAO, 1), PLAN, waiting, None, NOW)
    assert str(picture.completeness) == "0 van 3"
    assert "nog geen antwoord: gemeente Groningen, gemeente Achtkarspelen" in lcms_text(picture, PLAN)
    assert intake.awaited(register, CRISIS, Body.MCCB, 9, NOW) == ()


def test_e17_who_gave_it_all_for_that_date_before_is_not_missing(register: Register) -> None:
    asked(register)
    give(register, 40)
    for_meeting(register)
    assert "GM0014" not in [one.partner for one in intake.awaited(register, CRISIS, Body.IAO, 1, NOW + HOURS)]


def test_a_form_lands_where_every_answer_lands_and_says_by_whom(register: Register) -> None:
    for_meeting(register)
    answer = give(register, 40)
    assert (answer.submission, answer.via) == (Submission.ON_TIME, Via.FORM)
    (taken,) = intake.answers(register, CRISIS, Body.IAO, 1)
    assert taken == answer
    assert [(int(one.value), one.source) for one in taken.figures] == [(40, "formulier, ambtenaar gemeente")]
    assert latest(register, NOW) == 40


def test_the_same_form_sent_twice_is_one_answer_and_another_with_the_same_link_is_refused(register: Register) -> None:
    for_meeting(register)
    first, entries = give(register, 40), len(audit.entries(register))
    assert give(register, 40) == first
    assert len(audit.entries(register)) == entries
    with pytest.raises(PassUsed):
        give(register, 50)
    assert latest(register, NOW) == 40


def test_a_mistake_is_mended_with_a_new_link_and_what_was_said_first_is_kept(register: Register) -> None:
    for_meeting(register)
    give(register, 40)
    told(register)
    form_answers.ask_link(register, CRISIS, 1, "gemeente", SOMEONE, NOW + HOURS / 2)
    links = [alert.grant for alert in told(register, Event.FIGURES_ASKED)]
    assert [grant and grant.object for grant in links] == [f"{CRISIS}/U1/GM0014", f"{CRISIS}/U1/GM0059"]
    form_answers.give(register, links[0], values(44), SOMEONE, NOW + HOURS)  # type: ignore[arg-type]  # asserted above
    assert (latest(register, NOW + HOURS / 2), latest(register, NOW + HOURS)) == (Decimal(40), Decimal(44))


def test_a_link_for_another_partner_or_of_a_contact_that_was_replaced_gives_nothing(register: Register) -> None:
    for_meeting(register)
    with pytest.raises(WrongPerson):
        form_answers.give(register, form_pass("VR01", "gemeente"), values(1), SOMEONE, NOW)
    with pytest.raises(PassInvalid):
        form_answers.give(register, a_grant(Act.ANSWER_REQUEST, f"{CRISIS}/U1/VR01", "regio"), values(1), SOMEONE, NOW)
    assert audit.entries(register)[-1].result is Result.REFUSED
    assert latest(register, NOW, "VR01") is None


def test_no_change_is_one_click_and_needs_something_that_could_stay(register: Register) -> None:
    for_meeting(register)
    with pytest.raises(InvalidInput, match="nothing_before"):
        form_answers.give(register, form_pass("GM0014", "gemeente"), GivenFigures(unchanged=True), SOMEONE, NOW)
    give(register, 40)
    tomorrow = NOW + timedelta(days=1)
    number = asked(register, tomorrow, reference_date=tomorrow.date(), due_at=None)
    (mail,) = [one for one in told(register, Event.FIGURES_ASKED) if one.facts["inquiry"] == number and one.to == "gemeente"]
    assert mail.facts["numbers"][0]["before"] == "40"
    grant = form_pass("GM0014", "gemeente", number, tomorrow)
    answer = form_answers.give(register, grant, GivenFigures(unchanged=True), SOMEONE, tomorrow)
    (figure,) = answer.figures
    assert (figure.value, figure.reference_date) == (Decimal(40), tomorrow.date())
    assert figure.source == "geen wijziging, gemeld door ambtenaar gemeente"


def test_what_comes_after_the_hour_is_taken_in_and_called_late(register: Register) -> None:
    for_meeting(register)
    follow_up(register, SOMEONE, NOW + 2 * HOURS)
    answer = form_answers.give(register, form_pass("GM0014", "gemeente"), values(40), SOMEONE, NOW + 3 * HOURS)
    assert answer.submission is Submission.LATE
    assert latest(register, NOW + 3 * HOURS) == 40


def test_who_is_silent_is_reminded_at_each_share_of_the_term_and_the_same_share_never_twice(register: Register) -> None:
    asked(register)
    intake.take_in_for(register, CRISIS, 1, [a_system_answer("VR02")], SOMEONE, NOW)
    told(register)
    for hours, reminded in ((4, []), (5, ["regio", "gemeente"]), (6, []), (8, ["regio", "gemeente"]), (9, [])):
        follow_up(register, SOMEONE, NOW + hours * HOURS)
        assert [alert.to for alert in told(register, Event.FIGURES_REMINDED)] == reminded, hours
    assert inquiries.find(register, CRISIS, 1).is_open


def test_where_nobody_can_be_reminded_there_is_nothing_to_do_before_the_end(register: Register) -> None:
    asked(register, partners=("VR02",))
    entries = len(audit.entries(register))
    assert follow_up(register, SOMEONE, NOW + 9 * HOURS).inquiries == ()
    assert len(audit.entries(register)) == entries
    assert follow_up(register, SOMEONE, NOW + 10 * HOURS).inquiries == (f"{CRISIS}/U1",)


def test_shares_that_nobody_was_awake_for_are_one_reminder(register: Register) -> None:
    asked(register)
    told(register)
    for _ in range(2):
        follow_up(register, SOMEONE, NOW + 9 * HOURS)
    assert len(told(register, Event.FIGURES_REMINDED)) == 2


def test_who_has_answered_is_reminded_of_nothing(register: Register) -> None:
    asked(register)
    give(register, 40)
    told(register)
    follow_up(register, SOMEONE, NOW + 5 * HOURS)
    assert [alert.to for alert in told(register, Event.FIGURES_REMINDED)] == ["regio"]


def test_r24_at_the_end_the_region_is_asked_to_ask_after_its_municipality_and_gets_no_link(register: Register) -> None:
    asked(register)
    told(register)
    follow_up(register, SOMEONE, NOW + 10 * HOURS)
    asked_after = {alert.to: alert for alert in told(register, Event.FIGURES_MISSING, Event.INQUIRY_CLOSED)}
    names = {to: [one["partner"] for one in alert.facts["missing"]] for to, alert in asked_after.items()}
    assert names == {
        "regio": ["gemeente Groningen"],
        "liaison": ["Veiligheidsregio Groningen", "Veiligheidsregio Fryslân"],
        "secretaris": ["Veiligheidsregio Groningen", "Veiligheidsregio Fryslân", "gemeente Groningen"],
    }
    assert not any(alert.grant for alert in asked_after.values())
    found = inquiries.find(register, CRISIS, 1)
    assert (found.closed_because, found.closed_at) == (Ending.HOUR, NOW + 10 * HOURS)


def test_it_is_closed_once_however_often_one_looks(register: Register) -> None:
    asked(register)
    told(register)
    for hours in (10, 10, 30):
        follow_up(register, SOMEONE, NOW + hours * HOURS)
    (mail,) = told(register, Event.INQUIRY_CLOSED)
    assert "is gesloten (de termijn is om)" in render(mail, None, "http://portaal", "http://prefect").text


def test_the_answer_that_completes_it_closes_it_at_once(register: Register) -> None:
    asked(register, partners=("VR02", "GM0014"))
    intake.take_in_for(register, CRISIS, 1, [a_system_answer("VR02")], SOMEONE, NOW)
    told(register)
    give(register, 40)
    assert inquiries.find(register, CRISIS, 1).closed_because is Ending.ALL_ANSWERED
    (closed,) = told(register, Event.INQUIRY_CLOSED, Event.FIGURES_MISSING)
    assert (closed.to, closed.facts["answered"], closed.facts["asked_partners"]) == ("secretaris", 2, 2)


def test_what_comes_in_parts_when_the_hour_has_struck_closes_nothing_and_asks_after_nobody(register: Register) -> None:
    asked(register)
    told(register)
    intake.take_in_for(register, CRISIS, 1, [a_system_answer("VR02")], SOMEONE, NOW + 11 * HOURS)
    assert inquiries.find(register, CRISIS, 1).is_open
    assert told(register, Event.FIGURES_MISSING, Event.INQUIRY_CLOSED) == []
    follow_up(register, SOMEONE, NOW + 11 * HOURS)
    assert inquiries.find(register, CRISIS, 1).closed_because is Ending.HOUR


def test_it_ends_when_enough_have_answered_and_nobody_is_asked_after_the_others(register: Register) -> None:
    asked(register, enough=0.3)
    told(register)
    give(register, 40)
    assert inquiries.find(register, CRISIS, 1).closed_because is Ending.ENOUGH
    assert [alert.event for alert in told(register, Event.INQUIRY_CLOSED, Event.FIGURES_MISSING)] == [Event.INQUIRY_CLOSED]


def test_the_secretary_closes_it_by_hand_once(register: Register) -> None:
    asked(register)
    told(register)
    for grant in (own_pass(Act.CLOSE_INQUIRY, "secretaris"), own_pass(Act.CLOSE_INQUIRY, "voorzitter")):
        assert inquiries.close(register, grant, 1, SOMEONE, NOW).closed_because is Ending.BY_HAND
    assert len(told(register, Event.INQUIRY_CLOSED)) == 1


def test_of_a_meeting_whose_partners_all_answered_the_secretary_gets_no_mail(register: Register) -> None:
    for_meeting(register)
    answers = [a_system_answer(partner) for partner in ALL]
    intake.take_in(register, CRISIS, Body.IAO, 1, answers, SOMEONE, NOW)
    assert inquiries.find(register, CRISIS, 1).closed_because is Ending.ALL_ANSWERED
    assert told(register, Event.INQUIRY_CLOSED) == []


def test_when_the_last_body_leaves_nobody_is_reminded_any_more_and_what_still_comes_is_late(register: Register) -> None:
    asked(register)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    (mail,) = told(register, Event.INQUIRY_CLOSED)
    assert (mail.to, mail.facts["because"], len(mail.facts["missing"])) == ("secretaris", Ending.SCALED_DOWN, 3)
    assert inquiries.find(register, CRISIS, 1).closed_because is Ending.SCALED_DOWN
    assert follow_up(register, SOMEONE, NOW + 11 * HOURS).inquiries == ()
    assert told(register, Event.FIGURES_REMINDED, Event.FIGURES_MISSING, Event.INQUIRY_CLOSED) == []
    assert give(register, 40, NOW + 2 * HOURS).submission is Submission.LATE


def test_an_inquiry_ends_with_its_crisis_and_takes_nothing_more(register: Register) -> None:
    asked(register)
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    _left_open(register)
    closed(register)
    assert inquiries.find(register, CRISIS, 1).closed_because is Ending.CRISIS_CLOSED
    with pytest.raises(CrisisClosed):
        give(register, 40)
    with pytest.raises(CrisisClosed):
        inquiries.open_for(register, CRISIS, Body.IAO, 1, SOMEONE, NOW)
    assert inquiries.awaiting_systems(register) == ()


def _left_open(register: Register) -> None:
    """As a register from before this rule has it."""
    with register.bookkeeping() as session:
        row = inquiries.row_in(session, CRISIS, 1)
        row.closed_at = row.closed_because = None
        session.add(row)


def test_e17_the_same_question_is_refused_and_the_very_same_is_the_first(register: Register) -> None:
    number = asked(register)
    assert asked(register, NOW + HOURS) == number
    with pytest.raises(AskedBefore):
        asked(register, NOW + HOURS, question="In andere woorden")
    assert len(inquiries.of_crisis(register, CRISIS)) == 1


def test_systems_that_must_still_be_asked_are_known_until_something_came_of_it(register: Register) -> None:
    asked(register)
    (unasked,) = inquiries.awaiting_systems(register)
    assert (unasked.inquiry.number, unasked.partners) == (1, ("VR02",))
    intake.take_in_for(register, CRISIS, 1, [a_system_answer("VR02", Submission.SILENT)], SOMEONE, NOW)
    assert inquiries.awaiting_systems(register) == ()


async def test_systems_that_wait_are_asked_once_and_what_they_say_lands_in_the_inquiry(register: Register) -> None:
    asked(register)
    visited: list[str] = []

    def busy(request: httpx.Request) -> httpx.Response:
        visited.append(request.url.path)
        return httpx.Response(403)

    (done,) = await ask_systems(register, SETTINGS, SOMEONE, httpx.MockTransport(busy))
    assert await ask_systems(register, SETTINGS, SOMEONE, httpx.MockTransport(busy)) == []
    assert len(visited) == 1
    assert [(one.partner, one.submission) for one in done.answers] == [("VR02", Submission.REFUSED)]
    with register.read() as session:
        (answer,) = intake.answers_to(session, CRISIS, 1)
    assert (answer.partner, answer.submission) == ("VR02", Submission.REFUSED)


async def test_two_who_ask_at_the_same_time_ask_once(register: Register) -> None:
    asked(register)
    second: list[Any] = []

    async def slow(_: httpx.Request) -> httpx.Response:
        second.append(await ask_systems(register, SETTINGS, SOMEONE, httpx.MockTransport(slow)))
        return httpx.Response(403)

    assert len(await ask_systems(register, SETTINGS, SOMEONE, httpx.MockTransport(slow))) == 1
    assert second == [[]]


async def test_who_was_frozen_while_it_asked_writes_nothing(register: Register) -> None:
    asked(register)

    def frozen(_: httpx.Request) -> httpx.Response:
        with register.bookkeeping() as session:
            leases.revoke(session, CRISIS, "U1")
        return httpx.Response(403)

    with pytest.raises(LeaseLost):
        await ask_systems(register, SETTINGS, SOMEONE, httpx.MockTransport(frozen))
    assert intake.of_inquiry(register, CRISIS, 1) == ()
    (done,) = await ask_systems(register, SETTINGS, SOMEONE, httpx.MockTransport(lambda _: httpx.Response(403)))
    assert len(done.answers) == 1


async def test_systems_whose_inquiry_ended_before_anybody_could_ask_are_asked_late_and_others_never(register: Register) -> None:
    """As after a power cut: the hour has struck, and Prefect and watch begin again."""
    now = register.now()
    for number, ended in enumerate((timedelta(days=2), HOURS), start=1):
        began = now - ended - HOURS
        asked(register, began, partners=("VR02",), question=f"Vraag {number}", due_at=began + HOURS)
        follow_up(register, SOMEONE, now - ended)
    asked(register, now, partners=("VR02",), question="Vraag 3", reference_date=EVE, due_at=now + HOURS)
    inquiries.close(register, own_pass(Act.CLOSE_INQUIRY, "secretaris"), 3, SOMEONE, now)
    (waiting,) = inquiries.awaiting_systems(register)
    assert (waiting.inquiry.number, waiting.inquiry.closed_because) == (2, Ending.HOUR)
    said = figure(area="VR02", indicator="opvang", kind="observed", unit="mensen")
    says = httpx.Response(200, json=report("VR02", figures=[said]))
    (done,) = await ask_systems(register, SETTINGS, SOMEONE, httpx.MockTransport(lambda _: says))
    assert [one.submission for one in done.answers] == [Submission.LATE], done.answers
    assert [one.submission for one in intake.of_inquiry(register, CRISIS, 2)] == [Submission.LATE]
    assert inquiries.awaiting_systems(register) == ()


def test_an_answer_that_is_given_back_does_not_count_until_another_comes(register: Register) -> None:
    asked(register, partners=("GM0014", "VR02"))
    give(register, 40)
    told(register)
    grant = own_pass(Act.JUDGE_FIGURES, "secretaris")
    form_answers.judge(register, grant, (1, "GM0014"), False, "Met of zonder de boot?", SOMEONE, NOW + HOURS / 2)
    assert latest(register, NOW + HOURS / 2) is None
    (mail,) = told(register, Event.FIGURES_RETURNED)
    assert (mail.to, mail.facts["returned"]) == ("gemeente", "Met of zonder de boot?")
    text = render(mail, "link", "http://portaal", "http://prefect").text
    assert "De vraag van het secretariaat:\n  | Met of zonder de boot?" in text
    assert "Daarin was gevraagd:\n  | Hoeveel mensen vannacht?" in text, "two questions, and each says whose it is"
    intake.take_in_for(register, CRISIS, 1, [a_system_answer("VR02")], SOMEONE, NOW)
    assert inquiries.find(register, CRISIS, 1).is_open
    form_answers.give(register, mail.grant, values(44), SOMEONE, NOW + HOURS)  # type: ignore[arg-type]  # it bears one
    assert latest(register, NOW + HOURS) == 44
    assert inquiries.find(register, CRISIS, 1).closed_because is Ending.ALL_ANSWERED


def test_a_report_that_was_given_back_counts_in_no_later_inquiry_either_and_a_person_is_asked(register: Register) -> None:
    asked(register, partners=("COA",), indicators=("bedden",))
    report = a_system_answer("COA", report_id="COA-1", digest="a" * 64)
    intake.take_in_for(register, CRISIS, 1, [report], SOMEONE, NOW)
    secretary, chair = (own_pass(Act.JUDGE_FIGURES, person) for person in ("secretaris", "voorzitter"))
    form_answers.judge(register, secretary, (1, "COA"), False, "Zeker?", SOMEONE, NOW + HOURS)
    later = asked(register, NOW + 2 * HOURS, partners=("COA",), indicators=("bedden",), question="En nu?", reference_date=EVE)
    told(register)
    intake.take_in_for(register, CRISIS, later, [report], SOMEONE, NOW + 3 * HOURS)
    assert [one.returned for one in intake.of_inquiry(register, CRISIS, later)] == ["Zeker?"]
    assert [mail.to for mail in told(register, Event.FIGURES_ASKED)] == ["coa"]
    assert inquiries.find(register, CRISIS, later).is_open
    form_answers.judge(register, chair, (later, "COA"), True, "", SOMEONE, NOW + 4 * HOURS)
    assert [one.counts for number in (1, later) for one in intake.of_inquiry(register, CRISIS, number)] == [True, True]
    assert inquiries.find(register, CRISIS, later).closed_because is Ending.ALL_ANSWERED


EVE = (NOW - timedelta(days=1)).date()


def test_a_sheet_that_comes_once_more_after_another_is_what_counts(register: Register) -> None:
    asked(register, partners=("VR02",))
    for hour, value in enumerate((5, 9, 9, 5)):
        now = NOW + hour * HOURS
        grant = own_pass(Act.ENTER_FIGURES, "secretaris")
        answer = form_answers.enter_sheet(register, grant, (1, "VR02"), numbers(value), str(value) * 64, SOMEONE, now)
        assert [one.value for one in answer.figures] == [value]
        assert latest(register, now, "VR02") == value
    said = figures.series(register, CRISIS, ("opvang", FigureKind.OBSERVED, "VR02"), NOW + 9 * HOURS)
    assert [one.value for one in said] == [5, 9, 5], "the same file twice is one answer"


def test_what_a_system_answers_once_the_crisis_is_closed_is_not_taken_in(register: Register) -> None:
    asked(register, partners=("VR02",))
    a_meeting(register)
    recorded(register, Body.IAO, Direction.DOWN)
    closed(register)
    before = len(audit.entries(register))
    intake.take_in_for(register, CRISIS, 1, [a_system_answer("VR02")], SOMEONE, NOW)
    intake.take_in(register, CRISIS, Body.IAO, 1, [a_system_answer("VR02")], SOMEONE, NOW)
    assert intake.of_inquiry(register, CRISIS, 1) == ()
    assert latest(register, NOW + HOURS, "VR02") is None
    assert len(audit.entries(register)) == before


def test_what_was_given_back_can_be_accepted_after_all(register: Register) -> None:
    asked(register)
    give(register, 40)
    about = 1, "GM0014"
    form_answers.judge(register, own_pass(Act.JUDGE_FIGURES, "secretaris"), about, False, "Zeker?", SOMEONE, NOW)
    answer = form_answers.judge(register, own_pass(Act.JUDGE_FIGURES, "voorzitter"), about, True, "", SOMEONE, NOW)
    assert answer.returned is None
    assert latest(register, NOW) == 40


def test_a_look_back_shows_what_counted_then(register: Register) -> None:
    asked(register)
    give(register, 40)
    secretary, chair = (own_pass(Act.JUDGE_FIGURES, person) for person in ("secretaris", "voorzitter"))
    form_answers.judge(register, secretary, (1, "GM0014"), False, "Zeker?", SOMEONE, NOW + HOURS)
    form_answers.judge(register, chair, (1, "GM0014"), True, "", SOMEONE, NOW + 3 * HOURS)
    known_then = [latest(register, NOW + hours * HOURS) for hours in (0.5, 1, 2, 3, 4)]
    assert known_then == [40, None, None, 40, 40]
    said = [
        figures.series(register, CRISIS, ("opvang", FigureKind.OBSERVED, "GM0014"), NOW + hours * HOURS)
        for hours in (0.5, 2, 4)
    ]
    assert [len(one) for one in said] == [1, 0, 1]


def test_of_a_partner_without_a_contact_the_liaison_gets_the_question_without_a_link(register: Register) -> None:
    asked(register)
    intake.take_in_for(register, CRISIS, 1, [a_system_answer("VR02")], SOMEONE, NOW)
    form_answers.judge(register, own_pass(Act.JUDGE_FIGURES, "secretaris"), (1, "VR02"), False, "Zeker?", SOMEONE, NOW)
    (mail,) = told(register, Event.FIGURES_RETURNED)
    assert (mail.to, mail.grant) == ("liaison", None)


def test_there_is_nothing_to_judge_where_nothing_was_given_and_nothing_to_give_back_without_a_question(
    register: Register,
) -> None:
    asked(register)
    with pytest.raises(NothingToJudge):
        form_answers.judge(register, own_pass(Act.JUDGE_FIGURES, "secretaris"), (1, "GM0014"), False, "Zeker?", SOMEONE, NOW)
    give(register, 40)
    with pytest.raises(InvalidInput):
        form_answers.judge(register, own_pass(Act.JUDGE_FIGURES, "secretaris"), (1, "GM0014"), False, "", SOMEONE, NOW)


def test_what_was_said_by_telephone_is_written_down_with_by_whom_and_when(register: Register) -> None:
    for_meeting(register)
    answer = form_answers.enter(register, own_pass(Act.ENTER_FIGURES, "secretaris"), entered(40, NOW), SOMEONE, NOW)
    assert (answer.via, answer.figures[0].source) == (Via.MAIL, "telefonisch van de ambtenaar, 17-06-2022 08:00")


def test_what_was_said_before_what_the_partner_gave_itself_does_not_take_its_place_and_is_kept(register: Register) -> None:
    for_meeting(register)
    give(register, 44, NOW + HOURS)
    said = entered(40, NOW + HOURS / 2)
    form_answers.enter(register, own_pass(Act.ENTER_FIGURES, "secretaris"), said, SOMEONE, NOW + HOURS)
    assert latest(register, NOW + HOURS) == 44
    (answer,) = intake.answers(register, CRISIS, Body.IAO, 1)
    assert [one.value for one in answer.figures] == [44]
    series = figures.series(register, CRISIS, ("opvang", FigureKind.OBSERVED, "GM0014"), NOW + HOURS)
    assert [one.value for one in series] == [40, 44]


def test_what_is_said_later_is_a_revision(register: Register) -> None:
    for_meeting(register)
    give(register, 44)
    said = entered(48, NOW + HOURS)
    form_answers.enter(register, own_pass(Act.ENTER_FIGURES, "secretaris"), said, SOMEONE, NOW + HOURS)
    assert latest(register, NOW + HOURS) == 48


def test_what_is_still_to_be_said_is_not_written_down(register: Register) -> None:
    for_meeting(register)
    with pytest.raises(InvalidInput, match="to_come"):
        form_answers.enter(register, own_pass(Act.ENTER_FIGURES, "secretaris"), entered(40, NOW + HOURS), SOMEONE, NOW)


def test_reports_that_come_out_of_order_leave_the_partners_own_last_word(register: Register) -> None:
    for_meeting(register)
    newer = a_system_answer("VR02", report_id="VR02-2", stated_at=NOW, figures=numbers(9))
    older = a_system_answer("VR02", report_id="VR02-1", stated_at=NOW - HOURS, figures=numbers(5))
    for answer in (newer, older):
        intake.take_in(register, CRISIS, Body.IAO, 1, [answer], SOMEONE, NOW)
    (taken,) = intake.answers(register, CRISIS, Body.IAO, 1)
    assert (taken.report_id, latest(register, NOW, "VR02")) == ("VR02-2", Decimal(9))


def numbers(value: int) -> tuple[Figure, ...]:
    first = a_system_answer("VR02").figures[0]
    return (first.model_copy(update={"value": Decimal(value)}),)


def test_who_speaks_for_no_body_asks_closes_judges_and_writes_nothing(register: Register) -> None:
    asked(register)
    give(register, 40)
    for refused in (
        lambda: inquiries.ask(register, own_pass(Act.ASK_PARTNERS, "lid"), a_question(question="x"), SOMEONE, NOW),
        lambda: inquiries.close(register, own_pass(Act.CLOSE_INQUIRY, "lid"), 1, SOMEONE, NOW),
        lambda: form_answers.judge(register, own_pass(Act.JUDGE_FIGURES, "lid"), (1, "GM0014"), False, "x", SOMEONE, NOW),
        lambda: form_answers.enter(register, own_pass(Act.ENTER_FIGURES, "lid"), entered(1, NOW), SOMEONE, NOW),
    ):
        with pytest.raises(Refused):
            refused()
        assert audit.entries(register)[-1].result is Result.REFUSED
    assert latest(register, NOW) == 40
