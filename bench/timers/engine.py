"""Measures of ours alone: the burst with all its effects and its CPU, calls in one process, idle cost, rebuilds."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil
import pytest

from bench.timers.contestant import Contestant
from bench.timers.environments import ROOT
from bench.timers.institution import bench_installation, duties_due, pending_in_a_year
from bench.timers.server import empty_redis
from bot.app import build
from bot.clock import StandingClock
from bot.runtime import Bot
from storage.database.database import close_database, open_database
from storage.tables import Duty, Event, Outbox
from storage.timers.timers import Timers, connect
from tests.support.database import migrated
from tests.support.servers import postgres

STEPS = 20_000
IDLE_SECONDS = 20.0
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
Work = Callable[[Timers], Awaitable[object]]


class Figure(NamedTuple):
    what: str
    value: str
    target: str = ""


class Engine:
    def __init__(self, url: str, server: psutil.Process, directory: Path, runs: int) -> None:
        self._url, self._server, self._directory, self._runs = url, server, directory, runs
        self._used = 0

    async def measure(self) -> list[Figure]:
        return [
            *await self._bursts(),
            *await self._calls(),
            *await self._rebuilds(),
            *await self._idle(),
        ]

    @asynccontextmanager
    async def _bot(self, database: str | None = None) -> AsyncIterator[tuple[Bot, StandingClock]]:
        """Build a bot on a new database, or on the one given."""
        empty_redis(self._url)
        if database is None:
            self._used += 1
            home = self._directory / f"engine{self._used}"
            home.mkdir()
            database = await migrated(home)
        await open_database(database)
        redis, clock = connect(self._url), StandingClock(NOON)
        timers = Timers(redis)
        try:
            yield build(bench_installation(), clock, timers), clock
        finally:
            await timers.aclose()
            await redis.aclose()
            await close_database()

    async def _bursts(self) -> list[Figure]:
        figures = []
        for per, name in ((8, "eight duties each"), (1, "one duty each")):
            taken = [await self._burst(per) for _ in range(self._runs)]
            wall, cpu = median(one[0] for one in taken), median(one[1] for one in taken)
            title = f"{STEPS:,} due at once, {STEPS // per:,} incidents of {name}: committed with audit and outbox"
            figures.append(Figure(title, f"{wall:.2f} s", "≤ 1.0 s"))
            figures.append(Figure("  CPU per step, SQLite's included", f"{cpu * 1e6:.0f} µs", "≤ 60 µs"))
        return figures

    async def _burst(self, per_incident: int) -> tuple[float, float]:
        async with self._bot() as (bot, clock):
            await duties_due([NOON.timestamp()] * STEPS, per_incident)
            await bot.timekeeper.timer_audit.rebuild()
            clock.set(NOON + timedelta(seconds=1))
            gc.collect()
            gc.freeze()  # as `bot run` does
            begun, cpu = time.perf_counter(), time.process_time()
            await bot.timekeeper.drain()
            took, used = time.perf_counter() - begun, time.process_time() - cpu
            assert await Event.filter(kind="reminded").count() == STEPS
            assert await Outbox.all().count() == STEPS // per_incident
            assert not await Duty.filter(next_at__lte=clock.now()).exists()
        return took, used / STEPS

    async def _calls(self) -> list[Figure]:
        first = round(NOON.timestamp() * 1000)
        steps = [(f"{n // 8 + 1}:{n + 1}", first + n) for n in range(STEPS)]
        later = [(step, due + 60_000) for step, due in steps]

        async def nothing(_timers: Timers) -> None: ...

        async def scheduled(timers: Timers) -> None:
            await timers.schedule(steps)

        def singly(what: list[tuple[str, int]]) -> Work:
            return lambda timers: asyncio.gather(*(timers.schedule([step]) for step in what))

        async def by_incident(timers: Timers) -> None:
            for start in range(0, STEPS, 8):
                await timers.schedule(steps[start : start + 8])

        return [
            await self._rate("schedule, one incident's eight duties per call", nothing, by_incident, "≥ 10,000/s"),
            await self._rate("schedule, coalesced", nothing, singly(steps), "≥ 30,000/s"),
            await self._rate("move, coalesced", scheduled, singly(later), "≥ 30,000/s"),
            await self._rate(
                "cancel, coalesced",
                scheduled,
                lambda timers: asyncio.gather(*(timers.cancel([step]) for step, _ in steps)),
                "≥ 30,000/s",
            ),
            await self._rate("move, bulk", scheduled, lambda timers: timers.schedule(later), "≥ 100,000/s"),
        ]

    async def _rate(self, name: str, before: Work, work: Work, target: str) -> Figure:
        rates = []
        for _ in range(self._runs):
            empty_redis(self._url)
            async with connect(self._url) as redis:
                timers = Timers(redis)
                await before(timers)
                begun = time.perf_counter()
                await work(timers)
                rates.append(STEPS / (time.perf_counter() - begun))
                await timers.aclose()
        return Figure(name, f"{median(rates):,.0f}/s", target)

    async def _rebuilds(self) -> list[Figure]:
        figures = []
        for count, target in ((100_000, "≤ 1 s"), (1_000_000, "≤ 10 s")):
            home = self._directory / f"rebuild{count}"
            home.mkdir()
            figures += await self._rebuild(count, "SQLite", await migrated(home), target)
        try:
            with postgres() as address:
                figures += await self._rebuild(100_000, "PostgreSQL", address, "≤ 1 s")
                figures += await self._rebuild(1_000_000, "PostgreSQL", address, "≤ 10 s")
        except pytest.skip.Exception as error:
            figures.append(Figure("rebuild from PostgreSQL", f"not measured: {error}"))
        return figures

    async def _rebuild(self, count: int, name: str, database: str, target: str) -> list[Figure]:
        empty_redis(self._url)
        command = [sys.executable, "-m", "bench.timers.rebuild", self._url, database, str(count)]
        done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=True)
        took, checked = json.loads(done.stdout.splitlines()[-1])
        figures = [Figure(f"rebuild of {count:,} steps from {name}", f"{took:.2f} s", target)]
        if count == 1_000_000:
            figures.append(Figure(f"  the hourly check of all, {name}: CPU of the bot", f"{checked:.1f} s"))
        return figures

    async def _idle(self) -> list[Figure]:
        return [await self._idle_at(count) for count in (10_000, 100_000, 1_000_000)]

    async def _idle_at(self, count: int) -> Figure:
        home = self._directory / f"idle{count}"
        home.mkdir()
        database = await migrated(home)
        async with self._bot(database) as (bot, _):
            await pending_in_a_year(count)
            await bot.timekeeper.timer_audit.rebuild()
            await bot.timers.take_turn("checkup", 3_600_000)  # the hourly check is measured apart
        command = ("env", f"BENCH_DATABASE={database}", sys.executable, "-m", "bench.timers.ours")
        with Contestant("idle", command, ROOT).working(self._url, home / "fired"):
            await asyncio.sleep(5.0)
            worker = next(one for one in psutil.Process(os.getpid()).children() if "bench.timers.ours" in one.cmdline())
            before = cpu_of(worker) + cpu_of(self._server)
            await asyncio.sleep(IDLE_SECONDS)
            used = cpu_of(worker) + cpu_of(self._server) - before
        value = f"{used * 60 / IDLE_SECONDS:.2f} s a minute"
        return Figure(f"idle with {count:,} pending: CPU of bot and Valkey", value, "flat")


def cpu_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
