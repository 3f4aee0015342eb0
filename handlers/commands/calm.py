"""`平息 12 两天没有新评论` / `calm 12 no new comments for two days`: the matter has calmed, with what that rests on.

Counts (阅读 3500 评论 520) or a picture show it; where counts are on record, one of both is asked for.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.proofs import proof_sent
from handlers.common.whole_words import for_the_record
from handlers.rules.incident.calming import Ground, calm
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts.heat_counts import read_counts
from handlers.rules.regime.tiers import Heat
from storage import heat_readings

VERBS = ("平息", "已平息", "calm")
EXAMPLES = {
    "zh": ("平息 12 两天没有新评论",),
    "en": ("calm 12 no new comments for two days",),
}


class Calmed(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> Calmed | None:
    found = utterance.command(VERBS)
    return Calmed(found.number, found.rest) if found else None


async def handle(context: Context, calmed: Calmed) -> None:
    case = await context.meant(calmed.number, EXAMPLES)
    ground = await _ground(context, calmed.text)
    since = case.incident.cycle_at or case.incident.found_at
    known = Heat(**await heat_readings.highest(case.number, since))
    decision = calm(case, context.person, ground, known, context.now)
    text = context.text("calm.done", case=case, by=context.person.id, text=calmed.text, owed=decision.opened)
    reply = await for_the_record(context, case, Reply(text=text), calmed.text)
    await context.commit(case, decision, lambda _: (reply,))


async def _ground(context: Context, words: str) -> Ground:
    """Return what the words and pictures show; a picture that was sent before shows nothing."""
    sent = await proof_sent(context.message)
    context.files_asked_for = sent.proof.missing
    shown = any(picture.digest not in sent.seen for picture in sent.proof.pictures)
    return Ground(words, read_counts(words), shown)
