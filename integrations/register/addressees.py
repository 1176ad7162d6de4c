"""Who gets a form, who is reminded of it, and who is asked to ask after it (geadresseerden).

What is public, or was given for that very date before, is not asked (E17): then the earlier answer is the answer. Nobody is
ordered anything (R24): who stays out is missing from the picture, and holds up nobody.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from crisis.alerts import Event, Notice
from crisis.figures import KnownFigure, Via
from crisis.giving import earlier_of, is_own, name_of
from crisis.inquiries import Inquiry, Submission, Wanted, above, score, still_to_ask
from crisis.partners import Partner, WireForm
from crisis.plan import Plan
from integrations.register import figures, rows
from integrations.register.standing import plan_of
from integrations.register.tables import AnswerRow, CrisisRow
from integrations.register.telling import PASS_LIFETIME

if TYPE_CHECKING:
    from integrations.register.engine import Write


def ask_in(writing: "Write", inquiry: Inquiry, crisis: CrisisRow) -> None:
    """Send everybody who fills in a form theirs; who has given it all for that date already is asked nothing."""
    plan = plan_of(writing.session, crisis)
    asked = [partner for partner in _partners(inquiry, plan) if partner.form is WireForm.FORM]
    if asked:
        _send_forms(writing, inquiry, crisis, asked)


def ask_instead_in(writing: "Write", inquiry: Inquiry, crisis: CrisisRow, failed: Iterable[str]) -> None:
    """Send a form to who has a contact, and a system that gave nothing usable. Sent once for an inquiry."""
    plan, names = plan_of(writing.session, crisis), frozenset(failed)
    asked = [partner for partner in _partners(inquiry, plan) if partner.id in names and partner.contact]
    if asked and inquiry.is_open:
        _send_forms(writing, inquiry, crisis, asked)


def remind_in(writing: "Write", inquiry: Inquiry, crisis: CrisisRow, asking: str) -> tuple[str, ...]:
    """Ask all once more who have a contact and have not answered; returns which partners those are."""
    plan = plan_of(writing.session, crisis)
    answered = answered_in(writing.session, inquiry)
    silent = [
        one for one in _partners(inquiry, plan) if one.contact and not answered.get(one.id, Submission.AWAITED).has_figures
    ]
    known = _Known(_known(writing, inquiry, plan) if silent else ())
    for partner in silent:
        _tell(writing, Event.FIGURES_REMINDED, inquiry, crisis, partner, known.about(partner), asking)
    return tuple(partner.id for partner in silent)


def next_reminder(inquiry: Inquiry, plan: Plan, now: datetime) -> datetime:
    """When to look again: at the next share of the term, or at its end where nobody can be reminded."""
    can_be_reminded = any(partner.contact for partner in _partners(inquiry, plan))
    return inquiry.next_reminder(plan.intake, now) if can_be_reminded else inquiry.due_at


def escalate_in(writing: "Write", inquiry: Inquiry, crisis: CrisisRow) -> tuple[str, ...]:
    """Ask those above to ask after who stayed out (R24), each in one mail; returns whom."""
    plan = plan_of(writing.session, crisis)
    stand = score(inquiry, answered_in(writing.session, inquiry), (), plan)
    after: dict[str, list[Partner]] = {}
    for partner in _partners(inquiry, plan):
        for person in above(partner, plan) if partner.id in stand.missing else ():
            after.setdefault(person, []).append(partner)
    for person, partners in after.items():
        missing = [_missing(partner, stand.missing[partner.id], plan) for partner in partners]
        facts = facts_of(inquiry, crisis) | {"missing": missing, "at": writing.at}
        notice = Notice(event=Event.FIGURES_MISSING, key=inquiry.key, facts=facts, owner=person)
        writing.tell(notice, plan, crisis.slug)
    return tuple(after)


def tell_closed_in(writing: "Write", inquiry: Inquiry, crisis: CrisisRow) -> None:
    """Tell the secretary how far it came. Of a meeting whose partners all answered the papers say enough."""
    plan, session = plan_of(writing.session, crisis), writing.session
    stand = score(inquiry, answered_in(session, inquiry), returned_in(session, inquiry), plan)
    if inquiry.body is None or (inquiry.meeting is not None and not (stand.missing or stand.returned)):
        return
    facts: dict[str, Any] = {
        "because": str(inquiry.closed_because),
        "answered": stand.answered,
        "asked_partners": stand.asked,
        "late": stand.late,
        "inhabitants": stand.inhabitants.model_dump() if stand.inhabitants else None,
        "missing": [_missing(plan.partner(one), how, plan) for one, how in stand.missing.items()],
        "returned": [plan.partner(one).name for one in stand.returned],
        "at": writing.at,
    }
    notice = Notice(
        event=Event.INQUIRY_CLOSED, key=inquiry.key, facts=facts_of(inquiry, crisis) | facts, bodies=frozenset({inquiry.body})
    )
    writing.tell(notice, plan, crisis.slug)


def give_back_in(writing: "Write", inquiry: Inquiry, crisis: CrisisRow, partner: Partner, question: str, asking: str) -> None:
    """Give an answer back to the contact with a link to answer anew; where there is none, to the liaisons without."""
    plan = plan_of(writing.session, crisis)
    if partner.contact:
        known = _known(writing, inquiry, plan)
        _tell(writing, Event.FIGURES_RETURNED, inquiry, crisis, partner, known, asking, returned=question)
        return
    for person in above(partner, plan):
        facts = form_facts(inquiry, crisis, partner, (), {}, plan) | {"returned": question, "at": writing.at}
        key = f"{inquiry.key_of(partner.id)}/{asking}"
        writing.tell(Notice(event=Event.FIGURES_RETURNED, key=key, facts=facts, owner=person), plan, crisis.slug)


def fields_of(
    inquiry: Inquiry, partner: Partner, plan: Plan, known: Iterable[KnownFigure]
) -> tuple[tuple[Wanted, ...], dict[str, KnownFigure]]:
    """What stands on the form of a partner: what open data and its own system have not given; and what it gave last of that.

    What was typed before can be typed again: that is how a mistake is mended.
    """
    known = tuple(known)
    of_machines = [one for one in known if one.via in (Via.OPEN_DATA, Via.SYSTEM)]
    asked = still_to_ask(inquiry, partner, plan, of_machines)
    return asked, earlier_of(partner, asked, known)


def known_for(
    session: Session, inquiry: Inquiry, plan: Plan, now: datetime, of: Iterable[Partner] | None = None
) -> tuple[KnownFigure, ...]:
    """What is known of everything up to the date of the inquiry, as of now; of these partners, or of all."""
    return figures.known_in(session, inquiry.crisis, plan, inquiry.reference_date, now, of)


def answered_in(session: Session, inquiry: Inquiry) -> dict[str, Submission]:
    """What came of each partner so far, by how it was submitted."""
    wanted = select(AnswerRow.partner, AnswerRow.submission).where(
        AnswerRow.crisis == inquiry.crisis, AnswerRow.inquiry == inquiry.number
    )
    return {partner: Submission(how) for partner, how in session.exec(wanted)}


def returned_in(session: Session, inquiry: Inquiry) -> tuple[str, ...]:
    """The partners whose answer was given back with a question, and that have not answered it."""
    of_inquiry = (AnswerRow.crisis == inquiry.crisis, AnswerRow.inquiry == inquiry.number)
    return tuple(session.exec(select(AnswerRow.partner).where(*of_inquiry, col(AnswerRow.returned).is_not(None))))


def facts_of(inquiry: Inquiry, crisis: CrisisRow) -> dict[str, Any]:
    """What every mail about an inquiry says. What a meeting asks needs no other words than that."""
    return {
        "crisis": crisis.slug,
        "title": crisis.title,
        "inquiry": inquiry.number,
        "meeting": f"{inquiry.body} {inquiry.meeting}" if inquiry.meeting is not None else "",
        "question": inquiry.question if inquiry.meeting is None else "",
        "reference_date": inquiry.reference_date.isoformat(),
        "due_at": inquiry.due_at,
    }


def form_facts(
    inquiry: Inquiry,
    crisis: CrisisRow,
    partner: Partner,
    asked: Iterable[Wanted],
    earlier: Mapping[str, KnownFigure],
    plan: Plan,
) -> dict[str, Any]:
    """The same for who fills in a form: each number that is asked, its definition, and what was given before."""
    of = {indicator.id: indicator for indicator in plan.indicators}
    numbers: list[dict[str, Any]] = []
    for wanted in asked:
        indicator, before = of[wanted[0]], earlier.get(name_of(wanted))
        numbers.append(
            {
                "name": indicator.name,
                "unit": indicator.unit,
                "definition": indicator.definition,
                "kind": str(wanted[1]),
                "before": str(before.value) if before else None,
                "before_date": before.reference_date.isoformat() if before else None,
            }
        )
    return facts_of(inquiry, crisis) | {"partner": partner.name, "numbers": numbers, "has_earlier": bool(earlier)}


def _send_forms(writing: "Write", inquiry: Inquiry, crisis: CrisisRow, asked: Iterable[Partner]) -> None:
    plan = plan_of(writing.session, crisis)
    known, answered, settled = _Known(_known(writing, inquiry, plan)), answered_in(writing.session, inquiry), []
    for partner in asked:
        theirs = known.about(partner)
        if still_to_ask(inquiry, partner, plan, theirs):
            _tell(writing, Event.FIGURES_ASKED, inquiry, crisis, partner, theirs)
        elif partner.id not in answered:
            settled.append(_settled(inquiry, partner, theirs, writing.now))
    rows.add(writing.session, AnswerRow, settled)


class _Known:
    """What is known, laid out once: asking hundreds of partners must not look through all of it for each."""

    def __init__(self, known: Iterable[KnownFigure]) -> None:
        self._public: list[KnownFigure] = []
        self._own: dict[str, list[KnownFigure]] = {}
        for figure in known:
            self._own.setdefault(figure.partner, []).append(figure)
            if figure.via is Via.OPEN_DATA:
                self._public.append(figure)

    def about(self, partner: Partner) -> tuple[KnownFigure, ...]:
        """What is public, and what this partner gave."""
        own = (figure for figure in self._own.get(partner.id, ()) if figure.via is not Via.OPEN_DATA)
        return (*self._public, *own)


def _settled(inquiry: Inquiry, partner: Partner, known: Iterable[KnownFigure], now: datetime) -> rows.Row:
    """The answer of who has given all of it for that date before, or of whom it is public."""
    own = [one for one in known if is_own(one, partner) and one.reference_date == inquiry.reference_date]
    latest = max(own, key=lambda one: (one.stated_at, one.received_at), default=None)
    return {
        "crisis": inquiry.crisis,
        "inquiry": inquiry.number,
        "partner": partner.id,
        "submission": str(Submission.ON_TIME),
        "received_at": latest.received_at if latest else now,
        "report_id": latest.report_id if latest else None,
        "remarks": "",
        "detail": KNOWN_ALREADY if latest else PUBLIC,
        "seconds": 0.0,
        "returned": None,
    }


KNOWN_ALREADY = "Al opgegeven voor deze peildatum; niet opnieuw gevraagd (E17)."
PUBLIC = "Openbaar bekend voor deze peildatum; niet gevraagd (E17)."


def _tell(
    writing: "Write",
    event: Event,
    inquiry: Inquiry,
    crisis: CrisisRow,
    partner: Partner,
    known: Iterable[KnownFigure],
    asking: str = "",
    **more: object,
) -> None:
    plan, object_ = plan_of(writing.session, crisis), inquiry.key_of(partner.id)
    asked, earlier = fields_of(inquiry, partner, plan, known)
    notice = Notice(
        event=event,
        key=f"{object_}/{asking}" if asking else object_,
        facts=form_facts(inquiry, crisis, partner, asked, earlier, plan) | {"at": writing.at} | more,
        owner=partner.contact,
        pass_object=object_,
        pass_issued_at=writing.now,
        pass_expires_at=max(inquiry.due_at, writing.now) + PASS_LIFETIME,
    )
    writing.tell(notice, plan, crisis.slug)


def _known(writing: "Write", inquiry: Inquiry, plan: Plan) -> tuple[KnownFigure, ...]:
    return known_for(writing.session, inquiry, plan, writing.now)


def _partners(inquiry: Inquiry, plan: Plan) -> list[Partner]:
    """Those that are asked, as the plan has them, in its order."""
    names = frozenset(inquiry.partners)
    return [partner for partner in plan.partners if partner.id in names]


def _missing(partner: Partner, how: Submission, plan: Plan) -> dict[str, str]:
    contact = plan.people[partner.contact].name if partner.contact else ""
    return {"partner": partner.name, "how": str(how), "contact": contact}
