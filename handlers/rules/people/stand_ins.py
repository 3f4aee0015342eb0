"""Who stands in for whom: by authority that was given, or as deputy of a person on leave, over several hops."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

LEAVE = "leave"


class DelegationRow(Protocol):
    giver: str
    taker: str
    why: str
    since: datetime
    until: datetime


def takers(rows: Sequence[DelegationRow], giver: str) -> tuple[str, ...]:
    """Return who acts for a person by the delegations in force (ids), the last of a chain of deputies first.

    Of a deputy who is on leave the own deputy acts; authority goes no further than to whom it was given.
    """
    found: list[str] = []
    level = [row.taker for row in rows if row.giver == giver]
    while level := _new(level, (giver, *found)):
        found += level
        level = [row.taker for row in rows if row.giver in level and row.why == LEAVE]
    return tuple(reversed(found))


def givers(rows: Sequence[DelegationRow], taker: str) -> tuple[str, ...]:
    """Return for whom a person acts by the delegations in force (ids)."""
    return tuple(giver for giver in dict.fromkeys(row.giver for row in rows) if taker in takers(rows, giver))


def _new(ids: Iterable[str], known: Sequence[str]) -> list[str]:
    return [id for id in dict.fromkeys(ids) if id not in known]
