"""Look at the address of an answer before its publisher is asked whether it still stands, if the configuration allows.

Only that address is asked, only for its status, and what it says is recorded. Nobody is asked or spared because of it:
the request names what was seen.
"""

from collections.abc import Iterable
from datetime import timedelta

import structlog

from bot.channels.base import SendError
from bot.channels.download import page_status
from bot.clock import Clock
from bot.engine.wake import Wake
from handlers.rules.posts.public_address import Seen, seen_at
from storage import audit, publications
from storage.audit import AuditLine
from storage.database.transaction import transact
from storage.publications import PageToSee

log = structlog.get_logger(__name__)
BY = "clock"
AHEAD = timedelta(minutes=30)
EVERY_SECONDS = 300.0


class Looking:
    """`trusted` are base addresses that are asked although they are not public."""

    def __init__(self, clock: Clock, trusted: Iterable[str] = ()) -> None:
        self._clock = clock
        self._trusted = tuple(trusted)
        self._wake = Wake(every=EVERY_SECONDS)

    async def run(self) -> None:
        """Look at pages as their checks come near, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Look at every page about which somebody is asked soon; return how many were looked at."""
        count = 0
        for page in await publications.pages_to_see(self._clock.now() + AHEAD):
            if page.duty not in await audit.looks(page.incident):
                await self._look(page)
                count += 1
        return count

    async def _look(self, page: PageToSee) -> None:
        seen: Seen = "unknown"
        status = 0
        try:
            status, location = await page_status(page.url, self._trusted)
            seen = seen_at(page.url, status, location)
        except SendError as error:
            log.info("the page of an answer could not be looked at", incident=page.incident, reason=str(error))
        except Exception:  # one page must not keep the others from being looked at
            log.exception("the page of an answer could not be looked at", incident=page.incident)
        line = AuditLine(page.incident, BY, audit.LOOKED, {"duty": page.duty, "seen": seen, "status": status})
        await transact(lambda: audit.append([line], self._clock.now()))
