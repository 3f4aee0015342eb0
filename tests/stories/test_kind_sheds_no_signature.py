"""A kind that asks for a signature is changed away only by who gives it, or the chief."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.chains import steps_of, under_keys
from tests.support.story import Story

DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"
KEYS = """
approval = [{ by = ["leader"] }, { by = ["chief"], kinds = ["complaint"] }]
"""


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with under_keys(KEYS, tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("wang", "类别 1 投诉举报")
        yield story


@pytest.mark.parametrize("person", ["wang", "zhou", "li", "qian"])
async def test_it_stays_whoever_else_says_it(story: Story, person: str) -> None:
    sent = await story.say(person, "类别 1 意见建议")
    assert "主要领导（投诉举报）；改成意见建议就没有了" in sent[-1].text
    assert (await story.incident()).kind == "complaint"
    await story.say("wang", DRAFT)
    assert await steps_of() == ["0", "1"]


async def test_the_chief_decides(story: Story) -> None:
    await story.say("zhao", "类别 1 意见建议")
    await story.say("wang", DRAFT)
    assert await steps_of() == ["0"]


async def test_a_leader_lets_go_of_a_leaders_own_signature(tmp_path: Path, redis: Redis) -> None:
    keys = 'approval = [{ by = ["chief"] }, { by = ["leader"], kinds = ["complaint"] }]'
    async with under_keys(keys, tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("wang", "类别 1 投诉举报")
        await story.say("qian", "类别 1 意见建议")
        assert (await story.incident()).kind == "suggestion"


async def test_a_kind_that_asks_for_as_much_is_set_by_all(story: Story) -> None:
    await story.say("zhao", "类别 1 意见建议")
    await story.say("wang", "类别 1 咨询诉求")
    assert (await story.incident()).kind == "request"


async def test_a_plan_is_not_shed_either(tmp_path: Path, redis: Redis) -> None:
    keys = 'plan = { by = ["leader"], kinds = ["complaint"] }'
    async with under_keys(keys, tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("wang", "类别 1 投诉举报")
        await story.say("wang", "类别 1 意见建议")
        assert (await story.incident()).kind == "complaint"
        sent = await story.say("wang", DRAFT)
        assert "方案 1" in sent[-1].text
