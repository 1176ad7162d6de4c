"""A crisis story at random: what somebody could do now, by what the register says.

The same seed gives the same story, for as long as the register says the same: nothing here looks at how far delivery is.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from crisis.actions import ActionState, NewAction
from crisis.audit import Result
from crisis.decisions import DecisionKind, NewDecision
from crisis.errors import Refused
from crisis.life import Close, Convene, Standing, next_step
from crisis.meetings import Direction, Meeting, Outcome, Papers, Stage
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.situation import draw_picture
from crisis.structure import LADDER, Body
from integrations.alerts.delivery import Backoff, Delivery
from integrations.register import Deed, Register, actions, crises, due, intake, meetings, runs, signs
from integrations.register.tables import AlertRow, UsedPassRow
from integrations.settings import Settings
from tests.building import a_plan, an_activation
from tests.soak.invariants import ACTIVATE, ASK_LINK, CLOSE, CONVENE, FOLLOW_UP, INVITE, RECORD, REPORT, TAKE_IN, VERIFY, Acknowledged

SOMEONE = Deed("iemand", "duurproef")
NOBODY_HOME = "weg@nergens.test"
"""An address of the plan that refuses all mail."""
OWNERS = ("lid", "liaison", "woordvoerder", "secretaris")
LEASE = timedelta(seconds=0.4)
"""How long a claim of delivery holds: so short that what a killed child held is soon due again."""
AT_ONCE = Backoff(first=timedelta(0), longest=timedelta(0))
AT_A_TIME = 3
"""Crises that are open at once."""

Said = list[Acknowledged]


@dataclass(frozen=True)
class Command:
    """Something that one child does."""

    name: str
    act: Callable[[], Said]
    kind: str = "write"
    """Which crash points are on its way: `write`, `bookkeeping` or `delivery`."""

    def __str__(self) -> str:
        return self.name


def the_plan() -> Plan:
    """Small, meeting daily, and with one member of the MCCb whom no mail reaches."""
    plan = a_plan()
    people = plan.people | {"weg": plan.people["lid"].model_copy(update={"mail": NOBODY_HOME})}
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
    return a_plan(people={name: person.model_dump() for name, person in people.items()}, bodies=seats)


class Story:
    """The crises of one register, and what may happen to them next."""

    def __init__(self, register: Register, settings: Settings, plan: Plan, chance: random.Random, now: datetime) -> None:
        self._register = register
        self._settings = settings
        self._plan = plan
        self._chance = chance
        self.now = now
        self._activated = 0
        self._unanswered: Command | None = None

    def next_command(self) -> Command:
        """What somebody does now. Who got no answer often tries again."""
        self.now += timedelta(seconds=self._chance.randint(1, 600))
        dice = self._chance.random()
        if self._unanswered and dice < 0.5:
            again, self._unanswered = self._unanswered, None
            return again
        if dice < 0.68:
            return self._about_a_crisis()
        if dice < 0.92:
            return self.delivering()
        return self._household() if dice < 0.97 else self._too_late()

    def got_no_answer(self, command: Command) -> None:
        """Its child was killed: whoever asked does not know whether it was recorded."""
        self._unanswered = command if command.kind == "write" else None

    def delivering(self) -> Command:
        """Deliver what is due."""

        def deliver() -> Said:
            engine = Delivery(self._register, self._settings, AT_ONCE, LEASE)
            asyncio.run(engine.deliver_due())
            engine.close()
            return []

        return Command("deliver", deliver, "delivery")

    def towards_the_end(self, slug: str) -> Command | None:
        """What brings this crisis nearer to its end; None when it is closed. Raises NobodyCan."""
        self.now += timedelta(hours=2)
        standing = crises.standing(self._register, slug)
        if standing.crisis.phase == "afgesloten":
            return None
        if steps := list(self._steps(standing, ending=True)):
            return steps[0]
        self.now += timedelta(days=1)
        return self._follow_up()

    def _about_a_crisis(self) -> Command:
        going = crises.open_ones(self._register)
        if len(going) < AT_A_TIME and self._chance.random() < 0.5 or not going:
            return self._activate(self._activated + 1)
        crisis = self._chance.choice(going)
        steps = list(self._steps(crises.standing(self._register, crisis.slug)))
        if steps and self._chance.random() < 0.9:
            return self._chance.choice(steps)
        self.now += timedelta(days=1)
        return self._follow_up()

    def _steps(self, standing: Standing, *, ending: bool = False) -> Iterator[Command]:
        slug = standing.crisis.slug
        match next_step(standing):
            case Convene(body=body, number=number):
                yield self._convene(slug, body, number)
            case Close():
                yield self._close(slug)
            case _:
                pass
        for meeting in sorted(standing.meetings, key=lambda m: m.key):
            if meeting.stage is Stage.CONVENED:
                yield self._invite(meeting)
                if not ending:
                    yield self._take_in(meeting)
            elif meeting.stage is Stage.INVITED:
                yield self._record(meeting, standing.crisis.levels, ending=ending)
                if not ending:
                    yield self._ask_link(meeting)
        for item in actions.of_crisis(self._register, slug):
            if item.state is ActionState.OPEN:
                yield self._report(f"{slug}/A{item.number}")
            elif item.state is ActionState.REPORTED:
                yield self._verify(f"{slug}/A{item.number}", accepted=ending or self._chance.random() < 0.6)

    def _activate(self, number: int) -> Command:
        self._activated = max(self._activated, number)
        levels = frozenset(self._chance.sample(LADDER, self._chance.choice((1, 1, 1, 2, 3))))
        activation, now = an_activation(f"soak-{number}", levels=levels), self.now

        def activate() -> Said:
            crises.activate(self._register, activation, self._plan, SOMEONE, now)
            return []

        return self._writing(ACTIVATE, activation.crisis, activate)

    def _convene(self, slug: str, body: Body, number: int) -> Command:
        now = self.now

        def convene() -> None:
            meetings.convene(self._register, slug, body, number, now + timedelta(hours=1), SOMEONE, now)

        return self._writing(CONVENE, f"{slug}/{body}/{number}", convene, is_idempotent=True)

    def _take_in(self, meeting: Meeting) -> Command:
        now = self.now

        def take_in() -> None:
            intake.take_in(self._register, meeting.crisis, meeting.body, meeting.number, (), SOMEONE, now)

        return self._writing(TAKE_IN, meeting.key, take_in)

    def _invite(self, meeting: Meeting) -> Command:
        picture = draw_picture(meeting.crisis, (meeting.body, meeting.number), self._plan, (), None, self.now)
        papers = Papers(picture=picture, decisions=(), actions=(), frozen_at=self.now)
        now = self.now

        def invite() -> None:
            meetings.invite(self._register, meeting.crisis, meeting.body, meeting.number, papers, SOMEONE, now)

        return self._writing(INVITE, meeting.key, invite, is_idempotent=True)

    def _ask_link(self, meeting: Meeting) -> Command:
        now = self.now

        def ask() -> None:
            meetings.ask_link(self._register, meeting.crisis, meeting.body, meeting.number, SOMEONE, now)

        return self._writing(ASK_LINK, meeting.key, ask, is_idempotent=True)

    def _record(self, meeting: Meeting, levels: frozenset[Body], *, ending: bool = False) -> Command:
        grant, now = self._grant(Act.RECORD_OUTCOME, meeting.key), self.now
        outcome = self._outcome(meeting, levels, ending=ending)

        def record() -> None:
            meetings.record(self._register, grant, outcome, SOMEONE, now)

        return self._writing(RECORD, meeting.key, record, token=outcome.summary)

    def _outcome(self, meeting: Meeting, levels: frozenset[Body], *, ending: bool) -> Outcome:
        is_highest = all(body.rank <= meeting.body.rank for body in levels)
        ways = [Direction.HOLD] + [Direction.UP] * (meeting.body.higher is not None) + [Direction.DOWN] * 2 * is_highest
        direction = (Direction.DOWN if is_highest else Direction.HOLD) if ending else self._chance.choice(ways)
        decided, promised = self._chance.randint(0, 3), 0 if ending else self._chance.choice((0, 0, 1, 2))
        kind = DecisionKind.DECISION if meeting.body.may_decide else DecisionKind.ADVICE
        return Outcome(
            direction=direction,
            summary=f"soak {decided} {promised} {self._chance.getrandbits(32)}",
            decisions=tuple(NewDecision(kind=kind, text=f"Punt {n}.") for n in range(decided)),
            actions=tuple(
                NewAction(
                    title=f"Taak {n}", owner=self._chance.choice(OWNERS), due_at=self.now + timedelta(hours=self._chance.randint(2, 60))
                )
                for n in range(promised)
            ),
        )

    def _report(self, key: str) -> Command:
        grant, now = self._grant(Act.REPORT_ACTION, key), self.now

        def report() -> None:
            actions.report(self._register, grant, "Gedaan.", SOMEONE, now)

        return self._writing(REPORT, key, report)

    def _verify(self, key: str, *, accepted: bool) -> Command:
        grant, now = self._grant(Act.VERIFY_ACTION, key), self.now

        def verify() -> None:
            actions.verify(self._register, grant, accepted, "" if accepted else "Nog niet.", SOMEONE, now)

        return self._writing(VERIFY, key, verify)

    def _close(self, slug: str) -> Command:
        now = self.now
        return self._writing(CLOSE, slug, lambda: crises.close(self._register, slug, SOMEONE, now), is_idempotent=True)

    def _follow_up(self) -> Command:
        now = self.now

        def follow_up() -> Said:
            done = due.follow_up(self._register, SOMEONE, now)
            followed = [Acknowledged(FOLLOW_UP, key, now) for key in (*done.reminded, *done.escalated)]
            return followed + [Acknowledged(CONVENE, key, None) for key in done.convened]

        return Command(FOLLOW_UP, follow_up)

    def _household(self) -> Command:
        going = crises.open_ones(self._register)
        run = runs.Run(crisis=self._chance.choice(going).slug) if going else None
        if run is None:
            return self.delivering()

        def keep_house() -> Said:
            crises.take_stock(self._register, run.crisis)
            runs.begun(self._register, runs.latest(self._register, run), "een-run")
            signs.beat(self._register, "duurproef")
            return []

        return Command("keep house", keep_house, "bookkeeping")

    def _too_late(self) -> Command:
        """What was done before is tried again by somebody else, with another text: it must be refused."""
        recorded = [m for crisis in crises.open_ones(self._register) for m in meetings.of_crisis(self._register, crisis.slug) if not m.is_open]
        if not recorded:
            return self._activate(max(self._activated, 1))
        meeting = self._chance.choice(sorted(recorded, key=lambda m: m.key))
        now = self.now
        grant = Grant(
            person="secretaris", act=Act.RECORD_OUTCOME, object=meeting.key, issued_at=now, expires_at=now + timedelta(days=1)
        )
        outcome = Outcome(direction=Direction.HOLD, summary=f"soak 0 0 {self._chance.getrandbits(32)}")
        return self._writing(
            RECORD, meeting.key, lambda: meetings.record(self._register, grant, outcome, SOMEONE, now), token=outcome.summary
        )

    def _writing(
        self, action: str, object_: str, act: Callable[[], object], *, is_idempotent: bool = False, token: str | None = None
    ) -> Command:
        at = self.now

        def write() -> Said:
            try:
                act()
            except Refused:
                return [Acknowledged(action, object_, at, result=Result.REFUSED)]
            return [Acknowledged(action, object_, None if is_idempotent else at, token)]

        return Command(f"{action} {object_}", write)

    def _grant(self, act: Act, object_: str) -> Grant:
        """The latest unused authority that was sent for this. Raises NobodyCan."""
        with self._register.read() as session:
            crisis = object_.split("/")[0]
            rows = select(AlertRow.grant).where(AlertRow.crisis == crisis, col(AlertRow.key).startswith(f"{object_}/"))
            documents = session.exec(rows.order_by(col(AlertRow.id).desc())).all()
            grants = [Grant.model_validate(document) for document in documents if document]
            for grant in grants:
                if (grant.act, grant.object) == (act, object_) and session.get(UsedPassRow, grant.key) is None:
                    return grant
        raise NobodyCan(f"{act} {object_}: nobody holds a pass for it")


class NobodyCan(Exception):  # noqa: N818 - a statement
    """The story cannot go on."""
