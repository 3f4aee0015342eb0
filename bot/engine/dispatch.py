"""Take messages from the inbox, one after the other: let each be answered, and settle what could not be handled.

A message is stored before it is acknowledged to its platform. What a fault stops is put off, refused or kept by
`message_faults`; later messages of its conversation wait for what is put off, all others go on.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from msgspec import json

from bot.clock import Clock
from bot.engine.answering import answer
from bot.engine.fetching import Fetching
from bot.engine.heartbeat import beat
from bot.engine.message_faults import MessageFaults
from bot.engine.second_chance import handle_again
from bot.engine.wake import Wake
from bot.stopping import finish
from handlers.common.office import Office
from handlers.rules.language.messages import Message
from handlers.rules.language.storable import storable
from storage import inbox, inbox_claims
from storage.changes import Written
from storage.database.faults import Fault, is_away, kind_of

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=30)
SOON_SECONDS = 2.5
"""How long a person on the page waits at most to hear that a message was not taken."""
AWAY_IN_A_ROW = 2
"""After this many messages in a row that found storage away the others of a claim are not tried."""


class Dispatcher:
    """`on_fault` hears every error that stopped a message; `on_answer` is called when a message may have an answer.

    `on_message` is called with each message that is stored for the first time.
    """

    def __init__(self, office: Office, clock: Clock, on_fault: Callable[[BaseException], None]) -> None:
        self._office = office
        self._clock = clock
        self._wake = Wake()
        self._arming: set[asyncio.Future[None]] = set()
        self.faults = MessageFaults(office, clock.shared)
        self._on_fault = on_fault
        self._started = False
        self.on_answer: Callable[[], None] = lambda: None
        self.on_message: Callable[[Message], None] = lambda _: None
        self.fetching = Fetching(clock.shared, self._wake.set, self._settle)

    async def store_soon(self, message: Message) -> bool:
        """Store a message of somebody who waits for the answer, as `store` does, within SOON_SECONDS or never."""
        return await self.store(message, within=SOON_SECONDS)

    async def store(self, message: Message, within: float | None = None) -> bool:
        """Store a message in the inbox; return False if it was stored already.

        One that cannot be stored is kept as failed, and the desk is told. Raise if storage is away, or takes longer
        than `within` seconds: then it is not stored, unless it is OutcomeUnknown.
        """
        message = storable(message)
        body = json.encode(message).decode()
        where = {"conversation": message.conversation, "sender": message.sender}
        try:
            stored = await inbox.store(message.channel, message.id, body, self._clock.now(), **where, within=within)
        except Exception as error:
            if is_away(error):
                self._on_fault(error)
                self._wake.set()  # it may be stored
                raise
            await self.faults.not_stored(message, body, error)
            return True
        self._wake.set()
        if stored is not None:
            self.on_message(message)
        return stored is not None

    def wake(self) -> None:
        """Look for messages at once."""
        self._wake.set()

    async def run(self) -> None:
        """Handle once more what a bug stopped before the start, then messages as they arrive, until cancelled."""
        if not self._started:
            await self._second_chance()
        await self._wake.run(self._handle_waiting)

    async def _second_chance(self) -> None:
        """Handle once more what a bug stopped; a bug in that itself stops no other message."""
        try:
            await handle_again(self._office, self._clock.now())
        except Exception as error:
            if is_away(error):
                raise
            log.exception("what a bug stopped was not handled once more")
        self._started = True

    async def take_turn(self) -> int:
        """Handle the next messages, and those whose files are still being fetched; return how many.

        Once it returns 0, none waits.
        """
        handled, _ = await self._handle_next()
        return handled + await self._fetched()

    async def drain(self) -> int:
        """Handle every waiting message, and those whose files are still being fetched; return how many."""
        return await self._handle_waiting() + await self._fetched()

    async def _fetched(self) -> int:
        handled = 0
        while await self.fetching.wait_for_one():
            handled += await self._handle_waiting()
        return handled

    async def _handle_waiting(self) -> int:
        """Handle what waits; return how many were claimed. While storage is away, stop and let the rest wait."""
        handled, count, away = 0, 1, False
        while count and not away:
            count, away = await self._handle_next()
            handled += count
        return handled

    async def _handle_next(self) -> tuple[int, bool]:
        """Handle as many as one claim takes; return how many, and whether storage is away."""
        arrivals = await inbox_claims.claim(self._clock.shared(), LEASE)
        if not arrivals:
            return 0, False
        try:
            away = await self._handle_all(arrivals)
        except BaseException:
            await finish(self._give_back(arrivals))
            raise
        finally:
            await self._finish_arming()
        return len(arrivals), away

    async def _give_back(self, arrivals: Sequence[inbox_claims.Arrival]) -> None:
        """Give back what was claimed and is not done, so that it can be claimed at once."""
        try:
            await inbox_claims.give_back(arrivals)
        except Exception as error:
            log.warning("claimed messages were not given back; their leases will run out", fault=kind_of(error))

    async def _handle_all(self, arrivals: Sequence[inbox_claims.Arrival]) -> bool:
        """Handle claimed messages; give back those that have to wait for an earlier one of their conversation.

        Those whose lease has ended meanwhile may be another process's by now, and are given back as well.
        Return whether storage is away: then the rest is given back untried.
        """
        behind: set[tuple[str | None, ...]] = set()
        in_a_row, given_back = 0, list[inbox_claims.Arrival]()
        for arrival in arrivals:
            place = (arrival.channel, arrival.conversation or f"row {arrival.id}")
            over = not arrival.is_leased(self._clock.shared())
            if over or {place, (*place, arrival.sender)} & behind or in_a_row >= AWAY_IN_A_ROW:
                given_back.append(arrival)
                continue
            fault = await self._process(arrival)
            beat()
            self.on_answer()
            in_a_row = in_a_row + 1 if fault is Fault.AWAY else 0
            if fault in (Fault.AWAY, Fault.BAD_DATA, Fault.DAMAGED):
                behind.add(place)
            elif self.fetching.is_under_way(arrival):
                behind.add((*place, arrival.sender))
        if given_back:
            await inbox_claims.give_back(given_back)
        return in_a_row >= AWAY_IN_A_ROW

    async def _arm(self, written: Written) -> None:
        """Set the timers in the background, while the next message is read: Redis takes several changes in one call."""
        self._arming.add(asyncio.ensure_future(self._office.arm(written)))

    async def _finish_arming(self) -> None:
        """Wait until the timers are set. Log faults and raise none, which would hide a cancellation.

        The sweep finds in the tables what was not set.
        """
        arming, self._arming = self._arming, set()
        if arming:
            await asyncio.wait(arming)
        for each in arming:
            if not each.cancelled() and (fault := each.exception()):
                log.error("timers were not set; the sweep will find them in the tables", exc_info=fault)

    async def _process(self, arrival: inbox_claims.Arrival) -> Fault | None:
        """Handle a claimed message; return the fault that stopped it, after it was settled."""
        if arrival.id in self.faults.left:
            return Fault.DAMAGED
        try:
            message = json.decode(arrival.body, type=Message)
        except (ValueError, RecursionError) as error:
            return await self.faults.unreadable(arrival, error)
        try:
            known = self._office.institution.by_account(message.channel, message.sender)
            if known and self.fetching.is_needed(message):
                await self.fetching.start(arrival, message)
            else:
                await answer(self._office, message, arrival, self._clock.now(), self._arm)
        except inbox_claims.AlreadyHandled:
            log.info("another process handled the message", inbox=arrival.id)
        except Exception as error:
            return await self._settle(arrival, message, error)
        return None

    async def _settle(self, arrival: inbox_claims.Arrival, message: Message, error: Exception) -> Fault:
        self._on_fault(error)
        return await self.faults.settle(arrival, message, error)
