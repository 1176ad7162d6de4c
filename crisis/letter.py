"""What a draft letter to the House may tell, and from what source (Kamerbrief; R19).

After the structure is activated and after every significant MCCb the House hears of it (Kamerstuk 19 637, nr. 2951). The draft
is made from the record, for an official to finish: nothing is in it that the register does not hold. What may be told is
decided here, so that no wording can tell more (R22); `integrations.wording.letter` finds the words.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from crisis.actions import ActionItem, ActionKind, ActionState
from crisis.audit import Head
from crisis.decisions import Contradiction, Decision, DecisionKind, Secrecy, Status, contradictions, status_of
from crisis.figures import Figure
from crisis.inquiries import Answer
from crisis.life import Crisis, Standing, coming
from crisis.measures import Measure, Progress, progress
from crisis.picture_rows import PictureRow, given_for
from crisis.plan import Plan
from crisis.record import Moment, Record
from crisis.regions import Grip, in_force
from crisis.requests import GivenReply, Request
from crisis.situation import Picture
from crisis.structure import Body

TO_OTHERS = (ActionKind.COMMITMENT, ActionKind.PROMISE)
"""What was promised to somebody outside: to regions and partners, and to the House."""


class Term(Record):
    """How long a body was active."""

    body: Body
    since: Moment
    until: Moment | None = None


class Material(Record):
    """All of the record that a letter is made from, as it stood at one moment."""

    standing: Standing
    terms: tuple[Term, ...]
    picture: Picture | None = None
    answers: tuple[Answer, ...] = ()
    """Those that the picture was drawn from."""
    decisions: tuple[Decision, ...] = ()
    requests: tuple[Request, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    grips: tuple[Grip, ...] = ()
    head: Head
    """Up to where the audit trail reached."""


class Part(Record):
    """A figure of which a total was made, and the partner that gave it."""

    partner: str
    figure: Figure


class Quoted(Record):
    """A total of the picture, with all that must stand beside it wherever it is quoted."""

    row: PictureRow
    parts: tuple[Part, ...]

    @property
    def is_traced(self) -> bool:
        """Whether every figure in it is there: else nobody can say who gave it, and how firm it is."""
        return len(self.parts) == len(self.row.by_area)

    @property
    def is_provisional(self) -> bool:
        """Whether one of the figures in it may still change."""
        return any(part.figure.provisional for part in self.parts)

    @property
    def reference_dates(self) -> tuple[date, ...]:
        """The dates that it is about, each once, the earliest first."""
        known = {part.figure.reference_date for part in self.parts}
        oldest = self.row.oldest_reference_date
        return tuple(sorted(known | ({oldest} if oldest else set())))


class Asked(Record):
    """To whom a request was put, and what they answered last."""

    addressee: str
    """The function."""
    latest: GivenReply | None = None
    is_withdrawn: bool = False


class Told(Record):
    """A decision, request or agreement, as far as the letter may tell it (R22)."""

    number: int
    kind: DecisionKind
    body: Body
    meeting: int
    at: Moment
    status: Status
    about: str | None = None
    """The name of the indicator, where a measure goes with it."""
    public_at: Moment | None = None
    """Until then it is not told outside, open or not (R15)."""
    text: str | None = None
    """None: an official must judge whether and how it can be told; so with all that follows here."""
    conditions: str | None = None
    asked: tuple[Asked, ...] = ()
    measure: Measure | None = None
    progress: Progress | None = None

    @property
    def is_in_full(self) -> bool:
        """Whether all of it is told."""
        return self.text is not None

    @property
    def is_in_force(self) -> bool:
        """Whether it holds now."""
        return self.status is Status.IN_FORCE


class Promise(Record):
    """Something that was promised outside, with its owner's function."""

    number: int
    kind: ActionKind
    title: str
    to: str | None
    owner: str
    due_at: Moment
    state: ActionState
    is_in_full: bool


class Letter(Record):
    """The content of a draft letter."""

    crisis: Crisis
    terms: tuple[Term, ...]
    since: Moment | None
    """Only what came after; None: from the activation on."""
    made_at: Moment
    head: Head
    picture: Picture | None
    figures: tuple[Quoted, ...]
    grips: tuple[Grip, ...]
    told: tuple[Told, ...]
    contradictions: tuple[Contradiction, ...]
    promises: tuple[Promise, ...]
    coming: tuple[tuple[Body, Moment], ...]

    @property
    def marking(self) -> str:
        """That it is an exercise or a reconstruction; nothing for the real thing."""
        return self.crisis.plan.marking

    @property
    def new(self) -> tuple[Told, ...]:
        """What was decided, asked and agreed in the time that it is about, and holds."""
        return tuple(one for one in self.told if one.is_in_force and (self.since is None or one.at >= self.since))

    @property
    def measures(self) -> tuple[Told, ...]:
        """The measures that hold, whenever they were decided."""
        return tuple(one for one in self.told if one.is_in_force and one.measure)


