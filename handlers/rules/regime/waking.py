"""Waking hours: when a reminder that falls into a regime's quiet hours is sent instead.

A key period may have no quiet hours: then what would wait until after its beginning is sent at its beginning, and what
would be sent before its end already at its end.
"""

from datetime import UTC, datetime, timedelta

from handlers.rules.regime.regime import Regime
from handlers.rules.time.calendar import Calendar


def next_waking(regime: Regime, calendar: Calendar, at: datetime) -> datetime:
    """Return `at` (aware), or the next morning (UTC) if it is in the regime's quiet hours."""
    opens, closes = regime.waking.hours
    local = at.astimezone(calendar.zone)
    if opens <= local.time() <= closes or _is_wakeful(calendar, at):
        return at
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    morning = datetime.combine(day, opens, calendar.zone).astimezone(UTC)
    return min((since for since, _ in calendar.wakeful if at < since < morning), default=morning)


def last_waking(regime: Regime, calendar: Calendar, at: datetime) -> datetime:
    """Return `at` (aware), or the evening before (UTC) if it is in the regime's quiet hours."""
    opens, closes = regime.waking.hours
    local = at.astimezone(calendar.zone)
    if opens <= local.time() <= closes or _is_wakeful(calendar, at):
        return at
    day = local.date() if local.time() > closes else local.date() - timedelta(days=1)
    evening = datetime.combine(day, closes, calendar.zone).astimezone(UTC)
    return max((until for _, until in calendar.wakeful if evening < until < at), default=evening)


def _is_wakeful(calendar: Calendar, at: datetime) -> bool:
    return any(since <= at < until for since, until in calendar.wakeful)
