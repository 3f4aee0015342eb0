"""`加签 12 保密办` · `加签 12 王强` / `cosign 12 Admissions`: somebody else signs too, before the last signature.

It only adds. Who has to sign now, who drafted the text, and the desk may say it.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.cosigners import cosigners, shown_again
from handlers.rules.incident.chain import CHAINED
from handlers.rules.incident.cosigning import cosign
from handlers.rules.language.utterance import Utterance

VERBS = ("增加签字", "加签", "会签", "countersign", "cosign", "co-sign")
EXAMPLES = {"zh": ("加签 12 教务处", "加签 12 王强"), "en": ("cosign 12 Academic Affairs",)}


class Cosignature(NamedTuple):
    number: int | None
    words: str


def parse(utterance: Utterance) -> Cosignature | None:
    found = utterance.command(VERBS)
    return Cosignature(found.number, found.rest) if found else None


async def handle(context: Context, asked: Cosignature) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    named = cosigners(asked.words, case)
    decision = cosign(case, context.person, named.people, named.departments)
    request = next(one for kind in CHAINED for one in case.pending(kind))
    names = decision.events[0].data["by"]
    facts = {"case": case, "request": request, "by": context.person.id, "names": names, "text": named.rest}
    reply = await shown_again(context, case, decision, context.text("cosign.done", **facts))
    await context.commit(case, decision, lambda _: (reply,))
