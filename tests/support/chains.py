"""Stories with a chain of approval of their own: the standard regime, and keys over it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from storage.tables import Request
from tests.support.regime import MONDAY_MORNING, under
from tests.support.story import Story

BOTH = 'approval = [{ by = ["leader", "chief"], needs = "all" }]'
"""The chief and a leader have to sign, in any order."""
SECRECY = """
[[department]]
name = "保密办"
aliases = ["Secrecy Office"]

[[person]]
id = "bai"
name = "白主任"
roles = ["head"]
department = "保密办"

[[person]]
id = "mi"
name = "米干事"
roles = ["liaison"]
department = "保密办"

[[person]]
id = "zhao"
"""
"""A secrecy office with its head and a liaison, before the demonstration's first person."""
WITH_SECRECY = {'\n[[person]]\nid = "zhao"\n': SECRECY}


@asynccontextmanager
async def under_keys(
    keys: str, directory: Path, redis: Redis, regime: str = "standard", **replaced: str
) -> AsyncIterator[Story]:
    """Begin a story under a regime with an institution's own keys over it."""
    async with under(regime, directory, redis, MONDAY_MORNING, **over(keys), **replaced) as story:
        yield story


def over(keys: str) -> dict[str, str]:
    """Return what is replaced in the demonstration's configuration to put keys over its regime."""
    return {"[web]\n": f"[override]\n{keys}\n\n[web]\n"}


async def latest(kind: str = "reply", number: int = 1) -> Request:
    """Return the newest request of a kind."""
    found = await Request.filter(incident_id=number, kind=kind).order_by("-id").first()
    assert found
    return found


async def signed_by(kind: str = "reply") -> list[str]:
    """Return who gave the signatures of the newest request of a kind, step by step."""
    steps = (await latest(kind)).subject["chain"]
    return [given["by"] for step in steps for given in step.get("given", ())]


async def steps_of(kind: str = "reply") -> list[str]:
    """Return the ids of the steps of the newest request of a kind."""
    return [step["id"] for step in (await latest(kind)).subject["chain"]]
