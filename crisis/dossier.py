"""What was known when a body decided, and what came later (dossier).

The question of every inquiry afterwards is what they knew when they decided. Known is what stood in the register at or before
the moment of the decision: when its outcome was written down. All else came later, and stands apart. What came in after the
papers were frozen was known in the structure, and was not before the body: that is said too.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import Field

from crisis.actions import ActionItem
from crisis.attendance import Present
from crisis.decisions import HIDDEN, AdviceGiven, Contradiction, Decision, Secrecy, Status, contradictions, may_read, status_of
from crisis.errors import WrongRole
from crisis.files import Files
from crisis.inquiries import Answer, Submission
from crisis.late_papers import LatePaper
from crisis.measures import Progress, progress
from crisis.meetings import Meeting, Papers
from crisis.picture_rows import PictureRow
from crisis.record import Moment, Record
from crisis.requests import GivenReply
from crisis.situation import Picture
from crisis.structure import Body, Role

if TYPE_CHECKING:
    from crisis.plan import Plan


def is_known(recorded_at: datetime, moment: datetime) -> bool:
    """Whether what was recorded then was known at this moment: at or before it, and never after."""
    return recorded_at <= moment


class Sitting(Record):
    """The meeting in which it was decided."""

    meeting: Meeting
    written_at: Moment
    """When its secretary wrote the outcome down: the moment of the decision. A second person may have confirmed it later."""
    chair: str
    present: tuple[Present, ...] = ()
    papers_digest: str | None = None
    reading_minutes: int
    """How long before the hour members must have the papers, by the plan (E07)."""


class FrozenPicture(Record):
    """A picture as it was frozen into the papers of some meeting."""

    picture: Picture
    frozen_at: Moment


class Missing(Record):
    """A partner of whom there was nothing on time when the papers were frozen, and how."""

    partner: str
    how: Submission
    detail: str = ""


class OtherFigure(Record):
    """The same indicator in another picture, held against the one in the papers."""

    meeting: str
    """In whose papers: `MCCb 2`."""
    frozen_at: Moment
    then: PictureRow | None
    row: PictureRow

    @property
    def difference(self) -> Decimal | None:
        """Only where both rest on the same areas: else silence would look like a fall."""
        then = self.then
        if then is None or then.value is None or self.row.value is None or then.by_area.keys() != self.row.by_area.keys():
            return None
        return self.row.value - then.value


class AddresseeReply(Record):
    """What an addressee answered, to which decision."""

    decision: int
    addressee: str
    reply: GivenReply


class KnownThen(Record):
    """What stood in the register at the moment of the decision."""

    papers: Papers | None = None
    """What the body had before it, frozen at the invitation."""
    missing: tuple[Missing, ...] = ()
    late_papers: tuple[LatePaper, ...] = ()
    advice: tuple[Decision, ...] = ()
    """On which it rests (R17)."""
    earlier: tuple[Decision, ...] = ()
    """Whose place it takes, or which it withdraws."""
    nkc: tuple[AdviceGiven, ...] = ()
    replies: tuple[AddresseeReply, ...] = ()
    contradicted: tuple[Decision, ...] = ()
    """In force then, with another date or number for the same target."""
    progress: Progress | None = None
    answers_after_papers: tuple[Answer, ...] = ()
    """From partners that were missing in the papers: in the register, and not before the body."""
    figures_after_papers: tuple[OtherFigure, ...] = ()


class CameLater(Record):
    """What was recorded after it, up to now."""

    status: Status
    answers: tuple[Answer, ...] = ()
    figures: tuple[OtherFigure, ...] = ()
    late_papers: tuple[LatePaper, ...] = ()
    nkc: tuple[AdviceGiven, ...] = ()
    replies: tuple[AddresseeReply, ...] = ()
    changed_by: tuple[Decision, ...] = ()
    """That take its place, or withdraw it."""
    contradicted: tuple[Decision, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    """That follow from it, as they stand now."""
    progress: Progress | None = None
    """By the latest picture; None where there is none since."""


class Dossier(Record):
    """A decision with what was known then, and strictly apart from it what came later."""

    crisis: str
    title: str
    decision: Decision
    sitting: Sitting
    then: KnownThen
    later: CameLater

    @property
    def moment(self) -> datetime:
        """When it was decided."""
        return self.sitting.written_at


class Sources(Record):
    """All that bears on one decision, as the register holds it now."""

    title: str
    number: int
    sitting: Sitting
    files: Files
    papers: Papers | None = None
    details: dict[str, str] = Field(default_factory=dict)
    """Why a partner's answer was of no use, by partner."""
    pictures: tuple[FrozenPicture, ...] = ()
    """Of all meetings, in the order in which they were frozen."""
    answers: tuple[Answer, ...] = ()
    """Usable ones of partners that were missing, received since the papers were frozen."""
    late_papers: tuple[LatePaper, ...] = ()

    @property
    def decision(self) -> Decision:
        """The one that it is about."""
        return next(d for d in self.files.decisions if d.number == self.number)

    def seen_by(self, body: Body | None) -> "Sources":
        """The same for who sits in this body, or in none: what is secret in a higher body stays there (R22)."""
        changes: dict[str, object] = {"files": self.files.seen_by(body)}
        if self.papers:
            changes["papers"] = _papers_seen_by(self.papers, body)
        meeting = self.sitting.meeting
        if meeting.secrecy is Secrecy.SECRET and not may_read(body, meeting.body):
            minutes = meeting.model_copy(update={"summary": HIDDEN if meeting.summary else None})
            changes["sitting"] = self.sitting.model_copy(update={"meeting": minutes, "present": ()})
            changes["late_papers"] = tuple(p.model_copy(update={"title": HIDDEN, "text": HIDDEN}) for p in self.late_papers)
        return self.model_copy(update=changes)


