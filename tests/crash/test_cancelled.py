"""A task that is cancelled after any number of its steps loses nothing and does nothing twice."""

import asyncio
import os
import types
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from storage import audit, counters, digests, duties
from storage.changes import Written
from storage.tables import Digest, Event, File, Form, Inbox, Outbox
from tests.stories.test_digests import sending
from tests.support.story import MONDAY, Story, demonstration, new_story
from tests.support.thinned import long_or_short

STEPS = range(0, 61, long_or_short(1, 4))
STRIDE = 1 if "HUIYIN_CRASHES" in os.environ else long_or_short(14, 28)
"""Distance between the waits at which slow tasks are cancelled."""
Work = Callable[[], Awaitable[object]]
LEASES = timedelta(seconds=61)


async def cancelled_after(steps: int, work: Work) -> None:
    task = asyncio.ensure_future(work())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def cancelled_at(nth: int, work: Work) -> bool:
    """Cancel the work when it waits for the nth time, from 0; return False if it does not wait that often."""
    asked = False

    @types.coroutine
    def counted() -> Generator[Any, Any, None]:
        nonlocal asked
        waiting, error = work().__await__(), None
        for n in count():
            try:
                wanted = waiting.throw(error) if error else next(waiting)
            except StopIteration:
                return
            if n == nth:
                asked = task.cancel()
            error = None
            try:
                yield wanted
            except BaseException as raised:
                error = raised

    async def run() -> None:
        await counted()

    task = asyncio.ensure_future(run())
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled() == asked
    return asked


async def at_each_wait(prepare: Work, work: Work, recover: Work) -> int:
    """Repeat the work, cancelled later each time, until it completes first; return the number of repetitions."""
    for times in count():
        await prepare()
        asked = await cancelled_at(times * STRIDE, work)
        await recover()
        if not asked:
            return times + 1
    raise AssertionError


def post(number: int) -> str:
    return f"@回音 食堂有异物 https://weibo.com/1234567890/Ab1cD2e{number:03}"


async def test_the_timekeeper(story: Story) -> None:
    for number, steps in enumerate(STEPS, 1):
        await story.opened(post(steps))
        await story.say("wang", f"签收 {number}")
        duty = await story.duty("reply", number)
        story.clock.set(max(duty.next_at, story.clock.now()))
        await cancelled_after(steps, story.bot.timekeeper.drain)
        await story.jump(LEASES)
        rungs = [row.data for row in await Event.filter(kind="reminded", incident=number)]
        assert len(rungs) == len(set(rungs)) >= 1, steps
        story.clock.set(duty.next_at.replace(hour=3) + timedelta(days=1))
        await story.settle()


async def test_the_dispatcher(story: Story) -> None:
    assert story.bot.local
    for number, steps in enumerate(STEPS, 1):
        await story.bot.local.say("zhou", post(steps))
        await cancelled_after(steps, story.bot.dispatcher.drain)
        await story.jump(LEASES)
        assert await Event.filter(kind="opened").count() == number, steps
    assert not await Inbox.exclude(state="done").exists()


async def test_the_sender(story: Story) -> None:
    assert story.bot.local
    sender = story.bot.senders["local"]
    for steps in STEPS:
        await story.bot.local.say("zhou", post(steps))
        await story.bot.dispatcher.drain()
        await cancelled_after(steps, sender.drain)
        await story.jump(LEASES)
    assert not await Outbox.exclude(state="accepted").exists()


TIMES = {"daily": "17:30", "numbered": "17:30"}


async def test_the_digests(tmp_path: Path, redis: Redis) -> None:
    """Two digests of the next day are due and interrupted each time; a process that starts afterwards issues them."""
    async with new_story(tmp_path, redis, MONDAY.replace(month=1, day=5, hour=18)) as story:
        process = sending(story, **TIMES)

        async def next_day() -> None:
            story.clock.advance(timedelta(days=1))

        async def again() -> None:
            await sending(story, **TIMES).drain()

        await process.drain()
        days = await at_each_wait(next_day, process.drain, again)
        await story.settle()
        for kind in TIMES:
            rows = await Digest.filter(kind=kind).order_by("id")
            assert [row.number for row in rows] == list(range(1, days + 1))
            assert len({row.period for row in rows}) == days
            assert await digests.next_number(kind, 2026) == days + 1
        assert await Event.filter(kind="issued").count() == 2 * days
        assert await File.all().count() == 4 * days
        assert await Outbox.filter(state="accepted").count() == (1 + 4) * days  # numbered: also to three leaders
        assert await audit.verify() is None


