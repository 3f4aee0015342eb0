"""Store what became of a send: sent, to be tried again, unknown or failed; only while the message is still ours.

The outcome is stored with patience: while the database is away for a moment, a message that went out would otherwise
be sent again when its lease runs out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog
from msgspec import json

from bot.backoff import Backoff
from bot.channels.base import Outcome, Receipt, SendError
from bot.engine.platform_pause import PlatformPause
from bot.metrics import Metrics
from handlers.rules.language.messages import Reply
from handlers.rules.language.storable import storable_text
from storage import outbox_claims, outbox_outcomes
from storage.database.faults import is_away
from storage.outbox import OutgoingMessage
from storage.outbox_claims import ClaimedMessage

log = structlog.get_logger(__name__)
LONGEST_PAUSE = 600.0
"""Seconds between two tries of a message, unless the platform names more."""
MOST_TRIES = 400
"""With pauses of LONGEST_PAUSE, almost three days: how long a platform may be down."""
MOST_DOUBTS = 6
"""How often a message is repeated, with its mark, that the platform may have taken although it failed."""
WAITED_FOR = 3
"""After this many tries of a message that may be refused for ever the others go past it."""
UPDATE_TRIES, UPDATE_PAUSE = 3, 5.0
"""Few and quick, because an update of a card holds up the messages after it; a stale button is answered anyway."""
LONGEST_PLATFORM_ID = 200
STORE_PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between the tries to store an outcome while the database is away."""


