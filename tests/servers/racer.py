"""One of two processes that do the same at the same moments: `racer.py ADDRESS NAME BEGIN`, BEGIN by `time.monotonic`.

In each round both give a delegation for one person, open one slot, close another (one as met, one as missed), and
confirm a group. Every error ends it with a traceback.
"""

import asyncio
import sys
import time
from datetime import timedelta
from types import SimpleNamespace

from storage import delegations, groups, routines
from storage.changes import Actor
from storage.database.database import close_database, open_database
from storage.groups import GroupBinding
from storage.routines import RoutineReport
from storage.tables import Duty
from tests.support.rows import NOW

ROUNDS, EVERY_SECONDS = 40, 0.05
LATE = timedelta(days=100)
"""The slots that are closed are due so long before those that are opened."""


def slot(round: int, before: timedelta = timedelta()) -> SimpleNamespace:
    due_at = NOW - before + timedelta(minutes=round)
    return SimpleNamespace(kind="check-in", owner="li", opens=due_at - timedelta(hours=1), due_at=due_at)


async def race(name: str, round: int) -> None:
    new = {"giver": f"giver {round}", "taker": name, "why": "leave", "until": NOW + timedelta(days=1)}
    await delegations.give(new, (), None, NOW)
    await routines.open_slots([(slot(round), NOW)])
    if name == "one":
        await routines.missed(slot(round + 1, LATE).due_at, NOW)
    else:
        duty = await Duty.get(kind="check-in", due_at=slot(round, LATE).due_at)
        await routines.record(RoutineReport(duty.id, {"kind": "check-in"}), Actor(id="li", now=NOW), ())
    bound = await groups.waiting(f"{round}")
    if bound is not None and await groups.confirm(bound, name, lambda _: bound.name, None, lambda _: (), NOW):
        print(round, flush=True)


async def main(url: str, name: str, begin: float) -> None:
    await open_database(url, may_migrate=False)
    try:
        for round in range(ROUNDS):
            await asyncio.sleep(begin + round * EVERY_SECONDS - time.monotonic())
            await race(name, round)
    finally:
        await close_database()


async def prepare() -> None:
    """Make what the rounds need, in a process that has the database open."""
    await routines.open_slots([(slot(round, LATE), None) for round in range(ROUNDS)])
    for round in range(ROUNDS):
        new = GroupBinding(0, "local", f"g{round}", "g", f"{round}", "li", None)
        await groups.ask(new, lambda _: "g", None, lambda _: (), NOW)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
