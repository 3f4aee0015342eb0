"""Count what DingTalk delivers, and raise the alarm when it delivers empty messages."""

from collections.abc import Coroutine
from typing import Any

import structlog

from bot.channels.dingtalk.quota import Quota
from bot.channels.dingtalk.quota_notices import QuotaNotices
from bot.channels.dingtalk.wire import OverTheLimit
from storage.database.faults import kind_of

log = structlog.get_logger(__name__)


class Deliveries:
    """Both tell what came and never raise: a message is stored before it is counted."""

    def __init__(self, quota: Quota, notices: QuotaNotices) -> None:
        self._quota, self._notices = quota, notices

    @property
    def alarm(self) -> str:
        """Return what is wrong; "" if messages come with their content."""
        over = self._quota.over
        return "the month's deliveries are used up: messages come empty (errCode 20001)" if over else ""

    async def came(self) -> None:
        """Count a message that came with its content."""
        self._quota.over = False
        await self._noted(self._quota.spend())

    async def came_empty(self, error: OverTheLimit) -> None:
        await self._noted(self._notices.empty(error, self._quota))

    async def _noted(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            log.warning("delivery not counted", reason=kind_of(error))
