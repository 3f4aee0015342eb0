"""The client of Redis: short times, few tries; a server that hangs is asked once in a while and not by every call."""

from collections.abc import Awaitable
from time import monotonic
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as NoAnswer

T = TypeVar("T")
ANSWER_SECONDS = 2.0
"""How long a call waits. A fork of a large server can hold it up for a second."""
AWAY_SECONDS = 5.0
"""How long calls fail at once after one that waited in vain."""
BLOCKED_SECONDS = 0.5
"""How long one call may wait on the server for something to come: far below ANSWER_SECONDS, or it looked hung."""
LEAST_BLOCKED = 0.01
"""Seconds. A server that is told to wait for nothing waits for ever."""


class Patience:
    """What all calls of a client know of the last one that waited in vain."""

    def __init__(self) -> None:
        self._away_until = 0.0

    async def spend(self, call: Awaitable[T]) -> T:
        try:
            return await call
        except NoAnswer:
            self._away_until = monotonic() + AWAY_SECONDS
            raise

    def check(self) -> None:
        """Raise the client's error of a call without an answer if the server hung a moment ago."""
        if monotonic() < self._away_until:
            raise NoAnswer("Redis hung a moment ago and is not asked yet")


class ImpatientRedis(Redis):
    """A client whose calls fail at once for a while after one of them got no answer."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.patience = Patience()

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        self.patience.check()
        return await self.patience.spend(super().execute_command(*args, **options))  # type: ignore[no-untyped-call]

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        pipe = ImpatientPipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        pipe.patience = self.patience
        return pipe


class ImpatientPipeline(Pipeline):
    patience: Patience

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        self.patience.check()
        found: list[Any] = await self.patience.spend(super().execute(raise_on_error))
        return found


async def pop_within(redis: Redis, key: str, seconds: float) -> str | None:
    """Return the first entry of a list, as soon as there is one, and remove it; None if none comes in time."""
    end = monotonic() + seconds
    while (left := end - monotonic()) > 0:
        found: Any = await redis.blpop([key], timeout=max(min(left, BLOCKED_SECONDS), LEAST_BLOCKED))
        if found:
            return found[1].decode() if isinstance(found[1], bytes) else str(found[1])
    return None


def connect(address: str) -> Redis:
    """Return a client with few retries: with redis-py's default of ten, a dead server is noticed only after seconds.

    Raise ValueError for an address that names no single Redis server.
    """
    return ImpatientRedis.from_url(
        address,
        decode_responses=True,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(ConstantBackoff(0.02), 2, supported_errors=(Disconnected,)),
        driver_info=None,  # the server needs no name of the library: two commands less for each connection
    )
