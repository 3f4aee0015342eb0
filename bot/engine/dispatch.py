"""Take messages from the inbox: find the sender and the handler, and let it decide and answer in one transaction.

A message is stored before it is acknowledged to its platform. A Refusal is answered with its sentence.
"""

import asyncio
from datetime import timedelta
from uuid import uuid4

import structlog
from msgspec import json
from msgspec.structs import replace

from bot.clock import Clock
from bot.engine.fetching import Fetching, missing
from bot.engine.responding import respond
from bot.engine.wake import Wake
from handlers.commands import bind
from handlers.common.bound_groups import is_strange
from handlers.common.context import Context
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.registry import HANDLERS
from handlers.rules.language.messages import Message, Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.texts.filters import written_at
from storage import inbox, outbox
from storage.changes import Written
from storage.database.database import FAULTS
from storage.database.transaction import transact

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=30)
RETRY_AFTER = timedelta(seconds=5)


class Dispatcher:
    def __init__(self, office: Office, clock: Clock) -> None:
        self._office = office
        self._clock = clock
        self._wake = Wake()
        self._arming: set[asyncio.Future[None]] = set()
        self.fetching = Fetching(clock.now, self._wake.set)

    async def store(self, message: Message) -> bool:
        """Store a message in the inbox; return False if it was stored already."""
        body = json.encode(message).decode()
        stored = await inbox.store(message.channel, message.id, body, self._clock.now())
        self._wake.set()
        return stored is not None

    async def run(self) -> None:
        """Handle messages as they arrive, until cancelled."""
        await self._wake.run(self._handle_waiting)

    async def drain(self) -> int:
        """Handle every waiting message, and those whose files are still being fetched; return how many."""
        handled = await self._handle_waiting()
        while await self.fetching.wait_for_one():
            handled += await self._handle_waiting()
        return handled

    async def _handle_waiting(self) -> int:
        handled = 0
        while arrivals := await inbox.claim(self._clock.now(), LEASE):
            try:
                for arrival in arrivals:
                    await self._process(arrival)
            finally:
                await self._finish_arming()
            handled += len(arrivals)
        return handled

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

    async def _process(self, arrival: inbox.Arrival) -> None:
        trace = uuid4().hex[:8]
        try:
            message = json.decode(arrival.body, type=Message)
        except ValueError:
            log.exception("a stored message cannot be read", trace=trace, inbox=arrival.id)
            await inbox.give_up(arrival.id, f"trace {trace}", self._clock.now())
            return
        try:
            known = self._office.institution.by_account(message.channel, message.sender)
            if known and self.fetching.is_needed(message):
                await self.fetching.start(arrival, message)
            else:
                await self._answer(await _with_quoted_text(message), arrival.id)
        except inbox.AlreadyHandled:
            log.info("another process handled the message", inbox=arrival.id)
        except FAULTS as fault:
            log.warning("storage failed; the message will be retried", trace=trace, inbox=arrival.id, fault=str(fault))
            await inbox.put_off(arrival.id, self._clock.now() + RETRY_AFTER)
        except Exception:
            log.exception("handling a message failed", trace=trace, inbox=arrival.id, channel=message.channel)
            await self._apologise(message, arrival.id, trace)

    async def _answer(self, message: Message, id: int) -> None:
        person = self._office.institution.by_account(message.channel, message.sender)
        utterance = Utterance.of(message, self._office.bot_names, person.name if person else "")
        message = utterance.message
        now = self._clock.now()
        written_at(now)
        office = await with_desk_on_duty(self._office, now)
        context = Context(office, HANDLERS, message, person or _unknown_person(message), now, id, self._arm)
        if person is None:
            await self._answer_stranger(context)
            return
        if missing(message) and not (utterance.text or message.material or any(one.id for one in message.attachments)):
            await context.answer(Reply(text=context.text("common.not_fetched")))
            return
        await self._respond(context, utterance)
        if missing(message) and not context.files_asked_for:
            outgoing = self._office.outgoing(
                Reply(text=context.text("common.not_fetched")), message.channel, message.conversation
            )
            await transact(lambda: outbox.plan([outgoing], context.now))

    async def _respond(self, context: Context, utterance: Utterance) -> None:
        message = context.message
        if await is_strange(context) and bind.parse(utterance) is None:
            await context.answer(*([Reply(text=context.text("bind.strange"))] if message.addressed else []))
            return
        if message.unsupported and not (utterance.text or message.material):
            await context.answer(Reply(text=context.text("common.unsupported", kind=message.unsupported)))
            return
        try:
            await respond(context, utterance)
        except Refusal as refusal:
            case = refusal.facts.get("case")
            text = context.text(refusal.sentence, **refusal.facts)
            await context.answer(Reply(text=text), incident=case.number if case else None)

    async def _answer_stranger(self, context: Context) -> None:
        message = context.message
        if not message.addressed:
            await context.answer()
            return
        text = context.text("common.stranger", account=message.sender, channel=message.channel)
        await context.answer(Reply(text=text))

    async def _apologise(self, message: Message, id: int, trace: str) -> None:
        now = self._clock.now()
        reply = Reply(text=self._office.texts.say("common.sorry", trace=trace))
        outgoing = self._office.outgoing(reply, message.channel, message.conversation)

        async def work() -> None:
            await inbox.give_up(id, f"trace {trace}", now)
            await outbox.plan([outgoing], now)

        await transact(work)


async def _with_quoted_text(message: Message) -> Message:
    """Return the message with its quote's text, which platforms often omit, read from what was sent under its id."""
    quote = message.quote
    if quote is None or quote.ref is None:
        return message
    bodies = await outbox.bodies_of(message.channel, quote.ref)
    if bodies:
        text = "\n".join(json.decode(body, type=Reply).text for body in bodies)
        return message if quoted_code(message) else replace(message, quote=replace(quote, text=text))
    said = await inbox.find(message.channel, quote.ref.removeprefix("in-"))
    return message if said is None else replace(message, quote=replace(quote, of_person=True))


def _unknown_person(message: Message) -> Person:
    return Person(f"{message.channel}:{message.sender}", message.sender_name or message.sender, ())
