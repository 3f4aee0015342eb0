"""Rate limits of the platforms, kept exactly by all processes together: sliding windows in Redis.

A message takes a place before it is sent and is settled when the platform has answered, so that no window at the
platform contains too many, even if the request was slow. Lost windows are filled again from the outbox. Without Redis
each process uses half of each limit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis

from storage.tables import from_ms, to_ms
from storage.timers import keys
from storage.timers.link import REDIS_ERRORS

IN_FLIGHT_MS, ASIDE_IN_FLIGHT_MS = 40_000, 280_000
"""Longer than a message may take, and one that is sent aside, such as a large file.

The place of a killed sender becomes free that much later.
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages in any `per_seconds`; `key` names the target for all processes."""

    key: str
    count: int
    per_seconds: float

    @property
    def window_ms(self) -> int:
        """The length of the window with a margin of 5 %, at most 0.5 s: the platform's clock may differ."""
        return round(self.per_seconds * 1000 + min(500.0, self.per_seconds * 50))


class Place(NamedTuple):
    """A message that was sent: its name, the limits that it counts against, and the time of sending."""

    member: str
    limits: Sequence[Limit]
    at: datetime


Recent = Callable[[datetime], Awaitable[Iterable[Place]]]
"""Returns what was sent since a moment or may be under way."""


Windows = dict[str, dict[str, int]]
"""What counts against each limit, by its key: the time (ms) of each message."""


class Limits:
    """The windows of one channel. `redis` is None where there is no Redis at all."""

    def __init__(self, redis: Redis | None, channel: str, recent: Recent, namespace: str = keys.NAMESPACE) -> None:
        self._redis = redis
        script = Path(__file__).with_name("rate_limits.lua").read_text(encoding="utf-8")
        self._take = redis.register_script(script) if redis else None
        self._epoch = keys.limits_epoch(namespace, channel)
        self._namespace = namespace
        self._recent = recent
        self._own: Windows | None = None  # the windows of this process while Redis is unreachable
        self._reading = asyncio.Lock()

    async def take(self, member: str, limits: Sequence[Limit], now: datetime, *, aside: bool = False) -> float:
        """Take a place for a message. Return 0.0, or, if there is none, the seconds to wait before trying again.

        `aside` if it may be under way for as long as a large file.
        """
        if not limits:
            return 0.0
        flight = ASIDE_IN_FLIGHT_MS if aside else IN_FLIGHT_MS
        try:
            if self._redis is not None:
                return await self._shared(member, limits, now, flight)
        except REDIS_ERRORS:
            pass
        return await self._alone(member, limits, to_ms(now), flight)

    async def settle(self, member: str, limits: Sequence[Limit], now: datetime) -> None:
        """Record the platform's answer at `now`, the latest moment at which the message can have arrived."""
        if self._own is not None:
            for limit in limits:
                self._own.setdefault(limit.key, {})[member] = to_ms(now)
        elif self._redis is not None and limits:
            try:
                async with self._redis.pipeline(transaction=False) as pipe:
                    for limit in limits:
                        pipe.zadd(self._key(limit), {member: to_ms(now)})
                        pipe.pexpire(self._key(limit), _kept_ms(limit))
                    await pipe.execute()
            except REDIS_ERRORS:
                return  # it counts as in flight until that time is over

    async def _shared(self, member: str, limits: Sequence[Limit], now: datetime, flight: int) -> float:
        assert self._take is not None  # noqa: S101 - the script exists if Redis does
        if self._own is not None:
            await self._fill(now)
        numbers = [number for limit in limits for number in (limit.count, limit.window_ms)]
        arguments: list[int | str] = [to_ms(now), flight, ASIDE_IN_FLIGHT_MS, member, *numbers]
        names = [self._epoch, *(self._key(limit) for limit in limits)]
        wait = int(await self._take(keys=names, args=arguments))
        if wait < 0:
            await self._fill(now)
            wait = int(await self._take(keys=names, args=arguments))
        return max(wait, 0) / 1000

    async def _fill(self, now: datetime) -> None:
        """Fill the windows in Redis from the tables, after it was wiped or unreachable."""
        assert self._redis is not None  # noqa: S101 - called with a Redis only
        places = await self._recent(now - timedelta(hours=1))
        async with self._redis.pipeline(transaction=False) as pipe:
            for place in places:
                for limit in place.limits:
                    pipe.zadd(self._key(limit), {place.member: to_ms(place.at)}, nx=True)
                    pipe.pexpire(self._key(limit), _kept_ms(limit))
            pipe.set(self._epoch, to_ms(now))
            await pipe.execute()
        self._own = None

    async def _alone(self, member: str, limits: Sequence[Limit], now_ms: int, flight: int) -> float:
        """Take a place by this process's own windows, with half of each limit: other processes may be sending too."""
        own = await self._windows(from_ms(now_ms))
        waits = [_wait(own.setdefault(limit.key, {}), limit, now_ms) for limit in limits]
        if not any(waits):
            for limit in limits:
                own[limit.key][member] = now_ms + flight
        return max(waits) / 1000

    async def _windows(self, now: datetime) -> Windows:
        """Return this process's own windows, filled from the tables when Redis became unreachable."""
        async with self._reading:
            if self._own is None:
                own: Windows = {}
                for place in await self._recent(now - timedelta(hours=1)):
                    for limit in place.limits:
                        own.setdefault(limit.key, {})[place.member] = to_ms(place.at)
                self._own = own
            return self._own

    def _key(self, limit: Limit) -> str:
        return keys.limit(self._namespace, limit.key)


def _kept_ms(limit: Limit) -> int:
    """Return how long a window is kept after its last change: it may contain what is under way."""
    return limit.window_ms + ASIDE_IN_FLIGHT_MS


def _wait(window: dict[str, int], limit: Limit, now_ms: int) -> int:
    """Return how long (ms) to wait for room in a window, after forgetting what counts no more."""
    for member in [one for one, at in window.items() if at <= now_ms - limit.window_ms]:
        del window[member]
    over = len(window) - max(limit.count // 2, 1)
    return 0 if over < 0 else min(sorted(window.values())[over], now_ms) + limit.window_ms - now_ms
