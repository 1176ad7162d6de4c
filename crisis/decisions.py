"""What a body advises, decides, asks or agrees: recorded, weighed, never edited (besluiten).

Intended → final → withdrawn or replaced. A decision is never changed: another one takes its place, and says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from pydantic import Field

from crisis.measures import Measure
from crisis.record import Moment, Record, Text
from crisis.structure import Body

if TYPE_CHECKING:
    from crisis.plan import Plan


class DecisionKind(StrEnum):
    """Advice goes up; decisions go down; of a region or municipality one asks, or agrees with it (R24)."""

    ADVICE = "advies"
    DECISION = "besluit"
    REQUEST = "verzoek"
    AGREEMENT = "afspraak"

    @property
    def decides(self) -> bool:
        """Whether a body that only advises cannot do it (R11)."""
        return self is not DecisionKind.ADVICE

    @property
    def is_put(self) -> bool:
        """Whether it is put to its addressees: a request to answer, an agreement to confirm (R24)."""
        return self in (DecisionKind.REQUEST, DecisionKind.AGREEMENT)


class DecisionStage(StrEnum):
    """How firm it is when it is recorded."""

    INTENDED = "voorgenomen"
    """The NKC is asked for advice on it before the item is closed (R14)."""
    FINAL = "definitief"


class Status(StrEnum):
    """Where a decision stands, by what was recorded after it."""

    INTENDED = "voorgenomen"
    IN_FORCE = "van kracht"
    REPLACED = "vervangen"
    WITHDRAWN = "ingetrokken"


class Secrecy(StrEnum):
    """Who may read it; everything that is made from it inherits this (R22; RvS 25 oktober 2017, 201702922/1/A3)."""

    OPEN = "openbaar"
    CONFIDENTIAL = "vertrouwelijk"
    SECRET = "geheim"  # noqa: S105 - a word of the procedure
    """As the minutes of the Council of Ministers: only who sits in the body or in one above it, and an auditor."""


HIDDEN = "Geheim (R22)"
"""What stands in the place of words that the reader may not see."""


class NewDecision(Record):
    """A decision, advice, request or agreement as the secretary writes it down."""

    kind: DecisionKind
    text: Text
    stage: DecisionStage = DecisionStage.FINAL
    picture: Text | None = None
    """On what facts it rests: figure, source and time (beeld; R17)."""
    options: Text | None = None
    """What else was weighed, and why not (oordeel; R17)."""
    rests_on: tuple[int, ...] = ()
    """The advice on which it rests, by number (R17)."""
    advice: Text | None = None
    """The advice that was given in the meeting itself, and by whom."""
    ground: Text | None = None
    """Why this body decides; the ICCb may only on a stated ground (R08)."""
    feasibility: Text | None = None
    """Whether it can be carried out, and what regions or services say of that (E10)."""
    communication: Text | None = None
    """The NKC's advice as given in the meeting: the communicative effect (R14)."""
    dissent: Text | None = None
    against: tuple[str, ...] = ()
    """Who voted against, of those present (R06)."""
    addressees: tuple[str, ...] = ()
    """To whom it goes: people of the plan, who answer for their organisation."""
    conditions: Text | None = None
    """On what conditions it was agreed, both ways (R24)."""
    cannot_wait: bool = False
    """It goes to the Council of Ministers for information as soon as possible (R07)."""
    effective_at: Moment | None = None
    review_at: Moment | None = None
    public_at: Moment | None = None
    """From when it may be told outside: never before those to whom it goes have heard of it (R15)."""
    secrecy: Secrecy = Secrecy.CONFIDENTIAL
    replaces: int | None = Field(default=None, ge=1)
    """The decision whose place this takes; a final one takes the place of the intended one."""
    withdraws: int | None = Field(default=None, ge=1)
    measure: Measure | None = None

    @property
    def is_intended(self) -> bool:
        """Whether the NKC must still be heard, and the body must come back to it."""
        return self.stage is DecisionStage.INTENDED

    @property
    def is_put(self) -> bool:
        """Whether it is put to its addressees as it is recorded: what is only intended is not yet (R24)."""
        return self.kind.is_put and not self.is_intended

    @property
    def ends_earlier(self) -> bool:
        """Whether it takes the place of what was recorded before, or withdraws it."""
        return bool(self.replaces or self.withdraws)

    @property
    def bears_on_earlier(self) -> bool:
        """Whether it rests on what was recorded before, or takes its place, or withdraws it."""
        return bool(self.rests_on) or self.ends_earlier


