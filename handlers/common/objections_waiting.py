"""Load the objections to missed, false and concealed reports that wait for the speaker's decision."""

from datetime import datetime

from handlers.common.context import Context
from handlers.common.objections import deciding
from handlers.rules.incident.lapses import LAPSES, Lapse, lapses_of
from storage import lapses, objections


async def objections_waiting(context: Context) -> list[tuple[Lapse, datetime]]:
    """Return the records, each with the time by which its objection is to be decided (UTC)."""
    waiting = await objections.waiting() if context.person.has("leader", "chief") else []
    if not waiting:
        return []
    known = lapses_of(await lapses.lines(LAPSES, context.now))
    own = [(known[id], due) for id, due in waiting if id in known]
    return [(lapse, due) for lapse, due in own if context.person in deciding(context.office, lapse)]
