"""While a platform is away, ask it once in a while, so that what waits goes out soon after it is back.

Each message that failed waits longer after each try, as each try may reach its reader. Once the platform answers, the
oldest one is tried at once, and as soon as any message goes out the pauses of all of them end. Where they fail again,
as one way may work and another not, that is done ever more rarely.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog

from bot.backoff import Backoff
from bot.channels.base import SendError
from storage import outbox_pauses
from storage.outbox_claims import ClaimedMessage

log = structlog.get_logger(__name__)
Answers = Callable[[], Awaitable[bool]]
"""Ask a platform for something that nobody sees and that counts against no limit; return whether it answers."""
ASKED = Backoff(first=30.0, longest=600.0)
"""The pause, in seconds, before a platform is asked: longer while it answers and sends fail all the same."""
QUIET = timedelta(seconds=1200)
"""After so long without a failure the pauses begin with the shortest again."""
MOST_REMEMBERED = 1000
ANSWER_SECONDS = 2.0
"""How long an answer is waited for: other messages of the platform wait as long."""
LONGEST = timedelta(seconds=ASKED.longest)


async def unasked() -> bool:
    return False


class PlatformPause:
    """`since` is when a platform began to fail of which messages wait; None while none does."""

    def __init__(self, channel: str, now: Callable[[], datetime], answers: Answers = unasked) -> None:
        self._channel, self._now, self._answers = channel, now, answers
        self._waiting: set[int] = set()
        self._next = self._may_end = self._failed_at = now()
        self._tries = self._ends = 0
        self._back = self._looked = False
        self.since: datetime | None = None

    def note(self, error: SendError, messages: Iterable[ClaimedMessage]) -> None:
        """Note messages that are put off, if that is because the platform is away."""
        if not error.is_away:
            return
        now = self._now()
        if abs(now - self._failed_at) > QUIET:
            self._tries, self._ends, self._may_end = 0, 0, now
        self._failed_at = now
        self._wait(message.id for message in messages)

    def _wait(self, ids: Iterable[int]) -> None:
        if self.since is None:
            self.since = self._now()
            self._ask_later()
        if len(self._waiting) < MOST_REMEMBERED:
            self._waiting.update(ids)
        self._back = False

    def sent(self) -> None:
        """Note that a message went out."""
        self._back = self.since is not None

    async def look(self) -> None:
        """End the pauses if the platform is back; otherwise ask it, if it is time."""
        if not self._looked:
            if left := await outbox_pauses.left_over(self._channel, self._now(), MOST_REMEMBERED):
                self._wait(left)
            self._looked = True
        if self.since is None:
            return
        if self._back and self._now() >= self._may_end:
            count = await outbox_pauses.end(self._channel, self._waiting, self._now())
            log.info("the platform is back", channel=self._channel, since=self.since.isoformat(), waiting=count)
            self._waiting, self.since, self._back = set(), None, False
            self._ends += 1
            self._may_end = self._now() + timedelta(seconds=ASKED.pause(self._ends))
        elif not timedelta() < self._next - self._now() <= LONGEST:  # longer after the clock was set back
            await self._ask()

    async def _ask(self) -> None:
        """Ask the platform; if it answers, let the oldest message be tried."""
        left = await outbox_pauses.still_wait(self._waiting)
        self._waiting = set(left)
        if not left:
            self.since = None
        elif await self._answers_soon():
            self._tries += 1
            await outbox_pauses.end(self._channel, left[:1], self._now())
        self._ask_later()

    async def _answers_soon(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._answers()
        except TimeoutError:
            return False

    def _ask_later(self) -> None:
        self._next = self._now() + timedelta(seconds=ASKED.pause(self._tries))

    @property
    def alarm(self) -> str:
        """Return what is wrong; "" while nothing waits."""
        if self.since is None:
            return ""
        return f"calls fail since {self.since.isoformat()}, and {len(self._waiting)} or more messages wait for it"
