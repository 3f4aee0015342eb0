"""A loop that works as soon as it is woken, and looks for itself now and then: another process may have left work."""

import asyncio
from collections.abc import Awaitable, Callable

POLL_SECONDS = 1.0


class Wake:
    def __init__(self, every: float = POLL_SECONDS) -> None:
        """`every`: seconds between two looks."""
        self._every = every
        self._event = asyncio.Event()

    def set(self) -> None:
        self._event.set()

    async def run(self, work: Callable[[], Awaitable[object]]) -> None:
        """Does the work again and again, until cancelled."""
        while True:
            self._event.clear()
            await work()
            try:
                async with asyncio.timeout(self._every):
                    await self._event.wait()
            except TimeoutError:
                continue
