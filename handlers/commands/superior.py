"""`上级批示 12 …` / `superior 12 …`: a superior gave an instruction; some regimes make it critical."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.handing_down import is_handed_down, take_order
from handlers.common.posts_handed_over import hands_over_posts
from handlers.common.tier_announcement import announcement
from handlers.common.whole_words import for_others
from handlers.rules.incident.escalation import superior
from handlers.rules.language.utterance import Utterance

VERBS = ("上级批示", "上级交办", "上级", "superior")
EXAMPLES = {"zh": ("上级批示 12 区教育局要求今日答复",), "en": ("superior 12 the bureau wants an answer today",)}


class Order(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> Order | None:
    found = utterance.command(VERBS, free=True)
    if found is None or hands_over_posts(found, utterance):
        return None
    return Order(found.number, found.rest)


async def handle(context: Context, order: Order) -> None:
    if is_handed_down(context, order.text):
        await take_order(context, order.number, order.text)
        return
    case = await context.meant(order.number, EXAMPLES)
    decision = superior(case, context.person, order.text, context.now)
    text = context.text("superior.done", case=case, by=context.person.id, text=order.text)
    reply = await for_others(context, case, announcement(context.office, case, decision, text), order.text)
    await context.commit(case, decision, lambda _: (reply,))
