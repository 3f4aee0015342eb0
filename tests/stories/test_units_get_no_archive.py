"""A matter's archive holds the office's own notes: a unit that works on it reads its course, not the archive."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.units import units


@pytest.mark.parametrize(("group", "who"), [("s2", "l2"), ("s2", "h2")])
async def test_a_unit_is_told_to_ask_the_office(tmp_path: Path, redis: Redis, group: str, who: str) -> None:
    async with units(tmp_path, redis) as story:
        await story.at("work", "zhou", "@回音 第二小学食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
        await story.say("li", "改派 1 第二小学")
        await story.say("li", "备注 1 先不要告诉学校")
        await story.at(group, who, "归档 1")
        told = story.expect("档案里有办公室自己的记录，由办公室归档，没有办理")
        assert not told.say.attachments
        await story.say("li", "归档 1")
        assert story.fresh[-1].say.attachments
