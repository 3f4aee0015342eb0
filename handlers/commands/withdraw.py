"""`误报 12 理由` / `withdraw 12 reason`: strike out a mistaken report, if a leader agrees."""

import re
from typing import NamedTuple

from handlers.common.cards import to_decide
from handlers.common.context import Context
from handlers.rules.incident.ownership import withdraw
from handlers.rules.incident.signers import first_approver
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from storage import publications
from storage.changes import Written

VERBS = ("误报", "撤件", "撤销登记", "错报", "withdraw", "mistaken")
CANCEL = ("撤销", "取消", "撤回", "cancel")
"""Verbs that take back one's last command, unless the reason is that the matter is none: 撤销12 误报."""
_MISTAKEN = LazyPattern(
    r"误报|错报|重复登记|登记错|报错|不是(?:我们|本|咱们)|mistake|not (?:ours|about us)", re.IGNORECASE
)
EXAMPLES = {"zh": ("误报 12 说的是另一所学校",), "en": ("withdraw 12 it is about another school",)}


class Withdrawal(NamedTuple):
    number: int | None
    reason: str


def parse(utterance: Utterance) -> Withdrawal | None:
    found = utterance.command(VERBS)
    if found is None:
        found = utterance.command(CANCEL)
        found = found if found and found.numbers and _MISTAKEN.match(normalize(found.rest)) else None
    return Withdrawal(found.number, found.rest) if found else None


async def handle(context: Context, asked: Withdrawal) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    published = bool(await publications.of_incident(case.number))
    decision = withdraw(case, context.person, asked.reason, published=published)
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
