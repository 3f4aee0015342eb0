"""The turns of the bot's loops: when each last finished one, and why it was started again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass

import structlog

from bot.backoff import Backoff
from storage.database.faults import is_away, kind_of

log = structlog.get_logger(__name__)
RESTART = Backoff(first=0.5, longest=5.0)
"""The pause before a failed loop is started again; it grows while the loop fails at once. When storage is back, people
wait as long for the bot."""
STEADY_SECONDS = 60.0
"""After a loop has run this long the pauses begin with the shortest again."""


@dataclass
class Turns:
    """One loop. `turned_at` is the event loop's time of its last finished turn; `error` is why it last failed."""

    name: str
    turned_at: float = 0.0
    failures: int = 0
    error: str = ""

    @property
    def age(self) -> float:
        """Return the seconds since the last finished turn."""
        return asyncio.get_running_loop().time() - self.turned_at


_current: ContextVar[Turns | None] = ContextVar("turns", default=None)


def beat(error: str = "") -> None:
    """Note that the loop in which this is called has finished a turn, and what failed in it.

    A loop that finds ever more to do has to beat in each round: from outside it looks like one that hangs.
    """
    turns = _current.get()
    if turns is not None:
        turns.turned_at, turns.error = asyncio.get_running_loop().time(), error


async def run_for_ever(
    loop: Callable[[], Awaitable[None]], turns: Turns, on_fault: Callable[[BaseException], None]
) -> None:
    """Run a loop; start it again after each exception, until it returns or is cancelled."""
    _current.set(turns)
    clock = asyncio.get_running_loop()
    while True:
        began = turns.turned_at = clock.time()
        try:
            await loop()
            return
        except Exception as error:
            turns.failures = 0 if clock.time() - began >= STEADY_SECONDS else turns.failures + 1
            turns.error = kind_of(error)
            pause = RESTART.pause(turns.failures - 1)
            if is_away(error):  # the outage is told with its remedy, once for all loops
                log.warning("a loop waits for storage", loop=turns.name, fault=turns.error)
            else:
                log.exception("a loop failed and is started again", loop=turns.name, pause=pause)
            on_fault(error)
            await asyncio.sleep(pause)
