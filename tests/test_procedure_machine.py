"""The life of a crisis as a state machine: whatever people do, in whatever order, the always and never of the rules hold.

Under both rule sets, on SQLite; and for a shorter while on PostgreSQL.
"""

import tempfile
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crisis.actions import ActionItem, ActionKind, ActionState, NewAction
from crisis.decisions import CommunicationAdvice, Decision, DecisionKind, DecisionStage, NewDecision, Secrecy, Status, status_of
from crisis.errors import Refused
from crisis.life import AskClosing, Convene, Phase, Prepare, next_step
from crisis.meetings import Direction, Meeting, Stage, check_direction
from crisis.passes import Act
from crisis.plan import Plan
from crisis.requests import Answered, Reply
from crisis.structure import Body, RuleSet
from integrations.register import (
    actions,
    alerts,
    audit,
    closing,
    communication,
    crises,
    decisions,
    due,
    meetings,
    outcomes,
    requests,
)
from tests.building import NOW, PRESENT, SOMEONE, a_decision, a_grant, a_plan, a_register, an_activation, an_outcome, invited
from tests.databases import a_database

CRISIS = "asiel-2022"
SECRET_WORDS = "dit blijft in de kamer"
LEFT_OUT = ("picture", "advice", "ground", "feasibility", "communication")


