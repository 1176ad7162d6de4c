"""Following up what is due, and clearing away the runs that found nothing."""

from datetime import UTC, datetime, timedelta

from prefect import task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_run_logger

from integrations.register.due import FollowedUp
from integrations.register.due import follow_up as do_what_is_due
from tasks.surroundings import by_this_run, register

NOTHING_DUE = "Niets te doen"
KEPT = timedelta(days=1)
"""How long a run that found nothing to do is kept (real time)."""


@task(task_run_name="herinner, escaleer, roep bijeen")
async def follow_up_due_work() -> FollowedUp:
    """Doe al het werk waarvan de tijd gekomen is."""
    done = do_what_is_due(register(), by_this_run(), register().now())
    log = get_run_logger()
    for what, keys in (
        ("Herinnerd", done.reminded),
        ("Geëscaleerd", done.escalated),
        ("Bijeengeroepen", done.convened),
        ("Uitkomst nagevraagd", done.asked_again),
        ("Piket opnieuw om bevestiging gevraagd", done.asked_duty),
        ("Antwoord nagevraagd", done.requests),
        ("NKC opnieuw om advies gevraagd", done.advice),
        ("Verzoek om deelname opnieuw voorgelegd", done.invitations),
        ("Uitvraag nagevraagd of gesloten", done.inquiries),
    ):
        for key in keys:
            log.info("%s: %s", what, key)
    return done


@task(task_run_name="ruim lege runs op")
async def clear_empty_runs(deployment: str) -> int:
    """Ruim runs op die niets te doen vonden en ouder zijn dan een dag; hoeveel het er waren."""
    async with get_client() as client:
        found = await client.read_flow_runs(
            deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[deployment])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(name=FlowRunFilterStateName(any_=[NOTHING_DUE])),
                end_time=FlowRunFilterEndTime(before_=datetime.now(UTC) - KEPT),
            ),
            limit=200,
        )
        for run in found:
            try:
                await client.delete_flow_run(run.id)
            except ObjectNotFound:
                continue  # somebody else was clearing too
    return len(found)
