"""Measure the seconds of a rebuild and the CPU seconds of a full check.

`python -m bench.timers.rebuild REDIS DATABASE COUNT`; a process for each database, because the ORM caches statements
in the dialect of the first one that it connects to.
"""

import asyncio
import json
import sys
import time

from bench.timers.institution import pending_in_a_year
from bot.clock import Clock
from bot.engine.timer_audit import TimerAudit
from bot.metrics import Metrics
from storage.database.database import close_database, open_database
from storage.tables import Duty
from storage.timers.timers import Timers, connect


async def measure(url: str, database: str, count: int) -> tuple[float, float]:
    await open_database(database)
    redis = connect(url)
    timers = Timers(redis)
    try:
        await pending_in_a_year(count - await Duty.all().count())
        timer_audit = TimerAudit(timers, Clock(), Metrics())
        begun = time.perf_counter()
        assert await timer_audit.rebuild()
        took = time.perf_counter() - begun
        assert await timers.pending() == count
        cpu = time.process_time()
        await timer_audit.compare_all(pause=0)
        return took, time.process_time() - cpu
    finally:
        await timers.aclose()
        await redis.aclose()
        await close_database()


url, database, count = sys.argv[1:]
print(json.dumps(asyncio.run(measure(url, database, int(count)))))