def the_plan(ruleset: RuleSet) -> Plan:
    people = {name: person.model_dump() for name, person in a_plan().people.items()}
    people["liaison"] |= {"own_powers": True}
    return a_plan(ruleset=ruleset, people=people, letters="lid")


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
            match step := next_step(crises.standing(self.register, CRISIS)):
                case Convene():
                    meetings.convene(self.register, CRISIS, step.body, step.number, self.now, SOMEONE, self.now)
                case Prepare():
                    invited(self.register, step.body, step.number, self.now)
                case AskClosing():
                    closing.ask(self.register, CRISIS, SOMEONE, self.now)
                case _:
                    return

    @precondition(lambda self: bool(self._meetings(Stage.INVITED)))
    @rule(data=st.data())
    def an_outcome_is_recorded(self, data: st.DataObject) -> None:
        meeting = data.draw(st.sampled_from(self._meetings(Stage.INVITED)))
        direction = data.draw(st.sampled_from(self._directions(meeting)))
        new = data.draw(st.lists(new_decisions(meeting.body, self._decisions()), max_size=2))
        promised = data.draw(st.lists(self._new_items(len(new)), max_size=1))
        outcome = an_outcome(self.register, meeting.body, direction, *promised)
        there = data.draw(st.sampled_from([PRESENT] * 9 + [()]))
        gate = data.draw(st.sampled_from([outcome.scale_down] * 9 + [None]))
        outcome = outcome.model_copy(update={"decisions": tuple(new), "present": there, "scale_down": gate})
        grant = a_grant(Act.RECORD_OUTCOME, meeting.key, issued_at=self.now)
        before = self._state()
        try:
            outcomes.record(self.register, grant, outcome, SOMEONE, self.now)
        except Refused:
            assert self._state() == before
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
        levels = crises.find(self.register, CRISIS).levels
        possible = []
        for direction in Direction:
            with suppress(Refused):
                check_direction(meeting, direction, levels)
                possible.append(direction)
        return possible * 4 + [*Direction]

    @precondition(lambda self: bool(self._meetings(Stage.PROPOSED)))
    @rule(
        person=st.sampled_from(["voorzitter", "voorzitter", "secretaris", "lid"]), accepted=st.sampled_from([True, True, False])
    )
    def somebody_confirms(self, person: str, accepted: bool) -> None:
        (meeting,) = self._meetings(Stage.PROPOSED)
        grant, before = a_grant(Act.CONFIRM_OUTCOME, meeting.key, person, self.now), self._state()
        try:
            outcomes.confirm(self.register, grant, accepted, "" if accepted else "Nee.", SOMEONE, self.now)
            assert person == "voorzitter"
        except Refused:
            assert self._state() == before
        self._conduct()

    @precondition(lambda self: bool(self._decisions()))
    @rule(data=st.data())
    def the_nkc_advises(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([d.number for d in self._decisions()]))
        advice = CommunicationAdvice(strategy="Eerst de regio's.", effects="Vragen.")
        grant = a_grant(Act.ADVISE, f"{CRISIS}/B{number}", "woordvoerder", self.now)
        with suppress(Refused):
            communication.advise(self.register, grant, advice, SOMEONE, self.now)
        self._conduct()

    @precondition(lambda self: bool(requests.of_crisis(self.register, CRISIS)))
    @rule(answer=st.sampled_from(Answered))
    def an_addressee_answers(self, answer: Answered) -> None:
        for request in requests.of_crisis(self.register, CRISIS):
            grant = a_grant(Act.ANSWER_REQUEST, request.key, request.addressee, self.now)
            given = Reply(answer=answer, condition="Met personeel.", reason="Zo is het.")
            try:
                requests.reply(self.register, grant, given, SOMEONE, self.now)
                assert request.is_open
            except Refused:
                continue
        self._conduct()

    @precondition(lambda self: bool(self._open_items()))
    @rule(data=st.data())
    def an_owner_finishes(self, data: st.DataObject) -> None:
        for item in self._open_items() if data.draw(st.booleans()) else self._open_items()[:1]:
            self._finish(item)
        self._conduct()

    def _open_items(self) -> list[ActionItem]:
        return [item for item in actions.of_crisis(self.register, CRISIS) if item.is_open]

    def _finish(self, item: ActionItem) -> None:
        key = f"{CRISIS}/A{item.number}"
        actions.report(self.register, a_grant(Act.REPORT_ACTION, key, item.owner, self.now), "gedaan", SOMEONE, self.now)
        verifier = "secretaris" if item.owner != "secretaris" else "voorzitter"
        actions.verify(self.register, a_grant(Act.VERIFY_ACTION, key, verifier, self.now), True, "", SOMEONE, self.now)

    @precondition(lambda self: crises.find(self.register, CRISIS).phase is not Phase.ACTIVE)
    @rule(person=st.sampled_from(["secretaris", "secretaris", "voorzitter"]))
    def somebody_closes(self, person: str) -> None:
        grant = a_grant(Act.CLOSE_CRISIS, closing.key_of(CRISIS), person, self.now)
        with suppress(Refused):
            closing.propose(self.register, grant, SOMEONE, self.now)
        self._conduct()

    @precondition(lambda self: crises.find(self.register, CRISIS).phase is not Phase.ACTIVE)
    @rule(person=st.sampled_from(["secretaris", "voorzitter"]), accepted=st.sampled_from([True, True, False]))
    def somebody_confirms_the_closing(self, person: str, accepted: bool) -> None:
        grant = a_grant(Act.CONFIRM_CLOSING, closing.key_of(CRISIS), person, self.now)
        with suppress(Refused):
            closing.confirm(self.register, grant, accepted, "Nog niet.", SOMEONE, self.now)
        self._conduct()

    @invariant()
    def no_decision_stands_without_what_it_must_rest_on(self) -> None:
        """R08, R11, R14, R17, R24, E10."""
        advised = {given.decision for given in communication.of_crisis(self.register, CRISIS)}
        for decision in self._decisions():
            if not decision.kind.decides:
                continue
            assert decision.body is not Body.IAO
            assert decision.picture
            assert decision.feasibility
            assert decision.rests_on or decision.advice
            assert decision.ground or decision.body is Body.MCCB
            assert decision.kind is not DecisionKind.DECISION or "liaison" not in decision.addressees
            if crises.find(self.register, CRISIS).nkc and not decision.is_intended:
                assert decision.communication or advised & {decision.replaces, *decision.rests_on}

    @invariant()
    def what_was_decided_falls_by_a_decision_alone(self) -> None:
        """R17: no advice takes its place, or withdraws it."""
        known = {decision.number: decision for decision in self._decisions()}
        for decision in known.values():
            touched = [known[number] for number in (decision.replaces, decision.withdraws) if number]
            assert decision.kind.decides or not [one for one in touched if one.kind.decides]

    @invariant()
    def nothing_recorded_is_ever_edited(self) -> None:
        now = {decision.number: decision for decision in self._decisions()}
        assert {number: now[number] for number in self.seen} == self.seen
        assert sorted(now) == list(range(1, len(now) + 1))
        self.seen = now

    @invariant()
    def two_pairs_of_eyes_saw_every_outcome_of_the_mccb(self) -> None:
        for meeting in meetings.of_crisis(self.register, CRISIS) if self._is_active() else ():
            if meeting.body is Body.MCCB and meeting.stage is Stage.RECORDED:
                assert meeting.confirmed_by not in (None, meeting.recorded_by)
            if meeting.is_open:
                assert not [d for d in self._decisions() if (d.body, d.meeting) == (meeting.body, meeting.number)]

    @invariant()
    def the_structure_ends_through_its_gate(self) -> None:
        """R20: a successor, an owner for everything, aftercare and evaluation on the list."""
        if not self._is_active():
            return
        crisis = crises.find(self.register, CRISIS)
        assert (crisis.phase is Phase.ACTIVE) == bool(crisis.levels)
        if crisis.phase is not Phase.ACTIVE:
            assert crisis.successor
            kinds = {item.kind for item in actions.of_crisis(self.register, CRISIS)}
            assert kinds >= {ActionKind.AFTERCARE, ActionKind.EVALUATION}
            assert not any(status_of(d, self._decisions()) is Status.INTENDED for d in self._decisions() if d.kind.decides)

    @invariant()
    def a_closed_crisis_has_nothing_open_and_was_closed_by_two(self) -> None:
        if not self._is_active() or crises.find(self.register, CRISIS).phase is not Phase.CLOSED:
            return
        crisis = crises.find(self.register, CRISIS)
        assert all(item.state is ActionState.CLOSED for item in actions.of_crisis(self.register, CRISIS))
        assert all(m.stage is Stage.RECORDED for m in meetings.of_crisis(self.register, CRISIS))
        assert not any(request.is_open for request in requests.of_crisis(self.register, CRISIS))
        assert None not in (crisis.closing_by, crisis.closed_by)
        assert crisis.closing_by != crisis.closed_by

    @invariant()
    def what_is_final_is_put_to_its_addressees_and_what_is_taken_back_to_nobody(self) -> None:
        put = {request.decision: request for request in requests.of_crisis(self.register, CRISIS)}
        known = self._decisions()
        for decision in known:
            assert (decision.number in put) == decision.is_put
            if decision.is_put and status_of(decision, known) in (Status.REPLACED, Status.WITHDRAWN):
                assert not put[decision.number].is_open

    @invariant()
    def the_house_hears_of_the_activation_once_and_of_every_mccb_that_decided(self) -> None:
        """R19: with the first outcome that stands."""
        letters = [item for item in actions.of_crisis(self.register, CRISIS) if item.kind is ActionKind.PROMISE]
        first = min((m.recorded_at for m in self._meetings(Stage.RECORDED) if m.recorded_at), default=None)
        assert [item.opened_at for item in letters if "de activering" in item.title] == ([first] if first else [])
        deciding = {d.meeting for d in self._decisions() if d.body is Body.MCCB and d.kind.decides and not d.is_intended}
        assert sorted(item.meeting for item in letters if "MCCb" in item.title) == sorted(deciding)

    @invariant()
    def who_has_powers_of_their_own_has_to_do_only_what_was_asked_of_them(self) -> None:
        """R24."""
        put = {decision.number for decision in self._decisions() if decision.is_put and "liaison" in decision.addressees}
        assert {item.decision for item in actions.of_crisis(self.register, CRISIS) if item.owner == "liaison"} <= put

    @invariant()
    def what_is_secret_goes_out_by_no_channel(self) -> None:
        """R22: one of the words of every decision here is secret where the decision is."""
        secret = {d.number for d in self._decisions() if d.secrecy is Secrecy.SECRET}
        for alert in alerts.claim(self.register, "lezer", 1000, timedelta(0)):
            facts = alert.alert.facts
            told = [d for d in facts.get("decisions", ()) if d["number"] in secret]
            assert not [d for d in told if SECRET_WORDS in d["text"]]
            if "text" in facts and facts.get("number") in secret:
                assert SECRET_WORDS not in facts["text"]
                assert not {"Met personeel.", "Zo is het.", "Vragen."} & {facts.get(name) for name in REPLIED}
            if facts.get("body") == Body.MCCB and "summary" in facts:
                assert facts["summary"] == "Geheim (R22)"

    @invariant()
    def no_body_has_two_open_meetings(self) -> None:
        still_open = [m.body for m in meetings.of_crisis(self.register, CRISIS) if m.is_open]
        assert len(still_open) == len(set(still_open))

    @invariant()
    def the_audit_trail_holds(self) -> None:
        assert audit.verify(self.register)[1] is None

    def _is_active(self) -> bool:
        return bool(crises.all_of_them(self.register))

    def _decisions(self) -> tuple[Decision, ...]:
        return decisions.of_crisis(self.register, CRISIS)

    def _meetings(self, stage: Stage) -> list[Meeting]:
        if not self._is_active():
            return []
        return [meeting for meeting in meetings.of_crisis(self.register, CRISIS) if meeting.stage is stage]

    def _state(self) -> tuple[object, ...]:
        register = self.register
        return crises.standing(register, CRISIS), self._decisions(), actions.of_crisis(register, CRISIS)


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
