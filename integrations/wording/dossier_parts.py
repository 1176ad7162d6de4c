"""What a dossier is written with: parts with facts or a table, and the words for what recurs."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from crisis.decisions import AdviceGiven, Decision, NewDecision
from crisis.dossier import AddresseeReply, OtherFigure
from crisis.figures import FigureKind
from crisis.inquiries import Answer
from crisis.late_papers import LatePaper
from crisis.measures import Measure, Progress
from crisis.picture_rows import PictureRow
from crisis.plan import Plan
from crisis.structure import Body
from crisis.totals import Completeness
from integrations.wording.charts import number_text
from integrations.wording.english import said
from integrations.wording.kinds import KIND_WORDS
from integrations.wording.problems import field_name
from integrations.wording.times import lead_text, moment_text


class Fact(NamedTuple):
    """Something that is known, in words."""

    term: str
    text: str
    tag: str = ""
    """What must not be overlooked about it."""
    is_typed: bool = False
    """A person wrote it: shown with its lines."""


class Part(NamedTuple):
    """One piece of a dossier, under its own heading."""

    title: str
    facts: tuple[Fact, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


class Wording:
    """The words of one language, and the names of one plan."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.plan, self.language = plan, language
        self._partners = {partner.id: partner.name for partner in plan.partners}

    def say(self, dutch: str, **values: object) -> str:
        """This sentence or word."""
        return said(dutch, self.language, **values)

    def all(self, *dutch: str) -> tuple[str, ...]:
        """Each of these words."""
        return tuple(self.say(word) for word in dutch)

    def moment(self, moment: datetime | None) -> str:
        """Day and time; a dash where there is none."""
        return moment_text(moment, self.language) if moment else "–"

    def day(self, day: date | None) -> str:
        """A date where there is little room."""
        if day is None:
            return "–"
        return f"{day:%d-%m-%Y}" if self.language == "nl" else day.isoformat()

    def number(self, value: Decimal | None) -> str:
        """A number; unknown where nobody gave it, which is not zero."""
        if value is None:
            return self.say("onbekend")
        return number_text(value, self.language)

    def change(self, value: Decimal | None) -> str:
        """A difference with its sign."""
        return self.say("niet te vergelijken") if value is None else f"{'+' if value > 0 else ''}{self.number(value)}"

    def out_of(self, complete: Completeness) -> str:
        """So many out of so many."""
        return self.say("{answered} van {asked}", answered=complete.answered, asked=complete.asked)

    def person(self, key: str | None) -> str:
        """Somebody by their function."""
        if key is None:
            return "–"
        return self.plan.people[key].name if key in self.plan.people else key

    def acting(self, person: str | None, principal: str | None) -> str:
        """Who did something, and on behalf of whom where that is another."""
        by, whose = self.person(person), self.person(principal)
        return self.say("{name}, namens {principal}", name=by, principal=whose) if by != whose else by

    def people(self, keys: Sequence[str]) -> str:
        """Several of them."""
        return ", ".join(map(self.person, keys))

    def the(self, body: Body) -> str:
        """A body with its article."""
        article = ("het" if body is Body.IAO else "de") if self.language == "nl" else "the"
        return f"{article} {body}"

    def partner(self, key: str) -> str:
        """A partner by its name."""
        return self._partners.get(key, key)

    def figure(self, row: PictureRow) -> str:
        """What is counted, and in which way."""
        made_up = f", {self.say('synthetisch')}" if row.synthetic else ""
        return f"{row.name} ({self.kind(row.kind)}{made_up})"

    def kind(self, kind: FigureKind) -> str:
        """In which way it is counted."""
        return KIND_WORDS[kind] if self.language == "nl" else str(kind)

    def value(self, row: PictureRow | None) -> str:
        """A total in its unit."""
        if row is None or row.value is None:
            return self.number(None)
        return f"{self.number(row.value)} {row.unit}"

    def measure(self, measure: Measure) -> str:
        """What is to be achieved, by when."""
        indicator = next((i for i in self.plan.indicators if i.id == measure.indicator), None)
        by = self.say(", uiterlijk {moment}", moment=self.moment(measure.by)) if measure.by else ""
        counted = f"{indicator.name}, {self.number(measure.target)} {indicator.unit}" if indicator else measure.indicator
        return f"{measure.aim} ({self.say(measure.horizon)}): {counted}{by}"

    def progress(self, reached: Progress | None) -> str:
        """How far it has come."""
        if reached is None or reached.value is None:
            return self.number(None)
        made_up = f", {self.say('synthetisch')}" if reached.synthetic else ""
        words = "{value} van {target}, nog {remaining} ({complete} gebieden{made_up})"
        return self.say(
            words,
            value=self.number(reached.value),
            target=self.number(reached.target),
            remaining=self.number(reached.remaining),
            complete=self.out_of(reached.completeness),
            made_up=made_up,
        )

    def field(self, name: str) -> str:
        """The name of a field, as the form has it."""
        return field_name(name, self.language)


def nothing(words: Wording, rows: Sequence[object], otherwise: str = "Niets.") -> str:
    """That there is nothing, said and not left open."""
    return "" if rows else words.say(otherwise)


def decision_facts(decision: NewDecision, words: Wording) -> Iterator[Fact]:
    """A decision or advice in full, as it was recorded."""
    yield from (Fact(words.field(name), words.say(getattr(decision, name))) for name in ("kind", "stage"))
    yield Fact(words.field("text"), decision.text, is_typed=True)
    yield from facts_beside_text(decision, words)


