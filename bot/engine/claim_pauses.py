"""The pauses of a sender's claims while storage fails under them: what is being sent meanwhile goes on."""

import asyncio
from collections.abc import Iterable

import structlog

from bot.backoff import Backoff
from storage.database.faults import is_away, kind_of

log = structlog.get_logger(__name__)
AGAIN = Backoff(first=0.5, longest=5.0)
"""The pause, in seconds, before the next claim after one that failed, or after work on one that failed."""


class ClaimPauses:
    """`error` is what failed last; None once a claim has succeeded after a fault of storage."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self._failures = 0
        self._until = 0.0  # by the loop's time

    @property
    def reason(self) -> str:
        return kind_of(self.error) if self.error else ""

    @property
    def lasts(self) -> bool:
        """Return whether it is too early for the next claim."""
        return self.error is not None and asyncio.get_running_loop().time() < self._until

    def note(self, errors: Iterable[BaseException]) -> None:
        """Note what failed: nothing is claimed for a while."""
        for error in errors:
            self.error, pause = error, AGAIN.pause(self._failures)
            self._failures += 1
            self._until = asyncio.get_running_loop().time() + pause
            trace = None if is_away(error) else error
            log.warning("claims pause while others are sent", pause=pause, fault=kind_of(error), exc_info=trace)

    def end(self) -> None:
        """Note that a claim has succeeded. A fault of the code stays: it has to be told of when the sends are over."""
        if self.error is None or is_away(self.error):
            self.error, self._failures = None, 0
