"""Requests in the register: put to who has powers of their own, reminded, answered (R24)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, or_, select

from crisis.alerts import Event
from crisis.decisions import Decision, settled_by
from crisis.errors import AlreadyAnswered, NoSuchDecision, NotAskedAnyMore
from crisis.passes import Act, Grant
from crisis.requests import GivenReply, Reply, Request
from integrations.register import decisions, passes
from integrations.register.standing import Brief, bump, check_open, each_of, plan_of, row_of
from integrations.register.tables import CrisisRow, ReplyRow, RequestRow
from integrations.register.telling import readable, stamp, tell_about_decision
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


def put_in(writing: "Write", decision: Decision, crisis: Brief) -> None:
    """Put what is final to each addressee, and set when to ask again (R24)."""
    if not decision.is_put:
        return
    again = writing.now + plan_of(writing.session, crisis).action_items.remind_every
    for addressee in dict.fromkeys(decision.addressees):
        row = RequestRow(
            crisis=crisis.slug,
            decision=decision.number,
            addressee=addressee,
            put_at=writing.now,
            next_reminder_at=again,
        )
        writing.session.add(row)
        tell_about_decision(writing, Event.REQUEST_PUT, decision, crisis, addressee)


def withdraw_in(writing: "Write", decision: Decision, crisis: Brief) -> None:
    """What this replaces or withdraws is asked of nobody any more, and who was asked hears so, whatever they answered (R24)."""
    for number in settled_by((decision,)):
        earlier = decisions.find_in(writing.session, crisis.slug, number)
        put = select(RequestRow).where(RequestRow.crisis == crisis.slug, RequestRow.decision == number)
        for row in writing.session.exec(put.where(col(RequestRow.withdrawn_at).is_(None)).order_by(RequestRow.addressee)):
            row.withdrawn_at, row.next_reminder_at = writing.now, None
            writing.session.add(row)
            tell_about_decision(
                writing,
                Event.REQUEST_WITHDRAWN,
                earlier,
                crisis,
                row.addressee,
                is_replaced=decision.replaces == number,
                ended_by=f"{decision.body} {decision.meeting}",
                by_kind=str(decision.kind),
                by_number=decision.number,
            )


@repeatable
def reply(register: "Register", grant: Grant, given: Reply, deed: "Deed", now: datetime) -> Request:
    """Record what an addressee answers (R24). A refusal, a condition or no agreement yet comes back at the body's next meeting.

    The same sent twice with the same pass is one answer. Where there is no agreement yet, a new link goes out with it.

    Raises:
        Refused: answered before, withdrawn, or the pass does not hold.

    """
    with register.write(deed, "verzoek.beantwoorden", grant.object, now) as writing:
        passes.check_act(grant, Act.ANSWER_REQUEST)
        slug, number = decisions.number_in(grant.object)
        session = writing.session
        crisis, decision = row_of(session, slug), decisions.find_in(session, slug, number)
        request = _request(session, slug, number, grant.object.rpartition("/")[2])
        writing.payload = given.model_dump(mode="json")
        used = passes.spent(session, grant)
        if passes.is_same(used, writing):
            writing.is_repeat = True
            return request
        check_open(crisis)
        if request.withdrawn_at:
            raise NotAskedAnyMore(number=number, at=request.withdrawn_at)
        if request.latest and not request.is_open:
            raise AlreadyAnswered(number=number, by=request.latest.by, at=request.latest.at)
        passes.use(writing, grant, used, (Act.ANSWER_REQUEST, request.key, request.addressee))
        fresh = GivenReply(**dict(given), number=len(request.replies) + 1, at=now, by=grant.person)
        of_request: dict[str, Any] = {"crisis": slug, "decision": number, "addressee": request.addressee}
        session.add(ReplyRow(**of_request, **dict(fresh)))
        row = session.get_one(RequestRow, (slug, number, request.addressee))
        every = plan_of(session, crisis).action_items.remind_every
        row.next_reminder_at = None if given.answer.settles else now + every
        session.add(row)
        bump(session, crisis)
        asking = stamp(now)
        words = {"condition": given.condition, "reason": given.reason}
        said = {"answer": str(given.answer)}
        said |= {name: readable(text, decision.secrecy) if text else "" for name, text in words.items()}
        tell_about_decision(writing, Event.REQUEST_ANSWERED, decision, crisis, request.addressee, asking, **said)
        if not given.answer.settles:
            tell_about_decision(writing, Event.REQUEST_PUT, decision, crisis, request.addressee, asking)
        return request.model_copy(update={"replies": (*request.replies, fresh), "next_reminder_at": row.next_reminder_at})


@repeatable
def remind(register: "Register", request: Request, deed: "Deed", now: datetime) -> bool:
    """Ask an addressee again; whether it was due, for somebody else may have done it."""
    with register.write(deed, "verzoek.opvolgen", request.key, now) as writing:
        session, slug = writing.session, request.crisis
        current = _request(session, slug, request.decision, request.addressee)
        was_due = current.next_reminder_at
        if was_due is None or not current.must_be_reminded(now):
            writing.is_repeat = True
            return False
        row = session.get_one(RequestRow, (slug, request.decision, request.addressee))
        crisis = row_of(session, slug)
        row.next_reminder_at = now + plan_of(session, crisis).action_items.remind_every
        session.add(row)
        writing.payload = {"again_at": row.next_reminder_at}
        decision = decisions.find_in(session, slug, request.decision)
        tell_about_decision(writing, Event.REQUEST_REMINDED, decision, crisis, request.addressee, stamp(was_due))
        return True


def due(session: Session, now: datetime) -> tuple[Request, ...]:
    """Those that must be asked again, of crises that are not closed."""
    found = session.exec(
        select(RequestRow)
        .join(CrisisRow, col(CrisisRow.slug) == RequestRow.crisis)
        .where(col(RequestRow.next_reminder_at) <= now, col(CrisisRow.closed_at).is_(None))
        .order_by(col(RequestRow.next_reminder_at))
    )
    return each_of(found, lambda row: _request_of(row, ()))


def of_crisis(register: "Register", slug: str) -> tuple[Request, ...]:
    """All of a crisis with their answers, by decision and addressee."""
    with register.read() as session:
        return in_session(session, slug)


def find(register: "Register", slug: str, number: int, addressee: str) -> Request:
    """One of them. Raises NoSuchDecision."""
    with register.read() as session:
        return _request(session, slug, number, addressee)


def in_session(session: Session, slug: str, number: int | None = None) -> tuple[Request, ...]:
    """Those of a crisis, or of one decision, within a transaction."""
    any_decision = number is None
    rows = session.exec(
        select(RequestRow)
        .where(RequestRow.crisis == slug, or_(any_decision, RequestRow.decision == number))
        .order_by(col(RequestRow.decision), RequestRow.addressee)
    ).all()
    replies: dict[tuple[int, str], list[GivenReply]] = defaultdict(list)
    wanted = select(ReplyRow).where(ReplyRow.crisis == slug).order_by(col(ReplyRow.number))
    for row in session.exec(wanted) if rows else ():
        replies[row.decision, row.addressee].append(GivenReply(**row.model_dump(exclude={"crisis", "decision", "addressee"})))
    return tuple(_request_of(row, replies[row.decision, row.addressee]) for row in rows)


def _request(session: Session, slug: str, number: int, addressee: str) -> Request:
    for request in in_session(session, slug, number):
        if request.addressee == addressee:
            return request
    raise NoSuchDecision(crisis=slug, number=number)


def _request_of(row: RequestRow, replies: Sequence[GivenReply]) -> Request:
    return Request(**row.model_dump(exclude={"version"}), replies=tuple(replies))
