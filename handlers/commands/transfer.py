"""`转办 12 派驻纪检组 理由` / `transfer 12 <body> <reason>`: an outside body takes the matter, past its department."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.escalation import transfer
from handlers.rules.language.messages import Reply, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts.links import find
from handlers.rules.posts.origins import SHORTEST_POST, before_post

VERBS = ("转办", "移送", "移交", "transfer")
EXAMPLES = {"zh": ("转办 12 派驻纪检监察组 反映工作人员违纪",), "en": ("transfer 12 discipline-inspection misconduct",)}


class Transfer(NamedTuple):
    number: int | None
    body: str
    reason: str


def parse(utterance: Utterance) -> Transfer | None:
    found = utterance.command(VERBS)
    if found is None or (found.number is None and _takes_in(utterance)):
        return None
    body, _, reason = found.rest.partition(" ")
    return Transfer(found.number, body.strip(" ,，:："), reason.strip())


def _takes_in(utterance: Utterance) -> bool:
    """Return whether a post follows that another body forwards to us: `转办 市信访局 家长反映…` names no matter."""
    if quoted_code(utterance.message) or not utterance.message.addressed:
        return False
    came = before_post(utterance.text)
    return came is not None and (bool(find(came.text)) or (bool(came.body) and len(came.text) >= SHORTEST_POST))


async def handle(context: Context, asked: Transfer) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = transfer(case, context.person, asked.body, asked.reason)
    text = context.text(
        "transfer.done", case=case, by=context.person.id, to=decision.changes["outside"], reason=asked.reason
    )
    reply = await for_others(context, case, Reply(text=text), asked.reason)
    await context.commit(case, decision, lambda _: (reply,))
