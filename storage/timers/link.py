"""The timers' calls of Redis: the scripts, and one error for every failure."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisClusterException, RedisError

from storage.timers import keys

REDIS_ERRORS = (RedisError, RedisClusterException, OSError)
"""What a call raises if Redis does not answer or refuses to write."""
BATCH = 2_000  # steps per script call: Lua's unpack is limited to 8,000 values, and a call blocks other clients


class TimersUnavailable(ConnectionError):
    """Redis does not answer, or refuses to write: sweep the tables instead."""


@contextmanager
def redis_or_unavailable() -> Iterator[None]:
    try:
        yield
    except REDIS_ERRORS as error:
        if isinstance(error, TimersUnavailable):
            raise
        raise TimersUnavailable(f"{type(error).__name__}: {error}") from error


def text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def packed(pairs: Iterable[tuple[str, int | str]]) -> str:
    """Join pairs into one argument: Lua splits it faster than redis-py writes two short arguments for each step."""
    return " ".join([f"{step} {value}" for step, value in pairs])


@dataclass(frozen=True, slots=True)
class Shard:
    keys: keys.ShardKeys
    redis: Redis
    scripts: "Scripts"

    async def schedule(self, channel: str, changes: Iterable[tuple[str, int | None]]) -> None:
        named = packed((step, "-" if due is None else due) for step, due in changes)
        key = self.keys
        await self.scripts.schedule(keys=[key.due, key.leases, key.seen], args=[channel, named])

    async def tick(self, now_ms: int, lease_ms: int, limit: int, done: Iterable[tuple[str, int]]) -> Any:
        key = self.keys
        names = [key.due, key.leases, key.seen, key.epoch]
        return await self.scripts.tick(keys=names, args=[now_ms, lease_ms, limit, packed(done)])

    async def rebuild(self, piece: str, token: str, *args: str | int) -> Any:
        key = self.keys
        names = [key.due, key.leases, key.seen, key.epoch]
        return await self.scripts.rebuild(keys=names, args=[piece, token, *args])


class Scripts:
    def __init__(self, redis: Redis) -> None:
        def load(name: str) -> Any:
            return redis.register_script(Path(__file__).with_name(f"{name}.lua").read_text(encoding="utf-8"))

        self.schedule, self.tick, self.rebuild = load("schedule"), load("tick"), load("rebuild")


def open_shards(redis: Redis, namespace: str, count: int) -> list[Shard]:
    scripts = Scripts(redis)
    return [Shard(keys.shard_keys(namespace, number), redis, scripts) for number in range(count)]
