"""How far this installation's clock is known to be ahead of the platforms' by which people's words are timed."""

from datetime import timedelta

from storage import clock_doubts


async def known_differences() -> dict[str, timedelta]:
    """Return the differences that are known, by channel: above zero if our clock is ahead of the platform's."""
    return {channel: found.by for channel, found in (await clock_doubts.differing()).items()}
