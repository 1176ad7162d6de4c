"""The page on which a secretary reads the papers of a meeting and records what came of it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.responses import HTMLResponse

from crisis.decisions import Decision, Status
from crisis.decisions import status_of as standing_of
from crisis.errors import HigherBodyActive, InvalidInput, NoHigherBody, Refused
from crisis.inquiries import Submission
from crisis.meetings import Direction, Meeting, Papers, Stage, check_direction, levels_after
from crisis.members import check_reads_papers
from crisis.passes import Act
from crisis.plan import Plan, Seat
from crisis.scaling_down import may_end
from crisis.structure import Body, in_order
from integrations.portal.desk import page, status_of
from integrations.portal.holder import Holder
from integrations.portal.outcome_choices import choices_of, is_touched
from integrations.portal.outcome_form import MORE, MOST_ROWS, OutcomeForm, as_typed, fields_of, outcome_in, typed
from integrations.register import actions, crises, decisions, late_papers, meetings, members, outcomes
from integrations.wording.advice import signal_text
from integrations.wording.agenda import agenda_text
from integrations.wording.dossier_parts import Wording
from integrations.wording.problems import reason_text
from integrations.wording.times import lead_text

FIRST_ROWS = {"decisions": 3, "actions": 4}
"""How many empty rows the form begins with, and how many are added when more are asked for."""


def show(holder: Holder) -> HTMLResponse:
    """The papers and the form; once the outcome is recorded, what was recorded."""
    meeting = meeting_of(holder)
    if meeting.stage is Stage.PROPOSED:
        return _proposed_page(holder, meeting)
    if not meeting.is_open:
        return _recorded_page(holder, meeting)
    sent_back = outcomes.proposed(holder.desk.register, meeting)
    return _form_page(holder, meeting, typed(fields_of(sent_back) if sent_back else {}))


def show_papers(holder: Holder) -> HTMLResponse:
    """The papers as they were frozen, for who is invited; once the outcome is recorded, that too.

    Who was released from the body since reads those of meetings whose hour was before their release, and no dossiers.

    Raises:
        NoLongerSeated: they left the body before this meeting.

    """
    meeting = meeting_of(holder)
    memberships = members.of_crisis(holder.desk.register, meeting.crisis)
    check_reads_papers(holder.grant.principal, meeting.body, meeting.planned_at, holder.plan, memberships)
    facts = holder.facts() | _papers_of(holder, meeting) | {"is_first_sight": True}
    if not meeting.is_open:
        mine = (meeting.body, meeting.number)
        taken = decisions.of_crisis(holder.desk.register, meeting.crisis)
        facts["decisions"] = [d for d in taken if (d.body, d.meeting) == mine]
    return page("reading.html.j2", holder.person.language, holder.crisis.plan.marking, facts)


def record(holder: Holder, fields: Mapping[str, str]) -> None:
    """Record what was typed. The same sent twice is recorded once.

    Raises:
        Refused: by the form or the procedure; nothing was recorded.

    """
    meeting = meeting_of(holder)
    outcome = outcome_in(typed(fields), meeting.body)
    outcomes.record(holder.desk.register, holder.grant, outcome, holder.deed, holder.desk.now())


def show_refusal(holder: Holder, fields: Mapping[str, str], refusal: Refused) -> HTMLResponse:
    """The form once more with all that was typed, and above it why it was refused."""
    return _form_page(holder, meeting_of(holder), typed(fields), refusal)


def show_more_rows(holder: Holder, fields: Mapping[str, str]) -> HTMLResponse:
    """The form with all that was typed and more rows; nothing is recorded."""
    return _form_page(holder, meeting_of(holder), typed(fields), more=fields.get(MORE, ""))


def meeting_of(holder: Holder) -> Meeting:
    """The meeting that the pass is about."""
    return meetings.find(holder.desk.register, *meetings.parts(holder.grant.object))


def _papers_of(holder: Holder, meeting: Meeting) -> dict[str, object]:
    place = (meeting.crisis, meeting.body, meeting.number)
    papers = meetings.papers(holder.desk.register, *place)
    language, plan = holder.person.language, holder.crisis.plan
    late = late_papers.of_meeting(holder.desk.register, *place)
    return {
        "meeting": meeting,
        "picture": papers.picture,
        "signals": [signal_text(one, Wording(plan, language)) for one in papers.picture.signals],
        "papers": papers,
        "agenda": agenda_text(papers.agenda, plan, language),
        "statuses": _statuses(papers.decisions),
        "late_papers": [(paper, lead_text(paper.before(meeting.planned_at), language)) for paper in late],
        "short_reading": _short_reading(meeting, plan, language),
        "without_answer": _without_answer(papers, holder.crisis.plan),
        "has_dossiers": holder.grant.act is Act.READ_PAPERS and holder.grant.principal in plan.bodies[meeting.body].everyone,
        "now": holder.desk.now(),
    }


def _statuses(of: Sequence[Decision]) -> dict[int, Status]:
    """Where each decision stood when the papers were frozen."""
    return {decision.number: standing_of(decision, of) for decision in of}


def _short_reading(meeting: Meeting, plan: Plan, language: str) -> str:
    """How long before the meeting the papers went out, where that is shorter than the plan wants; else nothing (E07)."""
    read = meeting.reading_time()
    is_short = meeting.has_short_reading_time(plan.bodies[meeting.body].reading_minutes)
    return lead_text(read, language) if read is not None and is_short else ""


def _form_page(
    holder: Holder, meeting: Meeting, form: OutcomeForm, refusal: Refused | None = None, more: str = ""
) -> HTMLResponse:
    plan, language = holder.plan, holder.person.language
    problems = {as_typed(field): reason_text(reason, language) for field, reason in _problems(refusal)}
    possible = _possible_directions(meeting, holder.crisis.levels)
    facts = (
        holder.facts()
        | _papers_of(holder, meeting)
        | choices_of(holder, meeting)
        | {
            "form": form,
            "remark": outcomes.remark(holder.desk.register, meeting),
            "rows": {group: _row_count(form, group, more) for group in FIRST_ROWS},
            "most_rows": MOST_ROWS,
            **_present(form, plan.bodies[meeting.body]),
            "directions": possible,
            "levels_after": {d: in_order(levels_after(holder.crisis.levels, meeting.body, d)) for d in Direction},
            "is_last_body": Direction.END in possible,
            **_endings(holder, meeting),
            "open_actions": [a for a in actions.of_crisis(holder.desk.register, meeting.crisis) if a.closed_at is None],
            "refusal": holder.told(refusal) if refusal else None,
            "problems": problems,
            "field_of_refusal": "direction" if isinstance(refusal, NoHigherBody | HigherBodyActive) else None,
            "is_first_sight": refusal is None and not more,
            "is_touched": lambda place, columns, row: is_touched(place, columns, row, problems),
        }
    )
    status = status_of(refusal) if refusal else HTTPStatus.OK
    return page("outcome.html.j2", language, plan.marking, facts, status)


def _endings(holder: Holder, meeting: Meeting) -> dict[str, object]:
    """The decisions of who activated by which this body may end the structure; None where it decides so itself (R20, a)."""
    activated = crises.who_activated(holder.desk.register, meeting.crisis)
    if meeting.body.rank >= activated.rank:
        return {"activated": activated, "endings": None}
    found = may_end(decisions.of_crisis(holder.desk.register, meeting.crisis), activated)
    said = [(str(d.number), f"{d.number}, {d.body} {d.meeting}: {d.seen_by(meeting.body).text}") for d in found]
    return {"activated": activated, "endings": said}


def _present(form: OutcomeForm, seat: Seat) -> dict[str, object]:
    """Who was ticked, and who was named beside them."""
    guests = [row for row in form.present if row["name"] not in seat.table]
    return {
        "seated": {row["name"]: row for row in form.present if row["name"] in seat.table},
        "guests": [*guests, *[{}] * max(GUESTS - len(guests), 1)],
    }


GUESTS = 2
"""Lines for who has no seat in the body."""


def _proposed_page(holder: Holder, meeting: Meeting) -> HTMLResponse:
    """What was recorded awaits the second person."""
    confirms = holder.names[holder.plan.bodies[meeting.body].confirms]
    facts = holder.facts() | {"meeting": meeting, "confirms": confirms}
    return page("proposed.html.j2", holder.person.language, holder.plan.marking, facts)


def _recorded_page(holder: Holder, meeting: Meeting) -> HTMLResponse:
    register = holder.desk.register
    mine = (meeting.body, meeting.number)
    facts = holder.facts() | {
        "meeting": meeting,
        "decisions": [d for d in decisions.of_crisis(register, meeting.crisis) if (d.body, d.meeting) == mine],
        "actions": [a for a in actions.of_crisis(register, meeting.crisis) if (a.body, a.meeting) == mine],
        "levels": in_order(holder.crisis.levels),
        "recorded_by": holder.named(meeting.recorded_by, holder.plan.bodies[meeting.body].secretary),
    }
    return page("recorded.html.j2", holder.person.language, holder.crisis.plan.marking, facts)


def _problems(refusal: Refused | None) -> list[tuple[str, str]]:
    found = refusal.details["problems"] if isinstance(refusal, InvalidInput) else []
    assert isinstance(found, list)
    return found


def _possible_directions(meeting: Meeting, levels: frozenset[Body]) -> tuple[Direction, ...]:
    """What this body may conclude, by the rules themselves."""

    def is_possible(direction: Direction) -> bool:
        try:
            check_direction(meeting, direction, levels)
        except (NoHigherBody, HigherBodyActive):
            return False
        return True

    return tuple(direction for direction in Direction if is_possible(direction))


def _row_count(form: OutcomeForm, group: str, more: str) -> int:
    shown = max(form.shown.get(group, 0), FIRST_ROWS[group])
    return min(shown + (FIRST_ROWS[group] if group == more else 0), MOST_ROWS)


def _without_answer(papers: Papers, plan: Plan) -> dict[Submission, list[str]]:
    """The partners that gave nothing usable, by how."""
    names = {partner.id: partner.name for partner in plan.partners}
    missing = papers.picture.without_answer
    kinds = [kind for kind in Submission if kind in missing.values()]
    return {kind: sorted(names.get(p, p) for p, how in missing.items() if how is kind) for kind in kinds}
