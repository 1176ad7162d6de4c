"""A catcher for a whole test module, in a thread of its own: opening one per test would take longest."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from deployments.rehearsals.catcher import Catcher, Mood


@contextmanager
def catching() -> Iterator[Catcher]:
    """A catcher that listens until the block ends."""
    catcher = Catcher()
    ready, over = threading.Event(), threading.Event()

    async def listen() -> None:
        async with catcher.open():
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(listen()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield catcher
    finally:
        over.set()
        thread.join(10)


def emptied(catcher: Catcher) -> Catcher:
    """The same, good-humoured and with nothing in it."""
    catcher.mood = Mood()
    catcher.mails.clear()
    catcher.posts.clear()
    catcher.mail_connections = 0
    return catcher
