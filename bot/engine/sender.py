"""From the outbox to the platforms: the most urgent first, in order within a conversation, each outcome on record.

A platform's limits are asked before every message; what finds no room waits, and no try is counted. Reminders that pile
up for one conversation go out as one message.
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
from storage import outbox
from storage.outbox import ClaimedMessage, OutgoingMessage
from storage.timers.rate_limits import Limits, Place

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
HOLD = timedelta(seconds=25)
"""For so long a claim is worked on; what is left then is given back, for a send may take as long as SEND_SECONDS."""
SEND_SECONDS = 30.0
LATE = timedelta(minutes=10)
LONGEST_PAUSE = 600.0
"""Seconds between two tries of a message, unless the platform names more."""

MOST_TRIES = 400
"""Almost three days of a platform that is down."""

UPDATE_TRIES, UPDATE_PAUSE = 3, 5.0
"""An update of a card holds up what is said after it, and does without: a stale button is answered with the facts."""

HoldBack = Callable[[str, Reply, int], Awaitable[float]]
"""How many seconds a message of an urgency waits for reasons of the channel's own, such as a budget; 0 if none."""


async def no_hold(_conversation: str, _say: Reply, _urgency: int) -> float:
    return 0.0


class Sender:
    """Sends for one channel. `texts` mark what may reach its reader a second time, or reaches them late."""

    def __init__(
        self, channel: Channel, texts: Texts, clock: Clock, redis: Redis | None = None, hold: HoldBack = no_hold
    ) -> None:
        self._channel = channel
        self._texts = texts
        self._clock = clock
        self._hold = hold
        self._limits = Limits(redis, channel.name, self._recent)
        self._idle: set[int] = set()  # claimed here, and not on its way yet
        self._wake = Wake()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Sends what is planned as soon as it is, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Sends everything that may go now; how many messages that was."""
        sent = 0
        while messages := await outbox.claim(self._channel.name, now := self._clock.now(), LEASE):
            self._idle = {message.id for message in messages}
            by_conversation = sorted(messages, key=lambda message: message.conversation)
            groups = [list(group) for _, group in groupby(by_conversation, key=lambda message: message.conversation)]
            await asyncio.gather(*(self._send_all(group, now) for group in groups))
            sent += len(messages)
        return sent

    async def _send_all(self, waiting: Sequence[ClaimedMessage], claimed_at: datetime) -> None:
        """One conversation's messages in their order; the first that has to wait holds up the rest."""
        burst: bool | None = None
        while waiting:
            if self._clock.now() - claimed_at > HOLD:
                await outbox.give_back([message.id for message in waiting], claimed_at + LEASE)
                return
            if burst is None and may_be_bundled(waiting[0]):
                burst = await is_burst(waiting, self._channel, self._now)
            batch, say, waiting = await self._next(waiting, claimed_at, burst=bool(burst))
            wait = await self._send(batch, say)
            if wait:
                await self._postpone(waiting, wait, "waits for an earlier message", counted=False)
                return

    async def _next(
        self, waiting: Sequence[ClaimedMessage], claimed_at: datetime, *, burst: bool
    ) -> tuple[Sequence[ClaimedMessage], Reply, Sequence[ClaimedMessage]]:
        """What goes out as the next one message, and what is left after it."""
        if burst and may_be_bundled(waiting[0]):
            bundled = bundle(waiting, self._worded, self._channel, self._texts)
            if bundled:
                return bundled
        first, *rest = waiting
        say = self._worded(first)
        parts = self._channel.parts(first.conversation, say)
        if len(parts) == 1 or first.part:
            return [first], say, rest
        plain = replace(parts[0], text=parts[0].text.removeprefix(self._front(first)))
        bodies = [json.encode(part).decode() for part in (plain, *parts[1:])]
        first, *more = await outbox.split(first, bodies, claimed_at, LEASE)
        return [first], parts[0], [*more, *rest]

    @property
    def _now(self) -> datetime:
        return self._clock.now()

    def _worded(self, message: ClaimedMessage) -> Reply:
        """The message as it goes out now: late, or perhaps a second time, it says so."""
        say = json.decode(message.body, type=Reply)
        front = self._front(message) if say.update is None else ""
        return replace(say, text=front + say.text) if front else say

    def _front(self, message: ClaimedMessage) -> str:
        front = ""
        if message.repeat and not self._channel.idempotent:
            front += self._texts.say("common.repeat")
        if self._now - message.not_before > LATE and not message.part:
            front += self._texts.say("sending.late", at=message.not_before, now=self._now)
        return front

    async def _send(self, batch: Sequence[ClaimedMessage], say: Reply) -> float | None:
        """Sends one message; how many seconds to wait if it cannot go now."""
        first = batch[0]
        if wait := await self._hold(first.conversation, say, first.urgency):
            await self._postpone(batch, wait, "waits until its channel may send it", counted=False)
            return wait
        limits = self._channel.limits(first.conversation, say)
        place = _place(first.id, first.attempts)
        if wait := await self._limits.take(place, limits, self._now):
            await self._postpone(batch, wait, "waits for room within the platform's limits", counted=False)
            return wait
        self._idle.discard(first.id)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                receipt = await self._channel.send(first.conversation, say, str(first.id))
        except SendError as error:
            await self._limits.settle(place, limits, self._now)
            return await self._failed(batch, say, error)
        except Exception as error:
            log.exception("a channel failed", channel=self._channel.name, outbox=first.id)
            return await self._failed(batch, say, SendError(f"fault: {type(error).__name__}", Outcome.UNKNOWN))
        ids = [message.id for message in batch]
        if receipt.left_out:
            await outbox.close(ids, "suppressed", self._now, receipt.left_out)
        else:
            await outbox.sent(ids, self._now, receipt.platform_id, accepted=receipt.accepted)
        await self._limits.settle(place, limits, self._now)
        return None

    async def _failed(self, batch: Sequence[ClaimedMessage], say: Reply, error: SendError) -> float | None:
        first = batch[0]
        log.warning("a message was not sent", outbox=first.id, outcome=error.outcome.value, reason=str(error))
        wait, tries = Backoff(error.wait, max(error.wait, LONGEST_PAUSE)).pause(first.attempts - 1), MOST_TRIES
        if say.update is not None:
            wait, tries = min(wait, UPDATE_PAUSE), UPDATE_TRIES
        if error.outcome is Outcome.RETRY and first.attempts < tries:
            await self._postpone(batch, wait, str(error))
            return wait
        state = "unknown" if error.outcome is Outcome.UNKNOWN else "failed"
        await outbox.close([message.id for message in batch], state, self._now, str(error), _told(say, state, first))
        return None

    async def _postpone(
        self, messages: Iterable[ClaimedMessage], wait: float, reason: str, *, counted: bool = True
    ) -> None:
        ids = [message.id for message in messages]
        if ids:
            await outbox.postpone(ids, self._now + timedelta(seconds=wait), reason, counted=counted)

    async def _recent(self, since: datetime) -> list[Place]:
        attempts = await outbox.attempts_since(self._channel.name, since, self._now)
        says = [(one, json.decode(one.body, type=Reply)) for one in attempts if one.id not in self._idle]
        return [
            Place(_place(one.id, one.attempts), self._channel.limits(one.conversation, say), one.at)
            for one, say in says
        ]


def _told(say: Reply, state: str, first: ClaimedMessage) -> list[OutgoingMessage]:
    """What others are told of a message that cannot arrive; once, however many parts it has."""
    if state != "failed" or say.missed is None or first.part:
        return []
    body = json.encode(Reply(text=say.missed.text)).decode()
    return [OutgoingMessage(say.missed.channel, say.missed.conversation, body)]


def _place(id: int, attempts: int) -> str:
    """Each try is a message that may have reached the platform."""
    return f"{id}/{attempts}"
