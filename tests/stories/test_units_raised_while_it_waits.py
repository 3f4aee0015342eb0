"""A unit's text waits with its head while the matter rises: a leader of the office is asked aloud, with the words."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Event, Request
from tests.support.chains import over
from tests.support.units import Units, units

POST = "@回音 上报 家长反映实验小学食堂午饭有异物，希望学校说明情况"
TEXT = "经核实，异物是脱落的筛网，已更换，留样检测合格。"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await drafted(begun)
        yield begun


async def drafted(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.at("s1", "l1", "签收 1")
    await story.at("s1", "l1", f"拟复 1 {TEXT}")


async def test_the_leader_is_asked_and_the_head_no_more(story: Units) -> None:
    await story.say("li", "升级 1 重大 媒体关注")
    [asked] = [one for one in story.fresh if "改由" in one.text and one.conversation == "work"]
    assert asked.say.mentions == ("sun",)
    assert TEXT in asked.text
    assert "同意 1，或：不同意 1 理由" in asked.text
    assert "何校长 不用再签" in story.heard("s1")
    assert (await story.incident()).holder == "approver:sun"
    await story.at("s1", "h1", "同意 1")
    assert (await Request.get()).state == "pending"
    await story.advance("1m")
    await story.say("sun", "同意 1")
    assert (await Request.get()).state == "approved"


async def test_on_every_way_to_rise(tmp_path: Path, redis: Redis) -> None:
    async with units(tmp_path, redis, replaced=BY_HEAT) as story:
        await drafted(story)
        await story.say("zhou", "热度 1 阅读20000")
        story.expect("改由", pinged="sun")
        assert (await story.incident()).holder == "approver:sun"


async def test_what_stays_as_it_was_asks_nobody_again(story: Units) -> None:
    await story.say("li", "升级 1 重大 媒体关注")
    await story.say("li", "升级 1 特别重大 全国媒体关注")
    assert not [one for one in story.fresh if "改由" in one.text]


HEAD_AND_LEADER = over('approval = [{ by = ["head"] }, { by = ["leader"] }]')
BY_HEAT = over("tier = { major = { views = 1000, manual = true }, critical = { manual = true } }")


async def test_what_the_head_signed_before_counts_no_more(tmp_path: Path, redis: Redis) -> None:
    async with units(tmp_path, redis, replaced=HEAD_AND_LEADER) as story:
        await drafted(story)
        await story.at("s1", "h1", "同意 1")
        assert (await story.incident()).holder == "approver:sun"
        await story.say("li", "升级 1 重大 媒体关注")
        assert await Event.filter(kind="signature void").exists()
        request = await Request.get()
        assert not any(step.get("given") for step in request.subject["chain"])
        await story.advance("1m")
        for leader in ("sun", "qian"):
            assert (await Request.get()).state == "pending"
            await story.say(leader, "同意 1")
        assert (await Request.get()).state == "approved"
