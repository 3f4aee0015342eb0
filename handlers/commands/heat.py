"""`热度 12 阅读 3500 评论 520 转发 6` / `heat 12 views 3500 comments 520 reposts 6`: the tier rises with the heat.

What a unit counts is recorded, and the desk is asked to look: the office judges how grave its matter is.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.tier_announcement import announcement, asking
from handlers.rules.incident.escalation import asks_the_office, heat
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal
from handlers.rules.posts.heat_counts import read_counts
from handlers.rules.refusal import Refusal
from handlers.rules.regime.tiers import Heat, by_heat
from storage import heat_readings

VERBS = ("热度", "heat")
EXAMPLES = {"zh": ("热度 12 阅读 3500 评论 520 转发 6",), "en": ("heat 12 views 3500 comments 520 reposts 6",)}


class Reading(NamedTuple):
    number: int | None
    heat: Heat


def parse(utterance: Utterance) -> Reading | None:
    found = utterance.command(VERBS)
    return Reading(found.number, read_counts(found.rest)) if found else None


async def handle(context: Context, reading: Reading) -> None:
    case = await context.meant(reading.number, EXAMPLES)
    if reading.heat == Heat():
        raise Refusal("heat.what", case=case)
    since = case.incident.cycle_at or case.incident.found_at
    known = await heat_readings.highest(case.number, since)
    decision = heat(case, context.person, reading.heat, context.now, known)
    text = context.text("heat.done", case=case, heat=reading.heat)
    told = announcement(context.office, case, decision, text)
    if tier := asks_the_office(case, context.person, by_heat(case.regime, reading.heat)):
        people = recusal.desk(case.incident.about, case.institution)
        asks = context.text("heat.asks", case=case, heat=reading.heat, tier=tier, people=people)
        told = asking(told, asks, people)
    await context.commit(case, decision, lambda _: (told,))
