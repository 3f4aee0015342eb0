"""`取消加签 12 王强 理由` / `uncosign 12 Admissions reason`: a leader takes off a signature that was added."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.cosigners import cosigners, shown_again
from handlers.common.whole_words import for_others
from handlers.rules.incident.chain import CHAINED
from handlers.rules.incident.cosigning import uncosign
from handlers.rules.incident.openings import TAKEN_OFF_BY
from handlers.rules.language.utterance import Utterance

VERBS = ("取消加签", "撤销加签", "免加签", "uncosign")
EXAMPLES = {
    "zh": ("取消加签 12 教务处 已口头征求意见",),
    "en": ("uncosign 12 Academic Affairs they were asked by phone",),
}


class CosignatureOff(NamedTuple):
    number: int | None
    words: str


def parse(utterance: Utterance) -> CosignatureOff | None:
    found = utterance.command(VERBS)
    return CosignatureOff(found.number, found.rest) if found else None


async def handle(context: Context, asked: CosignatureOff) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    named = cosigners(asked.words, case)
    decision = uncosign(case, context.person, named.people, named.departments, named.rest)
    request = next(one for kind in CHAINED for one in case.pending(kind))
    data = decision.events[0].data
    facts = {"case": case, "request": request, "by": context.person.id, "reason": data["reason"]}
    barred = any(context.person.id in (one.subject or {}).get(TAKEN_OFF_BY, ()) for one in decision.decided)
    text = context.text("uncosign.done", names=data["by"], added_by=data["added_by"], barred=barred, **facts)
    reply = await for_others(context, case, await shown_again(context, case, decision, text), named.rest)
    await context.commit(case, decision, lambda _: (reply,))
