"""DingTalk's quotas for tests of its channel alone, and a list of what was delivered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.dingtalk.quota import Quota, Quotas
from bot.channels.dingtalk.wire import OverTheLimit

ZONE = ZoneInfo("Asia/Shanghai")


def quotas(now: Callable[[], datetime], calls: int = 5_000, deliveries: int = 3_000) -> Quotas:
    return Quotas(Quota("calls", calls, ZONE, now), Quota("deliveries", deliveries, ZONE, now))


@dataclass
class Delivered:
    """Stands in for `Deliveries`, which needs an institution to tell."""

    whole: int = 0
    empty: list[OverTheLimit] = field(default_factory=list)

    async def came(self) -> None:
        self.whole += 1

    async def came_empty(self, error: OverTheLimit) -> None:
        self.empty.append(error)
