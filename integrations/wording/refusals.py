"""What a person reads when the procedure says no, in their language (weigering).

The sentences are filled from the `details` of a refusal; a test walks `crisis.errors` and fails if one has none.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from crisis import errors
from crisis.errors import InvalidInput, Refused
from integrations.wording.problems import problem_texts
from integrations.wording.times import moment_text

REFUSALS: dict[type[Refused], dict[str, str]] = {
    Refused: {
        "nl": "De procedure staat dit niet toe. Er is niets gewijzigd.",
        "en": "The procedure does not allow this. Nothing was changed.",
    },
    InvalidInput: {
        "nl": "Er is niets vastgelegd: {problems}.",
        "en": "Nothing was recorded: {problems}.",
    },
    errors.UnknownTo: {
        "nl": "Dit is niet bekend in het register.",
        "en": "The register does not know this.",
    },
    errors.NoSuchCrisis: {
        "nl": "Er is geen crisis met de naam “{crisis}”.",
        "en": "There is no crisis by the name of “{crisis}”.",
    },
    errors.NoSuchMeeting: {
        "nl": "De crisis “{crisis}” kent geen bijeenkomst {body} {number}.",
        "en": "The crisis “{crisis}” has no meeting {body} {number}.",
    },
    errors.NoSuchAction: {
        "nl": "De crisis “{crisis}” kent geen actiepunt {number}.",
        "en": "The crisis “{crisis}” has no action item {number}.",
    },
    errors.NoSuchActivationRequest: {
        "nl": "Er is niet gevraagd om “{crisis}” te activeren.",
        "en": "Nobody asked to activate “{crisis}”.",
    },
    errors.NoSuchInquiry: {
        "nl": "Uitvraag {number} bestaat niet in {crisis}.",
        "en": "There is no inquiry {number} in {crisis}.",
    },
    errors.NoSuchDecision: {
        "nl": "De crisis “{crisis}” kent geen advies of besluit {number}.",
        "en": "The crisis “{crisis}” has no advice or decision {number}.",
    },
    errors.NoSuchInvitation: {
        "nl": "Er is geen verzoek om deelname “{request}”.",
        "en": "There is no request to take part “{request}”.",
    },
    errors.NoSuchAlert: {
        "nl": "Er is geen bericht met de sleutel “{key}”.",
        "en": "There is no alert with the key “{key}”.",
    },
    errors.NoSuchPerson: {
        "nl": "“{person}” staat niet in het crisisplan.",
        "en": "“{person}” is not in the crisis plan.",
    },
    errors.AlreadyDone: {
        "nl": "Dit is al gedaan. Er is niets gewijzigd.",
        "en": "This was done before. Nothing was changed.",
    },
    errors.AlreadyActive: {
        "nl": "De crisis “{crisis}” is al geactiveerd, op {at} door {by}.",
        "en": "The crisis “{crisis}” was activated before, on {at} by {by}.",
    },
    errors.AlreadyAsked: {
        "nl": "Voor “{crisis}” ligt er al een andere aanvraag bij het piket, sinds {at} van {by}.",
        "en": "Another request for “{crisis}” is with those on duty already, since {at} from {by}.",
    },
    errors.AskedBefore: {
        "nl": "Uitvraag {number} vroeg dit op {at} al aan dezelfde partners. Kijk daar wie nog ontbreekt, of geef een antwoord "
        "terug met een vraag (E17).",
        "en": "Inquiry {number} asked the same partners this on {at} already. See there who is missing, or give an answer back "
        "with a question (E17).",
    },
    errors.ReportedOtherwise: {
        "nl": "Rapport {report} is op {at} ontvangen met een andere inhoud: een nieuw rapport heeft een nieuw nummer nodig.",
        "en": "Report {report} was received on {at} with another content: a new report needs a new id.",
    },
    errors.AlreadyDecided: {
        "nl": "De aanvraag voor “{crisis}” is al {state}, op {at} door {by}. Er is niets gewijzigd.",
        "en": "The request for “{crisis}” is {state} already, on {at} by {by}. Nothing was changed.",
    },
    errors.AlreadyRecorded: {
        "nl": "De uitkomst van {meeting} is al vastgelegd, op {at} door {by}. Er is niets gewijzigd.",
        "en": "The outcome of {meeting} was recorded before, on {at} by {by}. Nothing was changed.",
    },
    errors.AlreadyProposed: {
        "nl": "De uitkomst van {meeting} is al vastgelegd door {by}, op {at}, en wacht op bevestiging. Er is niets gewijzigd.",
        "en": "The outcome of {meeting} was recorded by {by}, on {at}, and awaits confirmation. Nothing was changed.",
    },
    errors.NotAskedAnyMore: {
        "nl": "Nummer {number} is op {at} ingetrokken of vervangen: u hoeft niets meer te antwoorden.",
        "en": "Number {number} was withdrawn or replaced on {at}: no answer is needed any more.",
    },
    errors.NothingToJudge: {
        "nl": "{partner} gaf op uitvraag {number} geen cijfers: er is niets om terug te geven of aan te nemen.",
        "en": "{partner} gave no figures to inquiry {number}: there is nothing to give back or to accept.",
    },
    errors.NothingAsked: {
        "nl": "Er loopt geen crisis waarin {partner} om cijfers wordt gevraagd.",
        "en": "There is no open crisis in which {partner} is asked for figures.",
    },
    errors.AlreadyAnswered: {
        "nl": "Op nummer {number} is al geantwoord, op {at} door {by}. Er is niets gewijzigd.",
        "en": "Number {number} was answered already, on {at} by {by}. Nothing was changed.",
    },
    errors.AlreadyHandled: {
        "nl": "Actiepunt {number} is al {state}, op {at} door {by}. Er is niets gewijzigd.",
        "en": "Action item {number} is {state} already, on {at} by {by}. Nothing was changed.",
    },
    errors.OutOfOrder: {
        "nl": "Dit kan nu (nog) niet.",
        "en": "This cannot be done at this point.",
    },
    errors.NotYetInvited: {
        "nl": "{meeting} heeft nog geen stukken: de uitnodiging moet nog uitgaan.",
        "en": "{meeting} has no papers yet: the invitation has still to go out.",
    },
    errors.NoHigherBody: {
        "nl": "Boven de {body} is er geen gremium om naar op te schalen.",
        "en": "There is no body above the {body} to scale up to.",
    },
    errors.HigherBodyActive: {
        "nl": "{body} kan niet afschalen zolang {higher} actief is: alleen het hoogste actieve gremium schaalt af.",
        "en": "{body} cannot scale down while {higher} is active: only the highest active body scales down.",
    },
    errors.NothingFollows: {
        "nl": "Zo komt er nooit meer een gremium bijeen: kies een volgende bijeenkomst van de {body}, of schaal af.",
        "en": "No body would ever meet again: choose a next meeting of the {body}, or scale down.",
    },
    errors.NotReported: {
        "nl": "Actiepunt {number} is nog niet gereed gemeld door de eigenaar.",
        "en": "Action item {number} has not been reported done by its owner.",
    },
    errors.NothingProposed: {
        "nl": "Er is nog niets om te bevestigen ({meeting}).",
        "en": "There is nothing to confirm yet ({meeting}).",
    },
    errors.NotIntended: {
        "nl": "{number} is niet meer voorgenomen: het is definitief, vervangen of ingetrokken.",
        "en": "{number} is not intended any more: it is final, replaced or withdrawn.",
    },
    errors.StillOpen: {
        "nl": "De crisis “{crisis}” kan nog niet dicht: een gremium is actief, of er staat nog iets open ({number}).",
        "en": "The crisis “{crisis}” cannot be closed: a body is still active, or something is still open ({number}).",
    },
    errors.CrisisClosed: {
        "nl": "De crisis “{crisis}” is afgesloten en neemt niets meer op.",
        "en": "The crisis “{crisis}” is closed and takes nothing more.",
    },
    errors.NotAuthorised: {
        "nl": "U bent hiertoe niet bevoegd.",
        "en": "You are not authorised to do this.",
    },
    errors.WrongPerson: {
        "nl": "Dit is niet aan {person}, maar aan {belongs_to}.",
        "en": "This is not for {person} to do, but for {belongs_to}.",
    },
    errors.WrongRole: {
        "nl": "Dit is aan wie de rol “{role}” heeft, en die heeft {person} niet in het crisisplan.",
        "en": "This is for who has the role “{role}”, and the crisis plan does not give it to {person}.",
    },
    errors.NoLongerSeated: {
        "nl": "{person} neemt niet meer deel aan {body}, en leest niet wat daar sindsdien speelt.",
        "en": "{person} no longer takes part in {body}, and does not read what has come up there since.",
    },
    errors.ForAnotherPartner: {
        "nl": "{partner} rapporteert alleen over zichzelf en het eigen gebied, en niet over {claimed}.",
        "en": "{partner} reports on itself and its own area only, and not on {claimed}.",
    },
    errors.TokenInvalid: {
        "nl": "Dit token is niet bekend, of het is ingetrokken.",
        "en": "This token is not known, or it was withdrawn.",
    },
    errors.NoDeputy: {
        "nl": "Het crisisplan noemt geen plaatsvervanger van {person}.",
        "en": "The crisis plan names no deputy of {person}.",
    },
    errors.HandedOnBefore: {
        "nl": "Dit is aan {person} overgedragen, en wordt niet nog eens overgedragen.",
        "en": "This was handed on to {person}, and is not handed on again.",
    },
    errors.OwnWork: {
        "nl": "Actiepunt {number} is van {person}: wie het uitvoerde, kan het niet zelf afsluiten of terugsturen.",
        "en": "Action item {number} belongs to {person}: nobody verifies their own work.",
    },
    errors.NotForBody: {
        "nl": "Dit doet de voorzitter van {body}, of de secretaris namens de voorzitter. Dat is {person} niet.",
        "en": "This is for the chair of the {body}, or its secretary on the chair's behalf. That is not {person}.",
    },
    errors.OwnConfirmation: {
        "nl": "{person} heeft dit zelf vastgelegd ({what}); een ander moet het bevestigen.",
        "en": "{person} recorded this ({what}); somebody else must confirm it.",
    },
    errors.PassInvalid: {
        "nl": "Deze link is niet geldig. Mogelijk is hij afgebroken: neem de hele link uit het bericht over.",
        "en": "This link is not valid. It may have been cut short: take the whole link from the message.",
    },
    errors.PassExpired: {
        "nl": "Deze link is verlopen op {expired_at}.",
        "en": "This link expired on {expired_at}.",
    },
    errors.PassUsed: {
        "nl": "Deze link is al gebruikt, op {used_at}. Een link werkt één keer.",
        "en": "This link was used before, on {used_at}. A link works once.",
    },
    errors.PreviousRound: {
        "nl": "Deze link is van een eerdere ronde: op {at} is iets anders vastgelegd. Gebruik de link uit uw laatste bericht.",
        "en": "This link is of an earlier round: something else was recorded on {at}. Use the link in your latest message.",
    },
    errors.InvitationAnswered: {
        "nl": "Het verzoek van {person} is al {answer}, op {at} door {by}. Er is niets gewijzigd.",
        "en": "The request of {person} was {answer} before, on {at} by {by}. Nothing was changed.",
    },
    errors.AlreadySeated: {
        "nl": "{person} neemt al deel aan {body}. Er is niets gewijzigd.",
        "en": "{person} takes part in {body} already. Nothing was changed.",
    },
    errors.NotSeated: {
        "nl": "{person} is geen lid van {body} en heeft er geen raadgevende stem: er valt niets te beëindigen.",
        "en": "{person} is no member of {body} and does not advise it: there is nothing to end.",
    },
    errors.WrongSeat: {
        "nl": "Deze samenstelling staat de procedure niet toe. Er is niets gewijzigd.",
        "en": "The procedure does not allow this composition. Nothing was changed.",
    },
    errors.NoAccord: {
        "nl": "De voorzitter van {body} wijst {person} aan {accord} de minister-president: leg dat vast.",
        "en": "The chair of {body} designates {person} {accord} the prime minister: record that.",
    },
    errors.SitsByOffice: {
        "nl": "{person} zit ambtshalve in {body} en blijft daarin.",
        "en": "{person} sits in {body} by office and stays in it.",
    },
    errors.AdvisesOnly: {
        "nl": "{person} heeft in {body} een raadgevende stem: wijs deze persoon aan als raadgevend, niet als lid.",
        "en": "{person} has an advisory voice in {body}: designate this person as advisory, not as a member.",
    },
    errors.NotAllowedByChair: {
        "nl": "{person} neemt alleen met raadgevende stem deel aan {body} als de voorzitter dat toestaat: leg dat vast.",
        "en": "{person} takes part in {body} with an advisory voice only if the chair allows it: record that.",
    },
    errors.MinistryMissing: {
        "nl": "Zo zit er in het IAO niemand van {ministries}, en in ICCb of MCCb wel: wijs eerst iemand aan voor het IAO.",
        "en": "The IAO would have nobody of {ministries}, and ICCb or MCCb would: designate somebody into the IAO first.",
    },
    errors.MayNotDecide: {
        "nl": "{person} beheert of controleert, en kan daarom geen deel uitmaken van {body}.",
        "en": "{person} administers or audits, and so cannot take part in {body}.",
    },
    errors.NotActive: {
        "nl": "{body} is niet actief in deze crisis: schaal eerst op.",
        "en": "{body} is not active in this crisis: scale up first.",
    },
    errors.NotConvened: {
        "nl": "Zo wordt dit gremium niet bijeengeroepen. Er is niets gewijzigd.",
        "en": "This body is not called together like that. Nothing was changed.",
    },
    errors.MayNotAsk: {
        "nl": "Het is niet aan “{initiative}” om {body} bijeen te roepen: noem wie daarom vraagt, met het ambt voorop.",
        "en": "It is not for “{initiative}” to call {body} together: name who asks for it, beginning with the office.",
    },
    errors.NotConsulted: {
        "nl": "{body} komt bijeen {needs}: leg vast wie geraadpleegd is.",
        "en": "{body} is called together {needs}: record who was consulted.",
    },
    errors.OnlyAdvice: {
        "nl": "{body} adviseert en informeert, maar besluit niet: leg het vast als advies.",
        "en": "{body} advises and informs but does not decide: record it as advice.",
    },
    errors.RealClock: {
        "nl": "De klok van een echte crisis kan niet worden verzet (crisisplan “{plan}”).",
        "en": "The clock of a real crisis cannot be moved (crisis plan “{plan}”).",
    },
    errors.NoPlan: {
        "nl": "Er is nog geen crisisplan geladen.",
        "en": "No crisis plan has been loaded yet.",
    },
}
"""Every refusal of the procedure."""

_STATES_IN_ENGLISH = {
    "open": "open",
    "gereed gemeld": "reported done",
    "afgesloten": "closed",
    "aangenomen": "accepted",
    "afgewezen": "refused",
    "in overeenstemming met": "in agreement with",
    "in overleg met": "in consultation with",
    "in overeenstemming met de minister-president": "in agreement with the prime minister",
    "in overleg met de minister-president": "in consultation with the prime minister",
    "na raadpleging van het eerstverantwoordelijke ministerie": "after consulting the first-responsible ministry",
    "bevestigd": "confirmed",
}
_PEOPLE = frozenset({"by", "person", "belongs_to"})


def refusal_text(refused: Refused, language: str, people: Mapping[str, str] | None = None) -> str:
    """Why the procedure says no, as a sentence. `people` gives the names of those who are mentioned by key."""
    details = {name: _detail(name, value, language, people or {}) for name, value in refused.details.items()}
    said = REFUSALS[type(refused)][language].format_map(_Details(details, language))
    return f"{said.removesuffix('.')} ({refused.rule.name})." if refused.rule else said


class _Details(dict[str, str]):
    def __init__(self, details: Mapping[str, str], language: str) -> None:
        super().__init__(details)
        self._language = language

    def __missing__(self, name: str) -> str:
        return {"nl": "(onbekend)", "en": "(unknown)"}[self._language]


def _detail(name: str, value: object, language: str, people: Mapping[str, str]) -> str:
    match value:
        case datetime():
            return moment_text(value, language)
        case Enum() | str():
            text = str(value)
            return people.get(text, text) if name in _PEOPLE else _state(text, language)
        case list() | tuple() if name == "problems":
            return "; ".join(problem_texts(value, language))
        case None:
            return {"nl": "(onbekend)", "en": "(unknown)"}[language]
        case _:
            return str(value)


def _state(text: str, language: str) -> str:
    return _STATES_IN_ENGLISH.get(text, text) if language == "en" else text
