"""Let the handlers decide what a message says: one command, several, a confirmed suggestion, or nothing understood.

Several commands of one message are one transaction with one answer: after a crash all of them run, or none.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from bot.engine.documents_asked_for import (
    made_for,
    makes_documents,
    stands_alone,
    understood,
    with_documents,
    with_documents_of_each,
)
from handlers.commands import approve, attach, publish, resolve
from handlers.common import suggestions
from handlers.common.approval_vocabulary import NOT_YET, PLAINLY_NO
from handlers.common.approval_words import mentions_consent
from handlers.common.cards import suggestion_card_id
from handlers.common.command_lines import MOST_LINES, CommandLine, Verbs, command_lines
from handlers.common.context import Context
from handlers.common.late_words import must_still_stand
from handlers.common.natural_no import natural_no
from handlers.common.silencing_words import asks_to_silence
from handlers.common.together import in_one_commit, together
from handlers.common.waiting import mine_to_sign
from handlers.registry import HANDLERS
from handlers.rules.incident.permissions import may_ever
from handlers.rules.language.messages import Message, Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage.incidents import Conflict
from storage.suggestions import forget

TRIES = 8
"""How often a handler is tried while others keep changing the incident."""
MATTERS_SHOWN = 5
A_SENTENCE = 60
"""Maximum length (characters) of words that may be an answer to a request; longer ones tell of something."""
WITH_FILES = (publish, resolve, attach)
"""Commands that take the message's pictures and files; of several commands the first of these does."""
VERBS = Verbs(
    {name: getattr(handler, "VERBS", ()) for name, handler in HANDLERS.items() if name not in ("forward", "approve")}
    | {"approve": (*approve.VERBS, *PLAINLY_NO, *NOT_YET)},
    {name: getattr(handler, "PHRASES", ()) for name, handler in HANDLERS.items()},
)


async def respond(context: Context, utterance: Utterance) -> None:
    """Do what a message says and answer it. Raise Refusal where one command is refused."""
    if asks_to_silence(utterance):
        raise Refusal("common.charter")
    if suggestions.confirms(utterance) and await _confirmed(context, utterance):
        return
    if suggestions.is_picture_alone(utterance) and await _proved(context, utterance):
        return
    lines = _lines(utterance)
    if len(lines) > 1:
        context = context if context.made_of is not None else await prepared(context, utterance)
        await together(context, lambda part: _each(part, utterance, lines))
    elif not await _handled_or_awaited(context, utterance):
        await _not_understood(context, utterance)


async def respond_late(context: Context, utterance: Utterance) -> None:
    """Do the same for words that a fault stopped, if they still mean the same. Raise Refusal where they do not."""
    handler, _ = understood(utterance) or (None, None)
    found = next((name for name, one in HANDLERS.items() if one is handler), "")
    await must_still_stand(context, utterance, found, VERBS)
    await respond(context, utterance)


async def prepared(context: Context, utterance: Utterance) -> Context:
    """Return the context with the documents that the words ask for, made before a transaction begins."""
    lines = _lines(utterance)
    if len(lines) == 1:
        return await with_documents(context, utterance)
    said = [_line_said(utterance, line) for line in lines[:MOST_LINES] if not line.apart]
    return await with_documents_of_each(context, said)


def _lines(utterance: Utterance) -> list[CommandLine]:
    """Return the commands of a message, one alone if it has no others; the press of a button is one."""
    words = utterance.text
    return command_lines(words, VERBS) if utterance.message.press is None else [CommandLine(words)]


def _line_said(utterance: Utterance, line: CommandLine) -> Utterance:
    return replace(utterance, text=line.text, whole=line.text, message=replace(utterance.message, text=line.text))


async def _handled_or_awaited(context: Context, utterance: Utterance) -> bool:
    """Handle one command; remember it if it lacks only its proof, which may follow as a picture alone."""
    try:
        return await _handled(context, utterance)
    except Refusal as refusal:
        if refusal.sentence in suggestions.ASKS_FOR_PROOF:
            await suggestions.await_proof(context, refusal.facts["case"].number, utterance.text)
        raise


async def _handled(context: Context, utterance: Utterance) -> bool:
    """Let the handler that the words are for decide; return False if there is none."""
    found = understood(utterance)
    if found is None:
        return False
    same = utterance.message is context.message
    own = context if same else replace(context, message=utterance.message)
    try:
        await _with_retries(own, *found)
    finally:
        context.files_asked_for |= own.files_asked_for
    return True


async def _with_retries(context: Context, handler: Any, parsed: Any) -> None:
    """Handle what was parsed; read and decide again each time another process changed the incident meanwhile."""
    kept = len(context.kept or ())
    for _ in range(TRIES):
        try:
            if handler in WITH_FILES:
                await in_one_commit(context, lambda part: _handled_with_files(part, handler, parsed))
            else:
                await handler.handle(context, parsed)
            return
        except Conflict as conflict:
            number = conflict.args[0]
            del (context.kept or [])[kept:]
    raise Refusal("common.busy", number=number)


async def _handled_with_files(context: Context, handler: Any, parsed: Any) -> None:
    """Handle what was parsed; a picture that follows is no proof of what is done."""
    await handler.handle(context, parsed)
    await forget(context.person.id)


