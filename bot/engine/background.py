"""Background work: follow the audit trail, end delegations in time."""

from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.engine.heartbeat import beat
from bot.engine.independent_work import IndependentWork
from bot.engine.timekeeper import Timekeeper
from bot.engine.wake import Wake
from handlers.common.office import Office
from handlers.timed import delegation_end
from handlers.timed.audit_follower import AuditFollower
from storage import takeover

log = structlog.get_logger(__name__)
POLL_SECONDS = 10.0
"""How often to look for events that another process wrote; documents may be that late."""
LOOK_EVERY = timedelta(seconds=POLL_SECONDS)
"""How often to look for what a dead process held, delegations that have ended, and entries that were put off."""


class Background:
    def __init__(self, office: Office, clock: Clock, timekeeper: Timekeeper) -> None:
        self._office = office
        self._clock = clock
        self._audit_follower = AuditFollower(office, timekeeper.schedule)
        self._wake = Wake(every=POLL_SECONDS)
        self._looked_at: datetime | None = None
        self._independent = IndependentWork(clock)

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Follow the audit trail as it grows, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Do all work that is due now; return how many audit events were read."""
        await self._look()
        read = 0
        while events := await self._audit_follower.follow(self._clock.now()):
            read += events
            beat()
        return read

    async def _look(self) -> None:
        now = self._clock.now()
        # abs: the clock may have been set back
        if self._looked_at is None or abs(now - self._looked_at) >= LOOK_EVERY:
            await self._independent.do("takeover", self._take_over)
            await self._independent.do("delegations", self._end_delegations)
            await self._independent.do("entries", self._follow_again)
            self._looked_at = now

    async def _take_over(self) -> None:
        if count := await takeover.from_the_dead(self._clock.shared()):
            log.info("messages and sends of a dead process are taken over", count=count)

    async def _follow_again(self) -> None:
        await self._audit_follower.follow_again(self._clock.now())

    async def _end_delegations(self) -> None:
        await delegation_end.end_expired(self._office, self._clock.now())
