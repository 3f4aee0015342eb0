"""A loop that fails is started again, in pauses that grow; one that works beats, however much it finds to do."""

import asyncio
import itertools
from typing import Any

import pytest

from bot.backoff import Backoff
from bot.clock import StandingClock
from bot.engine import dispatch, heartbeat
from bot.engine.answering import answer
from bot.engine.heartbeat import Turns, beat, run_for_ever
from bot.stopping import cancel_until_ended
from tests.bot.test_sender import Slow, plan, sender
from tests.support.broken import locked
from tests.support.rows import NOW
from tests.support.story import Story


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


async def test_a_sender_beats_while_it_always_finds_more_to_send(tables: str) -> None:
    platform, turns = Slow(), Turns("Sender")
    await plan("1", conversation="slow")
    sending = sender(platform, StandingClock(NOW))
    running = asyncio.create_task(run_for_ever(sending.run, turns, print))
    async with asyncio.timeout(10):
        await platform.begun.wait()
        for text in "ab":  # its drain ends in neither
            before = turns.turned_at
            await plan(text, conversation=text)
            sending.wake()
            while turns.turned_at == before:  # noqa: ASYNC110 - a beat sets no event
                await asyncio.sleep(0.01)
        await platform.has_got("a", "b")
        platform.go.set()
        await platform.has_got("1", "a", "b")
    await cancel_until_ended([running])


async def test_the_dispatcher_beats_with_each_message(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    turns, beats = Turns("Dispatcher"), list[float]()

    async def answered(*arguments: Any) -> None:
        beats.append(turns.turned_at)
        await asyncio.sleep(0.01)
        await answer(*arguments)

    assert story.bot.local
    for _ in range(3):
        await story.bot.local.say("wang", "@回音 待办")
    monkeypatch.setattr(dispatch, "answer", answered)
    running = asyncio.create_task(run_for_ever(story.bot.dispatcher.run, turns, print))
    async with asyncio.timeout(10):
        while len(beats) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await cancel_until_ended([running])
    assert beats == sorted(set(beats))


async def test_the_follower_of_the_audit_trail_beats_with_each_reading(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    background, turns, beats = story.bot.background, Turns("Background"), list[float]()

    async def follow(_: Any) -> int:
        beats.append(turns.turned_at)
        await asyncio.sleep(0.01)
        return int(len(beats) < 4)

    monkeypatch.setattr(background._audit_follower, "follow", follow)
    running = asyncio.create_task(run_for_ever(background.run, turns, print))
    async with asyncio.timeout(10):
        while len(beats) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await cancel_until_ended([running])
    assert beats == sorted(set(beats))
