"""The acts of 17 June to 23 September 2022, recorded as they happened under the rules of 2016.

Dates, figures and agreements are those of the domain notes (section 2.1; rijksoverheid.nl, Kamerstuk 19 637, gemeente.nu, nctv.nl).
What was said in the meetings was never public: it begins with "Reconstructie".
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
from crisis.decisions import CommunicationAdvice, DecisionKind, DecisionStage, NewDecision, Secrecy, Status, contradictions, status_of
from crisis.life import Ended, Phase, next_step
from crisis.measures import Horizon, Measure, progress
from crisis.meetings import Direction, Meeting, Outcome, Stage
from crisis.passes import Act
from crisis.plan import Plan
from crisis.record import AMSTERDAM
from crisis.requests import Answered, Reply
from crisis.structure import Body, RuleSet
from integrations.plans import read_plan
from integrations.register import Deed, Register, actions, closing, communication, crises, decisions, due, meetings, outcomes, requests
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
        from tasks.papers import papers_for  # the very papers that a run makes

        meetings.invite(self.register, CRISIS, body, number, papers_for(self.register, CRISIS, body, number, now), self.by("systeem"), now)

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
        advice = CommunicationAdvice(strategy="Reconstructie: eerst de regio's.", effects="Reconstructie: vragen van gemeenten.")
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
