"""Rebuild the due index from the tables while it is in use, by one process at a time.

The index is never emptied, and steps can be claimed meanwhile. The set `seen` of each shard contains the steps that are
up to date: from a row of the tables, or from a call made since the rows were read, which is newer than they are. At
the end the steps that were not seen are removed.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from storage.timers import keys
from storage.timers.link import BATCH, Shard, TimersUnavailable, packed, redis_or_unavailable

OWNED_MS = 60_000  # how long the lock and `seen` outlive a batch of rows at most

IF_OURS = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
RELEASE = IF_OURS + "return redis.call('DEL', KEYS[1])"
EXTEND = IF_OURS + "return redis.call('PEXPIRE', KEYS[1], ARGV[2])"


class RebuildInterrupted(TimersUnavailable):
    """Redis was wiped, or another process began a rebuild: begin again."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    epoch: str
    steps: int  # steps read from the tables
    removed: int  # entries of the index that the tables do not have


class Rebuild:
    def __init__(self, redis: Redis, namespace: str, shards: Sequence[Shard]) -> None:
        self._redis = redis
        self._shards = shards
        self._lock = keys.lock(namespace, "rebuild")
        self._channel = keys.nudges(namespace)
        self._token = uuid.uuid4().hex

    async def run(self, batches: AsyncIterable[Sequence[tuple[str, int]]]) -> Rebuilt | None:
        async with self._locked() as owned:
            if not owned:
                return None
            await self._begin()
            return Rebuilt(self._token, await self._put_all(batches), await self._finish())

    async def _put_all(self, batches: AsyncIterable[Sequence[tuple[str, int]]]) -> int:
        steps, put = 0, None
        try:
            async for batch in batches:  # read the next rows while Redis stores the ones before
                steps += len(batch)
                if put:
                    await put
                put = asyncio.create_task(self._put(batch))
            if put:
                await put
        finally:
            if put and not put.done():
                put.cancel()
                await asyncio.wait([put])
            if isinstance(batches, AsyncGenerator):
                await batches.aclose()  # close it now, not at garbage collection: it reads from a database
        return steps

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[bool]:
        with redis_or_unavailable():
            owned = bool(await self._redis.set(self._lock, self._token, nx=True, px=OWNED_MS))
        try:
            yield owned
        finally:
            with redis_or_unavailable():
                await self._redis.eval(RELEASE, 1, self._lock, self._token)

    async def _begin(self) -> None:
        for shard in self._shards:
            with redis_or_unavailable():
                async with self._redis.pipeline(transaction=True) as pipe:
                    pipe.delete(shard.keys.seen)
                    pipe.sadd(shard.keys.seen, self._token)
                    pipe.pexpire(shard.keys.seen, OWNED_MS)
                    await pipe.execute()

    async def _put(self, batch: Sequence[tuple[str, int]]) -> None:
        with redis_or_unavailable():
            await self._redis.eval(EXTEND, 1, self._lock, self._token, OWNED_MS)
        for number, shard in enumerate(self._shards):
            alone = len(self._shards) == 1
            mine = batch if alone else [s for s in batch if keys.shard_of(s[0], len(self._shards)) == number]
            for start in range(0, max(len(mine), 1), BATCH):
                named = packed(mine[start : start + BATCH])
                await self._piece(shard, "put", OWNED_MS, self._channel, named)

    async def _finish(self) -> int:
        removed = 0
        for shard in self._shards:
            removed += await self._sweep(shard, "due") + await self._sweep(shard, "leases")
            await self._piece(shard, "finish")
        return removed

    async def _sweep(self, shard: Shard, of: str) -> int:
        cursor, removed = 0, 0
        while True:
            next_cursor, swept = await self._piece(shard, "sweep", cursor, of)
            cursor, removed = int(next_cursor), removed + swept
            if cursor == 0:
                return removed

    async def _piece(self, shard: Shard, piece: str, *args: str | int) -> list[int]:
        with redis_or_unavailable():
            answer = await shard.rebuild(piece, self._token, *args)
        if answer == -1:
            raise RebuildInterrupted(f"the rebuild of {shard.keys.due} lost its place")
        return answer if isinstance(answer, list) else [answer]
