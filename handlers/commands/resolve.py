"""`办结 12 …` / `resolve 12 …`: close a matter by an answer that the public can read, or by a remedy."""

import re
from typing import NamedTuple

from handlers.common.cards import incident_card_id, request_card_id
from handlers.common.context import Context
from handlers.rules.incident.lifecycle import resolve
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply, picture_proof
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts import links
from handlers.rules.refusal import Refusal

VERBS = ("办结", "结案", "resolve", "resolved", "close")
EXAMPLES = {
    "zh": ("办结 12 已答复并公布检测结果", "办结 12 整改：更换供货商，食堂停业检修"),
    "en": ("resolve 12 answered, lab results published", "resolve 12 remedied: supplier replaced"),
}
OUTCOME_WORDS = {
    "answered": ("已答复", "答复", "已回复", "answered"),
    "remedied": ("已整改", "整改", "已修复", "已解决", "remedied", "mended", "fixed"),
    "adopted": ("已采纳", "采纳", "adopted"),
    "clarified": ("已澄清", "澄清", "clarified"),
    "transferred": ("已转办", "转办", "已移交", "transferred"),
}
_NOT_DONE = re.compile(r"未|没|尚|还没|无法|不能|暂|not\b|never\b", re.IGNORECASE)
_EVIDENCE = re.compile(
    r"证据|证明|检测|检验|鉴定|监控|通报|公告|报告|记录|核查|调查|经查|见附|evidence|report|record|test|found",
    re.IGNORECASE,
)


class Resolution(NamedTuple):
    number: int | None
    outcome: str | None
    result: str
    proven: bool = False


def parse(utterance: Utterance) -> Resolution | None:
    found = utterance.command(VERBS)
    if found is None:
        return None
    proven = bool(links.find(found.rest) or picture_proof(utterance.message) or _EVIDENCE.search(found.rest))
    return Resolution(found.number, _outcome(found.rest), found.rest, proven)


def _outcome(text: str) -> str | None:
    normalized = normalize(text).casefold()
    return next((outcome for outcome, words in OUTCOME_WORDS.items() if normalized.startswith(words)), None)


async def handle(context: Context, asked: Resolution) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    if asked.outcome is None and _NOT_DONE.match(normalize(asked.result)):
        raise Refusal("resolve.not_done", case=case)
    decision = resolve(case, context.person, asked.outcome, asked.result, asked.proven, context.now)
    facts = {"case": case, "by": context.person.id, "outcome": decision.changes["outcome"], "at": context.now}
    cards = [incident_card_id(case.number), *(request_card_id(change.id) for change in decision.decided)]
    await context.commit(
        case,
        decision,
        lambda _: (
            Reply(text=context.text("resolve.done", result=asked.result, **facts)),
            *(Reply(text=context.text("resolve.card", **facts), update=card) for card in cards),
        ),
    )
