"""A draft that is taken back takes nothing off the chain: the next one needs what the one before needed."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.chains import WITH_SECRECY, steps_of, under_keys

DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


async def test_an_added_signature_stays(tmp_path: Path, redis: Redis) -> None:
    async with under_keys("", tmp_path, redis, **WITH_SECRECY) as story:
        await story.acknowledged()
        await story.say("wang", DRAFT)
        await story.say("li", "加签 1 保密办")
        await story.say("wang", f"{DRAFT}请放心。")
        await story.say("wang", "撤回")
        await story.say("wang", f"{DRAFT}特此说明。")
        assert await steps_of() == ["added 1", "0"]


async def test_what_a_word_asked_for_stays(tmp_path: Path, redis: Redis) -> None:
    keys = 'approval = [{ of = ["保密办"], words = ["涉密"] }, { by = ["leader"] }]'
    async with under_keys(keys, tmp_path, redis, **WITH_SECRECY) as story:
        await story.acknowledged()
        await story.say("wang", f"{DRAFT}涉密部分不便公开。")
        await story.say("wang", DRAFT)
        await story.say("wang", "撤回")
        await story.say("wang", f"{DRAFT}特此说明。")
        assert await steps_of() == ["0", "1"]


@pytest.mark.parametrize("written", ["涉·密", "涉、密", "涉-密", "涉（密", "涉 / 密"])
async def test_marks_hide_no_word(tmp_path: Path, redis: Redis, written: str) -> None:
    keys = 'approval = [{ of = ["保密办"], words = ["涉密"] }, { by = ["leader"] }]'
    async with under_keys(keys, tmp_path, redis, **WITH_SECRECY) as story:
        await story.acknowledged()
        await story.say("wang", f"{DRAFT}{written}部分不便公开。")
        assert await steps_of() == ["0", "1"]
