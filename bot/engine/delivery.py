"""Deliver one conversation's messages in their order, as worded now, within every limit; store each outcome.

A platform's limits are checked before every message: a message for which there is no room waits, and the wait is not
counted as a try. Reminders that pile up are bundled. A message that raises an error stops nothing but itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import structlog
from msgspec import json

from bot.channels.base import ELSEWHERE, FILE_TRIES, Channel, Outcome, Receipt, SendError
from bot.channels.handover import handing_over
from bot.clock import Clock
from bot.engine.bundling import bundle, is_burst, may_be_bundled
from bot.engine.outcomes import Outcomes
from bot.engine.wording import Wording
from bot.stopping import finish
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from handlers.texts.filters import written_at
from storage import files, outbox_outcomes
from storage.database.faults import Fault, fault_of, is_away, kind_of
from storage.database.transaction import uninterrupted
from storage.outbox_claims import ClaimedMessage
from storage.timers.rate_limits import Limits

log = structlog.get_logger(__name__)
T = TypeVar("T")
SEND_SECONDS = 30.0
WORK_SECONDS = 25.0
"""How long to work on a claim before giving the rest back: a send that begins then still ends in the lease."""
BIG = 1_000_000
"""Bytes from which on a file is sent beside its conversation's other messages."""
FILE_SECONDS, FILE_LEASE = 240.0, timedelta(seconds=275)
"""How long sending such a file may take, by the platform's time for its size; and how long it is leased for."""
ELSEWHERE_SECONDS = 2.0
"""How long this process leaves a conversation to the process that alone can send to it."""
STOP_SECONDS = 3.0
"""How long a send may still take when the bot is stopped."""

HoldBack = Callable[[str, Reply, int], Awaitable[float]]
"""Return how many seconds a message waits for the channel's own reasons, such as a budget, by conversation, message
and urgency; 0 if it may go, ELSEWHERE if only another process can send it."""


async def no_hold(_conversation: str, _reply: Reply, _urgency: int) -> float:
    return 0.0


class NextMessage(NamedTuple):
    """The rows that go out next as one message, that message, and the rows that are left."""

    batch: Sequence[ClaimedMessage]
    reply: Reply
    rest: Sequence[ClaimedMessage]


