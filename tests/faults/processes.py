"""The bot's processes, as a service manager runs them: each is started again when it ends."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.faults.school import SECRETS
from tests.support.servers import free_port

ROOT = Path(__file__).parents[2]
RESTART_SECONDS = 0.3
"""How long the service manager waits before it starts a process again."""
READY_SECONDS = 60.0
BY_ITSELF = "by itself"
"""How a process ends that nobody ended; its status stands behind it."""
QUICK = ClientTimeout(total=1.0)


@dataclass
class BotProcess:
    """One process. `wanted` while it should run, `stopped` while a SIGSTOP holds it."""

    number: int
    home: Path
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None
    wanted: bool = True
    up: bool = False
    stopped: bool = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def signal(self, name: int) -> None:
        if self.process is not None and self.process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, name)  # asyncio's own way would take its exit code away from it

    async def begin(self) -> None:
        pooled = self.home / "pooled.toml"
        config = pooled if self.number % 2 and pooled.exists() else self.home / "config.toml"
        command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
        environment = {**os.environ, **SECRETS, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
        with (self.home / f"log-{self.number}").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, "--port", str(self.port), cwd=self.home, env=environment, stdout=log, stderr=log
            )


class Processes:
    """All processes. `ended` counts how they ended: by a fault, at their start, or by themselves while they ran."""

    def __init__(self, home: Path, count: int, session: ClientSession) -> None:
        self._home, self._session = home, session
        self.all = [BotProcess(number, home) for number in range(count)]
        self.ended: Counter[str] = Counter()
        self.starts = 0
        self._expected: set[int] = set()
        self._keepers = [asyncio.create_task(self._keep(one)) for one in self.all]

    @property
    def serving(self) -> list[BotProcess]:
        """Return the processes that can be reached."""
        return [one for one in self.all if one.up and one.alive and not one.stopped]

    def add(self) -> BotProcess:
        """Add a process, which is started at once."""
        one = BotProcess(len(self.all), self._home)
        self.all.append(one)
        self._keepers.append(asyncio.create_task(self._keep(one)))
        return one

    def end(self, one: BotProcess, name: int) -> None:
        """End a process by a signal; its keeper starts it again, if it is wanted."""
        if one.process is not None:
            self._expected.add(one.process.pid)
            one.signal(name)

    async def facts(self, one: BotProcess, path: str = "/readyz") -> tuple[int, dict[str, Any]]:
        """Return the status and the facts of a probe; (0, {}) if there is no answer."""
        try:
            async with self._session.get(one.address + path, timeout=QUICK) as answer:
                return answer.status, await answer.json()
        except (ClientError, OSError, TimeoutError, ValueError):
            return 0, {}

    async def until_up(self, one: BotProcess, seconds: float = READY_SECONDS) -> None:
        """Wait until a process answers."""
        async with asyncio.timeout(seconds):
            while not one.up:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Stop all processes, and wait until they have ended."""
        for one in self.all:
            one.wanted = False
            one.signal(signal.SIGCONT)
            self.end(one, signal.SIGTERM)
        await asyncio.gather(*self._keepers)

    async def _keep(self, one: BotProcess) -> None:
        while one.wanted:
            self.starts += 1
            await one.begin()
            process = one.process
            assert process
            answering = asyncio.create_task(self._answers(one))
            code = await process.wait()
            answering.cancel()
            self._note_end(one, process.pid, code)
            one.up = one.stopped = False
            if one.wanted:
                await asyncio.sleep(RESTART_SECONDS)

    async def _answers(self, one: BotProcess) -> None:
        while not one.up:
            await asyncio.sleep(0.02)
            one.up = (await self.facts(one, "/livez"))[0] == 200

    def _note_end(self, one: BotProcess, pid: int, code: int) -> None:
        if pid in self._expected:
            self.ended["hard, as its stop took too long" if code == 70 else "by a fault"] += 1
        else:
            self.ended[f"{BY_ITSELF} ({code})" if one.up else f"at its start ({code})"] += 1


def now() -> float:
    return time.monotonic()
