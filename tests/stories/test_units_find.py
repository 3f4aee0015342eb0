"""A post forwarded in a unit's group opens a matter of that unit; the office sees it in its lists."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Request
from tests.support.units import FIRST, Units, units

POST = "@回音 上报 家长反映实验小学食堂午饭有异物，希望学校说明情况"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        yield begun


@pytest.mark.demand("E")
async def test_its_own_people_are_called_in_its_own_group(story: Units) -> None:
    sent = await story.at("s1", "l1", POST)
    assert [one.conversation for one in sent] == ["s1"]
    assert sent[0].say.mentions == ("l1",)
    row = await story.incident()
    assert (row.unit, row.department, row.conversation) == (FIRST, FIRST, "s1")


async def test_what_the_office_finds_is_of_no_unit(story: Units) -> None:
    await story.opened()
    assert (await story.incident()).unit is None


async def test_forwarded_alone_it_is_told_in_the_units_group(story: Units) -> None:
    sent = await story.say("l1", POST.removeprefix("@回音 "), private=True)
    assert sorted(one.conversation for one in sent) == ["@l1", "s1"]
    assert (await story.incident()).unit == FIRST


async def test_the_office_lists_it_and_another_unit_does_not(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.say("li", "待办")
    story.expect("#1 ")
    await story.at("s2", "l2", "@回音 待办")
    assert "#1" not in story.heard("s2")


async def test_a_reply_is_signed_by_its_head(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.at("s1", "l1", "签收 1")
    await story.at("s1", "l1", "拟复 1 经核实，异物是脱落的筛网，已更换，留样检测合格。")
    assert story.fresh[-1].say.mentions == ("h1",)
    await story.at("s1", "h1", "同意 1")
    assert "何校长" in story.heard("s1")


PAGE = "https://weibo.com/1234567890/Xy9zK8wQ7"


async def signed_by_its_head(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.at("s1", "l1", "签收 1")
    await story.at("s1", "l1", "拟复 1 经核实，异物是脱落的筛网，已更换，留样检测合格。")
    await story.at("s1", "h1", "同意 1")


@pytest.mark.parametrize(
    ("by", "words", "who"),
    [("li", "升级 1 重大 媒体关注", "l1"), ("li", "改派 1 保卫处", "chu"), ("li", "改派 1 第二小学", "l2")],
)
async def test_what_its_head_signed_counts_for_its_own_general_matter_alone(
    story: Units, by: str, words: str, who: str
) -> None:
    await signed_by_its_head(story)
    await story.say(by, words)
    await story.at({"l1": "s1", "l2": "s2"}.get(who, "work"), who, f"已发布 1 {PAGE}")
    assert (await story.incident()).replied_at is None


async def test_its_own_general_matter_is_published(story: Units) -> None:
    await signed_by_its_head(story)
    await story.at("s1", "l1", f"已发布 1 {PAGE}")
    assert (await story.incident()).replied_at is not None


async def test_its_head_signs_no_wording(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.at("s1", "l1", "口径 1 经核实，异物是脱落的筛网。")
    await story.at("s1", "h1", "同意 1")
    assert not await Request.filter(kind="wording", state="approved").exists()
