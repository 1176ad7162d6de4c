"""What the run by which an activation was asked for says of it in Prefect: that it waits, and what was answered."""

from contextlib import suppress
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed

from crisis.activation import ActivationRequest, RequestState
from crisis.plan import Plan
from integrations.register import Register, confirmations, plans
from integrations.wording.times import moment_text


def awaiting_confirmation(crisis: str) -> State[None]:
    """The state of a run that asked."""
    told = f"Er is nog niets geactiveerd: {crisis} wacht op bevestiging door de piketfunctionaris. Die kreeg een bericht."
    return Completed(name="Wacht op bevestiging", message=told)


async def tell_who_asked(register: Register, client: PrefectClient) -> None:
    """Have the run by which it was asked say what was answered."""
    for request in confirmations.untold(register):
        if request.flow_run_id:
            answer = _answer(request, plans.in_force(register))
            with suppress(ObjectNotFound):  # somebody deleted it: there is nobody to tell
                await client.set_flow_run_state(UUID(request.flow_run_id), answer, force=True)
        confirmations.told(register, request.key)


def _answer(request: ActivationRequest, plan: Plan) -> State[None]:
    by = plan.people.get(request.decided_by or "")
    told = f"{request.state} door {by.name if by else request.decided_by}"
    at = f", {moment_text(request.decided_at, 'nl')}" if request.decided_at else ""
    if request.state is RequestState.CONFIRMED:
        return Completed(name="Bevestigd", message=f"De activering is {told}{at}. De escalatie begint vanzelf.")
    return Completed(name="Afgewezen", message=f"De aanvraag is {told}{at}. Er is niets geactiveerd. Reden: {request.reason}")
