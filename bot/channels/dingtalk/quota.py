"""DingTalk's two monthly quotas, API calls and deliveries: counted in the database, reserved for the urgent when short.

A delivery is a message or a pressed card that comes in, or a post through a group's custom robot. Tokens, openings of
the long connection and reads of the directory count as neither. The last tenth of a quota is the reserve. Within it
each day has an equal share of what is left; beyond that share only answers and overdue reminders are sent, and the rest
waits for the next day. Nothing is sent when nothing is left. The desk is told when four fifths are used, and when all
of it is.
"""

from calendar import monthrange
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import structlog

from storage import counters
from storage.database.faults import is_away
from storage.outbox import OutgoingMessage
from storage.tables import to_ms

log = structlog.get_logger(__name__)
What = Literal["calls", "deliveries"]
COUNTERS: dict[What, str] = {"calls": "dingtalk", "deliveries": "dingtalk-deliveries"}
RESERVE = 10
"""Reserve: the last tenth of the monthly quota."""


class Spent(NamedTuple):
    used: int
    monthly: int

    @property
    def left(self) -> int:
        return max(self.monthly - self.used, 0)

    @property
    def short(self) -> bool:
        return self.left * RESERVE <= self.monthly

    @property
    def warned_at(self) -> int:
        """The number at which the desk is warned: four fifths."""
        return -(-self.monthly * 4 // 5)


Crossed = Callable[[What, Spent], Awaitable[Sequence[OutgoingMessage]]]
"""Return what the desk is told when this many are used: four fifths, or all."""


async def nothing_told(_what: What, _spent: Spent) -> Sequence[OutgoingMessage]:
    return ()


class Quota:
    """`zone` says when a month begins. `known` is what was spent when it was last read or counted."""

    def __init__(
        self,
        what: What,
        monthly: int,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        crossed: Crossed = nothing_told,
    ) -> None:
        self._what, self._monthly, self._zone, self._now, self._crossed = what, monthly, zone, now, crossed
        self._owed = 0
        self.known = Spent(0, monthly)
        self.over = False
        """Whether the platform says that nothing is left, whatever was counted here."""

    async def spend(self) -> None:
        """Count one; while the database is away, with the next one."""
        self._owed += 1
        owed, self._owed = self._owed, 0
        if owed <= 0:
            self._owed = owed
            return
        today = self._today()
        periods = (f"{today:%Y-%m}", f"{today:%Y-%m-%d}")
        try:
            await counters.count_calls(COUNTERS[self._what], owed, periods, self._told, self._now())
        except Exception as error:
            self._owed += owed
            if not is_away(error):
                raise
            log.warning("not counted yet: storage is away", quota=self._what, owed=self._owed)

    def refund(self) -> None:
        """Take one back that the platform does not count, as it failed on the way or came too fast."""
        self._owed -= 1

    async def _told(self, before: int, used: int) -> Sequence[OutgoingMessage]:
        """Return what is told now that `used` are used, and `before` were."""
        self.known = Spent(used, self._monthly)
        marks = (self._monthly, self.known.warned_at)
        crossed = next((mark for mark in marks if before < mark <= used), None)
        return () if crossed is None else await self._crossed(self._what, Spent(crossed, self._monthly))

    async def spent(self) -> Spent:
        used = await counters.calls(COUNTERS[self._what], f"{self._today():%Y-%m}")
        self.known = Spent(max(used, self._monthly) if self.over else used, self._monthly)
        return self.known

    async def wait(self, urgency: int) -> float:
        """Return the seconds that a message has to wait. `urgency` is a reminder's due time in ms, less for another."""
        spent, now = await self.spent(), self._now()
        today = self._today()
        midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
        days = monthrange(today.year, today.month)[1] - today.day + 1
        if not spent.left:
            return (midnight + timedelta(days=days) - now).total_seconds()
        if not spent.short or urgency <= to_ms(now):
            return 0.0
        used_today = await counters.calls(COUNTERS[self._what], f"{today:%Y-%m-%d}")
        share = (spent.left + used_today) // days
        return 0.0 if used_today < share else (midnight + timedelta(days=1) - now).total_seconds()

    def _today(self) -> datetime:
        return self._now().astimezone(self._zone)


class Quotas(NamedTuple):
    calls: Quota
    deliveries: Quota

    @property
    def spares_deliveries(self) -> bool:
        """Return whether calls have to do for what a custom robot would post."""
        return self.calls.known.left > 0 and not self.deliveries.known.left

    @property
    def spares_calls(self) -> bool:
        """Return whether custom robots post what a call would send."""
        calls, deliveries = self.calls.known, self.deliveries.known
        return calls.short and not (deliveries.short and calls.left)

    def facts(self) -> dict[str, object]:
        """Return what /healthz shows of both."""
        calls, deliveries = self.calls.known, self.deliveries.known
        return {
            "calls_this_month": calls.used,
            "of": calls.monthly,
            "short": calls.short,
            "deliveries_this_month": deliveries.used,
            "of_deliveries": deliveries.monthly,
            "deliveries_short": deliveries.short,
        }
