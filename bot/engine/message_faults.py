"""What becomes of a message that cannot be handled, by the fault that stopped it.

Storage away: it is put off, without limit, and waits longer after each try. Data that cannot be stored: it is tried a
few times, because two processes can be in each other's way, then refused with a sentence. Storage damaged: it is tried
as often, because an operator may mend it that fast; then it is kept, and handled once more after a restart, which has
to come with a mended database. A bug: it is kept, its sender gets an apology, and it is handled once more after a
restart.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog

from bot.backoff import Backoff
from handlers.common.office import Office
from handlers.rules.language.messages import Message, Reply, quoted_code
from storage import inbox, inbox_claims, outbox
from storage.database.faults import Fault, fault_of, flaw_of, is_away, kind_of
from storage.database.transaction import transact

log = structlog.get_logger(__name__)
AWAY_PAUSE = Backoff(first=1.0, longest=30.0)
MOST_REFUSALS = 3
"""How often data are tried that cannot be stored."""
REFUSED_PAUSE = timedelta(seconds=1)
LONGEST_PLACE = 160
"""Maximum length (characters) of a conversation's or a sender's id in the tables."""


class MessageFaults:
    """Put off, refuse or keep messages that could not be handled.

    `on_put_off` is called with each message that waits because storage was away.
    """

    def __init__(self, office: Office, now: Callable[[], datetime]) -> None:
        self._office, self._now = office, now
        self.on_put_off: Callable[[int], None] = lambda _: None
        self.left: set[int] = set()
        """Messages that damage stopped and that could not even be kept as failed: the next start handles them."""

    async def settle(self, arrival: inbox_claims.Arrival, message: Message, error: Exception) -> Fault:
        """Do with a message what its fault asks for; return the fault. If that fails, the message's lease runs out."""
        fault, trace = fault_of(error), uuid4().hex[:8]
        try:
            if fault is Fault.AWAY:
                await self._put_off(arrival, error)
            elif fault is Fault.BAD_DATA:
                await self._refuse(arrival, message, error)
            elif fault is Fault.DAMAGED:
                await self._leave(arrival, message, error)
            else:
                log.error("handling a message failed", trace=trace, inbox=arrival.id, exc_info=error)
                text = self._office.texts.say("common.sorry", trace=trace, **_sent(message))
                await self._fail(arrival, message, fault, f"trace {trace}: {kind_of(error)}", text)
        except inbox_claims.AlreadyHandled:
            log.info("another process handled the message", inbox=arrival.id)
        except Exception as another:
            if not is_away(another):
                await self._fail_silently(arrival, fault, f"trace {trace}: {kind_of(error)}; {kind_of(another)}")
            elif fault is Fault.DAMAGED and self._is_last_try(arrival):
                self.left.add(arrival.id)
                log.error("storage is damaged; a message waits for the next start", inbox=arrival.id)
            else:
                log.warning(
                    "storage is away; the message's lease will run out", inbox=arrival.id, fault=kind_of(another)
                )
                return Fault.AWAY
        return fault

    async def not_stored(self, message: Message, body: str, error: Exception) -> None:
        """Keep a message as failed that could not be stored; of the columns of its place keep what fits."""
        log.error("a message could not be stored", channel=message.channel, exc_info=error)
        conversation, sender = message.conversation[:LONGEST_PLACE], message.sender[:LONGEST_PLACE]
        why = fault_of(error), kind_of(error)
        row = inbox.FailedRow(message.channel, message.id, body, conversation, sender, *why)
        await inbox.keep_failed(row, self._now())

    async def unreadable(self, arrival: inbox_claims.Arrival, error: Exception) -> Fault | None:
        """Keep a stored message that cannot be decoded as failed; nobody knows whom to answer.

        Return AWAY if that cannot be stored now: then the message's lease runs out.
        """
        log.error("a stored message cannot be read", inbox=arrival.id, exc_info=error)
        try:
            await inbox_claims.fail(arrival, "unreadable", kind_of(error), self._now())
        except inbox_claims.AlreadyHandled:
            return None
        except Exception as another:
            if not is_away(another):
                raise
            log.warning("storage is away; the message's lease will run out", inbox=arrival.id, fault=str(another))
            return Fault.AWAY
        return None

    async def _put_off(self, arrival: inbox_claims.Arrival, error: Exception) -> None:
        pause = AWAY_PAUSE.pause(arrival.attempts - 1)
        log.warning("storage is away; a message waits", inbox=arrival.id, seconds=pause, fault=kind_of(error))
        until = self._now() + timedelta(seconds=pause)
        await inbox_claims.put_off(arrival, until, Fault.AWAY, kind_of(error))
        self.on_put_off(arrival.id)

    async def _refuse(self, arrival: inbox_claims.Arrival, message: Message, error: Exception) -> None:
        log.warning("data cannot be stored", inbox=arrival.id, tries=arrival.refusals + 1, fault=kind_of(error))
        if await self._is_tried_again(arrival, Fault.BAD_DATA, error):
            return
        text = self._office.texts.say("common.not_storable", flaw=flaw_of(error), **_sent(message))
        await self._fail(arrival, message, Fault.BAD_DATA, kind_of(error), text)

    async def _leave(self, arrival: inbox_claims.Arrival, message: Message, error: Exception) -> None:
        log.error("storage is damaged", inbox=arrival.id, tries=arrival.refusals + 1, fault=kind_of(error))
        if await self._is_tried_again(arrival, Fault.DAMAGED, error):
            return
        text = self._office.texts.say("common.damaged", **_sent(message))
        await self._fail(arrival, message, Fault.DAMAGED, kind_of(error), text)

    async def _is_tried_again(self, arrival: inbox_claims.Arrival, fault: Fault, error: Exception) -> bool:
        """Put a message off for its next try; return False if it has had all its tries."""
        if arrival.refusals + 1 >= MOST_REFUSALS:
            return False
        await inbox_claims.put_off(arrival, self._now() + REFUSED_PAUSE, fault, kind_of(error), refused=True)
        return True

    def _is_last_try(self, arrival: inbox_claims.Arrival) -> bool:
        """Return whether a message had all its tries, by its claims where not even its refusals could be counted."""
        return max(arrival.refusals + 1, arrival.attempts) >= MOST_REFUSALS

    async def _fail(self, arrival: inbox_claims.Arrival, message: Message, fault: Fault, error: str, text: str) -> None:
        """Keep the message as failed and answer it, in one transaction."""
        outgoing = self._office.outgoing(Reply(text=text), message.channel, message.conversation)

        async def work() -> None:
            await inbox_claims.fail(arrival, fault, error, self._now())
            await outbox.plan([outgoing], self._now())

        await transact(work)

    async def _fail_silently(self, arrival: inbox_claims.Arrival, fault: Fault, error: str) -> None:
        """Keep a message as failed that cannot even be answered."""
        log.error("a message cannot be answered", inbox=arrival.id, fault=error)
        try:
            await inbox_claims.fail(arrival, fault, error, self._now())
        except inbox_claims.AlreadyHandled:
            return


def _sent(message: Message) -> dict[str, Any]:
    """Return what an answer about a fault shows, so that it can be said again: the words, and a quote's number."""
    code = quoted_code(message)
    return {"words": message.text, "number": code[0] if code else None}
