"""From the outbox to the platforms: the most urgent first, in order within a conversation, each outcome on record."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby

import structlog
from msgspec import json
from msgspec.structs import replace

from bot.channels.base import Channel, Outcome, Receipt, SendError
from bot.clock import Clock
from bot.wake import Wake
from handlers.rules.messages import Say
from handlers.texts import Texts
from storage import outbox
from storage.outbox import Parcel

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
MOST_TRIES = 12


class Sender:
    """Sends for one channel. `texts` mark what may reach its reader a second time."""

    def __init__(self, channel: Channel, texts: Texts, clock: Clock) -> None:
        self._channel = channel
        self._texts = texts
        self._clock = clock
        self._wake = Wake()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Sends what is planned as soon as it is, until cancelled."""
        await self._wake.run(self.drain)

    async def drain(self) -> int:
        """Sends everything that may go now; how many messages that was."""
        sent = 0
        while parcels := await outbox.claim(self._channel.name, self._clock.now(), LEASE):
            by_conversation = sorted(parcels, key=lambda parcel: parcel.conversation)
            groups = [list(group) for _, group in groupby(by_conversation, key=lambda parcel: parcel.conversation)]
            await asyncio.gather(*(self._send_all(group) for group in groups))
            sent += len(parcels)
        return sent

    async def _send_all(self, parcels: Sequence[Parcel]) -> None:
        """One conversation's messages in their order; the first that has to wait holds up the rest."""
        for n, parcel in enumerate(parcels):
            wait = await self._send(parcel)
            if wait:
                await self._postpone(parcels[n + 1 :], wait, "waits for an earlier message")
                return

    async def _send(self, parcel: Parcel) -> float | None:
        """Sends one message; how many seconds to wait if it cannot go now."""
        say = json.decode(parcel.body, type=Say)
        if parcel.repeat and not self._channel.idempotent:
            say = replace(say, text=self._texts.say("common.repeat") + say.text)
        try:
            receipt = await self._channel.send(parcel.conversation, say, str(parcel.id))
        except SendError as error:
            return await self._failed(parcel, error)
        except Exception as error:
            log.exception("a channel failed", channel=self._channel.name, outbox=parcel.id)
            return await self._failed(parcel, SendError(f"fault: {type(error).__name__}", Outcome.UNKNOWN))
        await self._sent(parcel, receipt)
        return None

    async def _sent(self, parcel: Parcel, receipt: Receipt) -> None:
        await outbox.sent([parcel.id], self._clock.now(), receipt.platform_id, accepted=receipt.accepted)

    async def _failed(self, parcel: Parcel, error: SendError) -> float | None:
        log.warning("a message was not sent", outbox=parcel.id, outcome=error.outcome.value, reason=str(error))
        if error.outcome is Outcome.RETRY and parcel.attempts < MOST_TRIES:
            await self._postpone([parcel], error.wait, str(error))
            return error.wait
        state = "unknown" if error.outcome is Outcome.UNKNOWN else "failed"
        await outbox.close([parcel.id], state, self._clock.now(), str(error))
        return None

    async def _postpone(self, parcels: Iterable[Parcel], wait: float, reason: str) -> None:
        ids = [parcel.id for parcel in parcels]
        if ids:
            await outbox.postpone(ids, self._clock.now() + timedelta(seconds=wait), reason)
