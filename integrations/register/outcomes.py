"""The outcome of a meeting in the register: recorded by its secretary, and where two must look confirmed by another.

What follows from it (decisions, action items, requests, levels) is written in one transaction with it.
"""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ScalarSelect, Table, bindparam, literal_column
from sqlmodel import Session, col, func, select

from crisis.actions import ActionItem, ActionState, NewAction, Place, first_reminder
from crisis.alerts import Event
from crisis.decisions import Known, Secrecy, must_know, still_intended
from crisis.errors import NoSuchMeeting
from crisis.inquiries import Ending
from crisis.life import Phase, check_goes_on, follows_by_itself, next_meeting_at
from crisis.meetings import (
    Before,
    Direction,
    Meeting,
    Outcome,
    Stage,
    check_confirmation,
    check_outcome,
    check_still_kept,
    follow_of_itself,
    levels_after,
)
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.remarks import checked_remark
from crisis.scaling_down import LooseEnds
from crisis.structure import Body, highest, in_order
from integrations.register import actions, closing, communication, decisions, inquiries, passes, requests, rows
from integrations.register.columns import utc_text
from integrations.register.meetings import parts
from integrations.register.rows import table_of
from integrations.register.standing import Brief, activated_levels, check_open, plan_of, row_of, set_levels, standing_in
from integrations.register.tables import WITHOUT_PAPERS, ActionRow, CrisisRow, DecisionRow, LevelRow, MeetingRow, UsedPassRow
from integrations.register.telling import readable, stamp, tell_about_action, tell_about_meeting
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


@repeatable
def record(register: "Register", grant: Grant, outcome: Outcome, deed: "Deed", now: datetime) -> Meeting:
    """Record what came of a meeting, with all that follows from it, in one transaction.

    Decisions are numbered, action items opened and their owners told, requests put, levels changed, the next meeting set.
    Where two must look, nothing of that happens yet: a second person is asked to confirm it.
    The same sent twice with the same pass is one outcome.

    Raises:
        Refused: by `check_outcome`, or because the pass does not hold.

    """
    with register.write(deed, "uitkomst.vastleggen", grant.object, now) as writing:
        passes.check_act(grant, Act.RECORD_OUTCOME)
        about = _about(writing.session, grant)
        meeting = about.meeting
        writing.payload = outcome.model_dump(mode="json", exclude_defaults=True)
        if passes.is_same(about.used, writing):
            writing.is_repeat = True
            return meeting
        check_open(about.crisis)
        plan = plan_of(writing.session, about.crisis)
        check_outcome(meeting, outcome, about.levels, plan, now, _before(writing.session, about, outcome))
        passes.use(writing, grant, about.used, (Act.RECORD_OUTCOME, meeting.key, plan.bodies[meeting.body].secretary))
        if meeting.needs_second:
            return _proposed(writing, about, grant.person)
        return _settled(writing, about, outcome, plan, (grant.person, None))


@repeatable
def confirm(register: "Register", grant: Grant, accepted: bool, remark: str, deed: "Deed", now: datetime) -> Meeting:
    """The second person confirms what was recorded, and all that follows from it happens; or sends it back with a remark.

    Raises:
        Refused: by `check_confirmation`, by the rules that changed circumstances bring up, or because the pass does not hold.

    """
    with register.write(deed, "uitkomst.bevestigen", grant.object, now) as writing:
        passes.check_act(grant, Act.CONFIRM_OUTCOME)
        about = _about(writing.session, grant)
        meeting = about.meeting
        remark = checked_remark(accepted, remark)
        writing.payload = {"accepted": accepted, "remark": remark}
        if passes.is_same(about.used, writing):
            writing.is_repeat = True
            return meeting
        check_open(about.crisis)
        plan = plan_of(writing.session, about.crisis)
        seat = plan.bodies[meeting.body]
        check_confirmation(meeting, grant.person, seat.secretary, grant.issued_at)
        passes.use(writing, grant, about.used, (Act.CONFIRM_OUTCOME, meeting.key, seat.confirms))
        if not accepted:
            return _sent_back(writing, about, remark)
        outcome = proposed_in(writing.session, meeting)
        recorded_at, by = meeting.proposed_at, meeting.proposed_by
        assert recorded_at is not None
        assert by is not None
        asked = meeting.model_copy(update={"stage": Stage.INVITED})
        check_outcome(asked, outcome, about.levels, plan, recorded_at, _before(writing.session, about, outcome))
        check_still_kept(outcome, now)
        return _settled(writing, about, outcome, plan, (by, grant.person))


