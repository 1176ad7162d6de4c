"""The page on which somebody without a link asks for theirs: they choose their function, and it is mailed, never shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from crisis.errors import InvalidInput, Refused
from crisis.plan import Plan
from integrations.portal.desk import AskedLanguage, Fields, page, status_of
from integrations.portal.form_fields import FormField, Kind, Option
from integrations.portal.form_pages import problems_of
from integrations.portal.voice import Voice
from integrations.wording.refusals import refusal_text


@dataclass(frozen=True, kw_only=True)
class LinkPage:
    """What such a page is made of."""

    template: str
    """Extends `link.html.j2`: what it is called, and what the link is for."""
    path: str
    plan: Plan
    people: Sequence[str]
    """Who may ask, by their key in the plan."""
    hint: str
    """Who stands in the list, in Dutch."""
    ask: Callable[[str], None]
    """Has the link sent to this person, or refuses."""
    about: dict[str, object] = field(default_factory=dict)
    """What else the template shows."""

    def show(self, language: str) -> HTMLResponse:
        """The list."""
        return self._answer(language, "", None)

    def send(self, person: str, language: str) -> HTMLResponse:
        """Have the link sent to this person, and say so; or the list again, with what is wrong."""
        try:
            if not person:
                raise InvalidInput(problems=[("person", "missing")])
            self.ask(person)
        except Refused as refusal:
            return self._answer(language, person, refusal)
        return self._answer(language, person, None)

    def _answer(self, language: str, person: str, refusal: Refused | None) -> HTMLResponse:
        say = Voice(language).say
        choice = FormField(
            name="person",
            kind=Kind.LIST,
            title=say("Uw functie"),
            hint=say(self.hint),
            may_be_empty=False,
            value=person,
            options=tuple(Option(key, self.plan.people[key].name) for key in self.people),
        )
        facts = self.about | {
            "field": choice,
            "sent_to": self.plan.people[person].name if person and not refusal else None,
            "refusal": refusal_text(refusal, language) if refusal else None,
            "problems": problems_of(refusal, language),
            "titles": {choice.name: choice.title},
            "field_of_refusal": choice.name,
            "path": self.path,
        }
        status = status_of(refusal) if refusal else HTTPStatus.OK
        return page(self.template, language, self.plan.marking, facts, status)


def served_at(prefix: str, asking: Callable[..., LinkPage]) -> APIRouter:
    """The routes of such a page. `asking` makes it, from what stands in the address."""
    router = APIRouter(prefix=prefix)

    @router.get("")
    def show(link: Annotated[LinkPage, Depends(asking)], language: AskedLanguage) -> Response:
        """The list of who may ask."""
        return link.show(language)

    @router.post("")
    def send(link: Annotated[LinkPage, Depends(asking)], fields: Fields, language: AskedLanguage) -> Response:
        """Have the link sent to the person who was chosen; it is not shown here."""
        return link.send(fields.get("person", ""), language)

    return router
