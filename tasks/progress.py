"""How far a round has come, as a bar in the Prefect UI that moves while it goes on."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self
from uuid import UUID

from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

from crisis.inquiries import Answer

FIRST_SECONDS, EVERY_SECONDS = 0.75, 1.0
"""To show it costs the round itself some 8 ms: not for what is over within a second, nor when nothing changed."""


class Progress:
    """So many of so many have answered; `count` each answer as it comes in."""

    def __init__(self, key: str, title: str, total: int) -> None:
        self._key, self._title, self._total = key, title, total
        self._usable = self._done = 0
        self._has_begun = False
        self._shown: UUID | None = None
        self._moving: asyncio.Task[None] | None = None

    def count(self, answer: Answer) -> None:
        """One more."""
        self._done += 1
        self._usable += answer.submission.has_figures

    async def __aenter__(self) -> Self:
        """From now on it moves; nobody waits for it."""
        self._moving = asyncio.create_task(self._move())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Where it ended."""
        if self._moving:
            self._moving.cancel()
            with suppress(asyncio.CancelledError):
                await self._moving
        if error is None and self._has_begun:
            await self._show()

    async def _move(self) -> None:
        await asyncio.sleep(FIRST_SECONDS)
        self._has_begun = True
        shown = -1
        while True:
            if shown != self._done:
                shown = self._done
                await self._show()
            await asyncio.sleep(EVERY_SECONDS)

    async def _show(self) -> None:
        share = 100.0 * self._done / self._total
        told = f"{self._title}: {self._usable} van {self._total} bruikbaar, {self._total - self._done} nog onderweg"
        if self._shown is None:
            self._shown = await acreate_progress_artifact(progress=share, key=self._key, description=told)
        else:
            await aupdate_progress_artifact(self._shown, progress=share, description=told)
