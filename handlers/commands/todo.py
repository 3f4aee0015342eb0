"""`待办` / `todo`: what waits for the speaker's decision or signature, then what is open, the most urgent first.

The desk and the leaders see everything that is open, the others what their department owes; in the group of a unit only
what is the unit's.
"""

from handlers.common.context import Context
from handlers.common.objections_waiting import objections_waiting
from handlers.common.waiting import mine_to_sign
from handlers.rules.incident.publication_checks import is_due
from handlers.rules.language.commands import whole
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from storage import reports, shift_swaps

PHRASES = ("待办", "我的待办", "todo", "to do", "my work")
EXAMPLES = {"zh": ("待办",), "en": ("todo",)}
MOST_SHOWN = 15


def parse(utterance: Utterance) -> bool | None:
    return True if whole(utterance.text, PHRASES) == () else None


async def handle(context: Context, _: bool) -> None:
    person = context.person
    everything = person.has("office", "officer", "leader", "chief")
    owed = await context.shown(await reports.open_duties(context.at_unit if everything else person.department))
    signing = await mine_to_sign(context)
    apart = {case.number for case, _ in signing}
    rows = [r for r in owed if r["number"] not in apart and is_due(r["kind"], r["due_at"], context.now)]
    numbers = list(dict.fromkeys(row["number"] for row in rows))
    shown = [[row for row in rows if row["number"] == number] for number in numbers[:MOST_SHOWN]]
    swapped = [context.text("swap.waits", swap=row) for row in await shift_swaps.waiting(context.now, person.id)]
    objected = [context.text("lapse.waits", lapse=one, due=due) for one, due in await objections_waiting(context)]
    facts = {"incidents": shown, "count": len(numbers), "now": context.now, "whose": person, "all": everything}
    text = context.text("todo.list", signing=signing, **facts)
    await context.answer(Reply(text="\n".join((*swapped, *objected, text))))
