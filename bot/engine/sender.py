"""Send the outbox's messages: claim the most urgent, and deliver to each conversation in a task of its own.

A slow conversation holds up no other; while it is slow, more is claimed for the others. Reminders of which nothing is
owed any more are suppressed. What storage was away for is given back when it is there again.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

import structlog
from msgspec import MsgspecError, json
from redis.asyncio import Redis

from bot.channels.base import Channel
from bot.clock import Clock
from bot.engine.claim_pauses import ClaimPauses
from bot.engine.delivery import Delivery, HoldBack, no_hold, place
from bot.engine.heartbeat import beat
from bot.engine.outcomes import Outcomes
from bot.engine.platform_pause import Answers, PlatformPause, unasked
from bot.engine.wake import Wake
from bot.metrics import Metrics
from bot.stopping import finish
from bot.usage import Used
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage import outbox_claims, outbox_outcomes, sent_messages
from storage.outbox_claims import ClaimedMessage
from storage.timers.rate_limits import Limit, Limits, Place

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
MOST_AT_ONCE = 64
"""To how many conversations messages are sent at the same time."""
POLL_SECONDS = 1.0
WINDOWS = (("minute", timedelta(minutes=1)), ("hour", timedelta(hours=1)))
"""The windows of the platforms' limits of which `/metrics` tells."""


class Sender:
    """The sender of one channel. `texts` has the prefixes of messages that are late or may arrive a second time."""

    def __init__(
        self,
        channel: Channel,
        texts: Texts,
        clock: Clock,
        redis: Redis | None = None,
        hold: HoldBack = no_hold,
        metrics: Metrics | None = None,
        answers: Answers = unasked,
    ) -> None:
        self._channel = channel
        self._clock = clock
        limits = Limits(redis, channel.name, self._recent)
        self._pause = PlatformPause(channel.name, clock.shared, answers)
        outcomes = Outcomes(channel.name, clock.shared, metrics or Metrics(), self._pause)
        self._delivery = Delivery(channel, texts, clock, hold, limits, outcomes)
        self._tasks: set[asyncio.Task[None]] = set()
        self._took_all = False  # by the last claim
        self._news = asyncio.Event()
        self._wake = Wake()

    @property
    def channel_name(self) -> str:
        return self._channel.name

    @property
    def alarm(self) -> str:
        """Return what is wrong with the platform, while messages wait for it; "" otherwise."""
        return self._pause.alarm

    def wake(self) -> None:
        self._wake.set()
        self._news.set()

    async def run(self) -> None:
        """Send messages as soon as they are planned, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Send all sendable messages; return how many were claimed.

        After a fault of storage claim again in a while, as long as anything is being sent; then raise it.
        """
        claimed = 0
        pauses = ClaimPauses()
        try:
            while True:
                self._news.clear()
                began = asyncio.get_running_loop().time()
                messages = await self._claim(pauses)
                claimed += len(messages)
                self._start(messages, began)
                beat(pauses.reason)
                if not self._tasks:
                    break
                if not messages or self._took_all:
                    await self._something_new()
                pauses.note(self._finished())
        finally:
            await self._stop()
        if pauses.error:
            raise pauses.error
        return claimed

    async def _claim(self, pauses: ClaimPauses) -> list[ClaimedMessage]:
        """Claim messages for conversations in which nothing is being sent; note in `pauses` why none can be claimed."""
        if not self._tasks:
            self._delivery.idle.clear()
        if pauses.lasts or len(self._tasks) >= MOST_AT_ONCE:
            return []
        try:
            messages = await self._claimed()
        except Exception as error:
            pauses.note([error])
            return []
        pauses.end()
        self._delivery.idle |= {message.id: message for message in messages}
        return messages

    async def _claimed(self) -> list[ClaimedMessage]:
        """Claim messages; give back what storage was away for, and suppress the reminders of what is not owed."""
        now = self._clock.shared()
        owed = self._delivery.owed
        while owed:
            await outbox_claims.give_back(owed[-1])
            owed.pop()
        await self._pause.look()
        messages = await outbox_claims.claim(self._channel.name, now, LEASE, besides=self._delivery.elsewhere())
        self._took_all = len(messages) < outbox_claims.AT_ONCE
        async with self._returned(lambda: messages):
            stale = await outbox_claims.are_stale(messages)
            if stale:
                await outbox_outcomes.close(stale, "suppressed", now, "what it reminds of is not owed any more")
        return [message for message in messages if message not in stale]

    @asynccontextmanager
    async def _returned(self, untried: Callable[[], Sequence[ClaimedMessage]]) -> AsyncIterator[None]:
        """Give back what is untried when work on it raises: at once if it is stopped, otherwise before the next claim.

        Raise the error.
        """
        try:
            yield
        except asyncio.CancelledError:
            await finish(outbox_claims.give_back(untried()))
            raise
        except Exception:
            self._delivery.owed.append(untried())
            raise

    def _start(self, messages: Sequence[ClaimedMessage], began: float) -> None:
        """Send the messages of each conversation in a task of its own, and in another what is sent beside them.

        `began` is the loop's time of a moment before the claim, as the leases began then.
        """
        where = attrgetter("conversation", "is_aside")
        for _, group in groupby(sorted(messages, key=where), key=where):
            task = asyncio.create_task(self._send_to_one(list(group), began))
            task.add_done_callback(lambda _: self._news.set())
            self._tasks.add(task)

    async def _something_new(self) -> None:
        """Wait until a conversation is done, or new messages are planned, or for a moment."""
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._news.wait()
        except TimeoutError:
            return

    def _finished(self) -> list[BaseException]:
        """Forget the tasks that have ended; return what they raised."""
        done = {task for task in self._tasks if task.done()}
        self._tasks -= done
        errors = (task.exception() for task in done if not task.cancelled())
        return [error for error in errors if error is not None]

    async def _stop(self) -> None:
        """Cancel what is being sent, if the sender is stopped or storage is away."""
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        if tasks:
            await finish(asyncio.wait(tasks))

    async def _send_to_one(self, messages: Sequence[ClaimedMessage], began: float) -> None:
        """Send one conversation's messages; give back those that were not tried, later if storage is away."""
        async with self._returned(lambda: self._delivery.untried(messages)):
            await self._delivery.send_all(messages, began)

    async def used(self) -> Sequence[Used]:
        """Return how much of the platform's limits the fullest conversation or webhook has used, by its window."""
        now = self._clock.now()
        counts: Counter[Limit] = Counter()
        for sent in await self._recent(now - WINDOWS[-1][1]):
            counts.update(limit for limit in sent.limits if sent.at > now - timedelta(seconds=limit.per_seconds))
        fullest = {limit.per_seconds: limit for limit, _ in reversed(counts.most_common())}
        return [
            Used(self._channel.name, name, counts[limit], limit.count)
            for name, window in WINDOWS
            if (limit := fullest.get(window.total_seconds()))
        ]

    async def _recent(self, since: datetime) -> list[Place]:
        """Return what this channel sent since a moment, by the outbox: the limits start from it without Redis."""
        attempts = await sent_messages.attempts_since(self._channel.name, since, self._clock.now())
        replies = [(one, _decoded(one.body)) for one in attempts if one.id not in self._delivery.idle]
        return [
            Place(place(one.id, one.attempts), self._channel.limits(one.conversation, reply), one.at)
            for one, reply in replies
            if reply is not None
        ]


def _decoded(body: str) -> Reply | None:
    try:
        return json.decode(body, type=Reply)
    except (MsgspecError, RecursionError):
        return None
