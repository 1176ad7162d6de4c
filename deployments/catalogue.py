"""Every deployment as data: what people find in the Prefect UI, under which name, with which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prefect.flows import Flow

from flows.escalation import activation, escalation
from flows.follow_up import follow_up
from flows.meeting import meeting


@dataclass(frozen=True)
class Deployment:
    """A flow that can be triggered, by a person or by the watch."""

    flow: Flow[Any, Any]
    tags: tuple[str, ...]
    every: timedelta | None = None

    @property
    def name(self) -> str:
        """The same as its flow's: there is one deployment per flow."""
        return self.flow.name


def catalogue(follow_up_every: timedelta) -> Sequence[Deployment]:
    """All deployments."""
    return (
        Deployment(activation, tags=("formulier",)),
        Deployment(escalation, tags=("door de waker",)),
        Deployment(meeting, tags=("door de waker",)),
        Deployment(follow_up, tags=("volgens rooster",), every=follow_up_every),
    )