class Decision(NewDecision):
    """The same in the register: numbered within the crisis, dated, and never edited."""

    crisis: str
    number: int
    body: Body
    meeting: int
    at: Moment

    @property
    def key(self) -> str:
        """What makes it this decision: `asiel-2022/B3`."""
        return f"{self.crisis}/B{self.number}"

    def seen_by(self, body: Body | None) -> "Decision":
        """The same for the papers of this body, or for who sits in none: what is secret in a higher body stays there (R22).

        Who disagreed in the MCCb is part of its minutes, whatever the decision itself is.
        """
        if may_read(body, self.body):
            return self
        if self.secrecy is not Secrecy.SECRET:
            return self if self.body is not Body.MCCB else self.model_copy(update={"dissent": None, "against": ()})
        kept = {name: getattr(self, name) for name in (*_PLACE, "kind", "stage", "secrecy", "replaces", "withdraws")}
        return Decision(**kept, text=HIDDEN)


def may_read(body: Body | None, origin: Body) -> bool:
    """Whether who sits in this body may read what is secret in that one: the same, or one above it (R22)."""
    return body is not None and body.rank >= origin.rank


_PLACE = ("crisis", "number", "body", "meeting", "at")


class CommunicationAdvice(Record):
    """What the NKC advises on an intended decision: strategy, and the effects it expects (R14)."""

    strategy: Text = Field(title="Strategie", description="Hoe en wanneer dit naar buiten komt, en via wie.")
    effects: Text = Field(title="Communicatieve effecten", description="Wat dit voorgenomen besluit teweegbrengt, en bij wie.")


class AdviceGiven(CommunicationAdvice):
    """The same in the register."""

    crisis: str
    decision: int
    at: Moment
    by: str


class Contradiction(Record):
    """Two decisions in force that cannot both be met: another date or another number for the same target."""

    first: int
    second: int


def status_of(decision: Decision, others: Iterable[Decision]) -> Status:
    """Where it stands, by what was recorded after it. An intention gives way to another one; what is final does not."""
    for other in others:
        if other.number > decision.number:
            if other.withdraws == decision.number and not other.is_intended:
                return Status.WITHDRAWN
            if other.replaces == decision.number and (decision.is_intended or not other.is_intended):
                return Status.REPLACED
    return Status.INTENDED if decision.is_intended else Status.IN_FORCE


