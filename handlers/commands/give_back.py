"""`发回 12 理由` / `give back 12 reason`: the office leaves what a unit handed up with the unit."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.handing_up import give_back
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("发回", "give back", "gives back")
EXAMPLES = {"zh": ("发回 12 属于学校日常管理，请自行答复",), "en": ("give back 12 this is for the school to answer",)}


class GivingBack(NamedTuple):
    number: int | None
    reason: str


def parse(utterance: Utterance) -> GivingBack | None:
    found = utterance.command(VERBS, free=True) if utterance.units else None
    return GivingBack(found.number, found.rest) if found else None


async def handle(context: Context, asked: GivingBack) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = give_back(case, context.person, asked.reason)
    people = case.owners
    facts = {"case": case, "by": context.person.id, "reason": asked.reason, "people": people}
    reply = Reply(text=context.text("unit.given_back", **facts), mentions=tuple(person.id for person in people))
    reply = await for_others(context, case, reply, asked.reason)
    await context.commit(case, decision, lambda _: (reply,))
