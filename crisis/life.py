"""A crisis from activation to closure: what may follow what (verloop).

REGULIER → any set of {IAO, ICCb, MCCb} → NAFASE → AFGESLOTEN. The levels are a set: all may be active at once (R12).
"""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import ConfigDict, Field

from crisis.errors import CrisisClosed, NothingFollows, NothingProposed, OwnConfirmation, StillOpen
from crisis.meetings import Direction, Meeting, Stage
from crisis.plan import Plan
from crisis.record import Line, Moment, Record, Slug, Text, on_the_wall_after
from crisis.structure import Body, in_order


class Phase(StrEnum):
    """Where a crisis stands in its life."""

    ACTIVE = "actief"
    AFTERCARE = "nafase"
    CLOSED = "afgesloten"


class Ground(StrEnum):
    """On what ground the structure is activated (R01; Instellingsbesluit MCCb 2022, art. 2)."""

    NATIONAL_SECURITY = "nationale veiligheid in het geding"
    GREAT_IMPACT = "grote maatschappelijke impact"


class Activation(Record):
    """The recorded decision to activate the structure (R01): why, how wide, by whom.

    The titles are what the form in the Prefect UI shows.
    """

    model_config = ConfigDict(
        title="Activering",
        json_schema_extra={"description": "Het besluit om de nationale crisisstructuur te activeren."},
    )

    crisis: Slug = Field(
        title="Korte naam",
        description="2 tot 40 kleine letters, cijfers en streepjes, te beginnen met een letter. Voorbeeld: asiel-2022",
    )
    title: Line = Field(title="Titel", description="Voorbeeld: Crisis in de asielopvang")
    ground: Ground = Field(title="Grond", description="Waarom de nationale crisisstructuur nodig is")
    reason: Text = Field(title="Aanleiding", description="Wat er aan de hand is, in een paar zinnen")
    scope: Text = Field(title="Reikwijdte", description="Waar de crisis over gaat, en waarover niet")
    levels: frozenset[Body] = Field(
        min_length=1,
        title="Gremia",
        description="Welke gremia actief worden: een of meer, in elke combinatie. De eerste keer komen zij om de beurt bijeen",
    )
    skip_reason: Text | None = Field(
        default=None,
        title="Waarom een lager gremium wordt overgeslagen",
        description="Alleen als een gremium actief wordt terwijl een lager gremium dat niet wordt",
    )
    nkc: bool = Field(default=True, title="NKC", description="Het Nationaal Kernteam Crisiscommunicatie activeren")
    requested_by: Line = Field(title="Aangevraagd door", description="Functie en organisatie")
    first_responsible: Line | None = Field(
        default=None,
        title="Eerstverantwoordelijk ministerie",
        description="Het ministerie dat is geraadpleegd. Nodig als het IAO actief wordt",
    )
    consulted: Line | None = Field(
        default=None,
        title="Geraadpleegd",
        description="De eerstverantwoordelijke minister. Nodig als de MCCb actief wordt",
    )
    agreed_with: Line | None = Field(
        default=None,
        title="In overeenstemming met",
        description="De minister-president, of wie namens hem instemde. Nodig als de MCCb actief wordt",
    )
    decided_by: Line = Field(title="Besloten door", description="Functie en organisatie")


class Crisis(Record):
    """A crisis as it stands."""

    slug: str
    title: str
    ground: Ground
    reason: str
    scope: str
    requested_by: str
    decided_by: str
    first_responsible: str | None = None
    consulted: str | None = None
    agreed_with: str | None = None
    skip_reason: str | None = None
    activated_at: Moment
    phase: Phase
    nkc: bool
    levels: frozenset[Body]
    plan: Plan
    version: int
    acted_version: int
    successor: str | None = None
    """Who goes on with it, once the last body has left (R20)."""
    closing_asked_at: Moment | None = None
    """When its closing, or the confirmation of it, was last asked for: nothing was open any more."""
    closing_by: str | None = None
    """Who proposed to close it; another confirms."""
    closed_at: Moment | None = None
    closed_by: str | None = None
    """The second person."""


