"""What a personal link allows, for who has a shell: the same as the portal, through the same functions."""

from pathlib import Path
from typing import Annotated

import typer

from crisis.decisions import CommunicationAdvice
from crisis.late_papers import NewPaper
from crisis.meetings import Outcome, Stage
from crisis.passes import Act, Grant
from crisis.requests import Answered, Reply
from deployments.commands.shell import (
    PassOption,
    actions_app,
    agrees,
    app,
    by_shell,
    filled,
    grant_in,
    open_here,
    paper_app,
    read_form,
    say,
)
from integrations.register import (
    Register,
    actions,
    closing,
    communication,
    crises,
    late_papers,
    meetings,
    outcomes,
    passes,
    requests,
)
from integrations.wording.dossier_parts import Wording
from integrations.wording.second import closing_facts, closing_title, outcome_facts, outcome_title, second_paper


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="De uitkomst: een TOML-bestand met direction, summary, decisions, actions.")],
    token: PassOption,
) -> None:
    """Leg de uitkomst van een vergadering vast, met de link die de secretaris kreeg."""
    register = open_here()
    outcome = read_form(Outcome, file)
    grant = grant_in(register, token)
    meeting = outcomes.record(register, grant, outcome, by_shell(grant.actor), register.now())
    if meeting.stage is Stage.PROPOSED:
        say(f"De uitkomst van {meeting.label} is vastgelegd, en wacht op bevestiging. Tot dan volgt er niets uit.")
    else:
        say(f"De uitkomst van {meeting.label} is vastgelegd: {outcome.direction}.")


@app.command()
def confirm(
    token: PassOption,
    send_back: Annotated[str, typer.Option(help="Stuur het terug met deze opmerking, in plaats van het te bevestigen.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Bevestig het zonder dat het nog gevraagd wordt.")] = False,
) -> None:
    """Lees en bevestig wat een ander vastlegde (een uitkomst, of de afsluiting), met de link die de tweede persoon kreeg."""
    register = open_here()
    grant = grant_in(register, token)
    if paper := _to_be_confirmed(register, grant):
        say(paper)
        if not (send_back or yes or agrees("Bevestigt u dit?")):
            say("Niet bevestigd. Er is niets vastgelegd, en uw link blijft geldig.")
            raise typer.Exit(1)
    confirms = closing.confirm if grant.act is Act.CONFIRM_CLOSING else outcomes.confirm
    confirms(register, grant, not send_back, send_back, by_shell(grant.actor), register.now())
    say("Teruggestuurd." if send_back else "Bevestigd.")


def _to_be_confirmed(register: Register, grant: Grant) -> str | None:
    """What this link asks to confirm, in words; None where it asks no such thing, or not any more: the register says why."""
    if grant.act not in (Act.CONFIRM_OUTCOME, Act.CONFIRM_CLOSING) or passes.used_for(register, grant):
        return None
    crisis = crises.find(register, grant.object.partition("/")[0])
    words = Wording(crisis.plan, "nl")
    if grant.act is Act.CONFIRM_CLOSING:
        is_asked, title = crisis.closing_by and not crisis.closed_at, closing_title(words)
        facts = closing_facts(crisis, words)
    else:
        meeting = meetings.find(register, *meetings.parts(grant.object))
        is_asked, title = meeting.stage is Stage.PROPOSED, outcome_title(meeting, words)
        facts = outcome_facts(crisis, meeting, outcomes.proposed(register, meeting), words)
    return second_paper(title, facts, crisis.plan.marking) if is_asked else None


@app.command()
def advise(
    token: PassOption,
    strategy: Annotated[str, typer.Option(help="Hoe en wanneer dit naar buiten komt, en via wie.")],
    effects: Annotated[str, typer.Option(help="Wat dit voorgenomen besluit teweegbrengt, en bij wie.")],
) -> None:
    """Leg het advies van het NKC over een voorgenomen besluit vast, met de link die het NKC kreeg."""
    register = open_here()
    grant = grant_in(register, token)
    advice = filled(CommunicationAdvice, strategy=strategy, effects=effects)
    given = communication.advise(register, grant, advice, by_shell(grant.actor), register.now())
    say(f"Het advies over {given.decision} is vastgelegd.")


@app.command()
def answer(
    token: PassOption,
    says: Annotated[Answered, typer.Option("--answer", help="Het antwoord namens uw organisatie.")],
    condition: Annotated[str | None, typer.Option(help="Verplicht bij aanvaarden onder voorwaarde.")] = None,
    reason: Annotated[str | None, typer.Option(help="Verplicht bij weigeren, en als er nog geen overeenstemming is.")] = None,
) -> None:
    """Antwoord op een verzoek of afspraak, met de link die de geadresseerde kreeg."""
    register = open_here()
    grant = grant_in(register, token)
    given = filled(Reply, answer=says, condition=condition, reason=reason)
    request = requests.reply(register, grant, given, by_shell(grant.actor), register.now())
    say(f"Het antwoord op {request.decision} is vastgelegd: {says}.")


@app.command()
def close(token: PassOption) -> None:
    """Sluit een crisis af waarvan niets meer openstaat; een ander bevestigt dat daarna."""
    register = open_here()
    grant = grant_in(register, token)
    standing = closing.propose(register, grant, by_shell(grant.actor), register.now())
    say(f"De afsluiting van {standing.crisis.slug} wacht op bevestiging door een ander.")


@paper_app.command("add")
def add_paper(
    file: Annotated[Path, typer.Argument(help="Het stuk: een TOML-bestand met title en text.")],
    token: PassOption,
) -> None:
    """Zend een stuk na bij de vergaderstukken, met de link waarmee de secretaris de uitkomst vastlegt; die blijft geldig."""
    register = open_here()
    grant = grant_in(register, token)
    paper = late_papers.add(register, grant, read_form(NewPaper, file), by_shell(grant.person), register.now())
    say(f"Stuk {paper.number} is nagezonden bij {paper.body} {paper.meeting}. De leden krijgen bericht.")


@actions_app.command("report")
def report(token: PassOption, evidence: Annotated[str, typer.Option(help="Waaruit blijkt dat het gedaan is.")]) -> None:
    """Meld een actiepunt gereed, met de link die de eigenaar kreeg."""
    register = open_here()
    grant = grant_in(register, token)
    item = actions.report(register, grant, evidence, by_shell(grant.actor), register.now())
    say(f"Actiepunt {item.number} is gereed gemeld.")


@actions_app.command("verify")
def verify_action(
    token: PassOption,
    send_back: Annotated[str, typer.Option(help="Stuur het terug met deze opmerking, in plaats van het af te sluiten.")] = "",
) -> None:
    """Sluit een gereedgemeld actiepunt af, of stuur het terug."""
    register = open_here()
    grant = grant_in(register, token)
    item = actions.verify(register, grant, not send_back, send_back, by_shell(grant.actor), register.now())
    say(f"Actiepunt {item.number}: {item.state}.")
