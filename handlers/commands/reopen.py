"""`重办 12 家长说异物又出现了` / `reopen 12 reason`: a closed matter is taken up again; its duties start again.

`重办 5` without a reason is also how the desk has a message handled again that failed (see `retry`).
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.failed import retried
from handlers.common.reopening_notice import reopening_notice
from handlers.rules.incident.ownership import reopen
from handlers.rules.incident.permissions import may_ever
from handlers.rules.language.utterance import Utterance

VERBS = ("重办", "重启", "重开", "重新办理", "reopen")
EXAMPLES = {"zh": ("重办 12 家长说异物又出现了",), "en": ("reopen 12 it happened again",)}


class Reopening(NamedTuple):
    number: int | None
    reason: str


def parse(utterance: Utterance) -> Reopening | None:
    found = utterance.command(VERBS)
    return Reopening(found.number, found.rest) if found else None


async def handle(context: Context, asked: Reopening) -> None:
    if asked.number and not asked.reason and may_ever(context.person, "retry") and await retried(context, asked.number):
        return
    case = await context.meant(asked.number, EXAMPLES)
    decision = reopen(case, context.person, asked.reason, context.now)
    reply = await reopening_notice(context, case, decision, asked.reason)
    await context.commit(case, decision, lambda _: (reply,))
