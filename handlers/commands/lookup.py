"""`查 12` / `show 12`: a matter's stage and holder, what is owed by when, and what was sent about it."""

from typing import NamedTuple

from handlers.common import case_library
from handlers.common.context import Context
from handlers.common.late_matters import on_record
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from storage import reports

VERBS = ("查一下", "查下", "查询", "查看", "查", "show", "look up", "lookup", "status")
EXAMPLES = {"zh": ("查 12", "查 食堂"), "en": ("show 12", "show canteen")}
MOST_FOUND = 8


class Query(NamedTuple):
    numbers: tuple[int, ...]
    words: str


def parse(utterance: Utterance) -> Query | None:
    if pressed := utterance.pressed("lookup"):
        return Query((int(pressed[0]),), "")
    found = utterance.inquiry(VERBS, many=True)
    if found is None or not (found.numbers or found.rest or utterance.message.quote):
        return None
    return Query(found.numbers, "" if found.numbers else found.rest.rstrip("?？"))


async def handle(context: Context, query: Query) -> None:
    if query.words:
        found = await case_library.search(query.words, MOST_FOUND + 1)
        text = context.text("lookup.found", words=query.words, rows=found[:MOST_FOUND], more=len(found) > MOST_FOUND)
        await context.answer(Reply(text=text))
        return
    numbers = await context.numbers(query.numbers, EXAMPLES)
    texts = [await _one(context, number) for number in numbers[:MOST_FOUND]]
    await context.answer(Reply(text="\n\n".join(texts)), incident=numbers[0])


async def _one(context: Context, number: int) -> str:
    case = await context.case(number)
    late = await on_record(context.office, number, context.now)
    facts = {"posts": await reports.posts(number), "sending": await reports.sending(number), "late": late}
    return context.text("lookup.one", case=case, now=context.now, **facts)
