"""`发言人 12 孙副校长` / `spokesman 12 …`: the one person who speaks to the press about a matter.

They take over what the press has asked already and still waits for.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.cosigners import cosigners
from handlers.rules.incident.handling import set_spokesman
from handlers.rules.incident.speaking import taken_on
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("发言人", "新闻发言人", "spokesman", "spokesperson")
EXAMPLES = {"zh": ("发言人 12 孙副校长",), "en": ("spokesman 12 Deputy Sun",)}


class Spokesman(NamedTuple):
    number: int | None
    words: str


def parse(utterance: Utterance) -> Spokesman | None:
    found = utterance.command(VERBS)
    return Spokesman(found.number, found.rest) if found and found.numbers else None


async def handle(context: Context, said: Spokesman) -> None:
    case = await context.meant(said.number, EXAMPLES)
    people = cosigners(said.words, case).people
    named = set_spokesman(case, context.person, people)
    decision = taken_on(case, named, people[0].id)
    passed = {one.id for one in decision.passed}
    fresh = sorted(duty.due_at for duty in case.duties if duty.id in passed)
    text = context.text("spokesman.done", case=case, by=context.person.id, people=people, dues=fresh)
    await context.commit(case, decision, lambda _: (Reply(text=text, mentions=tuple(one.id for one in people)),))
