"""The only caller of the system's time. Everything below takes `now` as an argument.

In a demonstration the clock can be moved forward; timers, leases and texts then follow the moved clock.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from storage.tables import to_ms


class Clock:
    """The time in UTC, `shift` ahead of the system's. Listeners are called when it is moved.

    `lead` is how far the clock is ahead by which all processes judge leases.
    """

    def __init__(self, shift: timedelta = timedelta()) -> None:
        self.shift, self.lead = shift, timedelta()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC) + self.shift  # noqa: TID251

    def shared(self) -> datetime:
        """Return the time by which leases and pauses are judged, the same in all processes on one database."""
        return self.now() + self.lead

    def now_ms(self) -> int:
        return to_ms(self.now())

    def system_ms(self) -> int | None:
        """Return the system's time in ms, without the shift; None for a clock that is independent of the system."""
        return to_ms(self.now() - self.shift)

    def on_move(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward and call the listeners. Raise ValueError for a step back."""
        if by < timedelta():
            raise ValueError("the demonstration's clock only goes forward")
        self.shift += by
        for listener in self._listeners:
            listener()


class StandingClock(Clock):
    """A clock that stands still until it is set. Rehearsals and tests use it."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def system_ms(self) -> int | None:
        return None

    def advance(self, by: timedelta) -> None:
        self._now += by

    def set(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)
