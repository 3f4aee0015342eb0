"""Which process holds a connection that only one may hold: a key in Redis that its owner renews, or that expires."""

from enum import Enum
from uuid import uuid4

from redis.asyncio import Redis

from storage.process_mark import is_dead, own_mark
from storage.timers.link import REDIS_ERRORS

# Renew or release the lease only if this process still owns it: another may have taken it over.
_RENEW = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""
_INHERIT = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class LeaseState(Enum):
    OURS = "ours"
    ANOTHERS = "another's"
    UNKNOWN = "unknown"  # this process cannot reach Redis: once its lease has run out, another that can may take it


class Lease:
    """A lease on `key` (see `storage.timers.keys`) that lasts `seconds` unless it is renewed.

    The lease of a killed process is taken over at once by the next process on the same machine. An owner that alone
    has lost Redis does not learn that another has taken its lease: what the lease guards must have a second guard.
    """

    def __init__(self, redis: Redis, key: str, seconds: float) -> None:
        self._redis, self._key = redis, key
        self._lasts_ms = int(seconds * 1000)
        self._mark = f"{own_mark()}:{uuid4().hex}"
        self._inheriting = redis.register_script(_INHERIT)
        self._renewing = redis.register_script(_RENEW)
        self._releasing = redis.register_script(_RELEASE)

    async def take(self) -> LeaseState:
        """Take the lease if it is free, renew it if this process owns it; return its state."""
        try:
            if int(await self._renewing(keys=[self._key], args=[self._mark, self._lasts_ms])):
                return LeaseState.OURS
            if await self._redis.set(self._key, self._mark, nx=True, px=self._lasts_ms):
                return LeaseState.OURS
            owner = await self._redis.get(self._key)
            owner = owner.decode() if isinstance(owner, bytes) else owner or ""
            inherited = is_dead(owner) and await self._inheriting(
                keys=[self._key], args=[owner, self._mark, self._lasts_ms]
            )
        except REDIS_ERRORS:
            return LeaseState.UNKNOWN
        return LeaseState.OURS if inherited else LeaseState.ANOTHERS

    async def release(self) -> None:
        try:
            await self._releasing(keys=[self._key], args=[self._mark])
        except REDIS_ERRORS:
            return  # it expires
