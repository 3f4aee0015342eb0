"""A Redis that hangs costs one short wait, not one for every message; afterwards it is used again.

A call that waits for something to come is no sign of that.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from time import monotonic

import pytest
from redis.exceptions import RedisError

from bot.channels.wecom import inbound
from bot.channels.wecom.inbound import Identities, InboundMessages
from storage.timers import client, embedded
from storage.timers.embedded import EmbeddedValkey
from storage.timers.keys import NAMESPACE, card_update
from storage.timers.rate_limits import Limit, Limits
from storage.timers.timers import Timers, TimersUnavailable, connect
from tests.support.story import MONDAY

NOW = 1_764_000_000_000


@pytest.fixture
async def hanging(tmp_path: Path) -> AsyncIterator[EmbeddedValkey]:
    server = await embedded.start(tmp_path)
    yield server
    os.kill(server.pid, SIGCONT)
    await server.stop()


async def no_places(_since: object) -> list[object]:
    return []


async def test_of_many_calls_one_waits(hanging: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "AWAY_SECONDS", 0.5)
    async with connect(hanging.url) as redis:
        timers, limits = Timers(redis), Limits(redis, "x", no_places)  # type: ignore[arg-type]
        limit = Limit("x", 10, 60)
        assert await limits.take("0", [limit], MONDAY) == 0.0
        os.kill(hanging.pid, SIGSTOP)
        with pytest.raises(TimersUnavailable):
            await timers.schedule([("1:1", NOW)])
        begun = monotonic()
        redis.patience._away_until = begun + 60  # type: ignore[attr-defined]
        for n in range(50):
            with pytest.raises(TimersUnavailable):
                await timers.schedule([(f"1:{n}", NOW)])
            assert await limits.take(str(n), [limit], MONDAY) >= 0.0
            await limits.settle(str(n), [limit], MONDAY)
            with pytest.raises(RedisError):
                await redis.get("x")
        assert monotonic() - begun < client.ANSWER_SECONDS  # none of 200 calls waited
        os.kill(hanging.pid, SIGCONT)
        redis.patience._away_until = 0.0  # type: ignore[attr-defined]
        await timers.schedule([("1:1", NOW)])
        assert await timers.pending() == 1
        await timers.aclose()


async def test_a_pressed_card_waits_longer_than_a_call_and_nothing_looks_hung(
    valkey: EmbeddedValkey, tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All times a fifth."""
    for module, name in ((client, "ANSWER_SECONDS"), (client, "BLOCKED_SECONDS"), (inbound, "PRESS_SECONDS")):
        monkeypatch.setattr(module, name, getattr(module, name) / 5)
    async with connect(valkey.url) as redis, connect(valkey.url) as other:
        messages = InboundMessages(None, Identities(None, None, bool), redis, lambda: MONDAY)  # type: ignore[arg-type]
        assert await messages.decided("not handled", "task") is None
        assert await redis.get("x") is None
        pressed = asyncio.create_task(messages.decided("handled late", "task"))
        await asyncio.sleep(0.6)
        await other.rpush(card_update(NAMESPACE, "handled late"), "已同意")  # type: ignore[misc]
        card = await pressed
        assert card
        assert card["sub_title_text"] == "已同意"
