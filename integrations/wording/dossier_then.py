"""The parts of a dossier about what was known at the moment of the decision."""

from collections.abc import Iterator

from crisis.dossier import Dossier, KnownThen
from crisis.inquiries import Submission
from crisis.meetings import Papers
from integrations.wording.dossier_parts import (
    Fact,
    Part,
    Wording,
    answer_header,
    answer_rows,
    briefly,
    briefly_header,
    decision_facts,
    decision_title,
    figure_parts,
    nkc_header,
    nkc_rows,
    nothing,
    paper_facts,
    reply_header,
    reply_rows,
)
from integrations.wording.times import lead_text


def parts_then(dossier: Dossier, words: Wording) -> Iterator[Part]:
    """All of them, in the order of the question: what, who, on which facts, on whose advice."""
    then, planned_at = dossier.then, dossier.sitting.meeting.planned_at
    yield Part(words.say("Het besluit, zoals vastgelegd"), tuple(decision_facts(dossier.decision, words)))
    yield _meeting(dossier, words)
    yield _present(dossier, words)
    yield from _picture(then.papers, words)
    yield _missing(then, words)
    late = tuple(paper_facts(then.late_papers, planned_at, words))
    yield Part(words.say("Nagezonden stukken"), late, note=nothing(words, late))
    yield from _advice(then, words)
    yield Part(
        words.say("Advies van het NKC"),
        header=nkc_header(words),
        rows=nkc_rows(then.nkc, words),
        note=nothing(words, then.nkc, "Op dat moment had het NKC hierover niet schriftelijk geadviseerd."),
    )
    yield from _before(then, words)
    yield from _after_papers(then, words)


def _meeting(dossier: Dossier, words: Wording) -> Part:
    sitting = dossier.sitting
    meeting = sitting.meeting
    facts = (
        Fact(words.say("Bijeengeroepen"), words.moment(meeting.convened_at)),
        *([Fact(words.say("Op initiatief van"), meeting.initiative)] if meeting.initiative else []),
        *([Fact(words.say("Vooraf geraadpleegd"), meeting.consulted)] if meeting.consulted else []),
        Fact(words.say("Gepland"), words.moment(meeting.planned_at)),
        Fact(words.say("Stukken verstuurd"), words.moment(meeting.invited_at)),
        Fact(words.say("Kenmerk van de stukken (SHA-256)"), sitting.papers_digest or "–"),
        *_reading(dossier, words),
        Fact(words.say("Voorzitter"), words.person(sitting.chair)),
        Fact(words.say("Uitkomst opgeschreven"), words.moment(sitting.written_at)),
        Fact(words.say("Door"), words.person(meeting.recorded_by)),
    )
    return Part(words.say("De bijeenkomst"), facts)


def _reading(dossier: Dossier, words: Wording) -> Iterator[Fact]:
    read, norm_minutes = dossier.sitting.meeting.reading_time(), dossier.sitting.reading_minutes
    if read is not None:
        norm = words.say("norm van het crisisplan: {minutes} minuten", minutes=norm_minutes)
        is_short = dossier.sitting.meeting.has_short_reading_time(norm_minutes)
        text = f"{lead_text(read, words.language)}; {norm}"
        yield Fact(words.say("Leestijd"), text, words.say("korter dan de norm") if is_short else "")


def _present(dossier: Dossier, words: Wording) -> Part:
    present = dossier.sitting.present
    rows = tuple(
        (
            words.person(one.name),
            words.say(one.capacity),
            words.person(one.deputises_for),
            words.moment(one.since) if one.since else words.say("begin"),
            words.moment(one.until) if one.until else words.say("einde"),
        )
        for one in present
    )
    header = words.all("Naam", "Hoedanigheid", "Vervangt", "Van", "Tot")
    return Part(words.say("Aanwezig"), header=header, rows=rows, note=nothing(words, rows, "Niet vastgelegd, of geheim."))


def _picture(papers: Papers | None, words: Wording) -> Iterator[Part]:
    title = words.say("Het beeld in de stukken")
    if papers is None:
        yield Part(title, note=words.say("Er waren geen stukken."))
        return
    picture = papers.picture
    facts = (
        Fact(words.say("Opgemaakt"), words.moment(picture.drawn_at)),
        Fact(words.say("Vastgezet"), words.moment(papers.frozen_at)),
        Fact(words.say("Partners met een bruikbaar antwoord"), words.out_of(picture.completeness)),
        *(Fact(words.say("Signaal"), f"{row.name}: {row.crossed}") for row in picture.rows if row.crossed),
        *(Fact(words.say("Niet te zeggen"), f"{one.name}: {one.text}") for one in picture.signals if not one.is_decided),
    )
    rows = tuple(
        (
            words.figure(row),
            words.value(row),
            words.out_of(row.completeness),
            words.day(row.oldest_reference_date),
            row.crossed or "–",
        )
        for row in picture.rows
    )
    header = words.all("Indicator", "Waarde", "Compleet", "Oudste peildatum", "Signaal")
    yield Part(title, facts, header, rows)


def _missing(then: KnownThen, words: Wording) -> Part:
    late = words.say("te laat, maar meegenomen")
    rows = tuple(
        (words.partner(one.partner), late if one.how is Submission.LATE else words.say(one.how), one.detail or "–")
        for one in then.missing
    )
    return Part(
        words.say("Ontbrekende inbreng"),
        header=words.all("Partner", "Hoe", "Toelichting"),
        rows=rows,
        note=nothing(words, rows, "Iedereen antwoordde op tijd." if then.papers else "Er waren geen stukken."),
    )


def _advice(then: KnownThen, words: Wording) -> Iterator[Part]:
    if not then.advice:
        yield Part(words.say("Advies waarop het rust"), note=words.say("Geen schriftelijk advies."))
    for advice in then.advice:
        facts = (Fact(words.say("Vastgelegd"), words.moment(advice.at)), *decision_facts(advice, words))
        yield Part(words.say("Advies waarop het rust: {title}", title=decision_title(advice, words)), facts)


def _before(then: KnownThen, words: Wording) -> Iterator[Part]:
    """What stood before: what it replaces, what was answered to that, what it contradicts, how far the measure was."""
    if then.earlier:
        yield Part(words.say("Wat het vervangt of intrekt"), header=briefly_header(words), rows=briefly(then.earlier, words))
    if then.replies:
        yield Part(words.say("Antwoorden die er al waren"), header=reply_header(words), rows=reply_rows(then.replies, words))
    if then.contradicted:
        yield Part(
            words.say("Tegenspraak op dat moment"),
            header=briefly_header(words),
            rows=briefly(then.contradicted, words),
            note=words.say("Van kracht, met een andere termijn of een ander getal voor hetzelfde doel."),
        )
    if then.progress:
        yield Part(words.say("Voortgang van de maatregel toen"), (Fact(words.say("Stand"), words.progress(then.progress)),))


def _after_papers(then: KnownThen, words: Wording) -> Iterator[Part]:
    """What came in between papers and decision: known in the structure, and not before the body."""
    note = words.say("Dit stond in het register, maar niet in de stukken van het gremium.")
    if then.answers_after_papers:
        rows = answer_rows(then.answers_after_papers, words)
        yield Part(words.say("Na de stukken ontvangen, vóór het besluit"), (), answer_header(words), rows, note)
    for part in figure_parts(then.figures_after_papers, words):
        yield part._replace(note=f"{note} {part.note}")
