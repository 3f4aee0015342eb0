"""Read the due index, to compare it with the tables."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from redis.asyncio import Redis

from storage.timers import keys
from storage.timers.link import BATCH, Shard, redis_or_unavailable, text

TimerEntries = list[tuple[str, int]]


class TimerView:
    def __init__(self, redis: Redis, shards: Sequence[Shard]) -> None:
        self._redis = redis
        self._shards = shards

    async def pending(self) -> int:
        """Count all steps, claimed ones included."""
        with redis_or_unavailable():
            sets = [key for shard in self._shards for key in (shard.keys.due, shard.keys.leases)]
            return sum([await self._redis.zcard(key) for key in sets])

    async def head(self) -> int | None:
        """Return the earliest due time of the unclaimed steps."""
        heads = [await self._range(shard, "-inf", "+inf", 1) for shard in self._shards]
        return min((due for head in heads for _, due in head), default=None)

    async def epoch(self) -> str | None:
        """Return the token of the rebuild that filled the index; None if a shard was never filled or was wiped."""
        with redis_or_unavailable():
            epochs = {await self._redis.get(shard.keys.epoch) for shard in self._shards}
        only = epochs.pop() if len(epochs) == 1 else None
        return None if only is None else text(only)

    async def scores(self, ids: Iterable[str]) -> dict[str, int | None]:
        """Return when each step is due; None for one that is unknown or claimed."""
        return await self._lookup("due", ids)

    async def leases(self, ids: Iterable[str]) -> dict[str, int | None]:
        """Return until when each step is claimed; None for an unclaimed one."""
        return await self._lookup("leases", ids)

    async def between(self, lo_ms: int, hi_ms: int, limit: int = 10_000) -> TimerEntries:
        """Return the steps due from `lo_ms` to `hi_ms`, both included, earliest first."""
        found = [await self._range(shard, lo_ms, hi_ms, limit) for shard in self._shards]
        return sorted((step for steps in found for step in steps), key=lambda step: step[1])[:limit]

    async def pages(self, size: int = 1_000) -> AsyncIterator[TimerEntries]:
        """Yield all unclaimed steps, page by page, while the index is in use; a few may come twice."""
        for shard in self._shards:
            cursor = 0
            while True:
                with redis_or_unavailable():
                    page: Any = await self._redis.zscan(shard.keys.due, cursor, count=size)
                cursor, found = page
                yield _steps(found)
                if cursor == 0:
                    break

    async def skew_ms(self, now_ms: int) -> int:
        """Return how many ms the Redis server's clock is ahead of `now_ms`."""
        with redis_or_unavailable():
            seconds, micros = await self._redis.time()
        return int(seconds) * 1000 + int(micros) // 1000 - now_ms

    def _by_shard(self, ids: Iterable[str]) -> list[tuple[Shard, list[str]]]:
        parts: list[list[str]] = [[] for _ in self._shards]
        for step in ids:
            parts[keys.shard_of(step, len(parts))].append(step)
        return list(zip(self._shards, parts, strict=True))

    async def _lookup(self, where: str, ids: Iterable[str]) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for shard, steps in self._by_shard(ids):
            for start in range(0, len(steps), BATCH):
                part = steps[start : start + BATCH]
                with redis_or_unavailable():
                    scores = await self._redis.zmscore(getattr(shard.keys, where), part)
                found |= {step: _int(score) for step, score in zip(part, scores, strict=True)}
        return found

    async def _range(self, shard: Shard, lo: int | str, hi: int | str, limit: int) -> TimerEntries:
        with redis_or_unavailable():
            found: Any = await self._redis.zrangebyscore(shard.keys.due, lo, hi, 0, limit, withscores=True)
        return _steps(found)


def _int(score: float | None) -> int | None:
    return None if score is None else int(score)


def _steps(found: Iterable[tuple[str | bytes, float]]) -> TimerEntries:
    return [(text(step), int(due)) for step, due in found]
