"""A task cancelled after any number of its steps loses nothing and does nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from storage.tables import Event, Inbox, Outbox
from tests.support.story import Story

STEPS = range(61)
LEASES = timedelta(seconds=61)


async def cancelled_after(steps: int, work: Callable[[], Awaitable[object]]) -> None:
    task = asyncio.ensure_future(work())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def post(number: int) -> str:
    return f"@回音 食堂有异物 https://weibo.com/1234567890/Ab1cD2e{number:03}"


async def test_the_timekeeper(story: Story) -> None:
    for steps in STEPS:
        await story.opened(post(steps))
        await story.say("wang", f"签收 {steps + 1}")
        duty = await story.duty("reply", steps + 1)
        story.clock.set(max(duty.next_at, story.clock.now()))
        await cancelled_after(steps, story.bot.timekeeper.drain)
        await story.jump(LEASES)
        rungs = [row.data for row in await Event.filter(kind="reminded", incident=steps + 1)]
        assert len(rungs) == len(set(rungs)) >= 1, steps
        story.clock.set(duty.next_at.replace(hour=3) + timedelta(days=1))
        await story.settle()


async def test_the_dispatcher(story: Story) -> None:
    assert story.bot.local
    for steps in STEPS:
        await story.bot.local.say("zhou", post(steps))
        await cancelled_after(steps, story.bot.dispatcher.drain)
        await story.jump(LEASES)
        assert await Event.filter(kind="opened").count() == steps + 1, steps
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
