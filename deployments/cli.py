"""The command line: what the portal does, for who has a shell. Tables for people, `--json` for programs."""

import asyncio
import getpass
import hashlib
import json
import logging
import sys
import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from crisis.activation import passed_over
from crisis.attendance import Capacity
from crisis.audit import read_head
from crisis.convening import Call
from crisis.decisions import Decision, contradictions, status_of
from crisis.dossier import Dossier
from crisis.errors import InvalidInput, PassInvalid, Refused
from crisis.files import Files
from crisis.late_papers import NewPaper
from crisis.letter import draft
from crisis.life import Activation
from crisis.measures import progress
from crisis.meetings import Outcome, Stage
from crisis.members import Designation, Release
from crisis.passes import Grant, read_pass
from crisis.plan import PlanRefused
from crisis.record import Record
from crisis.regions import Grip
from crisis.situation import Picture
from crisis.structure import Body, in_order
from deployments.services import FILES, NotReady, PortTaken, TooFewFiles
from deployments.up import AlreadyUp, Ports
from deployments.up import up as start_everything
from integrations.crash import crash_at
from integrations.plans import read_plan
from integrations.portal.outcome_form import moment_in
from integrations.register import (
    DamagedRegister,
    Deed,
    NewerRegister,
    NoRoom,
    OutcomeUnknown,
    Register,
    RegisterTrouble,
    WriteProtected,
    actions,
    alerts,
    audit,
    backup,
    crises,
    dossier,
    files,
    grips,
    heads,
    late_papers,
    letters,
    meetings,
    members,
    migrations,
    open_register,
    outcomes,
    plans,
)
from integrations.register.archive import BackupRefused, appearing
from integrations.settings import Settings
from integrations.wording import decision_list, trail
from integrations.wording.document import Document
from integrations.wording.dossier import dossier_paper
from integrations.wording.letter import letter_document
from integrations.wording.markdown import as_markdown
from integrations.wording.odt import as_odt
from integrations.wording.refusals import problems_in, reason_text, refusal_text
from integrations.wording.times import moment_text

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="De nationale crisisstructuur als werkstroom.",
)
plan_app = typer.Typer(no_args_is_help=True, help="Het crisisplan.")
actions_app = typer.Typer(no_args_is_help=True, help="Actiepunten.")
members_app = typer.Typer(no_args_is_help=True, help="Wie in welk gremium zit.")
alert_app = typer.Typer(no_args_is_help=True, help="Alarmering.")
paper_app = typer.Typer(no_args_is_help=True, help="Vergaderstukken.")
partners_app = typer.Typer(no_args_is_help=True, help="Partners.")
grip_app = typer.Typer(no_args_is_help=True, help="GRIP-niveau per veiligheidsregio.")
_PARTS = (
    *(("plan", plan_app), ("members", members_app), ("actions", actions_app), ("paper", paper_app)),
    *(("alert", alert_app), ("partners", partners_app), ("grip", grip_app)),
)
for name, part in _PARTS:
    app.add_typer(part, name=name)

Form = TypeVar("Form", bound=Record)

REFUSED, TROUBLE = 2, 3
"""Exit codes: the procedure or the input says no; or something is out of order just now."""

MOMENT = "In Nederlandse tijd: 2022-06-17, of 2022-06-17T18:00."

PlanFile = Annotated[Path, typer.Argument(help="Het crisisplan, een TOML-bestand.")]
CrisisName = Annotated[str, typer.Argument(help="De korte naam van de crisis, bijvoorbeeld asiel-2022.")]
BodyName = Annotated[Body, typer.Argument(help="IAO, ICCb of MCCb.")]
PersonName = Annotated[str, typer.Argument(help="Een naam uit [people] van het crisisplan.")]
DecidedBy = Annotated[str, typer.Option(help="Wie dit besloot: een naam uit [people], of een functie.")]
BackupFile = Annotated[Path, typer.Argument(help="De back-up, een zip-bestand.")]
HeadOption = Annotated[list[str] | None, typer.Option("--head", help="Een kop van het auditspoor uit een mail; mag vaker.")]
AlertKeys = Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="De berichten, zoals `alert held` ze noemt.")]
AsJson = Annotated[bool, typer.Option("--json", help="Voor programma's.")]
PassOption = Annotated[str, typer.Option("--pass", help="De persoonlijke link uit de mail, of alleen het laatste deel.")]


