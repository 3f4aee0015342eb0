"""An answer goes out at once, also where nothing was changed: people do not wait for the sender's next look."""

import asyncio
from time import monotonic

from storage.tables import Outbox
from tests.support.story import Story


async def seconds_until_answered(story: Story, words: str) -> float:
    assert story.bot.local
    sent, began = await Outbox.filter(state="accepted").count(), monotonic()
    await story.bot.local.say("wang", words)
    async with asyncio.timeout(10):
        while await Outbox.filter(state="accepted").count() == sent:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return monotonic() - began


async def test_what_changes_nothing_is_answered_at_once(story: Story) -> None:
    running = asyncio.create_task(story.bot.run())
    await seconds_until_answered(story, "待办")
    took = [await seconds_until_answered(story, words) for words in ("帮助", "签收 7", "@回音 多少钱")]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert min(took) < 0.5, took
