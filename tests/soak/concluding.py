"""What a body of a soak concludes: by chance, and so that the rules allow it as the register stands."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crisis.actions import ActionKind, ActionState, NewAction
from crisis.attendance import Present
from crisis.decisions import Decision, DecisionKind, DecisionStage, NewDecision, still_intended
from crisis.life import Standing
from crisis.meetings import Direction, Meeting, Outcome, levels_after
from crisis.scaling_down import ScaleDown, may_end
from crisis.structure import Body
from integrations.register import Register, actions, communication, crises, decisions, requests
from tests.building import a_decision

_KINDS = {
    Body.IAO: (DecisionKind.ADVICE,),
    Body.ICCB: (DecisionKind.ADVICE, DecisionKind.DECISION, DecisionKind.REQUEST),
    Body.MCCB: (DecisionKind.DECISION, DecisionKind.REQUEST, DecisionKind.AGREEMENT),
}


@dataclass(frozen=True)
class Cast:
    """Who of the plan plays which part."""

    owners: tuple[str, ...]
    outside: tuple[str, ...]
    """Who has powers of its own, and gets requests."""
    present: tuple[str, ...]
    """Who is at every meeting."""


@dataclass(frozen=True)
class Before:
    """What an outcome is held against."""

    intended: tuple[Decision, ...]
    advised: frozenset[int]
    asked: tuple[int, ...]
    """Decisions on which an answer is awaited."""
    to_hand_over: tuple[int, ...]
    """Action items that are not closed."""
    activated: Body
    """The highest body that was activated with the structure."""
    endings: tuple[int, ...]
    """The decisions by which a lower body may end it (R20, a)."""

    @classmethod
    def of(cls, register: Register, slug: str) -> "Before":
        """As the register says."""
        items, taken = actions.of_crisis(register, slug), decisions.of_crisis(register, slug)
        activated = crises.who_activated(register, slug)
        return cls(
            intended=still_intended(taken),
            advised=frozenset(given.decision for given in communication.of_crisis(register, slug)),
            asked=tuple(dict.fromkeys(r.decision for r in requests.of_crisis(register, slug) if r.is_open)),
            to_hand_over=tuple(item.number for item in items if item.state is not ActionState.CLOSED),
            activated=activated,
            endings=tuple(decision.number for decision in may_end(taken, activated)),
        )


class Concluding:
    """One outcome of one meeting. Its summary says how many decisions and action items follow from it."""

    def __init__(
        self,
        meeting: Meeting,
        standing: Standing,
        before: Before,
        cast: Cast,
        chance: random.Random,
        now: datetime,
        *,
        ending: bool,
    ) -> None:
        self._meeting = meeting
        self._levels = standing.crisis.levels
        self._others = [m for m in standing.meetings if m.is_open and m.key != meeting.key]
        self._before = before
        self._cast = cast
        self._chance = chance
        self._now = now
        self._is_ending = ending

    def outcome(self) -> Outcome:
        """The outcome, with all that it must rest on."""
        direction = self._direction()
        staying = levels_after(self._levels, self._meeting.body, direction)
        is_last = not staying
        taken = (*self._settled(), *self._withdrawn(), *self._new(direction), *self._leaves(direction, staying))
        promised = (*self._promised(), *(self._after() if is_last else ()))
        count = len(promised) + self._follow_of_themselves(taken)
        return Outcome(
            direction=direction,
            summary=f"soak {len(taken)} {count} {self._chance.getrandbits(32)}",
            decisions=taken,
            actions=promised,
            present=tuple(Present(name=name) for name in self._cast.present),
            scale_down=self._handed_over() if is_last else None,
        )

    def _direction(self) -> Direction:
        staying = [Direction.HOLD] + [Direction.UP] * (self._meeting.body.higher is not None)
        ways = (self._leaving() or [Direction.HOLD]) if self._is_ending else staying + self._leaving()
        way = self._chance.choice(ways)
        return Direction.HOLD if self._is_refused(way) and (self._is_ending or self._chance.random() < 0.8) else way

    def _leaving(self) -> list[Direction]:
        """The ways in which this body may leave: the highest, once it has come back to what was intended."""
        is_highest = all(level.rank <= self._meeting.body.rank for level in self._levels)
        may = is_highest and not self._intended_here()
        return [Direction.DOWN] * 2 * may + [Direction.END] * (may and len(self._levels) > 1)

    def _is_refused(self, way: Direction) -> bool:
        """Whether the gate is closed, where this is the last body to leave."""
        is_last = not levels_after(self._levels, self._meeting.body, way)
        return is_last and bool(self._others or self._before.asked or self._before.intended)

    def _intended_here(self) -> list[Decision]:
        """What this body can make final: its own, and that of those below."""
        return [d for d in self._before.intended if d.body.rank <= self._meeting.body.rank]

    def _settled(self) -> Iterator[NewDecision]:
        """What was intended becomes final; with the NKC's advice where it has advised (R14)."""
        for decision in self._intended_here():
            if self._meeting.body.may_decide and (self._is_ending or self._chance.random() < 0.5):
                heard = {"communication": None} if decision.number in self._before.advised else {}
                yield a_decision(
                    decision.text, decision.kind, addressees=decision.addressees, replaces=decision.number, **heard
                )

    def _withdrawn(self) -> Iterator[NewDecision]:
        """The MCCb can withdraw whatever was asked."""
        if self._meeting.body is Body.MCCB and self._before.asked and not self._is_ending and self._chance.random() < 0.2:
            yield a_decision("Dit vragen wij niet meer.", withdraws=self._before.asked[0])

    def _new(self, direction: Direction) -> Iterator[NewDecision]:
        """What is intended or asked is for a body that stays: it must come back to it."""
        stays = self._meeting.body in self._levels and direction in (Direction.UP, Direction.HOLD)
        for number in range(0 if self._is_ending else self._chance.randint(0, 3)):
            kind = self._chance.choice(_KINDS[self._meeting.body])
            puts = kind in (DecisionKind.REQUEST, DecisionKind.AGREEMENT)
            if puts and not stays:
                continue
            yield a_decision(
                f"Punt {number}.",
                kind,
                stage=DecisionStage.INTENDED if stays and self._chance.random() < 0.25 else DecisionStage.FINAL,
                addressees=self._addressees() if puts else (),
                cannot_wait=self._meeting.body is Body.MCCB and self._chance.random() < 0.2,
            )

    def _leaves(self, direction: Direction, staying: frozenset[Body]) -> Iterator[NewDecision]:
        """The one that activated decides how the structure ends, where it leaves before the others (R20, a)."""
        if direction is Direction.DOWN and staying and self._meeting.body.rank >= self._before.activated.rank:
            yield a_decision("Wij vertrekken; wie blijft, draagt over aan de lijn.")

    def _addressees(self) -> tuple[str, ...]:
        some = min(self._chance.choice((1, 1, 2)), len(self._cast.outside))
        return tuple(self._chance.sample(self._cast.outside, some))

    def _promised(self) -> list[NewAction]:
        return [self._action(f"Taak {n}") for n in range(0 if self._is_ending else self._chance.choice((0, 0, 1, 2)))]

    def _after(self) -> list[NewAction]:
        """What the gate asks for when the last body leaves (R20)."""
        return [self._action("Nazorg", ActionKind.AFTERCARE), self._action("Evaluatie", ActionKind.EVALUATION)]

    def _action(self, title: str, kind: ActionKind = ActionKind.ACTION) -> NewAction:
        """The title says who had it first, for it may be handed over."""
        owner, hours = self._chance.choice(self._cast.owners), self._chance.randint(2, 60)
        return NewAction(title=f"{title} van {owner}", owner=owner, kind=kind, due_at=self._now + timedelta(hours=hours))

    def _handed_over(self) -> ScaleDown:
        return ScaleDown(
            successor="de lijn",
            handover={number: self._chance.choice(self._cast.owners) for number in self._before.to_hand_over},
            ends_by=self._before.endings[-1] if self._meeting.body.rank < self._before.activated.rank else None,
        )

    def _follow_of_themselves(self, taken: tuple[NewDecision, ...]) -> int:
        """The letter to the House about this meeting, and what goes to the Council of Ministers."""
        final = [d for d in taken if self._meeting.body is Body.MCCB and d.kind.decides and not d.is_intended]
        return bool(final) + sum(d.cannot_wait for d in final)
