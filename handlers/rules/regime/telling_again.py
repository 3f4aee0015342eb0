"""When and how the desk is told again of what a notice was to tell it that never arrived.

The desk's group and its people one-to-one take turns while neither works. Once one-to-one has worked it is used until
the group's last failure is forgotten, a day later: then the group is tried again.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from handlers.rules.regime.failure_bursts import FIRST_PAUSE, LONGEST_PAUSE

MOST_DOUBLINGS = 10


class Telling(NamedTuple):
    """What the desk was told at one moment: to its group in one message, or to its people, each in one.

    `lost` if none of them can arrive any more, since `ended_at`.
    """

    at: datetime
    private: bool
    lost: bool
    ended_at: datetime


def may_tell_again(tellings: Sequence[Telling], now: datetime) -> bool:
    """Return whether to try again at `now`; `tellings` of the last day, newest first.

    The pause doubles with each that is lost, up to an hour: all of them count against the platform's limits.
    """
    lost = sum(1 for _ in takewhile(lambda one: one.lost, tellings))
    if not lost:
        return True
    pause = min(FIRST_PAUSE * (1 << min(lost - 1, MOST_DOUBLINGS)), LONGEST_PAUSE)
    return abs(now - tellings[0].ended_at) >= pause  # abs: the clock may have been set back


def is_one_to_one(tellings: Sequence[Telling]) -> bool:
    """Return whether the next telling goes to the desk's people; `tellings` of the last day, newest first."""
    if tellings and tellings[0].lost:
        return not tellings[0].private
    to_group = next((one for one in tellings if not one.private), None)
    return to_group is not None and to_group.lost


def oldest_lost(tellings: Sequence[Telling], now: datetime) -> datetime:
    """Return the moment of the oldest telling that was lost; `now` if none was."""
    return min((one.at for one in tellings if one.lost), default=now)