def proposed(register: "Register", meeting: Meeting) -> Outcome | None:
    """What was recorded for this meeting and awaits confirmation, or was sent back; None where nothing was."""
    with register.read() as session:
        document = session.exec(_proposal(meeting)).first()
    return Outcome.model_validate(document) if document else None


def remark(register: "Register", meeting: Meeting) -> str | None:
    """Why the second person sent it back, for the secretary who records it anew; None where nobody did."""
    with register.read() as session:
        row = session.get_one(MeetingRow, tuple(_key(meeting).values()), options=WITHOUT_PAPERS)
        return row.remark


def proposed_in(session: Session, meeting: Meeting) -> Outcome:
    """The same within a transaction; it must be there."""
    return Outcome.model_validate(session.exec(_proposal(meeting)).one())


def _proposal(meeting: Meeting):  # type: ignore[no-untyped-def]  # SQLModel's own long name
    return select(MeetingRow.proposed).where(
        MeetingRow.crisis == meeting.crisis, MeetingRow.body == meeting.body, MeetingRow.number == meeting.number
    )


def _proposed(writing: "Write", about: "_About", by: str) -> Meeting:
    """Kept as it was recorded, until the second person has looked."""
    meeting = about.meeting
    changes = {"stage": Stage.PROPOSED, "proposed_at": writing.now, "proposed_by": by}
    kept = {"proposed": writing.payload, "remark": None}
    rows.change(writing.session, MeetingRow, _key(meeting), about.version, changes | kept)
    _bump(writing, about.crisis)
    tell_about_meeting(
        writing,
        Event.CONFIRMATION_ASKED,
        meeting,
        about.crisis,
        asking=f"{meeting.key}/{stamp(writing.now)}",
        recorded_by=plan_of(writing.session, about.crisis).people[by].name,
    )
    return meeting.model_copy(update=changes)


def _sent_back(writing: "Write", about: "_About", remark: str) -> Meeting:
    """The secretary is asked again; what must change stands on their form, and in the mail only where it is no secret (R22)."""
    meeting = about.meeting
    changes = {"stage": Stage.INVITED, "proposed_at": None, "proposed_by": None}
    rows.change(writing.session, MeetingRow, _key(meeting), about.version, changes | {"remark": remark})
    _bump(writing, about.crisis)
    asking = f"{meeting.key}/{stamp(writing.now)}"
    told = readable(remark, meeting.secrecy)
    tell_about_meeting(writing, Event.OUTCOME_RETURNED, meeting, about.crisis, asking=asking, remark=told)
    return meeting.model_copy(update=changes)


def _settled(writing: "Write", about: "_About", outcome: Outcome, plan: Plan, by: tuple[str, str | None]) -> Meeting:
    """The outcome stands, and with it all that follows. `by`: who recorded it, and who confirmed it."""
    session, before, crisis, now = writing.session, about.meeting, about.crisis, writing.now
    recorded_by, confirmed_by = by
    next_at = next_meeting_at(before, outcome.next_meeting_at, plan)
    meeting = before.recorded(outcome, recorded_by, now, next_at, confirmed_by)
    changes = {name: getattr(meeting, name) for name in _OUTCOME}
    changes["attendance"] = [p.model_dump(mode="json") for p in outcome.present] or None
    rows.change(session, MeetingRow, _key(before), about.version, changes)

    taken = _add_decisions(session, meeting, outcome, about.last.decision, now)
    following = (*outcome.actions, *follow_of_itself(meeting, outcome, plan, now, about.first_after))
    opened = _open_actions(session, meeting, following, taken, plan, about.last.action, now)
    after = levels_after(about.levels, meeting.body, outcome.direction)
    set_levels(session, crisis.slug, about.levels, after, now)
    phase = Phase.ACTIVE if after else Phase.AFTERCARE
    successor = {"successor": outcome.scale_down.successor} if outcome.scale_down and not after else {}
    rows.change(session, CrisisRow, {"slug": crisis.slug}, crisis.version, {"phase": phase} | successor)
    if not follows_by_itself(meeting, after):
        check_goes_on(standing_in(session, row_of(session, crisis.slug)))
    tell_about_meeting(
        writing,
        Event.OUTCOME_RECORDED,
        meeting,
        crisis,
        direction=outcome.direction,
        summary=readable(outcome.summary, meeting.secrecy),
        decisions=[
            {"number": n, "kind": str(new.kind), "stage": str(new.stage), "text": readable(new.text, new.secrecy)}
            for n, new in taken
        ],
        actions=[
            {"number": p.number, "title": readable(new.title, secrecy), "owner": plan.people[new.owner].name}
            for p, new, secrecy in opened
        ],
        levels=[str(level) for level in in_order(after)],
    )
    for place, new, secrecy in opened:
        tell_about_action(writing, Event.ACTION_OPENED, new, place, crisis, secrecy)
    for numbered in taken:
        if numbered[1].is_intended or numbered[1].kind.is_put or numbered[1].ends_earlier:
            decision = decisions.taken_in(meeting, numbered, now)
            communication.ask_no_more_in(writing, decision)
            communication.ask_in(writing, decision, crisis)
            requests.withdraw_in(writing, decision, crisis)
            requests.put_in(writing, decision, crisis)
    if not after:
        inquiries.close_all_in(writing, crisis.slug, Ending.SCALED_DOWN)
    if not after and outcome.scale_down:
        _hand_over(writing, meeting, outcome.scale_down.handover, crisis)
        tell_about_meeting(
            writing,
            Event.SCALED_DOWN,
            meeting,
            crisis,
            closing.ever_active(session, crisis.slug),
            successor=outcome.scale_down.successor,
            aftercare=[f"{new.kind}: {readable(new.title, secrecy)}" for _, new, secrecy in opened if new.kind.is_after],
        )
    return meeting


