"""Erase, once a local day, the texts whose time is over. It may take long: it runs beside everything else."""

from datetime import date

import structlog

from bot.clock import Clock
from bot.engine.heartbeat import beat
from bot.engine.independent_work import IndependentWork
from bot.engine.wake import Wake
from handlers.common.office import Office
from handlers.timed import retention
from storage.small_commits import breathe

log = structlog.get_logger(__name__)
BY = "clock"
LOOK_SECONDS = 60.0
"""How often to look whether a new day has begun."""


class RetentionLoop:
    def __init__(self, office: Office, clock: Clock) -> None:
        self._office = office
        self._clock = clock
        self.erased_on: date | None = None
        """The local day on which this process erased last."""
        self._independent = IndependentWork(clock)

    async def run(self) -> None:
        """Erase at the start and at the beginning of each day, until cancelled."""
        await Wake(every=LOOK_SECONDS).run(self.drain)

    async def drain(self) -> None:
        """Erase what is to be erased today, unless it is done."""
        await self._independent.do("retention", self._erase)

    async def _erase(self) -> None:
        now = self._clock.now()
        today = now.astimezone(self._office.institution.zone).date()
        if today == self.erased_on:
            return
        count = await retention.erase(self._office, now, BY, breathe=_breathe)
        self.erased_on = today
        if count:
            log.info("texts were erased at the end of their retention", incidents=count)


async def _breathe() -> None:
    beat()
    await breathe()
