"""Send the outbox's messages: the most urgent first, in order within a conversation; store the outcome of each.

Each conversation is sent to in a task of its own, so that a slow one holds up no other. A platform's limits are checked
before every message: a message for which there is no room waits, and the wait is not counted as a try. Reminders that
pile up for one conversation are bundled, and those of which nothing is owed any more are suppressed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import structlog
from msgspec import json
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.channels.base import ELSEWHERE, Channel, Limit, Outcome, Receipt, SendError
from bot.clock import Clock
from bot.engine.bundling import bundle, is_burst, may_be_bundled
from bot.engine.outcomes import Outcomes
from bot.engine.wake import Wake
from bot.metrics import Metrics
from bot.stopping import finish
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from handlers.texts.filters import written_at
from storage import outbox
from storage.database.faults import is_away, kind_of
from storage.outbox import ClaimedMessage
from storage.timers.rate_limits import Limits, Place

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
SEND_SECONDS = 30.0
WORK_SECONDS = 25.0
"""How long to work on a claim before giving the rest back: a send that begins then still ends in the lease."""
LATE = timedelta(minutes=10)
"""A message that is sent later than this says so."""
ROOM_FOR_YEARS = 6
"""Characters by which the mark of a late message may grow: its dates get years in the next year."""
ELSEWHERE_SECONDS = 2.0
"""How long this process leaves a conversation to the process that alone can send to it."""
MOST_AT_ONCE = 64
"""To how many conversations messages are sent at the same time."""
POLL_SECONDS = 1.0
STOP_SECONDS = 3.0
"""How long a send may still take when the bot is stopped."""

HoldBack = Callable[[str, Reply, int], Awaitable[float]]
"""Return how many seconds a message waits for the channel's own reasons, such as a budget, by conversation, message
and urgency; 0 if it may go, ELSEWHERE if only another process can send it."""


async def no_hold(_conversation: str, _reply: Reply, _urgency: int) -> float:
    return 0.0


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
    ) -> None:
        self._channel = channel
        self._texts = texts
        self._clock = clock
        self._hold = hold
        self._limits = Limits(redis, channel.name, self._recent)
        self._outcomes = Outcomes(channel.name, clock.now, metrics or Metrics())
        self._idle: set[int] = set()  # claimed here, not being sent yet
        self._owed: list[Sequence[ClaimedMessage]] = []  # to be given back when storage is there again
        self._elsewhere: dict[str, float] = {}  # until when, by the loop's time
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._wake = Wake()

    def wake(self) -> None:
        self._wake.set()
        self._news.set()

    async def run(self) -> None:
        """Send messages as soon as they are planned, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Send all sendable messages; return how many were claimed. Raise what stopped a conversation's work."""
        claimed = 0
        failed: list[BaseException] = []
        try:
            while True:
                self._news.clear()
                messages = [] if failed else await self._claim(failed)
                claimed += len(messages)
                self._start(messages)
                if not self._tasks:
                    break
                if not messages:
                    await self._something_new()
                failed += self._finished()
        finally:
            await self._stop()
        if failed:
            raise failed[0]
        return claimed

    async def _claim(self, failed: list[BaseException]) -> list[ClaimedMessage]:
        """Claim messages for conversations in which nothing is being sent; note in `failed` why none can be claimed."""
        if not self._tasks:
            self._idle.clear()
        if len(self._tasks) >= MOST_AT_ONCE:
            return []
        try:
            messages = await self._claimed()
        except Exception as error:
            failed.append(error)  # what is being sent goes on
            return []
        self._idle |= {message.id for message in messages}
        return messages

    async def _claimed(self) -> list[ClaimedMessage]:
        """Claim messages; give back what storage was away for, and suppress the reminders of what is not owed."""
        now, loop = self._clock.now(), asyncio.get_running_loop().time()
        self._elsewhere = {one: until for one, until in self._elsewhere.items() if until > loop}
        while self._owed:
            await outbox.give_back(self._owed[-1])
            self._owed.pop()
        messages = await outbox.claim(self._channel.name, now, LEASE, besides=tuple(self._elsewhere))
        stale = await outbox.are_stale(messages) if messages else []
        if stale:
            await outbox.close(stale, "suppressed", now, "what it reminds of is not owed any more")
        return [message for message in messages if message not in stale]

    def _start(self, messages: Sequence[ClaimedMessage]) -> None:
        """Send the messages of each conversation in a task of its own."""
        began = asyncio.get_running_loop().time()
        for _, group in groupby(
            sorted(messages, key=lambda message: message.conversation), key=lambda message: message.conversation
        ):
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
        try:
            await self._send_all(messages, began)
        except asyncio.CancelledError:
            if untried := self._untried(messages):
                await finish(outbox.give_back(untried))
            raise
        except Exception:
            if untried := self._untried(messages):
                self._owed.append(untried)
            raise

    def _untried(self, messages: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
        return [message for message in messages if message.id in self._idle]

    async def _send_all(self, waiting: Sequence[ClaimedMessage], began: float) -> None:
        """Send one conversation's messages in order. The first that has to wait holds up the rest.

        `began` is the loop's time of the claim.
        """
        written_at(self._now)
        burst: bool | None = None
        while waiting:
            if asyncio.get_running_loop().time() - began > WORK_SECONDS:
                await self._outcomes.give_back(waiting)
                return
            try:
                if burst is None and may_be_bundled(waiting[0]):
                    burst = await is_burst(waiting, self._channel, self._now)
                batch, reply, waiting = await self._next_message(waiting, burst=bool(burst))
            except Exception as error:
                if is_away(error):
                    raise
                waiting = await self._set_aside(waiting, error)
                continue
            if not batch or await self._send(batch, reply, waiting, began):
                return

    async def _set_aside(self, waiting: Sequence[ClaimedMessage], error: Exception) -> Sequence[ClaimedMessage]:
        """Fail the first message, which cannot be read or worded, so that it does not stop the others."""
        first, *rest = waiting
        log.error("a message cannot be sent", channel=self._channel.name, outbox=first.id, exc_info=error)
        await self._outcomes.close([first], "failed", kind_of(error))
        return rest

    async def _next_message(
        self, waiting: Sequence[ClaimedMessage], *, burst: bool
    ) -> tuple[Sequence[ClaimedMessage], Reply, Sequence[ClaimedMessage]]:
        """Return the rows that go out next as one message, that message, and the rows that are left.

        A message that is too long is split into rows, one for each part, before its first part goes out. No rows are
        returned if another process has them by now.
        """
        if burst and may_be_bundled(waiting[0]):
            bundled = bundle(waiting, self._worded, self._channel, self._texts)
            if bundled:
                return bundled
        first, *rest = waiting
        reply = self._worded(first)
        if first.part or len(self._channel.parts(first.conversation, reply)) == 1:
            return [first], reply, rest
        if any(one.carrier == first.id for one in rest):  # split before: what belongs behind it is there already
            return [first], json.decode(first.body, type=Reply), rest
        parts = self._split(first)
        bodies = [json.encode(part).decode() for part in parts]
        split = await outbox.split(first, bodies)
        self._idle |= {part.id for part in split}
        marked = replace(parts[0], text=self._prefix(first) + parts[0].text)
        return split[:1], marked, [*split[1:], *rest]

    def _split(self, message: ClaimedMessage) -> list[Reply]:
        """Return the parts of a message that is too long; the first leaves room for every mark that it may get."""
        reply = json.decode(message.body, type=Reply)
        marks = self._marks(message) if reply.text else self._prefix(message)
        first, *rest = self._channel.parts(message.conversation, replace(reply, text=marks + reply.text))
        return [replace(first, text=first.text.removeprefix(marks)), *rest]

    def _marks(self, message: ClaimedMessage) -> str:
        """Return a text as long as the prefixes of a message that is late and may arrive a second time."""
        late = self._texts.say("sending.late", at=message.not_before, now=self._now)
        return self._texts.say("common.repeat") + late + "－" * ROOM_FOR_YEARS

    @property
    def _now(self) -> datetime:
        return self._clock.now()

    def _worded(self, message: ClaimedMessage) -> Reply:
        """Return the message as it is sent now, with a prefix if it is late or may arrive a second time."""
        reply = json.decode(message.body, type=Reply)
        prefix = self._prefix(message) if reply.update is None else ""
        return replace(reply, text=prefix + reply.text) if prefix else reply

    def _prefix(self, message: ClaimedMessage) -> str:
        prefix = ""
        if message.repeat and not self._channel.idempotent:
            prefix += self._texts.say("common.repeat")
        if self._now - message.not_before > LATE and not message.part:
            prefix += self._texts.say("sending.late", at=message.not_before, now=self._now)
        return prefix

    async def _send(
        self, batch: Sequence[ClaimedMessage], reply: Reply, rest: Sequence[ClaimedMessage], began: float
    ) -> bool:
        """Send one message and store the outcome; return whether the conversation has to wait, `rest` with it."""
        first = batch[0]
        wait, reason = await self._hold(first.conversation, reply, first.urgency), "waits until its channel may send it"
        if wait == ELSEWHERE:
            self._elsewhere[first.conversation] = asyncio.get_running_loop().time() + ELSEWHERE_SECONDS
            await self._outcomes.give_back([*batch, *rest])
            return True
        limits = self._channel.limits(first.conversation, reply)
        place = _place(first.id, first.attempts)
        if not wait:
            wait, reason = (
                await self._limits.take(place, limits, self._now),
                "waits for room within the platform's limits",
            )
        if wait:
            await self._outcomes.postpone(batch, wait, reason, counted=False)
            await self._outcomes.postpone(rest, wait, "waits for an earlier message", counted=False)
            return True
        if asyncio.get_running_loop().time() - began > WORK_SECONDS:
            await self._limits.settle(place, limits, self._now)
            await self._outcomes.give_back([*batch, *rest])
            return True
        self._idle -= {message.id for message in batch}
        wait = await _to_its_end(self._send_now(batch, reply, place, limits))
        await self._outcomes.postpone(rest, wait, "waits for an earlier message", counted=False)
        return bool(wait)

    async def _send_now(
        self, batch: Sequence[ClaimedMessage], reply: Reply, place: str, limits: Sequence[Limit]
    ) -> float:
        """Send one message and store what became of it; return the seconds that its conversation has to wait."""
        found = await self._tried(batch[0], reply)
        await self._limits.settle(place, limits, self._now)
        return await self._outcomes.record(batch, reply, found)

    async def _tried(self, first: ClaimedMessage, reply: Reply) -> Receipt | SendError:
        """Hand a message to the platform; return its receipt, or what the failure means."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await self._channel.send(first.conversation, reply, str(first.id))
        except SendError as error:
            return error
        except Exception as error:
            log.exception("a channel raised an error", channel=self._channel.name, outbox=first.id)
            return SendError(f"fault: {kind_of(error)}", Outcome.UNKNOWN)

    async def _recent(self, since: datetime) -> list[Place]:
        """Return what this channel sent since a moment, by the outbox: the limits start from it without Redis."""
        attempts = await outbox.attempts_since(self._channel.name, since, self._now)
        replies = [(one, json.decode(one.body, type=Reply)) for one in attempts if one.id not in self._idle]
        return [
            Place(_place(one.id, one.attempts), self._channel.limits(one.conversation, reply), one.at)
            for one, reply in replies
        ]


async def _to_its_end(work: Coroutine[Any, Any, float]) -> float:
    """Do a send; when the sender is stopped, let it end within STOP_SECONDS, so that nothing has to be repeated."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await finish(asyncio.wait([task], timeout=STOP_SECONDS))
        task.cancel()
        raise


def _place(id: int, attempts: int) -> str:
    """Return the key of one try in the limits: each try may have reached the platform, so each one counts."""
    return f"{id}/{attempts}"
