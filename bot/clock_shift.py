"""The shift of a demonstration's clock, kept in the database so that a restart goes on where it stopped."""

from datetime import timedelta

from bot.clock import Clock
from storage import counters

SHIFT = "clock shift"


async def keep(clock: Clock) -> None:
    await counters.remember(SHIFT, str(clock.shift.total_seconds()))


async def restore(clock: Clock) -> None:
    """Set the clock to the shift that was kept last, if there is one."""
    seconds = await counters.recall(SHIFT)
    if seconds:
        clock.shift = timedelta(seconds=float(seconds))
