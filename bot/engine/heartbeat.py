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
RUNS_SECONDS = 20.0
"""A loop that has run this long since storage stopped it has got past that, though its turn is not finished."""
STEADY_SECONDS = 60.0
"""After a loop has run this long the pauses begin with the shortest again."""


@dataclass
class Turns:
    """One loop. `turned_at` is the event loop's time of its last finished turn; `error` is why it last failed.

    `stopped_at` is when storage stopped it, None once it has finished a turn after that.
    """

    name: str
    turned_at: float = 0.0
    failures: int = 0
    error: str = ""
    stopped_at: float | None = None

    @property
    def age(self) -> float:
        """Return the seconds since the last finished turn."""
        return asyncio.get_running_loop().time() - self.turned_at

    def waits_for_storage(self, now: float) -> bool:
        """Return whether storage stopped it, and it has not worked since, at a time of the event loop."""
        return self.stopped_at is not None and now - self.stopped_at < RUNS_SECONDS


_current: ContextVar[Turns | None] = ContextVar("turns", default=None)


def beat(error: str = "") -> None:
    """Note that the loop in which this is called has finished a turn, and what failed in it.

    A loop that finds ever more to do has to beat in each round: from outside it looks like one that hangs.
    """
    turns = _current.get()
    if turns is not None:
        turns.turned_at, turns.error = asyncio.get_running_loop().time(), error
        turns.stopped_at = turns.stopped_at if error else None


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
            turns.stopped_at = clock.time() if is_away(error) else None
            if is_away(error):  # the outage is told with its remedy, once for all loops
                log.warning("a loop waits for storage", loop=turns.name, fault=turns.error)
            else:
                log.exception("a loop failed and is started again", loop=turns.name, pause=pause)
            on_fault(error)
            await asyncio.sleep(pause)
