"""From the inbox to an answer: who is it, what do they say, one handler, one transaction.

A message is stored before its platform hears that it arrived. What cannot be done is answered with a sentence.
"""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from msgspec import json
from msgspec.structs import replace

from bot.clock import Clock
from bot.engine.fetching import Fetching, missing
from bot.engine.wake import Wake
from handlers.commands import bind
from handlers.common.context import Context
from handlers.common.office import Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.common.suggestions import looks_meant, suggest
from handlers.registry import HANDLERS, PARSE_ORDER
from handlers.rules.language.commands import clean
from handlers.rules.language.messages import Message, Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from storage import inbox, outbox
from storage.changes import Written
from storage.database.database import FAULTS
from storage.database.transaction import transact
from storage.incidents import Conflict

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=30)
AGAIN = timedelta(seconds=5)
TRIES = 8


class Dispatcher:
    def __init__(self, office: Office, clock: Clock) -> None:
        self._office = office
        self._clock = clock
        self._wake = Wake()
        self._arming: set[asyncio.Future[None]] = set()
        self.fetching = Fetching(clock.now, self._wake.set)

    async def hear(self, message: Message) -> bool:
        """Stores a message; False if it was here already."""
        body = json.encode(message).decode()
        stored = await inbox.store(message.channel, message.id, body, self._clock.now())
        self._wake.set()
        return stored is not None

    async def run(self) -> None:
        """Deals with messages as they come, until cancelled."""
        await self._wake.run(self._what_waits)

    async def drain(self) -> int:
        """Deals with everything, and waits for what is being fetched; how many messages that was."""
        handled = await self._what_waits()
        while await self.fetching.some_came():
            handled += await self._what_waits()
        return handled

    async def _what_waits(self) -> int:
        handled = 0
        while arrivals := await inbox.claim(self._clock.now(), LEASE):
            try:
                for arrival in arrivals:
                    await self._deal_with(arrival)
            finally:
                await self._all_armed()
            handled += len(arrivals)
        return handled

    async def _arm(self, written: Written) -> None:
        """Timers are set while the next message is read: Redis takes several changes in one call."""
        self._arming.add(asyncio.ensure_future(self._office.arm(written)))

    async def _all_armed(self) -> None:
        """Raises nothing, which would hide a cancellation: what was not set is found in the tables."""
        arming, self._arming = self._arming, set()
        if arming:
            await asyncio.wait(arming)
        for each in arming:
            if not each.cancelled() and (fault := each.exception()):
                log.error("timers were not set, the sweep finds them", exc_info=fault)

    async def _deal_with(self, arrival: inbox.Arrival) -> None:
        trace = uuid4().hex[:8]
        try:
            message = json.decode(arrival.body, type=Message)
        except ValueError:
            log.exception("a stored message cannot be read", trace=trace, inbox=arrival.id)
            await inbox.give_up(arrival.id, f"trace {trace}", self._clock.now())
            return
        try:
            known = self._office.institution.by_account(message.channel, message.sender)
            if known and self.fetching.wants(message):
                await self.fetching.begin(arrival, message)
            else:
                await self._answer(await _with_quoted_text(message), arrival.id)
        except inbox.AlreadyHandled:
            log.info("message was dealt with elsewhere", inbox=arrival.id)
        except FAULTS as fault:
            log.warning("storage failed, the message comes again", trace=trace, inbox=arrival.id, fault=str(fault))
            await inbox.put_off(arrival.id, self._clock.now() + AGAIN)
        except Exception:
            log.exception("a message failed", trace=trace, inbox=arrival.id, channel=message.channel)
            await self._apologise(message, arrival.id, trace)

    async def _answer(self, message: Message, id: int) -> None:
        person = self._office.institution.by_account(message.channel, message.sender)
        said = Utterance(clean(message.text, self._office.bot_names), message)
        now = self._clock.now()
        office = await with_desk_on_duty(self._office, now)
        context = Context(office, HANDLERS, message, person or _nobody(message), now, id, self._arm)
        if person is None:
            await self._stranger(context)
            return
        if missing(message) and not (said.text or any(one.id for one in message.attachments)):
            await context.answer(Reply(text=context.text("common.not_fetched")))
            return
        await self._said(context, said)
        if missing(message):
            outgoing = self._office.outgoing(
                Reply(text=context.text("common.not_fetched")), message.channel, message.conversation
            )
            await transact(lambda: outbox.plan([outgoing], context.now))

    async def _said(self, context: Context, said: Utterance) -> None:
        message = context.message
        if await bind.is_strange(context) and bind.parse(said) is None:
            await context.answer(*([Reply(text=context.text("bind.strange"))] if message.addressed else []))
            return
        if message.unsupported and not said.text:
            await context.answer(Reply(text=context.text("common.unsupported", kind=message.unsupported)))
            return
        try:
            await self._handle(context, said)
        except Refusal as refusal:
            case = refusal.facts.get("case")
            text = context.text(refusal.sentence, **refusal.facts)
            await context.answer(Reply(text=text), incident=case.number if case else None)

    async def _handle(self, context: Context, said: Utterance) -> None:
        for handler in PARSE_ORDER:
            asked = handler.parse(said)
            if asked is not None:
                await self._persist(context, handler, asked)
                return
        meant = suggest(said.text, context.office.texts.language, context.person, HANDLERS, await context.newest())
        if context.message.addressed or (meant and looks_meant(said.text)):
            await context.answer(Reply(text=context.text("common.not_understood", near=meant)))
        else:
            await context.answer()

    async def _persist(self, context: Context, handler: Any, asked: Any) -> None:
        """Reads and decides anew when somebody else changed the incident meanwhile."""
        for _ in range(TRIES):
            try:
                await handler.handle(context, asked)
                return
            except Conflict as conflict:
                number = conflict.args[0]
        raise Refusal("common.busy", number=number)

    async def _stranger(self, context: Context) -> None:
        message = context.message
        if not message.addressed:
            await context.answer()
            return
        text = context.text("common.stranger", account=message.sender, channel=message.channel)
        await context.answer(Reply(text=text))

    async def _apologise(self, message: Message, id: int, trace: str) -> None:
        now = self._clock.now()
        say = Reply(text=self._office.texts.say("common.sorry", trace=trace))
        outgoing = self._office.outgoing(say, message.channel, message.conversation)

        async def work() -> None:
            await inbox.give_up(id, f"trace {trace}", now)
            await outbox.plan([outgoing], now)

        await transact(work)


async def _with_quoted_text(message: Message) -> Message:
    """Platforms often leave a quote's text out; what we sent under its id is what it quotes."""
    quote = message.quote
    if quote is None or quote.ref is None or quoted_code(message):
        return message
    bodies = await outbox.bodies_of(message.channel, quote.ref)
    text = "\n".join(json.decode(body, type=Reply).text for body in bodies)
    return replace(message, quote=replace(quote, text=text)) if bodies else message


def _nobody(message: Message) -> Person:
    return Person(f"{message.channel}:{message.sender}", message.sender_name or message.sender, ())
