"""At every start: if the calendar changed, count open due times again and announce those that moved.

The State Council's calendar of a new year comes with an update, a local day off with `config.toml`. A due time that was
promised or instructed stays; a provisional one becomes final.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from handlers.common.office import Office
from handlers.rules.incident.case import Case, DutyRow
from handlers.rules.incident.recounting import recount
from handlers.rules.language.messages import Reply
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.periods import Due
from handlers.texts.filters import written_at
from storage import counters, incidents, reports
from storage.changes import Actor
from storage.incidents import Conflict
from storage.outbox import OutgoingMessage

CALENDAR_COUNTER = "calendar"


def digest(calendar: Calendar, today: date) -> str:
    """Hash what the calendar says of the days that open matters may reach: this year and the next two."""
    days = [
        (calendar.reason(date.fromordinal(n)).works, calendar.provisional(date.fromordinal(n)))
        for n in range(date(today.year, 1, 1).toordinal(), date(today.year + 3, 1, 1).toordinal())
    ]
    return sha256(f"{days}{calendar.business}".encode()).hexdigest()


async def recompute(office: Office, now: datetime) -> int:
    """Count open due times again if the calendar changed since the last start; return how many moved."""
    written_at(now)
    calendar = office.institution.calendar
    current = f"{now.year}:{digest(calendar, calendar.local(now).date())}"
    known = await counters.recall(CALENDAR_COUNTER)
    if known == current:
        return 0
    moved = sum([await _recount(office, row["number"], now) for row in await reports.open_incidents()])
    await counters.remember(CALENDAR_COUNTER, current)
    return moved


async def _recount(office: Office, number: int, now: datetime) -> int:
    while True:
        record = await incidents.load(number)
        if record is None:
            return 0
        case = office.case(record)
        found = recount(case, now)
        if found is None:
            return 0
        try:
            written = await incidents.change(
                case.incident.version,
                number,
                found.decision,
                Actor(id="calendar", now=now),
                lambda _: _outgoing(office, case, found.moved),  # noqa: B023
            )
        except Conflict:
            continue
        await office.arm(written)
        return len(found.moved)


def _outgoing(office: Office, case: Case, moved: Sequence[tuple[DutyRow, Due]]) -> tuple[OutgoingMessage, ...]:
    if not moved:
        return ()
    home = case.incident
    people = case.owners
    text = office.texts.say("calendar_change.moved", case=case, moved=moved, people=people)
    reply = Reply(text=text, mentions=tuple(person.id for person in people))
    return tuple(office.around(reply, (home.channel, home.conversation), home.about, incident=case.number))
