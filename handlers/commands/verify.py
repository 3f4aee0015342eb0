"""`核实 12 属实 …` / `verify 12 true …`: what the department found, and the next step that the regime asks of it."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.escalation import verify
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal

VERBS = ("核实", "核查", "查实", "verify", "verified")
EXAMPLES = {"zh": ("核实 12 部分属实 加热环节有疏漏",), "en": ("verify 12 partly the heating step was at fault",)}
VERDICT_WORDS = {
    "部分属实": "partly",
    "基本属实": "partly",
    "partly": "partly",
    "不属实": "untrue",
    "不实": "untrue",
    "untrue": "untrue",
    "无法核实": "unknown",
    "无法查实": "unknown",
    "unknown": "unknown",
    "属实": "true",
    "true": "true",
}


class Finding(NamedTuple):
    number: int | None
    verdict: str | None
    text: str


def parse(utterance: Utterance) -> Finding | None:
    found = utterance.command(VERBS)
    if found is None:
        return None
    word = next((word for word in VERDICT_WORDS if normalize(found.rest).casefold().startswith(word)), None)
    text = found.rest[len(word) :].strip(" ,，:：。") if word else found.rest
    return Finding(found.number, VERDICT_WORDS[word] if word else None, text)


async def handle(context: Context, finding: Finding) -> None:
    case = await context.meant(finding.number, EXAMPLES)
    if finding.verdict is None:
        raise Refusal("verify.which", case=case)
    decision = verify(case, context.person, finding.verdict, finding.text, context.now)
    facts = {"verdict": finding.verdict, "text": finding.text, "opened": decision.opened}
    text = context.text("verify.done", case=case, by=context.person.id, **facts)
    reply = await for_others(context, case, Reply(text=text), finding.text)
    await context.commit(case, decision, lambda _: (reply,))