def _hand_over(writing: "Write", meeting: Meeting, handover: dict[int, str], crisis: Brief) -> None:
    """Every item that is still open has the owner that was agreed, who hears of it (R20)."""
    items = writing.session.exec(
        select(ActionRow).where(ActionRow.crisis == crisis.slug, col(ActionRow.number).in_(handover))
    ).all()
    for row in items:
        former, row.owner = row.owner, handover[row.number]
        writing.session.add(row)
        _tell_of_handover(writing, actions.action_of(row), former, meeting, crisis)


def _tell_of_handover(writing: "Write", item: ActionItem, former: str, meeting: Meeting, crisis: Brief) -> None:
    """Its new owner hears of it. Where it was reported already, another than before may have to close it: that one is asked."""
    asking, about = meeting.label.replace(" ", "-"), (item, item.place, crisis, item.secrecy)
    name = plan_of(writing.session, crisis).people[former].name
    tell_about_action(writing, Event.ACTION_TRANSFERRED, *about, asking=asking, former=name)
    if item.state is ActionState.REPORTED:
        tell_about_action(writing, Event.ACTION_REPORTED, *about, asking=asking, evidence=item.evidence or "")


def _before(session: Session, about: "_About", outcome: Outcome) -> Before:
    """What this outcome is held against; only what bears on it is asked for."""
    slug = about.crisis.slug
    known = Known(nkc=about.crisis.nkc)
    is_leaving = outcome.direction in (Direction.DOWN, Direction.END)
    must_settle = is_leaving or not levels_after(about.levels, about.meeting.body, outcome.direction)
    if must_settle or must_know(outcome.decisions):
        known = Known(
            decisions=decisions.in_session(session, slug),
            advised=communication.advised_in(session, slug),
            nkc=about.crisis.nkc,
        )
    if not must_settle:
        return Before(known=known)
    return Before(
        known=known,
        loose=_loose_ends(session, about.meeting, known),
        activated=highest(activated_levels(session, slug)),
    )


def _loose_ends(session: Session, meeting: Meeting, known: Known) -> LooseEnds:
    slug = meeting.crisis
    still_open = select(ActionRow.number, ActionRow.owner).where(
        ActionRow.crisis == slug, ActionRow.state != ActionState.CLOSED
    )
    return LooseEnds(
        actions=dict(session.exec(still_open).all()),
        requests=tuple(request.decision for request in requests.in_session(session, slug) if request.is_open),
        intended=tuple(decision.number for decision in still_intended(known.decisions)),
        meetings=tuple(
            m.label for m in standing_in(session, row_of(session, slug)).meetings if m.is_open and m.key != meeting.key
        ),
    )


def _bump(writing: "Write", crisis: Brief) -> None:
    """A new version of the crisis: its run must look again."""
    rows.change(writing.session, CrisisRow, {"slug": crisis.slug}, crisis.version, {"phase": crisis.phase})


def _key(meeting: Meeting) -> rows.Row:
    return {"crisis": meeting.crisis, "body": meeting.body, "number": meeting.number}


_OUTCOME = (
    *("stage", "recorded_at", "recorded_by", "confirmed_by", "proposed_at", "proposed_by", "chair"),
    *("direction", "summary", "next_meeting_at", "next_reminder_at"),
)