@app.command()
def up(
    plan: PlanFile,
    portal_port: Annotated[int, typer.Option(help="Waar het portaal luistert.")] = 8400,
    prefect_port: Annotated[int, typer.Option(help="Waar de Prefect UI luistert.")] = 4200,
) -> None:
    """Start alles voor een crisisplan: Prefect, runner, waker en portaal."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    asyncio.run(start_everything(read_plan(plan), Ports(portal=portal_port, prefect=prefect_port)))


@app.command()
def watch() -> None:
    """Start de waker alleen: die bezorgt alarmeringen en houdt de runs gaande."""
    from deployments.watch import main

    asyncio.run(main())


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop vanzelf, met een samenvatting in JSON als laatste regel.")] = False,
) -> None:
    """Speel de week van 17 tot en met 24 juni 2022 na."""
    from deployments.rehearsals.demo import demo

    raise typer.Exit(asyncio.run(demo(once)))


@plan_app.command("check")
def plan_check(plan: PlanFile) -> None:
    """Controleer een crisisplan; noemt bij fouten tabel, sleutel en reden."""
    read = read_plan(plan)
    sizes = f"{len(read.people)} functies, {len(read.partners)} partners, {len(read.indicators)} indicatoren"
    _say(f"{read.title}: in orde. {sizes}.")


@app.command()
def activate(
    crisis: CrisisName,
    file: Annotated[Path, typer.Argument(help="De activering: een TOML-bestand met title, ground, reason, scope, levels, …")],
) -> None:
    """Activeer de nationale crisisstructuur met het crisisplan dat nu geldt."""
    register = _register()
    activation = _read(Activation, file, crisis=crisis)
    activated = crises.activate(register, activation, plans.in_force(register), _by_shell(), register.now())
    _say(f"{activated.slug} is geactiveerd: {', '.join(in_order(activated.levels))}. De escalatie begint vanzelf.")
    if skipped := passed_over(activation.levels):
        _say(f"Overgeslagen: {', '.join(skipped)}. {activation.skip_reason}")


@app.command()
def convene(
    crisis: CrisisName,
    body: BodyName,
    at: Annotated[str, typer.Option(help="Wanneer, op de klok van Nederland: 2022-06-20T17:00.")],
    initiative: Annotated[str, typer.Option(help="Wie erom vraagt: een naam uit [people], of een functie, ambt voorop.")],
    consulted: Annotated[list[str] | None, typer.Option(help="Wie geraadpleegd is, net zo; mag vaker.")] = None,
) -> None:
    """Roep een gremium bijeen voor een extra overleg."""
    register = _register()
    call = _filled(Call, initiative=initiative, consulted=consulted or ())
    meeting = meetings.call(register, crisis, body, _moment("planned_at", at), call, _by_shell(), register.now())
    _say(f"{meeting.label} is bijeengeroepen voor {moment_text(meeting.planned_at, 'nl')}.")


@members_app.command("list")
def list_members(crisis: CrisisName, as_json: AsJson = False) -> None:
    """Toon wat sinds de activering over de samenstelling besloten is."""
    register = _register()
    people = crises.find(register, crisis).plan.people
    found = members.of_crisis(register, crisis)
    rows = [
        (
            *(m.body, people[m.person].name, m.capacity, moment_text(m.since, "nl"), m.decided_by),
            *(m.agreed_with or "–", moment_text(m.until, "nl") if m.until else "–"),
        )
        for m in found
    ]
    _show(("Gremium", "Persoon", "Deelname", "Sinds", "Besloten door", "Met", "Tot"), rows, found, as_json)


@members_app.command("designate")
def designate(
    crisis: CrisisName,
    body: BodyName,
    person: PersonName,
    decided_by: DecidedBy,
    reason: Annotated[str, typer.Option(help="Waarom deze persoon nodig is.")],
    agreed_with: Annotated[str | None, typer.Option(help="MCCb: de minister-president.")] = None,
    advisory: Annotated[bool, typer.Option("--advisory", help="Raadgevend; de voorzitter heeft het toegestaan.")] = False,
) -> None:
    """Wijs iemand aan als lid van een gremium, of met raadgevende stem."""
    register = _register()
    designation = _filled(
        Designation,
        body=body,
        person=person,
        capacity=Capacity.ADVISORY if advisory else Capacity.MEMBER,
        decided_by=decided_by,
        agreed_with=agreed_with,
        chair_allows=advisory,
        reason=reason,
    )
    membership = members.designate(register, crisis, designation, _by_shell(), register.now())
    _say(f"{person} neemt deel aan {body}: {membership.capacity}.")


@members_app.command("release")
def release(
    crisis: CrisisName,
    body: BodyName,
    person: PersonName,
    decided_by: DecidedBy,
    reason: Annotated[str, typer.Option(help="Waarom deze persoon niet meer deelneemt.")],
) -> None:
    """Beëindig de deelname van iemand aan een gremium."""
    register = _register()
    ending = _filled(Release, body=body, person=person, decided_by=decided_by, reason=reason)
    members.release(register, crisis, ending, _by_shell(), register.now())
    _say(f"{person} neemt niet meer deel aan {body}.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Toon hoe iedere crisis ervoor staat."""
    register = _register()
    found = [crises.standing(register, crisis.slug) for crisis in crises.all_of_them(register)]
    if as_json:
        exclude: Any = {"crisis": {"plan"}, "meetings": {"__all__": {"summary"}}}  # a shell knows no members (R22)
        _say(json.dumps([standing.model_dump(mode="json", exclude=exclude) for standing in found]))
        return
    _table(
        ("Crisis", "Titel", "Fase", "Gremia", "Bijeenkomsten", "Open actiepunten"),
        [
            (
                s.crisis.slug,
                s.crisis.title,
                s.crisis.phase,
                ", ".join(sorted(s.crisis.levels)) or "–",
                ", ".join(f"{m.label} {m.stage}" for m in s.meetings) or "–",
                s.open_actions,
            )
            for s in found
        ],
    )


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="De uitkomst: een TOML-bestand met direction, summary, decisions, actions.")],
    token: PassOption,
) -> None:
    """Leg de uitkomst van een vergadering vast, met de link die de secretaris kreeg."""
    register = _register()
    outcome = _read(Outcome, file)
    grant = _grant(register, token)
    meeting = outcomes.record(register, grant, outcome, _by_shell(grant.actor), register.now())
    if meeting.stage is Stage.PROPOSED:
        _say(f"De uitkomst van {meeting.label} is vastgelegd, en wacht op bevestiging. Tot dan volgt er niets uit.")
    else:
        _say(f"De uitkomst van {meeting.label} is vastgelegd: {outcome.direction}.")


