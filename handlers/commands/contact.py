"""`联系 12 电话 已道歉，约定周五上门` / `contact 12 by phone …`: a talk with who raised a matter, and what was agreed.

No name and no number of the public is kept. It is no answer and meets nothing.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_the_record
from handlers.rules.incident.contacts import contacted
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("联系", "已联系", "沟通", "已沟通", "contact", "contacted")
EXAMPLES = {
    "zh": ("联系 12 电话 已道歉，约定周五上门",),
    "en": ("contact 12 by phone apologised, a visit on Friday is agreed",),
}


class Talk(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> Talk | None:
    found = utterance.command(VERBS)
    if found is None or not (found.numbers or utterance.message.quote):
        return None
    return Talk(found.number, found.rest)


async def handle(context: Context, contact: Talk) -> None:
    case = await context.meant(contact.number, EXAMPLES)
    decision = contacted(case, context.person, contact.text, context.said_at)
    data = decision.events[0].data
    text = context.text("contact.done", case=case, by=context.person.id, text=data["text"], means=data["means"])
    reply = await for_the_record(context, case, Reply(text=text), data["text"])
    await context.commit(case, decision, lambda _: (reply,))
