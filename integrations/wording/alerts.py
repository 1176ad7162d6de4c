"""The text of every alert, in Dutch and in English: written for somebody who reads it at three in the morning.

One template per event and language, in `nl/` and `en/`, with a block `subject` and a block `text`; `frame.j2` puts the
plan's marking before both, and the reference after the text. The first lines say what is asked, of whom and by when;
then comes the one link. A fact that a template names and the alert does not hold is an error, never an empty place.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from crisis.alerts import Alert, Channel, Event
from crisis.decisions import HIDDEN
from crisis.figures import FigureKind
from crisis.passes import Act
from crisis.record import Record
from crisis.structure import NKC, Body
from integrations.wording.charts import number_text
from integrations.wording.english import WORDS
from integrations.wording.kinds import KIND_WORDS
from integrations.wording.times import date_text, lead_text, moment_text, short_moment_text

LANGUAGES = ("nl", "en")
SUBJECT_LENGTH = 200
TEXT_LENGTH = 12_000
"""Characters. Templates shorten what people typed long before; this is what both mail and Slack certainly take."""

_ENGLISH = {
    "opschalen": "scale up",
    "handhaven": "hold",
    "afschalen": "scale down",
    "beëindigen": "end",
    "advies": "advice",
    "besluit": "decision",
    "verzoek": "request",
    "afspraak": "agreement",
    "voorgenomen": "intended",
    "actiepunt": "action item",
    "toezegging van het Rijk": "commitment of the state",
    "toezegging aan de Kamer": "promise to the House",
    "nazorg": "aftercare",
    "evaluatie": "evaluation",
    "aanvaard": "accepted",
    "aanvaard onder voorwaarde": "accepted on a condition",
    "nog geen overeenstemming": "no agreement yet",
    "geweigerd": "refused",
    "laag": "low",
    "normaal": "normal",
    "hoog": "high",
    "oefening": "exercise",
    "reconstructie": "reconstruction",
    "ritme van het crisisplan": "rhythm of the crisis plan",
    "opschaling": "escalation",
    "gevraagd": "no answer yet",
    "stil": "silent",
    "onbereikbaar": "unreachable",
    "onleesbaar": "unreadable",
    "op het uur": "its time was over",
    "iedereen heeft geantwoord": "everybody answered",
    "genoeg heeft geantwoord": "enough answered",
    "door de secretaris": "closed by the secretary",
    "het laatste gremium is vertrokken": "the last body has left",
    "de crisis is afgesloten": "the crisis is closed",
}
"""The words of the procedure are Dutch; this is how an English text says them."""

_EVENTS = {
    Event.ACTIVATION_LINK_ASKED: ("persoonlijke link om te activeren", "personal link to activate"),
    Event.ACTIVATION_ASKED: ("vraag om een activering te bevestigen", "request to confirm an activation"),
    Event.ACTIVATION_REFUSED: ("afgewezen activering", "refused activation"),
    Event.ACTIVATED: ("activering", "activation"),
    Event.CONVENED: ("bijeenroeping", "convening"),
    Event.INVITED: ("uitnodiging", "invitation"),
    Event.PAPER_ADDED: ("nagezonden stuk", "paper that came later"),
    Event.OUTCOME_ASKED: ("vraag om de uitkomst vast te leggen", "request to record the outcome"),
    Event.OUTCOME_OVERDUE: ("navraag naar een uitkomst", "request for an overdue outcome"),
    Event.CONFIRMATION_ASKED: ("vraag om een uitkomst te bevestigen", "request to confirm an outcome"),
    Event.OUTCOME_RETURNED: ("teruggestuurde uitkomst", "outcome sent back"),
    Event.OUTCOME_RECORDED: ("uitkomst", "outcome"),
    Event.NKC_ADVICE_ASKED: ("vraag om advies van het NKC", "request for the NKC's advice"),
    Event.NKC_ADVICE_REMINDED: ("herinnering aan een advies van het NKC", "reminder of the NKC's advice"),
    Event.NKC_ADVISED: ("advies van het NKC", "the NKC's advice"),
    Event.REQUEST_PUT: ("verzoek", "request"),
    Event.REQUEST_REMINDED: ("herinnering aan een verzoek", "reminder of a request"),
    Event.REQUEST_ANSWERED: ("antwoord op een verzoek", "answer to a request"),
    Event.REQUEST_WITHDRAWN: ("einde van een verzoek", "end of a request"),
    Event.HANDED_ON: ("overgedragen link", "link handed on"),
    Event.LINK_ASKED: ("persoonlijke link", "personal link"),
    Event.DOSSIER_LINK_ASKED: ("persoonlijke link naar de dossiers", "personal link to the dossiers"),
    Event.OWN_LINK_ASKED: ("persoonlijke link", "personal link"),
    Event.ACTION_OPENED: ("nieuw actiepunt", "new action item"),
    Event.ACTION_REMINDED: ("herinnering aan een actiepunt", "reminder of an action item"),
    Event.ACTION_OVERDUE: ("actiepunt over de termijn", "overdue action item"),
    Event.ACTION_REPORTED: ("gereedmelding van een actiepunt", "report that an action item is done"),
    Event.ACTION_RETURNED: ("teruggegeven actiepunt", "action item sent back"),
    Event.ACTION_CLOSED: ("afgesloten actiepunt", "closed action item"),
    Event.ACTION_TRANSFERRED: ("overgedragen actiepunt", "action item handed over"),
    Event.SCALED_DOWN: ("afschaling", "scaling down"),
    Event.CLOSING_ASKED: ("vraag om de crisis af te sluiten", "request to close the crisis"),
    Event.CLOSING_CONFIRMATION_ASKED: ("vraag om de afsluiting te bevestigen", "request to confirm the closing"),
    Event.DESIGNATED: ("aanwijzing", "designation"),
    Event.RELEASED: ("einde van een deelname", "end of a membership"),
    Event.INVITATION_ASKED: ("verzoek om deelname", "request to take part"),
    Event.INVITATION_REMINDED: ("herinnering aan een verzoek om deelname", "reminder of a request to take part"),
    Event.INVITATION_REFUSED: ("afgewezen verzoek om deelname", "refused request to take part"),
    Event.FIGURES_ASKED: ("vraag om cijfers", "request for figures"),
    Event.FIGURES_REMINDED: ("herinnering aan een vraag om cijfers", "reminder of a request for figures"),
    Event.FIGURES_MISSING: ("vraag om na te vragen wie nog geen cijfers gaf", "request to ask after missing figures"),
    Event.FIGURES_RETURNED: ("teruggegeven cijfers", "figures given back"),
    Event.INQUIRY_CLOSED: ("einde van een uitvraag", "end of an inquiry"),
    Event.CRISIS_CLOSED: ("afsluiting van de crisis", "closing of the crisis"),
    Event.UNDELIVERABLE: ("onbezorgd bericht", "undelivered message"),
    Event.STUCK: ("vastgelopen uitvoering", "stuck run"),
    Event.TEST: ("proefbericht", "test message"),
}


_ACTS = {
    Act.READ_PAPERS: ("lees de stukken", "read the papers"),
    Act.READ_DOSSIER: ("lees de dossiers", "read the dossiers"),
    Act.RECORD_OUTCOME: ("leg de uitkomst vast", "record the outcome"),
    Act.CONFIRM_OUTCOME: ("bevestig de uitkomst", "confirm the outcome"),
    Act.REPORT_ACTION: ("meld gereed", "report done"),
    Act.VERIFY_ACTION: ("controleer", "verify"),
    Act.ADVISE: ("adviseer over de communicatie", "advise on communication"),
    Act.ANSWER_REQUEST: ("beantwoord het verzoek", "answer the request"),
    Act.CLOSE_CRISIS: ("sluit de crisis af", "close the crisis"),
    Act.CONFIRM_CLOSING: ("bevestig de afsluiting", "confirm the closing"),
    Act.ACTIVATE: ("activeer de crisisstructuur", "activate the crisis structure"),
    Act.CONFIRM_ACTIVATION: ("bevestig of weiger de activering", "confirm or refuse the activation"),
    Act.CALL_MEETING: ("roep een extra overleg bijeen", "call an extra meeting"),
    Act.DESIGNATE: ("wijs iemand aan voor een gremium", "designate somebody into a body"),
    Act.RELEASE: ("beëindig iemands deelname aan een gremium", "release somebody from a body"),
    Act.SET_GRIP: ("leg het GRIP-niveau van een regio vast", "note the GRIP level of a region"),
    Act.GIVE_FIGURES: ("geef uw cijfers op", "give your figures"),
    Act.ASK_PARTNERS: ("vraag partners om cijfers", "ask partners for figures"),
    Act.CLOSE_INQUIRY: ("sluit een uitvraag", "close an inquiry"),
    Act.JUDGE_FIGURES: ("geef een antwoord terug of neem het aan", "give an answer back or accept it"),
    Act.ENTER_FIGURES: ("schrijf bij wat een partner heeft gezegd", "write down what a partner said"),
    Act.ASK_INVITATION: ("vraag om een uitnodiging", "ask to be invited"),
    Act.ANSWER_INVITATION: ("beantwoord de vraag om een uitnodiging", "answer who asks to be invited"),
}
"""What a pass allows, as it is asked of its holder."""
_ABOUT = (
    (r"U(\d+)/([^/]+)", ("uitvraag {} ({})", "inquiry {} ({})")),
    (r"A(\d+)", ("actiepunt {}", "action item {}")),
    (r"B(\d+)(?:/.*)?", ("nummer {}", "number {}")),
    (r"(\w+)/(\d+)(?:/.*)?", ("{} {}", "{} {}")),
)
"""What stands behind the crisis in the object of a pass, and how people call it."""


class Message(Record):
    """What a person reads."""

    subject: str
    text: str


def render(alert: Alert, link: str | None, portal_url: str, prefect_ui_url: str) -> Message:
    """The words of an alert, in its language. `link` is the recipient's own, where the alert bears a grant.

    Raises:
        jinja2.TemplateError, ValueError: the alert lacks a fact, or holds one that cannot be read.

    """
    parts = _environment(alert.language)
    facts = alert.facts | {
        "marking": str(alert.facts["marking"] or ""),
        "link": link,
        "until": alert.grant.expires_at.isoformat() if alert.grant else None,
        "is_mail": alert.channel is Channel.MAIL,
        "crisis_page": f"{portal_url.rstrip('/')}/crises/{alert.facts.get('crisis', '')}",
        "portal_url": portal_url,
        "prefect_ui_url": prefect_ui_url,
        "reference": reference(alert.key),
    }
    own = parts.get_template(f"{alert.event}.j2")
    inside = {"own_subject": _block(own, "subject", facts), "own_text": _block(own, "text", facts)}
    frame = parts.get_template("frame.j2")
    subject, text = (_block(frame, part, facts | inside) for part in ("subject", "text"))
    if alert.language == "en":  # what may not be told was left out before it was known who reads it
        subject, text = (part.replace(HIDDEN, WORDS[HIDDEN]) for part in (subject, text))
    return Message(subject=_shortened(" ".join(subject.split()), SUBJECT_LENGTH), text=_shortened(text, TEXT_LENGTH))


def reference(key: str) -> str:
    """An alert's key in short: eight characters by which people can tell that two messages are one."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def _block(template: Template, name: str, facts: Mapping[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(dict(facts)))).strip()


