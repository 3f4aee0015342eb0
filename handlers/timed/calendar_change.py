"""A changed calendar: open due times are counted anew, and what moved is announced.

The State Council's calendar of a new year arrives with an update, a local day off by `config.toml`. A due time that was
promised or instructed stays; a provisional one becomes final.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from handlers.common.office import Office
from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow, MovedDuty
from handlers.rules.incident.duties import count, extended, move
from handlers.rules.language.messages import Reply
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.deadline_trace import DeadlineTrace
from handlers.rules.time.periods import Due, parse
from storage import counters, incidents, reports
from storage.changes import Actor
from storage.incidents import Conflict
from storage.outbox import OutgoingMessage

NAME = "calendar"


def digest(calendar: Calendar, today: date) -> str:
    """What the calendar says of the days that open matters may reach: this year and the next two."""
    days = [
        (calendar.reason(date.fromordinal(n)).works, calendar.provisional(date.fromordinal(n)))
        for n in range(date(today.year, 1, 1).toordinal(), date(today.year + 3, 1, 1).toordinal())
    ]
    return sha256(f"{days}{calendar.business}".encode()).hexdigest()


async def recompute(office: Office, now: datetime) -> int:
    """Counts open due times anew if the calendar changed since the last start; how many moved."""
    calendar = office.institution.calendar
    current = f"{now.year}:{digest(calendar, calendar.local(now).date())}"
    known = await counters.recall(NAME)
    if known == current:
        return 0
    moved = 0
    if known is not None and known.partition(":")[0] == str(now.year):
        for row in await reports.open_incidents():
            moved += await _recount(office, row["number"], now)
    await counters.remember(NAME, current)
    return moved


async def _recount(office: Office, number: int, now: datetime) -> int:
    while True:
        record = await incidents.load(number)
        if record is None:
            return 0
        case = office.case(record)
        changes = [(duty, due) for duty in case.duties if (due := _anew(case, duty))]
        if not changes:
            return 0
        moved = tuple(_moved(case, duty, due, now) for duty, due in changes)
        later = [(duty, due) for duty, due in changes if due.at != duty.due_at]
        data = {duty.kind: [duty.due_at.isoformat(), due.at.isoformat()] for duty, due in later}
        decision = Decision(events=(AuditEvent("calendar", data),), moved=moved)
        try:
            context = Actor(id="calendar", now=now)
            written = await incidents.change(
                case.incident.version,
                number,
                decision,
                context,
                lambda _: _outgoing(office, case, later),  # noqa: B023
            )
        except Conflict:
            continue
        await office.arm(written)
        return len(later)


def _anew(case: Case, duty: DutyRow) -> Due | None:
    """The duty's due time by today's calendar, if that changes anything."""
    if duty.state != "open" or not duty.reckoning:
        return None
    reckoned = DeadlineTrace.from_dict(duty.reckoning)
    if reckoned.rule == "given":
        return None
    period = parse(reckoned.rule)
    if reckoned.extends:
        due = extended(case, reckoned.start, period)
    else:
        due = count(case.regime, case.institution, period, reckoned.start)
    return due if (due.at, due.provisional) != (duty.due_at, duty.provisional) else None


def _moved(case: Case, duty: DutyRow, due: Due, now: datetime) -> MovedDuty:
    if due.at == duty.due_at:
        return MovedDuty(duty.id, due, duty.next_at)
    return move(case, duty.id, due, now)


def _outgoing(office: Office, case: Case, moved: Sequence[tuple[DutyRow, Due]]) -> tuple[OutgoingMessage, ...]:
    if not moved:
        return ()
    home = case.incident
    people = case.owners
    text = office.texts.say("calendar_change.moved", case=case, moved=moved, people=people)
    say = Reply(text=text, mentions=tuple(person.id for person in people))
    return (office.outgoing(say, home.channel, home.conversation, incident=case.number),)