FORMS = '[override]\nform = [{ kind = "liaison", on = "assigned" }]\n\n[digest]'


async def test_the_desk(tmp_path: Path, redis: Redis) -> None:
    """Each time a form of a new incident is due, and an archive of the one before, which is closed."""
    async with new_story(tmp_path, redis, config=demonstration(tmp_path, **{"[digest]": FORMS})) as story:
        assert story.bot.local
        numbers = count(1)

        async def one_comes_and_one_goes() -> None:
            assert story.bot.local
            number = next(numbers)
            await story.bot.local.say("zhou", post(number))
            await story.bot.local.say("wang", f"签收 {number - 1}")
            await story.bot.local.say("wang", f"拟复 {number - 1} 经核实属实，积水已清理。")
            await story.bot.dispatcher.drain()
            await story.bot.senders["local"].drain()  # a text is signed only after it has reached its signer
            await story.bot.local.say("qian", f"同意 {number - 1}")
            await story.bot.local.say("wang", f"已发布 {number - 1} https://weibo.com/1234567890/Zy9zK{number:04}")
            await story.bot.local.say("wang", f"办结 {number - 1} 积水已清理，排水沟疏通")
            await story.bot.dispatcher.drain()

        times = await at_each_wait(one_comes_and_one_goes, story.bot.background.drain, story.settle)
        for kind, made in (("liaison", times), ("archive", times - 1)):
            assert [row.serial for row in await Form.filter(kind=kind).order_by("id")] == list(range(1, made + 1))
            assert await counters.current(f"form:{kind}:2026") == made
        assert await Event.filter(kind="form").count() == await File.all().count() == 2 * times - 1
        assert await Outbox.filter(body__contains="联系单", state="accepted").count() == times
        assert await audit.verify() is None


async def test_timers_that_are_set_beside_the_next_message(story: Story) -> None:
    """Some timers of a batch of three may be missing; the tables have them all, and each reminder sounds once."""
    numbers = count(1)

    async def three_matters() -> None:
        assert story.bot.local
        for _ in range(3):
            await story.bot.local.say("zhou", post(next(numbers)))

    async def later() -> None:
        await story.jump(LEASES)

    times = await at_each_wait(three_matters, story.bot.dispatcher.drain, later)
    assert await Event.filter(kind="opened").count() == 3 * times
    at = await duties.next_step_at()
    assert at
    story.clock.set(max(at, story.clock.now()) + timedelta(minutes=40))
    await story.settle()
    await story.bot.timekeeper.sweep()
    reminded = Counter((row.incident, row.data) for row in await Event.filter(kind="reminded"))
    assert set(reminded.values()) == {1}
    assert len({incident for incident, _ in reminded}) == 3 * times


async def test_a_dispatcher_whose_timers_cannot_be_set_ends_when_it_is_told_to(story: Story) -> None:
    """The timers that were not set are found in the tables."""
    assert story.bot.local
    begun, released, arm = asyncio.Event(), asyncio.Event(), story.bot.office.arm

    async def broken(written: Written) -> None:
        begun.set()
        await released.wait()
        raise ValueError(written)

    story.bot.office.arm = broken
    for number in (1, 2):
        await story.bot.local.say("zhou", post(number))
    running = asyncio.ensure_future(story.bot.dispatcher.run())
    await begun.wait()
    running.cancel()
    released.set()
    await asyncio.wait([running])
    assert running.cancelled()
    story.bot.office.arm = arm
    await story.jump(LEASES)
    story.clock.set((await story.duty("acknowledge", 2)).due_at + timedelta(seconds=4))
    await story.bot.timekeeper.sweep()
    assert {row.incident for row in await Event.filter(kind="reminded")} == {1, 2}
