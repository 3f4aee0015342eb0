"""What is recorded against a unit, its objection and the decision are heard by both: the office and the unit."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.units import Units, units


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        yield begun


@pytest.mark.parametrize("kind", ["漏报", "谎报", "瞒报"])
async def test_each_side_hears_the_whole_course(story: Units, kind: str) -> None:
    await story.say("qian", f"{kind} 第二小学 值班电话已接到，当天没有上报")
    for group, called in (("work", ()), ("s2", ("l2", "h2"))):
        assert f"第二小学{kind}" in story.heard(group)
        [told] = [one for one in story.fresh if one.conversation == group]
        assert told.say.mentions == called
    await story.at("s2", "l2", "异议 1 当时已口头报告值班领导")
    for group, called in (("work", ("qian",)), ("s2", ())):
        assert "当时已口头报告值班领导" in story.heard(group)
        [told] = [one for one in story.fresh if one.conversation == group]
        assert told.say.mentions == called
    await story.say("qian", "维持 1 值班记录上没有这个电话")
    assert "值班记录上没有这个电话" in story.heard("s2")
    assert "值班记录上没有这个电话" in story.heard("work")
    await story.say("qian", f"撤销{kind} 1 查明当天已报")
    assert "查明当天已报" in story.heard("s2")
    assert not story.heard("s3")


async def test_said_in_private_both_hear_it_and_the_speaker(story: Units) -> None:
    await story.say("qian", "漏报 第二小学 值班电话已接到，当天没有上报", private=True)
    assert len({one.conversation for one in story.fresh}) == 3


async def test_of_a_department_of_the_office_units_hear_nothing(story: Units) -> None:
    await story.say("qian", "漏报 总务处 值班电话已接到，当天没有上报")
    assert {one.conversation for one in story.fresh} == {"work"}