@paper_app.command("add")
def add_paper(
    file: Annotated[Path, typer.Argument(help="Het stuk: een TOML-bestand met title en text.")],
    token: PassOption,
) -> None:
    """Zend een stuk na bij de vergaderstukken, met de link waarmee de secretaris de uitkomst vastlegt; die blijft geldig."""
    register = _register()
    grant = _grant(register, token)
    paper = late_papers.add(register, grant, _read(NewPaper, file), _by_shell(grant.person), register.now())
    _say(f"Stuk {paper.number} is nagezonden bij {paper.body} {paper.meeting}. De leden krijgen bericht.")


@app.command("decisions")
def list_decisions(crisis: CrisisName, as_json: AsJson = False) -> None:
    """Toon de besluitenlijst: hoe ieder besluit ervoor staat, wat elkaar tegenspreekt, en hoe ver de maatregelen zijn."""
    register = _register()
    plan = crises.find(register, crisis).plan
    seen = files.of_crisis(register, crisis).seen_by(None)
    picture = meetings.last_picture(register, crisis)
    if as_json:
        _say(json.dumps([_listed(decision, seen, picture) for decision in seen.decisions]))
        return
    _table(decision_list.DECISIONS, decision_list.decision_rows(seen.decisions, seen.requests, plan))
    for text in decision_list.contradiction_texts(seen.decisions, plan):
        _say(f"Tegenspraak: {text}")
    if measures := decision_list.measure_rows(seen.decisions, picture, plan):
        _table(decision_list.MEASURES, measures)


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
    register = _register()
    plan = crises.find(register, crisis).plan
    found = _dossier_of(register, crisis, number, token)
    if as_json:
        _say(found.model_dump_json())
        return
    paper = dossier_paper(found, plan, "en" if english else "nl")
    if out is None:
        _say(paper)
        return
    out.write_text(paper, encoding="utf-8")
    _say(f"Geschreven: {out}")


