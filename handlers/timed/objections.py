"""Remind who decides an objection (异议) to a missed, false or concealed report, step by step, until it is decided."""

from datetime import datetime

from handlers.common.objections import deciding
from handlers.common.office import Office
from handlers.rules.incident.lapses import LAPSES, lapses_of
from handlers.rules.language.messages import Reply
from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.listeners import listening
from storage import duties, lapses, objections
from storage.duties import DueRow, Step
from storage.outbox import reminds
from storage.tables import to_ms


async def on_due(office: Office, row: DueRow, now: datetime) -> list[tuple[int, int, int]]:
    """Send the step that is due; return the next one to schedule."""
    ladder = Ladder(office.regime, "general", office.institution.calendar, row.started_at, row.due_at)
    step = ladder.fire(row.rung, now)
    if step is None:
        later = Step(row.id, 0, row.next_at, row.rung, ladder.next_at(row.rung), (), (), sounds=False)
        return (await duties.fire([later], (), now)).armed
    lapse = lapses_of(await lapses.lines(LAPSES, now)).get(objections.of_owner(row.person or ""))
    above = listening(office.institution, [one for one in step.tell if one == "chief"], None)
    people = tuple(dict.fromkeys((*(deciding(office, lapse) if lapse else ()), *above)))
    names = tuple(one.id for one in people)
    text = office.texts.say("lapse.remind", lapse=lapse, due=row.due_at, now=now, people=people)
    message = office.to_group(Reply(text=text, mentions=names), duty=row.id, urgency=to_ms(row.due_at))
    message = message._replace(reminds=reminds([(row.id, row.due_at)]))
    taken = Step(row.id, 0, row.next_at, step.rung, step.next_at, step.skipped, names)
    return (await duties.fire([taken], [(frozenset({row.id}), message)], now)).armed
