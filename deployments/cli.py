"""The command line: what the portal does, for who has a shell. Tables for people, `--json` for programs."""

import sys

import typer
from pydantic import ValidationError

from crisis.errors import Refused
from crisis.plan import PlanRefused
from deployments.commands import bodies, by_link, inquiries, keeping, lists, own_acts, partners, pictures, set_up
from deployments.commands.shell import REFUSED, TROUBLE, app
from deployments.services import FILES, NotReady, PortTaken, TooFewFiles
from deployments.up import AlreadyUp
from integrations.partners.errors import OutsideWorldFailed
from integrations.register import (
    DamagedRegister,
    NewerRegister,
    NoRoom,
    OutcomeUnknown,
    RegisterTrouble,
    WriteProtected,
)
from integrations.register.archive import BackupRefused
from integrations.wording import trail
from integrations.wording.problems import problems_in, reason_text
from integrations.wording.refusals import refusal_text

__all__ = ["COMMANDS", "REFUSED", "TROUBLE", "app", "main"]

COMMANDS = (set_up, bodies, by_link, own_acts, inquiries, lists, pictures, partners, keeping)
"""Where the commands are: each module adds its own to `app`."""


def main() -> None:
    """The command `opschaling`: every refusal in words, none as a traceback."""
    try:
        app()
    except (Refused, PlanRefused, BackupRefused, ValidationError) as refusal:
        _stop(_refusal(refusal), REFUSED)
    except OutsideWorldFailed as failure:
        _stop(f"Er is niets vastgelegd. {failure.reason}", TROUBLE)
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


def _stop(text: str, code: int) -> None:
    typer.echo(text, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