@app.command("letter")
def draft_letter(
    crisis: CrisisName,
    out: Annotated[Path, typer.Option(help="Het bestand: .odt (LibreOffice, Word) of .md (Markdown).")],
    since: Annotated[str | None, typer.Option(help=f"Alleen wat sindsdien is besloten. {MOMENT}")] = None,
) -> None:
    """Maak uit het register een ontwerp voor de brief aan de Tweede Kamer, met de bron van ieder cijfer."""
    register = _register()
    now, beginning = register.now(), _moment("since", since) if since else None
    write = _letter_format(out)
    document = letter_document(draft(letters.material(register, crisis), now, beginning))
    content = write(document)
    digest = hashlib.sha256(content).hexdigest()
    with appearing(out) as raw:
        raw.write(content)
        letters.note(register, crisis, digest, _by_shell(), now)
    _say(f"Ontwerp geschreven in {out}. Nog in te vullen of te beoordelen: {document.open_places} plaatsen.")
    _say(f"SHA-256, ook in het auditspoor: {digest}")


@actions_app.command("list")
def list_actions(crisis: CrisisName, as_json: AsJson = False) -> None:
    """Toon de actielijst."""
    register = _register()
    people = crises.find(register, crisis).plan.people
    found = files.of_crisis(register, crisis).seen_by(None).actions
    rows = [(i.number, i.title, people[i.owner].name, moment_text(i.due_at, "nl"), i.priority, i.state) for i in found]
    _show(("Nr", "Actiepunt", "Eigenaar", "Termijn", "Prioriteit", "Stand"), rows, found, as_json)


@actions_app.command("report")
def report(token: PassOption, evidence: Annotated[str, typer.Option(help="Waaruit blijkt dat het gedaan is.")]) -> None:
    """Meld een actiepunt gereed, met de link die de eigenaar kreeg."""
    register = _register()
    grant = _grant(register, token)
    item = actions.report(register, grant, evidence, _by_shell(grant.actor), register.now())
    _say(f"Actiepunt {item.number} is gereed gemeld.")


@actions_app.command("verify")
def verify_action(
    token: PassOption,
    send_back: Annotated[str, typer.Option(help="Stuur het terug met deze opmerking, in plaats van het af te sluiten.")] = "",
) -> None:
    """Sluit een gereedgemeld actiepunt af, of stuur het terug."""
    register = _register()
    grant = _grant(register, token)
    item = actions.verify(register, grant, not send_back, send_back, _by_shell(grant.actor), register.now())
    _say(f"Actiepunt {item.number}: {item.state}.")