class Standing(Record):
    """All that must be known to say what comes next."""

    crisis: Crisis
    meetings: tuple[Meeting, ...]
    open_actions: int

    def of(self, body: Body) -> tuple[Meeting, ...]:
        """The meetings of one body, in order."""
        return tuple(sorted((m for m in self.meetings if m.body is body), key=lambda m: m.number))

    def last(self, body: Body) -> Meeting | None:
        """The latest meeting of one body."""
        return self.of(body)[-1] if self.of(body) else None


class Convene(Record):
    """This body must be brought together now."""

    body: Body
    number: int


class Prepare(Record):
    """This meeting is convened, and has no papers yet."""

    body: Body
    number: int


class AwaitPeople(Record):
    """Only people can go on: an outcome is awaited, or the next meeting's hour, or open work."""

    reason: str


class AskClosing(Record):
    """Nothing is open any more: people are asked to close the crisis, two of them (four eyes)."""


class Ended(Record):
    """The crisis is closed."""


Step = Convene | Prepare | AwaitPeople | AskClosing | Ended


def next_step(standing: Standing) -> Step:
    """What the procedure does now. Asked again at any moment, it gives the same answer for the same standing."""
    crisis = standing.crisis
    if crisis.phase is Phase.CLOSED:
        return Ended()
    if body := body_to_convene(standing):
        return Convene(body=body, number=_next_number(standing, body))
    if unprepared := [m for m in standing.meetings if m.stage is Stage.CONVENED]:
        first = min(unprepared, key=lambda m: (m.planned_at, m.body.rank))
        return Prepare(body=first.body, number=first.number)
    if awaited := [m.label for m in standing.meetings if m.is_open]:
        return AwaitPeople(reason=f"uitkomst van {', '.join(awaited)}")
    if crisis.phase is Phase.ACTIVE:
        return AwaitPeople(reason="volgende bijeenkomst")
    if standing.open_actions:
        return AwaitPeople(reason=f"{standing.open_actions} open actiepunten")
    return AwaitPeople(reason="afsluiting") if crisis.closing_asked_at else AskClosing()


def closing_is_due_again(crisis: Crisis, now: datetime) -> bool:
    """Its closing was asked for, and left alone for at least the plan's interval."""
    asked_at = crisis.closing_asked_at
    return crisis.phase is Phase.AFTERCARE and asked_at is not None and now >= asked_at + crisis.plan.action_items.remind_every


def check_closing(standing: Standing) -> None:
    """Whether a crisis may be closed: every body has left, and nothing is open any more (R20).

    Raises:
        CrisisClosed: it was closed before.
        StillOpen: a body is active, or something is still to be done.

    """
    crisis = standing.crisis
    if crisis.phase is Phase.CLOSED:
        raise CrisisClosed(crisis=crisis.slug)
    if crisis.phase is Phase.ACTIVE or standing.open_actions:
        raise StillOpen(crisis=crisis.slug, number=standing.open_actions)


def check_closing_confirmed(standing: Standing, person: str, secretary: str) -> None:
    """Whether this person may confirm the closing: two must look (four eyes), and whose act the proposal was is one of them.

    Raises:
        CrisisClosed, StillOpen: as `check_closing`.
        NothingProposed: nobody has proposed it.
        OwnConfirmation: it was the same person.

    """
    check_closing(standing)
    if standing.crisis.closing_by is None:
        raise NothingProposed(meeting="afsluiting")
    if person in (standing.crisis.closing_by, secretary):
        raise OwnConfirmation(person=person, what="afsluiting")


def body_to_convene(standing: Standing) -> Body | None:
    """The lowest active body whose turn it is: it never met, or a lower body has passed something up to it.

    The bodies meet in turn: the first time, each waits for what those below have to say first. After that none waits for
    another: a lower body that sits day and night keeps nobody.
    """
    for body in in_order(standing.crisis.levels):
        last = standing.last(body)
        if last is None and not _is_awaiting(standing, body):
            return body
        if last and not last.is_open and _is_called_up(standing, body, last):
            return body
    return None


