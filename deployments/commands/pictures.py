"""The situation picture from the shell: read it, or write it as a file."""

from pathlib import Path
from typing import Annotated

import typer

from crisis.errors import InvalidInput
from deployments.commands.shell import CrisisName, app, open_here, say
from integrations.register import crises, meetings
from integrations.register.archive import appearing
from integrations.register.meetings import parts
from integrations.wording.forms_of_picture import FORMS
from integrations.wording.picture import lcms_text


@app.command("picture")
def show_picture(
    crisis: CrisisName,
    meeting: Annotated[str, typer.Option(help="Van welke vergadering, zoals IAO/1; zonder de laatste.")] = "",
    out: Annotated[Path | None, typer.Option(help="Schrijf het in dit bestand: .pdf, .md, .txt of .json.")] = None,
    english: Annotated[bool, typer.Option("--english", help="In het Engels.")] = False,
) -> None:
    """Toon de situatieschets zoals die voor een vergadering is bevroren, of schrijf die weg."""
    register = open_here()
    plan = crises.find(register, crisis).plan
    if meeting:
        picture = meetings.papers(register, *parts(f"{crisis}/{meeting}")).picture
    else:
        latest = meetings.last_picture(register, crisis)
        if latest is None:
            raise InvalidInput(problems=[("picture", "no_picture")])
        picture = latest
    language = "en" if english else "nl"
    if out is None:
        say(lcms_text(picture, plan, language))
        return
    name = f"beeld{out.suffix}"
    if name not in FORMS:
        raise InvalidInput(problems=[("out", "not_a_form_of_picture")])
    with appearing(out) as file:
        file.write(FORMS[name][1](picture, plan, language))
    say(f"{out}: situatieschets {picture.body} {picture.number}, zegel {picture.seal}")
