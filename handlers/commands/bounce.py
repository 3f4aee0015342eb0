"""`退单 12 不归我们管` / `return 12 not ours`: a department gives a matter back, with the reason.

The desk assigns it to another. The second time a leader decides whose it is and reads both reasons; until then the
department that received it first keeps it, and its clock runs on.
"""

from typing import NamedTuple

from handlers.common.cards import incident_card_id, to_assign
from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.conflict import deciders
from handlers.rules.incident.ownership import bounce
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal
from handlers.rules.people.institution import Department

VERBS = ("退单", "退件", "退派", "return", "bounce")
EXAMPLES = {"zh": ("退单 12 不归我们管，是保卫处的事",), "en": ("return 12 not ours, it is about the gate",)}


class Bounce(NamedTuple):
    number: int | None
    reason: str


def parse(utterance: Utterance) -> Bounce | None:
    found = utterance.command(VERBS)
    return Bounce(found.number, found.rest) if found else None


async def handle(context: Context, asked: Bounce) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = bounce(case, context.person, asked.reason, context.now)
    bounces = decision.changes["bounces"]
    first = len(bounces) == 1
    desk = recusal.desk(case.incident.about, context.office.institution)
    people = desk if first else deciders(case, bounces[0]["department"])
    facts = {"case": case, "by": context.person.id, "bounces": bounces, "people": people}
    opened = decision.opened
    text = context.text("bounce.done", opened=opened, **facts) if first else context.text("bounce.again", **facts)
    reply = Reply(
        text=text,
        mentions=tuple(person.id for person in people),
        card=to_assign(context.office, case.number, case.incident.title, _others(context, bounces)),
    )
    reply = await for_others(context, case, reply, *(bounce["reason"] for bounce in bounces))
    gone = Reply(text=context.text("bounce.card", **facts), update=incident_card_id(case.number))
    await context.commit(case, decision, lambda _: (reply,), before=lambda _: (gone,))


def _others(context: Context, bounces: list[dict[str, str]]) -> tuple[Department, ...]:
    """Return the departments to choose from: without those that returned it; the second time these come first."""
    returned = [bounce["department"] for bounce in bounces]
    departments = context.office.institution.departments
    if len(bounces) > 1:
        return tuple(sorted(departments, key=lambda one: one.name not in returned))
    return tuple(one for one in departments if one.name not in returned)
