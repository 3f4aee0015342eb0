"""When the desk is told of failures: soon, in growing pauses of what goes on, at night once unless it is urgent.

Failures of one kind by one sender are a burst: somebody tries again and again, or something small is broken. Storage
that is away, or many failures of several senders, mean that the bot does not work: somebody has to get up.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

MANY = 10
"""So many failures at once are told at night."""
MANY_SENDERS = 3
STORAGE = ("away", "damaged")
"""Kinds of failures that mean that nothing can be stored."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
CALM = timedelta(hours=1)
"""After so long without a notice of a burst, beyond its pause, it counts as new."""


class Burst(NamedTuple):
    """What failures of one burst have in common: "message", "send" or "work", their kind, and whose they are."""

    what: str
    kind: str
    channel: str
    subject: str


class Told(NamedTuple):
    """When the desk was last told of a burst, and the pause before it may be told again."""

    at: datetime
    pause: timedelta


def is_urgent(failed: Sequence[Burst]) -> bool:
    """Return whether the bot does not work, by the bursts of all failures that the desk was not told, one for each."""
    senders = {(one.what, one.channel, one.subject) for one in failed}
    return len(failed) >= MANY and (len(senders) >= MANY_SENDERS or any(one.kind in STORAGE for one in failed))


def may_tell_by_day(failed: Sequence[Burst], told: Mapping[Burst, Told], now: datetime) -> bool:
    """Return whether to tell the desk at `now` (aware), if it was last told of the bursts as `told` says."""
    return is_urgent(failed) or any(one not in told or _is_over(told[one], now) for one in failed)


def may_tell_at_night(failed: Sequence[Burst], *, told_tonight: bool) -> bool:
    return is_urgent(failed) or (len(failed) >= MANY and not told_tonight)


def after_telling(before: Told | None, now: datetime) -> Told:
    """Return what to remember of a burst of which the desk is told at `now`: the pause doubles while it goes on."""
    if before is None or is_forgotten(before, now):
        return Told(now, FIRST_PAUSE)
    return Told(now, min(before.pause * 2, LONGEST_PAUSE))


def is_forgotten(told: Told, now: datetime) -> bool:
    """Return whether a burst, told as this says, would count as new at `now`."""
    return abs(now - told.at) > told.pause + CALM


def _is_over(told: Told, now: datetime) -> bool:
    return abs(now - told.at) >= told.pause  # abs: the clock may have been set back
