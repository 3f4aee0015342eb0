"""`升级 12 重大 理由` / `escalate 12 major reason`: a graver matter; stricter duties apply from then on."""

from datetime import datetime
from functools import partial
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.office import Office
from handlers.common.tier_announcement import announcement
from handlers.rules.incident.escalation import escalate, not_calm
from handlers.rules.language.folding import normalize
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import Tier
from handlers.rules.regime.tiers import manual
from storage import changes, incidents
from storage.changes import Written
from storage.incidents import Conflict
from storage.outbox import OutgoingMessage

VERBS = ("升级", "escalate")
EXAMPLES = {"zh": ("升级 12 重大 媒体已来电",), "en": ("escalate 12 major the press has called",)}
TIERS: dict[str, Tier] = {
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


def parse(said: Utterance) -> Escalation | None:
    found = said.command(VERBS)
    if found is None:
        return None
    words = found.rest.lstrip("为到至為 ")
    word = next((word for word in TIERS if normalize(words).casefold().startswith(word)), None)
    reason = words[len(word or "") :].strip(" ,，:：。")
    return Escalation(found.number, TIERS[word] if word else None, reason)


async def handle(context: Context, asked: Escalation) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    if asked.tier is None:
        raise Refusal("escalate.no_such_tier", case=case, tiers=manual(case.regime))
    decision = escalate(case, context.person, asked.tier, asked.reason, context.now)
    text = context.text("escalate.done", case=case, by=context.person.id, tier=asked.tier, reason=asked.reason)
    await context.commit(case, decision, lambda _: (announcement(context.office, case, decision, text),))


async def on_due(office: Office, number: int, now: datetime) -> bool:
    """Time has passed and the matter has not calmed: it rises to the next tier; False if it does not."""
    while True:
        record = await incidents.load(number)
        if record is None:
            return False
        case = office.case(record)
        decision = not_calm(case, now)
        if decision is None:
            return False
        say = announcement(office, case, decision, office.texts.say("escalate.by_itself", case=case))
        message = office.outgoing(say, record.incident.channel, record.incident.conversation, incident=number)
        context = changes.Actor(id="clock", now=now)
        try:
            await office.arm(
                await incidents.change(case.incident.version, number, decision, context, partial(_only, message))
            )
        except Conflict:
            continue
        return True


def _only(message: OutgoingMessage, _written: Written) -> tuple[OutgoingMessage, ...]:
    return (message,)