class Outcomes:
    """The outcomes of one channel's sends."""

    def __init__(self, channel: str, now: Callable[[], datetime], metrics: Metrics, pause: PlatformPause) -> None:
        self._channel, self._now, self._metrics, self._pause = channel, now, metrics, pause

    async def begin(self, messages: Sequence[ClaimedMessage]) -> bool:
        """Mark as being sent what is not yet; return False if one of the messages is not ours any more."""
        waiting = [one for one in messages if one.state != "sending"]
        return not waiting or await outbox_claims.begin(waiting)

    async def _sent(
        self, batch: Sequence[ClaimedMessage], receipt: Receipt, rest: Sequence[ClaimedMessage]
    ) -> Sequence[ClaimedMessage]:
        """Store that a message was sent, and in the same statement that the first of the rest is being sent from now.

        Return the rest as it is then. Only there stands what is being sent: a mark kept elsewhere would outlive a rest
        that is given back.
        """
        changed: set[int] = set()

        async def work() -> int:
            id = receipt.platform_id if _is_storable_id(receipt.platform_id or "") else None
            if not rest or len(batch) > 1:
                return await outbox_outcomes.sent(batch, self._now(), id, accepted=receipt.accepted)
            changed.update(
                await outbox_outcomes.sent_and_begin(batch[0], rest[0], self._now(), id, accepted=receipt.accepted)
            )
            return int(batch[0].id in changed)

        await self._store(batch, work)
        self._pause.sent()
        self._metrics.sent(self._channel, "accepted" if receipt.accepted else "sent", len(batch))
        return [one._replace(state="sending") if one.id in changed else one for one in rest]

    async def record(
        self,
        batch: Sequence[ClaimedMessage],
        reply: Reply,
        found: Receipt | SendError,
        rest: Sequence[ClaimedMessage] = (),
        *,
        alone: bool = False,
    ) -> Sequence[ClaimedMessage]:
        """Store what became of a message; return those of the rest that go out next, none if they have to wait.

        `alone` if it is no part of a longer one: if it may be refused for ever, the others go past it.
        """
        if isinstance(found, SendError):
            wait = await self._failed(batch, reply, found, alone=alone)
            await self.postpone(rest, wait, "waits for an earlier message", counted=False)
            return () if wait else rest
        if found.left_out:
            await self.close(batch, "suppressed", found.left_out)
            return rest
        return await self._sent(batch, found, rest)

    async def _failed(self, batch: Sequence[ClaimedMessage], reply: Reply, error: SendError, *, alone: bool) -> float:
        """Postpone a message that may be tried again and return the seconds to wait; otherwise close it, return 0."""
        first = batch[0]
        log.warning("a message was not sent", outbox=first.id, outcome=error.outcome.value, reason=str(error))
        wait, tries = _patience(first, reply, error)
        doubtful = error.outcome is Outcome.REPEAT or (error.may_have_arrived and first.is_notice)
        patient = first.is_notice or first.doubts < MOST_DOUBTS
        again = error.outcome is Outcome.RETRY or (doubtful and patient)
        if again and first.attempts < tries:
            passed = first.is_aside or _goes_past(first, reply, error, alone=alone)
            await self.postpone(batch, wait, str(error), doubtful=doubtful, aside=passed)
            self._pause.note(error, batch)
            return 0.0 if passed else wait
        # What is refused after a try that may have arrived may be refused for that: the platform has it already.
        state = "unknown" if error.may_have_arrived or first.repeat else "failed"
        await self.close(batch, state, str(error), _notice(reply, state, first))
        return 0.0

    async def postpone(
        self,
        messages: Sequence[ClaimedMessage],
        wait: float,
        reason: str,
        *,
        counted: bool = True,
        doubtful: bool = False,
        aside: bool = False,
    ) -> None:
        """Requeue messages for a later time, if there is a time to wait."""
        if messages and wait:
            now = self._now()
            until = now + timedelta(seconds=wait)
            error = storable_text(reason)  # a platform's words, such as with a NUL
            options = {"counted": counted, "doubtful": doubtful, "aside": aside}
            await self._store(messages, lambda: outbox_outcomes.postpone(messages, now, until, error, **options))
            if counted:
                self._metrics.sent(self._channel, "put off", len(messages))

    async def put_aside(self, messages: Sequence[ClaimedMessage]) -> None:
        """Let messages be sent beside the others of their conversation."""
        await self._store(messages, lambda: outbox_outcomes.put_aside(messages))

    async def give_back(self, messages: Sequence[ClaimedMessage]) -> None:
        if messages:
            await self._store(messages, lambda: outbox_claims.give_back(messages))

    async def close(
        self,
        messages: Sequence[ClaimedMessage],
        state: str,
        reason: str,
        notices: Sequence[OutgoingMessage] = (),
    ) -> None:
        error = storable_text(reason)
        await self._store(messages, lambda: outbox_outcomes.close(messages, state, self._now(), error, notices))
        self._metrics.sent(self._channel, state, len(messages))

    async def _store(self, messages: Sequence[ClaimedMessage], work: Callable[[], Awaitable[int]]) -> None:
        """Store an outcome, again after a pause while the database is away; log what was not ours any more."""
        for pause in (*STORE_PAUSES, None):
            try:
                changed = await work()
                break
            except Exception as error:
                if pause is None or not is_away(error):
                    raise
            await asyncio.sleep(pause)
        if changed < len(messages):
            log.warning("a lease had ended: another process decides", channel=self._channel, outbox=messages[0].id)


def _is_storable_id(id: str) -> bool:
    return len(id) <= LONGEST_PLATFORM_ID and storable_text(id) == id


def _patience(first: ClaimedMessage, reply: Reply, error: SendError) -> tuple[float, int]:
    """Return the seconds until the next try of a failed message, and how many tries it has in all."""
    wait = Backoff(error.wait, max(error.wait, LONGEST_PAUSE)).pause(first.attempts - 1)
    if reply.update is not None:
        return min(wait, UPDATE_PAUSE), UPDATE_TRIES
    return wait, MOST_TRIES if error.tries is None else min(MOST_TRIES, error.tries)


def _goes_past(first: ClaimedMessage, reply: Reply, error: SendError, *, alone: bool) -> bool:
    """Return whether the messages behind one that may be refused for ever need not wait for it."""
    refused_alone = bool(reply.attachments) or (alone and first.attempts >= WAITED_FOR)
    return error.tries is not None and refused_alone


def _notice(reply: Reply, state: str, first: ClaimedMessage) -> list[OutgoingMessage]:
    """Return what others are told of a message that cannot arrive; only for the first of its parts."""
    if state != "failed" or reply.missed is None or first.part:
        return []
    body = json.encode(Reply(text=reply.missed.text)).decode()
    return [OutgoingMessage(reply.missed.channel, reply.missed.conversation, body)]
