"""What the desk does without being asked: follows the audit trail, and erases once a day what is kept no longer."""

from datetime import date

import structlog

from bot.clock import Clock
from bot.engine.timekeeper import Timekeeper
from bot.engine.wake import Wake
from handlers.common.office import Office
from handlers.timed import retention
from handlers.timed.audit_follower import AuditFollower

log = structlog.get_logger(__name__)
BY = "clock"
NOW_AND_THEN = 10.0
"""Seconds between two looks for what another process wrote: papers need not be there at once."""


class Background:
    def __init__(self, office: Office, clock: Clock, timekeeper: Timekeeper) -> None:
        self._office = office
        self._clock = clock
        self._audit_follower = AuditFollower(office, timekeeper.schedule)
        self._wake = Wake(every=NOW_AND_THEN)
        self._erased_on: date | None = None

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Follows what is written, as it is written, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Does everything that can be done now; how many lines of the trail were read."""
        await self._erase()
        read = 0
        while lines := await self._audit_follower.follow(self._clock.now()):
            read += lines
        return read

    async def _erase(self) -> None:
        now = self._clock.now()
        today = now.astimezone(self._office.institution.zone).date()
        if today == self._erased_on:
            return
        count = await retention.erase(self._office, now, BY)
        self._erased_on = today
        if count:
            log.info("texts were erased at the end of their retention", incidents=count)
