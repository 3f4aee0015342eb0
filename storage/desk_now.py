"""What decides who stands for whom at the desk now, read in one round trip: before each answer and each reminder."""

from datetime import datetime
from typing import NamedTuple

from storage import counters, delegations, key_periods
from storage.database import sql
from storage.delegations import StandingLeave
from storage.key_periods import KeyPeriod


class DeskNow(NamedTuple):
    key_periods: list[KeyPeriod]
    leaves: list[StandingLeave]


async def look(since: datetime) -> DeskNow:
    """Return the key periods, and the leaves at `since` or later."""
    periods, leaves = await sql.run_all(
        [counters.recall_statement(key_periods.NAME), delegations.leaves_statement(since)]
    )
    return DeskNow(key_periods.read(counters.recalled(periods)), delegations.read_leaves(leaves))
