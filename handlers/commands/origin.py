"""`来源 12 热线` / `origin 12 hotline`: how a matter came here; `来源 12 转办 市信访局` names the body besides.

What a superior handed down is marked with 交办, because its report back is owed.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.rules.incident.origin import set_origin
from handlers.rules.language.messages import Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts.origins import Came, named

VERBS = ("来源", "origin")
EXAMPLES = {
    "zh": ("来源 12 热线", "来源 12 转办 市信访局"),
    "en": ("origin 12 hotline", "origin 12 forwarded by the petitions office"),
}


class Correction(NamedTuple):
    number: int | None
    came: Came | None


def parse(utterance: Utterance) -> Correction | None:
    found = utterance.command(VERBS)
    if found is None or not (found.numbers or quoted_code(utterance.message)):
        return None
    return Correction(found.number, named(found.rest))


async def handle(context: Context, asked: Correction) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = set_origin(case, context.person, asked.came)
    before = (case.incident.origin, case.incident.origin_body)
    text = context.text("origin.done", case=case, by=context.person.id, came=asked.came, before=before)
    await context.commit(case, decision, lambda _: (Reply(text=text),))
