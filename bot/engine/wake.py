"""A loop that works when it is woken, and also at intervals, for work that another process may have left."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.engine.heartbeat import beat

POLL_SECONDS = 1.0


class Wake:
    def __init__(self, every: float = POLL_SECONDS) -> None:
        """`every`: the most seconds between two runs."""
        self._every = every
        self._event = asyncio.Event()

    def set(self) -> None:
        self._event.set()

    async def run(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do the work at once and then after every wake or interval, until cancelled."""
        while True:
            self._event.clear()
            await work()
            beat()
            try:
                async with asyncio.timeout(self._every):
                    await self._event.wait()
            except TimeoutError:
                continue
