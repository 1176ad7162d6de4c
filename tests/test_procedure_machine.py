"""The life of a crisis as a state machine: whatever people do, in whatever order, the always and never of the rules hold.

Under both rule sets, on SQLite; and for a shorter while on PostgreSQL.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import col, select

from crisis.actions import ActionItem, ActionKind, ActionState, NewAction
from crisis.attendance import Capacity, Present
from crisis.convening import BY_FLOW, BY_RHYTHM, Call
from crisis.decisions import CommunicationAdvice, Decision, DecisionKind, DecisionStage, NewDecision, Secrecy, Status, status_of
from crisis.deputies import handed_on
from crisis.errors import Refused
from crisis.giving import GivenFigures
from crisis.inquiries import Answer, Inquiry, NewInquiry, Submission
from crisis.life import AskClosing, Convene, Phase, Prepare, next_step
from crisis.meetings import Direction, Meeting, Stage, check_direction
from crisis.members import Designation, Release, capacity_in
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.requests import Answered, Reply
from crisis.seats import ministries_missing
from crisis.structure import Body, RuleSet
from integrations.register import (
    Deed,
    actions,
    alerts,
    audit,
    closing,
    communication,
    crises,
    decisions,
    deputies,
    due,
    form_answers,
    inquiries,
    intake,
    meetings,
    members,
    outcomes,
    pushes,
    requests,
)
from integrations.register.tables import AuditRow
from tests.building import (
    NOW,
    SOMEONE,
    a_decision,
    a_grant,
    a_plan,
    a_register,
    an_activation,
    an_outcome,
    invited,
    own_pass,
)
from tests.databases import a_database

CRISIS = "asiel-2022"
SECRET_WORDS = "dit blijft in de kamer"
LEFT_OUT = ("picture", "advice", "ground", "feasibility", "communication")


CALLS = {
    Body.IAO: Call(initiative="directeur NCTV", consulted=("ministerie van JenV",)),
    Body.ICCB: Call(initiative="NCTV"),
    Body.MCCB: Call(initiative="minister van JenV", consulted=("minister-president", "minister van BZK")),
}
"""By whom each body may be called together; mostly by nobody else (R05, R09)."""
COMING_AND_GOING = ("zorg", "dg-zorg", "liaison")


PARTNERS: list[dict[str, Any]] = [
    {"id": "COA", "name": "COA", "kind": "organisatie", "address": "/coa", "indicators": ["opvang"], "contact": "woordvoerder"},
    {"id": "VR01", "name": "regio", "kind": "veiligheidsregio", "area": "VR01", "form": "formulier"}
    | {"indicators": ["opvang"], "contact": "lid"},
]
"""One with a system, and one with a form whose contact has a deputy; both can be mailed."""


def the_plan(ruleset: RuleSet) -> Plan:
    """One deputy for who records and for who confirms; two of a ministry that sits nowhere yet."""
    people = {name: person.model_dump() for name, person in a_plan().people.items()}
    for name in ("vervanger", "collega", "zorg", "dg-zorg"):
        people[name] = people["lid"] | {"name": name, "mail": f"{name}@toets.test"}
    for name, deputy in {"secretaris": "vervanger", "voorzitter": "vervanger", "lid": "collega", "liaison": "collega"}.items():
        people[name] |= {"deputy": deputy}
    for name, ministry in {"lid": "BZK", "zorg": "VWS", "dg-zorg": "VWS"}.items():
        people[name] |= {"ministry": ministry}
    people["liaison"] |= {"own_powers": True}
    return a_plan(ruleset=ruleset, people=people, letters="lid", partners=PARTNERS)


def deed_of(grant: Grant) -> Deed:
    """As the doors have it: a deputy with the person for whom."""
    return Deed(actor=grant.actor, origin="toets")


FLAWS: tuple[dict[str, Any], ...] = (
    *({name: None} for name in LEFT_OUT),
    {"rests_on": (99,)},
    {"addressees": ()},
    {"addressees": ("liaison",), "kind": DecisionKind.DECISION},
    {"kind": DecisionKind.DECISION},
    {"withdraws": 99},
)
"""What may be wrong with a decision; half of the time nothing is."""
REPLIED = ("condition", "reason", "effects")
"""What an addressee answers and the NKC advises: as secret as what it is about."""


@st.composite
def new_decisions(draw: st.DrawFn, body: Body, known: tuple[Decision, ...]) -> NewDecision:
    """What people write down for this body: mostly whole, sometimes with a flaw."""
    kind = draw(st.sampled_from(DecisionKind)) if body.may_decide else DecisionKind.ADVICE
    advice = [(d.number,) for d in known if not d.kind.decides]
    standing = [
        d.number for d in known if status_of(d, known) in (Status.INTENDED, Status.IN_FORCE) and d.body.rank <= body.rank
    ]
    fields: dict[str, Any] = {
        "kind": kind,
        "stage": draw(st.sampled_from(DecisionStage)),
        "secrecy": draw(st.sampled_from(Secrecy)),
        "addressees": ("liaison",) if kind in (DecisionKind.REQUEST, DecisionKind.AGREEMENT) else (),
        "rests_on": draw(st.sampled_from([(), *advice])),
        draw(st.sampled_from(["replaces", "withdraws"])): draw(st.sampled_from([None, None, *standing])),
    }
    return a_decision(SECRET_WORDS, **(fields | (draw(st.sampled_from(FLAWS)) if draw(st.integers(0, 5)) == 5 else {})))


class Procedure(RuleBasedStateMachine):
    """Those who act, each with the authority of their function; what the rules refuse changes nothing."""

    kind = "sqlite"
    ruleset = RuleSet.OF_2022

    def __init__(self) -> None:
        super().__init__()
        self._tidy = ExitStack()
        folder = self._tidy.enter_context(tempfile.TemporaryDirectory())
        self.plan = the_plan(self.ruleset)
        self.register = a_register(self._tidy.enter_context(a_database(self.kind, Path(folder))), self.plan)
        self._tidy.callback(self.register.close)
        self.now: datetime = NOW
        self.seen: dict[int, Decision] = {}
        self.recorded: dict[str, Grant] = {}
        """With what link each outcome, and the closing, was recorded last."""
        self.confirmed: dict[str, Grant] = {}
        self.away = {(body, person): NOW - timedelta(days=1) for body in Body for person in ("zorg", "dg-zorg")}
        """Who does not sit where, since when."""
        self.reports: dict[str | None, str] = {}
        """The digest of every report that a system sent."""
        self.inquiries: tuple[Inquiry, ...] = ()

    def teardown(self) -> None:
        self._tidy.close()

    @initialize(levels=st.sets(st.sampled_from(Body), min_size=1) | st.sampled_from([{one} for one in Body]), nkc=st.booleans())
    def activate(self, levels: set[Body], nkc: bool) -> None:
        activation = an_activation(levels=levels, nkc=nkc)
        crises.activate(self.register, activation, self.plan, SOMEONE, NOW)
        self._conduct()

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        due.follow_up(self.register, SOMEONE, self.now)
        self._conduct()

    def _conduct(self) -> None:
        """As the flow does it: on, until only people can go on. Nobody does two things in the same minute."""
        self.now += timedelta(minutes=1)
        while True:
            standing = crises.standing(self.register, CRISIS)
            match step := next_step(standing):
                case Convene():
                    meetings.convene(self.register, CRISIS, step.body, step.number, self.now, SOMEONE, self.now)
                case Prepare():
                    invited(self.register, step.body, step.number, self.now)
                case AskClosing():
                    closing.ask(self.register, CRISIS, SOMEONE, self.now)
                case _:
                    break
        self.standing, self.items = standing, actions.of_crisis(self.register, CRISIS)
        before, self.inquiries = self.inquiries, inquiries.of_crisis(self.register, CRISIS)
        assert [one for one in before if not one.is_open and one not in self.inquiries] == [], "closed once, closed for good"
        self.decisions, self.requests = decisions.of_crisis(self.register, CRISIS), requests.of_crisis(self.register, CRISIS)

    @precondition(lambda self: bool(self._meetings(Stage.INVITED)))
    @rule(data=st.data())
    def an_outcome_is_recorded(self, data: st.DataObject) -> None:
        meeting = data.draw(st.sampled_from(self._meetings(Stage.INVITED)))
        direction = data.draw(st.sampled_from(self._directions(meeting)))
        new = data.draw(st.lists(new_decisions(meeting.body, self.decisions), max_size=2))
        promised = data.draw(st.lists(self._new_items(len(new)), max_size=1))
        outcome = an_outcome(self.register, meeting.body, direction, *promised)
        seat = self.standing.crisis.plan.bodies[meeting.body]
        there = data.draw(st.sampled_from([tuple(Present(name=name) for name in (seat.chair, *seat.members))] * 9 + [()]))
        gate = data.draw(st.sampled_from([outcome.scale_down] * 9 + [None]))
        taken = (*new, *outcome.decisions)
        outcome = outcome.model_copy(update={"decisions": taken, "present": there, "scale_down": gate})
        with self._unchanged_if_refused():
            grant = a_grant(Act.RECORD_OUTCOME, meeting.key, issued_at=self.now)
            self.recorded[meeting.key] = self._act(
                data, grant, lambda link, deed: outcomes.record(self.register, link, outcome, deed, self.now)
            )
            self.confirmed.pop(meeting.key, None)
        self._conduct()

    def _act(self, data: st.DataObject, grant: Grant, act: Callable[[Grant, Deed], object]) -> Grant:
        """Somebody acts with their link; or hands it on to their deputy, who acts with another while theirs does nothing more.

        Who acted, and on whose behalf, is in the audit trail, also where it was refused. Raises Refused.
        """
        if self.plan.people[grant.person].deputy and not data.draw(st.integers(0, 2)):
            deputy = deputies.hand_on(self.register, grant, deed_of(grant), self.now)
            spent, grant = grant, handed_on(grant, deputy, self.now)
            with self._unchanged_if_refused(), pytest.raises(Refused):
                act(spent, deed_of(spent))
        try:
            act(grant, deed_of(grant))
        finally:
            with self.register.read() as session:
                assert session.exec(select(AuditRow.actor).order_by(col(AuditRow.seq).desc()).limit(1)).one() == grant.actor
        return grant

    @contextmanager
    def _unchanged_if_refused(self) -> Iterator[None]:
        before = self._state()
        try:
            yield
        except Refused:
            assert self._state() == before

    def _of_own_accord(self, data: st.DataObject, act: Act, do: Callable[[Grant, Deed], object]) -> bool:
        """Somebody asked for a link to do this, and uses it; whether it was allowed."""
        person = data.draw(st.sampled_from(["secretaris", "secretaris", "voorzitter", "lid"]))
        with self._unchanged_if_refused():
            self._act(data, own_pass(act, person, CRISIS, self.now), do)
            return True
        return False

    @rule(data=st.data(), body=st.sampled_from(Body), by=st.sampled_from([None, None, None, *Body]))
    def an_extra_meeting_is_called(self, data: st.DataObject, body: Body, by: Body | None) -> None:
        """Also while another of this body is open."""
        call, at = CALLS[by or body], self.now + timedelta(hours=2)
        self._of_own_accord(
            data, Act.CALL_MEETING, lambda link, deed: meetings.call(self.register, link, body, at, call, deed, self.now)
        )
        self._conduct()

    @rule(data=st.data(), hours=st.integers(1, 60), enough=st.sampled_from([None, None, 0.5]))
    def partners_are_asked(self, data: st.DataObject, hours: int, enough: float | None) -> None:
        """Outside a meeting, and each time something else."""
        asked = NewInquiry(
            question=f"Hoeveel, om {self.now}?",
            indicators=("opvang",),
            partners=data.draw(st.sampled_from([("VR01",), ("VR01", "COA")])),
            reference_date=self.now.date() - timedelta(days=data.draw(st.integers(0, 3))),
            due_at=self.now + timedelta(hours=hours),
            enough=enough,
        )
        self._of_own_accord(
            data, Act.ASK_PARTNERS, lambda link, deed: inquiries.ask(self.register, link, asked, deed, self.now)
        )
        self._conduct()

    @precondition(lambda self: bool(self.inquiries))
    @rule(
        data=st.data(),
        filled=st.sampled_from([*({"values": {"opvang.observed": value}} for value in (0, 7)), {"unchanged": True}]),
    )
    def a_contact_answers(self, data: st.DataObject, filled: dict[str, Any]) -> None:
        """Also when it is closed, and then it is late."""
        inquiry = data.draw(st.sampled_from(self.inquiries))
        grant, given = a_grant(Act.GIVE_FIGURES, inquiry.key_of("VR01"), "lid", self.now), GivenFigures(**filled)

        def give(link: Grant, deed: Deed) -> None:
            answer = form_answers.give(self.register, link, given, deed, self.now)
            assert answer.submission is inquiry.submission_at(self.now)

        with self._unchanged_if_refused():
            self._act(data, grant, give)
            assert self.standing.crisis.phase is not Phase.CLOSED
        self._conduct()

    @rule(report=st.integers(1, 4), value=st.integers(0, 1), hours=st.integers(0, 48))
    def a_system_sends_a_report(self, report: int, value: int, hours: int) -> None:
        """Of its own accord: again, or otherwise under the same number, or one that it drew up long ago."""
        answer = Answer(
            partner="COA",
            submission=Submission.ON_TIME,
            received_at=self.now,
            report_id=f"COA-{report}",
            stated_at=self.now - timedelta(hours=hours),
            digest=f"{report}{value}" * 32,
        )
        with self._unchanged_if_refused():
            is_new = pushes.take(self.register, answer, SOMEONE, self.now).is_new
            assert is_new is (answer.report_id not in self.reports)
            assert self.reports.setdefault(answer.report_id, answer.digest) == answer.digest
        self._conduct()

    @rule(
        data=st.data(),
        body=st.sampled_from(Body),
        person=st.sampled_from(COMING_AND_GOING),
        capacity=st.sampled_from([Capacity.MEMBER, Capacity.MEMBER, Capacity.ADVISORY]),
        agreed_with=st.sampled_from(["minister-president", "minister-president", None]),
        is_sensible=st.sampled_from([True, True, True, False]),
    )
    def somebody_comes_or_goes(
        self, data: st.DataObject, body: Body, person: str, capacity: Any, agreed_with: str | None, is_sensible: bool
    ) -> None:
        """Who takes part is released, and who does not is designated; now and then the other way round."""
        about: dict[str, Any] = {"body": body, "person": person, "decided_by": "voorzitter", "reason": f"{self.now}"}
        takes_part = capacity_in(self.standing.crisis.plan.bodies[body], person) is not None
        if takes_part is is_sensible:
            release = Release(**about)
            if self._of_own_accord(
                data, Act.RELEASE, lambda link, deed: members.release(self.register, link, release, deed, self.now)
            ):
                self.away[body, person] = self.now
        else:
            wish = Designation(**about, capacity=capacity, agreed_with=agreed_with)
            if self._of_own_accord(
                data, Act.DESIGNATE, lambda link, deed: members.designate(self.register, link, wish, deed, self.now)
            ):
                self.away.pop((body, person), None)
        self._conduct()

    def _new_items(self, taken: int) -> st.SearchStrategy[NewAction]:
        """What somebody promises: now and then one who has powers of their own, and from whatever was taken."""
        return st.builds(
            NewAction,
            title=st.just("iets"),
            owner=st.sampled_from(["lid", "lid", "liaison"]),
            due_at=st.just(self.now + timedelta(days=1)),
            decision=st.sampled_from([None, *range(1, taken + 1)]),
        )

    def _directions(self, meeting: Meeting) -> list[Direction]:
        """Those that are open to this body, and now and then one that is not."""
        levels = self.standing.crisis.levels
        possible = []
        for direction in Direction:
            with suppress(Refused):
                check_direction(meeting, direction, levels)
                possible.append(direction)
        return possible * 4 + [*Direction]

    @precondition(lambda self: bool(self._meetings(Stage.PROPOSED)))
    @rule(
        data=st.data(),
        person=st.sampled_from(["voorzitter", "voorzitter", "secretaris", "lid"]),
        accepted=st.sampled_from([True, True, False]),
    )
    def somebody_confirms(self, data: st.DataObject, person: str, accepted: bool) -> None:
        meeting = data.draw(st.sampled_from(self._meetings(Stage.PROPOSED)))
        remark = "" if accepted else "Nee."
        with self._unchanged_if_refused():
            grant = a_grant(Act.CONFIRM_OUTCOME, meeting.key, person, self.now)
            self.confirmed[meeting.key] = self._act(
                data, grant, lambda link, deed: outcomes.confirm(self.register, link, accepted, remark, deed, self.now)
            )
            assert person == "voorzitter"
        self._conduct()

    @precondition(lambda self: bool(self.decisions))
    @rule(data=st.data())
    def the_nkc_advises(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([d.number for d in self.decisions]))
        advice = CommunicationAdvice(strategy="Eerst de regio's.", effects="Vragen.")
        grant = a_grant(Act.ADVISE, f"{CRISIS}/B{number}", "woordvoerder", self.now)
        with suppress(Refused):
            communication.advise(self.register, grant, advice, SOMEONE, self.now)
        self._conduct()

    @precondition(lambda self: bool(self.requests))
    @rule(data=st.data(), answer=st.sampled_from(Answered))
    def an_addressee_answers(self, data: st.DataObject, answer: Answered) -> None:
        given = Reply(answer=answer, condition="Met personeel.", reason="Zo is het.")
        for request in self.requests:
            with self._unchanged_if_refused():
                grant = a_grant(Act.ANSWER_REQUEST, request.key, request.addressee, self.now)
                self._act(data, grant, lambda link, deed: requests.reply(self.register, link, given, deed, self.now))
                assert request.is_open
        self._conduct()

    @precondition(lambda self: bool(self._open_items()))
    @rule(data=st.data())
    def an_owner_finishes(self, data: st.DataObject) -> None:
        for item in self._open_items() if data.draw(st.booleans()) else self._open_items()[:1]:
            self._finish(data, item)
        self._conduct()

    def _open_items(self) -> list[ActionItem]:
        return [item for item in self.items if item.is_open]

    def _finish(self, data: st.DataObject, item: ActionItem) -> None:
        key = f"{CRISIS}/A{item.number}"
        report = a_grant(Act.REPORT_ACTION, key, item.owner, self.now)
        self._act(data, report, lambda link, deed: actions.report(self.register, link, "gedaan", deed, self.now))
        verifier = "secretaris" if item.owner != "secretaris" else "voorzitter"
        verify = a_grant(Act.VERIFY_ACTION, key, verifier, self.now)
        self._act(data, verify, lambda link, deed: actions.verify(self.register, link, True, "", deed, self.now))

    @precondition(lambda self: self.standing.crisis.phase is not Phase.ACTIVE)
    @rule(data=st.data(), person=st.sampled_from(["secretaris", "secretaris", "voorzitter"]))
    def somebody_closes(self, data: st.DataObject, person: str) -> None:
        key = closing.key_of(CRISIS)
        with self._unchanged_if_refused():
            grant = a_grant(Act.CLOSE_CRISIS, key, person, self.now)
            self.recorded[key] = self._act(data, grant, lambda link, deed: closing.propose(self.register, link, deed, self.now))
            self.confirmed.pop(key, None)
        self._conduct()

    @precondition(lambda self: self.standing.crisis.phase is not Phase.ACTIVE)
    @rule(data=st.data(), person=st.sampled_from(["secretaris", "voorzitter"]), accepted=st.sampled_from([True, True, False]))
    def somebody_confirms_the_closing(self, data: st.DataObject, person: str, accepted: bool) -> None:
        key = closing.key_of(CRISIS)
        with self._unchanged_if_refused():
            grant = a_grant(Act.CONFIRM_CLOSING, key, person, self.now)
            self.confirmed[key] = self._act(
                data, grant, lambda link, deed: closing.confirm(self.register, link, accepted, "Nog niet.", deed, self.now)
            )
        self._conduct()

    @invariant()
    def nobody_confirms_what_they_recorded_nor_what_was_recorded_for_them(self) -> None:
        """Four eyes: who acted, and on whose behalf, on both sides."""
        for key, second in self.confirmed.items():
            first = self.recorded[key]
            assert not {first.person, first.principal} & {second.person, second.principal}

    @invariant()
    def every_ministry_of_iccb_and_mccb_has_somebody_in_the_iao(self) -> None:
        """R10."""
        assert ministries_missing(self.standing.crisis.plan) == frozenset()

    @invariant()
    def no_decision_stands_without_what_it_must_rest_on(self) -> None:
        """R08, R11, R14, R17, R24, E10."""
        advised = {given.decision for given in communication.of_crisis(self.register, CRISIS)}
        for decision in self.decisions:
            if not decision.kind.decides:
                continue
            assert decision.body is not Body.IAO
            assert decision.picture
            assert decision.feasibility
            assert decision.rests_on or decision.advice
            assert decision.ground or decision.body is Body.MCCB
            assert decision.kind is not DecisionKind.DECISION or "liaison" not in decision.addressees
            if self.standing.crisis.nkc and not decision.is_intended:
                assert decision.communication or advised & {decision.replaces, *decision.rests_on}

    @invariant()
    def what_was_decided_falls_by_a_decision_alone(self) -> None:
        """R17: no advice takes its place, or withdraws it."""
        known = {decision.number: decision for decision in self.decisions}
        for decision in known.values():
            touched = [known[number] for number in (decision.replaces, decision.withdraws) if number]
            assert decision.kind.decides or not [one for one in touched if one.kind.decides]

    @invariant()
    def nothing_recorded_is_ever_edited(self) -> None:
        now = {decision.number: decision for decision in self.decisions}
        assert {number: now[number] for number in self.seen} == self.seen
        assert sorted(now) == list(range(1, len(now) + 1))
        self.seen = now

    @invariant()
    def two_pairs_of_eyes_saw_every_outcome_of_the_mccb(self) -> None:
        for meeting in self.standing.meetings:
            if meeting.body is Body.MCCB and meeting.stage is Stage.RECORDED:
                assert meeting.confirmed_by not in (None, meeting.recorded_by)
            if meeting.is_open:
                assert not [d for d in self.decisions if (d.body, d.meeting) == (meeting.body, meeting.number)]

    @invariant()
    def the_structure_ends_through_its_gate(self) -> None:
        """R20: a successor, an owner for everything, aftercare and evaluation on the list."""
        crisis = self.standing.crisis
        assert (crisis.phase is Phase.ACTIVE) == bool(crisis.levels)
        if crisis.phase is not Phase.ACTIVE:
            assert crisis.successor
            kinds = {item.kind for item in self.items}
            assert kinds >= {ActionKind.AFTERCARE, ActionKind.EVALUATION}
            assert not any(status_of(d, self.decisions) is Status.INTENDED for d in self.decisions if d.kind.decides)

    @invariant()
    def a_closed_crisis_has_nothing_open_and_was_closed_by_two(self) -> None:
        if self.standing.crisis.phase is not Phase.CLOSED:
            return
        crisis = self.standing.crisis
        assert all(item.state is ActionState.CLOSED for item in self.items)
        assert all(m.stage is Stage.RECORDED for m in self.standing.meetings)
        assert not any(request.is_open for request in self.requests)
        assert None not in (crisis.closing_by, crisis.closed_by)
        assert crisis.closing_by != crisis.closed_by

    @invariant()
    def nobody_is_asked_anything_once_the_last_body_has_left(self) -> None:
        if self.standing.crisis.phase is not Phase.ACTIVE:
            assert not [inquiry.key for inquiry in self.inquiries if inquiry.is_open]

    @invariant()
    def what_is_final_is_put_to_its_addressees_and_what_is_taken_back_to_nobody(self) -> None:
        put = {request.decision: request for request in self.requests}
        known = self.decisions
        for decision in known:
            assert (decision.number in put) == decision.is_put
            if decision.is_put and status_of(decision, known) in (Status.REPLACED, Status.WITHDRAWN):
                assert not put[decision.number].is_open

    @invariant()
    def the_house_hears_of_the_activation_once_and_of_every_mccb_that_decided(self) -> None:
        """R19: with the first outcome that stands."""
        letters = [item for item in self.items if item.kind is ActionKind.PROMISE]
        first = min((m.recorded_at for m in self._meetings(Stage.RECORDED) if m.recorded_at), default=None)
        assert [item.opened_at for item in letters if "de activering" in item.title] == ([first] if first else [])
        deciding = {d.meeting for d in self.decisions if d.body is Body.MCCB and d.kind.decides and not d.is_intended}
        assert sorted(item.meeting for item in letters if "MCCb" in item.title) == sorted(deciding)

    @invariant()
    def who_has_powers_of_their_own_has_to_do_only_what_was_asked_of_them(self) -> None:
        """R24."""
        put = {decision.number for decision in self.decisions if decision.is_put and "liaison" in decision.addressees}
        assert {item.decision for item in self.items if item.owner == "liaison"} <= put

    @invariant()
    def what_is_secret_goes_out_by_no_channel(self) -> None:
        """R22: one of the words of every decision here is secret where the decision is."""
        secret = {d.number for d in self.decisions if d.secrecy is Secrecy.SECRET}
        for alert in alerts.claim(self.register, "lezer", 1000, timedelta(0)):
            facts = alert.alert.facts
            self._is_for_who_sits_there(alert.alert.grant)
            told = [d for d in facts.get("decisions", ()) if d["number"] in secret]
            assert not [d for d in told if SECRET_WORDS in d["text"]]
            if "text" in facts and facts.get("number") in secret:
                assert SECRET_WORDS not in facts["text"]
                assert not {"Met personeel.", "Zo is het.", "Vragen."} & {facts.get(name) for name in REPLIED}
            if facts.get("body") == Body.MCCB and "summary" in facts:
                assert facts["summary"] == "Geheim (R22)"

    def _is_for_who_sits_there(self, grant: Grant | None) -> None:
        """Who was released from a body, or never sat in it, gets no link to what it has before it.

        An invitation may go out in the minute in which somebody is released, just before.
        """
        if grant and grant.act is Act.READ_PAPERS:
            _, body, _ = meetings.parts(grant.object)
            since = self.away.get((body, grant.person))
            assert since is None or grant.issued_at <= since

    @invariant()
    def no_body_comes_together_by_itself_before_its_meeting_before_had_an_outcome(self) -> None:
        """An earlier one may still be open: where people met in between, what they agreed on goes on."""
        for meeting in self.standing.meetings:
            if meeting.initiative in (BY_FLOW.initiative, BY_RHYTHM.initiative) and meeting.number > 1:
                (before,) = [m for m in self.standing.of(meeting.body) if m.number == meeting.number - 1]
                assert before.recorded_at
                assert before.recorded_at <= meeting.convened_at

    @invariant()
    def the_audit_trail_holds(self) -> None:
        assert audit.verify(self.register)[1] is None

    def _meetings(self, stage: Stage) -> list[Meeting]:
        return [meeting for meeting in self.standing.meetings if meeting.stage is stage]

    def _state(self) -> tuple[object, ...]:
        register = self.register
        known = decisions.of_crisis(register, CRISIS), actions.of_crisis(register, CRISIS)
        asked = inquiries.of_crisis(register, CRISIS)
        answers = [intake.of_inquiry(register, CRISIS, one.number) for one in asked]
        return crises.standing(register, CRISIS), *known, asked, answers


class Under2016(Procedure):
    """The same under the rules that were in force in June 2022."""

    ruleset = RuleSet.OF_2016


class OnPostgreSQL(Procedure):
    """The same on the other database."""

    kind = "postgresql"


TestProcedureOf2022 = Procedure.TestCase
TestProcedureOf2022.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestProcedureOf2016 = Under2016.TestCase
TestProcedureOf2016.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestProcedureOnPostgreSQL = OnPostgreSQL.TestCase
TestProcedureOnPostgreSQL.settings = settings(max_examples=4, stateful_step_count=20, deadline=None)
