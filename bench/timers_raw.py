"""How fast the due index itself is: `python bench/timers_raw.py`. Medians of five runs on a Valkey of its own."""

import asyncio
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from redis.asyncio import Redis

from storage import embedded
from storage.timers import Timers, connect

RUNS = 5
NOW = 1_764_000_000_000
STEPS = [(f"{number // 8 + 1}:{number + 1}", NOW + number) for number in range(20_000)]
MOVED = [(step, due + 60_000) for step, due in STEPS]
IDS = [step for step, _ in STEPS]

Work = Callable[[Timers], Awaitable[object]]


async def nothing(timers: Timers) -> None:
    pass


async def scheduled(timers: Timers) -> None:
    await timers.schedule(STEPS)


async def moved(timers: Timers) -> None:
    await timers.schedule(MOVED)


async def cancelled(timers: Timers) -> None:
    await timers.cancel(IDS)


async def scheduled_singly(timers: Timers) -> None:
    await asyncio.gather(*(timers.schedule([step]) for step in STEPS))


async def moved_singly(timers: Timers) -> None:
    await asyncio.gather(*(timers.schedule([step]) for step in MOVED))


async def cancelled_singly(timers: Timers) -> None:
    await asyncio.gather(*(timers.cancel([step]) for step in IDS))


async def scheduled_by_incident(timers: Timers) -> None:
    for start in range(0, len(STEPS), 8):
        await timers.schedule(STEPS[start : start + 8])


async def scheduled_one_by_one(timers: Timers) -> None:
    for step in STEPS[:2_000]:
        await timers.schedule([step])


async def drained(timers: Timers) -> None:
    done: list[str] = []
    while claimed := (await timers.tick(NOW + len(STEPS), done)).claimed:
        done = [claim.id for claim in claimed]


async def rebuilt(timers: Timers) -> None:
    async def rows():
        for start in range(0, len(STEPS), 2_000):
            yield STEPS[start : start + 2_000]

    await timers.rebuild(rows())


MEASURES: list[tuple[str, int, Work, Work]] = [
    ("schedule, bulk", len(STEPS), nothing, scheduled),
    ("move, bulk", len(STEPS), scheduled, moved),
    ("cancel, bulk", len(STEPS), scheduled, cancelled),
    ("schedule, coalesced", len(STEPS), nothing, scheduled_singly),
    ("move, coalesced", len(STEPS), scheduled, moved_singly),
    ("cancel, coalesced", len(STEPS), scheduled, cancelled_singly),
    ("schedule, eight per call", len(STEPS), nothing, scheduled_by_incident),
    ("schedule, one by one", 2_000, nothing, scheduled_one_by_one),
    ("drain of 20,000 due", len(STEPS), scheduled, drained),
    ("rebuild, index wiped", len(STEPS), nothing, rebuilt),
    ("rebuild, index full", len(STEPS), scheduled, rebuilt),
]


async def seconds(redis: Redis, before: Work, work: Work) -> float:
    await redis.flushall()
    timers = Timers(redis)
    await before(timers)
    started = time.perf_counter()
    await work(timers)
    took = time.perf_counter() - started
    await timers.aclose()
    return took


async def bytes_per_step(redis: Redis, count: int = 200_000) -> float:
    await redis.execute_command("FLUSHALL", "SYNC")
    timers = Timers(redis)
    before = (await redis.info("memory"))["used_memory"]
    await timers.schedule([(f"{number // 8 + 1}:{number + 1}", NOW + number * 977) for number in range(count)])
    after = (await redis.info("memory"))["used_memory"]
    await timers.aclose()
    return (after - before) / count


async def measure(redis: Redis) -> None:
    for name, count, before, work in MEASURES:
        median = statistics.median([await seconds(redis, before, work) for _ in range(RUNS)])
        print(f"{name:28} {median * 1000:9.1f} ms {count / median:12,.0f} /s")
    used = statistics.median([await bytes_per_step(redis) for _ in range(RUNS)])
    print(f"{'memory per pending step':28} {used:9.1f} bytes")


async def main() -> None:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, medians of {RUNS}")
    with tempfile.TemporaryDirectory() as directory:
        server = await embedded.start(directory)
        try:
            async with connect(server.url) as redis:
                await measure(redis)
        finally:
            await server.stop()


asyncio.run(main())
