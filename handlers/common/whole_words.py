"""Hand on long words whole: the message quotes their beginning by the filter `excerpt`, a file has all of them."""

from msgspec.structs import replace

from handlers.common.context import Context
from handlers.common.request_message import stored_text
from handlers.rules.incident.case import Case
from handlers.rules.language.masking import mask
from handlers.rules.language.messages import Reply
from handlers.texts.filters import MOST_SHOWN


async def for_others(context: Context, case: Case | None, reply: Reply, *words: str) -> Reply:
    """Return the reply with the words whole, if others have to act on them; as it is if its text has all of them."""
    long = [each for each in words if len(each) > MOST_SHOWN]
    if not long:
        return reply
    number = case.number if case else None
    name = context.text("common.whole_file", number=number)
    files = [await stored_text(context, number, mask(each), name) for each in long]
    text = f"{reply.text}\n{context.text('common.whole_words', file=name)}"
    return replace(reply, text=text, attachments=(*reply.attachments, *files))


async def for_the_record(context: Context, case: Case, reply: Reply, words: str) -> Reply:
    """Return the same for words that are only to be known: where they were said themselves, they are not repeated."""
    return await for_others(context, case, reply, words) if context.elsewhere(case) else reply
