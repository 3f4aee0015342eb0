"""The monthly quota of API calls: counted in the database, and reserved for urgent messages when it runs short.

The last tenth of the quota is the reserve. Within it each day has an equal share of what is left; beyond that share
only answers and overdue reminders are sent, and the rest waits for the next day. Nothing is sent when nothing is left.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from storage import counters
from storage.tables import to_ms

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


class Budget:
    """`zone` says when a month begins. `short` is whether the reserve had begun when the budget was last read."""

    def __init__(self, name: str, monthly: int, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self._name, self._monthly, self._zone, self._now = name, monthly, zone, now
        self.short = False

    async def spend(self) -> None:
        """Count a call that is about to be made."""
        today = self._today()
        await counters.count_call(self._name, f"{today:%Y-%m}", f"{today:%Y-%m-%d}")

    async def spent(self) -> Spent:
        spent = Spent(await counters.calls(self._name, f"{self._today():%Y-%m}"), self._monthly)
        self.short = spent.short
        return spent

    async def wait(self, urgency: int) -> float:
        """Return the seconds that a message has to wait. `urgency` is 0 for an answer, a reminder's due time in ms."""
        spent, now = await self.spent(), self._now()
        today = self._today()
        midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
        days = monthrange(today.year, today.month)[1] - today.day + 1
        if not spent.left:
            return (midnight + timedelta(days=days) - now).total_seconds()
        if not spent.short or urgency <= to_ms(now):
            return 0.0
        used_today = await counters.calls(self._name, f"{today:%Y-%m-%d}")
        share = (spent.left + used_today) // days
        return 0.0 if used_today < share else (midnight + timedelta(days=1) - now).total_seconds()

    def _today(self) -> datetime:
        return self._now().astimezone(self._zone)
