"""Warn the desk while there is still room: once a day, as long as the disk of the tables has little left."""

from typing import Any

import structlog

from bot.clock import Clock
from bot.engine.wake import Wake
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.rules.language.messages import Reply
from storage import outbox
from storage.counters import recall, remember
from storage.database.room import MEGABYTE, RESERVED, Room, room
from storage.database.transaction import transact
from storage.outbox import NOTICE

log = structlog.get_logger(__name__)
POLL_SECONDS = 60.0
TOLD = "disk told on"
"""The setting with the local day on which the desk was told last."""


class DiskWatch:
    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._wake = Wake(every=POLL_SECONDS)

    async def run(self) -> None:
        await self._wake.run(self.drain)

    async def drain(self) -> None:
        """Tell the desk that the disk runs full, once a day."""
        found = room()
        if found is not None and found.is_low:
            await transact(lambda: self._tell(found))

    async def _tell(self, found: Room) -> None:
        now = self._clock.now()
        today = now.astimezone(self._office.institution.zone).date().isoformat()
        if await recall(TOLD) == today:
            return
        log.error("the disk runs full", directory=found.directory, free_mb=found.free // MEGABYTE)
        office = await with_desk_on_duty(self._office, now)
        facts: dict[str, Any] = {"directory": found.directory, "free": found.free // MEGABYTE}
        text = office.texts.say("failures.disk_low", kept=RESERVED // MEGABYTE, **facts)
        reply = Reply(text=text, mentions=tuple(one.id for one in office.institution.desk()))
        await outbox.plan([office.to_group(reply, urgency=NOTICE)], now)
        await remember(TOLD, today)
