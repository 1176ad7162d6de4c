"""The acts of 17 June to 23 September 2022, recorded as they happened under the rules of 2016.

Dates, figures and agreements are public (rijksoverheid.nl, Kamerstuk 19 637, gemeente.nu, veiligheidsberaad.nl, nctv.nl; domain
notes, 2.1). What was said in the meetings was never public: it begins with "Reconstructie".
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crisis.actions import ActionKind, ActionState, NewAction
from crisis.agenda import Heading, Subject
from crisis.attendance import Capacity, Present
from crisis.decisions import (
    CommunicationAdvice,
    Decision,
    DecisionKind,
    DecisionStage,
    NewDecision,
    Secrecy,
    Status,
    contradictions,
    status_of,
)
from crisis.files import freeze
from crisis.life import AwaitPeople, Phase, next_step
from crisis.measures import Horizon, Measure, progress
from crisis.meetings import Direction, Meeting, Outcome, Stage
from crisis.passes import Act
from crisis.plan import Plan
from crisis.record import AMSTERDAM
from crisis.requests import Answered, Reply
from crisis.situation import draw_picture
from crisis.structure import Body, RuleSet
from integrations.plans import read_plan
from integrations.register import (
    Deed,
    Register,
    actions,
    audit,
    communication,
    crises,
    decisions,
    due,
    files,
    intake,
    meetings,
    outcomes,
    requests,
)
from tests.building import a_grant, a_register, an_activation

CRISIS = "asiel-2022"
VB = "liaison-veiligheidsberaad"
MINISTERS = (
    Present(name="minister-jenv"),
    Present(name="minister-president"),
    Present(name="minister-bzk"),
    Present(name="staatssecretaris-jenv", capacity=Capacity.ADVISORY),
)


def at(day: int, month: int, hour: int = 12, minute: int = 0) -> datetime:
    """That hour on that day of 2022, on the clocks of Amsterdam."""
    return datetime(2022, month, day, hour, minute, tzinfo=AMSTERDAM)


class Summer:
    """Those who act in the summer of 2022, each by their own authority."""

    def __init__(self, register: Register, plan: Plan) -> None:
        self.register = register
        self.plan = plan

    def by(self, person: str) -> Deed:
        return Deed(actor=person, origin="reconstructie")

    def meet(self, body: Body, hour: datetime) -> Meeting:
        """A meeting at this hour, with its papers out an hour before; convened by its rhythm if that came first."""
        due.follow_up(self.register, self.by("systeem"), hour - timedelta(hours=1))
        last = crises.standing(self.register, CRISIS).last(body)
        number = last.number if last and last.is_open else (last.number if last else 0) + 1
        if not (last and last.is_open):
            meetings.convene(self.register, CRISIS, body, number, hour, self.by("systeem"), hour - timedelta(hours=2))
        self._invite(body, number, hour - timedelta(hours=1))
        return meetings.find(self.register, CRISIS, body, number)

    def _invite(self, body: Body, number: int, now: datetime) -> None:
        """As `tasks.papers` does it."""
        known = intake.answers(self.register, CRISIS, body, number)
        picture = draw_picture(CRISIS, (body, number), self.plan, known, meetings.last_picture(self.register, CRISIS), now)
        since = meetings.convened_before(self.register, CRISIS, body, number)
        papers = freeze(body, since, files.of_crisis(self.register, CRISIS), picture, now)
        meetings.invite(self.register, CRISIS, body, number, papers, self.by("systeem"), now)

    def record(self, meeting: Meeting, hour: datetime, **outcome: Any) -> Meeting:
        """The secretary records; where two must look, the second confirms a quarter of an hour later."""
        seat = self.plan.bodies[meeting.body]
        fields = {"direction": Direction.HOLD, "summary": "Reconstructie: zo is besloten."} | outcome
        grant = a_grant(Act.RECORD_OUTCOME, meeting.key, seat.secretary, hour)
        recorded = outcomes.record(self.register, grant, Outcome.model_validate(fields), self.by(seat.secretary), hour)
        if recorded.stage is Stage.PROPOSED:
            later = hour + timedelta(minutes=15)
            second = a_grant(Act.CONFIRM_OUTCOME, meeting.key, seat.confirms, later)
            return outcomes.confirm(self.register, second, True, "", self.by(seat.confirms), later)
        return recorded

    def answer(self, number: int, hour: datetime, answer: Answered, **why: str) -> None:
        grant = a_grant(Act.ANSWER_REQUEST, f"{CRISIS}/B{number}/{VB}", VB, hour)
        requests.reply(self.register, grant, Reply(answer=answer, **why), self.by(VB), hour)

    def advise(self, number: int, hour: datetime) -> None:
        advice = CommunicationAdvice(
            strategy="Reconstructie: eerst de regio's.", effects="Reconstructie: vragen van gemeenten."
        )
        grant = a_grant(Act.ADVISE, f"{CRISIS}/B{number}", "nkc-jenv", hour)
        communication.advise(self.register, grant, advice, self.by("nkc-jenv"), hour)

    def finish_all(self, hour: datetime) -> None:
        """Every owner reports, and another closes."""
        for item in actions.of_crisis(self.register, CRISIS):
            if item.state is ActionState.OPEN:
                report = a_grant(Act.REPORT_ACTION, f"{CRISIS}/A{item.number}", item.owner, hour)
                actions.report(self.register, report, "Reconstructie: gedaan.", self.by(item.owner), hour)
                seat = self.plan.bodies[item.body]
                verifier = seat.secretary if item.owner != seat.secretary else seat.chair
                verify = a_grant(Act.VERIFY_ACTION, f"{CRISIS}/A{item.number}", verifier, hour)
                actions.verify(self.register, verify, True, "", self.by(verifier), hour)


def decision(text: str, kind: DecisionKind = DecisionKind.DECISION, **more: Any) -> NewDecision:
    """A decision of that summer, with what it must rest on."""
    rests: dict[str, Any] = {
        "picture": "Reconstructie: zie de situatieschets bij de stukken.",
        "advice": "Reconstructie: de NCTV adviseert dit, ter vergadering.",
        "feasibility": "Reconstructie: uitvoerbaar volgens de regio's, mits met personeel.",
        "communication": "Reconstructie: het NKC stemt af met de regio's.",
    }
    return NewDecision.model_validate({"kind": kind, "text": text} | rests | more)


def housing(target: int, by: datetime) -> Measure:
    return Measure(
        horizon=Horizon.MIDDLE, aim="Doorstroom", indicator="statushouders-gehuisvest", target=Decimal(target), by=by
    )


def places(target: int, by: datetime) -> Measure:
    return Measure(
        horizon=Horizon.SHORT, aim="Genoeg crisisnoodopvang", indicator="cno-plaatsen", target=Decimal(target), by=by
    )


def a_promise(title: str, owner: str, due_at: datetime, **more: Any) -> NewAction:
    return NewAction.model_validate({"title": title, "owner": owner, "due_at": due_at} | more)


@pytest.fixture(scope="module")
def summer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Summer]:
    """The whole summer, once."""
    plan = read_plan(Path(__file__).parents[1] / "deployments" / "plans" / "asiel-2022.toml")
    register = a_register(tmp_path_factory.mktemp("zomer"), plan)
    players = Summer(register, plan)
    on_17_june(players)
    on_20_june(players)
    on_24_june(players)
    in_july(players)
    in_august(players)
    on_22_september(players)
    yield players
    register.close()


def on_17_june(summer: Summer) -> None:
    """Everything at once: IAO, ICCb, MCCb and NKC in one decision (Kamerstuk 19 637, nr. 2906)."""
    activation = an_activation(
        levels=set(Body),
        reason="In Ter Apel is onvoldoende plek; meer dan 14.000 statushouders wachten in de opvang op een woning.",
        requested_by="staatssecretaris van JenV",
        decided_by="minister van JenV",
    )
    crises.activate(summer.register, activation, summer.plan, summer.by("minister-jenv"), at(17, 6, 9))
    advice = NewDecision(kind=DecisionKind.ADVICE, text="Reconstructie: vraag de regio's vandaag om 300 extra plaatsen.")
    proposal = NewDecision(
        kind=DecisionKind.ADVICE, stage=DecisionStage.INTENDED, text="Reconstructie: vraag gemeenten om 7.500 statushouders."
    )
    summer.record(summer.meet(Body.IAO, at(17, 6, 11)), at(17, 6, 12), decisions=(advice,))
    summer.record(summer.meet(Body.ICCB, at(17, 6, 14)), at(17, 6, 15), decisions=(proposal,))
    summer.advise(2, at(17, 6, 16))
    first = summer.meet(Body.MCCB, at(17, 6, 17))
    asked = (
        decision("300 extra plaatsen, vandaag.", DecisionKind.REQUEST, addressees=(VB,), rests_on=(1,)),
        decision(
            "7.500 statushouders extra huisvesten in drie maanden.",
            DecisionKind.REQUEST,
            addressees=(VB,),
            rests_on=(2,),
            communication=None,
            measure=housing(7500, at(17, 9)),
        ),
    )
    summer.record(first, at(17, 6, 18), decisions=asked, present=MINISTERS, next_meeting_at=at(20, 6, 14))
    summer.answer(3, at(17, 6, 22), Answered.ACCEPTED)


def on_20_june(summer: Summer) -> None:
    """The MCCb, the letter to the House (nr. 2951), and in the evening a Veiligheidsberaad without agreement."""
    letter = decision("Brief aan de Tweede Kamer over de aanpak (19 637, nr. 2951).", secrecy=Secrecy.OPEN, cannot_wait=True)
    summer.record(
        summer.meet(Body.MCCB, at(20, 6, 14)),
        at(20, 6, 16),
        decisions=(letter,),
        present=MINISTERS,
        next_meeting_at=at(24, 6, 13),
    )
    summer.answer(4, at(20, 6, 22, 30), Answered.NOT_YET, reason="Geen akkoord in het overleg van 20 juni.")


def on_24_june(summer: Summer) -> None:
    """The agreement with conditions both ways, and a plan of action; after that a week is a week."""
    agreed = (
        decision(
            "25 keer 225 plaatsen in de crisisnoodopvang, tot 1 oktober.",
            DecisionKind.AGREEMENT,
            addressees=(VB,),
            conditions="30 rijksambtenaren per regio; binnen drie maanden een langetermijnplan, anders stoppen de regio's.",
            measure=places(5625, at(1, 10)),
        ),
        decision(
            "7.500 statushouders gehuisvest in zes weken, 300 per regio.",
            DecisionKind.AGREEMENT,
            addressees=(VB,),
            replaces=4,
            measure=housing(7500, at(5, 8)),
        ),
    )
    staff = a_promise(
        "30 medewerkers per regio, ten hoogste drie maanden",
        "dcc-bzk",
        at(6, 7, 18),
        kind=ActionKind.COMMITMENT,
        to="25 veiligheidsregio's",
        decision=1,
    )
    guest = Present(name="voorzitter Veiligheidsberaad", capacity=Capacity.GUEST)
    third = summer.meet(Body.MCCB, at(24, 6, 13))
    summer.record(third, at(24, 6, 16), decisions=agreed, actions=(staff,), present=(*MINISTERS, guest))
    summer.answer(6, at(24, 6, 18), Answered.CONDITIONAL, condition="De 30 medewerkers moeten er echt komen.")
    summer.answer(7, at(24, 6, 18), Answered.ACCEPTED)


def in_july(summer: Summer) -> None:
    """The weekly rhythm; on 20 July four decisions, of which the ships at sea are taken back on 27 July."""
    for day in (1, 8, 15):
        summer.record(summer.meet(Body.MCCB, at(day, 7, 13)), at(day, 7, 15))
    four = tuple(
        decision(text)
        for text in (
            "Het COA mag gebouwen kopen.",
            "Oekraïense ontheemden worden herverdeeld.",
            "Drie schepen voor de opvang, vanaf september.",
            "Locaties van Defensie.",
        )
    )
    summer.record(summer.meet(Body.MCCB, at(20, 7, 17)), at(20, 7, 19), decisions=four, present=MINISTERS)
    no_ships = decision("Geen schepen op zee (brief van 27 juli).", withdraws=10)
    summer.record(summer.meet(Body.MCCB, at(27, 7, 17)), at(27, 7, 19), decisions=(no_ships,), present=MINISTERS)


def in_august(summer: Summer) -> None:
    """A second request, refused by nobody and accepted on conditions; on 26 August other numbers for the same target."""
    again = decision("Nog eens 25 keer 225 plaatsen.", DecisionKind.REQUEST, addressees=(VB,), measure=places(11250, at(1, 1)))
    again = again.model_copy(update={"measure": places(11250, datetime(2023, 1, 1, tzinfo=AMSTERDAM))})
    summer.record(summer.meet(Body.MCCB, at(9, 8, 13)), at(9, 8, 15), decisions=(again,), present=MINISTERS)
    summer.answer(13, at(10, 8, 12), Answered.REFUSED, reason="Reconstructie: eerst nakomen wat in juni is afgesproken.")
    number = decision(
        "20.000 statushouders in de tweede helft van 2022, in plaats van 13.500.",
        DecisionKind.AGREEMENT,
        addressees=(VB,),
        measure=housing(20_000, datetime(2022, 12, 31, tzinfo=AMSTERDAM)),
    )
    on_the_26th = summer.meet(Body.MCCB, at(26, 8, 13))
    summer.record(on_the_26th, at(26, 8, 16), decisions=(number,), present=MINISTERS)
    summer.answer(14, at(26, 8, 18), Answered.ACCEPTED)


def on_22_september(summer: Summer) -> None:
    """The MCCb hands over to the "specifieke crisisstructuur", from 23 September: day 98 (nctv.nl)."""
    last = summer.meet(Body.MCCB, at(22, 9, 13))
    owners = {item.number: "dg-migratie" for item in actions.of_crisis(summer.register, CRISIS) if item.closed_at is None}
    after = (
        a_promise("Reconstructie: nazorg voor regio's en vrijwilligers", "dg-migratie", at(1, 12), kind=ActionKind.AFTERCARE),
        a_promise("Evaluatie van de nationale crisisstructuur", "directeur-nctv", at(1, 11), kind=ActionKind.EVALUATION),
    )
    gate = {"successor": "specifieke crisisstructuur, vanaf 23 september 2022", "handover": owners}
    summer.record(last, at(23, 9, 9), direction=Direction.END, actions=after, scale_down=gate, present=MINISTERS)


def all_of_them(summer: Summer) -> tuple[Decision, ...]:
    return decisions.of_crisis(summer.register, CRISIS)


def test_the_rules_of_2016_were_in_force(summer: Summer) -> None:
    assert summer.plan.ruleset is RuleSet.OF_2016


def test_all_levels_were_active_on_day_one(summer: Summer) -> None:
    first = {m.body: m.convened_at for m in meetings.of_crisis(summer.register, CRISIS) if m.number == 1}
    assert first.keys() == set(Body)
    assert all(moment.astimezone(AMSTERDAM).date() == at(17, 6).date() for moment in first.values())


def test_the_evening_without_agreement_is_on_record_and_came_back_to_the_mccb_of_24_june(summer: Summer) -> None:
    said = requests.find(summer.register, CRISIS, 4, VB)
    assert [reply.answer for reply in said.replies] == [Answered.NOT_YET]
    assert said.withdrawn_at is not None, "the agreement of 24 June took its place"
    themes = next(
        item for item in meetings.papers(summer.register, CRISIS, Body.MCCB, 3).agenda if item.heading is Heading.THEMES
    )
    assert [(p.subject, p.numbers) for p in themes.points if p.subject is Subject.CAME_BACK] == [(Subject.CAME_BACK, (4,))]


def test_the_agreement_of_24_june_has_conditions_both_ways(summer: Summer) -> None:
    agreement = decisions.find(summer.register, CRISIS, 6)
    assert agreement.kind is DecisionKind.AGREEMENT
    assert "anders stoppen de regio's" in (agreement.conditions or "")
    theirs = requests.find(summer.register, CRISIS, 6, VB).latest
    assert theirs is not None
    assert (theirs.answer, theirs.condition) == (Answered.CONDITIONAL, "De 30 medewerkers moeten er echt komen.")
    (ours,) = [item for item in actions.of_crisis(summer.register, CRISIS) if item.kind is ActionKind.COMMITMENT]
    assert (ours.to, ours.decision, ours.owner) == ("25 veiligheidsregio's", 6, "dg-migratie")


def test_three_months_became_six_weeks_without_contradiction_because_the_one_took_the_place_of_the_other(
    summer: Summer,
) -> None:
    known = all_of_them(summer)
    assert status_of(known[3], known) is Status.REPLACED
    assert status_of(known[6], known) is Status.IN_FORCE


def test_two_numbers_for_one_target_are_shown(summer: Summer) -> None:
    pairs = {(one.first, one.second) for one in contradictions(all_of_them(summer))}
    assert (7, 14) in pairs, "7,500 within six weeks, and 20,000 by the end of the year"
    assert (6, 13) in pairs


def test_the_ships_were_decided_and_taken_back(summer: Summer) -> None:
    known = all_of_them(summer)
    ships = next(d for d in known if "schepen voor de opvang" in d.text)
    assert status_of(ships, known) is Status.WITHDRAWN


def test_the_mccb_met_weekly_by_its_rhythm(summer: Summer) -> None:
    hours = [m.planned_at.astimezone(AMSTERDAM) for m in meetings.of_crisis(summer.register, CRISIS) if m.body is Body.MCCB]
    assert [hour.date().isoformat() for hour in hours[2:6]] == ["2022-06-24", "2022-07-01", "2022-07-08", "2022-07-15"]


def test_after_the_activation_and_every_mccb_that_decided_a_letter_to_the_house_is_on_the_list(summer: Summer) -> None:
    letters = [item for item in actions.of_crisis(summer.register, CRISIS) if item.kind is ActionKind.PROMISE]
    assert [item.title for item in letters[:4]] == [
        f"Brief aan de Tweede Kamer over {subject} (R19)" for subject in ("de activering", "MCCb 1", "MCCb 2", "MCCb 3")
    ]
    assert [item.due_at for item in letters[:2]] == [at(21, 6, 9), at(21, 6, 18, 15)], "four days after each"


def test_the_structure_was_handed_over_on_day_98_with_an_owner_for_everything(summer: Summer) -> None:
    crisis = crises.find(summer.register, CRISIS)
    assert (crisis.levels, crisis.phase) == (frozenset(), Phase.AFTERCARE)
    assert crisis.successor == "specifieke crisisstructuur, vanaf 23 september 2022"
    last = meetings.of_crisis(summer.register, CRISIS)[-1]
    assert last.recorded_at is not None
    assert (last.recorded_at.astimezone(AMSTERDAM).date() - crisis.activated_at.astimezone(AMSTERDAM).date()).days == 98
    still_open = [item for item in actions.of_crisis(summer.register, CRISIS) if item.closed_at is None]
    assert {item.owner for item in still_open} == {"dg-migratie", "directeur-nctv"}
    step = next_step(crises.standing(summer.register, CRISIS))
    assert isinstance(step, AwaitPeople)
    assert step.reason == f"{len(still_open)} open actiepunten"


def test_every_outcome_of_the_mccb_had_four_eyes(summer: Summer) -> None:
    for meeting in meetings.of_crisis(summer.register, CRISIS):
        if meeting.body is Body.MCCB:
            assert meeting.confirmed_by not in (None, meeting.recorded_by)


def test_progress_is_unknown_where_nobody_gave_figures(summer: Summer) -> None:
    measure = decisions.find(summer.register, CRISIS, 6).measure
    assert measure is not None
    made = progress(measure, meetings.last_picture(summer.register, CRISIS))
    assert (made.value, made.remaining) == (None, None)


def test_nothing_of_it_was_refused_and_the_trail_holds(summer: Summer) -> None:
    assert [entry.action for entry in audit.entries(summer.register) if entry.result == "geweigerd"] == []
    assert audit.verify(summer.register)[1] is None


def test_an_answer_comes_back_once_and_to_the_body_that_asked(summer: Summer) -> None:
    def came_back(body: Body, number: int) -> list[tuple[int, ...]]:
        items = meetings.papers(summer.register, CRISIS, body, number).agenda
        themes = next(item for item in items if item.heading is Heading.THEMES)
        return [point.numbers for point in themes.points if point.subject is Subject.CAME_BACK]

    assert came_back(Body.MCCB, 4) == [(6,)], "the condition of 24 June"
    assert came_back(Body.MCCB, 5) == []
    assert came_back(Body.MCCB, 10) == [(13,)], "the refusal of 10 August"
