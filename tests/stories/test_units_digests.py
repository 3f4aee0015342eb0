"""The scheduled digest: of everything with a line for each unit in the office's group, of its own in each unit's."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.stories.test_digests import at, sending
from tests.support.units import Units, units


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await begun.at("s1", "l1", "@回音 上报 家长反映实验小学食堂午饭有铁丝，希望学校说明情况")
        await begun.at("s2", "l2", "@回音 上报 家长反映第二小学操场积水，希望学校说明情况")
        await begun.opened("@回音 教室投影看不清 https://weibo.com/1234567890/Ab1cD2eF3")
        yield begun


@pytest.mark.demand("E")
async def test_each_group_hears_of_its_own(story: Units) -> None:
    process = sending(story, daily="17:30")
    await process.drain()
    sent = {one.conversation: one.text for one in await at(story, process, "17:30")}
    assert set(sent) == {"work", "s1", "s2", "s3"}
    assert "收件 3" in sent["work"]
    assert "按发现单位：实验小学 收 1、办结 0、在办 1；第二小学 收 1" in sent["work"].replace("、超时 1 项", "")
    assert "（实验小学）" in sent["s1"]
    assert "收件 1" in sent["s1"]
    assert "操场" not in sent["s1"]
    assert "第二小学" not in sent["s1"]
    assert "按发现单位" not in sent["s1"]
    assert "零报告" in sent["s3"]
    assert "铁丝" not in sent["s3"]
