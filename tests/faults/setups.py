"""The two set-ups: SQLite with the embedded Valkey, and PostgreSQL with Redis. What can be done to their storage."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import Any, Protocol

import asyncpg
from redis.asyncio import Redis

from tests.support.servers import PostgresServer, RedisServer, pgbouncer, postgres_server, redis_server

Rows = list[tuple[Any, ...]]
TMPFS = "size=160m,mode=0700"


class Setup(Protocol):
    """Where a run's data are. `processes` is how many bots run, `stream` DingTalk's mode."""

    name: str
    processes: int
    stream: bool
    pooler: str | None

    @property
    def database(self) -> str: ...
    @property
    def redis(self) -> str: ...
    async def rows(self, query: str) -> Rows:
        """Return a query's rows; raise an error of the driver while the database is away."""
        ...

    def redis_pid(self) -> int: ...
    def redis_url(self) -> str: ...
    async def revive_redis(self) -> None:
        """Start Redis again after it was killed, unless the bot does so itself."""
        ...


@dataclass
class Sqlite:
    """SQLite and the embedded Valkey below `home/var`, on a small file system of their own if we may mount one."""

    home: Path
    small_disk: bool = False
    pooler: str | None = None
    name: str = "SQLite + embedded Valkey"
    redis: str = "embedded"
    processes: int = 1
    stream: bool = True

    @property
    def var(self) -> Path:
        return self.home / "var"

    @property
    def file(self) -> Path:
        return self.var / "huiyin.db"

    @property
    def database(self) -> str:
        return f"sqlite:///{self.file}"

    async def rows(self, query: str) -> Rows:
        return await asyncio.to_thread(self._rows, query)

    def _rows(self, query: str) -> Rows:
        connection = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=1.0)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def redis_pid(self) -> int:
        return int((self.var / "valkey" / "valkey.pid").read_text(encoding="utf-8"))

    def redis_url(self) -> str:
        return "unix://" + (self.var / "valkey" / "valkey.socket").read_text(encoding="utf-8")

    async def revive_redis(self) -> None:
        return

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the database's write lock from this process."""
        connection = sqlite3.connect(self.file, timeout=5.0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    def fill(self) -> None:
        """Fill the small file system to its last byte."""
        filler = os.open(self.var / "filler", os.O_CREAT | os.O_WRONLY)
        with suppress(OSError):
            while True:
                os.write(filler, b"\0" * 65536)
        with suppress(OSError):
            while True:
                os.write(filler, b"\0")
        os.close(filler)

    def drain(self) -> None:
        (self.var / "filler").unlink(missing_ok=True)


@dataclass
class Postgres:
    """PostgreSQL and Redis of Debian; two bots share them. Every second one is behind a pooler, where there is one."""

    home: Path
    server: PostgresServer
    cache: RedisServer
    pooler: str | None
    name: str = "PostgreSQL + Redis"
    processes: int = 2
    stream: bool = False

    @property
    def database(self) -> str:
        return self.server.url

    @property
    def redis(self) -> str:
        return self.cache.url

    async def rows(self, query: str) -> Rows:
        connection = await asyncpg.connect(self.server.url, timeout=2.0, command_timeout=5.0)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close(timeout=2.0)

    def redis_pid(self) -> int:
        assert self.cache.process
        return self.cache.process.pid

    def redis_url(self) -> str:
        return self.cache.url

    async def revive_redis(self) -> None:
        await asyncio.to_thread(self._revive)

    def _revive(self) -> None:
        self.cache.stop(SIGKILL)
        self.cache.start()

    def backends(self) -> list[int]:
        """Return the pids of the server and its children."""
        found = subprocess.run(["pgrep", "-P", str(self.server.pid)], capture_output=True, text=True, check=False)
        return [self.server.pid, *map(int, found.stdout.split())]


@asynccontextmanager
async def sqlite_setup(home: Path) -> AsyncIterator[Sqlite]:
    setup = Sqlite(home)
    setup.var.mkdir(mode=0o700)
    setup.small_disk = os.geteuid() == 0 and _quiet("mount", "-t", "tmpfs", "-o", TMPFS, "tmpfs", setup.var)
    try:
        yield setup
    finally:
        await _stop_valkey(setup)
        if setup.small_disk:
            shutil.copytree(setup.var, home / "kept", ignore=shutil.ignore_patterns("filler", "valkey.sock"))
            _quiet("umount", "--lazy", setup.var)


async def _stop_valkey(setup: Sqlite) -> None:
    """End the Valkey that a killed bot left behind."""
    with suppress(OSError, ValueError):
        os.kill(setup.redis_pid(), SIGKILL)


@asynccontextmanager
async def postgres_setup(home: Path) -> AsyncIterator[Postgres]:
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        cache = stack.enter_context(redis_server())
        pooler = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
        behind = stack.enter_context(pgbouncer(server.url, connections=10)) if pooler else None
        yield Postgres(home, server, cache, behind)


def _quiet(*command: object) -> bool:
    return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0


def client(setup: Setup) -> Redis:
    return Redis.from_url(setup.redis_url(), decode_responses=True, socket_timeout=2.0)
