"""What every command needs: the parts of the command line, the register, who acts, and how a table is shown."""

import getpass
import json
import sys
import tomllib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from crisis.areas import Area
from crisis.errors import InvalidInput
from crisis.passes import Grant, read_pass
from crisis.record import Record
from crisis.structure import Body
from integrations.crash import crash_at
from integrations.portal.outcome_form import moment_in
from integrations.register import (
    Deed,
    Register,
    areas,
    migrations,
    open_register,
)
from integrations.settings import Settings
from integrations.wording.problems import problems_in

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
inquiries_app = typer.Typer(no_args_is_help=True, help="Uitvragen.")
partners_app = typer.Typer(no_args_is_help=True, help="Partners.")
grip_app = typer.Typer(no_args_is_help=True, help="GRIP-niveau per veiligheidsregio.")
_PARTS = (
    *(("plan", plan_app), ("members", members_app), ("actions", actions_app), ("paper", paper_app)),
    *(("alert", alert_app), ("partners", partners_app), ("grip", grip_app)),
    ("inquiries", inquiries_app),
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
BackupFile = Annotated[Path, typer.Argument(help="De back-up, een zip-bestand.")]
HeadOption = Annotated[list[str] | None, typer.Option("--head", help="Een kop van het auditspoor uit een mail; mag vaker.")]
AlertKeys = Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="De berichten, zoals `alert held` ze noemt.")]
AsJson = Annotated[bool, typer.Option("--json", help="Voor programma's.")]
PassOption = Annotated[str, typer.Option("--pass", help="De persoonlijke link uit de mail, of alleen het laatste deel.")]


def open_here() -> Register:
    """The register of the settings, brought to this version."""
    settings = Settings()
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrations.upgrade(settings.register_url)
    crash_at(settings.crash_at)
    return open_register(settings.register_url)


def areas_here() -> tuple[Area, ...]:
    """The municipalities in the register of the settings; none where there is no register yet."""
    return areas.known_at(Settings().register_url)


def grant_in(register: Register, token: str) -> Grant:
    """What a personal link allows. Raises PassInvalid, PassExpired."""
    return read_pass(token.rsplit("/", 1)[-1], Settings().signing_secret(), register.now())


def by_shell(person: str | None = None) -> Deed:
    """Who acts, through this door: the holder of a link, or who is signed in at this machine."""
    return Deed(actor=person or getpass.getuser(), origin=f"opdrachtregel:{getpass.getuser()}")


def read_form(model: type[Form], file: Path, **given: object) -> Form:
    """A form as a TOML file. Raises InvalidInput naming the fields."""
    try:
        return filled(model, **(tomllib.loads(file.read_text(encoding="utf-8")) | given))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as trouble:
        raise InvalidInput(problems=[(file.name, f"file:{trouble}")]) from trouble


def filled(model: type[Form], **given: object) -> Form:
    """A form with these fields. Raises InvalidInput naming them."""
    try:
        return model.model_validate(given)
    except ValidationError as trouble:
        raise InvalidInput(problems=problems_in(trouble)) from trouble


def moment_typed(field: str, text: str) -> datetime:
    """A moment as a person types it; a day begins at midnight. Raises InvalidInput."""
    try:
        return moment_in(text if "T" in text else f"{text}T00:00")
    except ValueError as why:
        raise InvalidInput(problems=[(field, str(why))]) from why


def show(header: Sequence[str], rows: Sequence[Sequence[object]], records: Sequence[Any], as_json: bool) -> None:
    """A table for people, or JSON for programs."""
    if as_json:
        say(json.dumps([record.model_dump(mode="json") for record in records]))
    else:
        table(header, rows)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people."""
    table = Table(*header)
    for row in rows:
        table.add_row(*map(str, row))
    Console(soft_wrap=not sys.stdout.isatty()).print(table)


def agrees(question: str) -> bool:
    """Whether who is at the keyboard says yes; nobody there, or anything else, is no."""
    typer.echo(f"{question} [j/N] ", nl=False)
    return sys.stdin.readline().strip().casefold() in ("j", "ja")


def say(text: str) -> None:
    """A line for people."""
    typer.echo(text)
