"""The sentences of the portal in English, by their Dutch. A test holds the templates against it."""

from integrations.wording.english import WORDS

ENGLISH = WORDS | {
    # every page
    "Naar de inhoud": "Skip to content",
    "dit is niet echt": "this is not real",
    "nationale crisisstructuur": "national crisis structure",
    "Alle tijden zijn die van Nederland.": "All times are those of the Netherlands.",
    "Dit lukt niet": "This does not work",
    "Probeer opnieuw": "Try again",
    (
        "Het register is even niet bereikbaar. Wat u typte, is bewaard op deze pagina."
    ): "The register cannot be reached just now. What you typed is kept on this page.",
    "Naar het overzicht van de crises": "To the overview of the crises",
    "Fout:": "Error:",
    "Er is niets vastgelegd": "Nothing was recorded",
    "Het is niet zeker of dit is vastgelegd": "It is not certain whether this was recorded",
    "De verbinding viel weg. Probeer het opnieuw: het wordt niet twee keer vastgelegd.": (
        "The connection was lost. Try again: it will not be recorded twice."
    ),
    "Wat u hebt getypt, staat nog in het formulier.": "What you typed is still in the form.",
    "Geen.": "None.",
    "Nog geen.": "None yet.",
    "geen": "none",
    "{body} activeerde de structuur, en besloot bij vertrek hoe zij eindigt (R20).": (
        "The {body} activated the structure, and decided when it left how it ends (R20)."
    ),
    "{body} activeerde de structuur, en besloot niet hoe zij eindigt. Schaal op, zodat die dat besluit (R20).": (
        "The {body} activated the structure, and did not decide how it ends. Scale up, so that it does (R20)."
    ),
    "De getallen": "The numbers",
    # inquiries
    "Cijfers opgeven of verbeteren": "Give or mend figures",
    "uitvraag {number}": "inquiry {number}",
    "Bij deze uitvraag noemt het crisisplan niemand die voor een partner antwoordt.": (
        "For this inquiry the crisis plan names nobody who answers for a partner."
    ),
    "In de lijst staat wie voor een gevraagde partner antwoordt.": "The list has who answer for a partner that is asked.",
    "Cijfers van {partner}": "Figures of {partner}",
    "Wilt u iets verbeteren? Vraag een nieuwe link.": "Do you want to mend something? Ask for a new link.",
    "Het secretariaat heeft een vraag bij uw vorige opgave. Tot u antwoordt, telt die niet mee:": (
        "The secretariat has a question about what you gave before. Until you answer it does not count:"
    ),
    "Voor": "For",
    "Vraag": "Question",
    "Peildatum": "Reference date",
    "Uiterlijk": "Due",
    "Zonder uw antwoord gaat het overleg door; dit is een vraag, geen opdracht.": (
        "Without your answer the meeting goes on; this is a question, no order."
    ),
    "Dit is een vraag, geen opdracht.": "This is a question, no order.",
    "Is er sinds uw vorige opgave niets veranderd? Dan gelden die cijfers ook voor deze peildatum:": (
        "Has nothing changed since you gave figures before? Then those figures hold for this reference date too:"
    ),
    "Geen wijziging": "No change",
    "Of geef de cijfers op": "Or give the figures",
    "Weet u een cijfer niet, laat het dan leeg: leeg is “niet bekend”, en niet nul.": (
        "Leave a figure empty when you do not know it: empty is “not known”, and not zero."
    ),
    "Vorige opgave: {number}.": "Given before: {number}.",
    "Of met een rekenblad": "Or with a sheet",
    (
        "Het blad bevat wat hier wordt gevraagd, met uw vorige opgave. Vul het in met Excel of een ander programma, en stuur "
        "het hier terug. U ziet eerst wat erin staat; er wordt dan nog niets vastgelegd."
    ): (
        "The sheet holds what is asked here, with what you gave before. Fill it in with Excel or another program, and send it "
        "back here. You see first what is in it; nothing is recorded then."
    ),
    "Haal het invulblad op": "Fetch the sheet",
    "Ingevuld blad": "Sheet that was filled in",
    "XLSX of CSV, hooguit 2 MB, zonder macro’s.": "XLSX or CSV, 2 MB at most, without macros.",
    "Lees het blad": "Read the sheet",
    "Rij {row}, kolom {column}": "Row {row}, column {column}",
    "En nog {count} cellen.": "And {count} more cells.",
    "Klopt dit? Cijfers van {partner}": "Is this right? Figures of {partner}",
    "Dit staat in uw blad. Er is nog niets vastgelegd.": "This is in your sheet. Nothing is recorded yet.",
    "Gevraagde peildatum: {date}.": "Reference date that was asked: {date}.",
    "Gelezen cijfers: {count}": "Figures read: {count}",
    "Cijfer": "Figure",
    "Vorige opgave": "Given before",
    "andere dag": "another day",
    "Niet ingevuld: niet bekend, en niet nul": "Not filled in: not known, and not zero",
    "Geef deze cijfers op": "Give these figures",
    "Klopt het niet? Terug naar het formulier, zonder iets op te geven.": (
        "Is it not right? Back to the form, without giving anything."
    ),
    "Voorlopig of definitief": "Provisional or final",
    "voorlopig": "provisional",
    "Opmerkingen": "Remarks",
    "Wat de cijfers niet zeggen. Geen persoonsgegevens.": "What the figures do not say. No personal data.",
    "Geef op": "Give",
    "Alles wat hier wordt gevraagd, is al bekend voor deze peildatum. U hoeft niets te doen.": (
        "All that is asked here is known for this reference date. There is nothing you need do."
    ),
    "Dank u. Uw opgave van {at} is vastgelegd: {how}.": "Thank you. What you gave on {at} is recorded: {how}.",
    "Partners iets vragen": "Ask partners something",
    "Een uitvraag sluiten": "Close an inquiry",
    "Een antwoord teruggeven of aannemen": "Give an answer back or accept it",
    "Bijschrijven wat een partner zei": "Write down what a partner said",
    "Vraag uit": "Ask",
    "Sluit de uitvraag": "Close the inquiry",
    "Schrijf bij": "Write down",
    "Wat moet u weten, en waar is het voor?": "What do you need to know, and what is it for?",
    "Indicatoren": "Indicators",
    "Soorten partners": "Kinds of partners",
    "Alle partners van deze soorten die een van deze indicatoren geven.": (
        "All partners of these kinds that give one of these indicators."
    ),
    "Partners": "Partners",
    "En deze, elk op een regel: hun code in het crisisplan.": "And these, one per line: their id in the crisis plan.",
    "Waar gaan de cijfers over? Leeg: vandaag.": "What date are the figures about? Empty: today.",
    "Leeg: zo lang als het crisisplan mensen geeft.": "Empty: as long as the crisis plan gives people.",
    "Genoeg bij dit deel": "Enough at this share",
    "Van 0 tot 1, zoals 0.8: dan sluit de uitvraag zodra zoveel partners antwoordden.": (
        "From 0 to 1, such as 0.8: then the inquiry closes once so many partners have answered."
    ),
    "Nummer van de uitvraag": "Number of the inquiry",
    "Partner": "Partner",
    "Oordeel over het antwoord": "Verdict on the answer",
    "teruggeven": "give back",
    "Alleen als u het teruggeeft: wat wilt u weten? Tot er antwoord is, tellen deze cijfers niet mee.": (
        "Only if you give it back: what do you want to know? Until there is an answer these figures do not count."
    ),
    "Cijfers": "Figures",
    "Elk op een regel: indicator, soort en getal, zoals cno-plaatsen gerealiseerd 150.": (
        "One per line: indicator, kind and number, such as cno-plaatsen realised 150."
    ),
    "Hoe": "How",
    "telefonisch": "by telephone",
    "per mail": "by mail",
    "Van wie": "From whom",
    "Wanneer": "When",
    "Wanneer het is gezegd. Wat de partner later zelf opgaf, blijft gelden.": (
        "When it was said. What the partner gave later itself goes on to hold."
    ),
    "Uitvraag {number}": "Inquiry {number}",
    "{what}, uiterlijk {due}: {answered} van {asked}": "{what}, due {due}: {answered} of {asked}",
    "gesloten": "closed",
    "gevraagd": "asked",
    "open data": "open data",
    "organisatie": "organisation",
    "veiligheidsregio": "safety region",
    "provincie": "province",
    "gemeente": "municipality",
    # of one's own accord
    "Zelf iets doen": "Act of your own accord",
    "Een extra overleg bijeenroepen": "Call an extra meeting",
    "Iemand aanwijzen voor een gremium": "Designate somebody into a body",
    "Iemands deelname aan een gremium beëindigen": "Release somebody from a body",
    "Het GRIP-niveau van een veiligheidsregio vastleggen": "Note the GRIP level of a safety region",
    "In de lijst staan wie een gremium leiden, de secretarissen, en wie ambtshalve om een overleg vragen.": (
        "The list has who lead a body, the secretaries, and those whose office lets them ask for a meeting."
    ),
    "In de lijst staan wie een gremium leiden, en de secretarissen.": "The list has who lead a body, and the secretaries.",
    "In de lijst staan de liaisons, de secretaris van het IAO, en wie piket heeft.": (
        "The list has the liaisons, the secretary of the IAO, and those on duty."
    ),
    "U doet dit met een persoonlijke link. Die sturen wij naar het mailadres van uw functie.": (
        "You do this with a personal link. We send it to the mail address of your function."
    ),
    "Het crisisplan noemt niemand die dit mag doen.": "The crisis plan names nobody who may do this.",
    "Dit is vastgelegd op {at}.": "This was recorded on {at}.",
    "Gremium": "Body",
    "Tijdstip": "Time",
    "Op initiatief van": "At the initiative of",
    "Alleen als u dat niet zelf bent.": "Only if that is not you.",
    (
        "Eén per regel, het ambt voorop. Voor het IAO het eerstverantwoordelijke ministerie (R09); voor de MCCb de "
        "minister-president en de eerstverantwoordelijke minister (R05)."
    ): (
        "One per line, the office first. For the IAO the first-responsible ministry (R09); for the MCCb the prime minister and "
        "the first-responsible minister (R05)."
    ),
    "Wie": "Who",
    "Deelname": "Taking part",
    "Raadgevend alleen als de voorzitter het heeft toegestaan (R04).": "Advisory only where the chair has allowed it (R04).",
    "Voor een lid van de MCCb: de minister-president (R03).": "For a member of the MCCb: the prime minister (R03).",
    "Waarom is deze persoon nodig?": "Why is this person needed?",
    "Waarom neemt deze persoon niet meer deel?": "Why does this person take part no more?",
    "GRIP-niveau": "GRIP level",
    "Wie dat zegt, of waar het staat.": "Who says so, or where it stands.",
    "Roep bijeen": "Call together",
    "Wijs aan": "Designate",
    "Beëindig de deelname": "Release",
    "Leg vast": "Record",
    # pages without a pass
    "Crises": "Crises",
    (
        "Hier ziet u hoe de nationale crisisstructuur ervoor staat. "
        "Vastleggen en melden doet u met de persoonlijke link uit uw bericht."
    ): "This shows how the national crisis structure stands. To record or report, use the personal link in your message.",
    "Er is geen crisis geactiveerd.": "No crisis has been activated.",
    "Aangevraagd door": "Requested by",
    "Eerstverantwoordelijk ministerie": "First-responsible ministry",
    "Geraadpleegd": "Consulted",
    "In overeenstemming met": "In agreement with",
    "Besloten door": "Decided by",
    "Actieve gremia": "Active bodies",
    "Volgende bijeenkomst": "Next meeting",
    "nog niet bepaald": "not yet set",
    "niet actief": "not active",
    "Open actiepunten": "Open action items",
    "Van kracht": "In force",
    "Voorgenomen": "Intended",
    "Tegenspraak": "Contradictions",
    "Bijeenkomsten": "Meetings",
    "Gepland": "Planned",
    "Stand": "State",
    "Secretaris": "Secretary",
    "Uitkomst vastgelegd": "Outcome recorded",
    "De link is verstuurd": "The link was sent",
    (
        "De link is verstuurd aan de secretaris van {body}, en aan niemand anders. "
        "Per kwartier gaat er hooguit één bericht uit."
    ): "The link was sent to the secretary of {body}, and to nobody else. At most one message goes out per quarter of an hour.",
    "De uitkomst wordt verwacht": "The outcome is awaited",
    (
        "De secretaris van {body} legt de uitkomst vast met een persoonlijke link. "
        "Is die kwijt, laat hem dan opnieuw versturen."
    ): "The secretary of {body} records the outcome with a personal link. Should it be lost, have it sent again.",
    "Stuur de secretaris de link": "Send the secretary the link",
    "De uitkomst wacht op bevestiging": "The outcome awaits confirmation",
    (
        "De uitkomst is vastgelegd; er volgt niets uit tot {name} haar met een persoonlijke link bevestigt. "
        "Is die kwijt, laat hem dan opnieuw versturen."
    ): (
        "The outcome is recorded; nothing follows from it until {name} confirms it with a personal link. "
        "Should that be lost, have it sent again."
    ),
    "Stuur {name} de link": "Send {name} the link",
    "Er valt hier niets meer vast te leggen.": "There is nothing left to record here.",
    (
        "De stukken worden voorbereid. Daarna gaat de uitnodiging uit, en kan de uitkomst worden vastgelegd."
    ): "The papers are being prepared. After that the invitation goes out, and the outcome can be recorded.",
    "GRIP per veiligheidsregio": "GRIP per safety region",
    "Veiligheidsregio": "Safety region",
    "Niveau": "Level",
    "Vanaf": "Since",
    "Bron": "Source",
    "dagelijks werk, niet opgeschaald": "daily work, not scaled up",
    "de bron van het incident": "the source of the incident",
    "de bron en het effect op de omgeving": "the source, and its effect on the surroundings",
    "de bevolking van één gemeente": "the population of one municipality",
    "meer dan één gemeente, of schaarste": "more than one municipality, or scarcity",
    "meer dan één veiligheidsregio": "more than one safety region",
    # papers
    "Vergaderstukken": "Papers",
    "Vastgezet bij de uitnodiging, {moment}.": "Frozen at the invitation, {moment}.",
    "Het hele beeld, met kaart en vooruitblik": "The whole picture, with map and outlook",
    "Naar de stukken": "To the papers",
    "Meenemen": "Take along",
    "Voor LCMS": "For LCMS",
    "Om over te nemen: er is geen koppeling met LCMS.": "To be copied: there is no connection with LCMS.",
    "Situatieschets: {answered} van {asked} partners gaven antwoord": "Situation: {answered} of {asked} partners answered",
    "Signalen": "Signals",
    "Totalen op {moment}": "Totals on {moment}",
    "Indicator": "Indicator",
    "Totaal": "Total",
    "Verschil": "Change",
    "Compleet": "Complete",
    "Oudste peildatum": "Oldest reference date",
    "{answered} van {asked}": "{answered} of {asked}",
    "onbekend": "unknown",
    "verzonnen": "made up",
    "Zonder bruikbaar antwoord: {number}": "Without a usable answer: {number}",
    "Iedereen gaf antwoord.": "Everybody answered.",
    "Actiepunten die nog openstaan: {number}": "Action items still open: {number}",
    "Eerdere adviezen en besluiten: {number}": "Earlier advice and decisions: {number}",
    "Agenda": "Agenda",
    "korte leestijd: {lead}": "short reading time: {lead}",
    "Nagezonden stukken": "Papers that came later",
    "nagezonden, {lead}": "came later, {lead}",
    "Verzoeken en antwoorden: {number}": "Requests and answers: {number}",
    "Nummer {number}": "Number {number}",
    "Adviezen van het NKC: {number}": "Advice of the NKC: {number}",
    "Over nummer {number}": "On number {number}",
    # dossiers
    "Dossier": "Dossier",
    "Dossiers": "Dossiers",
    "Dossiers: wat was er bekend, en wat kwam later": "Dossiers: what was known, and what came later",
    "Alle dossiers van deze crisis": "All dossiers of this crisis",
    "Terug naar de stukken": "Back to the papers",
    "Wat was er bekend, en wat kwam later": "What was known, and what came later",
    "Alleen wie in het crisisplan auditor is, staat in de lijst.": "Only who is an auditor in the crisis plan is in the list.",
    (
        "Een auditor leest ieder besluit met een persoonlijke link. Die sturen wij naar het mailadres van de functie."
    ): "An auditor reads every decision with a personal link. We send it to the mail address of the function.",
    "Het crisisplan noemt geen auditor.": "The crisis plan names no auditor.",
    "Het crisisplan noemt niemand die mag melden.": "The crisis plan names nobody who may report.",
    (
        "U leest als: {name}. Welke dossiers u opent, staat in het auditspoor."
    ): "You read as: {name}. Which dossiers you open stands in the audit trail.",
    # papers that come later
    "Een stuk nazenden": "Add a paper",
    "Stuk nazenden voor {meeting}": "Add a paper for {meeting}",
    "Zend na": "Send it",
    "Titel van het stuk": "Title of the paper",
    "Zoals de leden het in hun bericht zien.": "As the members see it in their message.",
    "Inhoud": "Content",
    (
        "De tekst van het stuk, of waar het te vinden is. Leden lezen dit met hun eigen link."
    ): "The text of the paper, or where it is. Members read this with their own link.",
    "Nagezonden": "Came later",
    "Stuk {number}": "Paper {number}",
    "Uitgenodigd": "Invited",
    "U handelt als: {name}. Uw link blijft daarna geldig.": "You act as: {name}. Your link stays valid after that.",
    "Terug naar waar deze link voor is": "Back to what this link is for",
    "De leden krijgen bericht van ieder nagezonden stuk.": "The members are told of every paper that comes later.",
    "De uitkomst is vastgelegd: er worden geen stukken meer nagezonden.": "The outcome is recorded: no more papers are added.",
    # the outcome
    "Uitkomst van {meeting}": "Outcome of {meeting}",
    "Naar het formulier": "To the form",
    "Bekijk wat er is vastgelegd": "See what was recorded",
    "Uitkomst vastleggen": "Record the outcome",
    (
        "U legt vast als: {name}. Vastgelegd is vastgelegd: de link werkt één keer."
    ): "You record as: {name}. Recorded is recorded: the link works once.",
    "daarna actief: {levels}": "active after that: {levels}",
    "geen gremium": "no body",
    "Advies": "Advice",
    "Adviezen": "Advice",
    "Adviezen en besluiten": "Advice and decisions",
    "Lege regels tellen niet mee.": "Empty rows do not count.",
    "– kies –": "– choose –",
    "Meer regels": "More rows",
    "voor adviezen en besluiten": "for advice and decisions",
    "Actiepunten": "Action items",
    "Eén eigenaar per actiepunt. Lege regels tellen niet mee.": "One owner per action item. Empty rows do not count.",
    "voor actiepunten": "for action items",
    (
        "Mag leeg blijven: dan geldt het ritme van het crisisplan."
    ): "May be left empty: then the rhythm of the crisis plan holds.",
    "Leg de uitkomst vast": "Record the outcome",
    "Stukken van {meeting}": "Papers of {meeting}",
    "Vastgelegd": "Recorded",
    "Vastgelegd: {meeting}": "Recorded: {meeting}",
    (
        "De uitkomst van {meeting} is vastgelegd op {at}, door {by}. De link is daarmee gebruikt."
    ): "The outcome of {meeting} was recorded on {at}, by {by}. With that the link was used.",
    "Nu actief": "Active now",
    (
        "Het NKC, de leden en de eigenaren van de actiepunten krijgen bericht."
    ): "The NKC, the members and the owners of the action items are told.",
    # action items
    "Actiepunt {number}": "Action item {number}",
    "Actiepunt {number} gereed melden": "Report action item {number} done",
    "Actiepunt {number} beoordelen": "Verify action item {number}",
    "Omschrijving": "Description",
    "Eigenaar": "Owner",
    "Uiterlijk gereed": "Due",
    "uiterlijk {moment}": "due {moment}",
    "te laat": "late",
    "Prioriteit": "Priority",
    "Uit bijeenkomst": "From meeting",
    "Bewijs": "Evidence",
    "Gereed gemeld": "Reported done",
    "Afgesloten": "Closed",
    (
        "Waaruit blijkt dat het gedaan is? Noem stuk, datum en vindplaats."
    ): "What shows that it is done? Name the document, its date and where it is.",
    "Meld gereed": "Report done",
    (
        "Dit actiepunt is {state}. Deze link is gebruikt of niet meer nodig."
    ): "This action item is {state}. This link was used or is not needed any more.",
    (
        "Voor dit actiepunt kreeg u later een nieuwe link: kijk in uw laatste bericht."
    ): "You got a new link for this action item later: look in your latest message.",
    (
        "Alleen als u het actiepunt terugstuurt: wat ontbreekt er nog?"
    ): "Only when you send the action item back: what is still missing?",
    "afsluiten": "close",
    "terugsturen": "send back",
    "Oordeel": "Verdict",
    "Opmerking": "Remark",
    (
        "Dit actiepunt ligt bij de eigenaar. U krijgt bericht met een nieuwe link zodra het gereed is gemeld."
    ): "This action item is with its owner. You get a message with a new link once it is reported done.",
    # who sits where
    "Vraag om deelname aan {body}": "Ask to take part in {body}",
    "Verzoek om deelname aan {body}": "Request to take part in {body}",
    "Reden": "Reason",
    (
        "Waarom moet uw ministerie erbij zijn? De secretaris legt het de voorzitter voor."
    ): "Why must your ministry be there? The secretary puts it before the chair.",
    "Vraag om deelname": "Ask to take part",
    (
        "Uw verzoek is verstuurd op {at}. U krijgt bericht van het antwoord."
    ): "Your request was sent on {at}. You will be told the answer.",
    "Uw verzoek is {answer} op {at}.": "Your request was {answer} on {at}.",
    "U neemt al deel aan {body}. U hoeft niets te doen.": "You take part in {body} already. There is nothing you need to do.",
    "Wie vraagt": "Who asks",
    "Gevraagd": "Asked",
    (
        "Alleen als het verzoek wordt afgewezen: waarom? Het antwoord is dat van de voorzitter."
    ): "Only when the request is refused: why? The answer is that of the chair.",
    "aannemen": "accept",
    "afwijzen": "refuse",
    "aangenomen": "accepted",
    "afgewezen": "refused",
    "Dit verzoek is {answer} op {at}.": "This request was {answer} on {at}.",
    # activating
    "Korte naam": "Short name",
    (
        "2 tot 40 kleine letters, cijfers en streepjes, te beginnen met een letter. Voorbeeld: asiel-2022"
    ): "2 to 40 lower-case letters, digits and dashes, beginning with a letter. Example: asiel-2022",
    "Titel": "Title",
    "Voorbeeld: Crisis in de asielopvang": "Example: Crisis in the reception of asylum seekers",
    "Grond": "Ground",
    "Waarom de nationale crisisstructuur nodig is": "Why the national crisis structure is needed",
    "nationale veiligheid in het geding": "national security at stake",
    "grote maatschappelijke impact": "great impact on society",
    "Aanleiding": "Reason",
    "Wat er aan de hand is, in een paar zinnen": "What is going on, in a few sentences",
    "Reikwijdte": "Scope",
    "Waar de crisis over gaat, en waarover niet": "What the crisis is about, and what not",
    "Gremia": "Bodies",
    (
        "Welke gremia actief worden: een of meer, in elke combinatie. De eerste keer komen zij om de beurt bijeen"
    ): "Which bodies become active: one or more, in any combination. The first time they meet in turn",
    "Waarom een lager gremium wordt overgeslagen": "Why a lower body is passed over",
    (
        "Alleen als een gremium actief wordt terwijl een lager gremium dat niet wordt"
    ): "Only when a body becomes active while a lower one does not",
    "NKC": "NKC",
    "Het Nationaal Kernteam Crisiscommunicatie activeren": "Activate the national crisis communication team",
    "Functie en organisatie": "Function and organisation",
    (
        "Het ministerie dat is geraadpleegd. Nodig als het IAO actief wordt"
    ): "The ministry that was consulted. Needed when the IAO becomes active",
    (
        "De eerstverantwoordelijke minister. Nodig als de MCCb actief wordt"
    ): "The first-responsible minister. Needed when the MCCb becomes active",
    (
        "De minister-president, of wie namens hem instemde. Nodig als de MCCb actief wordt"
    ): "The prime minister, or who agreed in their place. Needed when the MCCb becomes active",
    "De nationale crisisstructuur activeren": "Activate the national crisis structure",
    "Uw functie": "Your function",
    "Alleen wie mag melden, en wie piket heeft, staat in de lijst.": "Only who may report, and who is on duty, is in the list.",
    (
        "De link is gemaild aan {name}, en aan niemand anders. Per kwartier gaat er hooguit één bericht uit."
    ): "The link was mailed to {name}, and to nobody else. At most one message goes out per quarter of an hour.",
    (
        "U activeert met een persoonlijke link. Die sturen wij naar het mailadres van uw functie."
    ): "You activate with a personal link. We send it to the mail address of your function.",
    "Stuur mij de link": "Send me the link",
    "Crisisplan": "Crisis plan",
    "Regels": "Rules",
    "Na activering": "After activation",
    (
        "NKC, leden en piket krijgen meteen bericht, en het eerste gremium komt bijeen."
    ): "NKC, members and those on duty are told at once, and the first body meets.",
    (
        "“{title}” ({crisis}) is geactiveerd op {at}: {levels}. NKC, leden en piket krijgen bericht."
    ): "“{title}” ({crisis}) was activated on {at}: {levels}. NKC, members and those on duty are told.",
    "Activeer": "Activate",
    "Gevraagd via": "Asked through",
    (
        "Alleen als u afwijst: waarom wordt de structuur niet geactiveerd?"
    ): "Only when you refuse: why is the structure not activated?",
    "Uw antwoord": "Your answer",
    "bevestigen": "confirm",
    "Bevestigt u deze activering?": "Do you confirm this activation?",
    (
        "De activering is bevestigd, op {at} door {by}. De structuur is actief."
    ): "The activation was confirmed, on {at} by {by}. The structure is active.",
    (
        "De activering is afgewezen, op {at} door {by}. Er is niets geactiveerd. Reden: {why}"
    ): "The activation was refused, on {at} by {by}. Nothing was activated. Reason: {why}",
    # handing on
    "Kunt u dit niet zelf doen?": "Can you not do this yourself?",
    ("Draag het over aan uw plaatsvervanger, {name}. Die krijgt een eigen link per mail; de uwe werkt dan niet meer."): (
        "Hand it on to your deputy, {name}, who gets a link by mail; yours does not work any more then."
    ),
    "Draag over aan {name}": "Hand on to {name}",
    "Overgedragen": "Handed on",
    (
        "U hebt deze link overgedragen aan {name}, op {at}. Die kreeg een eigen link per mail; deze werkt niet meer."
    ): "You handed this link on to {name}, on {at}, who got a link by mail; this one does not work any more.",
    # every form
    "U handelt als: {name}. De link werkt één keer.": "You act as: {name}. The link works once.",
    "niet verplicht": "optional",
    # what two must look at, what the NKC and addressees say
    "Teruggestuurd, met deze opmerking": "Sent back, with this remark",
    (
        "Daarna bevestigt een ander: {name}. Tot dan volgt er niets uit."
    ): "After that somebody else confirms: {name}. Until then nothing follows from it.",
    "Aanwezigheid": "Attendance",
    "volgens het crisisplan: {name}": "by the crisis plan: {name}",
    "Vink aan wie er waren. Verplicht als er besloten is.": "Tick who was there. Required when decisions were taken.",
    "Als hierna geen gremium meer actief is: de overdracht": "If no body is active after this: the handover",
    ("Noem wie verder gaat en wie elk open actiepunt krijgt, en zet bij de actiepunten nazorg en evaluatie."): (
        "Say who goes on with it and who gets each open action item, and put aftercare and evaluation among the action items."
    ),
    "Als wat, en van wanneer tot wanneer": "As what, and from when until when",
    "Nog iemand": "Somebody else",
    (
        "Waar het op rust: verplicht voor een besluit, verzoek of afspraak"
    ): "What it rests on: required for a decision, request or agreement",
    (
        "Nummers van adviezen in deze crisis, met een komma ertussen"
    ): "Numbers of advice in this crisis, with a comma between them",
    "Aan wie, wanneer en hoe vertrouwelijk": "To whom, when and how confidential",
    "Over wat voorgenomen is, wordt het NKC om advies gevraagd.": "The NKC is asked for advice on what is intended.",
    (
        "Wie eigen bevoegdheden heeft, krijgt een verzoek of een afspraak."
    ): "Who has powers of their own gets a request or an agreement.",
    "Maatregel: doel, cijfer en termijn": "Measure: aim, figure and term",
    "Soort, aan wie toegezegd, en uit welk besluit": "Kind, to whom promised, and from which decision",
    "Het hoeveelste advies of besluit hierboven": "Which advice or decision above, by its place",
    "Wacht op bevestiging: {meeting}": "Awaiting confirmation: {meeting}",
    "Vastgelegd, wacht op bevestiging": "Recorded, awaiting confirmation",
    "De uitkomst van {meeting} is vastgelegd op {at}, door {by}.": "The outcome of {meeting} was recorded on {at}, by {by}.",
    (
        "{name} bevestigt haar of stuurt haar terug. Tot dan volgt er niets uit."
    ): "{name} confirms it or sends it back. Until then nothing follows from it.",
    "De uitkomst van {meeting} is bevestigd op {at}.": "The outcome of {meeting} was confirmed on {at}.",
    (
        "De uitkomst van {meeting} is teruggestuurd naar de secretaris."
    ): "The outcome of {meeting} was sent back to the secretary.",
    "Alleen als u het terugstuurt: wat moet er anders?": "Only if you send it back: what must change?",
    "De crisis afsluiten": "Close the crisis",
    "Sluit de crisis af": "Close the crisis",
    "De afsluiting wacht op bevestiging door een ander.": "The closing awaits confirmation by somebody else.",
    "Er wacht geen afsluiting op bevestiging.": "No closing awaits confirmation.",
    "De crisis is afgesloten op {at}.": "The crisis was closed on {at}.",
    "Advies van het NKC over {kind} {number}": "The NKC's advice on {kind} {number}",
    "Leg het advies vast": "Record the advice",
    "Dit is niet meer voorgenomen: het is {status}.": "This is not intended any more: it is {status}.",
    ("Het advies is vastgelegd. Het gremium kan dit nu vaststellen."): "The advice was recorded. The body can settle this now.",
    "Strategie": "Strategy",
    "Hoe en wanneer dit naar buiten komt, en via wie.": "How and when this becomes public, and through whom.",
    "Communicatieve effecten": "Communicative effects",
    "Wat dit voorgenomen besluit teweegbrengt, en bij wie.": "What this intended decision brings about, and with whom.",
    "Antwoord op {kind} {number}": "Answer to {kind} {number}",
    "Leg het antwoord vast": "Record the answer",
    "Antwoord": "Answer",
    "Namens uw organisatie.": "For your organisation.",
    "Voorwaarde": "Condition",
    "Verplicht bij aanvaarden onder voorwaarde.": "Required when you accept on a condition.",
    "Toelichting": "Reason",
    (
        "Verplicht bij weigeren, en als er nog geen overeenstemming is."
    ): "Required when you refuse, and when there is no agreement yet.",
    (
        "Dit verzoek is ingetrokken of vervangen. U hoeft niets te doen."
    ): "This request was withdrawn or replaced. You need not do anything.",
    "Uw antwoord is vastgelegd op {at}: {answer}.": "Your answer was recorded on {at}: {answer}.",
    "Uw antwoord van {at}": "Your answer of {at}",
    "verzoek": "request",
    "afspraak": "agreement",
    "voorgenomen": "intended",
    "definitief": "final",
    "van kracht": "in force",
    "vervangen": "replaced",
    "ingetrokken": "withdrawn",
    "openbaar": "public",
    "vertrouwelijk": "confidential",
    "geheim": "secret",
    "lid": "member",
    "plaatsvervanger": "deputy",
    "raadgevend": "advisory",
    "deskundige": "expert",
    "gast": "guest",
    "korte termijn": "short term",
    "middellange termijn": "medium term",
    "lange termijn": "long term",
    "actiepunt": "action item",
    "aanvaard": "accepted",
    "aanvaard onder voorwaarde": "accepted on a condition",
    "nog geen overeenstemming": "no agreement yet",
    "ter bevestiging": "awaiting confirmation",
    # words of the procedure
    "oefening": "exercise",
    "reconstructie": "reconstruction",
    "afgesloten": "closed",
    "bijeengeroepen": "convened",
    "uitgenodigd": "invited",
    "vastgelegd": "recorded",
    "opschalen": "scale up",
    "handhaven": "hold",
    "afschalen": "scale down",
    "advies": "advice",
    "besluit": "decision",
    "laag": "low",
    "normaal": "normal",
    "hoog": "high",
    "open": "open",
    "gereed gemeld": "reported done",
    "op afroep": "on call",
    "op tijd": "on time",
    "stil": "silent",
    "onbereikbaar": "unreachable",
    "geweigerd": "refused",
    "onleesbaar": "unreadable",
}
