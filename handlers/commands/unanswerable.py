"""`无法公开答复 12 理由` / `cannot answer 12 reason`: ask a leader to sign why nobody can be answered in public.

It stands in for the answer of a matter whose remedy is signed, or that an outside body has taken. It is counted as not
answered. Drafting or publishing a reply ends it while it waits.
"""

from typing import NamedTuple

from handlers.common.cards import request_card_id, to_decide
from handlers.common.context import Context
from handlers.rules.incident.resolving import ask_unanswerable
from handlers.rules.incident.signers import first_approver
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from storage.changes import Written

VERBS = (
    "无法公开答复", "无法公开回复", "不能公开答复", "不能公开回复", "无法答复公众", "cannot answer", "can't answer",
    "unanswerable",
)  # fmt: skip
EXAMPLES = {
    "zh": ("无法公开答复 12 匿名来信，没有公开渠道",),
    "en": ("cannot answer 12 an anonymous letter, there is no public channel",),
}


class NoAnswer(NamedTuple):
    number: int | None
    reason: str


def parse(utterance: Utterance) -> NoAnswer | None:
    found = utterance.command(VERBS)
    return NoAnswer(found.number, found.rest) if found else None


async def handle(context: Context, asked: NoAnswer) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = ask_unanswerable(case, context.person, asked.reason)
    signs = first_approver(case, "unanswerable", context.person)

    def replies(written: Written) -> tuple[Reply, ...]:
        facts = {"case": case, "request": written.request, "reason": asked.reason}
        text = context.text("unanswerable.ask", people=(signs,), by=context.person.id, **facts)
        title = context.text("unanswerable.card_title", case=case)
        return (
            Reply(text=text, mentions=(signs.id,), card=to_decide(context.office, written.request or 0, title, ())),
        )

    gone = context.text("resolve.overtaken")
    overtaken = [Reply(text=gone, update=request_card_id(change.id)) for change in decision.decided]
    await context.commit(case, decision, replies, before=lambda _: overtaken)