class Delivery:
    """`idle` are the messages that are claimed here and not tried yet, by their ids.

    `owed` are those that are to be given back as soon as storage is there again.
    """

    def __init__(
        self, channel: Channel, texts: Texts, clock: Clock, hold: HoldBack, limits: Limits, outcomes: Outcomes
    ) -> None:
        self._channel, self._texts, self._clock = channel, texts, clock
        self._wording = Wording(channel, texts, clock.now)
        self._hold, self._limits, self._outcomes = hold, limits, outcomes
        self.idle: dict[int, ClaimedMessage] = {}
        self.owed: list[Sequence[ClaimedMessage]] = []
        self._elsewhere: dict[str, float] = {}  # until when, by the loop's time

    def elsewhere(self) -> tuple[str, ...]:
        """Return the conversations that are left to another process for the moment."""
        now = asyncio.get_running_loop().time()
        self._elsewhere = {one: until for one, until in self._elsewhere.items() if until > now}
        return tuple(self._elsewhere)

    def untried(self, messages: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
        """Return those of a claim's messages, and of the parts into which they were split, that were not tried."""
        ids, lease = {message.id for message in messages}, messages[0].lease_until
        return [one for one in self.idle.values() if ids & {one.id, one.carrier} and one.lease_until == lease]

    async def send_all(self, waiting: Sequence[ClaimedMessage], began: float) -> None:
        """Send one conversation's messages in order. The first that has to wait holds up the rest.

        `began` is the loop's time of a moment before the claim.
        """
        written_at(self._now)
        burst: bool | None = None
        while waiting:
            if _is_over(began):
                await self._outcomes.give_back(waiting)
                return
            first = waiting[0]
            try:
                if burst is None and may_be_bundled(first):
                    burst = await is_burst(waiting, self._channel, self._now)
                batch, reply, rest = await self._next_message(waiting, burst=bool(burst))
                waiting = [*batch, *rest]
                if batch and await self._is_big(batch[0], reply):
                    await self._outcomes.put_aside(batch)
                    waiting = rest
                else:
                    waiting = await self._send(batch, reply, rest, began) if batch else ()
            except Exception as error:
                if is_away(error):
                    raise
                waiting = await self._set_aside(waiting, error)

    async def _set_aside(self, waiting: Sequence[ClaimedMessage], error: Exception) -> Sequence[ClaimedMessage]:
        """End the first message, which raised an error, so that it does not stop the others; return these.

        If it was handed to the platform, all that went out in it have an unknown outcome.
        """
        tried = [message for message in waiting if message.id not in self.idle]
        ended = tried or waiting[:1]
        log.error("a message cannot be sent", channel=self._channel.name, outbox=ended[0].id, exc_info=error)
        await self._outcomes.close(ended, "unknown" if tried else "failed", kind_of(error))
        return [message for message in waiting if message not in ended]

    async def _next_message(self, waiting: Sequence[ClaimedMessage], *, burst: bool) -> NextMessage:
        """Return what goes out next.

        A message that is too long is split into rows, one for each part, before its first part goes out. No rows are
        returned if another process has them by now.
        """
        if burst and may_be_bundled(waiting[0]):
            bundled = bundle(waiting, self._wording.worded, self._channel, self._texts)
            if bundled:
                return NextMessage(*bundled)
        first, *rest = waiting
        if self._wording.is_one(first):
            return NextMessage([first], self._wording.worded(first), rest)
        if _has_parts(first, rest):  # what belongs behind it is there already, and it has no room for its marks
            return NextMessage([first], json.decode(first.body, type=Reply), rest)
        parts = self._wording.parts(first)
        split = await uninterrupted(self._split(first, parts))
        return NextMessage(split[:1], self._wording.marked(first, parts[0]), [*split[1:], *rest])

    async def _split(self, message: ClaimedMessage, parts: Sequence[Reply]) -> list[ClaimedMessage]:
        split = await outbox_outcomes.split(message, [json.encode(part).decode() for part in parts])
        self.idle |= {part.id: part for part in split}
        return split

    async def _is_big(self, message: ClaimedMessage, reply: Reply) -> bool:
        """Return whether a message is a file for which its conversation need not wait."""
        ids = [one.id for one in reply.attachments if one.id is not None]
        return bool(ids) and not message.is_aside and any(one.size > BIG for one in await files.facts(ids))

    @property
    def _now(self) -> datetime:
        return self._clock.shared()

    async def _send(
        self, batch: Sequence[ClaimedMessage], reply: Reply, rest: Sequence[ClaimedMessage], began: float
    ) -> Sequence[ClaimedMessage]:
        """Send one message and store the outcome; return those of the rest that go out next, none if they wait."""
        first = batch[0]
        wait = await self._hold(first.conversation, reply, first.urgency)
        if wait == ELSEWHERE:
            self._elsewhere[first.conversation] = asyncio.get_running_loop().time() + ELSEWHERE_SECONDS
            await self._outcomes.give_back([*batch, *rest])
            return ()
        if wait:
            return await self._later(batch, rest, wait, "waits until its channel may send it")
        limits, key = self._channel.limits(first.conversation, reply), place(first.id, first.attempts)
        if wait := await self._limits.take(key, limits, self._now, aside=first.is_aside):
            return await self._later(batch, rest, wait, "waits for room within the platform's limits")
        if _is_over(began):
            await self._limits.settle(key, limits, self._now)
            await self._outcomes.give_back([*batch, *rest])
            return ()
        if first.is_aside:
            await self._outcomes.give_back(rest)
            batch, rest = await outbox_outcomes.extend(batch, self._now + FILE_LEASE), ()
            if not batch:
                return ()
        elif not await self._outcomes.begin(batch):
            await self._outcomes.give_back([*batch, *rest])
            return ()
        for message in batch:
            self.idle.pop(message.id, None)
        return await _to_its_end(self._hand_over(batch, reply, rest, key))

    async def _hand_over(
        self, batch: Sequence[ClaimedMessage], reply: Reply, rest: Sequence[ClaimedMessage], key: str
    ) -> Sequence[ClaimedMessage]:
        """Hand a message to the platform and store the outcome; return those of the rest that go out next."""
        first = batch[0]
        try:
            found = await self._tried(first, reply)
        except Exception:
            self.owed.append(batch)
            raise
        finally:
            await self._limits.settle(key, self._channel.limits(first.conversation, reply), self._now)
        alone = not (first.part or _has_parts(first, rest))
        return await self._outcomes.record(batch, reply, found, rest, alone=alone)

    async def _later(
        self, batch: Sequence[ClaimedMessage], rest: Sequence[ClaimedMessage], wait: float, reason: str
    ) -> Sequence[ClaimedMessage]:
        """Postpone a message that was not tried, and what comes behind it; return that nothing goes out next."""
        await self._outcomes.postpone(batch, wait, reason, counted=False)
        await self._outcomes.postpone(rest, wait, "waits for an earlier message", counted=False)
        return ()

    async def _tried(self, first: ClaimedMessage, reply: Reply) -> Receipt | SendError:
        """Hand a message to the platform; return its receipt, or what the failure means.

        Raise if storage was away before the platform could see anything, or if a second try does no harm: not now.
        """
        seconds = FILE_SECONDS if first.is_aside else SEND_SECONDS
        with handing_over() as handover:
            try:
                async with asyncio.timeout(seconds) as limit:
                    return await self._channel.send(first.conversation, reply, str(first.id))
            except SendError as error:
                return error
            except Exception as error:
                harmless = self._channel.idempotent or reply.update is not None or not handover.begun
                if harmless and fault_of(error) is Fault.AWAY:
                    raise
                log.exception("a channel raised an error", channel=self._channel.name, outbox=first.id)
                reason = f"not sent within {seconds:g} s" if limit.expired() else f"fault: {kind_of(error)}"
                passes = limit.expired() or fault_of(error) is Fault.DAMAGED
                return _meaning(reason, harmless=harmless, passes=passes)


def _meaning(reason: str, *, harmless: bool, passes: bool) -> SendError:
    """Return what a failure means that the platform said nothing of.

    `harmless` if the message may go out again, `passes` if it may then.
    """
    if not harmless:
        return SendError(reason, Outcome.UNKNOWN)
    return SendError(reason, Outcome.RETRY, tries=FILE_TRIES) if passes else SendError(reason, Outcome.REFUSED)


def _has_parts(first: ClaimedMessage, rest: Sequence[ClaimedMessage]) -> bool:
    """Return whether a message was split before: its other parts stand behind it."""
    return any(one.carrier == first.id for one in rest)


def _is_over(began: float) -> bool:
    """Return whether the time to work on a claim is over."""
    return asyncio.get_running_loop().time() - began > WORK_SECONDS


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Do a send; when the sender is stopped, let it end within STOP_SECONDS, so that nothing has to be repeated."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await finish(asyncio.wait([task], timeout=STOP_SECONDS))
        task.cancel()
        raise


def place(id: int, attempts: int) -> str:
    """Return the key of one try in the limits: each try may have reached the platform, so each one counts."""
    return f"{id}/{attempts}"
