"""`误报 12 理由` / `withdraw 12 reason`: strike out a mistaken report, if a leader agrees."""

from typing import NamedTuple

from handlers.common.cards import to_decide
from handlers.common.context import Context
from handlers.rules.incident.approval import first_approver
from handlers.rules.incident.ownership import withdraw
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from storage.changes import Written

VERBS = ("误报", "撤件", "撤销登记", "错报", "withdraw", "mistaken")
EXAMPLES = {"zh": ("误报 12 说的是另一所学校",), "en": ("withdraw 12 it is about another school",)}


class Withdrawal(NamedTuple):
    number: int | None
    reason: str


def parse(utterance: Utterance) -> Withdrawal | None:
    found = utterance.command(VERBS)
    return Withdrawal(found.number, found.rest) if found else None


async def handle(context: Context, asked: Withdrawal) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = withdraw(case, context.person, asked.reason)
    signs = first_approver(case, "withdrawal", context.person)

    def replies(written: Written) -> tuple[Reply, ...]:
        request = written.request or 0
        facts = {"case": case, "request": request, "reason": asked.reason}
        return (
            Reply(
                text=context.text("withdraw.ask", people=(signs,), by=context.person.id, **facts),
                mentions=(signs.id,),
                card=to_decide(context.office, request, context.text("withdraw.card_title", case=case), ()),
            ),
        )

    await context.commit(case, decision, replies)
