"""Notice that storage is away, and tell the desk once it is back: since when, and how many messages had waited.

While the database is away nothing can be queued; then `/readyz` says so. An outage of under a minute is not told.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.engine.wake import Wake
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.rules.language.messages import Reply
from storage import outages
from storage.database.faults import is_away, kind_of
from storage.outbox import OutgoingMessage

log = structlog.get_logger(__name__)
PROBE_EVERY_SECONDS = 1.0
PROBE_SECONDS = 20.0
"""How long a write may take; SQLite waits 15 seconds for a lock."""
TOLD_AFTER = timedelta(minutes=1)
SHOWN_AFTER = timedelta(seconds=3)
"""How long storage is away before the page says so: people wait for an answer there."""


class Outage:
    """`on_change` is called when the page has to say something else.

    `since` is when a fault of storage was first noted that no later write has ended; None while all is well.
    """

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._wake = Wake(every=PROBE_EVERY_SECONDS)
        self.on_change: Callable[[], None] = lambda: None
        self._shown = False
        self.since: datetime | None = None
        self.reason = ""

    def note(self, error: BaseException) -> None:
        """Note an error, if it says that storage is away."""
        if is_away(error):
            self.since = self.since or self._clock.now()
            self.reason = kind_of(error)
            self._wake.set()

    @property
    def lasts(self) -> timedelta:
        return self._clock.now() - self.since if self.since else timedelta(0)

    async def run(self) -> None:
        """Try to write while storage is away, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> bool:
        """Try to write, if storage is away; once that works, tell the desk. Return whether storage is there."""
        if self.since is None:
            return True
        since, now = self.since, self._clock.now()
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                told = await outages.end_outage(since, now, self._notice if now - since >= TOLD_AFTER else None)
        except Exception as error:
            if not is_away(error):
                raise
            self.reason = kind_of(error)
            self._show()
            return False
        log.info("storage is back", since=since.isoformat(), told=told)
        self.since, self._shown = None, False
        self.on_change()
        return True

    def _show(self) -> None:
        """Let the page say that storage is away, unless it is for a moment."""
        if not self._shown and self.lasts >= SHOWN_AFTER:
            self._shown = True
            self.on_change()

    async def _notice(self, since: datetime, waiting: int) -> OutgoingMessage:
        now = self._clock.now()
        office = await with_desk_on_duty(self._office, now)
        text = office.texts.say("failures.outage", since=since, until=now, count=waiting)
        return office.to_group(Reply(text=text, mentions=tuple(one.id for one in office.institution.desk())))
