"""Commands in both languages are understood, in each language of the bot."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.story import Story, new_story

LOOPS = {
    "zh": (
        "签收 1",
        "拟复 1 经核实属实，已更换筛网。",
        "同意 1",
        "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1",
        "办结 1 已更换筛网",
    ),
    "en": (
        "ack 1",
        "draft 1 It is true: the sieve was replaced.",
        "approve 1",
        "published 1 https://weibo.com/1234567890/Xy9zK8wQ1",
        "close 1 sieve replaced",
    ),
}


@pytest.mark.parametrize("spoken", LOOPS)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_loop(tmp_path: Path, redis: Redis, language: str, spoken: str) -> None:
    async with new_story(tmp_path, redis, language=language) as story:
        await story.opened()
        for person, words in zip(("wang", "wang", "qian", "zhou", "wang"), LOOPS[spoken], strict=True):
            await story.say(person, words)
        assert (await story.incident()).stage == "resolved"


async def test_both_names_of_the_bot(story: Story) -> None:
    for name in ("@回音", "@Huiyin", "@huiyin"):
        await story.say("wang", f"{name} 待办")
        story.expect("没有等总务处办的事项")
