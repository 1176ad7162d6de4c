"""Inquiries of their own, reports that are kept, and figures that say when they were known.

What was answered for a meeting becomes the answer to the inquiry for it; a report that answered two meetings is one report.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Row = dict[str, Any]
_SAID = ("indicator", "area", "kind", "value", "unit", "reference_date", "source", "provisional", "synthetic", "supersedes")
_USABLE = ("op tijd", "te laat")


def upgrade() -> None:
    """To this version."""
    answers, figures = _all("answer"), _all("figure")
    convened = {
        (m["crisis"], m["body"], m["number"]): m
        for m in _all("meeting", "crisis", "body", "number", "convened_at", "planned_at")
    }
    op.drop_index("figure_of_answer", "figure")
    op.drop_table("figure")
    op.drop_table("answer")
    _create()
    inquiries = list(_inquiries(answers, convened))
    number_of = {(i["crisis"], i["body"], i["meeting"]): i["number"] for i in inquiries}
    said: dict[tuple[str, ...], list[Row]] = {}
    for figure in sorted(figures, key=lambda one: one["id"]):
        said.setdefault((figure["crisis"], figure["body"], figure["meeting"], figure["partner"]), []).append(figure)
    reports: dict[tuple[str, str, str], tuple[Row, list[Row]]] = {}
    kept = []
    for answer in sorted(answers, key=lambda one: one["received_at"]):
        meeting = answer["crisis"], answer["body"], answer["meeting"]
        inquiry = number_of[meeting]
        of_answer = said.get((*meeting, answer["partner"]), [])
        report_id = _report(answer, inquiry, of_answer, reports) if answer["submission"] in _USABLE else None
        fields = {name: value for name, value in answer.items() if name not in ("body", "meeting")}
        kept.append(fields | {"inquiry": inquiry, "report_id": report_id})
    _fill("inquiry", inquiries)
    _fill("report", [report for report, _ in reports.values()])
    _fill("answer", kept)
    _fill("figure", [figure for _, of_report in reports.values() for figure in of_report])


def downgrade() -> None:
    """Back to the one before: what was asked outside a meeting, and what corrected an answer, is lost."""
    inquiries = {(i["crisis"], i["number"]): i for i in _all("inquiry")}
    answers, figures = _all("answer"), _all("figure")
    for index in ("figure_of_report", "figure_subject"):
        op.drop_index(index, "figure")
    op.drop_table("figure")
    op.drop_index("answer_of_report", "answer")
    op.drop_table("answer")
    op.drop_index("report_returned", "report")
    op.drop_table("report")
    op.drop_index("inquiry_due", "inquiry")
    op.drop_table("inquiry")
    _create_before()
    said: dict[tuple[str, ...], list[Row]] = {}
    for figure in sorted(figures, key=lambda one: one["id"]):
        said.setdefault((figure["crisis"], figure["partner"], figure["report_id"]), []).append(figure)
    kept, numbers = [], []
    for answer in answers:
        inquiry = inquiries[answer["crisis"], answer["inquiry"]]
        if inquiry["meeting"] is None:
            continue
        of = {"crisis": answer["crisis"], "body": inquiry["body"], "meeting": inquiry["meeting"], "partner": answer["partner"]}
        kept.append({name: value for name, value in answer.items() if name not in ("inquiry", "returned")} | of)
        of_report = said.get((answer["crisis"], answer["partner"], answer["report_id"]), [])
        numbers += [of | {name: figure[name] for name in _SAID} for figure in of_report]
    _fill("answer", kept)
    _fill("figure", numbers)


def _all(table: str, *columns: str) -> list[Row]:
    what = ", ".join(f'"{column}"' for column in columns) or "*"
    return [dict(row) for row in op.get_bind().execute(sa.text(f'SELECT {what} FROM "{table}"')).mappings()]


def _fill(table: str, rows: list[Row]) -> None:
    for columns, alike in _alike(rows):
        names = ", ".join(f'"{name}"' for name in columns)
        places = ", ".join(f":{name}" for name in columns)
        op.get_bind().execute(sa.text(f'INSERT INTO "{table}" ({names}) VALUES ({places})'), alike)


def _alike(rows: list[Row]) -> Iterable[tuple[tuple[str, ...], list[Row]]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    return groups.items()


def _inquiries(answers: list[Row], convened: dict[tuple[str, str, int], Row]) -> Iterable[Row]:
    asked: dict[tuple[str, str, int], set[str]] = {}
    for answer in answers:
        asked.setdefault((answer["crisis"], answer["body"], answer["meeting"]), set()).add(answer["partner"])
    numbers: dict[str, int] = {}
    for key in sorted(asked, key=lambda one: (one[0], convened[one]["convened_at"], one[1])):
        crisis, body, meeting = key
        at = convened[key]
        numbers[crisis] = numbers.get(crisis, 0) + 1
        yield {
            "version": 1,
            "crisis": crisis,
            "number": numbers[crisis],
            "body": body,
            "meeting": meeting,
            "question": f"Wat weet u? Uitvraag voor {body} {meeting}.",
            "indicators": "[]",
            "partners": _json_list(sorted(asked[key])),
            "reference_date": at["convened_at"][:10],
            "opened_at": at["convened_at"],
            "opened_by": "systeem",
            "due_at": at["planned_at"],
            "closed_at": at["planned_at"],
            "closed_because": "op het uur",
        }


def _json_list(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"  # ids of partners: no quotes in them


def _report(answer: Row, inquiry: int, figures: list[Row], reports: dict[tuple[str, str, str], tuple[Row, list[Row]]]) -> str:
    """The id of the report that this answer is; the same id with other numbers becomes another."""
    said = [{name: figure[name] for name in _SAID} for figure in figures]
    report_id = answer["report_id"] or f"uitvraag-{inquiry}"
    known = reports.get((answer["crisis"], answer["partner"], report_id))
    if known and [{name: figure[name] for name in _SAID} for figure in known[1]] != said:
        report_id, known = f"{report_id}:U{inquiry}", None
    if known is None:
        of = {"crisis": answer["crisis"], "partner": answer["partner"], "report_id": report_id}
        times = {"stated_at": answer["received_at"], "received_at": answer["received_at"]}
        report = of | times | {"digest": "", "via": "systeem", "returned": False}
        reports[tuple(of.values())] = report, [of | times | figure for figure in said]  # type: ignore[index]
    return report_id


def _create() -> None:
    op.create_table(
        "inquiry",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("meeting", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("indicators", sa.JSON(), nullable=False),
        sa.Column("partners", sa.JSON(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("due_at", sa.String(32), nullable=False),
        sa.Column("enough", sa.Float(), nullable=True),
        sa.Column("next_reminder_at", sa.String(32), nullable=True),
        sa.Column("closed_at", sa.String(32), nullable=True),
        sa.Column("closed_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["crisis"], ["crisis.slug"]),
        sa.ForeignKeyConstraint(["crisis", "body", "meeting"], ["meeting.crisis", "meeting.body", "meeting.number"]),
        sa.PrimaryKeyConstraint("crisis", "number"),
        sa.UniqueConstraint("crisis", "body", "meeting"),
    )
    is_there = sa.text("next_reminder_at IS NOT NULL")
    op.create_index("inquiry_due", "inquiry", ["next_reminder_at"], sqlite_where=is_there, postgresql_where=is_there)
    op.create_table(
        "report",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("crisis", "partner", "report_id", "digest", "via")),
        *(sa.Column(name, sa.String(32), nullable=False) for name in ("stated_at", "received_at")),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["crisis"], ["crisis.slug"]),
        sa.PrimaryKeyConstraint("crisis", "partner", "report_id"),
    )
    of_report = ["crisis", "partner", "report_id"]
    is_returned = sa.text("returned")
    op.create_index("report_returned", "report", of_report, sqlite_where=is_returned, postgresql_where=is_returned)
    op.create_table(
        "answer",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("inquiry", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("partner", "submission")),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("report_id", sa.String(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("remarks", "detail")),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("returned", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["crisis", "inquiry"], ["inquiry.crisis", "inquiry.number"]),
        sa.ForeignKeyConstraint(of_report, [f"report.{name}" for name in of_report]),
        sa.PrimaryKeyConstraint("crisis", "inquiry", "partner"),
    )
    op.create_index("answer_of_report", "answer", of_report)
    op.create_table(
        "figure",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in (*of_report, "indicator", "area", "kind")),
        sa.Column("value", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(32), nullable=False) for name in ("stated_at", "received_at")),
        sa.Column("source", sa.String(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("provisional", "synthetic")),
        sa.Column("supersedes", sa.String(), nullable=True),
        sa.Column("rounded_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(of_report, [f"report.{name}" for name in of_report]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("figure_of_report", "figure", of_report)
    op.create_index(
        "figure_subject",
        "figure",
        ["crisis", "indicator", "kind", "area", "partner", "reference_date", "stated_at", "received_at"],
    )


def _create_before() -> None:
    of_meeting = ["crisis", "body", "meeting"]
    op.create_table(
        "answer",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("crisis", "body")),
        sa.Column("meeting", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("partner", "submission")),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("report_id", sa.String(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("remarks", "detail")),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(of_meeting, ["meeting.crisis", "meeting.body", "meeting.number"]),
        sa.PrimaryKeyConstraint(*of_meeting, "partner"),
    )
    op.create_table(
        "figure",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("crisis", "body")),
        sa.Column("meeting", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("partner", "indicator", "area", "kind")),
        sa.Column("value", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("provisional", "synthetic")),
        sa.Column("supersedes", sa.String(), nullable=True),
        sa.ForeignKeyConstraint([*of_meeting, "partner"], [f"answer.{name}" for name in (*of_meeting, "partner")]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("figure_of_answer", "figure", [*of_meeting, "partner"])