def draft(material: Material, now: Moment, since: Moment | None = None) -> Letter:
    """The letter that the record gives (R19): what may be told of it, and of the decisions and promises what came after."""
    crisis = material.standing.crisis
    told = tuple(_told(material, now))
    in_full = {one.number for one in told if one.is_in_full}
    return Letter(
        crisis=crisis,
        terms=material.terms,
        since=since,
        made_at=now,
        head=material.head,
        picture=material.picture,
        figures=_quoted(material, crisis.plan),
        grips=in_force(material.grips),
        told=told,
        contradictions=tuple(c for c in contradictions(material.decisions) if {c.first, c.second} <= in_full),
        promises=tuple(_promises(material.actions, crisis.plan, since)),
        coming=coming(material.standing),
    )


def may_be_told(decision: Decision) -> bool:
    """Whether the House may read that it exists (R22): not what is secret, not what is intended, not what is only advised."""
    return decision.secrecy is not Secrecy.SECRET and decision.kind.decides and not decision.is_intended


def may_be_told_in_full(decision: Decision, now: datetime) -> bool:
    """Whether its words may stand in a letter: it is open (R22), and not kept back until later (R15)."""
    return may_be_told(decision) and decision.secrecy is Secrecy.OPEN and not _is_kept_back(decision, now)


def _is_kept_back(decision: Decision, now: datetime) -> bool:
    return decision.public_at is not None and decision.public_at > now


def _told(material: Material, now: datetime) -> Iterator[Told]:
    plan = material.standing.crisis.plan
    for decision in filter(may_be_told, material.decisions):
        told = _heading(decision, status_of(decision, material.decisions), plan, now)
        yield told.model_copy(update=_content(decision, material)) if may_be_told_in_full(decision, now) else told


def _heading(decision: Decision, status: Status, plan: Plan, now: datetime) -> Told:
    """Number and subject, which is all that is told of what is confidential."""
    names = {indicator.id: indicator.name for indicator in plan.indicators}
    return Told(
        **decision.model_dump(include={"number", "kind", "body", "meeting", "at"}),
        status=status,
        about=names.get(decision.measure.indicator) if decision.measure else None,
        public_at=decision.public_at if _is_kept_back(decision, now) else None,
    )


def _content(decision: Decision, material: Material) -> dict[str, object]:
    """What is told beside it of what is open."""
    people = material.standing.crisis.plan.people
    asked = [request for request in material.requests if request.decision == decision.number]
    return {
        "text": decision.text,
        "conditions": decision.conditions,
        "asked": tuple(
            Asked(addressee=people[r.addressee].name, latest=r.latest, is_withdrawn=r.withdrawn_at is not None) for r in asked
        ),
        "measure": decision.measure,
        "progress": progress(decision.measure, material.picture) if decision.measure else None,
    }


def _quoted(material: Material, plan: Plan) -> tuple[Quoted, ...]:
    rows = material.picture.rows if material.picture else ()
    return tuple(Quoted(row=row, parts=_parts(row, plan, material.answers)) for row in rows)


def _parts(row: PictureRow, plan: Plan, answers: Sequence[Answer]) -> tuple[Part, ...]:
    given = given_for(row, plan, answers).values()
    return tuple(Part(partner=plan.partner(partner).name, figure=figure) for partner, figure in given)


def _promises(items: Sequence[ActionItem], plan: Plan, since: datetime | None) -> Iterator[Promise]:
    """Those that are not secret (R22): all of them, or what is open or was promised since."""
    for item in items:
        is_new = since is None or item.opened_at >= since or item.state is not ActionState.CLOSED
        if item.kind in TO_OTHERS and item.secrecy is not Secrecy.SECRET and is_new:
            yield Promise(
                **item.model_dump(include={"number", "kind", "title", "to", "due_at", "state"}),
                owner=plan.people[item.owner].name,
                is_in_full=item.secrecy is Secrecy.OPEN,
            )
