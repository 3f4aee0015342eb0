"""`转办 12 派驻纪检组 理由` / `transfer 12 <body> <reason>`: an outside body takes the matter, past its department."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.escalation import transfer
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("转办", "移送", "移交", "transfer")
EXAMPLES = {"zh": ("转办 12 派驻纪检监察组 反映工作人员违纪",), "en": ("transfer 12 discipline-inspection misconduct",)}


class Transfer(NamedTuple):
    number: int | None
    body: str
    reason: str


def parse(utterance: Utterance) -> Transfer | None:
    found = utterance.command(VERBS)
    if found is None:
        return None
    body, _, reason = found.rest.partition(" ")
    return Transfer(found.number, body.strip(" ,，:："), reason.strip())


async def handle(context: Context, asked: Transfer) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = transfer(case, context.person, asked.body, asked.reason)
    text = context.text(
        "transfer.done", case=case, by=context.person.id, to=decision.changes["outside"], reason=asked.reason
    )
    reply = await for_others(context, case, Reply(text=text), asked.reason)
    await context.commit(case, decision, lambda _: (reply,))
