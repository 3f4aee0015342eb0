"""What storage stopped and what has not been done since: as long as there is any, an outage has not ended.

A lock on one table, or a permission that was taken away, stops some work while other writes succeed.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from bot.engine.heartbeat import Turns
from storage import inbox_claims

MOST_REMEMBERED = 1000
"""So many messages are remembered at most; where more wait, these tell enough."""


class Unfinished:
    """`loops` returns the loops of the bot; `on_retry` is called when messages can be claimed at once."""

    def __init__(self) -> None:
        self._messages: set[int] = set()
        self._back = False
        self.loops: Callable[[], Iterable[Turns]] = tuple
        self.on_retry: Callable[[], None] = lambda: None

    def put_off(self, inbox: int) -> None:
        """Note a message that waits because storage was away."""
        if len(self._messages) < MOST_REMEMBERED:
            self._messages.add(inbox)

    def nothing_works(self) -> None:
        """Note that not even a write succeeds: once one does, what waits need not wait any longer."""
        self._back = True

    async def exists(self, now: datetime) -> bool:
        """Return whether something waits still; let it be tried at once where nothing had worked until now."""
        if self._messages:
            self._messages = await inbox_claims.still_waiting(self._messages)
        if self._messages and self._back:
            self._back = False
            await inbox_claims.try_now(self._messages, now)
            self.on_retry()
        clock = asyncio.get_running_loop().time()
        return bool(self._messages) or any(one.waits_for_storage(clock) for one in self.loops())
