"""A loop that fails is started again, with pauses that grow, and tells that storage is away."""

import asyncio
import itertools

import pytest

from bot.backoff import Backoff
from bot.engine import heartbeat
from bot.engine.heartbeat import Turns, beat, run_for_ever
from tests.support.broken import locked


async def test_the_pauses_grow_and_the_fault_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "RESTART", Backoff(first=0.01, longest=0.05))
    times, noted = [], []

    async def loop() -> None:
        times.append(asyncio.get_running_loop().time())
        if len(times) == 6:
            return
        raise locked()

    turns = Turns("loop")
    await run_for_ever(loop, turns, noted.append)
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(pause >= least for pause, least in zip(pauses, (0.01, 0.02, 0.04, 0.05, 0.05), strict=True))
    assert len(noted) == turns.failures == 5
    assert turns.error == "OperationalError: database is locked"


async def test_a_turn_is_the_loops_own() -> None:
    both = {name: Turns(name) for name in ("one", "other")}

    async def one() -> None:
        await asyncio.sleep(0.05)
        beat()

    async def other() -> None:
        await asyncio.sleep(0.05)

    tasks = [asyncio.create_task(run_for_ever(loop, both[loop.__name__], print)) for loop in (one, other)]
    await asyncio.gather(*tasks)
    assert both["one"].age < 0.04
    assert both["other"].age >= 0.05


async def test_outside_a_loop_a_turn_is_nobodys() -> None:
    beat()
