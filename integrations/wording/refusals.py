"""What a person reads when the procedure says no, in their language (weigering).

The sentences are filled from the `details` of a refusal; a test walks `crisis.errors` and fails if one has none.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum

from pydantic import ValidationError

from crisis import errors
from crisis.errors import InvalidInput, Refused
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

REASONS: dict[str, dict[str, str]] = {
    "missing": {"nl": "vul dit in", "en": "fill this in"},
    "string_too_short": {"nl": "vul dit in", "en": "fill this in"},
    "string_too_long": {"nl": "te lang: hooguit {0} tekens", "en": "too long: at most {0} characters"},
    "string_type": {"nl": "moet tekst zijn", "en": "must be text"},
    "string_pattern_mismatch": {
        "nl": "gebruik kleine letters, cijfers en streepjes, te beginnen met een letter",
        "en": "use lower-case letters, digits and dashes, beginning with a letter",
    },
    "single_line": {"nl": "moet op één regel staan", "en": "must be a single line"},
    "character": {"nl": "bevat een teken dat niet is toegestaan ({0})", "en": "holds a character that is not allowed ({0})"},
    "enum": {"nl": "kies uit de lijst", "en": "choose from the list"},
    "literal_error": {"nl": "kies uit de lijst", "en": "choose from the list"},
    "too_short": {"nl": "kies er ten minste één", "en": "choose at least one"},
    "bool_parsing": {"nl": "antwoord ja of nee", "en": "answer yes or no"},
    "int_parsing": {"nl": "moet een heel getal zijn", "en": "must be a whole number"},
    "decimal_parsing": {"nl": "moet een getal zijn", "en": "must be a number"},
    "datetime": {
        "nl": "is geen geldige datum met tijd, zoals 2022-06-20T17:00",
        "en": "is not a valid date and time, such as 2022-06-20T17:00",
    },
    "timezone_aware": {"nl": "noemt geen tijdzone", "en": "names no time zone"},
    "no_such_time": {
        "nl": "dit tijdstip bestaat niet: de klok gaat dan een uur vooruit",
        "en": "this time does not exist: the clock goes forward by an hour then",
    },
    "in_the_past": {"nl": "is te vroeg: kies een later tijdstip", "en": "is too early: choose a later time"},
    "backwards": {"nl": "de klok kan alleen vooruit", "en": "the clock only goes forward"},
    "not_in_plan": {"nl": "deze persoon staat niet in het crisisplan", "en": "this person is not in the crisis plan"},
    "nobody_consulted": {"nl": "noem wie is geraadpleegd ({0})", "en": "say who was consulted ({0})"},
    "not_agreed": {"nl": "noem wie instemde ({0})", "en": "say who agreed ({0})"},
    "nobody_first_responsible": {
        "nl": "noem het ministerie dat is geraadpleegd ({0})",
        "en": "name the ministry that was consulted ({0})",
    },
    "passed_over": {
        "nl": "een lager gremium wordt overgeslagen: zeg waarom ({0})",
        "en": "a lower body is passed over: say why ({0})",
    },
    "not_in_people": {"nl": "‘{0}’ staat niet in [people]", "en": "‘{0}’ is not in [people]"},
    "not_in_groups": {"nl": "‘{0}’ staat niet in [groups]", "en": "‘{0}’ is not in [groups]"},
    "not_in_indicators": {"nl": "‘{0}’ staat niet in [[indicators]]", "en": "‘{0}’ is not in [[indicators]]"},
    "not_an_audience": {
        "nl": "‘{0}’ is geen groep, en niet een van nkc, members, secretary, chair, owner, verifier, channel, duty, "
        "ministries, regions",
        "en": "‘{0}’ is no group, and not one of nkc, members, secretary, chair, owner, verifier, channel, duty, "
        "ministries, regions",
    },
    "may_not_chair": {
        "nl": "een persoon met het ambt ‘{0}’ kan dit gremium niet voorzitten (R02, R09)",
        "en": "a person with the office ‘{0}’ cannot chair this body (R02, R09)",
    },
    "no_office": {
        "nl": "dit is een echt plan: vul bij ‘{0}’ in [people] het ambt in (office), want niet ieder mag voorzitten (R02, R09)",
        "en": "this is a real plan: state the office of ‘{0}’ in [people], for not everybody may chair (R02, R09)",
    },
    "by_office": {
        "nl": "de {0} zit ambtshalve in dit gremium en ontbreekt (R03)",
        "en": "the {0} sits in this body by office and is missing (R03)",
    },
    "advises_only": {
        "nl": "‘{0}’ heeft hier alleen een raadgevende stem: noem deze persoon bij advisory (R04)",
        "en": "‘{0}’ has only an advisory voice here: name this person under advisory (R04)",
    },
    "not_in_iao": {
        "nl": "van ‘{0}’ zit iemand in de ICCb of de MCCb, en niemand in het IAO (R10)",
        "en": "‘{0}’ has somebody in the ICCb or the MCCb, and nobody in the IAO (R10)",
    },
    "own_deputy": {"nl": "‘{0}’ kan niet de eigen vervanger zijn", "en": "‘{0}’ cannot be their own deputy"},
    "decides_too": {
        "nl": "‘{0}’ zit in een gremium: wie beheert of controleert besluit niet mee, en omgekeerd",
        "en": "‘{0}’ sits in a body: who administers or audits does not decide, and the other way round",
    },
    "only_watches": {
        "nl": "‘{0}’ beheert of controleert, en besluit dus ook niet namens een ander",
        "en": "‘{0}’ administers or audits, and so does not decide for somebody else either",
    },
    "deputy_confirms": {
        "nl": "‘{0}’ bevestigt wat de secretaris vastlegt, en kan hem dus niet vervangen: noem een ander",
        "en": "‘{0}’ confirms what the secretary records, and so cannot stand in for them: name another",
    },
    "deputy_recorded": {
        "nl": "‘{0}’ legt vast wat hier bevestigd wordt, en kan dus niet bevestigen: noem een ander",
        "en": "‘{0}’ records what is confirmed here, and so cannot confirm it: name another",
    },
    "nobody_hears": {"nl": "zo hoort niemand het", "en": "nobody would hear of it"},
    "twice": {"nl": "staat er twee keer", "en": "stands there twice"},
    "mail_address": {"nl": "is geen mailadres", "en": "is not a mail address"},
    "patience": {"nl": "patience_seconds is korter dan term_seconds", "en": "patience_seconds is shorter than term_seconds"},
    "one_side": {"nl": "noem above of below, en niet allebei", "en": "name either above or below"},
    "file": {"nl": "kan niet gelezen worden ({0})", "en": "cannot be read ({0})"},
    "not_toml": {"nl": "is geen goede TOML: {0}", "en": "is not TOML: {0}"},
    "not_as_expected": {"nl": "heeft niet de vorm die verwacht wordt ({0})", "en": "does not have the form expected ({0})"},
    "no_webhook": {
        "nl": "‘{0}’ staat niet in OPSCHALING_SLACK_WEBHOOKS",
        "en": "‘{0}’ is not in OPSCHALING_SLACK_WEBHOOKS",
    },
    "greater_than": {"nl": "moet meer zijn dan {0}", "en": "must be more than {0}"},
    "greater_than_equal": {"nl": "moet ten minste {0} zijn", "en": "must be at least {0}"},
    "less_than_equal": {"nl": "mag hooguit {0} zijn", "en": "must be at most {0}"},
    "extra_forbidden": {"nl": "dit veld is niet bekend", "en": "this field is not known"},
    "no_letter_format": {
        "nl": "kies een bestandsnaam die eindigt op .odt of .md",
        "en": "choose a file name that ends in .odt or .md",
    },
    "no_head": {
        "nl": "is geen kop van het auditspoor: neem de hele regel uit een mail over, zoals 57-0123456789abcdef0123456789abcdef",
        "en": "is no head of the audit trail: copy the whole line from a mail, such as 57-0123456789abcdef0123456789abcdef",
    },
    "own_confirmation": {
        "nl": "wie bevestigt, kan niet de secretaris zijn: noem een ander als second",
        "en": "who confirms cannot be the secretary: name another as second",
    },
    "present": {"nl": "noem wie er aanwezig waren: er is besloten", "en": "say who was present: decisions were taken"},
    "r02_chair": {"nl": "deze persoon zit dit gremium niet voor (R02)", "en": "this person does not chair this body (R02)"},
    "r04_advisory": {"nl": "heeft in dit gremium een raadgevende stem (R04)", "en": "has an advisory voice in this body (R04)"},
    "r03_member": {
        "nl": "heeft in dit gremium geen stem: kies deskundige of gast, of wijs deze persoon eerst aan (R03)",
        "en": "has no vote in this body: choose expert or guest, or have this person designated first (R03)",
    },
    "r06_no_vote": {
        "nl": "‘{0}’ was er niet als lid of plaatsvervanger, en stemde dus niet tegen (R06)",
        "en": "‘{0}’ was not there as a member or deputy, and so did not vote against (R06)",
    },
    "r06_majority": {"nl": "er was geen meerderheid voor (R06)", "en": "there was no majority for it (R06)"},
    "r08_ground": {
        "nl": "de ICCb besluit alleen op een genoemde grond; leg het anders vast als advies (R08)",
        "en": "the ICCb decides only on a stated ground; otherwise record it as advice (R08)",
    },
    "r14_communication": {
        "nl": "het NKC moet zijn gehoord: noem zijn advies, of leg dit vast als voorgenomen (R14)",
        "en": "the NKC must have been heard: give its advice, or record this as intended (R14)",
    },
    "r15_public": {
        "nl": "kan niet eerder openbaar zijn dan wie het aangaat het hoort (R15)",
        "en": "cannot be public before those whom it concerns hear of it (R15)",
    },
    "r17_picture": {"nl": "op welk beeld rust dit? cijfer, bron en tijd (R17)", "en": "on what picture does this rest? (R17)"},
    "r17_advice": {
        "nl": "op welk advies rust dit? noem het nummer, of het advies ter vergadering (R17)",
        "en": "on what advice does this rest? its number, or the advice given in the meeting (R17)",
    },
    "r20_successor": {"nl": "wie gaat hierna verder? (R20)", "en": "who goes on with it? (R20)"},
    "r20_owner": {
        "nl": "actiepunt {0} staat nog open: wie neemt het over? (R20)",
        "en": "action item {0} is open: who takes it? (R20)",
    },
    "r20_not_open": {"nl": "actiepunt {0} staat niet open", "en": "action item {0} is not open"},
    "r20_request": {
        "nl": "verzoek {0} is nog niet beantwoord: wacht op antwoord, of trek het in (R20)",
        "en": "request {0} has no answer yet: wait for it, or withdraw the request (R20)",
    },
    "r20_no_body": {
        "nl": "hierna is er geen gremium meer dat hierop terugkomt (R20)",
        "en": "after this there is no body left to come back to this (R20)",
    },
    "touched_twice": {"nl": "{0} wordt twee keer vervangen of ingetrokken", "en": "{0} is replaced or withdrawn twice"},
    "r20_meeting": {
        "nl": "{0} is nog niet vastgelegd: laat dat eerst doen (R20)",
        "en": "the outcome of {0} is not recorded yet: have that done first (R20)",
    },
    "r20_intended": {
        "nl": "{0} is nog voorgenomen: stel het vast, of trek het in (R20)",
        "en": "{0} is still intended: make it final, or withdraw it (R20)",
    },
    "r20_aftercare": {
        "nl": "noem wat er in de nazorg moet gebeuren: soort “nazorg” (R20)",
        "en": "say what aftercare is needed (R20)",
    },
    "r20_evaluation": {
        "nl": "plan de evaluatie: een actiepunt van de soort “evaluatie” (R20)",
        "en": "plan the evaluation: an action item of that kind (R20)",
    },
    "r21_region": {
        "nl": "‘{0}’ is geen veiligheidsregio: kies VR01 tot en met VR25 (R21)",
        "en": "‘{0}’ is no safety region (R21)",
    },
    "r21_same": {"nl": "de regio is al op GRIP {0} (R21)", "en": "the region is on GRIP {0} already (R21)"},
    "r21_earlier": {
        "nl": "ligt niet na het begin van het niveau dat nu geldt (R21)",
        "en": "is not after the beginning of the level that holds now (R21)",
    },
    "r21_to_come": {"nl": "ligt in de toekomst: leg vast wat al geldt (R21)", "en": "is still to come (R21)"},
    "r22_public": {"nl": "wat geheim is, wordt niet openbaar (R22)", "en": "what is secret does not become public (R22)"},
    "r24_addressees": {"nl": "aan wie wordt dit gevraagd? (R24)", "en": "of whom is this asked? (R24)"},
    "r24_request": {
        "nl": "wie eigen bevoegdheden heeft, krijgt een verzoek of een afspraak, geen besluit (R24)",
        "en": "who has powers of their own gets a request or an agreement, not a decision (R24)",
    },
    "r24_condition": {"nl": "noem de voorwaarde (R24)", "en": "state the condition (R24)"},
    "r24_reason": {"nl": "licht toe waarom (R24)", "en": "say why (R24)"},
    "e10_feasibility": {
        "nl": "is dit uitvoerbaar, en wat zeggen regio's of diensten daarvan?",
        "en": "can this be carried out, and what do regions or services say of it?",
    },
    "numbers": {"nl": "noem nummers, met een komma ertussen", "en": "give numbers, with a comma between them"},
    "no_advice": {"nl": "{0} is geen advies in deze crisis", "en": "{0} is no advice in this crisis"},
    "no_decision": {"nl": "dit overleg heeft geen besluit {0}", "en": "this meeting has no decision {0}"},
    "not_in_force": {"nl": "{0} is niet van kracht en niet voorgenomen", "en": "{0} is neither in force nor intended"},
    "r17_no_decision": {
        "nl": "een advies raakt {0} niet: daarvoor is een nieuw besluit nodig (R17)",
        "en": "advice does not touch {0}: that takes a new decision (R17)",
    },
    "of_a_higher_body": {"nl": "{0} is van een hoger gremium", "en": "{0} is of a higher body"},
    "wrong": {"nl": "klopt niet", "en": "is not right"},
}
"""Every reason for which a field is not accepted; `{0}` is what stands behind the colon of the reason."""

FIELDS: dict[str, dict[str, str]] = {
    "actions": {"nl": "Actiepunt", "en": "Action item"},
    "decisions": {"nl": "Advies of besluit", "en": "Advice or decision"},
    "direction": {"nl": "Conclusie over het niveau", "en": "Conclusion about the level"},
    "summary": {"nl": "Samenvatting", "en": "Summary"},
    "next_meeting_at": {"nl": "Volgende bijeenkomst", "en": "Next meeting"},
    "title": {"nl": "Omschrijving", "en": "Description"},
    "owner": {"nl": "Eigenaar", "en": "Owner"},
    "due_at": {"nl": "Uiterlijk gereed", "en": "Due"},
    "priority": {"nl": "Prioriteit", "en": "Priority"},
    "kind": {"nl": "Soort", "en": "Kind"},
    "text": {"nl": "Tekst", "en": "Text"},
    "stage": {"nl": "Stand", "en": "Stage"},
    "picture": {"nl": "Beeld: cijfer, bron en tijd", "en": "Picture: figure, source and time"},
    "options": {"nl": "Oordeel: opties die zijn gewogen", "en": "Judgement: options weighed"},
    "rests_on": {"nl": "Rust op advies nummer", "en": "Rests on advice number"},
    "advice": {"nl": "Advies ter vergadering", "en": "Advice given in the meeting"},
    "feasibility": {"nl": "Uitvoerbaarheid", "en": "Feasibility"},
    "communication": {"nl": "Communicatief effect, advies van het NKC", "en": "Communicative effect, the NKC's advice"},
    "dissent": {"nl": "Afwijkende mening", "en": "Dissent"},
    "against": {"nl": "Tegen", "en": "Against"},
    "addressees": {"nl": "Aan", "en": "To"},
    "conditions": {"nl": "Voorwaarden", "en": "Conditions"},
    "cannot_wait": {"nl": "Kan niet wachten op de ministerraad", "en": "Cannot wait for the Council of Ministers"},
    "effective_at": {"nl": "Ingang", "en": "Effective"},
    "review_at": {"nl": "Herziening", "en": "Review"},
    "public_at": {"nl": "Openbaar vanaf", "en": "Public from"},
    "secrecy": {"nl": "Vertrouwelijkheid", "en": "Secrecy"},
    "replaces": {"nl": "Komt in de plaats van nummer", "en": "Takes the place of number"},
    "withdraws": {"nl": "Trekt in nummer", "en": "Withdraws number"},
    "measure": {"nl": "Maatregel", "en": "Measure"},
    "horizon": {"nl": "Horizon", "en": "Horizon"},
    "aim": {"nl": "Doel", "en": "Aim"},
    "indicator": {"nl": "Indicator", "en": "Indicator"},
    "target": {"nl": "Streefwaarde", "en": "Target"},
    "by": {"nl": "Uiterlijk", "en": "By"},
    "to": {"nl": "Toegezegd aan", "en": "Promised to"},
    "decision": {"nl": "Uit besluit nummer", "en": "From decision number"},
    "chair": {"nl": "Voorzitter", "en": "Chair"},
    "present": {"nl": "Aanwezig", "en": "Present"},
    "name": {"nl": "Naam", "en": "Name"},
    "capacity": {"nl": "Hoedanigheid", "en": "Capacity"},
    "deputises_for": {"nl": "Vervangt", "en": "Deputises for"},
    "since": {"nl": "Vanaf", "en": "From"},
    "until": {"nl": "Tot", "en": "Until"},
    "scale_down": {"nl": "Afschaling", "en": "Scaling down"},
    "successor": {"nl": "Wie gaat verder", "en": "Who goes on with it"},
    "handover": {"nl": "Nieuwe eigenaren", "en": "New owners"},
    "answer": {"nl": "Antwoord", "en": "Answer"},
    "condition": {"nl": "Voorwaarde", "en": "Condition"},
    "strategy": {"nl": "Strategie", "en": "Strategy"},
    "effects": {"nl": "Communicatieve effecten", "en": "Communicative effects"},
    "evidence": {"nl": "Bewijs", "en": "Evidence"},
    "verdict": {"nl": "Oordeel", "en": "Verdict"},
    "remark": {"nl": "Opmerking", "en": "Remark"},
    "person": {"nl": "Functie", "en": "Function"},
    "crisis": {"nl": "Korte naam", "en": "Short name"},
    "ground": {"nl": "Grond", "en": "Ground"},
    "reason": {"nl": "Aanleiding", "en": "Reason"},
    "scope": {"nl": "Reikwijdte", "en": "Scope"},
    "levels": {"nl": "Gremia", "en": "Bodies"},
    "nkc": {"nl": "NKC", "en": "NKC"},
    "requested_by": {"nl": "Aangevraagd door", "en": "Requested by"},
    "skip_reason": {"nl": "Waarom een lager gremium wordt overgeslagen", "en": "Why a lower body is passed over"},
    "first_responsible": {"nl": "Eerstverantwoordelijk ministerie", "en": "First-responsible ministry"},
    "consulted": {"nl": "Geraadpleegd", "en": "Consulted"},
    "agreed_with": {"nl": "In overeenstemming met", "en": "In agreement with"},
    "decided_by": {"nl": "Besloten door", "en": "Decided by"},
    "region": {"nl": "Veiligheidsregio", "en": "Safety region"},
    "level": {"nl": "GRIP-niveau", "en": "GRIP level"},
    "source": {"nl": "Bron", "en": "Source"},
    "out": {"nl": "Bestand", "en": "File"},
    "planned_at": {"nl": "Tijdstip", "en": "Time"},
    "body": {"nl": "Gremium", "en": "Body"},
    "initiative": {"nl": "Initiatief", "en": "Initiative"},
    "clock": {"nl": "Klok", "en": "Clock"},
    "head": {"nl": "Kop", "en": "Head"},
}
"""The fields that people fill in, as their forms call them."""

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


def problem_texts(problems: Iterable[tuple[str, str]], language: str) -> tuple[str, ...]:
    """The problems of an InvalidInput, each naming its field: `Actiepunt 2, Uiterlijk gereed: vul dit in`."""
    return tuple(problem_text(field, reason, language) for field, reason in problems)


def problem_text(field: str, reason: str, language: str) -> str:
    """One problem, naming its field."""
    return f"{field_name(field, language)}: {reason_text(reason, language)}"


def reason_text(reason: str, language: str) -> str:
    """Why a field is not accepted. What stands behind a colon fills the sentence: `string_too_long:200`."""
    code, _, limit = reason.partition(":")
    return REASONS.get(code, REASONS["wrong"])[language].format(_limit(limit, language))


def _limit(limit: str, language: str) -> str:
    """What fills the sentence. `R05/2016` is a rule that no source confirms for that rule set."""
    if found := re.fullmatch(r"(R\d\d)/(\d{4})", limit):
        return {"nl": "{}, voor {} niet bevestigd", "en": "{}, not confirmed for {}"}[language].format(*found.groups())
    return limit


def field_name(field: str, language: str) -> str:
    """A field in words: `actions.2.due_at` is `Actiepunt 2, Uiterlijk gereed`."""
    group, _, rest = field.removeprefix("scale_down.").partition(".")
    number, _, name = rest.partition(".")
    if name and group in FIELDS:
        return f"{_name(group, language)} {number}, {_name(name.rpartition('.')[2], language)}"
    return f"{_name(group, language)} {number}" if number.isdecimal() else _name(field, language)


def problems_in(error: ValidationError) -> list[tuple[str, str]]:
    """What pydantic found wrong, as the problems of an InvalidInput; rows are counted from one."""
    return [(_place(found["loc"]), _reason(found["type"], found.get("ctx", {}), found["msg"])) for found in error.errors()]


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


def _name(field: str, language: str) -> str:
    return FIELDS[field][language] if field in FIELDS else f"“{field}”"


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)


_BOUNDS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than_equal": "le"}


def _reason(code: str, limits: Mapping[str, object], message: str) -> str:
    if code in ("string_too_long", "too_long"):
        return f"string_too_long:{limits.get('max_length', '')}"
    if code == "too_short" and limits.get("field_type") == "Value":  # a text whose length pydantic counts from outside
        return "missing"
    if code in _BOUNDS:
        return f"{code}:{limits.get(_BOUNDS[code], '')}"
    if code.startswith(("datetime_", "date_")):
        return "datetime"
    if found := re.search(r"character (U\+[0-9A-F]+)", message):
        return f"character:{found.group(1)}"
    if "single line" in message:
        return "single_line"
    return code
