"""The bar that shows in the Prefect UI how far a round has come."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from crisis.inquiries import Answer, Submission
from tasks import progress
from tasks.progress import Progress
from tests.building import NOW

WELL = Answer(partner="VR01", submission=Submission.ON_TIME, received_at=NOW)
SILENT = Answer(partner="VR02", submission=Submission.SILENT, received_at=NOW)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str]]:
    """What was sent to Prefect: the share, and the words."""
    seen: list[tuple[float, str]] = []
    made: list[UUID] = []

    async def create(progress: float, description: str, **_: Any) -> UUID:
        made.append(uuid4())
        seen.append((round(progress), description))
        return made[-1]

    async def update(artifact_id: UUID, progress: float, description: str) -> None:
        assert [artifact_id] == made
        seen.append((round(progress), description))

    monkeypatch.setattr(progress, "acreate_progress_artifact", create)
    monkeypatch.setattr(progress, "aupdate_progress_artifact", update)
    monkeypatch.setattr(progress, "FIRST_SECONDS", 0.05)
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0.05)
    return seen


async def test_it_moves_with_what_comes_in_and_ends_where_the_round_ended(shown: list[tuple[float, str]]) -> None:
    async with Progress("k", "IAO 1: veiligheidsregio", 4) as bar:
        bar.count(WELL)
        await asyncio.sleep(0.12)
        bar.count(SILENT)
        await asyncio.sleep(0.12)
        bar.count(WELL)
        bar.count(WELL)
    assert shown == [
        (25, "IAO 1: veiligheidsregio: 1 van 4 bruikbaar, 3 nog onderweg"),
        (50, "IAO 1: veiligheidsregio: 1 van 4 bruikbaar, 2 nog onderweg"),
        (100, "IAO 1: veiligheidsregio: 3 van 4 bruikbaar, 0 nog onderweg"),
    ]


async def test_what_is_over_at_once_needs_no_bar(shown: list[tuple[float, str]]) -> None:
    async with Progress("k", "IAO 1: provincie", 1) as bar:
        bar.count(WELL)
    assert shown == []


async def test_a_bar_that_was_being_made_when_the_round_ended_ends_too(
    shown: list[tuple[float, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(progress: float, description: str, **_: Any) -> UUID:
        shown.append((progress, description))
        if len(shown) == 1:
            await asyncio.sleep(5)
        return uuid4()

    monkeypatch.setattr(progress, "acreate_progress_artifact", slow)
    async with Progress("k", "IAO 1: provincie", 1) as bar:
        await asyncio.sleep(0.1)
        bar.count(WELL)
    assert [share for share, _ in shown] == [0, 100]


async def test_it_stays_where_it_was_when_the_round_broke_off(shown: list[tuple[float, str]]) -> None:
    async def broken_off() -> None:
        async with Progress("k", "IAO 1: provincie", 2):
            await asyncio.sleep(0.08)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await broken_off()
    assert [share for share, _ in shown] == [0]
