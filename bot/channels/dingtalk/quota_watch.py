"""Watch the month's quotas: what `/metrics` shows of them, and the alarms on the page once four fifths are used."""

from collections.abc import Callable, Sequence

from bot.channels.dingtalk.config import CHANNEL
from bot.channels.dingtalk.quota import Quotas
from bot.engine.wake import Wake
from bot.usage import Alarm, Used

READ_EVERY_SECONDS = 15.0
"""How often the quotas are read: other processes count on them too."""


class QuotaWatch:
    """`on_change` is called when the page has to say something else."""

    def __init__(self, quotas: Quotas, on_change: Callable[[], None]) -> None:
        self._quotas, self._on_change = quotas, on_change
        self._wake = Wake(every=READ_EVERY_SECONDS)
        self._shown: Sequence[Alarm] = []

    async def run(self) -> None:
        """Read the quotas again and again, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> None:
        """Read the quotas; let the page say so if an alarm begins or ends."""
        await self.used()
        alarms = self.alarms()
        if alarms != self._shown:
            self._shown = alarms
            self._on_change()

    async def used(self) -> Sequence[Used]:
        found = {"calls": await self._quotas.calls.spent(), "deliveries": await self._quotas.deliveries.spent()}
        return [Used(CHANNEL, what, spent.used, spent.monthly) for what, spent in found.items()]

    def alarms(self) -> Sequence[Alarm]:
        """Return the quotas of which four fifths are used, as last read; instead of them that messages come empty."""
        if self._quotas.deliveries.over:
            return [{"kind": "dingtalk_empty", "grave": True}]
        known = {"calls": self._quotas.calls.known, "deliveries": self._quotas.deliveries.known}
        return [
            {"kind": f"dingtalk_{what}", "used": spent.used, "of": spent.monthly, "grave": not spent.left}
            for what, spent in known.items()
            if spent.used >= spent.warned_at
        ]
