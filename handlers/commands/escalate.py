"""`升级 12 重大 理由` / `escalate 12 major reason`: raise a matter to a higher tier, with its stricter duties."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.tier_announcement import announcement
from handlers.common.whole_words import for_others
from handlers.rules.incident.escalation import escalate
from handlers.rules.language.folding import normalize
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime_parts import Tier
from handlers.rules.regime.tiers import manual

VERBS = ("升级", "escalate")
EXAMPLES = {"zh": ("升级 12 重大 媒体已来电",), "en": ("escalate 12 major the press has called",)}
TIER_WORDS: dict[str, Tier] = {
    "特别重大": "critical",
    "特大": "critical",
    "critical": "critical",
    "重大": "major",
    "较大": "major",
    "major": "major",
}


class Escalation(NamedTuple):
    number: int | None
    tier: Tier | None
    reason: str


def parse(utterance: Utterance) -> Escalation | None:
    found = utterance.command(VERBS)
    if found is None:
        return None
    words = found.rest.lstrip("为到至為 ")
    word = next((word for word in TIER_WORDS if normalize(words).casefold().startswith(word)), None)
    reason = words[len(word or "") :].strip(" ,，:：。")
    return Escalation(found.number, TIER_WORDS[word] if word else None, reason)


async def handle(context: Context, asked: Escalation) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    if asked.tier is None:
        raise Refusal("escalate.no_such_tier", case=case, tiers=manual(case.regime))
    decision = escalate(case, context.person, asked.tier, asked.reason, context.now)
    text = context.text("escalate.done", case=case, by=context.person.id, tier=asked.tier, reason=asked.reason)
    reply = await for_others(context, case, announcement(context.office, case, decision, text), asked.reason)
    await context.commit(case, decision, lambda _: (reply,))
