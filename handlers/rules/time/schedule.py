"""When digests are sent: `"17:30"` or `"working days 17:30"`, `"fri 16:00"`, `"26 10:00"` or `"last 10:00"`.

The time is on the institution's clock. A digest covers the time from its last due moment until the present one, so that
nothing falls between two of them.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.rules.time.calendar import Calendar
from handlers.rules.time.recurring import WEEKDAYS, falls_on, is_monthly, is_recurring
from handlers.rules.time.spans import Span

LOOK_BACK = 100
"""Days in which a monthly digest has its last three slots."""


class Schedule(NamedTuple):
    """`days` is "every day", "working days", a weekday ("fri") or a day of the month ("26", "last")."""

    days: str
    at: time


def parse(text: str) -> Schedule:
    """Read the configuration's text. ValueError names what can be written."""
    days, _, clock = text.strip().rpartition(" ")
    days = " ".join(days.split()).lower() or "every day"
    try:
        at = time.fromisoformat(clock)
    except ValueError:
        raise ValueError(_complaint(text)) from None
    if not is_recurring(days):
        raise ValueError(_complaint(text))
    return Schedule(days, at)


def _complaint(text: str) -> str:
    written = '"17:30", "working days 17:30", "fri 16:00", "26 10:00" or "last 10:00"'
    return f'"{text}" is no time for a digest: write {written}'


def slots(schedule: Schedule, calendar: Calendar, now: datetime) -> Iterator[datetime]:
    """Yield the moments (UTC) at which it was due until `now`, the latest first."""
    today = calendar.local(now).date()
    for back in range(LOOK_BACK):
        day = today - timedelta(days=back)
        if falls_on(schedule.days, day, calendar) and (at := calendar.at(day, schedule.at)) <= now:
            yield at


def coming(schedule: Schedule, calendar: Calendar, now: datetime) -> datetime | None:
    """Return the next moment (UTC) at which it is due after `now`."""
    today = calendar.local(now).date()
    days = (today + timedelta(days=ahead) for ahead in range(LOOK_BACK))
    moments = (calendar.at(day, schedule.at) for day in days if falls_on(schedule.days, day, calendar))
    return next((at for at in moments if at > now), None)


class Issue(NamedTuple):
    """A digest that is due. `period` names it without the time of day: "2026-11-23", "2026-W48" or "2026-11"."""

    kind: str
    period: str
    span: Span


def due(kind: str, schedule: Schedule, calendar: Calendar, now: datetime) -> Issue | None:
    """Return the latest digest of a kind that was due until `now`; earlier ones are not sent after an outage."""
    latest = list(zip(range(3), slots(schedule, calendar, now), strict=False))
    if len(latest) < 3:
        return None
    until, since, before = (at for _, at in latest)
    period = _period(schedule.days, calendar.local(until).date())
    return Issue(kind, period, Span("", since, until, (before, since)))


def _period(days: str, day: date) -> str:
    if days in WEEKDAYS:
        return f"{day:%G-W%V}"
    return f"{day:%Y-%m}" if is_monthly(days) else day.isoformat()