def dossier(sources: Sources) -> Dossier:
    """What was known when this was decided, and what came later."""
    decision = sources.decision
    return Dossier(
        crisis=decision.crisis,
        title=sources.title,
        decision=decision,
        sitting=sources.sitting,
        then=_known_then(sources, decision),
        later=_came_later(sources, decision),
    )


def auditors(plan: "Plan") -> tuple[str, ...]:
    """Who may read every dossier, what is secret included (R22)."""
    return tuple(dict.fromkeys(plan.roles.get(Role.AUDITOR, ())))


def check_may_audit(person: str, plan: "Plan") -> None:
    """Whether this person may. Raises WrongRole."""
    if person not in auditors(plan):
        raise WrongRole(person=person, role=Role.AUDITOR)


def _known_then(sources: Sources, decision: Decision) -> KnownThen:
    moment, papers = sources.sitting.written_at, _papers(sources)
    known = [d for d in sources.files.decisions if is_known(_taken_at(d, sources), moment)]
    return KnownThen(
        papers=papers,
        missing=tuple(_missing(papers, sources.details)),
        late_papers=tuple(p for p in sources.late_papers if is_known(p.sent_at, moment)),
        advice=tuple(d for d in known if d.number in decision.rests_on),
        earlier=tuple(d for d in known if d.number in (decision.replaces, decision.withdraws)),
        nkc=tuple(a for a in _nkc(sources, decision) if is_known(a.at, moment)),
        replies=tuple(r for r in _replies(sources, decision) if is_known(r.reply.at, moment)),
        contradicted=tuple(_others(decision, contradictions(known), known)),
        progress=progress(decision.measure, papers.picture) if decision.measure and papers else None,
        answers_after_papers=tuple(a for a in _firsts(sources) if is_known(a.received_at, moment)),
        figures_after_papers=tuple(_figures(papers, [p for p in _since(sources) if is_known(p.frozen_at, moment)])),
    )


