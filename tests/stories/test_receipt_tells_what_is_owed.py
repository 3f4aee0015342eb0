"""`签收` answers with what is really owed next; what has run over is said as overdue, with the year of another year."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.regime import under
from tests.support.story import Story, monday, new_story


async def test_in_time(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1")
    story.expect(
        "王强 已签收，接下来：当日回复 11-23（周一）24:00 · 办结 11-26（周四）24:00\n\n下一步：拟复 1 回复内容"
    )


async def test_after_the_limit_it_says_that_it_is_over(story: Story) -> None:
    await story.opened()
    await story.until(monday("09:00", 2))
    await story.say("wang", "签收 1")
    story.expect("王强 已签收，已超时：当日回复 11-23（周一）24:00，接下来：办结 11-26（周四）24:00")
    story.expect("下一步：拟复 1 回复内容")


async def test_after_every_limit(story: Story) -> None:
    await story.opened()
    await story.until(monday("09:00", 5))
    answer = await story.say("wang", "签收 1")
    assert "已超时：当日回复 11-23（周一）24:00 · 办结 11-26（周四）24:00" in answer[-1].text
    assert "接下来" not in answer[-1].text


async def test_another_year_is_written_out(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, monday("10:05", 37)) as story:  # Wednesday 2026-12-30
        await story.opened()
        await story.say("wang", "签收 1")
        assert "办结 2027-01-04（周一）24:00" in story.expect("已签收").text


async def test_a_year_that_is_over(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, monday("10:05", 37)) as story:
        await story.opened()
        await story.until(monday("10:05", 43))
        await story.say("wang", "签收 1")
        assert "已超时：当日回复 2026-12-30（周三）24:00" in story.expect("已签收").text


async def test_a_draft_of_the_desk_waits_for_its_signature(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "拟复 1 已送检，11月26日前公布结果。")
    await story.say("wang", "签收 1")
    story.expect("下一步：等当日回复的审批")
    await story.say("qian", "同意 1")


async def test_what_is_approved_is_to_be_published(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "拟复 1 已送检，11月26日前公布结果。")
    await story.say("qian", "同意 1")
    await story.say("wang", "签收 1")
    story.expect("下一步：已发布 1 网址")


@pytest.mark.parametrize(
    ("regime", "step"),
    [
        ("liaison-form", "下一步：核实 1 属实（或 部分属实、不属实）说明"),
        ("bureau", "下一步：报后回复：已报 1"),
        ("park", "下一步：拟复 1 回复内容"),
        ("tiered", "下一步：拟复 1 回复内容"),
    ],
)
async def test_by_the_regime(regime: str, step: str, tmp_path: Path, redis: Redis) -> None:
    async with under(regime, tmp_path, redis, "2026-11-23 10:05") as story:
        await story.opened()
        await story.say("wang", "签收 1")
        story.expect(step)


async def test_where_the_department_owes_nothing_yet_no_step_is_named(tmp_path: Path, redis: Redis) -> None:
    async with under("hospital", tmp_path, redis, "2026-11-23 10:05") as story:
        await story.opened()
        answer = await story.say("wang", "签收 1")
        assert "接下来：批办" in answer[-1].text
        assert "下一步" not in answer[-1].text


async def test_in_english(english: Story) -> None:
    await english.opened("@Huiyin canteen food https://weibo.com/1234567890/Ab1cD2eF3")
    await english.until(monday("09:00", 2))
    await english.say("wang", "ack 1")
    english.expect(
        "Acknowledged by 王强. Overdue: same-day reply Mon 23 Nov 24:00. Next due: resolution Thu 26 Nov 24:00"
    )
    english.expect("Next: draft 1 <reply>")
