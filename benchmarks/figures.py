"""The picture of one meeting from a register with a million figures, on SQLite."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measuring import in_turn, say
from crisis.figures import FigureKind
from crisis.inquiries import Answer, Submission
from crisis.partners import PartnerKind
from crisis.places import PROVINCES, SAFETY_REGIONS
from crisis.plan import Plan
from crisis.situation import Picture, draw_picture
from crisis.structure import Body
from integrations.register import Register, figures, intake, rows
from integrations.register.columns import utc_text
from integrations.register.tables import FigureRow, ReportRow
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_plan, a_register

FIGURES = 1_000_000
ROUNDS = 7
KINDS = (FigureKind.TARGET, FigureKind.REALISED, FigureKind.OCCUPIED)
COLUMNS = (
    *("crisis", "partner", "report_id", "indicator", "area", "kind", "value", "unit", "reference_date"),
    *("stated_at", "received_at", "source", "provisional", "synthetic"),
)


def measure() -> None:
    """Reading what is known and drawing the picture, with a million figures of 385 partners and with a tenth of that."""
    seconds = {}
    for number in (FIGURES // 10, FIGURES):
        with TemporaryDirectory() as folder:
            plan = _plan()
            register = a_register(Path(folder), plan)
            a_crisis(register, plan)
            _fill(register, plan, number)
            (seconds[number],) = in_turn(ROUNDS, lambda register=register, plan=plan: _picture(register, plan))  # type: ignore[misc]
            register.close()
    against = f"the same with {FIGURES // 10:,} figures: {seconds[FIGURES // 10] * 1000:.0f} ms"
    say("picture-1m", seconds[FIGURES] * 1000, "ms", seconds[FIGURES] / seconds[FIGURES // 10], against, "<= 1000 ms")


def _picture(register: Register, plan: Plan) -> Picture:
    meeting = register, "asiel-2022", Body.IAO, 1
    answers = (*intake.answers(*meeting), *intake.awaited(*meeting, NOW))
    known = figures.known(register, "asiel-2022", plan, NOW.date(), NOW)
    picture = draw_picture("asiel-2022", (Body.IAO, 1), plan, answers, None, NOW, known)
    assert all(row.value for row in picture.rows)
    return picture


def _fill(register: Register, plan: Plan, number: int) -> None:
    """Every partner reported every day until there are so many; half of them answered for this meeting too."""
    days = number // (len(plan.partners) * len(KINDS)) + 1
    for day in range(days):
        on = NOW.date() - timedelta(days=days - 1 - day)
        at = utc_text(NOW - timedelta(days=days - day))
        with register.bookkeeping() as session:
            reports = [("asiel-2022", p.id, f"{p.id}-{on}", "", "systeem", at, at) for p in plan.partners]
            rows.add_as_they_are(session, ReportRow, _REPORT, reports)
            rows.add_as_they_are(session, FigureRow, COLUMNS, list(_figures(plan, on, at)))
    a_meeting(register)
    answers = [_answer(partner.id, NOW.date()) for partner in plan.partners[::2]]
    intake.take_in(register, "asiel-2022", Body.IAO, 1, answers, SOMEONE, NOW)


_REPORT = ("crisis", "partner", "report_id", "digest", "via", "stated_at", "received_at")


def _figures(plan: Plan, on: date, at: str) -> Iterator[tuple[Any, ...]]:
    for partner in plan.partners:
        for kind in KINDS:
            said = ("opvang", partner.area, str(kind), "100", "plaatsen", on.isoformat(), at, at, "meting", False, True)
            yield ("asiel-2022", partner.id, f"{partner.id}-{on}", *said)


def _answer(partner: str, on: date) -> Answer:
    return Answer(partner=partner, submission=Submission.ON_TIME, received_at=NOW, report_id=f"{partner}-{on}")


def _plan() -> Plan:
    areas = [*SAFETY_REGIONS, *PROVINCES, *(f"GM{number:04}" for number in range(348))]
    indicator = {"id": "opvang", "name": "Opvang", "unit": "plaatsen", "definition": "Vannacht.", "kinds": list(KINDS)}
    partners = [
        {
            "id": area,
            "name": area,
            "kind": PartnerKind.ORGANISATION,
            "area": area,
            "address": f"/{area}",
            "indicators": ["opvang"],
        }
        for area in areas
    ]
    return a_plan(indicators=[indicator], partners=partners)
