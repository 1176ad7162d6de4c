"""One page for every weighty act: the facts, a form, and once it is done what was done.

To add an act:

1. `crisis.passes.Act` gets a word, and `crisis.alerts` says with which event a pass for it goes out.
2. A frozen model says what is filled in, in `crisis/` where another door asks it too. Its fields carry a Dutch `title`, and a
   `description` where a hint helps: `remark: Text = Field(title="Opmerking", description="Wat ontbreekt er nog?")`.
   `form_fields` says how each is shown.
3. A module of the portal describes the page as a `Form`: what is asked, what stands above it, what is done with it, and
   what is said once there is nothing left to do. See `action_pages`.
4. A line in `pass_pages.FORMS`.
5. English for every new Dutch sentence, title, description and word: in `english.py`. A test walks `FORMS` and the modules.

What is done must hold in the register, in one transaction, with `passes.use`: the page itself protects nothing. Whatever it
refuses (`Refused`) is shown above the form, with all that was typed; an `InvalidInput` at its field.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic

from starlette.responses import HTMLResponse

from crisis.errors import InvalidInput, PassUsed, Refused
from integrations.portal.desk import page, status_of
from integrations.portal.form_fields import Filled, Typed, fields_of, filled
from integrations.portal.holder import Holder
from integrations.wording.dossier_parts import Fact
from integrations.wording.problems import reason_text


@dataclass(frozen=True, kw_only=True)
class Form(Generic[Filled]):
    """What the page of an act is made of."""

    model: type[Filled]
    """What is filled in."""
    heading: Callable[[Holder], str]
    """What is asked, in the language of the person."""
    facts: Callable[[Holder], Sequence[Fact]]
    """What they must know to answer."""
    do: Callable[[Holder, Filled], None]
    """Does it, or refuses; the same twice is done once."""
    done: Callable[[Holder], str | None]
    """Why there is nothing left to do here, as a sentence; None while there is."""
    button: str = ""
    """What the button says, in Dutch: a verb and what it does."""
    buttons: str = ""
    """Or the field whose words are the buttons, so that one click answers."""
    under: str = ""
    """Where it stands below the address of the link, for what the link allows beside its own act: `/papers`."""


def show(form: Form[Filled], holder: Holder) -> HTMLResponse:
    """The facts and the form; once there is nothing left to do, what was done."""
    return _page(form, holder)


def show_refusal(form: Form[Filled], holder: Holder, typed: Typed, refusal: Refused) -> HTMLResponse:
    """The form once more with all that was typed, and above it why it was refused."""
    return _page(form, holder, typed, refusal)


def do(form: Form[Filled], holder: Holder, typed: Typed) -> None:
    """Do what was filled in.

    Raises:
        Refused: by the form or the procedure; nothing was changed.

    """
    form.do(holder, filled(form.model, typed, holder.plan))


def _page(form: Form[Filled], holder: Holder, typed: Typed | None = None, refusal: Refused | None = None) -> HTMLResponse:
    language = holder.person.language
    fields = fields_of(form.model, typed, holder.plan, holder.voice)
    facts = holder.facts() | {
        "heading": form.heading(holder),
        "known": form.facts(holder),
        "done": None if refusal else _done(form, holder),
        "fields": [field for field in fields if field.name != form.buttons],
        "buttons": next((field for field in fields if field.name == form.buttons), None),
        "button": form.button,
        "under": form.under,
        "refusal": holder.told(refusal) if refusal else None,
        "problems": problems_of(refusal, language),
        "titles": {field.name: field.title for field in fields},
        "field_of_refusal": None,
    }
    return page("form.html.j2", language, holder.plan.marking, facts, status_of(refusal) if refusal else HTTPStatus.OK)


def _done(form: Form[Filled], holder: Holder) -> str | None:
    """What was done; where the act says nothing, that the link was used."""
    if told := form.done(holder):
        return told
    return holder.told(PassUsed(used_at=holder.used_at)) if holder.used_at else None


def problems_of(refusal: Refused | None, language: str) -> dict[str, str]:
    """What is wrong with each field, in words."""
    found = refusal.details["problems"] if isinstance(refusal, InvalidInput) else []
    assert isinstance(found, list)
    return {field: reason_text(reason, language) for field, reason in found}
