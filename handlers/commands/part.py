"""`协办意见 12 食堂监控已调取，未见异常` / `part 12 …`: a helping department gives its part to the one that leads."""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.parts import give, missing
from handlers.rules.language.commands import Spoken
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("协办意见", "协办答复", "协办件", "会签意见", "part", "our part")
EXAMPLES = {
    "zh": ("协办意见 12 食堂监控已调取，未见异常",),
    "en": ("part 12 the canteen's cameras show nothing unusual",),
}


class PartGiven(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> PartGiven | None:
    found = utterance.command(VERBS, free=True)
    if found is None or (found.verb == "part" and not _names_a_matter(found)):
        return None
    return PartGiven(found.number, found.rest)


def _names_a_matter(found: Spoken) -> bool:
    """Return whether "part" has a number and a text, and is no noun: Part 2 of the works is done."""
    return bool(found.numbers and found.rest) and not re.match(r"of\b", found.rest, re.IGNORECASE)


async def handle(context: Context, asked: PartGiven) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    given = give(case, context.person, asked.text)
    people = case.owners
    facts = {"department": given.department, "text": asked.text, "people": people}
    left = missing(case, given.decision.met)
    text = context.text("part.done", case=case, by=context.person.id, missing=left, **facts)
    reply = Reply(text=text, mentions=tuple(person.id for person in people))
    told = await for_others(context, case, reply, asked.text)
    await context.commit(case, given.decision, lambda _: (told,))
