"""The parts of a dossier about what came after the decision, up to now."""

from collections.abc import Iterator, Sequence

from crisis.actions import ActionItem
from crisis.dossier import Dossier
from integrations.wording.dossier_parts import (
    Fact,
    Part,
    Wording,
    answer_header,
    answer_rows,
    briefly,
    briefly_header,
    figure_parts,
    nkc_header,
    nkc_rows,
    nothing,
    paper_facts,
    reply_header,
    reply_rows,
)


def parts_later(dossier: Dossier, words: Wording) -> Iterator[Part]:
    """All of them; where nothing came, that is said."""
    later = dossier.later
    yield Part(
        words.say("Latere besluiten die dit raken"),
        (Fact(words.say("Stand nu"), words.say(later.status)),),
        briefly_header(words),
        briefly(later.changed_by, words),
        nothing(words, later.changed_by, "Niets heeft dit vervangen of ingetrokken."),
    )
    yield Part(
        words.say("Tegenspraak sindsdien"),
        header=briefly_header(words),
        rows=briefly(later.contradicted, words),
        note=nothing(words, later.contradicted),
    )
    yield Part(
        words.say("Antwoorden van geadresseerden"),
        header=reply_header(words),
        rows=reply_rows(later.replies, words),
        note=nothing(words, later.replies),
    )
    yield Part(
        words.say("Alsnog ontvangen van partners die ontbraken"),
        header=answer_header(words),
        rows=answer_rows(later.answers, words),
        note=nothing(words, later.answers),
    )
    if not later.figures:
        yield Part(words.say("Dezelfde cijfers in latere beelden"), note=words.say("Er is geen later beeld."))
    yield from figure_parts(later.figures, words)
    yield Part(
        words.say("Advies van het NKC, later"),
        header=nkc_header(words),
        rows=nkc_rows(later.nkc, words),
        note=nothing(words, later.nkc),
    )
    if later.late_papers:
        facts = tuple(paper_facts(later.late_papers, dossier.sitting.meeting.planned_at, words))
        yield Part(words.say("Nagezonden na het besluit"), facts)
    yield _actions(later.actions, words)
    if dossier.decision.measure:
        facts = (Fact(words.say("Stand"), words.progress(later.progress)),) if later.progress else ()
        note = nothing(words, facts, "Er is geen later beeld.")
        yield Part(words.say("Voortgang van de maatregel nu"), facts, note=note)


def _actions(actions: Sequence[ActionItem], words: Wording) -> Part:
    rows = tuple(
        (
            str(item.number),
            item.title,
            words.person(item.owner),
            words.moment(item.opened_at),
            words.moment(item.due_at),
            _state(item, words),
        )
        for item in actions
    )
    header = words.all("Nr", "Actiepunt", "Eigenaar", "Geopend", "Termijn", "Stand")
    return Part(words.say("Actiepunten die eruit volgen"), header=header, rows=rows, note=nothing(words, rows))


def _state(item: ActionItem, words: Wording) -> str:
    since = item.closed_at or item.reported_at
    return f"{words.say(item.state)}, {words.moment(since)}" if since else words.say(item.state)