def in_force(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Those that hold now: final, and neither replaced nor withdrawn."""
    return tuple(d for d in decisions if status_of(d, decisions) is Status.IN_FORCE)


def still_intended(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Those that the body must still come back to."""
    return tuple(d for d in decisions if d.kind.decides and status_of(d, decisions) is Status.INTENDED)


def settled_by(new: Iterable[NewDecision]) -> frozenset[int]:
    """The earlier ones whose place these take, or which they withdraw; an intention settles nothing."""
    return frozenset(number for d in new if not d.is_intended for number in (d.replaces, d.withdraws) if number)


def contradictions(decisions: Sequence[Decision]) -> tuple[Contradiction, ...]:
    """Pairs in force that contradict each other: shown, not refused; people decide which holds."""
    with_measure = [d for d in in_force(decisions) if d.kind.decides and d.measure]
    return tuple(
        Contradiction(first=one.number, second=other.number)
        for one, other in combinations(with_measure, 2)
        if one.measure and other.measure and one.measure.contradicts(other.measure)
    )


class Known(Record):
    """What was recorded before, and bears on what is recorded now."""

    decisions: tuple[Decision, ...] = ()
    advised: frozenset[int] = frozenset()
    """The decisions and advice on which the NKC has advised."""
    nkc: bool = True
    """Whether the NKC is active: it may be, whatever the level (R13)."""

    def of(self, number: int | None) -> Decision | None:
        """The decision of this number."""
        return next((d for d in self.decisions if d.number == number), None)


def problems_of(new: NewDecision, body: Body, known: Known, plan: "Plan", now: Moment) -> Iterator[tuple[str, str]]:
    """All that keeps it from being recorded: (field, reason); the reason names the rule.

    A ground where the ICCb decides (R08), the NKC heard (R14), nothing public too soon (R15), a picture and an advice (R17),
    nothing public that is secret (R22), no order to who has powers of its own (R24).
    """
    if new.bears_on_earlier:
        yield from _misplaced(new, body, known)
    if new.addressees or new.against or new.measure:
        yield from _unknown_names(new, plan)
    yield from _told_too_soon(new, now)
    if new.kind.decides:
        yield from _unsupported(new, body, known, plan)


def _unsupported(new: NewDecision, body: Body, known: Known, plan: "Plan") -> Iterator[tuple[str, str]]:
    """What a decision must rest on: picture and advice (R17), feasibility (E10), a ground (R08), the NKC (R14)."""
    if not new.picture:
        yield "picture", "r17_picture"
    if not (new.rests_on or new.advice):
        yield "rests_on", "r17_advice"
    if not new.feasibility:
        yield "feasibility", "e10_feasibility"
    if body is Body.ICCB and not new.ground:
        yield "ground", "r08_ground"
    if known.nkc and not new.is_intended and not _is_advised_on(new, known):
        yield "communication", "r14_communication"
    if new.kind.is_put and not new.addressees:
        yield "addressees", "r24_addressees"
    if new.kind is DecisionKind.DECISION and any(map(plan.is_outside, new.addressees)):
        yield "kind", "r24_request"


def _is_advised_on(new: NewDecision, known: Known) -> bool:
    """The NKC was heard: in the meeting, or in writing on what this makes final or rests on (R14)."""
    return bool(new.communication) or bool(known.advised & {new.replaces, *new.rests_on})


def _told_too_soon(new: NewDecision, now: Moment) -> Iterator[tuple[str, str]]:
    """Those to whom it goes hear of it as it is recorded: it cannot have been public before (R15), nor what is secret (R22)."""
    if new.public_at and new.public_at < now:
        yield "public_at", "r15_public"
    if new.public_at and new.secrecy is Secrecy.SECRET:
        yield "public_at", "r22_public"
    if new.effective_at and new.review_at and new.review_at <= new.effective_at:
        yield "review_at", "in_the_past"


def _misplaced(new: NewDecision, body: Body, known: Known) -> Iterator[tuple[str, str]]:
    """References to what is not there, or is not this body's to touch."""
    for number in new.rests_on:
        advice = known.of(number)
        if advice is None or advice.kind.decides:
            yield "rests_on", f"no_advice:{number}"
    for field, touched in (("replaces", new.replaces), ("withdraws", new.withdraws)):
        if touched is None:
            continue
        earlier = known.of(touched)
        if earlier is None or status_of(earlier, known.decisions) not in (Status.INTENDED, Status.IN_FORCE):
            yield field, f"not_in_force:{touched}"
        elif earlier.body.rank > body.rank:
            yield field, f"of_a_higher_body:{touched}"
        elif earlier.kind.decides and not new.kind.decides:  # else it would go by without picture, vote or ground
            yield field, f"r17_no_decision:{touched}"


def touched_twice(decisions: Sequence[NewDecision]) -> Iterator[tuple[int, str, str]]:
    """Where two of one outcome take the place of the same one, or withdraw it: place, field and reason."""
    touched: set[int] = set()
    for place, new in enumerate(decisions, start=1):
        for field, number in (("replaces", new.replaces), ("withdraws", new.withdraws)):
            if number is None:
                continue
            if number in touched:
                yield place, field, f"touched_twice:{number}"
            touched.add(number)


def _unknown_names(new: NewDecision, plan: "Plan") -> Iterator[tuple[str, str]]:
    for field, named in (("addressees", new.addressees), ("against", new.against)):
        for person in named:
            if person not in plan.people:
                yield field, f"not_in_people:{person}"
    if new.measure and new.measure.indicator not in {indicator.id for indicator in plan.indicators}:
        yield "measure", f"not_in_indicators:{new.measure.indicator}"


def must_know(new: Iterable[NewDecision]) -> bool:
    """Whether what was recorded before bears on these: else it need not be asked for."""
    return any(d.bears_on_earlier for d in new)
