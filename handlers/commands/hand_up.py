"""`上交 12 涉及多部门，请办公室牵头` / `hand up 12 …`: a unit asks the office to take its matter over.

Within the limit the office answers `接办 12` or `发回 12 理由`; until then it is the unit's, and its clock runs on.
After `发回` a new reason is needed, and the office is told how often it was handed up. `上报 12 …` is another act: the
report on the matter was made (`handlers/commands/progress.py`).
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.handing_up import GIVE_BACK, HAND_UP, hand_up, returned_reasons
from handlers.rules.incident.taken_back import UNDONE, standing
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal
from storage import audit
from storage.tables import EPOCH

VERBS = ("上交", "提请办公室", "hand up", "hands up")
EXAMPLES = {
    "zh": ("上交 12 涉及多个部门，请办公室牵头",),
    "en": ("hand up 12 it concerns several departments",),
}


class HandingUp(NamedTuple):
    number: int | None
    reason: str


def parse(utterance: Utterance) -> HandingUp | None:
    if not utterance.units:
        return None
    found = utterance.command(VERBS, free=True)
    return HandingUp(found.number, found.rest) if found else None


async def handle(context: Context, asked: HandingUp) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    lines = standing(await audit.of_incident(case.number, (HAND_UP, GIVE_BACK, UNDONE), EPOCH))
    before = returned_reasons(lines)
    decision = hand_up(case, context.person, asked.reason, before, context.now)
    people = recusal.desk(case.incident.about, context.office.institution)
    facts = {"case": case, "by": context.person.id, "reason": asked.reason, "people": people}
    text = context.text("unit.handed_up", duty=decision.opened[0], times=len(before) + 1, **facts)
    reply = Reply(text=text, mentions=tuple(person.id for person in people))
    reply = await for_others(context, case, reply, asked.reason)
    await context.commit(case, decision, lambda _: (reply,))