@alert_app.command("test")
def alert_test() -> None:
    """Stuur over ieder kanaal één proefbericht, en zeg wat ervan kwam."""
    from integrations.alerts.channels import test_channels

    settings = Settings()
    results = asyncio.run(test_channels(plans.in_force(_register()), settings))
    _table(("Kanaal", "Aan", "Gelukt", "Uitkomst"), [(r.channel, r.to, "ja" if r.ok else "NEE", r.detail) for r in results])
    if not all(result.ok for result in results):
        raise typer.Exit(TROUBLE)


@alert_app.command("held")
def alert_held(as_json: AsJson = False) -> None:
    """Toon de berichten die bij een herstel zijn vastgehouden: ze gaan niet vanzelf uit."""
    found = alerts.held(_register())
    rows = [(held.to, held.channel, held.key, held.last_error or "") for held in found]
    _show(("Aan", "Kanaal", "Bericht", "Waarom"), rows, found, as_json)


@alert_app.command("release")
def alert_release(
    keys: AlertKeys = None,
    everything: Annotated[bool, typer.Option("--all", help="Alles wat vastgehouden is.")] = False,
) -> None:
    """Laat vastgehouden berichten alsnog uitgaan. Doe dit alleen als zeker is dat ze niet al verstuurd zijn."""
    if everything == bool(keys):
        raise typer.BadParameter("noem berichten, of geef --all")
    register = _register()
    held = [trace.key for trace in alerts.held(register)]
    for key in keys or held:
        state = alerts.release(register, key, _by_shell(), register.now()).state
        _say(f"{key}: gaat alsnog uit." if key in held else f"{key}: was niet vastgehouden ({state}); er verandert niets.")


@grip_app.command("set")
def grip_set(
    crisis: CrisisName,
    region: Annotated[str, typer.Argument(help="De code van de veiligheidsregio: VR01 tot en met VR25.")],
    level: Annotated[int, typer.Argument(help="Het niveau: 0 (niet opgeschaald) tot en met 5.")],
    since: Annotated[str, typer.Option(help=f"Vanaf wanneer. {MOMENT}")],
    source: Annotated[str, typer.Option(help="Wie dat zegt, of waar het staat.")],
) -> None:
    """Leg vast op welk GRIP-niveau een veiligheidsregio zit; het vorige eindigt dan."""
    register = _register()
    grip = _filled(Grip, region=region.upper(), level=level, since=_moment("since", since), source=source)
    grips.set_level(register, crisis, grip, _by_shell(), register.now())
    _say(f"{grip.region_name}: {grip.level} ({grip.level.meaning}), vanaf {moment_text(grip.since, 'nl')}.")


@grip_app.command("list")
def grip_list(crisis: CrisisName, as_json: AsJson = False) -> None:
    """Toon het GRIP-niveau van iedere veiligheidsregio waarvan het bekend is, van en tot."""
    register = _register()
    crises.find(register, crisis)
    found = grips.of_crisis(register, crisis)
    rows = [
        (g.region, g.region_name, g.level, moment_text(g.since, "nl"), moment_text(g.until, "nl") if g.until else "–", g.source)
        for g in found
    ]
    _show(("Code", "Veiligheidsregio", "Niveau", "Vanaf", "Tot", "Bron"), rows, found, as_json)


@partners_app.command("simulate")
def simulate(
    port: Annotated[int, typer.Option(help="Waar de simulator luistert.")] = 8500,
    seed: Annotated[int, typer.Option(help="Bepaalt de verzonnen cijfers en het wangedrag.")] = 2022,
    trouble: Annotated[float, typer.Option(help="Aandeel van de partners dat zich misdraagt, van 0 tot 1.")] = 0.25,
) -> None:
    """Start de partnersimulator: COA, IND, KCIO, 25 veiligheidsregio's en 12 provincies in juni 2022."""
    from deployments.rehearsals.simulator import main

    main(["--port", str(port), "--seed", str(seed), "--trouble", str(trouble)])


