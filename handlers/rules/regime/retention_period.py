"""How long texts are kept: `keeps = "3 years"`, `"18 months"` or `"90 days"`, counted on the local calendar."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.time_words import months_on

_KEEPS = LazyPattern(r"(\d+) (year|month|day)s?")


def read(keeps: str) -> tuple[int, int]:
    """Return the length as months and days. ValueError if it is none."""
    found = _KEEPS.fullmatch(keeps.strip())
    if not found or not int(found[1]):
        raise ValueError(f'"{keeps}" is no time to keep texts: write "3 years", "18 months" or "90 days"')
    count = int(found[1])
    return {"year": (count * 12, 0), "month": (count, 0), "day": (0, count)}[found[2]]


def since(now: datetime, keeps: str, zone: ZoneInfo) -> datetime:
    """Return the moment (local) before which texts are erased."""
    local = now.astimezone(zone)
    months, days = read(keeps)
    day = months_on(local.date(), -months) if months else local.date() - timedelta(days=days)
    return datetime.combine(day, local.time(), zone)
