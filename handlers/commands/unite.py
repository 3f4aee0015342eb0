"""`合为一件` / `one`: what one message opened as several matters is one. `分开` / `split`: it stays several.

Said of a message that opened them: by its buttons, with a quote, with the numbers, or at once by who forwarded it.
"""

from datetime import timedelta
from typing import NamedTuple

from handlers.common.cards import unite_card_id
from handlers.common.context import PART, Context
from handlers.common.merging import merge_into
from handlers.common.together import together
from handlers.rules.incident.case import Case
from handlers.rules.language.commands import whole
from handlers.rules.language.messages import CODE, Message, Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import opening

ONE = (
    "合为一件",
    "合成一件",
    "合并成一件",
    "并成一件",
    "并为一件",
    "是一件事",
    "同一件事",
    "是同一件事",
    "one matter",
    "one",
)
APART = ("分开", "分开办", "分别办", "不是一件事", "不是同一件事", "split", "keep apart")
PHRASES = (*ONE, *APART)
SAID_TO_IT, OVERHEARD = timedelta(days=1), timedelta(minutes=10)
"""How long a word alone is about the speaker's last message, said to the bot or to everybody."""
EXAMPLES = {"zh": ("合为一件 12 13", "分开 12 13"), "en": ("one 12 13", "split 12 13")}


class HowMany(NamedTuple):
    """`one` if the matters are one; `numbers` are empty where only the message that opened them can tell."""

    one: bool
    numbers: tuple[int, ...]


def parse(utterance: Utterance) -> HowMany | None:
    """Take the whole sentence; one number alone names no two matters."""
    for one, action, words in ((True, "unite", ONE), (False, "apart", APART)):
        if (pressed := utterance.pressed(action)) is not None:
            return HowMany(one, _pressed(pressed))
        numbers = whole(utterance.text, words)
        if numbers is not None and len(numbers) != 1:
            return HowMany(one, numbers or _quoted(utterance.message))
    return None


def _pressed(arguments: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(int(one) for one in "".join(arguments[:1]).split(",") if one.isascii() and one.isdigit())


def _quoted(message: Message) -> tuple[int, ...]:
    found = CODE.finditer(message.quote.text) if message.quote else ()
    return tuple(dict.fromkeys(int(code[1]) for code in found))


async def handle(context: Context, asked: HowMany) -> None:
    numbers = asked.numbers or await _just_opened(context)
    if len(numbers) < 2 and not context.message.addressed:
        await context.answer()
        return
    if len(numbers) < 2:
        raise Refusal("unite.which")
    cases = await context.cases(sorted(numbers))
    still = [case for case in cases if not case.incident.merged_into]
    if not asked.one:
        _must_be_apart(cases)
        text = context.text("unite.apart", cases=still, by=context.person.id)
        await context.answer(Reply(text=text), *_done(numbers, text))
        return
    if len(still) < 2:
        raise Refusal("unite.one_already", numbers=sorted(numbers))

    async def all_of_them(part: Context) -> None:
        oldest, *others = sorted(still, key=lambda case: (case.incident.found_at, case.number))
        for case in others:
            await merge_into(part, await part.case(case.number), await part.case(oldest.number))
        done = part.text("unite.card", into=oldest)
        await part.answer(*_done(numbers, done))

    await together(context, all_of_them)


def _must_be_apart(cases: list[Case]) -> None:
    """Raise Refusal with what opens it again if one of the matters was merged."""
    merged = [case for case in cases if case.incident.merged_into]
    if merged:
        raise Refusal("unite.merged", cases=merged)


async def _just_opened(context: Context) -> tuple[int, ...]:
    """Return what the speaker's last message opened, if a word alone can still be about that."""
    since = context.now - (SAID_TO_IT if context.message.addressed else OVERHEARD)
    return tuple(await opening.opened_together(context.person.id, PART, since))


def _done(numbers: tuple[int, ...], text: str) -> tuple[Reply, ...]:
    """Take the buttons off the message that opened these matters."""
    shown = tuple(sorted(numbers))
    return (Reply(text=text, update=unite_card_id(shown)),)