def _add_decisions(session: Session, meeting: Meeting, outcome: Outcome, last: int, now: datetime) -> list[decisions.Numbered]:
    """The decisions and advice of a meeting, numbered."""
    taken = list(enumerate(outcome.decisions, start=last + 1))
    decisions.add_in(session, meeting, taken, now)
    return taken


def _open_actions(
    session: Session,
    meeting: Meeting,
    following: tuple[NewAction, ...],
    taken: list[decisions.Numbered],
    plan: Plan,
    last: int,
    now: datetime,
) -> list[tuple[Place, NewAction, Secrecy]]:
    """The action items of a meeting, numbered, each with its first reminder and the secrecy of its decision (R22)."""
    opened, values = [], []
    crisis, body, state, opened_at = meeting.crisis, str(meeting.body), str(ActionState.OPEN), utc_text(now)
    for number, new in enumerate(following, start=last + 1):
        place = Place(number, meeting.body, meeting.number)
        origin, decision = taken[new.decision - 1] if new.decision else (None, None)
        secrecy = decision.secrecy if decision else Secrecy.CONFIDENTIAL
        opened.append((place, new, secrecy))
        due_at, remind_at = utc_text(new.due_at), utc_text(first_reminder(now, new.due_at, plan))
        values.append(
            (
                *(crisis, number, body, meeting.number, new.title, new.owner, str(new.priority), str(new.kind), new.to),
                *(origin, str(secrecy), state, opened_at, due_at, remind_at, 1),
            )
        )
    rows.add_as_they_are(session, ActionRow, _ACTION_COLUMNS, values)
    return opened


_ACTION_COLUMNS = (
    *("crisis", *Place._fields, "title", "owner", "priority", "kind", "to", "decision", "secrecy", "state"),
    *("opened_at", "due_at", "next_reminder_at", "version"),
)


class _Last(NamedTuple):
    """The highest numbers that were given out in a crisis."""

    decision: int
    action: int


class _About(NamedTuple):
    """All that recording an outcome must know."""

    meeting: Meeting
    version: int
    """Of the meeting."""
    crisis: Brief
    levels: frozenset[Body]
    used: passes.Spent | None
    last: _Last

    @property
    def first_after(self) -> datetime | None:
        """The activation after which this is the first outcome; None after another, which left a letter on the list (R19)."""
        return None if self.last.action else datetime.fromisoformat(self.crisis.activated_at)


_CRISIS, _MEETING, _LEVEL, _USED = (table_of(row) for row in (CrisisRow, MeetingRow, LevelRow, UsedPassRow))
_MEETING_FIELDS = (*Meeting.model_fields, "version")


def _last_number(of: Table) -> ScalarSelect[int]:
    highest = select(func.coalesce(func.max(of.c.number), literal_column("0"))).where(of.c.crisis == _CRISIS.c.slug)
    return highest.correlate(_CRISIS).scalar_subquery()


_ABOUT = (
    select(
        _LEVEL.c.body,
        _USED.c.used_at,
        _USED.c.payload_digest,
        *(_last_number(table_of(row)) for row in (DecisionRow, ActionRow)),
        *(_CRISIS.c[name] for name in Brief._fields),
        *(_MEETING.c[name] for name in _MEETING_FIELDS),
    )
    .select_from(_CRISIS.join(_MEETING, _MEETING.c.crisis == _CRISIS.c.slug))
    .outerjoin(_LEVEL, (_LEVEL.c.crisis == _CRISIS.c.slug) & _LEVEL.c.until.is_(None))
    .outerjoin(_USED, _USED.c.grant_key == bindparam("pass"))
    .where(_CRISIS.c.slug == bindparam("slug"), _MEETING.c.body == bindparam("of"), _MEETING.c.number == bindparam("nr"))
)
"""One question, with a row for each active level: on PostgreSQL every question is a journey."""


def _about(session: Session, grant: Grant) -> _About:
    slug, body, number = parts(grant.object)
    asked = {"pass": grant.key, "slug": slug, "of": body, "nr": number}
    found = rows.ask(session, _ABOUT, asked)
    if not found:
        raise NoSuchMeeting(crisis=slug, body=body, number=number)
    _, used_at, payload, decision, action, *rest = found[0]
    crisis, (*fields, version) = rest[: len(Brief._fields)], rest[len(Brief._fields) :]
    return _About(
        meeting=Meeting.model_validate(dict(zip(Meeting.model_fields, fields, strict=True))),
        version=version,
        crisis=Brief(*crisis),
        levels=frozenset(Body(level) for level, *_ in found if level),
        used=passes.Spent(datetime.fromisoformat(used_at), payload) if used_at else None,
        last=_Last(decision, action),
    )
