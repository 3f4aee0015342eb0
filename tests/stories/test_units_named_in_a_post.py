"""A post that the office finds and that names a unit goes to that unit; of several the desk is told which they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.units import ROSTER, SECOND, Units, tables, units

NAMED = f'name = "{SECOND}"\n'
OTHER_NAMES = f'{NAMED}aliases = ["二小", "Lake"]\nkeywords = ["枫林路"]\n'


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    written = tables().replace(NAMED, OTHER_NAMES, 1)
    async with units(tmp_path, redis, replaced={ROSTER: written + ROSTER}) as begun:
        yield begun


@pytest.mark.parametrize(
    ("words", "department"),
    [
        ("家长反映第二小学食堂饭菜有异物", SECOND),
        ("二小的食堂饭菜有异物", SECOND),
        ("枫林路学校门口天天堵", SECOND),
        ("The canteen of Lake school is dirty", SECOND),
        ("The canteen at the Lakeside is dirty", "总务处"),
        ("食堂饭菜有异物", "总务处"),
    ],
)
async def test_it_goes_to_the_unit(story: Units, words: str, department: str) -> None:
    await story.say("zhou", f"@回音 {words} https://weibo.com/1234567890/Ab1cD2eF3")
    row = await story.incident()
    assert (row.unit, row.department) == (None, department)
    assert ("签收 1" in story.heard("s2")) == (department == SECOND)


async def test_it_is_told_how_to_part_with_it(story: Units) -> None:
    await story.say("zhou", "@回音 二小的食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    assert "提到“二小”，不归本单位请回复：上交 1 理由" in story.heard("s2")
    await story.at("s2", "l2", "上交 1 不是我校的食堂")
    assert "接办 1" in story.heard("work")


async def test_of_several_the_desk_is_told(story: Units) -> None:
    await story.say("zhou", "@回音 第二小学和第三小学食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    assert (await story.incident()).department is None
    assert "可能是第二小学或第三小学" in story.heard("work")
    assert not story.heard("s2")


async def test_what_is_about_its_head_stays_with_the_office(story: Units) -> None:
    await story.say("zhou", "@回音 举报第二小学施校长收受家长红包 https://weibo.com/1234567890/Ab1cD2eF3")
    assert (await story.incident()).department is None
    assert not story.heard("s2")
