"""Faults of the database and of Redis, each done for real from outside the bot."""

import asyncio
import os
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import cast

import asyncpg
from redis.exceptions import RedisError

from tests.faults.arena import Arena, Fault, fault
from tests.faults.draw import Drawn
from tests.faults.setups import Postgres, Sqlite, client

CUT = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'huiyin'"
)
SMALL = 8192
"""Bytes beyond which no file of a bot may grow while its limit is set."""


async def locked(arena: Arena, drawn: Drawn, _dice: random.Random) -> str:
    setup = cast("Sqlite", arena.setup)
    async with arena.database:
        held = setup.locked()
        try:
            await asyncio.to_thread(held.__enter__)
        except Exception as error:
            return f"not locked: {type(error).__name__}"
        await asyncio.sleep(drawn.lasts)
        held.__exit__(None, None, None)
    return "huiyin.db"


async def disk_full(arena: Arena, drawn: Drawn, _dice: random.Random) -> str:
    setup = cast("Sqlite", arena.setup)
    async with arena.database:
        await asyncio.to_thread(setup.fill)
        await asyncio.sleep(drawn.lasts)
        setup.drain()
    return "var"


async def files_may_not_grow(arena: Arena, drawn: Drawn, _dice: random.Random) -> str:
    """Limit the size of every file of the bots, the log among them."""
    async with arena.process, arena.database:
        pids = [one.process.pid for one in arena.processes.all if one.process and one.alive]
        with _limited(pids):
            await asyncio.sleep(drawn.lasts)
    return "database and log"


@contextmanager
def _limited(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def connections_terminated(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    setup = cast("Postgres", arena.setup)
    async with arena.database:
        other = await asyncpg.connect(setup.server.url.rpartition("/")[0] + "/postgres", timeout=5.0)
        await other.fetchval(CUT)
        await other.close()
    return "all connections"


async def postgres_restarted(arena: Arena, drawn: Drawn, dice: random.Random) -> str:
    setup, mode = cast("Postgres", arena.setup), dice.choice(("fast", "immediate"))
    async with arena.database:
        await asyncio.to_thread(setup.server.stop, mode)
        await asyncio.sleep(drawn.lasts)
        await asyncio.to_thread(setup.server.start)
    return mode


async def postgres_hangs(arena: Arena, drawn: Drawn, _dice: random.Random) -> str:
    setup = cast("Postgres", arena.setup)
    async with arena.database:
        pids = setup.backends()
        _send(pids, SIGSTOP)
        try:
            await asyncio.sleep(drawn.lasts)
        finally:
            _send(pids, SIGCONT)
    return f"{len(pids)} processes"


def _send(pids: list[int], name: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, name)


async def redis_killed(arena: Arena, drawn: Drawn, _dice: random.Random) -> str:
    async with arena.redis:
        with suppress(ProcessLookupError, OSError, ValueError):
            os.kill(arena.setup.redis_pid(), SIGKILL)
        await asyncio.sleep(drawn.lasts)
        await arena.setup.revive_redis()
    return "server"


async def redis_hangs(arena: Arena, drawn: Drawn, _dice: random.Random) -> str:
    async with arena.redis:
        with suppress(ProcessLookupError, OSError, ValueError):
            pid = arena.setup.redis_pid()
            os.kill(pid, SIGSTOP)
            await asyncio.sleep(drawn.lasts)
            os.kill(pid, SIGCONT)
    return "server"


async def redis_wiped(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    return await _tell_redis(arena, "FLUSHALL")


async def redis_connections_killed(arena: Arena, _drawn: Drawn, _dice: random.Random) -> str:
    return await _tell_redis(arena, "CLIENT", "KILL", "TYPE", "normal")


async def _tell_redis(arena: Arena, *command: str) -> str:
    async with arena.redis:
        try:
            redis = client(arena.setup)
            await redis.execute_command(*command)  # type: ignore[no-untyped-call]
            await redis.aclose()
        except (RedisError, OSError, ValueError):
            return "nothing: it was away"
    return "all keys" if command[0] == "FLUSHALL" else "all connections"


REDIS = (
    fault("redis killed", 4, redis_killed, 0.1, 3.0),
    fault("redis wiped", 4, redis_wiped),
    fault("redis hangs", 3, redis_hangs, 0.5, 5.0),
    fault("redis connections killed", 3, redis_connections_killed),
)
SQLITE = (
    fault("database locked", 6, locked, 0.3, 4.0),
    fault("disk full", 4, disk_full, 0.3, 3.0),
    fault("files may not grow", 3, files_may_not_grow, 0.3, 3.0),
)
POSTGRES = (
    fault("connections terminated", 8, connections_terminated),
    fault("postgres restarted", 4, postgres_restarted, 0.1, 3.0),
    fault("postgres hangs", 4, postgres_hangs, 0.5, 4.0),
)


def storage_faults(arena: Arena) -> tuple[list[Fault], dict[str, str]]:
    """Return the faults that can be caused here, and why others cannot, by their names."""
    if isinstance(arena.setup, Postgres):
        found = [*POSTGRES, *REDIS]
        return found, {} if arena.setup.pooler else {"pgbouncer": "not installed: apt-get install pgbouncer"}
    setup = cast("Sqlite", arena.setup)
    kept = [one for one in SQLITE if setup.small_disk or one.kind.name != "disk full"]
    skipped = {} if setup.small_disk else {"disk full": "only root can mount a small file system"}
    return [*kept, *REDIS], skipped