@app.command("verify")
def verify_audit(head: HeadOption = None) -> None:
    """Controleer of het auditspoor ongeschonden is, en of er aan het eind niets ontbreekt."""
    register = _register()
    given = [read_head(text) for text in head or ()]
    number, broken = audit.verify(register)
    found = heads.compare(register, Settings().state_dir, given)
    for earlier in trail.earlier_restore_texts(found):
        _say(earlier)
    if problems := trail.problem_texts(broken, found):
        _say("\n".join(problems))
        raise typer.Exit(TROUBLE)
    _say(trail.whole_text(number, audit.head(register), found))


@app.command("backup")
def make_backup(file: BackupFile) -> None:
    """Maak een back-up van het hele register, terwijl alles doorgaat."""
    register = _register()
    _say(trail.made_text(backup.make(register, file)))
    _, broken = audit.verify(register)
    if broken is not None:
        _say(f"Let op: het auditspoor klopt niet vanaf regel {broken}. Bewaar oudere back-ups.")
        raise typer.Exit(TROUBLE)


@app.command()
def restore(
    file: BackupFile,
    replace: Annotated[bool, typer.Option("--replace", help="Ook als er al een register is; dat wordt eerst bewaard.")] = False,
    head: HeadOption = None,
) -> None:
    """Zet een back-up terug. Wat nog niet bezorgd was, gaat niet vanzelf alsnog uit."""
    settings = Settings()
    given = [read_head(text) for text in head or ()]
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    restored = backup.restore(settings.register_url, file, _by_shell(), replace=replace)
    register = open_register(settings.register_url)
    given += [restored.replaced.head] if restored.replaced else []
    found = heads.compare(register, settings.state_dir, given, before=restored.head)
    heads.note(settings.state_dir, restored.head)
    _say("\n".join(trail.restored_texts(restored, found)))
    if restored.held:
        _table(("Aan", "Kanaal", "Bericht"), [(held.to, held.channel, held.key) for held in restored.held])


def main() -> None:
    """The command `opschaling`: every refusal in words, none as a traceback."""
    try:
        app()
    except (Refused, PlanRefused, BackupRefused, ValidationError) as refusal:
        _stop(_refusal(refusal), REFUSED)
    except (AlreadyUp, PortTaken, TooFewFiles, NotReady, RegisterTrouble, OSError) as trouble:
        _stop(_trouble(trouble), TROUBLE)


def _refusal(refusal: Refused | PlanRefused | BackupRefused | ValidationError) -> str:
    match refusal:
        case Refused():
            return refusal_text(refusal, "nl")
        case BackupRefused():
            return trail.refused_text(refusal)
        case PlanRefused():
            problems = [(f"  {where}", why) for where, why in refusal.problems]
            said = f"Het crisisplan {refusal.name} kan niet gebruikt worden:"
        case ValidationError():
            problems = [(f"  OPSCHALING_{where.upper()}", why) for where, why in problems_in(refusal)]
            said = "Deze instellingen kunnen niet gebruikt worden:"
    return "\n".join([said, *(f"{where}: {reason_text(why, 'nl')}" for where, why in problems)])


def _trouble(trouble: AlreadyUp | PortTaken | TooFewFiles | NotReady | RegisterTrouble | OSError) -> str:
    match trouble:
        case AlreadyUp():
            return f"In {trouble} draait al een opstelling. Stop die eerst, of kies een andere OPSCHALING_STATE_DIR."
        case PortTaken():
            return f"Poort {trouble.port} is bezet. Kies een andere met --portal-port of --prefect-port."
        case TooFewFiles():
            return (
                f"Een proces mag hier maar {trouble.allowed} bestanden tegelijk open hebben; er zijn er {FILES} nodig. "
                "Verhoog de grens (ulimit -n, of LimitNOFILE van de dienst)."
            )
        case OSError():
            return f"Dat lukt niet op deze machine: {trouble.strerror or trouble}. {trouble.filename or ''}".rstrip()
        case NotReady():
            return f"Niet op tijd beschikbaar: {trouble}"
        case _:
            return _trouble_with_the_register(trouble)


