"""The papers: the picture is drawn, shown, frozen; the lists are kept up to date in the Prefect UI."""

from prefect import task
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.logging import get_run_logger

from crisis.files import freeze
from crisis.record import AMSTERDAM
from crisis.situation import Picture
from crisis.situation import draw_picture as draw
from crisis.structure import Body
from integrations.register import figures, files, intake, meetings
from integrations.wording.papers import actions_paper, decisions_paper, picture_paper
from integrations.wording.picture_areas import region_rows
from integrations.wording.times import moment_text
from tasks.charge import in_charge
from tasks.surroundings import crisis_of, register


@task(task_run_name="maak het beeld voor {body} {number}")
async def draw_picture(crisis: str, body: Body, number: int) -> Picture:
    """Maak het beeld van wat de partners hebben opgegeven, en toon het."""
    current, now = crisis_of(crisis), register().now()
    plan = current.plan
    answers = (
        *intake.answers(register(), crisis, body, number),
        *intake.awaited(register(), crisis, body, number, now),
    )
    earlier = meetings.last_picture(register(), crisis)
    known = figures.known(register(), crisis, plan, now.astimezone(AMSTERDAM).date(), now)
    series = figures.of_balance(register(), crisis, plan, now)
    picture = draw(crisis, (body, number), plan, answers, earlier, now, known, current.levels, series)
    missing = ", ".join(plan.partner(partner).name for partner in picture.without_answer)
    get_run_logger().info("Beeld: %s partners; zonder antwoord: %s", picture.completeness, missing or "niemand")
    await acreate_markdown_artifact(
        key=f"{crisis}-beeld", markdown=picture_paper(picture, plan), description=f"Situatieschets {body} {number}"
    )
    if rows := region_rows(picture, plan):
        await acreate_table_artifact(
            key=f"{crisis}-regios", table=rows, description=f"{body} {number}: de 25 veiligheidsregio's"
        )
    return picture


@task(task_run_name="bevries de stukken van {body} {number} en nodig uit")
async def invite(crisis: str, body: Body, number: int, picture: Picture) -> None:
    """Bevries de stukken, nodig de leden uit en vraag de secretaris om de uitkomst."""
    now = register().now()
    since = meetings.convened_before(register(), crisis, body, number)
    papers = freeze(body, since, files.of_crisis(register(), crisis), picture, now)
    meeting = meetings.invite(register(), crisis, body, number, papers, in_charge(crisis, body, number), now)
    get_run_logger().info("%s uitgenodigd voor %s", meeting.label, moment_text(meeting.planned_at, "nl"))


@task(task_run_name="werk de lijsten van {crisis} bij")
async def publish_lists(crisis: str) -> None:
    """Toon de besluitenlijst en de actielijst zoals ze nu zijn."""
    current = crisis_of(crisis)
    seen = files.of_crisis(register(), crisis).seen_by(None)  # Prefect knows no users: nothing secret goes there
    picture = meetings.last_picture(register(), crisis)
    lists = {
        "besluiten": decisions_paper(current.title, seen.decisions, current.plan, seen.requests, picture),
        "acties": actions_paper(current.title, seen.actions, current.plan),
    }
    for name, paper in lists.items():
        await acreate_markdown_artifact(key=f"{crisis}-{name}", markdown=paper, description=current.title)