def _came_later(sources: Sources, decision: Decision) -> CameLater:
    moment, everything = sources.sitting.written_at, sources.files.decisions
    after = [d for d in everything if not is_known(_taken_at(d, sources), moment)]
    pictures = [p for p in _since(sources) if not is_known(p.frozen_at, moment)]
    return CameLater(
        status=status_of(decision, everything),
        answers=tuple(a for a in _firsts(sources) if not is_known(a.received_at, moment)),
        figures=tuple(_figures(_papers(sources), pictures)),
        late_papers=tuple(p for p in sources.late_papers if not is_known(p.sent_at, moment)),
        nkc=tuple(a for a in _nkc(sources, decision) if not is_known(a.at, moment)),
        replies=tuple(r for r in _replies(sources, decision) if not is_known(r.reply.at, moment)),
        changed_by=tuple(d for d in after if decision.number in (d.replaces, d.withdraws)),
        contradicted=tuple(_others(decision, contradictions(everything), after)),
        actions=tuple(a for a in sources.files.actions if a.decision == decision.number and a.opened_at >= moment),
        progress=progress(decision.measure, pictures[-1].picture) if decision.measure and pictures else None,
    )


def _papers(sources: Sources) -> Papers | None:
    """What the body had before it."""
    papers = sources.papers
    return papers if papers and is_known(papers.frozen_at, sources.sitting.written_at) else None


def _taken_at(other: Decision, sources: Sources) -> datetime:
    """Those of the same outcome were written down together; the others count from when they stood."""
    of = sources.sitting.meeting
    return sources.sitting.written_at if (other.body, other.meeting) == (of.body, of.number) else other.at


def _missing(papers: Papers | None, details: dict[str, str]) -> Iterator[Missing]:
    """All who were not on time; who was late, but in time for the papers, is named as such."""
    for partner, how in sorted(papers.picture.submissions.items() if papers else ()):
        if how is not Submission.ON_TIME:
            yield Missing(partner=partner, how=how, detail="" if how.has_figures else details.get(partner, ""))


def _nkc(sources: Sources, decision: Decision) -> Iterator[AdviceGiven]:
    about = {decision.number, decision.replaces, *decision.rests_on}
    return (advice for advice in sources.files.communication if advice.decision in about)


def _replies(sources: Sources, decision: Decision) -> Iterator[AddresseeReply]:
    about = {decision.number, decision.replaces, decision.withdraws}
    for request in sources.files.requests:
        for reply in request.replies if request.decision in about else ():
            yield AddresseeReply(decision=request.decision, addressee=request.addressee, reply=reply)


def _others(decision: Decision, pairs: Iterable[Contradiction], among: Sequence[Decision]) -> Iterator[Decision]:
    """Those among these that contradict it."""
    numbers = {n for pair in pairs if decision.number in (pair.first, pair.second) for n in (pair.first, pair.second)}
    return (d for d in among if d.number in numbers - {decision.number})


def _firsts(sources: Sources) -> Iterator[Answer]:
    """The first usable answer since, of each partner that was missing."""
    heard: set[str] = set()
    for answer in sorted(sources.answers, key=lambda a: (a.received_at, a.partner)):
        if answer.partner not in heard:
            heard.add(answer.partner)
            yield answer


def _since(sources: Sources) -> list[FrozenPicture]:
    """The pictures that were frozen after its own papers."""
    frozen_at = sources.papers.frozen_at if sources.papers else sources.sitting.written_at
    return sorted((p for p in sources.pictures if p.frozen_at > frozen_at), key=lambda p: p.frozen_at)


def _figures(papers: Papers | None, pictures: Sequence[FrozenPicture]) -> Iterator[OtherFigure]:
    """The same indicators in the first and in the last of these."""
    then = {(row.indicator, row.kind): row for row in papers.picture.rows} if papers else {}
    for place in dict.fromkeys((0, len(pictures) - 1)) if pictures else ():
        picture = pictures[place].picture
        for row in picture.rows:
            yield OtherFigure(
                meeting=f"{picture.body} {picture.number}",
                frozen_at=pictures[place].frozen_at,
                then=then.get((row.indicator, row.kind)),
                row=row,
            )


def _papers_seen_by(papers: Papers, body: Body | None) -> Papers:
    files = Files(
        decisions=papers.decisions, communication=papers.communication, requests=papers.requests, actions=papers.actions
    )
    return papers.model_copy(update=dict(files.seen_by(body)))
