"""Inquiries, for who has a shell: ask partners, see how far it came, give an answer back, write down what was said."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from crisis.errors import InvalidInput
from crisis.giving import EnteredFigures, FigureState, Means
from crisis.inquiries import Answer, Inquiry, NewInquiry, Submission
from crisis.partners import PartnerKind
from crisis.plan import Plan
from crisis.record import AMSTERDAM
from deployments.commands.shell import (
    MOMENT,
    AsJson,
    CrisisName,
    PassOption,
    app,
    by_shell,
    filled,
    grant_in,
    inquiries_app,
    moment_typed,
    open_here,
    say,
    show,
    table,
)
from integrations.partners.sheet_form import read_figures
from integrations.portal.figures_form import values_in
from integrations.portal.inquiry_forms import addressed
from integrations.register import crises, form_answers, inquiries, intake
from integrations.wording.answers import answer_rows
from integrations.wording.times import moment_text

Number = Annotated[int, typer.Argument(help="Het nummer van de uitvraag.")]
PartnerName = Annotated[str, typer.Argument(help="De partner: zijn id in het crisisplan.")]


@app.command()
def inquire(
    crisis: CrisisName,
    token: PassOption,
    question: Annotated[str, typer.Option(help="Wat u moet weten, en waarvoor.")],
    indicator: Annotated[list[str], typer.Option(help="Een indicator van het crisisplan; mag vaker.")],
    partner: Annotated[list[str] | None, typer.Option(help="Een partner, met zijn id in het crisisplan; mag vaker.")] = None,
    kind: Annotated[list[PartnerKind] | None, typer.Option(help="Alle partners van deze soort; mag vaker.")] = None,
    due: Annotated[str | None, typer.Option(help=f"Uiterlijk; zonder: zo lang als het crisisplan geeft. {MOMENT}")] = None,
    date: Annotated[str | None, typer.Option(help="De peildatum, 2022-06-17; zonder: vandaag.")] = None,
    enough: Annotated[float | None, typer.Option(help="Sluit zodra dit deel antwoordde, van 0 tot 1.")] = None,
) -> None:
    """Vraag partners om cijfers, met de link die u daarvoor vroeg (`opschaling link CRISIS ask-partners WIE`)."""
    register = open_here()
    grant, now, plan = grant_in(register, token), register.now(), crises.find(register, crisis).plan
    asked = filled(
        NewInquiry,
        question=question,
        indicators=tuple(dict.fromkeys(indicator)),
        partners=addressed(plan, frozenset(indicator), frozenset(kind or ()), partner or []),
        reference_date=date or now.astimezone(AMSTERDAM).date(),
        due_at=moment_typed("due_at", due) if due else None,
        enough=enough,
    )
    made = inquiries.ask(register, grant, asked, by_shell(grant.actor), now)
    say(f"Uitvraag {made.number} is open tot {moment_text(made.due_at, 'nl')}, aan {len(made.partners)} partners.")


@inquiries_app.command("list")
def list_inquiries(crisis: CrisisName, as_json: AsJson = False) -> None:
    """Toon de uitvragen van een crisis, en hoeveel partners antwoordden."""
    register = open_here()
    found = inquiries.of_crisis(register, crisis)
    stands = [inquiries.score_of(register, one) for one in found]
    rows = [
        (one.number, _what(one), one.reference_date, moment_text(one.due_at, "nl"), f"{s.answered} van {s.asked}", _state(one))
        for one, s in zip(found, stands, strict=True)
    ]
    show(("Nr", "Waarvoor", "Peildatum", "Uiterlijk", "Antwoorden", "Stand"), rows, found, as_json)


@inquiries_app.command("show")
def show_inquiry(crisis: CrisisName, number: Number, as_json: AsJson = False) -> None:
    """Toon wat iedere partner antwoordde: hoe het kwam, of het is aangenomen, en wie ontbreekt."""
    register = open_here()
    inquiry, plan = inquiries.find(register, crisis, number), crises.find(register, crisis).plan
    stand, answers = inquiries.score_of(register, inquiry), intake.of_inquiry(register, crisis, number)
    if as_json:
        told = {"inquiry": inquiry, "score": stand}
        said = {name: record.model_dump(mode="json") for name, record in told.items()}
        say(json.dumps(said | {"answers": [answer.model_dump(mode="json") for answer in answers]}))
        return
    say(f"Uitvraag {number} ({_what(inquiry)}), peildatum {inquiry.reference_date}: {_state(inquiry)}.")
    people = f"; {stand.inhabitants} inwoners" if stand.inhabitants else ""
    say(f"Antwoorden: {stand.answered} van {stand.asked}{people}. Te laat: {stand.late}. Teruggegeven: {len(stand.returned)}.")
    shown = answer_rows([*answers, *_awaited(inquiry, answers, plan)], plan)
    table(tuple(name.capitalize() for name in (shown[0] if shown else ())), [tuple(row.values()) for row in shown])


@inquiries_app.command("close")
def close_inquiry(number: Number, token: PassOption) -> None:
    """Sluit een uitvraag; wat later komt, wordt als te laat opgenomen."""
    register = open_here()
    grant = grant_in(register, token)
    inquiry = inquiries.close(register, grant, number, by_shell(grant.actor), register.now())
    say(f"Uitvraag {number}: {_state(inquiry)}.")


@inquiries_app.command("judge")
def judge(
    number: Number,
    partner: PartnerName,
    token: PassOption,
    send_back: Annotated[str, typer.Option(help="De vraag waarmee u het teruggeeft; zonder neemt u het antwoord aan.")] = "",
) -> None:
    """Geef het antwoord van een partner terug met een vraag, of neem het alsnog aan."""
    register = open_here()
    grant = grant_in(register, token)
    about, accepted = (number, partner), not send_back
    form_answers.judge(register, grant, about, accepted, send_back, by_shell(grant.actor), register.now())
    say("Aangenomen: de cijfers tellen mee." if accepted else "Teruggegeven: tot er antwoord is, tellen de cijfers niet mee.")


@inquiries_app.command("enter")
def enter(
    number: Number,
    partner: PartnerName,
    token: PassOption,
    figure: Annotated[list[str], typer.Option(help="Indicator, soort en getal: “cno-plaatsen gerealiseerd 150”; mag vaker.")],
    said_by: Annotated[str, typer.Option(help="Van wie u het hoorde.")],
    said_at: Annotated[str, typer.Option(help=f"Wanneer. {MOMENT}")],
    means: Annotated[Means, typer.Option(help="Hoe.")] = Means.TELEPHONE,
    state: Annotated[FigureState, typer.Option(help="Of het nog kan veranderen.")] = FigureState.PROVISIONAL,
    remarks: Annotated[str | None, typer.Option(help="Wat de cijfers niet zeggen.")] = None,
) -> None:
    """Schrijf bij wat een partner telefonisch of per mail zei; wat hij later zelf opgaf, blijft gelden."""
    register = open_here()
    grant = grant_in(register, token)
    plan = crises.find(register, grant.object.partition("/")[0]).plan
    entered = filled(
        EnteredFigures,
        inquiry=number,
        partner=partner,
        values=values_in("\n".join(figure), plan),
        means=means,
        said_by=said_by,
        said_at=moment_typed("said_at", said_at),
        state=state,
        remarks=remarks,
    )
    answer = form_answers.enter(register, grant, entered, by_shell(grant.actor), register.now())
    say(f"{len(entered.values)} cijfers bijgeschreven bij {partner}: {answer.submission}.")


@inquiries_app.command("upload")
def upload(
    number: Number,
    partner: PartnerName,
    file: Annotated[Path, typer.Argument(help="Het blad dat de partner invulde: .xlsx of .csv.")],
    token: PassOption,
) -> None:
    """Neem het ingevulde blad van een partner op; wat er niet klopt staat er met de cel bij, en dan wordt niets opgenomen."""
    register = open_here()
    grant = grant_in(register, token)
    plan = crises.find(register, grant.object.partition("/")[0]).plan
    known = {one.id: one for one in plan.partners}
    if partner not in known:
        raise InvalidInput(problems=[("partner", "not_in_plan")])
    try:
        content = file.read_bytes()
    except OSError as trouble:
        raise InvalidInput(problems=[("file", f"file:{trouble.strerror}")]) from trouble
    figures = read_figures(content, known[partner], {indicator.id: indicator for indicator in plan.indicators})
    digest, about = sha256(content).hexdigest(), (number, partner)
    answer = form_answers.enter_sheet(register, grant, about, figures, digest, by_shell(grant.actor), register.now())
    say(f"{len(figures)} cijfers uit {file.name} opgenomen bij {partner}: {answer.submission}.")


def _what(inquiry: Inquiry) -> str:
    return f"{inquiry.body} {inquiry.meeting}" if inquiry.meeting is not None else inquiry.question.splitlines()[0]


def _state(inquiry: Inquiry) -> str:
    return "open" if inquiry.is_open else f"gesloten, {inquiry.closed_because}"


def _awaited(inquiry: Inquiry, answers: tuple[Answer, ...], plan: Plan) -> list[Answer]:
    """Those of whom nothing was heard yet, as the table shows them; partners of the plan alone."""
    heard, known = {answer.partner for answer in answers}, {partner.id for partner in plan.partners}
    silent = [one for one in inquiry.partners if one not in heard and one in known]
    return [Answer(partner=one, submission=Submission.AWAITED, received_at=inquiry.opened_at) for one in silent]
