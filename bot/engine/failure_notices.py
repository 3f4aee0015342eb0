"""Tell the desk what was not done: within a minute, several failures in one message, at night only if they are many.

In the regime's quiet hours the desk is told in the morning; many failures at once mean that the bot does not work, and
are told at any time. A notice that fails itself is listed and not told.
"""

from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.engine.wake import Wake
from handlers.common.failed import facts_of
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.rules.language.messages import Reply
from handlers.rules.regime.waking import next_waking
from handlers.texts.filters import written_at
from storage import failures
from storage.outbox import OutgoingMessage

log = structlog.get_logger(__name__)
POLL_SECONDS = 15.0
EVERY = timedelta(seconds=30)
"""The shortest time between two notices."""
REMEMBERED = timedelta(days=1)
"""What failed longer ago is not told any more; it can still be listed."""
PATIENCE = timedelta(minutes=1)
"""How long a message may wait for storage before the desk hears of it."""
MANY = 10
MOST_TOLD, MOST_SHOWN = 200, 10


class FailureNotices:
    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._told_at: datetime | None = None
        self._wake = Wake(every=POLL_SECONDS)

    async def run(self) -> None:
        """Tell the desk of new failures, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Queue one notice of all new failures; return how many it names."""
        now = self._clock.now()
        if self._told_at is not None and abs(now - self._told_at) < EVERY:  # abs: the clock may have been set back
            return 0
        found = await failures.recent(now - REMEMBERED, now - PATIENCE, MOST_TOLD, untold=True)
        if not found or (len(found) < MANY and self._is_quiet(now)):
            return 0
        found = await failures.number_all(found)
        if not await failures.tell(found, await self._notice(found, now), now):
            return 0
        self._told_at = now
        log.warning("the desk is told of failures", count=len(found))
        return len(found)

    def _is_quiet(self, now: datetime) -> bool:
        return next_waking(self._office.regime, self._office.institution.zone, now) > now

    async def _notice(self, found: list[failures.Failure], now: datetime) -> OutgoingMessage:
        written_at(now)
        office = await with_desk_on_duty(self._office, now)
        text = office.texts.say(
            "failures.told", failed=[facts_of(office, one) for one in found[:MOST_SHOWN]], count=len(found)
        )
        return office.to_group(Reply(text=text, mentions=tuple(one.id for one in office.institution.desk())))
