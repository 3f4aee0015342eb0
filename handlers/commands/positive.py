"""`正面 12 理由` / `positive 12 reason`: the matter is praise; the leaders hear of it, and nothing is owed for it.

`正面 …` before a post opens it so. `重办 12 理由` makes a matter of it again.
"""

from typing import NamedTuple

from handlers.common.cards import incident_card_id, request_card_id
from handlers.common.context import Context
from handlers.common.positive_items import open_positive
from handlers.rules.incident.positive import receivers, set_positive
from handlers.rules.language.messages import Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts.labels import says_something
from handlers.rules.posts.links import find

VERBS = ("正面", "表扬", "positive", "praise")
EXAMPLES = {
    "zh": ("正面 12 家长感谢食堂师傅", "正面 家长在微博感谢食堂师傅，饭菜热乎"),
    "en": ("positive 12 thanks to the cooks", "positive a parent thanks the cooks for warm meals"),
}


class Praise(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> Praise | None:
    found = utterance.command(VERBS, free=True)
    if found is None:
        return None
    if found.numbers or quoted_code(utterance.message):
        return Praise(found.number, found.rest)
    opens = utterance.message.addressed and (find(found.rest) or says_something(found.rest))
    return Praise(None, found.rest) if opens else None


async def handle(context: Context, praise: Praise) -> None:
    if praise.number is None and quoted_code(context.message) is None:
        await open_positive(context, praise.text)
        return
    case = await context.meant(praise.number, EXAMPLES)
    decision = set_positive(case, context.person, praise.text, context.now)
    people = receivers(case.institution, case.incident.department, case.incident.about)
    facts = {"by": context.person.id, "reason": praise.text, "people": people}
    text = context.text("positive.done", case=case, **facts)
    gone = context.text("positive.card")
    cards = [incident_card_id(case.number), *(request_card_id(change.id) for change in decision.decided)]
    told = Reply(text=text, mentions=tuple(person.id for person in people))
    replies = (told, *(Reply(text=gone, update=card) for card in cards))
    await context.commit(case, decision, lambda _: replies)
