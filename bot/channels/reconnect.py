"""The loop around a platform's long connection: connect again after every end, at growing intervals."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog

from bot.backoff import Backoff

log = structlog.get_logger(__name__)
RECONNECT = Backoff(first=0.5, longest=60.0, spread=0.5)
STEADY_SECONDS = 60.0
"""After a connection that lasted this long the pauses start from the shortest again."""


class ConnectionEnd(NamedTuple):
    """Why a connection ended, and for how many seconds the platform had accepted it.

    `slower` multiplies the pause before the next one.
    """

    reason: str
    held: float
    slower: int = 1


Connection = Callable[[], Awaitable[ConnectionEnd]]
"""Open and serve one connection until it ends; raise nothing but CancelledError."""


async def keep_connected(
    platform: str, connection: Connection, backoff: Backoff = RECONNECT, allowed: asyncio.Event | None = None
) -> None:
    """Run one connection after another until cancelled, each only while `allowed` is set (always without it)."""
    failures = 0
    while True:
        if allowed is not None and not allowed.is_set():
            await allowed.wait()
            failures = 0
        ended = await connection()
        failures = 0 if ended.held >= STEADY_SECONDS else failures + 1
        pause = backoff.pause(failures, ended.slower)
        log.warning("long connection ended", platform=platform, reason=ended.reason, next_try_in=round(pause, 1))
        await asyncio.sleep(pause)
