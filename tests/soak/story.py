"""A crisis story at random: what somebody could do now, by what the register says.

The same seed gives the same story, for as long as the register says the same: nothing here looks at how far delivery is.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import col, func, select

from crisis.actions import ActionState
from crisis.audit import Result
from crisis.decisions import CommunicationAdvice
from crisis.errors import Refused
from crisis.inquiries import Answer, Submission
from crisis.late_papers import NewPaper
from crisis.life import AskClosing, Convene, Phase, Standing, next_step
from crisis.meetings import Direction, Meeting, Outcome, Papers, Stage
from crisis.members import Designation, Release, capacity_in
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.requests import Answered, Reply
from crisis.situation import draw_picture
from crisis.structure import LADDER, Body
from integrations.alerts.delivery import Backoff, Delivery
from integrations.register import (
    Deed,
    Register,
    actions,
    closing,
    communication,
    crises,
    due,
    initiative,
    intake,
    late_papers,
    meetings,
    members,
    outcomes,
    requests,
    runs,
    signs,
)
from integrations.register.tables import AlertRow, CrisisRow, UsedPassRow
from integrations.settings import Settings
from tests.building import a_plan, an_activation
from tests.soak.concluding import Before, Cast, Concluding
from tests.soak.invariants import Acknowledged
from tests.soak.rows import (
    ACTIVATE,
    ADD_PAPER,
    ADVISE,
    ANSWER,
    ASK_CLOSING,
    ASK_LINK,
    CLOSE,
    CONFIRM,
    CONVENE,
    DESIGNATE,
    FOLLOW_UP,
    INVITE,
    PROPOSE_CLOSING,
    RECORD,
    RELEASE,
    REPORT,
    TAKE_IN,
    VERIFY,
)

SOMEONE = Deed("iemand", "duurproef")
NOBODY_HOME = "weg@nergens.test"
"""An address of the plan that refuses all mail."""
CAST = Cast(
    owners=("lid", "liaison", "woordvoerder", "secretaris"), outside=("regio", "gemeente"), present=("voorzitter", "lid")
)
GUEST = "gast"
"""Somebody who is designated into a body, and released again."""
EVERYTHING = (
    *(ACTIVATE, CONVENE, TAKE_IN, INVITE, ADD_PAPER, ASK_LINK, RECORD, CONFIRM, ADVISE, ANSWER, DESIGNATE, RELEASE),
    *(REPORT, VERIFY, FOLLOW_UP, ASK_CLOSING, PROPOSE_CLOSING, CLOSE),
)
"""All that somebody can ask of the register in a story."""
LEASE = timedelta(seconds=2)
"""How long a claim of delivery holds: so short that what a killed child held is soon due again."""
AT_ONCE = Backoff(first=timedelta(0), longest=timedelta(0))
ONE_STEP = timedelta(hours=2)
"""From one command to the next, towards the end."""
AT_A_TIME = 3
"""Crises that are open at once."""

Said = list[Acknowledged]


@dataclass(frozen=True)
class Command:
    """Something that somebody asks of the register; or, with nothing to ask, that what is due be delivered."""

    kind: str
    """Which crash points are on its way: `write`, `bookkeeping` or `delivery`."""
    action: str
    about: str
    now: datetime
    ask: Callable[[Register], object] | None = None
    is_idempotent: bool = False
    """Done twice, it is done once; and what was done first may have been at another time."""
    token: str | None = None
    """Text that is in the register only if this very request was recorded."""

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.action} {self.about}".strip()


def the_plan() -> Plan:
    """Small, meeting daily, with two who have powers of their own, and with one member of the MCCb whom no mail reaches."""
    plan = a_plan()
    people = plan.people | {"weg": plan.people["lid"].model_copy(update={"mail": NOBODY_HOME})}
    for name in (GUEST, *CAST.outside):
        known = {"name": name, "mail": f"{name}@nergens.voorbeeld.test", "own_powers": name in CAST.outside}
        people[name] = plan.people["lid"].model_copy(update=known)
    seats = {
        body: {
            "chair": "voorzitter",
            "secretary": "secretaris",
            "members": ["lid", "liaison", *(["weg"] if body is Body.MCCB else [])],
            "rhythm": "dagelijks",
            "slack": str(body).lower(),
        }
        for body in LADDER
    }
    return a_plan(people={name: person.model_dump() for name, person in people.items()}, bodies=seats, letters="lid")


class Story:
    """The crises of one register, and what may happen to them next.

    Their names begin with that of the story: a process that has known another crisis by that name remembers its plan.
    """

    def __init__(
        self, register: Register, settings: Settings, plan: Plan, chance: random.Random, now: datetime, name: str = "soak"
    ) -> None:
        self._register = register
        self._settings = settings
        self._plan = plan
        self.chance = chance
        self.now = now
        self.preferred: set[str] = set()
        """What is done before anything else, where it can be done."""
        self._name = name
        self._unanswered: Command | None = None

    def next_command(self) -> Command:
        """What somebody does now. Who got no answer often tries again, with the very same request."""
        self.now += timedelta(seconds=self.chance.randint(1, 600))
        again, self._unanswered = self._unanswered, None
        if again and self.chance.random() < 0.7:
            return again
        dice = self.chance.random()
        if dice < 0.64:
            return self._about_a_crisis()
        if dice < 0.92:
            return self.delivering()
        return self._household() if dice < 0.96 else self._too_late()

    def got_no_answer(self, command: Command) -> None:
        """The process that did this was killed: whoever asked does not know whether it was recorded."""
        self._unanswered = command if command.kind == "write" else None

    def perform(self, command: Command) -> Said:
        """Do it; returns what whoever asked is told."""
        if command.ask is None:
            asyncio.run(self._deliver())
            return []
        try:
            done = command.ask(self._register)
        except Refused:
            return [Acknowledged(command.action, command.about, command.now, result=Result.REFUSED)]
        if isinstance(done, due.FollowedUp):
            followed = [Acknowledged(FOLLOW_UP, key, command.now) for key in (*done.reminded, *done.escalated)]
            return followed + [Acknowledged(CONVENE, key, None) for key in done.convened]
        if command.kind != "write":
            return []
        return [Acknowledged(command.action, command.about, None if command.is_idempotent else command.now, command.token)]

    async def _deliver(self) -> None:
        engine = Delivery(self._register, self._settings, AT_ONCE, LEASE)
        await engine.deliver_due()
        engine.close()

    def delivering(self) -> Command:
        """Deliver what is due."""
        return Command("delivery", "bezorgen", "", self.now)

    def towards_the_end(self, slug: str) -> Command | None:
        """What brings this crisis nearer to its end; None when it is closed. Raises NobodyCan."""
        self.now += ONE_STEP
        self._unanswered = None  # who goes on does not come back to it
        standing = crises.standing(self._register, slug)
        if standing.crisis.phase == "afgesloten":
            return None
        if steps := list(self._steps(standing, ending=True)):
            return steps[0]
        self.now += timedelta(days=1)
        return self._follow_up()

    def _about_a_crisis(self) -> Command:
        going = crises.open_ones(self._register)
        if not going or (len(going) < AT_A_TIME and self.chance.random() < 0.5):
            return self._activate(self._number_of_crises() + 1)
        crisis = self.chance.choice(going)
        steps = list(self._steps(crises.standing(self._register, crisis.slug)))
        if steps and self.chance.random() < 0.9:
            return self.chance.choice([step for step in steps if step.action in self.preferred] or steps)
        self.now += timedelta(days=1)
        return self._follow_up()

    def _steps(self, standing: Standing, *, ending: bool = False) -> Iterator[Command]:
        slug = standing.crisis.slug
        yield from self._steps_of_crisis(standing, ending=ending)
        in_order = sorted(standing.meetings, key=lambda m: (m.stage is not Stage.PROPOSED, m.body.rank, m.number))
        for meeting in in_order if ending else ():
            if meeting.stage is Stage.PROPOSED:
                yield self._confirm(meeting, accepted=self._is_fresh(meeting))
        yield from self._steps_of_decisions(slug, ending=ending)
        for meeting in in_order:
            yield from self._steps_of_meeting(meeting, standing, ending=ending)
        for item in actions.of_crisis(self._register, slug):
            if item.state is ActionState.OPEN:
                yield self._report(f"{slug}/A{item.number}")
            elif item.state is ActionState.REPORTED:
                yield self._verify(f"{slug}/A{item.number}", accepted=ending or self.chance.random() < 0.6)

    def _steps_of_crisis(self, standing: Standing, *, ending: bool) -> Iterator[Command]:
        crisis = standing.crisis
        match next_step(standing):
            case Convene(body=body, number=number):
                yield self._convene(crisis.slug, body, number)
            case AskClosing():
                yield self._ask_closing(crisis.slug)
            case _ if crisis.closing_by:
                yield self._confirm_closing(crisis.slug, accepted=ending or self.chance.random() < 0.7)
            case _ if crisis.closing_asked_at:
                yield self._propose_closing(crisis.slug)
            case _ if crisis.phase is Phase.ACTIVE and not ending and self._is_for_coming_and_going():
                yield self._in_or_out(standing)
            case _:
                pass

    def _steps_of_decisions(self, slug: str, *, ending: bool) -> Iterator[Command]:
        for request in requests.of_crisis(self._register, slug):
            if request.is_open:
                yield self._answer(request.key, Answered.ACCEPTED if ending else self.chance.choice(list(Answered)))
        before = Before.of(self._register, slug)
        for decision in before.intended:
            if decision.number not in before.advised and not ending:
                yield self._advise(decision.key)

    def _steps_of_meeting(self, meeting: Meeting, standing: Standing, *, ending: bool) -> Iterator[Command]:
        if meeting.stage is Stage.CONVENED:
            yield self._invite(meeting)
            if not ending:
                yield self._take_in(meeting)
        elif meeting.stage is Stage.INVITED:
            yield self._record(meeting, standing, ending=ending)
            if not ending and self.chance.random() < 0.4:
                yield self._ask_link(meeting)
                yield self._add_paper(meeting)
        elif meeting.stage is Stage.PROPOSED and not ending:
            yield self._confirm(meeting, accepted=self.chance.random() < 0.7)
            yield self._ask_link(meeting)

    def _is_fresh(self, meeting: Meeting) -> bool:
        """Whether nothing can have happened since it was recorded: else it is sent back, for it may not hold any more."""
        return meeting.proposed_at is not None and self.now - meeting.proposed_at <= ONE_STEP

    def to_reach(self, kind: str) -> tuple[Command, ...]:
        """Commands of which the last comes to every crash point of this kind, if it is tried often enough."""
        number = self._number_of_crises() + 1
        activation = self._activate(number, frozenset(LADDER))
        match kind:
            case "delivery":
                return activation, self.delivering()
            case "bookkeeping":
                return activation, self._household()
            case "refusal":
                return activation, self._activate(number, frozenset({Body.IAO}))  # otherwise than it was
            case _:
                return (activation,)

    def _activate(self, number: int, levels: frozenset[Body] | None = None) -> Command:
        levels = levels or frozenset(self.chance.sample(LADDER, self.chance.choice((1, 1, 1, 2, 3))))
        activation = an_activation(f"{self._name}-{number}", levels=levels)
        ask = partial(crises.activate, activation=activation, plan=self._plan, deed=SOMEONE, now=self.now)
        return self._write(ACTIVATE, activation.crisis, ask)

    def _convene(self, slug: str, body: Body, number: int) -> Command:
        what = {"slug": slug, "body": body, "number": number, "planned_at": self.now + timedelta(hours=1)}
        ask = partial(meetings.convene, **what, deed=SOMEONE, now=self.now)  # type: ignore[arg-type]
        return self._write(CONVENE, f"{slug}/{body}/{number}", ask, is_idempotent=True)

    def _take_in(self, meeting: Meeting) -> Command:
        silence = Answer(partner="COA", submission=Submission.SILENT, received_at=self.now)
        return self._write(TAKE_IN, meeting.key, partial(self._of(meeting, intake.take_in), answers=(silence,)))

    def _invite(self, meeting: Meeting) -> Command:
        picture = draw_picture(meeting.crisis, (meeting.body, meeting.number), self._plan, (), None, self.now)
        papers = Papers(picture=picture, decisions=(), actions=(), frozen_at=self.now)
        return self._write(INVITE, meeting.key, partial(self._of(meeting, meetings.invite), papers=papers), is_idempotent=True)

    def _ask_link(self, meeting: Meeting) -> Command:
        return self._write(ASK_LINK, meeting.key, self._of(meeting, meetings.ask_link), is_idempotent=True)

    def _of(self, meeting: Meeting, ask: Callable[..., object]) -> Callable[..., object]:
        return partial(ask, slug=meeting.crisis, body=meeting.body, number=meeting.number, deed=SOMEONE, now=self.now)

    def _record(self, meeting: Meeting, standing: Standing, *, ending: bool = False) -> Command:
        before = Before.of(self._register, meeting.crisis)
        outcome = Concluding(meeting, standing, before, CAST, self.chance, self.now, ending=ending).outcome()
        return self._recording(meeting, self._grant(Act.RECORD_OUTCOME, meeting.key), outcome)

    def _recording(self, meeting: Meeting, grant: Grant, outcome: Outcome) -> Command:
        ask = partial(outcomes.record, grant=grant, outcome=outcome, deed=SOMEONE, now=self.now)
        return self._write(RECORD, meeting.key, ask, token=outcome.summary)

    def _confirm(self, meeting: Meeting, *, accepted: bool) -> Command:
        return self._confirming(outcomes.confirm, CONFIRM, meeting.key, self._grant(Act.CONFIRM_OUTCOME, meeting.key), accepted)

    def _confirming(self, how: Callable[..., object], action: str, key: str, grant: Grant, accepted: bool) -> Command:
        remark = "" if accepted else "Dit is niet wat er is gezegd."
        return self._write(action, key, partial(how, grant=grant, accepted=accepted, remark=remark, deed=SOMEONE, now=self.now))

    def _add_paper(self, meeting: Meeting) -> Command:
        grant, new = self._grant(Act.RECORD_OUTCOME, meeting.key), NewPaper(title="Nagekomen", text=f"Stuk {self.now}.")
        ask = partial(late_papers.add, grant=grant, new=new, deed=SOMEONE, now=self.now)
        return self._write(ADD_PAPER, meeting.key, ask)

    def _answer(self, key: str, answer: Answered) -> Command:
        given = Reply(answer=answer, condition="Tot 1 oktober.", reason="Wij hebben geen plaats.")
        ask = partial(requests.reply, grant=self._grant(Act.ANSWER_REQUEST, key), given=given, deed=SOMEONE, now=self.now)
        return self._write(ANSWER, key, ask)

    def _advise(self, key: str) -> Command:
        advice = CommunicationAdvice(strategy="Eerst de gemeenten.", effects="Er komen vragen.")
        ask = partial(communication.advise, grant=self._grant(Act.ADVISE, key), advice=advice, deed=SOMEONE, now=self.now)
        return self._write(ADVISE, key, ask)

    def _is_for_coming_and_going(self) -> bool:
        """Now and then; always where that is what must still be reached, for a link is asked for first."""
        return bool(self.preferred & {DESIGNATE, RELEASE}) or self.chance.random() < 0.2

    def _in_or_out(self, standing: Standing) -> Command:
        """Somebody is designated into a body, or released from it, with a link that its secretary asks for."""
        slug, body = standing.crisis.slug, self.chance.choice((Body.IAO, Body.ICCB))
        seat = standing.crisis.plan.bodies[body]
        is_new = capacity_in(seat, GUEST) is None
        act, asking = (Act.DESIGNATE if is_new else Act.RELEASE), seat.secretary
        about: dict[str, Any] = {"body": body, "person": GUEST, "decided_by": seat.chair, "reason": "Om de opvang."}
        key, own = f"{slug}/{body}/{GUEST}", initiative.own(slug, act, asking)
        try:
            by: dict[str, Any] = {"grant": self._grant(act, own), "deed": SOMEONE, "now": self.now}
        except NobodyCan:
            ask = partial(initiative.ask_link, slug=slug, act=act, person=asking, deed=SOMEONE, now=self.now)
            return self._write(ASK_LINK, own, ask, is_idempotent=True)
        if is_new:
            return self._write(DESIGNATE, key, partial(members.designate, designation=Designation(**about), **by))
        return self._write(RELEASE, key, partial(members.release, release=Release(**about), **by))

    def _report(self, key: str) -> Command:
        grant = self._grant(Act.REPORT_ACTION, key)
        evidence = f"Gedaan, kenmerk {self.chance.getrandbits(32)}."  # else two who report it with one link are one request
        return self._write(REPORT, key, partial(actions.report, grant=grant, evidence=evidence, deed=SOMEONE, now=self.now))

    def _verify(self, key: str, *, accepted: bool) -> Command:
        grant, remark = self._grant(Act.VERIFY_ACTION, key), "" if accepted else "Nog niet."
        ask = partial(actions.verify, grant=grant, accepted=accepted, remark=remark, deed=SOMEONE, now=self.now)
        return self._write(VERIFY, key, ask)

    def _ask_closing(self, slug: str) -> Command:
        return self._write(ASK_CLOSING, slug, partial(closing.ask, slug=slug, deed=SOMEONE, now=self.now), is_idempotent=True)

    def _propose_closing(self, slug: str) -> Command:
        return self._proposing(slug, self._grant(Act.CLOSE_CRISIS, closing.key_of(slug)))

    def _proposing(self, slug: str, grant: Grant) -> Command:
        return self._write(PROPOSE_CLOSING, slug, partial(closing.propose, grant=grant, deed=SOMEONE, now=self.now))

    def _confirm_closing(self, slug: str, *, accepted: bool) -> Command:
        grant = self._grant(Act.CONFIRM_CLOSING, closing.key_of(slug))
        return self._confirming(closing.confirm, CLOSE, slug, grant, accepted)

    def _follow_up(self) -> Command:
        return self._write(FOLLOW_UP, "", partial(due.follow_up, deed=SOMEONE, now=self.now))

    def _household(self) -> Command:
        return Command("bookkeeping", "huishouden", "", self.now, _keep_house)

    def _too_late(self) -> Command:
        """What must be refused: done before, by another text; too soon; or confirmed by who recorded it."""
        standings = [crises.standing(self._register, crisis.slug) for crisis in crises.open_ones(self._register)]
        held = sorted((m for standing in standings for m in standing.meetings), key=lambda m: m.key)
        may = [self._once_more(m) for m in held if m.stage in (Stage.PROPOSED, Stage.RECORDED)]
        own = [self._own_confirmation(m) for m in held if m.stage is Stage.PROPOSED]
        own += [self._own_closing(standing.crisis.slug) for standing in standings if standing.crisis.closing_by]
        may += own * 5 + [self._closed_too_soon(s.crisis.slug) for s in standings if s.crisis.phase is Phase.ACTIVE]
        return self.chance.choice(may) if may else self._activate(1)

    def _once_more(self, meeting: Meeting) -> Command:
        outcome = Outcome(direction=Direction.HOLD, summary=f"soak 0 0 {self.chance.getrandbits(32)}")
        return self._recording(meeting, self._forged(Act.RECORD_OUTCOME, meeting.key), outcome)

    def _own_confirmation(self, meeting: Meeting) -> Command:
        """Four eyes are not two."""
        grant = self._forged(Act.CONFIRM_OUTCOME, meeting.key)
        return self._confirming(outcomes.confirm, CONFIRM, meeting.key, grant, accepted=True)

    def _own_closing(self, slug: str) -> Command:
        return self._confirming(closing.confirm, CLOSE, slug, self._forged(Act.CONFIRM_CLOSING, closing.key_of(slug)), True)

    def _closed_too_soon(self, slug: str) -> Command:
        return self._proposing(slug, self._forged(Act.CLOSE_CRISIS, closing.key_of(slug)))

    def _forged(self, act: Act, object_: str) -> Grant:
        """A pass of the secretary that nobody has sent."""
        until = self.now + timedelta(days=1)
        return Grant(person="secretaris", act=act, object=object_, issued_at=self.now, expires_at=until)

    def _write(
        self, action: str, object_: str, ask: Callable[..., object], *, is_idempotent: bool = False, token: str | None = None
    ) -> Command:
        return Command("write", action, object_, self.now, ask, is_idempotent, token)

    def _number_of_crises(self) -> int:
        with self._register.read() as session:
            return session.exec(select(func.count()).select_from(CrisisRow)).one()

    def _grant(self, act: Act, object_: str) -> Grant:
        """The latest unused authority that was sent for this. Raises NobodyCan."""
        with self._register.read() as session:
            crisis = object_.split("/")[0]
            rows = select(AlertRow.grant).where(AlertRow.crisis == crisis, col(AlertRow.key).startswith(f"{object_}/"))
            documents = session.exec(rows.order_by(col(AlertRow.id).desc())).all()
            grants = [TypeAdapter(Grant).validate_python(document) for document in documents if document]
            for grant in grants:
                if (grant.act, grant.object) == (act, object_) and session.get(UsedPassRow, grant.key) is None:
                    return grant
        raise NobodyCan(f"{act} {object_}: nobody holds a pass for it")


def _keep_house(register: Register) -> None:
    signs.beat(register, "duurproef")
    for crisis in crises.open_ones(register):
        crises.take_stock(register, crisis.slug)
        runs.begun(register, runs.latest(register, runs.Run(crisis=crisis.slug)), "een-run")


class NobodyCan(Exception):  # noqa: N818 - a statement
    """The story cannot go on."""
