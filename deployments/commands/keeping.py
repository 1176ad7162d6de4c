"""Keeping: the audit trail, back-up and restore."""

from typing import Annotated

import typer

from crisis.audit import read_head
from deployments.commands.shell import (
    TROUBLE,
    BackupFile,
    HeadOption,
    app,
    by_shell,
    open_here,
    say,
    table,
)
from integrations.register import (
    audit,
    backup,
    heads,
    open_register,
)
from integrations.settings import Settings
from integrations.wording import trail


@app.command("verify")
def verify_audit(head: HeadOption = None) -> None:
    """Controleer of het auditspoor ongeschonden is, en of er aan het eind niets ontbreekt."""
    register = open_here()
    given = [read_head(text) for text in head or ()]
    number, broken = audit.verify(register)
    found = heads.compare(register, Settings().state_dir, given)
    for earlier in trail.earlier_restore_texts(found):
        say(earlier)
    if problems := trail.problem_texts(broken, found):
        say("\n".join(problems))
        raise typer.Exit(TROUBLE)
    say(trail.whole_text(number, audit.head(register), found))


@app.command("backup")
def make_backup(file: BackupFile) -> None:
    """Maak een back-up van het hele register, terwijl alles doorgaat."""
    register = open_here()
    say(trail.made_text(backup.make(register, file)))
    _, broken = audit.verify(register)
    if broken is not None:
        say(f"Let op: het auditspoor klopt niet vanaf regel {broken}. Bewaar oudere back-ups.")
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
    restored = backup.restore(settings.register_url, file, by_shell(), replace=replace)
    register = open_register(settings.register_url)
    given += [restored.replaced.head] if restored.replaced else []
    found = heads.compare(register, settings.state_dir, given, before=restored.head)
    heads.note(settings.state_dir, restored.head)
    say("\n".join(trail.restored_texts(restored, found)))
    if restored.held:
        table(("Aan", "Kanaal", "Bericht"), [(held.to, held.channel, held.key) for held in restored.held])
