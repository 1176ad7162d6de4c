"""What people answer to an inquiry: by form, by telephone or mail, and what the secretariat says to it.

A link to a form works once. Who wants to mend something asks for another on an open page; what is sent after the inquiry has
closed is taken in, and called late.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import Session, col, update

from crisis.alerts import Event
from crisis.errors import InvalidInput, NoSuchInquiry, NothingToJudge, WrongRole
from crisis.figures import Figure, KnownFigure, Via
from crisis.giving import EnteredFigures, GivenFigures, figures_given, figures_typed, name_of
from crisis.inquiries import Answer, Inquiry, Wanted, asked_of
from crisis.partners import Partner
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.remarks import checked_remark
from integrations.register import addressees, initiative, inquiries, intake, links, passes
from integrations.register.standing import check_open, plan_of, row_of
from integrations.register.tables import AnswerRow, CrisisRow, InquiryRow, JudgementRow
from integrations.register.telling import PASS_LIFETIME, stamp
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


class Sheet(NamedTuple):
    """The form of one partner: what is asked of it, and what it gave before."""

    inquiry: Inquiry
    partner: Partner
    asked: tuple[Wanted, ...]
    earlier: dict[str, KnownFigure]
    answer: Answer | None
    """What it has answered so far."""


@dataclass(frozen=True)
class _Desk:
    """Where the secretariat writes down for a partner what it gave: within a write that is under way."""

    writing: "Write"
    grant: Grant
    crisis: CrisisRow
    row: InquiryRow
    inquiry: Inquiry
    partner: Partner
    plan: Plan
    asked: tuple[Wanted, ...]

    def take(self, answer: Answer, is_same: Callable[[Answer], bool]) -> Answer:
        """Take it in with the pass; what was taken in before is what it was."""
        session = self.writing.session
        before = _answered(session, self.inquiry, self.partner.id)
        if before and is_same(before):
            initiative.again(self.writing, self.grant)
            return before
        check_open(self.crisis)
        initiative.use(self.writing, self.grant, passes.spent(session, self.grant))
        (taken,) = intake.taken_in(self.writing, self.row, [answer], self.writing.payload)
        return taken


def parts(key: str) -> tuple[str, int, str]:
    """Crisis, inquiry and partner of the object of a pass: `asiel-2022/U3/VR01`. Raises NoSuchInquiry."""
    match key.split("/"):
        case [slug, number, partner] if number[:1] == "U" and number[1:].isdecimal():
            return slug, int(number[1:]), partner
    raise NoSuchInquiry(crisis=key.partition("/")[0], number=key)


def sheet(register: "Register", key: str, now: datetime) -> Sheet:
    """The form that a link opens. Raises NoSuchInquiry."""
    with register.read() as session:
        return _sheet(session, key, now)


@repeatable
def give(register: "Register", grant: Grant, given: GivenFigures, deed: "Deed", now: datetime) -> Answer:
    """Take in a form. The same sent twice with the same link is one answer.

    Raises:
        NoSuchInquiry, CrisisClosed: there is nothing to answer.
        InvalidInput: nothing was filled in, or something that was not asked.
        WrongPerson: the partner has another contact by now.
        PassInvalid, PassUsed: the pass does not hold.

    """

    def answering(form: Sheet, plan: Plan) -> Answer:
        name = plan.people[grant.person].name
        figures = figures_given(given, form.inquiry, form.partner, form.asked, form.earlier, plan, name)
        return _answer(form.inquiry, form.partner, figures, Via.FORM, now, now, given.remarks)

    return _give(register, grant, given.model_dump(mode="json"), answering, deed, now)


@repeatable
def give_sheet(
    register: "Register", grant: Grant, figures: tuple[Figure, ...], digest: str, deed: "Deed", now: datetime
) -> Answer:
    """Take in the sheet that a partner sent itself, by the digest of the file. Sent twice with the same link it is one answer.

    Raises:
        InvalidInput: there is nothing in it, or something that was not asked of this partner.
        As `give`, for the rest.

    """

    def answering(form: Sheet, plan: Plan) -> Answer:
        _check_in_sheet(figures, asked_of(form.inquiry, form.partner, plan))
        answer = _answer(form.inquiry, form.partner, figures, Via.SHEET, now, now, None)
        return answer.model_copy(update={"digest": digest})

    return _give(register, grant, {"digest": digest}, answering, deed, now)


@repeatable
def enter(register: "Register", grant: Grant, entered: EnteredFigures, deed: "Deed", now: datetime) -> Answer:
    """Write down what a partner said by telephone or mail. It takes the place of what was said before it, and of nothing later.

    Raises:
        NoSuchInquiry, CrisisClosed: there is nothing to answer.
        InvalidInput: nothing was filled in, it was not asked of this partner, or it is still to be said.
        NotForBody: it was asked by a body for which this person does not speak.
        PassInvalid, PassUsed: the pass does not hold.

    """
    what = entered.model_dump(mode="json")
    with _entering(register, grant, "uitvraag.bijschrijven", (entered.inquiry, entered.partner), what, deed, now) as desk:
        inquiry, partner, asked = desk.inquiry, desk.partner, desk.asked
        figures = figures_typed(entered.values, entered.state, entered.source, inquiry, partner, asked, desk.plan)
        if entered.said_at > now:
            raise InvalidInput(problems=[("said_at", "to_come")])
        answer = _answer(inquiry, partner, figures, Via.MAIL, now, entered.said_at, entered.remarks)
        said = answer.figures, answer.stated_at, Via.MAIL
        return desk.take(answer, lambda before: (before.figures, before.stated_at, before.via) == said)


@repeatable
def enter_sheet(
    register: "Register",
    grant: Grant,
    about: tuple[int, str],
    figures: tuple[Figure, ...],
    digest: str,
    deed: "Deed",
    now: datetime,
) -> Answer:
    """Take in the file that a partner filled in, by the digest of its bytes: the same file twice is one answer.

    Raises:
        NoSuchInquiry, CrisisClosed: there is nothing to answer.
        InvalidInput: there is nothing in it, or something that was not asked of this partner.
        NotForBody: it was asked by a body for which this person does not speak.
        PassInvalid, PassUsed: the pass does not hold.

    """
    what = {"inquiry": about[0], "partner": about[1], "digest": digest}
    with _entering(register, grant, "uitvraag.bestand", about, what, deed, now) as desk:
        _check_in_sheet(figures, desk.asked)
        answer = _answer(desk.inquiry, desk.partner, figures, Via.SHEET, now, now, None)
        # a file that comes once more after another counts anew
        named = f"bestand-{about[0]}-{digest[:24]}-{now:%Y%m%dT%H%M%S%f}"
        answer = answer.model_copy(update={"digest": digest, "report_id": named})
        return desk.take(answer, lambda before: (before.via, before.digest) == (Via.SHEET, digest))


@repeatable
def judge(
    register: "Register", grant: Grant, about: tuple[int, str], accepted: bool, question: str, deed: "Deed", now: datetime
) -> Answer:
    """Give the answer of a partner back with a question, so that its figures do not count; or accept it after all.

    `about` is the number of the inquiry and the partner. Judged the same twice, it is judged once.

    Raises:
        NoSuchInquiry, CrisisClosed, NothingToJudge: there is nothing to judge.
        InvalidInput: a question is missing, or too much.
        NotForBody: it was asked by a body for which this person does not speak.
        PassInvalid, PassUsed: the pass does not hold.

    """
    slug, (number, partner_id) = grant.object.partition("/")[0], about
    with register.write(deed, "uitvraag.beoordelen", f"{slug}/U{number}/{partner_id}", now) as writing:
        passes.check_act(grant, Act.JUDGE_FIGURES)
        session, crisis = writing.session, row_of(writing.session, slug)
        row = inquiries.row_in(session, slug, number)
        inquiry, plan = inquiries.inquiry_of(row), plan_of(session, crisis)
        question = checked_remark(accepted, question)
        writing.payload = {"inquiry": number, "partner": partner_id, "accepted": accepted, "question": question}
        inquiries.check_speaks_for(grant, row, crisis, session)
        partner = _partner_in(inquiry, partner_id, plan)
        answer = _answered(session, inquiry, partner.id)
        if answer is None or not answer.submission.has_figures or not answer.report_id:
            raise NothingToJudge(number=number, partner=partner.name)
        verdict = None if accepted else question
        if answer.returned == verdict:
            initiative.again(writing, grant)
            return answer
        check_open(crisis)
        initiative.use(writing, grant, passes.spent(session, grant))
        _judge(writing, inquiry, answer, verdict, grant.principal)
        if verdict:
            addressees.give_back_in(writing, inquiry, crisis, partner, verdict, stamp(now))
        else:
            inquiries.complete_in(writing, row, crisis)
        return answer.model_copy(update={"returned": verdict})


def ask_link(register: "Register", slug: str, number: int, person: str, deed: "Deed", now: datetime) -> None:
    """Send somebody their link to the form once more, of each partner for which they answer.

    Raises:
        NoSuchInquiry, CrisisClosed: there is nothing to answer.
        WrongRole: this person answers for none of the partners.

    """
    with register.read() as session:
        crisis = row_of(session, slug)
        check_open(crisis)
        plan, inquiry = plan_of(session, crisis), inquiries.inquiry_of(inquiries.row_in(session, slug, number))
        theirs = [one for one in plan.partners if one.id in inquiry.partners and one.contact == person]
        known = addressees.known_for(session, inquiry, plan, now)
    if not theirs:
        raise WrongRole(person=person, role="contact")
    until = max(inquiry.due_at, now) + PASS_LIFETIME
    for partner in theirs:
        key = inquiry.key_of(partner.id)
        grant = Grant(person=person, act=Act.GIVE_FIGURES, object=key, issued_at=now, expires_at=until)
        facts = addressees.form_facts(inquiry, crisis, partner, *addressees.fields_of(inquiry, partner, plan, known), plan)
        links.send_once(register, Event.FIGURES_ASKED, grant, plan, slug, facts, deed)


def contacts(inquiry: Inquiry, plan: Plan) -> tuple[str, ...]:
    """Who answers for a partner of this inquiry, by their key in the plan."""
    return tuple(dict.fromkeys(one.contact for one in plan.partners if one.contact and one.id in inquiry.partners))


def _sheet(session: Session, key: str, now: datetime) -> Sheet:
    slug, number, partner_id = parts(key)
    inquiry = inquiries.inquiry_of(inquiries.row_in(session, slug, number))
    plan = plan_of(session, row_of(session, slug))
    partner = _partner_in(inquiry, partner_id, plan)
    asked, earlier = addressees.fields_of(inquiry, partner, plan, addressees.known_for(session, inquiry, plan, now))
    return Sheet(inquiry, partner, asked, earlier, _answered(session, inquiry, partner.id))


def _partner_in(inquiry: Inquiry, partner_id: str, plan: Plan) -> Partner:
    """The partner, if it is asked here. Raises NoSuchInquiry."""
    found = next((one for one in plan.partners if one.id == partner_id and one.id in inquiry.partners), None)
    if found is None:
        raise NoSuchInquiry(crisis=inquiry.crisis, number=f"{inquiry.number}/{partner_id}")
    return found


def _answered(session: Session, inquiry: Inquiry, partner: str) -> Answer | None:
    row = session.get(AnswerRow, (inquiry.crisis, inquiry.number, partner))
    return intake.answers_of(session, [row])[0] if row else None


@contextmanager
def _entering(
    register: "Register", grant: Grant, action: str, about: tuple[int, str], what: object, deed: "Deed", now: datetime
) -> Iterator[_Desk]:
    """One write by who speaks for the body that asked; `about` is the number of the inquiry and the partner."""
    slug, (number, name) = grant.object.partition("/")[0], about
    with register.write(deed, action, f"{slug}/U{number}/{name}", now) as writing:
        passes.check_act(grant, Act.ENTER_FIGURES)
        session, crisis = writing.session, row_of(writing.session, slug)
        row = inquiries.row_in(session, slug, number)
        inquiry, plan = inquiries.inquiry_of(row), plan_of(session, crisis)
        writing.payload = what
        inquiries.check_speaks_for(grant, row, crisis, session)
        partner = _partner_in(inquiry, name, plan)
        yield _Desk(writing, grant, crisis, row, inquiry, partner, plan, asked_of(inquiry, partner, plan))


def _give(
    register: "Register",
    grant: Grant,
    what: object,
    answering: Callable[[Sheet, Plan], Answer],
    deed: "Deed",
    now: datetime,
) -> Answer:
    """One write by the contact of a partner, who answers with their link."""
    with register.write(deed, "uitvraag.beantwoorden", grant.object, now) as writing:
        passes.check_act(grant, Act.GIVE_FIGURES)
        session = writing.session
        slug, number, _ = parts(grant.object)
        crisis, form = row_of(session, slug), _sheet(session, grant.object, now)
        plan = plan_of(session, crisis)
        writing.payload = what
        used = passes.spent(session, grant)
        if passes.is_same(used, writing) and form.answer:
            writing.is_repeat = True
            return form.answer
        check_open(crisis)
        answer = answering(form, plan)
        passes.use(writing, grant, used, (Act.GIVE_FIGURES, grant.object, form.partner.contact or ""))
        (taken,) = intake.taken_in(writing, inquiries.row_in(session, slug, number), [answer], writing.payload)
        return taken


def _check_in_sheet(figures: tuple[Figure, ...], asked: tuple[Wanted, ...]) -> None:
    """Whether there is something in it, and nothing that was not asked. Raises InvalidInput."""
    if not figures or any((figure.indicator, figure.kind) not in asked for figure in figures):
        why = f"not_asked:{', '.join(map(name_of, asked))}" if figures else "missing"
        raise InvalidInput(problems=[("file", why)])


def _answer(
    inquiry: Inquiry,
    partner: Partner,
    figures: tuple[Figure, ...],
    via: Via,
    now: datetime,
    stated_at: datetime,
    remarks: str | None,
) -> Answer:
    return Answer(
        partner=partner.id,
        submission=inquiry.submission_at(now),
        received_at=now,
        figures=figures,
        report_id=f"{via}-{inquiry.number}-{now:%Y%m%dT%H%M%S%f}",
        stated_at=stated_at,
        via=via,
        remarks=remarks or "",
    )


def _judge(writing: "Write", inquiry: Inquiry, answer: Answer, verdict: str | None, by: str) -> None:
    """The report counts no more, or again; and so in every inquiry that it answers."""
    session = writing.session
    session.add(
        JudgementRow(
            crisis=inquiry.crisis,
            partner=answer.partner,
            report_id=answer.report_id or "",
            at=writing.now,
            by=by,
            returned=verdict is not None,
            question=verdict or "",
        )
    )
    session.execute(
        update(AnswerRow)
        .where(col(AnswerRow.crisis) == inquiry.crisis, col(AnswerRow.partner) == answer.partner)
        .where(col(AnswerRow.report_id) == answer.report_id)
        .values(returned=verdict)
    )
