"""Every key and channel that Huiyin uses in Redis, and nothing else may spell one.

The keys of a shard share one hash tag, `{huiyin:0}:due`: on a Redis Cluster one script may touch them all.
"""

from dataclasses import dataclass
from zlib import crc32

NAMESPACE = "huiyin"


@dataclass(frozen=True, slots=True)
class ShardKeys:
    due: str  # sorted set: step → when it is due, ms
    leases: str  # sorted set: claimed step → when the claim ends, ms
    seen: str  # set, only during a rebuild: what the tables or a newer call have settled
    epoch: str  # string: which rebuild filled this shard; gone when Redis was wiped


def shard_keys(namespace: str, shard: int) -> ShardKeys:
    tag = f"{{{namespace}:{shard}}}"
    return ShardKeys(f"{tag}:due", f"{tag}:leases", f"{tag}:seen", f"{tag}:epoch")


def step_id(incident: int, duty: int) -> str:
    return f"{incident}:{duty}"


def duty_of(step: str) -> int:
    """The duty that a step's name says."""
    return int(step.partition(":")[2])


def shard_of(step: str, shards: int) -> int:
    """All steps of one incident live on one shard."""
    if shards == 1:
        return 0
    return crc32(step.partition(":")[0].encode()) % shards


def lock(namespace: str, name: str) -> str:
    return f"{{{namespace}}}:lock:{name}"


def turn(namespace: str, name: str) -> str:
    return f"{{{namespace}}}:turn:{name}"


def nudges(namespace: str) -> str:
    """The channel that says: the earliest due time became earlier, look again."""
    return f"{{{namespace}}}:nudges"
