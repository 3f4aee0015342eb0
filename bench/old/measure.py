"""Measure the paths on one database, in a process of its own: `python -m bench.old.measure ADDRESS MATTERS [work]`.

Print as JSON, by path, the median and the longest pause of everything else in ms. With `work` measure what runs beside
the work instead: it changes the database.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from statistics import median
from typing import Any

from bench.old import build
from bench.old.beside import works
from bench.old.paths import paths
from storage.database.database import close_database, connection, open_database

RUNS = 9
BEAT_SECONDS = 0.001


class Pulse:
    """The longest time that a trivial query had to wait meanwhile, in ms."""

    longest = 0.0

    async def beat(self) -> None:
        while True:
            began = time.perf_counter()
            await connection().execute_query("SELECT 1")
            self.longest = max(self.longest, (time.perf_counter() - began) * 1000)
            await asyncio.sleep(BEAT_SECONDS)


@asynccontextmanager
async def pulse() -> AsyncIterator[Pulse]:
    measured = Pulse()
    task = asyncio.create_task(measured.beat())
    await asyncio.sleep(5 * BEAT_SECONDS)
    try:
        yield measured
    finally:
        task.cancel()
        await asyncio.wait([task])


async def measure(url: str, count: int, *, work: bool) -> dict[str, tuple[float, float]]:
    """Return, by path, the median time and the longest pause of everything else, in ms."""
    await open_database(url)
    office = build.office()
    try:
        if work:
            return {about: await _once(call) for about, call in await works(office, count)}
        return {path.about: await _often(path.call) for path in paths(office, count)}
    finally:
        await close_database()


async def _once(call: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    async with pulse() as measured:
        took = await _timed(call)
    return took, measured.longest


async def _often(call: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    await call()
    took = [await _timed(call) for _ in range(RUNS)]
    pauses = [(await _once(call))[1] for _ in range(3)]
    return median(took), median(pauses)


async def _timed(call: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await call()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    address, matters, *rest = sys.argv[1:]
    print(json.dumps(asyncio.run(measure(address, int(matters), work=rest == ["work"]))))
