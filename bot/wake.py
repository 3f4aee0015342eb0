"""A loop that works as soon as it is woken, and looks for itself once a second."""

import asyncio
from collections.abc import Awaitable, Callable

POLL_SECONDS = 1.0


class Wake:
    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        self._event.set()

    async def run(self, work: Callable[[], Awaitable[object]]) -> None:
        """Does the work again and again, until cancelled."""
        while True:
            self._event.clear()
            await work()
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._event.wait()
            except TimeoutError:
                continue
