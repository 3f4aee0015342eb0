"""Answer one message of the inbox: find who speaks and what is quoted, and let the handlers decide."""

from datetime import datetime

from msgspec import json
from msgspec.structs import replace

from bot.engine.fetching import missing
from bot.engine.responding import prepared, respond, respond_late
from handlers.commands import bind
from handlers.common.bound_groups import is_strange
from handlers.common.context import Context
from handlers.common.office import Arm, Office
from handlers.common.on_duty import with_desk_on_duty
from handlers.common.together import in_one_commit
from handlers.registry import HANDLERS, WITHOUT_UNITS
from handlers.rules.language.messages import Message, Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.texts.filters import written_at
from storage import inbox, inbox_claims, outbox, sent_messages, strangers
from storage.database.room import has_room


async def answer(office: Office, message: Message, arrival: inbox_claims.Arrival, now: datetime, arm: Arm) -> None:
    """Do what a message says, and answer it, in one transaction."""
    message = await _with_quoted_text(message)
    person = office.institution.by_account(message.channel, message.sender)
    utterance = Utterance.of(message, office.bot_names, person.name if person else "")
    utterance = replace(utterance, units=bool(office.institution.units))
    message = utterance.message
    written_at(now)
    staffed = await with_desk_on_duty(office, now)
    who = person or _unknown_person(message)
    commands = HANDLERS if office.institution.units else WITHOUT_UNITS
    context = Context(staffed, commands, message, who, now, arrival.id, arm, received=arrival.received_at)
    if person is None:
        await _answer_stranger(context)
        return
    if missing(message) and not (utterance.text or message.material or any(one.id for one in message.attachments)):
        await context.answer(Reply(text=_not_fetched(context)))
        return
    again = bool(arrival.retried)
    if missing(message):
        context = await prepared(context, utterance)
        await in_one_commit(context, lambda part: _respond_without_file(part, utterance, again=again))
    else:
        await _respond(context, utterance, again=again)


async def _respond_without_file(context: Context, utterance: Utterance, *, again: bool) -> None:
    """Answer, and say that a file did not arrive, unless the answer asks for it."""
    await _respond(context, utterance, again=again)
    if not context.files_asked_for or not has_room():
        await outbox.plan(context.outgoing_here(Reply(text=_not_fetched(context))), context.now)


def _not_fetched(context: Context) -> str:
    """Return why a file did not arrive: it is to be sent again, unless there is no room for it."""
    return context.text("common.not_fetched") if has_room() else context.text("group_page.file_no_room")


async def _respond(context: Context, utterance: Utterance, *, again: bool) -> None:
    message = context.message
    if await is_strange(context) and bind.parse(utterance) is None:
        await context.answer(*([Reply(text=context.text("bind.strange"))] if message.addressed else []))
        return
    if message.unsupported and not (utterance.text or message.material):
        await context.answer(Reply(text=context.text("common.unsupported", kind=message.unsupported)))
        return
    try:
        await (respond_late if again else respond)(context, utterance)
    except Refusal as refusal:
        await context.refuse(refusal, about=True)


async def _answer_stranger(context: Context) -> None:
    """Tell a stranger once a day how to become known; nobody may use up the platform's calls by talking to the bot."""
    message = context.message
    today = context.now.astimezone(context.office.institution.zone).date()

    async def work(part: Context) -> None:
        if not message.addressed or not await strangers.is_first_today(message.channel, message.sender, today):
            await part.answer()
            return
        text = part.text("common.stranger", account=message.sender, channel=message.channel)
        await part.answer(Reply(text=text))

    await in_one_commit(context, work)


async def _with_quoted_text(message: Message) -> Message:
    """Return the message with its quote's text, which platforms often omit, read from what was sent under its id."""
    quote = message.quote
    if quote is None or quote.ref is None:
        return message
    bodies = await sent_messages.bodies_of(message.channel, quote.ref)
    if bodies:
        text = "\n".join(json.decode(body, type=Reply).text for body in bodies)
        return message if quoted_code(message) else replace(message, quote=replace(quote, text=text))
    said = await inbox.find(message.channel, quote.ref.removeprefix("in-"))
    return message if said is None else replace(message, quote=replace(quote, of_person=True))


def _unknown_person(message: Message) -> Person:
    return Person(f"{message.channel}:{message.sender}", message.sender_name or message.sender, ())
