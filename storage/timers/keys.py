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


def limit(namespace: str, name: str) -> str:
    """A sliding window: sorted set, message → when it went, ms."""
    return f"{{{namespace}}}:limit:{name}"


def limits_epoch(namespace: str, channel: str) -> str:
    """Gone when Redis was wiped: the windows of this channel have to be filled again."""
    return f"{{{namespace}}}:limits:{channel}"


def access_token(namespace: str, app: str) -> str:
    """String: the access token that all processes share, until it ends."""
    return f"{{{namespace}}}:token:{app}"


def card_update(namespace: str, card: str) -> str:
    """List, for seconds: what a card says now, for whoever has to answer the press of its button."""
    return f"{{{namespace}}}:card:{card}"


def answers(namespace: str, conversation: str) -> str:
    """List, for an hour: addresses that take one answer each in a conversation (WeCom's response_url)."""
    return f"{{{namespace}}}:answers:{conversation}"


def answer(namespace: str, digest: str) -> str:
    """String, for an hour: such an address is known, by its digest."""
    return f"{{{namespace}}}:answer:{digest}"


def alias(namespace: str, uid: str) -> str:
    """String: the other id of a person on the same platform (open id → user id, and back)."""
    return f"{{{namespace}}}:alias:{uid}"
