"""Background work: follow the audit trail, end delegations in time, erase once a day the texts whose time is over."""

from datetime import date, datetime, timedelta

import structlog

from bot.clock import Clock
from bot.engine.independent_work import IndependentWork
from bot.engine.timekeeper import Timekeeper
from bot.engine.wake import Wake
from handlers.common.office import Office
from handlers.timed import delegation_end, retention
from handlers.timed.audit_follower import AuditFollower
from storage import takeover

log = structlog.get_logger(__name__)
BY = "clock"
POLL_SECONDS = 10.0
"""How often to look for events that another process wrote; documents may be that late."""
DELEGATIONS_EVERY = timedelta(seconds=POLL_SECONDS)


class Background:
    def __init__(self, office: Office, clock: Clock, timekeeper: Timekeeper) -> None:
        self._office = office
        self._clock = clock
        self._audit_follower = AuditFollower(office, timekeeper.schedule)
        self._wake = Wake(every=POLL_SECONDS)
        self._erased_on: date | None = None
        self._looked_at: datetime | None = None
        self._independent = IndependentWork(clock)

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Follow the audit trail as it grows, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Do all work that is due now; return how many audit events were read."""
        await self._independent.do("takeover", self._take_over)
        await self._independent.do("retention", self._erase)
        await self._independent.do("delegations", self._end_delegations)
        read = 0
        while events := await self._audit_follower.follow(self._clock.now()):
            read += events
        return read

    async def _take_over(self) -> None:
        if count := await takeover.from_the_dead(self._clock.now()):
            log.info("messages and sends of a dead process are taken over", count=count)

    async def _end_delegations(self) -> None:
        now = self._clock.now()
        # abs: the clock may have been set back
        if self._looked_at is None or abs(now - self._looked_at) >= DELEGATIONS_EVERY:
            await delegation_end.end_expired(self._office, now)
            self._looked_at = now

    async def _erase(self) -> None:
        now = self._clock.now()
        today = now.astimezone(self._office.institution.zone).date()
        if today == self._erased_on:
            return
        count = await retention.erase(self._office, now, BY)
        self._erased_on = today
        if count:
            log.info("texts were erased at the end of their retention", incidents=count)
