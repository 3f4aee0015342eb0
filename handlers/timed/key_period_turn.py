"""A key period begins, ends, is set or ended early: what it switches follows, and its turns are announced.

Its patrols are opened, or owed no more, and reminders that wait for the morning sound when they now would.
"""

from datetime import datetime

from handlers.common.key_periods import with_key_periods
from handlers.common.office import Office
from handlers.rules.language.messages import Reply
from handlers.rules.regime.key_periods import is_standing
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.routines import Slot, key_slots, slots
from handlers.rules.time.calendar import ONE_DAY
from handlers.timed import key_period_reminders, routine_duties
from storage import key_periods, roster, routines
from storage.duties import DueRow
from storage.key_periods import KeyPeriod
from storage.outbox import OutgoingMessage

Steps = list[tuple[int, int, int]]


async def on_due(office: Office, row: DueRow, now: datetime) -> Steps:
    """Announce once that a key period begins, or is over; return the steps to schedule."""
    period = await key_periods.find(key_periods.of_owner(row.person or ""))
    told = [_announcement(office, period, row)] if period and _is_news(period, row, now) else []
    if not await roster.take(row.id, row.next_at, told, (), now):
        return []
    return await settle(office, now)


def _is_news(period: KeyPeriod, row: DueRow, now: datetime) -> bool:
    """Return whether a turn is to be told: no beginning that was told when it was set, or that is over by now."""
    if row.due_at == period.until:
        return True
    return row.started_at < period.since and is_standing(period, now)


def _announcement(office: Office, period: KeyPeriod, row: DueRow) -> OutgoingMessage:
    people = listening(office.institution, office.regime.key_period.tell, None)
    if row.due_at == period.until:
        text = office.texts.say("key_period.ends", row=period, people=people)
    else:
        text = office.texts.say("key_period.begins", row=period, rule=office.regime.key_period, people=people)
    return office.to_group(Reply(text=text, mentions=tuple(one.id for one in people)))


async def settle(office: Office, now: datetime) -> Steps:
    """Bring patrols and reminders to what the key periods ask for now; return the steps to schedule."""
    office = await with_key_periods(office.whole, now)
    opened = await routine_duties.open_days(office, now)
    await _withdraw(office, now)
    return [*opened, *await key_period_reminders.recount(office, now)]


async def _withdraw(office: Office, now: datetime) -> None:
    """Let patrols be owed no more that only a key period asked for which has been ended since."""
    today = office.institution.calendar.local(now).date()
    days = (today, today + ONE_DAY, today + ONE_DAY * 2)
    wanted = {_key(slot) for day in days for slot in slots(office.regime, office.institution, day)}
    extra = {_key(slot) for day in days for slot in key_slots(office.regime, office.institution, day)} - wanted
    rows = [row.id for row in await routines.to_come(now) if (row.kind, row.person, row.due_at) in extra]
    if rows:
        await routines.withdraw(rows)


def _key(slot: Slot) -> tuple[str, str | None, datetime]:
    return slot.kind, slot.owner, slot.due_at
