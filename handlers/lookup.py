"""`查 12` / `show 12`: where a matter stands, in whose hands, what is owed by when, and what was sent about it."""

from typing import NamedTuple

from handlers.rules.messages import Say
from handlers.turn import Said, Turn
from storage import reports

VERBS = ("查一下", "查下", "查询", "查看", "查", "show", "look up", "lookup", "status")
EXAMPLES = {"zh": ("查 12", "查 食堂"), "en": ("show 12", "show canteen")}
MOST_FOUND = 8


class Query(NamedTuple):
    number: int | None
    words: str


def parse(said: Said) -> Query | None:
    if pressed := said.pressed("lookup"):
        return Query(int(pressed[0]), "")
    found = said.command(VERBS)
    if found is None or (found.number is None and not found.rest and said.message.quote is None):
        return None
    return Query(found.number, "" if found.number else found.rest)


async def handle(turn: Turn, query: Query) -> None:
    if query.words:
        found = await reports.search(query.words, MOST_FOUND + 1)
        text = turn.text("lookup.found", words=query.words, rows=found[:MOST_FOUND], more=len(found) > MOST_FOUND)
        await turn.answer(Say(text=text))
        return
    case = await turn.case(turn.number(query.number, EXAMPLES))
    facts = {"posts": await reports.posts(case.number), "sending": await reports.sending(case.number)}
    await turn.answer(Say(text=turn.text("lookup.one", case=case, now=turn.now, **facts)), incident=case.number)
