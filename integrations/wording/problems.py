"""What a person reads about what they filled in: which field, and why it is not accepted, in their language.

A problem is a field and a reason, as in `InvalidInput`; what pydantic finds wrong becomes the same.
"""

import re
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

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
    "no_picture": {"nl": "er is nog geen beeld opgemaakt", "en": "no picture was drawn yet"},
    "not_a_form_of_picture": {"nl": "is geen .pdf, .md, .txt of .json", "en": "is not .pdf, .md, .txt or .json"},
    "not_in_access": {"nl": "‘{0}’ staat niet in [access]", "en": "‘{0}’ is not in [access]"},
    "network": {"nl": "is geen adresbereik, zoals 10.12.0.0/16", "en": "is not an address range, such as 10.12.0.0/16"},
    "token": {
        "nl": "token_address, client_id en client_secret horen bij elkaar: alle drie of geen",
        "en": "token_address, client_id and client_secret go together: all three or none",
    },
    "contact": {"nl": "wie een formulier krijgt, heeft een contact nodig", "en": "who gets a form needs a contact"},
    "address": {"nl": "heeft een adres nodig", "en": "needs an address"},
    "queries": {
        "nl": "heeft voor elke indicator een regel in queries nodig, en voor geen andere",
        "en": "needs a line in queries for each of its indicators, and for no other",
    },
    "not_in_indicators": {"nl": "‘{0}’ staat niet in [[indicators]]", "en": "‘{0}’ is not in [[indicators]]"},
    "both_flows": {
        "nl": "instroom en uitstroom horen bij elkaar: beide of geen",
        "en": "inflow and outflow go together: both or none",
    },
    "flows_per": {
        "nl": "zeg waarover instroom en uitstroom zijn geteld: dag, week of maand",
        "en": "say what inflow and outflow are counted by: dag, week or maand (day, week or month)",
    },
    "other_period": {
        "nl": "de eenheid ‘{0}’ van de instroom of uitstroom noemt een andere periode",
        "en": "the unit ‘{0}’ of the inflow or outflow names another period",
    },
    "not_in_partners": {"nl": "‘{0}’ staat niet in [[partners]]", "en": "‘{0}’ is not in [[partners]]"},
    "nobody_gives": {
        "nl": "geen van de gevraagde partners geeft ‘{0}’",
        "en": "none of the partners that are asked gives ‘{0}’",
    },
    "gives_none": {
        "nl": "‘{0}’ geeft geen van de gevraagde indicatoren",
        "en": "‘{0}’ gives none of the indicators that are asked for",
    },
    "nothing_given": {
        "nl": "alle velden zijn leeg: vul in wat u weet (leeg is “niet bekend”, en niet nul), of stuur niets",
        "en": "all fields are empty: fill in what you know (empty is “not known”, and not zero), or send nothing",
    },
    "nothing_before": {
        "nl": "er is geen eerdere opgave die kan blijven staan: vul de cijfers in",
        "en": "there are no earlier figures that could stand: fill in the figures",
    },
    "number": {
        "nl": "schrijf een getal van 0 tot 1.000.000.000 met alleen cijfers, zonder punt of komma voor duizenden: 1250 of 12,5",
        "en": "write a number from 0 to 1,000,000,000 in digits alone, without a point or comma for thousands: 1250 or 12.5",
    },
    "figure_line": {
        "nl": "regel {0} is niet te lezen: schrijf indicator, soort en getal, zoals cno-plaatsen gerealiseerd 150",
        "en": "line {0} cannot be read: write indicator, kind and number, such as cno-plaatsen realised 150",
    },
    "unasked": {"nl": "‘{0}’ is aan deze partner niet gevraagd", "en": "‘{0}’ was not asked of this partner"},
    "date": {"nl": "is geen geldige datum, zoals 2022-06-20", "en": "is not a valid date, such as 2022-06-20"},
    "float_parsing": {"nl": "moet een getal zijn, zoals 0.8", "en": "must be a number, such as 0.8"},
    "less_than": {"nl": "moet minder zijn dan {0}", "en": "must be less than {0}"},
    "to_come": {"nl": "ligt in de toekomst", "en": "is still to come"},
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
    "no_municipalities": {"nl": "er staat geen gemeente in", "en": "there is no municipality in it"},
    "too_many_municipalities": {
        "nl": "er staan meer dan {0} gemeenten in: dit is een andere tabel",
        "en": "there are more than {0} municipalities in it: this is another table",
    },
    "not_in_province": {
        "nl": "de veiligheidsregio ligt niet in provincie ‘{0}’",
        "en": "the safety region does not lie in province ‘{0}’",
    },
    "area_code": {"nl": "is geen code van een gemeente, zoals GM0014", "en": "is no code of a municipality, such as GM0014"},
    "no_column": {"nl": "de kolom ‘{0}’ ontbreekt", "en": "the column ‘{0}’ is missing"},
    "file_too_large": {"nl": "het bestand is groter dan {0} MB", "en": "the file is larger than {0} MB"},
    "not_utf8": {"nl": "is geen tekst in UTF-8", "en": "is not text in UTF-8"},
    "no_sheet": {
        "nl": "is geen leesbaar rekenblad: bewaar het als XLSX of CSV",
        "en": "is no sheet that can be read: save it as XLSX or CSV",
    },
    "not_whole": {
        "nl": "kwam niet heel aan: kies één bestand, en stuur het opnieuw",
        "en": "did not come in whole: choose one file, and send it again",
    },
    "nothing_in_sheet": {
        "nl": "er staat geen waarde in: vul in wat u weet (leeg is “niet bekend”, en niet nul), of stuur niets",
        "en": "there is no value in it: fill in what you know (empty is “not known”, and not zero), or send nothing",
    },
    "too_much": {
        "nl": "bevat te veel om te laten zien: stuur alleen de rijen die gevraagd zijn",
        "en": "holds too much to be shown: send only the rows that were asked for",
    },
    "seal": {
        "nl": "hoort niet bij wat u te zien kreeg: stuur het bestand opnieuw",
        "en": "is not what you were shown: send the file again",
    },
    "busy": {
        "nl": "kan nu niet gelezen worden, er wachten er al veel: stuur het zo opnieuw",
        "en": "cannot be read now, many are waiting: send it again in a moment",
    },
    "too_often": {
        "nl": "komt te snel achter elkaar: wacht {0} seconden",
        "en": "comes too soon after the one before: wait {0} seconds",
    },
    "macros": {"nl": "bevat macro’s: bewaar het zonder, als XLSX", "en": "holds macros: save it without, as XLSX"},
    "unpacks_too_large": {"nl": "wordt uitgepakt groter dan {0} MB", "en": "unpacks to more than {0} MB"},
    "too_intricate": {
        "nl": "heeft te veel opmaak: plak de cijfers in een nieuw, leeg blad",
        "en": "has too much layout: paste the figures into a new, empty sheet",
    },
    "too_many_rows": {"nl": "heeft meer dan {0} rijen", "en": "has more than {0} rows"},
    "too_many_columns": {"nl": "heeft meer dan {0} kolommen", "en": "has more than {0} columns"},
    "unknown_column": {"nl": "is geen kolom van het invulblad: {0}", "en": "is no column of the sheet: {0}"},
    "again": {"nl": "gaat over hetzelfde als {0}", "en": "is about the same as {0}"},
    "bare_formula": {
        "nl": "is een formule zonder uitkomst: plak de waarde",
        "en": "is a formula without its value: paste the value",
    },
    "not_asked": {"nl": "is niet gevraagd; wel: {0}", "en": "was not asked for; these were: {0}"},
    "other_area": {"nl": "moet over {0} gaan", "en": "must be about {0}"},
    "one_of": {"nl": "kies uit: {0}", "en": "choose from: {0}"},
    "no_line": {
        "nl": "moet gewone tekst op één regel zijn, hooguit 200 tekens",
        "en": "must be a line of text, 200 characters at most",
    },
    "dutch_number": {
        "nl": "moet een getal zijn, zoals 1250 of 12,5",
        "en": "must be a number, such as 1250 or 12,5 (a decimal comma)",
    },
    "not_between": {"nl": "moet liggen tussen 0 en {0}", "en": "must be between 0 and {0}"},
    "decimals": {"nl": "heeft meer dan {0} decimalen", "en": "has more than {0} decimals"},
    "dutch_date": {"nl": "is geen datum, zoals 24-06-2022", "en": "is no date, such as 24-06-2022"},
    "no_partner": {"nl": "‘{0}’ is geen partner van dit plan", "en": "‘{0}’ is no partner of this plan"},
    "no_date": {"nl": "is geen datum, zoals 2022-06-17", "en": "is not a date, such as 2022-06-17"},
    "no_statline_year": {"nl": "CBS-tabellen zijn bekend van {0}", "en": "tables of CBS are known of {0}"},
    "no_areas": {
        "nl": "er zijn geen gemeenten ingelezen: doe eerst `opschaling partners import`",
        "en": "no municipalities have been imported: first do `opschaling partners import`",
    },
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
    "r20_leaving": {
        "nl": "{0} activeerde de structuur en vertrekt vóór de andere: leg als besluit vast hoe zij eindigt (R20)",
        "en": "the {0} activated the structure and leaves before the others: decide how it goes on and ends (R20)",
    },
    "r20_undecided": {
        "nl": "{0} activeerde de structuur, en besloot niet hoe zij eindigt: schaal op, zodat {0} dat alsnog besluit (R20)",
        "en": "the {0} activated the structure, and did not decide how it ends: scale up, so that it still does (R20)",
    },
    "r20_decided": {
        "nl": "noem het nummer van het besluit van {0} waarmee de structuur eindigt: die activeerde haar (R20)",
        "en": "give the number of the decision of the {0} by which the structure ends: that body activated it (R20)",
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
    "r24_owner": {
        "nl": "heeft eigen bevoegdheden en krijgt geen opdracht: noem een ander, of het verzoek aan deze persoon waaruit dit "
        "volgt (R24)",
        "en": "has powers of their own and gets no orders: name another, or the request to this person from which it follows "
        "(R24)",
    },
    "r24_handover": {
        "nl": "heeft eigen bevoegdheden en krijgt niets overgedragen: noem een ander (R24)",
        "en": "has powers of their own and is handed nothing: name another (R24)",
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
    "ends_by": {"nl": "Besluit waarmee de structuur eindigt", "en": "Decision by which the structure ends"},
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
    "question": {"nl": "Vraag", "en": "Question"},
    "indicators": {"nl": "Indicatoren", "en": "Indicators"},
    "partners": {"nl": "Partners", "en": "Partners"},
    "kinds": {"nl": "Soorten partners", "en": "Kinds of partners"},
    "reference_date": {"nl": "Peildatum", "en": "Reference date"},
    "enough": {"nl": "Genoeg bij dit deel", "en": "Enough at this share"},
    "values": {"nl": "Cijfers", "en": "Figures"},
    "unchanged": {"nl": "Geen wijziging", "en": "No change"},
    "said_by": {"nl": "Van wie", "en": "From whom"},
    "said_at": {"nl": "Wanneer", "en": "When"},
    "means": {"nl": "Hoe", "en": "How"},
    "head": {"nl": "Kop", "en": "Head"},
    "file": {"nl": "Bestand", "en": "File"},
    "areas": {"nl": "Gemeenten", "en": "Municipalities"},
    "year": {"nl": "Jaar", "en": "Year"},
}
"""The fields that people fill in, as their forms call them."""


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


def _name(field: str, language: str) -> str:
    return FIELDS[field][language] if field in FIELDS else f"“{field}”"


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)


_BOUNDS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}


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
