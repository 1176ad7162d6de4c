"""What there is to read: the decision register, the dossier of a decision, the letter to the House, action items."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from crisis.decisions import Decision, contradictions, status_of
from crisis.dossier import Dossier
from crisis.errors import InvalidInput, PassInvalid
from crisis.files import Files
from crisis.letter import draft
from crisis.measures import progress
from crisis.situation import Picture
from deployments.commands.shell import (
    MOMENT,
    AsJson,
    CrisisName,
    actions_app,
    app,
    by_shell,
    grant_in,
    moment_typed,
    open_here,
    say,
    show,
    table,
)
from integrations.register import (
    Register,
    crises,
    dossier,
    files,
    letters,
    meetings,
)
from integrations.register.archive import appearing
from integrations.wording import decision_list
from integrations.wording.document import Document
from integrations.wording.dossier import dossier_paper
from integrations.wording.letter import letter_document
from integrations.wording.markdown import as_markdown
from integrations.wording.odt import as_odt
from integrations.wording.times import moment_text


@app.command("decisions")
def list_decisions(crisis: CrisisName, as_json: AsJson = False) -> None:
    """Toon de besluitenlijst: hoe ieder besluit ervoor staat, wat elkaar tegenspreekt, en hoe ver de maatregelen zijn."""
    register = open_here()
    plan = crises.find(register, crisis).plan
    seen = files.of_crisis(register, crisis).seen_by(None)
    picture = meetings.last_picture(register, crisis)
    if as_json:
        say(json.dumps([_listed(decision, seen, picture) for decision in seen.decisions]))
        return
    table(decision_list.DECISIONS, decision_list.decision_rows(seen.decisions, seen.requests, plan))
    for text in decision_list.contradiction_texts(seen.decisions, plan):
        say(f"Tegenspraak: {text}")
    if measures := decision_list.measure_rows(seen.decisions, picture, plan):
        table(decision_list.MEASURES, measures)


@app.command("dossier")
def show_dossier(
    crisis: CrisisName,
    number: Annotated[int, typer.Argument(help="Het nummer van het besluit.")],
    token: Annotated[
        str, typer.Option("--pass", help="De link van een auditor; zonder blijft wat geheim is verborgen (R22).")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Schrijf het als Markdown in dit bestand.")] = None,
    english: Annotated[bool, typer.Option("--english", help="In het Engels.")] = False,
    as_json: AsJson = False,
) -> None:
    """Toon wat er bekend was toen een besluit werd genomen, en wat later kwam."""
    register = open_here()
    plan = crises.find(register, crisis).plan
    found = _dossier_of(register, crisis, number, token)
    if as_json:
        say(found.model_dump_json())
        return
    paper = dossier_paper(found, plan, "en" if english else "nl")
    if out is None:
        say(paper)
        return
    out.write_text(paper, encoding="utf-8")
    say(f"Geschreven: {out}")


@app.command("letter")
def draft_letter(
    crisis: CrisisName,
    out: Annotated[Path, typer.Option(help="Het bestand: .odt (LibreOffice, Word) of .md (Markdown).")],
    since: Annotated[str | None, typer.Option(help=f"Alleen wat sindsdien is besloten. {MOMENT}")] = None,
) -> None:
    """Maak uit het register een ontwerp voor de brief aan de Tweede Kamer, met de bron van ieder cijfer."""
    register = open_here()
    now, beginning = register.now(), moment_typed("since", since) if since else None
    write = _letter_format(out)
    document = letter_document(draft(letters.material(register, crisis), now, beginning))
    content = write(document)
    digest = hashlib.sha256(content).hexdigest()
    with appearing(out) as raw:
        raw.write(content)
        letters.note(register, crisis, digest, by_shell(), now)
    say(f"Ontwerp geschreven in {out}. Nog in te vullen of te beoordelen: {document.open_places} plaatsen.")
    say(f"SHA-256, ook in het auditspoor: {digest}")


@actions_app.command("list")
def list_actions(crisis: CrisisName, as_json: AsJson = False) -> None:
    """Toon de actielijst."""
    register = open_here()
    people = crises.find(register, crisis).plan.people
    found = files.of_crisis(register, crisis).seen_by(None).actions
    rows = [(i.number, i.title, people[i.owner].name, moment_text(i.due_at, "nl"), i.priority, i.state) for i in found]
    show(("Nr", "Actiepunt", "Eigenaar", "Termijn", "Prioriteit", "Stand"), rows, found, as_json)


def _letter_format(out: Path) -> Callable[[Document], bytes]:
    """How a letter is written in a file of this name. Raises InvalidInput."""
    formats: dict[str, Callable[[Document], bytes]] = {".odt": as_odt, ".md": lambda letter: as_markdown(letter).encode()}
    if out.suffix not in formats:
        raise InvalidInput(problems=[("out", "no_letter_format")])
    return formats[out.suffix]


def _dossier_of(register: Register, crisis: str, number: int, token: str) -> Dossier:
    """By an auditor's link, which is entered in the audit trail; without one nothing secret is in it."""
    if not token:
        return dossier.of_decision(register, crisis, number)
    grant = grant_in(register, token)
    if grant.object.partition("/")[0] != crisis:
        raise PassInvalid
    return dossier.read(register, grant, number, by_shell(grant.person), register.now())


def _listed(decision: Decision, seen: Files, picture: Picture | None) -> dict[str, Any]:
    """A decision for programs, with where it stands."""
    latest = {r.addressee: r.latest and r.latest.answer for r in seen.requests if r.decision == decision.number}
    pairs = ({pair.first, pair.second} for pair in contradictions(seen.decisions))
    return decision.model_dump(mode="json") | {
        "status": status_of(decision, seen.decisions),
        "answers": latest,
        "contradicts": sorted(set().union(*(pair for pair in pairs if decision.number in pair)) - {decision.number}),
        "progress": progress(decision.measure, picture).model_dump(mode="json") if decision.measure else None,
    }