def _trouble_with_the_register(trouble: RegisterTrouble) -> str:
    match trouble:
        case NewerRegister():
            return (
                f"Het register is van versie {trouble.found}; deze Opschaling kent het tot en met versie {trouble.known}. "
                "Er is niets gewijzigd. Werk Opschaling bij."
            )
        case DamagedRegister():
            return f"Het register is beschadigd ({trouble}). Zet een reservekopie terug en start dan opnieuw."
        case OutcomeUnknown():
            return (
                f"De verbinding met het register viel weg tijdens het vastleggen ({trouble}): het is niet zeker of het gelukt "
                "is. Geef dezelfde opdracht nog eens; er wordt niets dubbel vastgelegd."
            )
        case NoRoom():
            return f"Niet vastgelegd: de schijf van het register is vol ({trouble}). Maak ruimte, en doe het dan opnieuw."
        case WriteProtected():
            return (
                f"Niet vastgelegd: in het register kan niet geschreven worden ({trouble}). "
                "Kijk van wie het bestand is, en of de schijf alleen-lezen is."
            )
        case _:
            return f"Niet vastgelegd: het register is nu niet bereikbaar ({trouble}). Is `opschaling up` gestart?"


def _register() -> Register:
    settings = Settings()
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrations.upgrade(settings.register_url)
    crash_at(settings.crash_at)
    return open_register(settings.register_url)


def _grant(register: Register, token: str) -> Grant:
    return read_pass(token.rsplit("/", 1)[-1], Settings().signing_secret(), register.now())


def _by_shell(person: str | None = None) -> Deed:
    return Deed(actor=person or getpass.getuser(), origin=f"opdrachtregel:{getpass.getuser()}")


def _read(model: type[Form], file: Path, **given: object) -> Form:
    """A form as a TOML file. Raises InvalidInput naming the fields."""
    try:
        return _filled(model, **(tomllib.loads(file.read_text(encoding="utf-8")) | given))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as trouble:
        raise InvalidInput(problems=[(file.name, f"file:{trouble}")]) from trouble


def _filled(model: type[Form], **given: object) -> Form:
    """A form with these fields. Raises InvalidInput naming them."""
    try:
        return model.model_validate(given)
    except ValidationError as trouble:
        raise InvalidInput(problems=problems_in(trouble)) from trouble


def _letter_format(out: Path) -> Callable[[Document], bytes]:
    """How a letter is written in a file of this name. Raises InvalidInput."""
    formats: dict[str, Callable[[Document], bytes]] = {".odt": as_odt, ".md": lambda letter: as_markdown(letter).encode()}
    if out.suffix not in formats:
        raise InvalidInput(problems=[("out", "no_letter_format")])
    return formats[out.suffix]


def _moment(field: str, text: str) -> datetime:
    """A moment as a person types it; a day begins at midnight. Raises InvalidInput."""
    try:
        return moment_in(text if "T" in text else f"{text}T00:00")
    except ValueError as why:
        raise InvalidInput(problems=[(field, str(why))]) from why


def _show(header: Sequence[str], rows: Sequence[Sequence[object]], records: Sequence[Any], as_json: bool) -> None:
    if as_json:
        _say(json.dumps([record.model_dump(mode="json") for record in records]))
    else:
        _table(header, rows)


def _dossier_of(register: Register, crisis: str, number: int, token: str) -> Dossier:
    """By an auditor's link, which is entered in the audit trail; without one nothing secret is in it."""
    if not token:
        return dossier.of_decision(register, crisis, number)
    grant = _grant(register, token)
    if grant.object.partition("/")[0] != crisis:
        raise PassInvalid
    return dossier.read(register, grant, number, _by_shell(grant.person), register.now())


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


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    table = Table(*header)
    for row in rows:
        table.add_row(*map(str, row))
    Console(soft_wrap=not sys.stdout.isatty()).print(table)


def _say(text: str) -> None:
    typer.echo(text)


def _stop(text: str, code: int) -> None:
    typer.echo(text, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
