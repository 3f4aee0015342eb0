"""`拟办 12 总务处 2天 请核实` / `propose 12 …`: the handling opinion, which goes to the leader for an instruction.

The leader instructs as they see fit, or with `批办 12 照拟办`. The message has no short code: a yes that quotes it
cannot be taken for a signature.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.proposing import propose, receivers
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("拟办意见", "拟办", "propose")
EXAMPLES = {
    "zh": ("拟办 12 总务处 2天 请核实后公开答复",),
    "en": ("propose 12 General Services 2d find out and answer",),
}


class Opinion(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> Opinion | None:
    found = utterance.command(VERBS, free=True)
    if found is None or not (found.numbers or found.rest or utterance.message.quote):
        return None
    return Opinion(found.number, found.rest)


async def handle(context: Context, opinion: Opinion) -> None:
    case = await context.meant(opinion.number, EXAMPLES)
    people = receivers(case)
    decision = propose(case, context.person, opinion.text, people, context.now)
    facts = {"by": context.person.id, "text": opinion.text, "people": people}
    text = context.text("propose.done", case=case, **facts)
    reply = Reply(text=text, mentions=tuple(one.id for one in people))
    reply = await for_others(context, case, reply, opinion.text)
    await context.commit(case, decision, lambda _: (reply,))