def bodies_kept_waiting(standing: Standing, now: datetime) -> tuple[tuple[Body, int, datetime], ...]:
    """The lowest active body that never met and has waited for outcomes from below as long as the plan lets it.

    It is convened without: the order is not enforced (R12). The next one then waits for this one. With number and hour, as
    for the rhythm; none, or one.
    """
    plan = standing.crisis.plan
    for body in in_order(standing.crisis.levels):
        awaited = _is_awaiting(standing, body)
        if standing.last(body) is None and awaited:
            is_over = all(m.waited_for(now) >= plan.outcomes.next_body_waits for m in awaited)
            return ((body, 1, now + plan.bodies[body].notice),) if is_over else ()
    return ()


def _is_awaiting(standing: Standing, body: Body) -> tuple[Meeting, ...]:
    """The meetings below for which this body waits: the first of a body, as long as its outcome stays out."""
    return tuple(m for m in standing.meetings if m.is_open and m.number == 1 and m.body.rank < body.rank)


def _is_called_up(standing: Standing, body: Body, last: Meeting) -> bool:
    """Whether something was passed up since this body was last convened, also where the one below has met again by now."""
    below = (m for m in standing.meetings if m.body.higher is body and m.direction is Direction.UP)
    return any(m.recorded_at is not None and m.recorded_at > last.convened_at for m in below)


def follows_by_itself(meeting: Meeting, levels: frozenset[Body]) -> bool:
    """Whether this meeting has a follow-up appointment of a body that stays: then `check_goes_on` has nothing to refuse."""
    return meeting.body in levels and meeting.next_meeting_at is not None


def coming(standing: Standing) -> tuple[tuple[Body, datetime], ...]:
    """The meetings to come, the first one first: those that are convened, or else the follow-up appointments (R16)."""
    if standing.crisis.phase is Phase.CLOSED:
        return ()
    convened = [(m.body, m.planned_at) for m in standing.meetings if m.is_open]
    last = [standing.last(body) for body in in_order(standing.crisis.levels)]
    agreed = [(m.body, m.next_meeting_at) for m in last if m and not m.is_open and m.next_meeting_at]
    return tuple(sorted(convened or agreed, key=lambda one: (one[1], one[0].rank)))


def check_goes_on(standing: Standing) -> None:
    """Whether an active crisis has a meeting to come: a follow-up appointment (R16), a rhythm, or a body whose turn it is.

    Raises:
        NothingFollows: it would lie still for ever.

    """
    waits = isinstance(next_step(standing), AwaitPeople)
    if standing.crisis.phase is not Phase.ACTIVE or not waits or any(m.is_open for m in standing.meetings):
        return
    if not any(last.next_meeting_at for body in standing.crisis.levels if (last := standing.last(body))):
        raise NothingFollows(body=max(standing.crisis.levels, key=lambda body: body.rank))


def bodies_due_by_rhythm(standing: Standing, now: datetime) -> tuple[tuple[Body, int, datetime], ...]:
    """The bodies whose next meeting must be convened now, with its number and hour: due at or before now."""
    due = []
    for body in sorted(standing.crisis.levels, key=lambda b: b.rank):
        last = standing.last(body)
        if last is None or last.is_open or last.next_meeting_at is None:
            continue
        if now >= last.next_meeting_at - standing.crisis.plan.bodies[body].notice:
            due.append((body, last.number + 1, max(last.next_meeting_at, now)))
    return tuple(due)


def next_meeting_at(meeting: Meeting, chosen: datetime | None, plan: Plan) -> datetime | None:
    """The follow-up appointment: the one chosen, or the plan's rhythm after this meeting (R18)."""
    interval: timedelta | None = plan.bodies[meeting.body].rhythm.interval
    return chosen or (on_the_wall_after(meeting.planned_at, interval) if interval else None)


def _next_number(standing: Standing, body: Body) -> int:
    last = standing.last(body)
    return last.number + 1 if last else 1
