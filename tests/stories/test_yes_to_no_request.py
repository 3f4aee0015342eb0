"""A yes that quotes what nobody signs, or that follows an opinion in a word, does not sign the draft that waits."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.chains import latest, under_keys

DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"


async def test_a_yes_to_parts_signs_no_draft(tmp_path: Path, redis: Redis) -> None:
    async with under_keys("", tmp_path, redis, regime="university") as story:
        await story.opened()
        await story.say("li", "牵头 1 总务处 协办 德育处、保卫处")
        await story.say("wang", "签收 1")
        await story.say("wang", DRAFT)
        part = (await story.say("chen", "协办意见 1 当天没有学生就医"))[-1]
        together = (await story.say("wang", "合稿 1"))[-1]
        await story.advance("2m")
        for quoted in (part, together):
            await story.say("qian", "同意", quote=quoted)
            story.expect("您引用的是协办意见，它不用签字，没有办理")
        assert (await latest()).state == "pending"
        await story.say("qian", "同意 1")
        assert (await latest()).state == "approved"


@pytest.mark.parametrize("words", ["照办 1", "照此办理 1", "同意，请照办 1"])
async def test_to_do_so_is_said_of_the_opinion(tmp_path: Path, redis: Redis, words: str) -> None:
    async with under_keys("", tmp_path, redis, regime="university") as story:
        await story.opened()
        await story.say("wang", "签收 1")
        asked = (await story.say("wang", DRAFT))[-1]
        await story.say("li", "拟办 1 建议总务处今天封存留样并答复")
        await story.advance("2m")
        await story.say("qian", words)
        story.expect("您是说 #1 的拟办意见吗")
        assert (await latest()).state == "pending"
        await story.say("qian", "照此办理", quote=asked)
        assert (await latest()).state == "approved"
