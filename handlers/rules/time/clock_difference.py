"""How far this machine's clock and a platform's differ, by the times of the messages that come in.

A message that was delivered late also names an early time. A difference of the clocks is the same message after
message, however far apart these come; a delay is not.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

MOST = timedelta(minutes=3)
"""A larger difference makes due times doubtful."""
IN_A_ROW = 5
STEADY, APART = timedelta(seconds=30), timedelta(minutes=1)
"""How much the differences of so many messages in a row may vary, and how far apart these must have come."""


class Timed(NamedTuple):
    """When a message was received by our clock, and sent by its platform's."""

    received: datetime
    sent: datetime

    @property
    def difference(self) -> timedelta:
        return self.received - self.sent


def difference(messages: Sequence[Timed]) -> timedelta | None:
    """Return how far our clock is ahead of the platform's (below zero: behind), None if that cannot be said.

    It is the smallest of the last messages, as each was also under way for a moment.
    """
    last = messages[-IN_A_ROW:]
    found = [one.difference for one in last]
    if len(last) < IN_A_ROW or max(found) - min(found) > STEADY:
        return None
    if last[-1].received - last[0].received < APART:
        return None
    return min(found)


def is_doubtful(found: timedelta | None) -> bool:
    return found is not None and abs(found) > MOST
