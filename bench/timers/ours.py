"""Our contestant: duties in the tables, the real timekeeper, reminders committed with the audit trail and the outbox.

`python -m bench.timers.ours URL work|produce …`. BENCH_DATABASE is the address of the database, BENCH_PER_INCIDENT the
number of duties of an incident.
"""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench.timers.contestant import RECORD
from bench.timers.institution import bench_installation, duties_due
from bot.app import build
from bot.clock import Clock
from bot.engine.due_steps import DueSteps
from storage.database.database import close_database, open_database
from storage.timers.timers import Timers, connect

PER_INCIDENT = int(os.environ.get("BENCH_PER_INCIDENT", "1"))


@asynccontextmanager
async def opened(url: str):
    await open_database(os.environ["BENCH_DATABASE"])
    redis = connect(url)
    timers = Timers(redis)
    try:
        yield timers
    finally:
        await timers.aclose()
        await redis.aclose()
        await close_database()


async def produce(url: str, how: str, count: int, first: float, rate: float) -> float:
    """Insert rows, then schedule their timers; return the seconds of the latter alone, as the peers have no rows."""
    async with opened(url) as timers:
        if how == "light":
            return await _light(timers, count)
        rows = await duties_due([first + (n / rate if rate else 0) for n in range(count)], PER_INCIDENT)
        begun = time.perf_counter()
        await _schedule(timers, rows, how)
        return time.perf_counter() - begun


async def _schedule(timers: Timers, steps: Sequence[tuple[str, int]], how: str) -> None:
    if how == "bulk":
        await timers.schedule(steps)
    elif how == "coalesced":
        await asyncio.gather(*(timers.schedule([step]) for step in steps))
    elif how == "eight":
        for start in range(0, len(steps), 8):
            await timers.schedule(steps[start : start + 8])
    else:
        for step in steps:
            await timers.schedule([step])


async def _light(timers: Timers, count: int) -> float:
    begun = time.perf_counter()
    for _ in range(count):
        await timers.schedule(await duties_due([time.time() + 0.15]))
        await asyncio.sleep(0.1)
    return time.perf_counter() - begun


async def work(url: str, file: Path) -> None:
    out = os.open(file, os.O_WRONLY | os.O_APPEND)
    fire = DueSteps.fire

    async def recorded(self: DueSteps, rows: Sequence[Any]) -> Any:
        armed = await fire(self, rows)
        now = time.time()
        os.write(out, b"".join(RECORD.pack(row.next_at.timestamp(), now) for row in rows))
        return armed

    DueSteps.fire = recorded  # type: ignore[method-assign]
    async with opened(url) as timers:
        bot = build(bench_installation(), Clock(), timers)
        gc.collect()
        gc.freeze()  # as `bot run` does
        await bot.timekeeper.run()


if __name__ == "__main__":
    url, task, *rest = sys.argv[1:]
    if task == "work":
        asyncio.run(work(url, Path(rest[0])))
    else:
        how, count, first, rate = rest
        print(json.dumps(asyncio.run(produce(url, how, int(count), float(first), float(rate)))))
