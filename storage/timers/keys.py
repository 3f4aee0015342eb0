"""All keys and channels that Huiyin uses in Redis. No other module spells one.

The keys of a shard share one hash tag, as in `{huiyin:0}:due`, so that one script may use them on a Redis Cluster.
"""

from dataclasses import dataclass
from zlib import crc32

NAMESPACE = "huiyin"


@dataclass(frozen=True, slots=True)
class ShardKeys:
    due: str  # sorted set: step → when it is due, ms
    leases: str  # sorted set: claimed step → when the claim ends, ms
    seen: str  # set, only during a rebuild: steps already set by the tables or a newer call
    epoch: str  # string: token of the rebuild that filled this shard; absent after Redis was wiped


def shard_keys(namespace: str, shard: int) -> ShardKeys:
    tag = f"{{{namespace}:{shard}}}"
    return ShardKeys(f"{tag}:due", f"{tag}:leases", f"{tag}:seen", f"{tag}:epoch")


def step_id(incident: int, duty: int) -> str:
    return f"{incident}:{duty}"


def duty_of(step: str) -> int:
    """Return the duty's id from a step's name."""
    return int(step.partition(":")[2])


def shard_of(step: str, shards: int) -> int:
    """Return the shard of a step: all steps of one incident are on one shard."""
    if shards == 1:
        return 0
    return crc32(step.partition(":")[0].encode()) % shards


def lock(namespace: str, name: str) -> str:
    return f"{{{namespace}}}:lock:{name}"


def turn(namespace: str, name: str) -> str:
    return f"{{{namespace}}}:turn:{name}"


def nudges(namespace: str) -> str:
    """Channel: the earliest due time became earlier, look again."""
    return f"{{{namespace}}}:nudges"


def limit(namespace: str, name: str) -> str:
    """Sorted set: a sliding window, message → when it was sent, ms."""
    return f"{{{namespace}}}:limit:{name}"


def limits_epoch(namespace: str, channel: str) -> str:
    """String: absent after Redis was wiped, when this channel's windows have to be filled again."""
    return f"{{{namespace}}}:limits:{channel}"


def access_token(namespace: str, app: str) -> str:
    """String: the access token that all processes share until it expires."""
    return f"{{{namespace}}}:token:{app}"


def card_update(namespace: str, card: str) -> str:
    """List, for seconds: what a card says now, for the process that answers the press of its button."""
    return f"{{{namespace}}}:card:{card}"


def answers(namespace: str, conversation: str) -> str:
    """List, for an hour: addresses that accept one answer each in a conversation (WeCom's response_url)."""
    return f"{{{namespace}}}:answers:{conversation}"


def answer(namespace: str, digest: str) -> str:
    """String, for an hour: marks such an address, by its digest, as known."""
    return f"{{{namespace}}}:answer:{digest}"


def alias(namespace: str, uid: str) -> str:
    """String: the other id of a person on the same platform (open id → user id, and back)."""
    return f"{{{namespace}}}:alias:{uid}"
