"""What the bot costs before anything happens: how soon it can be called, its memory, and CPU in a minute of silence."""

import asyncio
import os
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
PORT = 18_772
SETTLING, SILENCE = 10.0, 60.0
TICKS = os.sysconf("SC_CLK_TCK")


class Standing(NamedTuple):
    """Seconds until `/healthz` answered, MB resident, and CPU seconds in a minute: the bot's, and its Valkey's."""

    ready: float
    megabytes: float
    cpu: float
    valkey: float


async def measure() -> Standing:
    with _bot() as process:
        began = time.perf_counter()
        await _answers(process)
        ready = time.perf_counter() - began
        await asyncio.sleep(SETTLING)
        [valkey] = _children(process.pid)
        before = _cpu(process.pid), _cpu(valkey)
        await asyncio.sleep(SILENCE)
        cpu, its = _cpu(process.pid) - before[0], _cpu(valkey) - before[1]
        return Standing(ready, _resident(process.pid), cpu, its)


@contextmanager
def _bot() -> Iterator[subprocess.Popen[bytes]]:
    with TemporaryDirectory(prefix="bench-", dir=ROOT) as directory:
        config = Path(directory) / "config.toml"
        config.write_text((ROOT / "config.toml").read_text(encoding="utf-8"), encoding="utf-8")
        command = [sys.executable, "-m", "bot", "run", "--config", str(config), "--port", str(PORT)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


async def _answers(process: subprocess.Popen[bytes]) -> None:
    async with ClientSession() as session:
        while process.poll() is None:
            try:
                async with session.get(f"http://127.0.0.1:{PORT}/healthz"):
                    return
            except ClientConnectionError:
                await asyncio.sleep(0.01)
    raise RuntimeError("the bot did not start")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident(pid: int) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
