"""Pieces of work that do not wait for each other: one that fails by bad data or a bug is tried again later.

Only storage that is away stops all of them: then the loop is started again.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from storage import setbacks
from storage.database.faults import is_away

log = structlog.get_logger(__name__)
BACKGROUND = "background"
FAILED_PAUSE = timedelta(minutes=10)


class IndependentWork:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed_at: dict[str, datetime] = {}
        self._failed_before: set[str] | None = None
        """Kinds that failed and have not succeeded since, also before the start; None until they are read."""

    async def do(self, kind: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do a piece of work; after a failure leave it for FAILED_PAUSE. Raise if storage is away."""
        now = self._clock.now()
        failed = self._failed_at.get(kind)
        if failed is not None and abs(now - failed) < FAILED_PAUSE:  # abs: the clock may have been set back
            return
        try:
            await work()
            if self._failed_before is None:
                self._failed_before = await setbacks.subjects(BACKGROUND)
            if kind in self._failed_before:
                await setbacks.forget(BACKGROUND, [kind])
                self._failed_before.discard(kind)
            self._failed_at.pop(kind, None)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("work failed and will be tried again", kind=kind)
            self._failed_at[kind] = now
            await setbacks.record(BACKGROUND, kind, error, now)
            if self._failed_before is not None:
                self._failed_before.add(kind)
