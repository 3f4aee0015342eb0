"""Measure the idle bot: time until it answers, memory, and CPU in an idle minute."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from aiohttp import ClientConnectionError, ClientSession

ROOT = Path(__file__).parents[1]
SETTLING, SILENCE = 10.0, 60.0
TICKS = os.sysconf("SC_CLK_TCK")


class IdleCost(NamedTuple):
    """Seconds until `/healthz` answers, MB resident, and CPU seconds in an idle minute of the bot and of its Valkey."""

    ready: float
    megabytes: float
    cpu: float
    valkey: float


async def measure() -> IdleCost:
    with TemporaryDirectory(prefix="huiyin-bench-") as directory, bot(Path(directory)) as (process, port):
        ready = await until_ready(process, port)
        await asyncio.sleep(SETTLING)
        [valkey] = _children(process.pid)
        before = _cpu(process.pid), _cpu(valkey)
        await asyncio.sleep(SILENCE)
        cpu, valkey_cpu = _cpu(process.pid) - before[0], _cpu(valkey) - before[1]
        return IdleCost(ready, resident(process.pid), cpu, valkey_cpu)


@contextmanager
def bot(directory: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run `python -m bot run` with the demonstration's configuration in `directory`; yield its process and port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "run", "--config", str(ROOT / "config.toml"), "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=directory, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait()


async def until_ready(process: subprocess.Popen[bytes], port: int) -> float:
    """Return the seconds from now until `/healthz` answers. Raise RuntimeError if the process ends before."""
    began = time.perf_counter()
    async with ClientSession() as session:
        while process.poll() is None:
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz"):
                    return time.perf_counter() - began
            except ClientConnectionError:
                await asyncio.sleep(0.005)
    raise RuntimeError("the bot did not start")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
