"""Judge leases by the database's clock, so that processes whose clocks differ take nothing from each other.

By its own clock a process that is some minutes ahead would find the leases of all others ended, and send what they are
sending. The clock itself is not corrected: which of the two is right cannot be known here. The desk is told.
"""

from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.rules.language.messages import Reply
from storage import outbox
from storage.database import server_clock
from storage.outbox import NOTICE, OutgoingMessage

log = structlog.get_logger(__name__)
NOISE = timedelta(seconds=1)
"""A smaller difference changes nothing: leases last longer than any work on them by more."""
MOST = timedelta(seconds=5)
"""A larger difference is told: due times and reminders of several processes differ by as much."""


class SharedClock:
    """`ahead` is how far the database's clock is ahead of ours, None where there is no server."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._told = False
        self.ahead: timedelta | None = None

    async def measure(self) -> None:
        """Measure the difference and judge leases by it. A clock that stands or is moved by hand has none."""
        if self._clock.system_ms() is None:
            return
        self.ahead = await server_clock.ahead(lambda: self._clock.now() - self._clock.shift)
        differs = self.ahead is not None and abs(self.ahead) > NOISE
        self._clock.lead = self.ahead if self.ahead is not None and differs else timedelta()

    async def tell(self, now: datetime) -> None:
        """Tell the desk once when the clocks begin to differ."""
        if not self.differs:
            self._told = False
        elif not self._told:
            log.error("the clock differs from the database's", database_is_ahead_by=self._seconds)
            await outbox.plan([await self._notice(now)], now)
            self._told = True

    @property
    def differs(self) -> bool:
        return self.ahead is not None and abs(self.ahead) > MOST

    @property
    def trouble(self) -> str:
        """Return what is wrong for the operator; "" if nothing is."""
        return f"the database's is {self._seconds:+.0f} s off ours: set both by NTP" if self.differs else ""

    @property
    def _seconds(self) -> float:
        return self.ahead.total_seconds() if self.ahead is not None else 0.0

    async def _notice(self, now: datetime) -> OutgoingMessage:
        office = await with_desk_on_duty(self._office, now)
        by = timedelta(seconds=abs(self._seconds))
        text = office.texts.say("failures.clock_of_database", ahead=self._seconds < 0, by=by)
        return office.to_group(
            Reply(text=text, mentions=tuple(one.id for one in office.institution.desk())), urgency=NOTICE
        )