async def _each(context: Context, utterance: Utterance, lines: Sequence[CommandLine]) -> None:
    """Do the commands of a message in their order; each is done, refused, or said to be not understood."""
    message = utterance.message
    for line in lines[:MOST_LINES]:
        said = _line_said(replace(utterance, message=message), line)
        handler, parsed = understood(said) or (None, None)
        if line.apart:
            await context.answer(Reply(text=context.text("common.line_apart", said=line.text)))
        elif stands_alone(handler, parsed):
            await _alone(context, said)
        elif makes_documents(handler):
            await _document(context, said)
        elif not await _answered(context, _own_files(said, message)):
            await context.answer(Reply(text=context.text("common.line_unknown", said=line.text)))
        elif _takes_files(said):
            message = replace(message, attachments=())
    if len(lines) > MOST_LINES:
        await context.answer(Reply(text=context.text("common.lines_left", most=MOST_LINES)))


async def _document(context: Context, said: Utterance) -> None:
    """Answer one of several commands with the document that was made for it beforehand."""
    with_it = made_for(context, said)
    if with_it is None:
        await _alone(context, said)
    else:
        await _answered(with_it, said)


async def _alone(context: Context, said: Utterance) -> None:
    await context.answer(Reply(text=context.text("common.line_alone", said=said.text)))


def _own_files(said: Utterance, message: Message) -> Utterance:
    files = message.attachments if _takes_files(said) else ()
    return replace(said, message=replace(said.message, attachments=files))


def _takes_files(said: Utterance) -> bool:
    return any(handler.parse(said) is not None for handler in WITH_FILES)


async def _answered(context: Context, utterance: Utterance) -> bool:
    """Handle one of several commands; a refusal is its answer. Return False if it is not understood."""
    kept = len(context.kept or ())
    try:
        return await _handled(context, utterance)
    except Refusal as refusal:
        del (context.kept or [])[kept:]
        await context.refuse(refusal)
        return True


async def _confirmed(context: Context, utterance: Utterance) -> bool:
    """Do what was suggested to the speaker and is confirmed now; return False if the words confirm nothing."""
    sentence = await suggestions.confirmed(context)
    press = utterance.message.press
    if sentence is None:
        if press is not None:
            await _pressed_in_vain(context)
        return press is not None
    await _do_suggested(context, utterance, sentence)
    return True


async def _proved(context: Context, utterance: Utterance) -> bool:
    """Complete the speaker's command that lacked a proof by a picture sent alone; return False if there is none."""
    sentence = await suggestions.proof_awaited(context)
    if sentence is None or not _takes_files(_as_said(utterance, sentence)):
        return False
    await _do_suggested(context, utterance, sentence)
    return True


def _as_said(utterance: Utterance, sentence: str) -> Utterance:
    """Return the sentence as if the speaker had said it to the bot with the files of this message."""
    message = replace(utterance.message, text=sentence, addressed=True, quote=None, press=None)
    return replace(utterance, text=sentence, whole=sentence, message=message)


async def _do_suggested(context: Context, utterance: Utterance, sentence: str) -> None:
    context = await prepared(context, _as_said(utterance, sentence))

    async def work(part: Context) -> None:
        await forget(context.person.id)
        done = part.text("cards.confirmed", by=part.person.id, sentence=sentence)
        await part.answer(Reply(text=done, update=suggestion_card_id(part.person.id)))
        if not await _answered(part, _as_said(utterance, sentence)):
            await part.answer(Reply(text=part.text("common.line_unknown", said=sentence)))

    await together(context, work)


async def _pressed_in_vain(context: Context) -> None:
    """Answer the press of a suggestion's button that is too late; somebody else's press does nothing."""
    late = context.text("common.unconfirmed")
    await context.answer(*([Reply(text=late)] if await suggestions.is_late(context) else []))


async def _not_understood(context: Context, utterance: Utterance) -> None:
    """Say that nothing was done, with a suggestion where one is near; stay silent on what colleagues say."""
    message, text = context.message, utterance.text
    if not message.addressed and not suggestions.looks_meant(text):
        await context.answer()
        return
    if utterance.message.material and not text:
        await context.answer(Reply(text=context.text("common.others_words")))
        return
    if mentions_consent(text) and len(text) <= A_SENTENCE and await natural_no(context, text) is None:
        await context.answer(Reply(text=await _no_decision(context)))
        return
    found = await suggestions.suggestion(context, text)
    if found is None and not message.addressed:
        await context.answer()
        return

    async def work(part: Context) -> None:
        await part.answer(
            await suggestions.keep(context, found)
            if found
            else Reply(text=part.text("common.not_understood", near=None, confirm=False))
        )

    await together(context, work)


async def _no_decision(context: Context) -> str:
    """Return the answer to words about agreeing that are no answer to a request."""
    if not may_ever(context.person, "approve"):
        return context.text("common.not_understood", near=None, confirm=False)
    waiting = await mine_to_sign(context)
    return context.text("common.not_a_decision", waiting=waiting[:MATTERS_SHOWN])