def facts_beside_text(decision: NewDecision, words: Wording) -> Iterator[Fact]:
    """What it rests on, whom it binds, what it takes the place of, when it holds and who may read it."""
    written: dict[str, Callable[[Any], str]] = {
        **dict.fromkeys(_TYPED, str),
        "against": words.people,
        "addressees": words.people,
        "cannot_wait": lambda _: words.say("ja"),
        "measure": words.measure,
        **dict.fromkeys(("effective_at", "review_at", "public_at"), words.moment),
        **dict.fromkeys(("replaces", "withdraws"), str),
        "rests_on": lambda numbers: ", ".join(map(str, numbers)),
        "secrecy": words.say,
    }
    for name, in_words in written.items():
        if value := getattr(decision, name):
            yield Fact(words.field(name), in_words(value), is_typed=name in _TYPED)


_TYPED = ("ground", "picture", "options", "advice", "feasibility", "communication", "dissent", "conditions")


def decision_title(decision: Decision, words: Wording) -> str:
    """What it is, of which meeting, and when."""
    return f"{words.say(decision.kind).capitalize()} {decision.number} ({decision.body} {decision.meeting})"


def briefly(decisions: Sequence[Decision], words: Wording) -> tuple[tuple[str, ...], ...]:
    """Other decisions, a row for each: what, since when, and its words."""
    return tuple((decision_title(d, words), words.say(d.stage), words.moment(d.at), d.text) for d in decisions)


def briefly_header(words: Wording) -> tuple[str, ...]:
    """The columns of these rows."""
    return words.all("Besluit", "Stand", "Vastgelegd", "Tekst")


def nkc_rows(advice: Sequence[AdviceGiven], words: Wording) -> tuple[tuple[str, ...], ...]:
    """What the NKC advised, a row for each."""
    return tuple((str(a.decision), words.moment(a.at), words.person(a.by), a.strategy, a.effects) for a in advice)


def nkc_header(words: Wording) -> tuple[str, ...]:
    """The columns of these rows."""
    return words.all("Over nummer", "Gegeven", "Door", "Strategie", "Communicatieve effecten")


def reply_rows(replies: Sequence[AddresseeReply], words: Wording) -> tuple[tuple[str, ...], ...]:
    """What addressees answered, a row for each."""
    return tuple(
        (
            str(one.decision),
            words.person(one.addressee),
            words.say(one.reply.answer),
            " / ".join(filter(None, (one.reply.condition, one.reply.reason))) or "–",
            words.moment(one.reply.at),
        )
        for one in replies
    )


def reply_header(words: Wording) -> tuple[str, ...]:
    """The columns of these rows."""
    return words.all("Over nummer", "Geadresseerde", "Antwoord", "Voorwaarde of toelichting", "Gegeven")


def answer_rows(answers: Sequence[Answer], words: Wording) -> tuple[tuple[str, ...], ...]:
    """What partners sent after all, a row for each."""
    return tuple((words.partner(a.partner), words.moment(a.received_at), _given(a, words)) for a in answers)


def answer_header(words: Wording) -> tuple[str, ...]:
    """The columns of these rows."""
    return words.all("Partner", "Ontvangen", "Opgave")


def _given(answer: Answer, words: Wording) -> str:
    names = {indicator.id: indicator.name for indicator in words.plan.indicators}
    return "; ".join(
        f"{names.get(f.indicator, f.indicator)} ({words.kind(f.kind)}): {words.number(f.value)} {f.unit}, "
        f"{words.say('peildatum')} {words.day(f.reference_date)}"
        for f in answer.figures
    ) or words.say("geen cijfers")


def figure_parts(figures: Sequence[OtherFigure], words: Wording) -> Iterator[Part]:
    """The same indicators in other pictures, a part for each; what nobody gave in either is left out, and so it says."""
    for (meeting, frozen_at), of in groupby(figures, key=lambda one: (one.meeting, one.frozen_at)):
        title = "Dezelfde cijfers in het beeld voor {meeting}, {moment}"
        yield Part(
            words.say(title, meeting=meeting, moment=words.moment(frozen_at)),
            header=words.all("Indicator", "In de stukken", "In dit beeld", "Verschil", "Compleet"),
            rows=tuple(_figure_row(one, words) for one in of if _is_given(one.row) or _is_given(one.then)),
            note=words.say("Wat in beide beelden onbekend is, staat er niet bij."),
        )


def _is_given(row: PictureRow | None) -> bool:
    """Whether anybody gave it: nought is a figure too."""
    return row is not None and row.value is not None


def _figure_row(one: OtherFigure, words: Wording) -> tuple[str, ...]:
    return (
        words.figure(one.row),
        words.value(one.then),
        words.value(one.row),
        words.change(one.difference),
        words.out_of(one.row.completeness),
    )


def paper_facts(papers: Sequence[LatePaper], planned_at: datetime, words: Wording) -> Iterator[Fact]:
    """Papers that came later, each with how late it came."""
    for paper in papers:
        lead = words.say("nagezonden, {lead}", lead=lead_text(paper.before(planned_at), words.language))
        term = words.say("Stuk {number}, {moment}", number=paper.number, moment=words.moment(paper.sent_at))
        yield Fact(term, f"{paper.title}. {paper.text}", lead)
