"""The fixed agenda of every meeting (agenda).

Situation and interpretation, themes, long term and aftercare, communication, follow-up appointment, calendar annex
(R16; agenda of the ICCb of 15 August 2014). What stands on it follows from the register; nobody has to think of it.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from crisis.actions import ActionItem
from crisis.decisions import Decision, contradictions, in_force, still_intended
from crisis.measures import Horizon
from crisis.record import Moment, Record
from crisis.requests import Request
from crisis.situation import Picture
from crisis.structure import Body


class Heading(StrEnum):
    """The items of the agenda, in their order."""

    SITUATION = "Situatieschets en duiding"
    THEMES = "Thema's"
    LONG_TERM = "Lange termijn en nazorg"
    COMMUNICATION = "Communicatie"
    FOLLOW_UP = "Vervolgafspraak"
    CALENDAR = "Bijlage: kalender"


class Subject(StrEnum):
    """Why something stands on the agenda."""

    PICTURE = "beeld"
    MISSING = "partners zonder antwoord"
    ADVICE = "advies"
    REPORTED = "besluit van de ICCb, gemeld (R08)"
    CAME_BACK = "antwoord op een verzoek (R24)"
    UNANSWERED = "verzoek zonder antwoord"
    CONTRADICTION = "besluiten die elkaar tegenspreken"
    MEASURE = "maatregel"
    INTENDED = "voorgenomen besluit"
    WITHOUT_NKC = "voorgenomen besluit zonder advies van het NKC (R14)"
    DUE = "actiepunt"
    REVIEW = "herziening van een besluit"


class Point(Record):
    """One thing to speak of: why, which decision or action item, and when it matters."""

    subject: Subject
    numbers: tuple[int, ...] = ()
    detail: str = ""
    at: Moment | None = None


class AgendaItem(Record):
    """A heading, and what is to be spoken of under it."""

    heading: Heading
    points: tuple[Point, ...] = ()


class Material(Record):
    """What an agenda is made from."""

    body: Body
    since: Moment | None
    """When this body was last convened; None before its first meeting."""
    picture: Picture
    decisions: tuple[Decision, ...] = ()
    advised: frozenset[int] = frozenset()
    requests: tuple[Request, ...] = ()
    actions: tuple[ActionItem, ...] = ()


def agenda(material: Material) -> tuple[AgendaItem, ...]:
    """The agenda of this meeting: always the same headings, in the same order (R16)."""
    points = {
        Heading.SITUATION: _situation(material),
        Heading.THEMES: _themes(material),
        Heading.LONG_TERM: _long_term(material.decisions),
        Heading.COMMUNICATION: _communication(material),
        Heading.FOLLOW_UP: iter(()),
        Heading.CALENDAR: _calendar(material),
    }
    return tuple(AgendaItem(heading=heading, points=tuple(points[heading])) for heading in Heading)


def _situation(material: Material) -> Iterator[Point]:
    yield Point(subject=Subject.PICTURE, detail=str(material.picture.completeness), at=material.picture.drawn_at)
    if missing := sorted(material.picture.without_answer):
        yield Point(subject=Subject.MISSING, detail=", ".join(missing))


def _themes(material: Material) -> Iterator[Point]:
    for decision in _since_last_time(material):
        if decision.body.higher is material.body and not decision.kind.decides:
            yield Point(subject=Subject.ADVICE, numbers=(decision.number,))
        if must_be_reported(decision, material.body):
            yield Point(subject=Subject.REPORTED, numbers=(decision.number,))
    yield from (Point(subject=Subject.INTENDED, numbers=(d.number,)) for d in _own(material))
    own = {decision.number for decision in material.decisions if decision.body is material.body}
    for request in (request for request in material.requests if request.withdrawn_at is None and request.decision in own):
        latest = request.latest
        if latest and latest.answer.comes_back and (material.since is None or latest.at >= material.since):
            yield Point(subject=Subject.CAME_BACK, numbers=(request.decision,), detail=f"{request.addressee}: {latest.answer}")
        elif request.is_open:
            yield Point(subject=Subject.UNANSWERED, numbers=(request.decision,), detail=request.addressee, at=request.put_at)
    yield from (
        Point(subject=Subject.CONTRADICTION, numbers=(pair.first, pair.second)) for pair in contradictions(material.decisions)
    )


def must_be_reported(decision: Decision, body: Body) -> bool:
    """Whether this body must hear of it: what the ICCb decided itself goes to the next MCCb (R08; the reporting is [B])."""
    return body is Body.MCCB and decision.body is Body.ICCB and decision.kind.decides and not decision.is_intended


def _long_term(decisions: Sequence[Decision]) -> Iterator[Point]:
    for decision in in_force(decisions):
        if decision.measure and decision.measure.horizon is not Horizon.SHORT:
            yield Point(subject=Subject.MEASURE, numbers=(decision.number,), at=decision.measure.by)


def _communication(material: Material) -> Iterator[Point]:
    for decision in still_intended(material.decisions):
        if decision.number not in material.advised:
            yield Point(subject=Subject.WITHOUT_NKC, numbers=(decision.number,))


def _calendar(material: Material) -> Iterator[Point]:
    dated = [Point(subject=Subject.DUE, numbers=(item.number,), at=item.due_at) for item in material.actions]
    dated += [
        Point(subject=Subject.REVIEW, numbers=(decision.number,), at=decision.review_at)
        for decision in in_force(material.decisions)
        if decision.review_at
    ]
    yield from sorted(dated, key=lambda point: (point.at or material.picture.drawn_at, point.numbers))


def _since_last_time(material: Material) -> Iterator[Decision]:
    return (d for d in material.decisions if material.since is None or d.at > material.since)


def _own(material: Material) -> Iterator[Decision]:
    return (d for d in still_intended(material.decisions) if d.body is material.body)
