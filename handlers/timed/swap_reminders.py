"""Reminders of a swap that waits for its answer. Without one the giver keeps the shift."""

from datetime import datetime

from handlers.common.office import Office
from handlers.rules.language.messages import Reply
from handlers.rules.regime.roster_ladders import next_swap_reminder
from storage import roster, shift_swaps
from storage.duties import DueRow
from storage.shift_swaps import ASKED, LAPSED
from storage.tables import to_ms


async def on_due(office: Office, row: DueRow, now: datetime) -> list[tuple[int, int, int]]:
    """Remind the taker, or announce when it lapses that the giver keeps the shift; return the next steps."""
    swap = await shift_swaps.find(shift_swaps.of_owner(row.person or ""))
    if swap is None or swap.state != ASKED:
        await roster.take(row.id, row.next_at, (), (), now)
        return []
    if now >= row.due_at:
        lapsed = Reply(text=office.texts.say("swap.lapsed", swap=swap), mentions=(swap.giver, swap.taker))
        await shift_swaps.settle(swap, LAPSED, "clock", [office.to_group(lapsed)], None, now)
        return []
    reply = Reply(text=office.texts.say("swap.remind", swap=swap, until=row.due_at, now=now), mentions=(swap.taker,))
    next_at = next_swap_reminder(office.regime, office.institution.calendar, swap.at, row.due_at, now)
    taken = await shift_swaps.remind(row.id, row.next_at, next_at, [office.to_group(reply)], now)
    return [(0, row.id, to_ms(next_at))] if taken else []
