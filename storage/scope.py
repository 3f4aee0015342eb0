"""Which matters are counted: all, those that are discussed in one conversation, or those that one unit found.

A unit's figures are those of what was found there, wherever it is now. So each matter counts once, and the figures of
all units and of the office itself (`OFFICE`) add up to those of everything.
"""

from collections.abc import Mapping
from typing import Any

from storage.database import sql

Home = tuple[str, str]
"""A channel and a conversation: where matters are discussed."""
Scope = Home | str | None
"""A conversation, the name of a unit, OFFICE, or None for everything."""
OFFICE = ""
"""What no unit found."""


def is_within(row: Mapping[str, Any], scope: Scope) -> bool:
    """Return whether a matter's row belongs to the scope."""
    if isinstance(scope, str):
        return (row["unit"] or OFFICE) == scope
    return scope is None or (row["channel"], row["conversation"]) == scope


def condition(scope: Scope, first: int) -> str:
    """Return the condition of a scope, to stand behind others; `first` is the number of its first value."""
    if isinstance(scope, str):
        return f"AND unit = {sql.mark(first)}" if scope else "AND unit IS NULL"
    return f"AND channel = {sql.mark(first)} AND conversation = {sql.mark(first + 1)}" if scope else ""


def values(scope: Scope) -> list[str]:
    """Return the values of the condition, in order."""
    if isinstance(scope, str):
        return [scope] if scope else []
    return [*(scope or ())]
