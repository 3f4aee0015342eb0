"""`已不在 12` / `gone 12`: the published answer can no longer be read; also by the button of the request.

A closed matter is taken up again, an open one owes the public an answer again; the leader in charge hears it.
"""

from typing import NamedTuple

from handlers.common.cards import check_card_id
from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.standing import gone
from handlers.rules.language.commands import asks
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = (
    "已不在", "不在了", "已经不在", "已不可见", "不可见了", "看不到了", "打不开了", "被删了", "已被删",
    "已被删除", "被删除了", "已不见", "no longer there", "no longer public", "taken down", "gone",
)  # fmt: skip
EXAMPLES = {"zh": ("已不在 12",), "en": ("gone 12",)}


class Disappearance(NamedTuple):
    number: int | None
    words: str = ""


def parse(utterance: Utterance) -> Disappearance | None:
    if pressed := utterance.pressed("gone"):
        return Disappearance(int(pressed[0]))
    found = utterance.command(VERBS)
    if found is None or asks(utterance.text) or not (found.numbers or utterance.message.quote):
        return None
    return Disappearance(found.number, found.rest)


async def handle(context: Context, told: Disappearance) -> None:
    case = await context.meant(told.number, EXAMPLES)
    reason = told.words or context.text("gone.reason")
    decision = gone(case, context.person, reason, context.now)
    institution, department = context.office.institution, case.incident.department
    people = (*institution.owners(department), *institution.leaders(department))
    hear = tuple(dict.fromkeys(person for person in people if not case.concerns(person)))
    facts = {"case": case, "by": context.person.id, "opened": decision.opened, "people": hear}
    text = context.text("gone.done", reason=reason, reopened="cycle" in decision.changes, **facts)
    card = context.text("gone.card", by=context.person.id, at=context.now)
    cards = [Reply(text=card, update=check_card_id(id)) for id in (*decision.met, *decision.waived)]
    mentions = tuple(person.id for person in hear)
    reply = await for_others(context, case, Reply(text=text, mentions=mentions), reason)
    await context.commit(case, decision, lambda _: (reply, *cards))
