"""Listen for nudges: this or another process scheduled a step before the earliest one."""

import asyncio
from contextlib import suppress

from redis.asyncio import Redis

from storage.timers.link import REDIS_ERRORS

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 1.0


class Nudges:
    def __init__(self, redis: Redis, channel: str) -> None:
        self._redis = redis
        self._channel = channel
        self._woken = asyncio.Event()
        self._pause_s = FIRST_PAUSE_S
        self._listener: asyncio.Task[None] | None = None

    async def wait(self, timeout_s: float) -> bool:
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen_for_ever())
        try:
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True

    async def _listen_for_ever(self) -> None:
        while True:
            with suppress(*REDIS_ERRORS):
                await self._listen()
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    async def _listen(self) -> None:
        async with self._redis.pubsub() as pubsub:
            await pubsub.subscribe(self._channel)
            # The confirmation of a new subscription wakes the caller too: nudges before it were missed.
            async for _message in pubsub.listen():
                self._pause_s = FIRST_PAUSE_S
                self._woken.set()

    async def aclose(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])
            self._listener = None
