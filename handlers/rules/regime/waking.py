"""Waking hours: when a reminder that falls into a regime's quiet hours is sent instead."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.rules.regime.regime import Regime


def next_waking(regime: Regime, zone: ZoneInfo, at: datetime) -> datetime:
    """Return `at` (aware), or the next morning (UTC) if it is in the regime's quiet hours."""
    opens, closes = regime.waking.hours
    local = at.astimezone(zone)
    if opens <= local.time() <= closes:
        return at
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, zone).astimezone(UTC)


def last_waking(regime: Regime, zone: ZoneInfo, at: datetime) -> datetime:
    """Return `at` (aware), or the evening before (UTC) if it is in the regime's quiet hours."""
    opens, closes = regime.waking.hours
    local = at.astimezone(zone)
    if opens <= local.time() <= closes:
        return at
    day = local.date() if local.time() > closes else local.date() - timedelta(days=1)
    return datetime.combine(day, closes, zone).astimezone(UTC)
