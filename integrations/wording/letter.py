"""The draft letter to the House in words, every figure with its source (Kamerbrief; R19).

In the order of the letter of 20 June 2022 (Kamerstuk 19 637, nr. 2951): why, how things stand, what was decided, measures on
three horizons, promises, what follows. What an official must fill in or judge is marked. What may be told at all,
`crisis.letter` has decided (R22).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from crisis.actions import ActionKind, ActionState
from crisis.activation import passed_over
from crisis.decisions import DecisionKind
from crisis.letter import Letter, Part, Promise, Quoted, Told
from crisis.measures import Horizon
from crisis.structure import NKC, Body, in_order
from integrations.wording.areas import area_name
from integrations.wording.document import Block, Bullets, Cite, Document, Heading, Mark, Paragraph, Table, Words
from integrations.wording.sources import (
    NOTHING,
    Row,
    Sources,
    amount_text,
    dates_text,
    figure_key,
    figure_row,
    said_by,
    status_text,
)
from integrations.wording.times import date_text, moment_text, time_text

CONFIDENTIAL = Mark(text="vertrouwelijk: door de opsteller te beoordelen")


def letter_document(letter: Letter) -> Document:
    """The draft, with a footnote for every figure and every decision, and the sources in the annexes."""
    sources = Sources()
    blocks = [
        *_top(letter),
        *_activation(letter, sources),
        *_situation(letter, sources),
        *_decided(letter, sources),
        *_measures(letter, sources),
        *_promises(letter),
        *_what_follows(letter),
        *_annexes(letter, sources),
    ]
    title = f"Ontwerpbrief aan de Tweede Kamer: {letter.crisis.title}"
    return Document(title=title, marking=letter.marking, blocks=tuple(blocks), notes=sources.notes())


# Top and reason


def _top(letter: Letter) -> Iterator[Block]:
    yield Heading(level=1, text=f"Ontwerpbrief aan de Tweede Kamer: {letter.crisis.title}")
    yield _warning(
        f"Ontwerp, opgemaakt uit het register op {moment_text(letter.made_at, 'nl')} (auditspoor tot en met {letter.head}). "
        "Niets hiervan is vastgesteld of verzonden: een ambtenaar voltooit deze brief. Wat tussen vierkante haken staat, "
        "moet nog worden ingevuld of beoordeeld."
    )
    yield _paragraph("Aan de Voorzitter van de Tweede Kamer der Staten-Generaal")
    yield _paragraph("Den Haag, ", _to_fill_in("datum"))
    yield _paragraph("Ons kenmerk: ", _to_fill_in("kenmerk"))
    yield _paragraph(f"Betreft: {letter.crisis.title}")
    yield _paragraph("Geachte voorzitter,")
    about = f"Met deze brief informeer ik uw Kamer over de nationale crisisstructuur voor “{letter.crisis.title}”"
    yield _paragraph(f"{about}, mede namens ", _to_fill_in("bewindspersonen"), ".", _period(letter))


def _period(letter: Letter) -> str:
    return f" De brief gaat over de tijd sinds {moment_text(letter.since, 'nl')}." if letter.since else ""


def _activation(letter: Letter, sources: Sources) -> Iterator[Block]:
    """Why, on what ground, when, by whom (R01)."""
    crisis = letter.crisis
    at = f"{date_text(crisis.activated_at, 'nl')} om {time_text(crisis.activated_at, 'nl')} uur"
    source = sources.cite("activation", f"Besluit tot activering van {moment_text(crisis.activated_at, 'nl')}, register.")
    yield Heading(level=2, text="Aanleiding en activering")
    yield _paragraph(f"Op {at} is de nationale crisisstructuur geactiveerd. De grond is: {crisis.ground}.", source)
    yield _paragraph(f"Aanleiding: {crisis.reason}")
    yield _paragraph(f"Reikwijdte: {crisis.scope}")
    yield _paragraph(_first_levels(letter))
    yield _paragraph(_who_decided(letter))
    if later := [*_later_levels(letter)]:
        yield Bullets(items=tuple((line,) for line in later))
    if crisis.successor:
        yield _paragraph(f"De nationale crisisstructuur is afgeschaald. Verder gaat: {crisis.successor}.")


def _first_levels(letter: Letter) -> str:
    first = in_order(frozenset(term.body for term in letter.terms if term.since == letter.crisis.activated_at))
    nkc = f"Het {NKC} (NKC) is {'' if letter.crisis.nkc else 'niet '}geactiveerd."
    skipped = passed_over(frozenset(first))
    why = f" Overgeslagen is {_listed(map(_body, skipped))}: {letter.crisis.skip_reason}" if skipped else ""
    return f"Geactiveerd {'zijn' if len(first) > 1 else 'is'} {_listed(map(_body, first))}. {nkc}{why}"


def _who_decided(letter: Letter) -> str:
    crisis = letter.crisis
    said = [f"Aangevraagd door: {crisis.requested_by}", f"besloten door: {crisis.decided_by}"]
    said += [f"eerstverantwoordelijk ministerie: {crisis.first_responsible}"] if crisis.first_responsible else []
    said += [f"geraadpleegd: {crisis.consulted}"] if crisis.consulted else []
    said += [f"in overeenstemming met: {crisis.agreed_with}"] if crisis.agreed_with else []
    return f"{'; '.join(said)}."


def _later_levels(letter: Letter) -> Iterator[str]:
    for term in letter.terms:
        name = _body(term.body)
        if term.since != letter.crisis.activated_at:
            yield f"Sinds {moment_text(term.since, 'nl')} is ook {name} actief."
        if term.until:
            yield f"Tot {moment_text(term.until, 'nl')} was {name} actief."


# How things stand


def _situation(letter: Letter, sources: Sources) -> Iterator[Block]:
    yield Heading(level=2, text="Actueel beeld")
    if letter.picture is None:
        yield _paragraph("Er is nog geen beeld opgemaakt. ", _to_fill_in("het actuele beeld, met bron en peildatum"))
    else:
        yield from _picture(letter, sources)
    yield from _grips(letter, sources)
    yield _paragraph(_to_fill_in("duiding van het beeld"))


def _picture(letter: Letter, sources: Sources) -> Iterator[Block]:
    picture = letter.picture
    assert picture is not None
    drawn = moment_text(picture.drawn_at, "nl")
    row = Row(
        "Partners met een bruikbaar antwoord",
        str(picture.completeness),
        drawn,
        f"uitvraag voor {picture.body} {picture.number}",
    )
    yield _paragraph(
        f"Dit is het beeld van {drawn}. Van de gevraagde partners gaven er {picture.completeness} een bruikbaar antwoord.",
        sources.figure("answers", row),
        " Wat niet is opgegeven, is onbekend; dat is niet hetzelfde als nul.",
    )
    if letter.figures:
        header = ("Gegeven", "Waarde", "Peildatum", "Bron", "Compleet", "Status")
        rows = tuple(_figure(one, sources) for one in letter.figures)
        yield Table(header=header, rows=rows, widths=(30, 18, 16, 24, 12, 16))
    if any(one.row.synthetic for one in letter.figures):
        yield _warning("Wat “synthetisch” heet, is gemaakt voor een oefening of reconstructie en mag niet worden aangehaald.")
    if picture.without_answer:
        names = {partner: letter.crisis.plan.partner(partner).name for partner in picture.without_answer}
        missing = [f"{names[partner]} ({how})" for partner, how in sorted(picture.without_answer.items())]
        yield _paragraph(f"Geen bruikbaar antwoord gaven: {_listed(missing)}.")


def _figure(one: Quoted, sources: Sources) -> tuple[Words, ...]:
    row = figure_row(one)
    first, *rest = row
    value, *others = rest
    return ((first,), (value, sources.figure(figure_key(one), row)), *((cell,) for cell in others))


def _grips(letter: Letter, sources: Sources) -> Iterator[Block]:
    """What is known of the levels of the regions (R21)."""
    if not letter.grips:
        return
    rows = []
    for grip in letter.grips:
        since = f"sinds {moment_text(grip.since, 'nl')}"
        source = sources.figure(f"grip/{grip.region}", Row(f"GRIP {grip.region_name}", str(grip.level), since, grip.source))
        rows.append(((grip.region_name,), (str(grip.level), source), (grip.level.meaning,), (since,)))
    yield _paragraph("Van deze veiligheidsregio's is het GRIP-niveau bekend:")
    yield Table(header=("Veiligheidsregio", "Niveau", "Betekenis", "Sinds"), rows=tuple(rows), widths=(25, 15, 35, 25))


# What was decided, asked and agreed

_KINDS = {DecisionKind.DECISION: "Besloten", DecisionKind.REQUEST: "Gevraagd", DecisionKind.AGREEMENT: "Afgesproken"}


def _decided(letter: Letter, sources: Sources) -> Iterator[Block]:
    yield Heading(level=2, text="Wat is besloten, gevraagd en afgesproken")
    for kind, title in _KINDS.items():
        yield Heading(level=3, text=title)
        told = [one for one in letter.new if one.kind is kind]
        if told:
            yield Bullets(items=tuple(_decision(one, sources) for one in told))
            yield from _answers(told)
        else:
            yield _paragraph("Geen.")
    for pair in letter.contradictions:
        said = f"nr. {pair.first} en nr. {pair.second} noemen voor hetzelfde een ander getal of een andere datum"
        yield _paragraph(_to_fill_in(f"{said}; licht toe wat geldt"))


def _decision(one: Told, sources: Sources) -> Words:
    cited = _cite(one, sources)
    if not one.is_in_full:
        about = f", over {one.about}" if one.about else ""
        return (f"Nr. {one.number}: {one.kind} van {_body(one.body)}{about}", cited, " ", *_to_judge(one))
    conditions = f" Voorwaarden: {one.conditions}" if one.conditions else ""
    addressees = _listed(dict.fromkeys(asked.addressee for asked in one.asked))
    to = f" Gericht aan: {addressees}." if addressees else ""
    return (f"Nr. {one.number}: {one.text}", cited, f"{conditions}{to}")


def _to_judge(one: Told) -> tuple[Mark, ...]:
    if one.public_at:
        return (CONFIDENTIAL, Mark(text=f"niet openbaar tot {moment_text(one.public_at, 'nl')}"))
    return (CONFIDENTIAL,)


def _cite(one: Told, sources: Sources) -> Cite:
    return sources.cite(f"decision/{one.number}", f"Besluitenlijst (bijlage 3), nr. {one.number}: {_place(one)}.")


def _place(one: Told) -> str:
    return f"{one.body} {one.meeting}, {date_text(one.at, 'nl')}"


def _answers(told: Sequence[Told]) -> Iterator[Block]:
    """What was answered to what was asked (R24)."""
    rows = tuple(row for one in told for row in _answers_to(one))
    if rows:
        yield _paragraph("De antwoorden tot nu toe:")
        header = ("Nr", "Aan", "Antwoord", "Voorwaarde of toelichting", "Datum")
        yield Table(header=header, rows=rows, widths=(7, 25, 22, 36, 18))


def _answers_to(one: Told) -> Iterator[tuple[Words, ...]]:
    for asked in one.asked:
        latest = asked.latest
        answer = latest.answer.value if latest else ("ingetrokken" if asked.is_withdrawn else "nog geen antwoord")
        why = "; ".join(filter(None, [latest.condition, latest.reason])) if latest else ""
        day = date_text(latest.at, "nl") if latest else NOTHING
        yield (str(one.number),), (asked.addressee,), (answer,), (why or NOTHING,), (day,)


# Measures and promises


def _measures(letter: Letter, sources: Sources) -> Iterator[Block]:
    yield Heading(level=2, text="Maatregelen")
    for horizon in Horizon:
        yield Heading(level=3, text=f"Op de {horizon}")
        rows = tuple(
            _measure(one, letter, sources) for one in letter.measures if one.measure and one.measure.horizon is horizon
        )
        if rows:
            yield Table(header=("Nr", "Doel", "Streefwaarde", "Uiterlijk", "Stand"), rows=rows, widths=(8, 36, 20, 20, 26))
        else:
            yield _paragraph("Geen maatregel vastgelegd. ", _to_fill_in("maatregelen, of schrap dit kopje"))


def _measure(one: Told, letter: Letter, sources: Sources) -> tuple[Words, ...]:
    measure, progress = one.measure, one.progress
    assert measure is not None
    assert progress is not None
    by = date_text(measure.by, "nl") if measure.by else NOTHING
    unit = next((i.unit for i in letter.crisis.plan.indicators if i.id == measure.indicator), "")
    target = amount_text(measure.target, unit)
    row = Row(f"Streefwaarde: {measure.aim}", target, by, f"besluit nr. {one.number}, {_place(one)}", status="vastgesteld")
    aimed = sources.figure(f"target/{one.number}", row)
    quoted = next((q for q in letter.figures if (q.row.indicator, q.row.kind) == measure.subject), None)
    stands: Words = (amount_text(progress.value, progress.unit),)
    if quoted:
        made_up = ", synthetisch" if progress.synthetic else ""
        stands = (*stands, sources.figure(figure_key(quoted), figure_row(quoted)), f" ({progress.completeness}{made_up})")
    return (str(one.number),), (measure.aim,), (target, aimed), (by,), stands


def _promises(letter: Letter) -> Iterator[Block]:
    """What the Rijk promised to others is told as what it asks of them (E12)."""
    yield Heading(level=2, text="Toezeggingen")
    titles = {ActionKind.COMMITMENT: "Aan regio's en partners", ActionKind.PROMISE: "Aan uw Kamer"}
    for kind, title in titles.items():
        yield Heading(level=3, text=title)
        rows = tuple(_promise(one, letter) for one in letter.promises if one.kind is kind)
        if rows:
            header = ("Nr", "Toezegging", "Aan", "Eigenaar", "Uiterlijk", "Stand")
            yield Table(header=header, rows=rows, widths=(7, 34, 18, 22, 17, 14))
        else:
            yield _paragraph("Geen.")


def _promise(one: Promise, letter: Letter) -> tuple[Words, ...]:
    title: Words = (one.title,) if one.is_in_full else (f"{one.title} ", CONFIDENTIAL)
    is_late = one.due_at < letter.made_at and one.state is ActionState.OPEN
    state = f"{one.state}, te laat" if is_late else str(one.state)
    return (f"A{one.number}",), title, (one.to or NOTHING,), (one.owner,), (date_text(one.due_at, "nl"),), (state,)


# What follows


def _what_follows(letter: Letter) -> Iterator[Block]:
    yield Heading(level=2, text="Vervolg")
    if letter.coming:
        yield Bullets(items=tuple((_coming(body, at),) for body, at in letter.coming))
    else:
        yield _paragraph("Een volgende bijeenkomst is nog niet bepaald.")
    yield _paragraph("Ik informeer uw Kamer opnieuw: ", _to_fill_in("wanneer of waarna"), ".")
    yield _paragraph("De ", _to_fill_in("bewindspersoon en naam"))


def _coming(body: Body, at: datetime) -> str:
    return f"{_body(body, 'Het', 'De')} komt bijeen op {moment_text(at, 'nl')}."


def _annexes(letter: Letter, sources: Sources) -> Iterator[Block]:
    if rows := tuple(_source_row(number, row) for number, row in sources.figures()):
        yield Heading(level=2, text="Bijlage 1: bronnen van de cijfers")
        yield _paragraph("De nummers zijn die van de voetnoten.")
        header: tuple[str, ...] = ("Nr", "Gegeven", "Waarde", "Peildatum", "Bron", "Compleet", "Status")
        yield Table(header=header, rows=rows, widths=(6, 27, 17, 18, 27, 14, 15))
    if parts := tuple(_part_rows(letter, sources)):
        yield Heading(level=2, text="Bijlage 2: waaruit de totalen bestaan")
        header = ("Nr", "Gebied", "Waarde", "Peildatum", "Bron", "Status")
        yield Table(header=header, rows=parts, widths=(7, 25, 16, 17, 33, 18))
    yield Heading(level=2, text="Bijlage 3: besluitenlijst")
    if listed := tuple(_listed_decision(one) for one in letter.told):
        header = ("Nr", "Soort", "Gremium", "Datum", "Tekst", "Stand")
        yield Table(header=header, rows=listed, widths=(6, 13, 13, 20, 45, 14))
    else:
        yield _paragraph("Geen.")


def _source_row(number: int, row: Row) -> tuple[Words, ...]:
    return ((str(number),), *((cell,) for cell in row))


def _part_rows(letter: Letter, sources: Sources) -> Iterator[tuple[Words, ...]]:
    for one in letter.figures:
        if len(one.parts) > 1:
            number = sources.figure(figure_key(one), figure_row(one)).note
            for place, part in enumerate(one.parts, start=1):
                yield ((f"{number}.{place}",), *((cell,) for cell in _part(part)))


def _part(part: Part) -> tuple[str, ...]:
    figure = part.figure
    status = status_text(provisional=figure.provisional, synthetic=figure.synthetic)
    value, day = amount_text(figure.value, figure.unit), dates_text((figure.reference_date,))
    return area_name(figure.area), value, day, said_by(part.partner, figure.source), status


def _listed_decision(one: Told) -> tuple[Words, ...]:
    text: Words = (one.text,) if one.text is not None else _to_judge(one)
    where = ((str(one.number),), (str(one.kind),), (f"{one.body} {one.meeting}",), (date_text(one.at, "nl"),))
    return (*where, text, (str(one.status),))


# Words


def _paragraph(*words: str | Cite | Mark) -> Paragraph:
    return Paragraph(words=words)


def _warning(text: str) -> Paragraph:
    return Paragraph(words=(text,), is_warning=True)


def _to_fill_in(what: str) -> Mark:
    return Mark(text=f"in te vullen: {what}")


def _body(body: Body, neuter: str = "het", common: str = "de") -> str:
    return f"{neuter if body is Body.IAO else common} {body}"


def _listed(names: Iterable[str]) -> str:
    """`a, b en c`."""
    *first, last = list(names) or [""]
    return f"{', '.join(first)} en {last}" if first else last
