"""`上级同意 12 教育局 教办函〔2026〕40号` / `endorsed 12 …`: a superior approved the reply that ours have signed.

The desk records it with the document's number, or with a picture of the approval.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.rules.incident.superior_approval import approved_above
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("上级同意", "上级批准", "上级审批", "endorsed")
EXAMPLES = {
    "zh": ("上级同意 12 教育局 教办函〔2026〕40号",),
    "en": ("endorsed 12 Education Bureau No. 40/2026",),
}


class ApprovalAbove(NamedTuple):
    number: int | None
    words: str


def parse(utterance: Utterance) -> ApprovalAbove | None:
    found = utterance.command(VERBS)
    return ApprovalAbove(found.number, found.rest) if found else None


async def handle(context: Context, asked: ApprovalAbove) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    files = [one.id for one in context.message.attachments if one.id is not None]
    decision = approved_above(case, context.person, asked.words, files, context.now)
    people = case.owners
    facts = {"by": context.person.id, "approval": decision.changes["superior"], "people": people}
    text = context.text("superior_approval.done", case=case, **facts)
    reply = Reply(text=text, mentions=tuple(person.id for person in people))
    await context.commit(case, decision, lambda _: (reply,))
