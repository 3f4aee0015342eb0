"""`方案 12 ……` / `plan 12 …`: how a matter is to be handled goes to its signer, where the rules ask for it first.

A newer plan replaces an older one that waits. The reply is drafted once the plan is approved.
"""

from typing import NamedTuple

from msgspec.structs import replace

from handlers.common.cards import request_card_id, to_decide
from handlers.common.context import Context
from handlers.common.request_message import as_file
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.chain_steps import needs_words, steps_from
from handlers.rules.incident.planning import plan, plans
from handlers.rules.incident.signers import all_asked
from handlers.rules.language.messages import Reply
from handlers.rules.language.text_diff import differences
from handlers.rules.language.utterance import Utterance
from storage.changes import Written

VERBS = ("处置方案", "报方案", "方案", "plan")
EXAMPLES = {
    "zh": ("方案 12 由总务处更换供货商，三天内办完并公开答复",),
    "en": ("plan 12 General Services changes the supplier and answers in public within three days",),
}
SHORTEST_OVERHEARD = 8
"""How many characters a plan has at least that is not said to the bot: 方案 2 更好 is talk among colleagues."""
MOST_CHANGES = 8


class HandlingPlan(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> HandlingPlan | None:
    found = utterance.command(VERBS, free=True)
    if found is None or (found.rest and not utterance.pointed and len(found.rest) < SHORTEST_OVERHEARD):
        return None
    return HandlingPlan(found.number, found.rest)


async def handle(context: Context, asked: HandlingPlan) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = plan(case, context.person, asked.text, context.now)
    edition = len(plans(case)) + 1
    file = await as_file(context, case, asked.text, edition, "plan")

    def replies(written: Written) -> tuple[Reply, ...]:
        return (replace(_request(context, case, decision, asked.text, written.request or 0), attachments=file),)

    gone = context.text("plan.overtaken")
    overtaken = [Reply(text=gone, update=request_card_id(change.id)) for change in decision.decided]
    await context.commit(case, decision, replies, before=lambda _: overtaken)


def _request(context: Context, case: Case, decision: Decision, text: str, request: int) -> Reply:
    asked = decision.requested.subject if decision.requested else {}
    steps, people = steps_from(asked["chain"]), all_asked(case, "plan", context.person, asked)
    last = plans(case)[-1:]
    changed = differences(str(last[0].subject.get("text", "")), text)[:MOST_CHANGES] if last else ()
    facts = {"case": case, "edition": asked["edition"], "request": request, "people": people, "text": text}
    shown = context.text("plan.ask", by=context.person.id, changed=changed, steps=needs_words(steps), **facts)
    title = context.text("plan.card_title", case=case, edition=asked["edition"])
    return Reply(
        text=shown, mentions=tuple(one.id for one in people), card=to_decide(context.office, request, title, ())
    )
