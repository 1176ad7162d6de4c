"""What a second person confirms, in words (four eyes): everything that follows once they do.

The same facts stand on their page of the portal and before the question of `opschaling confirm`.
"""

from collections.abc import Iterator, Sequence

from crisis.life import Crisis
from crisis.meetings import Meeting, Outcome
from integrations.wording.document import Bullets, Document, Heading
from integrations.wording.dossier_parts import Fact, Wording, facts_beside_text
from integrations.wording.markdown import as_markdown


def outcome_title(meeting: Meeting, words: Wording) -> str:
    """What is asked of who confirms an outcome."""
    return words.say("Uitkomst van {meeting} bevestigen", meeting=meeting.label)


def closing_title(words: Wording) -> str:
    """What is asked of who confirms a closing."""
    return words.say("De afsluiting bevestigen")


def outcome_facts(crisis: Crisis, meeting: Meeting, outcome: Outcome | None, words: Wording) -> list[Fact]:
    """The outcome as it was recorded, and by whom."""
    secretary = words.plan.bodies[meeting.body].secretary
    by = words.acting(meeting.proposed_by, secretary) if meeting.proposed_by else words.say("nog niemand")
    known = [
        Fact(words.say("Crisis"), crisis.title),
        Fact(words.say("Bijeenkomst"), f"{meeting.label}, {words.moment(meeting.planned_at)}"),
        Fact(words.say("Vastgelegd door"), by),
    ]
    return [*known, *_told(outcome, words)] if outcome else known


def closing_facts(crisis: Crisis, words: Wording) -> list[Fact]:
    """The crisis that is to be closed, and who proposed it."""
    known = [
        Fact(words.say("Crisis"), crisis.title),
        Fact(words.say("Geactiveerd"), words.moment(crisis.activated_at)),
        Fact(words.say("Fase"), words.say(crisis.phase)),
    ]
    if crisis.successor:
        known.append(Fact(words.field("successor"), crisis.successor))
    if crisis.closing_by:
        known.append(Fact(words.say("Voorgesteld door"), words.person(crisis.closing_by)))
    return known


def second_paper(title: str, facts: Sequence[Fact], marking: str) -> str:
    """The same as Markdown, for who has a shell."""
    told = tuple((f"{fact.term}{f' ({fact.tag})' if fact.tag else ''}: {fact.text}",) for fact in facts)
    return as_markdown(Document(title=title, marking=marking, blocks=(Heading(level=1, text=title), Bullets(items=told))))


def _told(outcome: Outcome, words: Wording) -> Iterator[Fact]:
    yield Fact(words.field("direction"), words.say(outcome.direction))
    yield Fact(words.field("summary"), outcome.summary, is_typed=True)
    if outcome.chair:
        yield Fact(words.field("chair"), words.person(outcome.chair))
    if outcome.present:
        there = ", ".join(f"{words.person(one.name)} ({words.say(one.capacity)})" for one in outcome.present)
        yield Fact(words.field("present"), there)
    for number, decision in enumerate(outcome.decisions, start=1):
        tag = words.say(decision.stage) if decision.is_intended else ""
        yield Fact(f"{words.say(decision.kind).capitalize()} {number}", decision.text, tag, is_typed=True)
        yield from facts_beside_text(decision, words)
    for number, action in enumerate(outcome.actions, start=1):
        told = f"{action.title}\n{words.person(action.owner)}, {words.moment(action.due_at)}"
        told += f"\n{words.field('to')}: {action.to}" if action.to else ""
        yield Fact(f"{words.say(action.kind).capitalize()} {number}", told, is_typed=True)
    if outcome.scale_down:
        yield Fact(words.field("successor"), outcome.scale_down.successor)
        if outcome.scale_down.ends_by:
            yield Fact(words.field("ends_by"), str(outcome.scale_down.ends_by))
        owners = [f"{number}: {words.person(owner)}" for number, owner in sorted(outcome.scale_down.handover.items())]
        yield from [Fact(words.field("handover"), "\n".join(owners), is_typed=True)] if owners else []
    if outcome.next_meeting_at:
        yield Fact(words.field("next_meeting_at"), words.moment(outcome.next_meeting_at))
