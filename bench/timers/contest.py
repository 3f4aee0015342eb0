"""Measure each contestant in the same way on one server: scheduling, memory, a burst, steady load, light load."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.timers.contestant import Contestant, all_fired, percentile
from bench.timers.server import empty_redis, used_memory

BURST = 20_000
SINGLY = 2_000
STEADY, STEADY_RATE = 4_000, 2_000
LIGHT = 60
PATIENCE = 60.0
FAR = 30 * 86_400
START_UP = 4.0  # seconds for a worker to get ready
AHEAD = 5.0  # seconds for the producer to start and write its rows


@dataclass
class Result:
    """Rates per second, lateness in seconds (p50, p99), `drained` in seconds for the whole burst; None: unfinished."""

    name: str
    single: float
    bulk: float
    bytes_each: float
    drained: float | None
    steady: tuple[float, float] | None
    light: tuple[float, float] | None


class Contest:
    def __init__(self, url: str, directory: Path) -> None:
        self._url, self._file = url, directory / "fired"
        self._fresh: Callable[[], None] = lambda: None

    def of(self, contestant: Contestant, runs: int, fresh: Callable[[], None] = lambda: None) -> Result:
        """Measure a contestant; return medians of `runs`. `fresh` prepares an empty database, if it has one."""
        self._fresh = fresh
        single = median(SINGLY / self._produced(contestant, "single", SINGLY) for _ in range(runs))
        bulk = median(BURST / self._produced(contestant, "bulk", BURST) for _ in range(runs))
        used = self._bytes(contestant)
        bursts = [self._burst(contestant, BURST / bulk) for _ in range(runs)]
        drained = median(bursts) if None not in bursts else None
        steady, light = self._steady(contestant, STEADY / bulk), self._light(contestant)
        return Result(contestant.name, single, bulk, used, drained, steady, light)

    def _empty(self) -> None:
        empty_redis(self._url)
        self._fresh()

    def _produced(self, contestant: Contestant, how: str, count: int) -> float:
        self._empty()
        return contestant.produce(self._url, how, count, time.time() + FAR, 100)

    def _bytes(self, contestant: Contestant) -> float:
        self._empty()
        before = used_memory(self._url)
        contestant.produce(self._url, "bulk", BURST, time.time() + FAR, 100)
        return (used_memory(self._url) - before) / BURST

    def _burst(self, contestant: Contestant, producing: float) -> float | None:
        """Return the seconds from the common due time of all timers until the last one was handled."""
        self._empty()
        with contestant.working(self._url, self._file):
            time.sleep(START_UP)
            due = time.time() + producing * 1.5 + AHEAD
            contestant.produce(self._url, "bulk", BURST, due)
            records = all_fired(self._file, BURST, max(due - time.time(), 0) + PATIENCE)
        return max(at for _, at in records) - due if len(records) >= BURST else None

    def _steady(self, contestant: Contestant, producing: float) -> tuple[float, float] | None:
        self._empty()
        with contestant.working(self._url, self._file):
            time.sleep(START_UP)
            first = time.time() + producing * 1.5 + AHEAD
            contestant.produce(self._url, "bulk", STEADY, first, STEADY_RATE)
            return self._lateness(STEADY)

    def _light(self, contestant: Contestant) -> tuple[float, float] | None:
        self._empty()
        with contestant.working(self._url, self._file):
            time.sleep(START_UP)
            contestant.produce(self._url, "light", LIGHT, 0)
            return self._lateness(LIGHT, 15.0)

    def _lateness(self, count: int, patience: float = PATIENCE) -> tuple[float, float] | None:
        records = all_fired(self._file, count, patience)
        late = [at - due for due, at in records]
        return (percentile(late, 0.5), percentile(late, 0.99)) if len(records) >= count else None
