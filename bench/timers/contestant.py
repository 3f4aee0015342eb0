"""A contestant: a program that schedules timers, and a worker that records when each one fired.

`produce single|bulk|light COUNT FIRST RATE` schedules COUNT timers, the first due at FIRST (seconds since 1970), the
others following at RATE a second (0: all at once), and prints how many seconds that took. For each timer that fires,
`work` writes two doubles to a file: when it was due, and when it was handled.
"""

import json
import os
import struct
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RECORD = struct.Struct("dd")


@dataclass(frozen=True)
class Contestant:
    """`command` runs its script; the address of Redis and the task are appended to it."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    helpers: tuple[tuple[str, ...], ...] = ()  # programs that its worker needs

    def produce(self, url: str, how: str, count: int, first: float, rate: float = 0) -> float:
        words = [*self.command, url, "produce", how, str(count), repr(first), repr(rate)]
        done = subprocess.run(words, cwd=self.cwd, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.name}: {done.stderr[-2000:]}")
        return float(json.loads(done.stdout.splitlines()[-1]))

    @contextmanager
    def working(self, url: str, file: Path) -> Iterator[None]:
        environment = {**os.environ, "BENCH_URL": url, "BENCH_FILE": str(file)}
        file.write_bytes(b"")
        programs = [(*self.command, url, "work", str(file)), *self.helpers]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running = [subprocess.Popen(one, cwd=self.cwd, env=environment, **quiet) for one in programs]
        try:
            yield
        finally:
            for process in running:
                process.kill()
                process.wait()


def fired(file: Path) -> list[tuple[float, float]]:
    """Return (due, handled) of each timer that has fired so far."""
    body = file.read_bytes()
    return list(RECORD.iter_unpack(body[: len(body) // RECORD.size * RECORD.size]))


def all_fired(file: Path, count: int, patience: float) -> list[tuple[float, float]]:
    """Wait until `count` timers have fired, at most `patience` seconds; return (due, handled) of each."""
    end = time.monotonic() + patience
    while time.monotonic() < end and file.stat().st_size < count * RECORD.size:
        time.sleep(0.05)
    return fired(file)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