@cache
def _environment(language: str) -> Environment:
    """The templates of a language, with what they may do to a fact."""
    if language not in LANGUAGES:
        raise ValueError(f"no texts in {language!r}")
    parts = Environment(
        loader=FileSystemLoader(Path(__file__).parent / language),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # plain text; Slack's own escaping comes after
        trim_blocks=True,
        lstrip_blocks=True,
    )
    parts.filters |= {
        "moment": lambda text: moment_text(datetime.fromisoformat(text), language),
        "short_moment": lambda text: short_moment_text(datetime.fromisoformat(text), language),
        "before": lambda text, hour: lead_text(datetime.fromisoformat(hour) - datetime.fromisoformat(text), language),
        "word": lambda word: _ENGLISH.get(word, word) if language == "en" else word,
        "day": lambda day: date_text(date.fromisoformat(day), language),
        "number": lambda number: number_text(Decimal(number)) if language == "nl" else f"{Decimal(number).normalize():,f}",
        "figure_kind": lambda kind: KIND_WORDS[FigureKind(kind)] if language == "nl" else kind,
        "event": lambda event: _EVENTS[Event(event)][LANGUAGES.index(language)],
        "full_name": _full_name,
        "act": lambda act: _ACTS[Act(act)][LANGUAGES.index(language)],
        "about": lambda object_: _about(object_, language),
        "short": _shortened,
        "quoted": _quoted,
    }
    return parts


def _about(object_: str, language: str) -> str:
    """What a pass is about, behind what is asked: `, IAO 1`; nothing where the crisis says enough."""
    rest = object_.partition("/")[2]
    for pattern, words in _ABOUT:
        if (found := re.fullmatch(pattern, rest)) and not rest.startswith("aanvraag/"):
            return f", {words[LANGUAGES.index(language)].format(*found.groups())}"
    return ""


def _full_name(body: str) -> str:
    return f"{NKC} (NKC)" if body == "NKC" else f"{Body(body).official_name} ({body})"


def _quoted(text: str, length: int = 1000) -> str:
    """What a person typed, set off, so that it cannot pass for our own words."""
    return "\n".join(f"  | {line}" for line in _shortened(text, length).splitlines())


def _shortened(text: str, length: int = 100) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
