"""The papers of a crisis as Markdown: situation picture, list of decisions, list of action items (Dutch).

They are shown in the Prefect UI as artifacts. What people typed is escaped: it shows, and does nothing.
"""

from collections.abc import Sequence

from crisis.actions import ActionItem, ActionState
from crisis.decisions import Decision
from crisis.plan import Plan
from crisis.requests import Request
from crisis.situation import Picture
from integrations.wording.decision_list import DECISIONS, MEASURES, contradiction_texts, decision_rows, measure_rows
from integrations.wording.markdown import as_markdown, safe, table
from integrations.wording.picture import picture_document
from integrations.wording.times import moment_text, short_moment_text


def picture_paper(picture: Picture, plan: Plan) -> str:
    """The situation picture."""
    return as_markdown(picture_document(picture, plan))


def decisions_paper(
    title: str, decisions: Sequence[Decision], plan: Plan, requests: Sequence[Request] = (), picture: Picture | None = None
) -> str:
    """The decision register (besluitenlijst): where each stands, what contradicts what, and how far the measures have come."""
    against = [f"- ⚠ {safe(text)}" for text in contradiction_texts(decisions, plan)]
    measures = table(MEASURES, measure_rows(decisions, picture, plan))
    parts = [
        f"# Besluitenlijst {safe(title)}",
        _marking(plan),
        table(DECISIONS, decision_rows(decisions, requests, plan)) or "Nog geen.",
        "## Tegenspraak\n\n" + "\n".join(against) if against else "",
        f"## Maatregelen\n\n{measures}\n\n{_as_of(picture)}" if measures else "",
    ]
    return "\n\n".join(filter(None, parts))


def _as_of(picture: Picture | None) -> str:
    if picture is None:
        return "Er is nog geen beeld. Onbekend is niet nul."
    drawn = moment_text(picture.drawn_at, "nl")
    return f"Stand volgens het beeld voor {picture.body} {picture.number}, {drawn}. Onbekend is niet nul."


def actions_paper(title: str, items: Sequence[ActionItem], plan: Plan) -> str:
    """The list of action items (actielijst): the open ones first, then by due time."""
    header = ("Nr", "Termijn", "Stand", "Eigenaar", "Actiepunt")  # the longest last: the Prefect UI cuts off on the right
    ordered = sorted(items, key=lambda item: (item.state is ActionState.CLOSED, item.due_at))
    rows = [
        (
            item.number,
            short_moment_text(item.due_at, "nl"),
            item.state,
            plan.people[item.owner].name,
            f"{item.title} ({item.body} {item.meeting}, prioriteit {item.priority})",
        )
        for item in ordered
    ]
    return "\n\n".join(filter(None, [f"# Actielijst {safe(title)}", _marking(plan), table(header, rows) or "Nog geen."]))


def _marking(plan: Plan) -> str:
    return f"> **{plan.marking.upper()}** – dit stuk is niet echt." if plan.marking else ""
