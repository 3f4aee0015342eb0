"""The due index in Redis: which step of which duty is due when. It only wakes the bot; the rows decide.

A step is named "12:57" (incident 12, duty 57); times are milliseconds since 1970, and `now` comes from the caller.
Everything here may be wiped: `rebuild` fills it from the tables. Every failure raises `TimersUnavailable`.
"""

import asyncio
from collections.abc import AsyncIterable, Coroutine, Iterable, Mapping, Sequence
from typing import NamedTuple

from redis.asyncio import Redis

from storage.timers import keys
from storage.timers.client import connect
from storage.timers.gather import Changes, Gatherer
from storage.timers.link import BATCH, Shard, TimersUnavailable, open_shards, redis_or_unavailable, text
from storage.timers.nudges import Nudges
from storage.timers.rebuild import Rebuild, RebuildInterrupted, Rebuilt
from storage.timers.view import TimerView

__all__ = ["Claim", "RebuildInterrupted", "Rebuilt", "Tick", "Timers", "TimersUnavailable", "connect"]


class Claim(NamedTuple):
    id: str
    due_ms: int  # may be later than in the row after an expired lease: the row decides


class Tick(NamedTuple):
    claimed: list[Claim]
    next_ms: int | None  # the earliest due time or end of a lease
    returned: int  # leases that expired without acknowledgement
    epoch: str | None  # None: Redis was wiped, rebuild


class Timers(TimerView):
    def __init__(
        self, redis: Redis, *, namespace: str = keys.NAMESPACE, shards: int = 1, lease_ms: int = 10_000
    ) -> None:
        super().__init__(redis, open_shards(redis, namespace, shards))
        self._namespace = namespace
        self._lease_ms = lease_ms
        self._held: dict[str, int] = {}  # claims of this process: step → end of its lease, ms
        self._gatherer = Gatherer(self._send)
        self._nudges = Nudges(redis, keys.nudges(namespace))

    async def aclose(self) -> None:
        """Wait for the last call and stop listening. The caller closes the client."""
        await self._gatherer.aclose()
        await self._nudges.aclose()

    async def schedule(self, steps: Iterable[tuple[str, int]]) -> None:
        """Set or move steps. A claimed step becomes due again, so call this before acknowledging it."""
        await self._gatherer.put(dict(steps))

    async def cancel(self, ids: Iterable[str]) -> None:
        await self._gatherer.put(dict.fromkeys(ids))

    async def change(self, steps: Mapping[str, int | None]) -> None:
        """Schedule and cancel in one call: a due time in ms, or None to cancel the step."""
        await self._gatherer.put(steps)

    async def _send(self, changes: Changes) -> None:
        channel = keys.nudges(self._namespace)
        for shard, steps in self._by_shard(changes):
            for start in range(0, len(steps), BATCH):
                part = [(step, changes[step]) for step in steps[start : start + BATCH]]
                with redis_or_unavailable():
                    await shard.schedule(channel, part)

    async def tick(self, now_ms: int, done: Iterable[str] = (), limit: int = 256) -> Tick:
        """Acknowledge `done`, claim due steps until now + lease, and return when to look next.

        `limit` is divided among the shards. Only claims that this process still holds are acknowledged.
        """
        held = {step: self._held[step] for step in done if step in self._held}
        share = limit and max(1, min(limit, BATCH) // len(self._shards))
        ticks = [
            self._tick(shard, now_ms, [(step, held[step]) for step in steps], share)
            for shard, steps in self._by_shard(held)
        ]
        ticked = _merged(await _all(ticks))
        self._forget(now_ms, held)
        self._held |= dict.fromkeys([claim.id for claim in ticked.claimed], now_ms + self._lease_ms)
        return ticked

    async def _tick(self, shard: Shard, now_ms: int, held: Sequence[tuple[str, int]], share: int) -> Tick:
        """Tick one shard. `held` are the steps to acknowledge, with the ends of their leases when the tick began."""
        with redis_or_unavailable():
            flat, next_ms, returned, epoch = await shard.tick(now_ms, self._lease_ms, share, held)
        claimed = [Claim(text(step), int(due)) for step, due in zip(flat[::2], flat[1::2], strict=True)]
        return Tick(claimed, next_ms and int(next_ms), returned, epoch and text(epoch))

    def _forget(self, now_ms: int, done: Iterable[str]) -> None:
        for step in done:
            self._held.pop(step, None)
        while self._held and next(iter(self._held.values())) <= now_ms:
            del self._held[next(iter(self._held))]

    async def wait(self, timeout_s: float) -> bool:
        """Return True as soon as an earlier step may have been scheduled, False after the time-out; never raise.

        The first call, and the first after a lost connection, returns True at once: nudges before it were missed.
        """
        return await self._nudges.wait(timeout_s)

    async def take_turn(self, what: str, hold_ms: int) -> bool:
        """Return True for one process in every `hold_ms`, so that a task of all processes runs once."""
        with redis_or_unavailable():
            return bool(await self._redis.set(keys.turn(self._namespace, what), "1", nx=True, px=hold_ms))

    async def rebuild(self, batches: AsyncIterable[Sequence[tuple[str, int]]]) -> Rebuilt | None:
        """Make the index equal to `batches`, all pending steps of the tables, while it stays in use.

        Return None if another process is rebuilding. Changes that are made meanwhile win over the rows.
        """
        return await Rebuild(self._redis, self._namespace, self._shards).run(batches)


async def _all(ticks: Sequence[Coroutine[None, None, Tick]]) -> list[Tick]:
    if len(ticks) == 1:
        return [await ticks[0]]
    answers = await asyncio.gather(*ticks, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if isinstance(answer, Tick)]


def _merged(ticks: Sequence[Tick]) -> Tick:
    if len(ticks) == 1:
        return ticks[0]
    claimed = sorted((claim for tick in ticks for claim in tick.claimed), key=lambda claim: claim.due_ms)
    epochs = {tick.epoch for tick in ticks}
    return Tick(
        claimed,
        min((tick.next_ms for tick in ticks if tick.next_ms is not None), default=None),
        sum(tick.returned for tick in ticks),
        epochs.pop() if len(epochs) == 1 else None,
    )
