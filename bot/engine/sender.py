"""Send the outbox's messages: the most urgent first, in order within a conversation; store the outcome of each.

A platform's limits are checked before every message: a message for which there is no room waits, and the wait is not
counted as a try. Reminders that pile up for one conversation are bundled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from msgspec import json
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.backoff import Backoff
from bot.channels.base import Channel, Outcome, SendError
from bot.clock import Clock
from bot.engine.bundling import bundle, is_burst, may_be_bundled
from bot.engine.wake import Wake
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from handlers.texts.filters import written_at
from storage import outbox
from storage.outbox import ClaimedMessage, OutgoingMessage
from storage.timers.rate_limits import Limits, Place

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
WORK = timedelta(seconds=25)
"""How long to work on a claim before giving the rest back: one more send, of SEND_SECONDS, still ends in the lease."""
SEND_SECONDS = 30.0
LATE = timedelta(minutes=10)
"""A message that is sent later than this says so."""
LONGEST_PAUSE = 600.0
"""Seconds between two tries of a message, unless the platform names more."""

MOST_TRIES = 400
"""With pauses of LONGEST_PAUSE, almost three days: how long a platform may be down."""

UPDATE_TRIES, UPDATE_PAUSE = 3, 5.0
"""Few and quick, because an update of a card holds up the messages after it; a stale button is answered anyway."""

HoldBack = Callable[[str, Reply, int], Awaitable[float]]
"""Return how many seconds a message waits for the channel's own reasons, such as a budget, by conversation, message
and urgency; 0 if it may go."""


async def no_hold(_conversation: str, _reply: Reply, _urgency: int) -> float:
    return 0.0


class Sender:
    """The sender of one channel. `texts` has the prefixes of messages that are late or may arrive a second time."""

    def __init__(
        self, channel: Channel, texts: Texts, clock: Clock, redis: Redis | None = None, hold: HoldBack = no_hold
    ) -> None:
        self._channel = channel
        self._texts = texts
        self._clock = clock
        self._hold = hold
        self._limits = Limits(redis, channel.name, self._recent)
        self._idle: set[int] = set()  # claimed here, not being sent yet
        self._wake = Wake()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Send messages as soon as they are planned, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Send all sendable messages; return how many were claimed."""
        sent = 0
        while messages := await outbox.claim(self._channel.name, now := self._clock.now(), LEASE):
            written_at(now)
            self._idle = {message.id for message in messages}
            by_conversation = sorted(messages, key=lambda message: message.conversation)
            groups = [list(group) for _, group in groupby(by_conversation, key=lambda message: message.conversation)]
            await asyncio.gather(*(self._send_all(group, now) for group in groups))
            sent += len(messages)
        return sent

    async def _send_all(self, waiting: Sequence[ClaimedMessage], claimed_at: datetime) -> None:
        """Send one conversation's messages in order. The first that has to wait holds up the rest."""
        burst: bool | None = None
        while waiting:
            if self._clock.now() - claimed_at > WORK:
                await outbox.give_back([message.id for message in waiting], claimed_at + LEASE)
                return
            if burst is None and may_be_bundled(waiting[0]):
                burst = await is_burst(waiting, self._channel, self._now)
            batch, reply, waiting = await self._next_message(waiting, claimed_at, burst=bool(burst))
            wait = await self._send(batch, reply)
            if wait:
                await self._postpone(waiting, wait, "waits for an earlier message", counted=False)
                return

    async def _next_message(
        self, waiting: Sequence[ClaimedMessage], claimed_at: datetime, *, burst: bool
    ) -> tuple[Sequence[ClaimedMessage], Reply, Sequence[ClaimedMessage]]:
        """Return the rows that go out next as one message, that message, and the rows that are left.

        A message that is too long is split into rows, one for each part, before its first part goes out.
        """
        if burst and may_be_bundled(waiting[0]):
            bundled = bundle(waiting, self._worded, self._channel, self._texts)
            if bundled:
                return bundled
        first, *rest = waiting
        reply = self._worded(first)
        parts = self._channel.parts(first.conversation, reply)
        if len(parts) == 1 or first.part:
            return [first], reply, rest
        plain = replace(parts[0], text=parts[0].text.removeprefix(self._prefix(first)))
        bodies = [json.encode(part).decode() for part in (plain, *parts[1:])]
        first, *more = await outbox.split(first, bodies, claimed_at, LEASE)
        return [first], parts[0], [*more, *rest]

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

    async def _send(self, batch: Sequence[ClaimedMessage], reply: Reply) -> float | None:
        """Send one message and store the outcome; return how many seconds to wait if it cannot go now."""
        first = batch[0]
        if wait := await self._hold(first.conversation, reply, first.urgency):
            await self._postpone(batch, wait, "waits until its channel may send it", counted=False)
            return wait
        limits = self._channel.limits(first.conversation, reply)
        place = _place(first.id, first.attempts)
        if wait := await self._limits.take(place, limits, self._now):
            await self._postpone(batch, wait, "waits for room within the platform's limits", counted=False)
            return wait
        self._idle.discard(first.id)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                receipt = await self._channel.send(first.conversation, reply, str(first.id))
        except SendError as error:
            await self._limits.settle(place, limits, self._now)
            return await self._record_failure(batch, reply, error)
        except Exception as error:
            log.exception("a channel raised an error", channel=self._channel.name, outbox=first.id)
            return await self._record_failure(
                batch, reply, SendError(f"fault: {type(error).__name__}", Outcome.UNKNOWN)
            )
        ids = [message.id for message in batch]
        if receipt.left_out:
            await outbox.close(ids, "suppressed", self._now, receipt.left_out)
        else:
            await outbox.sent(ids, self._now, receipt.platform_id, accepted=receipt.accepted)
        await self._limits.settle(place, limits, self._now)
        return None

    async def _record_failure(self, batch: Sequence[ClaimedMessage], reply: Reply, error: SendError) -> float | None:
        """Postpone a message that may be retried and return the seconds to wait; otherwise close it, return None."""
        first = batch[0]
        log.warning("a message was not sent", outbox=first.id, outcome=error.outcome.value, reason=str(error))
        wait, tries = Backoff(error.wait, max(error.wait, LONGEST_PAUSE)).pause(first.attempts - 1), MOST_TRIES
        if reply.update is not None:
            wait, tries = min(wait, UPDATE_PAUSE), UPDATE_TRIES
        if error.outcome is Outcome.RETRY and first.attempts < tries:
            await self._postpone(batch, wait, str(error))
            return wait
        state = "unknown" if error.outcome is Outcome.UNKNOWN else "failed"
        notice = _failure_notice(reply, state, first)
        await outbox.close([message.id for message in batch], state, self._now, str(error), notice)
        return None

    async def _postpone(
        self, messages: Iterable[ClaimedMessage], wait: float, reason: str, *, counted: bool = True
    ) -> None:
        ids = [message.id for message in messages]
        if ids:
            await outbox.postpone(ids, self._now + timedelta(seconds=wait), reason, counted=counted)

    async def _recent(self, since: datetime) -> list[Place]:
        """Return what this channel sent since a moment, by the outbox: the limits start from it without Redis."""
        attempts = await outbox.attempts_since(self._channel.name, since, self._now)
        replies = [(one, json.decode(one.body, type=Reply)) for one in attempts if one.id not in self._idle]
        return [
            Place(_place(one.id, one.attempts), self._channel.limits(one.conversation, reply), one.at)
            for one, reply in replies
        ]


def _failure_notice(reply: Reply, state: str, first: ClaimedMessage) -> list[OutgoingMessage]:
    """Return what others are told of a message that cannot arrive; only for the first of its parts."""
    if state != "failed" or reply.missed is None or first.part:
        return []
    body = json.encode(Reply(text=reply.missed.text)).decode()
    return [OutgoingMessage(reply.missed.channel, reply.missed.conversation, body)]


def _place(id: int, attempts: int) -> str:
    """Return the key of one try in the limits: each try may have reached the platform, so each one counts."""
    return f"{id}/{attempts}"
