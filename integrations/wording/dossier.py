"""A dossier as people read it, in Dutch or in English: what was known when it was decided, and what came later.

The same parts make the page of the portal and the Markdown of `opschaling dossier`.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from crisis.dossier import Dossier
from crisis.plan import Plan
from integrations.wording import markdown
from integrations.wording.dossier_later import parts_later
from integrations.wording.dossier_parts import Fact, Part, Wording
from integrations.wording.dossier_then import parts_then
from integrations.wording.english import said


class DossierText:
    """The words of a dossier: a title, what it comes down to, and the parts of then and of later."""

    def __init__(self, dossier: Dossier, plan: Plan, language: str) -> None:
        words = Wording(plan, language)
        decision, meeting = dossier.decision, dossier.sitting.meeting
        self.language = language
        self.marking = words.say(plan.marking).upper() if plan.marking else ""
        self.title = f"{words.say(decision.kind).capitalize()} {decision.number}, {meeting.label}"
        self.crisis = dossier.title
        self.lead = words.say(
            "Wat {body} wist op het moment van dit besluit, {moment}, en wat daarna kwam.",
            body=words.the(meeting.body),
            moment=words.moment(dossier.moment),
        )
        self.brief = tuple(_brief(dossier, words))
        self.then = tuple(parts_then(dossier, words))
        self.later = tuple(parts_later(dossier, words))

    def heading(self, dutch: str) -> str:
        """A heading, in the language of the dossier."""
        return said(dutch, self.language)


THEN, LATER = "Bekend op dat moment", "Wat later kwam"


def _brief(dossier: Dossier, words: Wording) -> Iterator[Fact]:
    meeting = dossier.sitting.meeting
    yield Fact(words.say("Moment van het besluit"), words.moment(dossier.moment))
    if meeting.confirmed_by:
        by = f"{words.person(meeting.confirmed_by)}, {words.moment(meeting.recorded_at)}"
        yield Fact(words.say("Bevestigd door een tweede persoon"), by)
    yield Fact(words.say("Stand toen"), words.say("voorgenomen" if dossier.decision.is_intended else "van kracht"))
    yield Fact(words.say("Stand nu"), words.say(dossier.later.status))


def dossier_paper(dossier: Dossier, plan: Plan, language: str = "nl") -> str:
    """The dossier as Markdown."""
    text = DossierText(dossier, plan, language)
    not_real = said("dit stuk is niet echt", language)
    blocks = [
        f"# {markdown.safe(text.title)}",
        f"> **{text.marking}** – {not_real}." if text.marking else "",
        f"{markdown.safe(text.crisis)}. {markdown.safe(text.lead)}",
        _facts(text.brief),
        f"## {text.heading(THEN)}",
        *chain.from_iterable(map(_part, text.then)),
        f"## {text.heading(LATER)}",
        *chain.from_iterable(map(_part, text.later)),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _part(part: Part) -> Iterable[str]:
    facts, rows = _facts(part.facts), markdown.table(part.header, part.rows)
    note = f"*{markdown.safe(part.note)}*" if part.note else ""
    return (f"### {markdown.safe(part.title)}", note, facts, rows)


def _facts(facts: Iterable[Fact]) -> str:
    return "\n".join(f"- **{markdown.safe(f.term)}**: {markdown.safe(f.text)}{_tag(f.tag)}" for f in facts)


def _tag(tag: str) -> str:
    return f" ⚠ {markdown.safe(tag)}" if tag else ""
