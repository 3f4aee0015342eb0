"""Calls that a platform counts by the month: how many were made, on record before each is made."""

from storage import counters


async def spend(name: str, *periods: str) -> None:
    """Counts one call in each period, such as "2026-11" and "2026-11-23"."""
    for period in periods:
        await counters.take(_key(name, period))


async def used(name: str, period: str) -> int:
    return await counters.current(_key(name, period))


def _key(name: str, period: str) -> str:
    return f"calls:{name}:{period}"
