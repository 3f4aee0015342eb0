"""`续报 12 检测样品已送出` / `update 12 samples are at the lab`: news, at any time, after the result too."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_the_record
from handlers.rules.incident.news_words import tells_no_look
from handlers.rules.incident.reporting import followed_up
from handlers.rules.incident.watching import owned
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("续报", "进展", "update", "follow up")
EXAMPLES = {"zh": ("续报 12 检测样品已送出",), "en": ("update 12 samples are at the lab",)}


class News(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> News | None:
    found = utterance.command(VERBS, free=True)
    return News(found.number, found.rest) if found else None


async def handle(context: Context, news: News) -> None:
    case = await context.meant(news.number, EXAMPLES)
    decision = followed_up(case, context.person, news.text, context.now)
    no_look = tells_no_look(news.text) and bool(owned(case, context.person, "tracked"))
    facts = {"text": news.text, "again": decision.opened, "no_look": no_look}
    text = context.text("follow_up.done", case=case, by=context.person.id, **facts)
    reply = await for_the_record(context, case, Reply(text=text), news.text)
    await context.commit(case, decision, lambda _: (reply,))
