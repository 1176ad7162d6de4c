"""The papers of a crisis as Markdown: situation picture, list of decisions, list of action items (Dutch).

They are shown in the Prefect UI as artifacts. What people typed is escaped: it shows, and does nothing.
"""

from collections.abc import Sequence
from decimal import Decimal

from crisis.actions import ActionItem, ActionState
from crisis.decisions import Decision
from crisis.figures import FigureKind
from crisis.inquiries import Submission
from crisis.plan import Plan
from crisis.requests import Request
from crisis.situation import Picture, PictureRow
from integrations.wording.areas import area_name
from integrations.wording.charts import Bar, as_image, bar_chart, number_text
from integrations.wording.decision_list import DECISIONS, MEASURES, contradiction_texts, decision_rows, measure_rows
from integrations.wording.kinds import KIND_WORDS
from integrations.wording.markdown import safe, table
from integrations.wording.times import moment_text, short_moment_text


def picture_paper(picture: Picture, plan: Plan) -> str:
    """The situation picture: totals with their completeness, signals, who is missing, and the numbers per area."""
    parts = [
        f"# Situatieschets {picture.body} {picture.number}",
        _marking(plan),
        f"**{picture.completeness} partners** gaven een bruikbaar antwoord. Opgemaakt {moment_text(picture.drawn_at, 'nl')}.",
        _signals(picture),
        *(_chart(rows, plan) for rows in _by_indicator(picture) if len(plan.areas_that_give(rows[0].indicator)) > 1),
        "## Cijfers",
        _totals(picture),
        "## Wie ontbreekt",
        _missing(picture, plan),
        *(_per_area(rows, plan) for rows in _by_indicator(picture) if len(plan.areas_that_give(rows[0].indicator)) > 1),
    ]
    return "\n\n".join(part for part in parts if part)


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
    header = ("Nr", "Actiepunt", "Eigenaar", "Termijn", "Stand")
    ordered = sorted(items, key=lambda item: (item.state is ActionState.CLOSED, item.due_at))
    rows = [
        (
            item.number,
            f"{item.title} ({item.body} {item.meeting}, prioriteit {item.priority})",
            plan.people[item.owner].name,
            short_moment_text(item.due_at, "nl"),
            item.state,
        )
        for item in ordered
    ]
    return "\n\n".join(filter(None, [f"# Actielijst {safe(title)}", _marking(plan), table(header, rows) or "Nog geen."]))


def _marking(plan: Plan) -> str:
    return f"> **{plan.marking.upper()}** – dit stuk is niet echt." if plan.marking else ""


def _signals(picture: Picture) -> str:
    crossed = [f"- ⚠ **{safe(row.name)}**: {safe(row.crossed)}" for row in picture.rows if row.crossed]
    return "\n".join(["**Signalen**", "", *crossed]) if crossed else ""


def _totals(picture: Picture) -> str:
    header = ("Indicator", "Waarde", "Compleet", "Peildatum", "Verschil")
    return table(header, [_total(row) for row in picture.rows])


def _total(row: PictureRow) -> tuple[object, ...]:
    made_up = ", synthetisch" if row.synthetic else ""
    return (
        f"{row.name} ({KIND_WORDS[row.kind]}{made_up})",
        "onbekend" if row.value is None else f"{number_text(row.value)} {row.unit}",
        row.completeness,
        row.oldest_reference_date.strftime("%d-%m-%Y") if row.oldest_reference_date else "–",
        "–" if row.change is None else ("+" if row.change > 0 else "") + number_text(row.change),
    )


def _missing(picture: Picture, plan: Plan) -> str:
    rows = [(plan.partner(partner).name, how) for partner, how in sorted(picture.without_answer.items())]
    late = [plan.partner(p).name for p, how in picture.submissions.items() if how is Submission.LATE]
    said = f"Te laat, maar meegenomen: {', '.join(map(safe, late))}." if late else ""
    return "\n\n".join(filter(None, [table(("Partner", "Antwoord"), rows) or "Niemand.", said]))


def _chart(rows: Sequence[PictureRow], plan: Plan) -> str:
    realised, target = _kind(rows, FigureKind.REALISED), _kind(rows, FigureKind.TARGET)
    shown = realised or rows[0]
    areas = sorted(plan.areas_that_give(rows[0].indicator))
    targets = target.by_area if target else {}
    bars = [Bar(label=area_name(area), value=shown.by_area.get(area), target=targets.get(area)) for area in areas]
    made_up = ", synthetisch" if shown.synthetic else ""
    total = number_text(shown.value) if shown.value is not None else "onbekend"
    title = f"{shown.name}: {total} ({shown.completeness}{made_up})"
    return as_image(bar_chart(title, shown.unit, bars), title)


def _per_area(rows: Sequence[PictureRow], plan: Plan) -> str:
    areas = sorted(plan.areas_that_give(rows[0].indicator))
    header = ("Gebied", *(KIND_WORDS[row.kind] for row in rows))
    lines = [(area_name(area), *(_value(row.by_area.get(area)) for row in rows)) for area in areas]
    return f"## {safe(rows[0].name)} per gebied\n\n{table(header, lines)}"


def _by_indicator(picture: Picture) -> list[list[PictureRow]]:
    names = dict.fromkeys(row.indicator for row in picture.rows)
    return [[row for row in picture.rows if row.indicator == name] for name in names]


def _kind(rows: Sequence[PictureRow], kind: FigureKind) -> PictureRow | None:
    return next((row for row in rows if row.kind is kind), None)


def _value(value: Decimal | None) -> str:
    return "geen opgave" if value is None else number_text(value)
