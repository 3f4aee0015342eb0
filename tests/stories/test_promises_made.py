"""A date in a reply is shown before approval, and becomes a duty when the reply is published."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Duty, Request
from tests.support.story import SHANGHAI, Story, new_story


async def test_the_date_is_shown_before_approval(story: Story) -> None:
    await story.drafted("已封存留样送检，11月26日前公布结果。")
    assert "承诺：11月26日前（11-26（周四）24:00），发布后按此催办" in story.expect("请 @钱副校长 审批").text
    assert not await Duty.filter(kind="promise").exists()


async def test_published_it_is_a_duty_with_a_ladder(story: Story) -> None:
    await story.published()
    story.expect("回复里承诺了 11-26（周四）24:00")
    duty = await story.duty("promise")
    assert duty.due_at.astimezone(SHANGHAI).isoformat() == "2026-11-27T00:00:00+08:00"
    sent = await story.until(duty.due_at)
    assert any("【承诺事项】还有 4小时 到期" in one.text for one in sent)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("您反映的问题已收悉，正在处理。", "“正在处理”还没有办成"),
        ("经查，异物是筛网，正在更换。", "“正在更换”还没有办成"),
        ("检测合格，将继续更换其余筛网。", "“将继续更换其余筛网”还没有办成"),
        ("我们将尽快核实。", "“我们将尽快核实”还没有办成"),
        ("已转相关部门办理。", "没有说做成了什么"),
        ("感谢您的反映，学校高度重视。", "没有说做成了什么"),
    ],
)
async def test_neither_answer_nor_date_is_pointed_out(story: Story, reply: str, why: str) -> None:
    await story.drafted(reply)
    asked = story.expect("注意：这一稿还不是最后答复，也没有写明何时办成").text
    assert why in asked
    assert "办成了请写做成了什么" in asked


@pytest.mark.parametrize("reply", ["经核实，情况属实，已更换供货商。", "我们将尽快核实，三天内公布结果。"])
async def test_an_answer_or_a_date_is_enough(story: Story, reply: str) -> None:
    await story.drafted(reply)
    assert "注意" not in story.expect("审批").text


async def test_some_regimes_hold_it_back(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, **{'regime = "standard"': 'regime = "school"'}) as story:
        await story.acknowledged()
        await story.say("wang", "拟复 1 您反映的问题已收悉，正在处理。")
        story.expect("这一稿还不是最后答复，又没有写明日期，先不送审（“正在处理”还没有办成）。办成了请写做成了什么")
        assert not await Request.exists()


async def test_why_a_promise_is_due_then(story: Story) -> None:
    await story.published()
    await story.confirmed()
    explanation = (await story.say("wang", "为何 1"))[-1].text.partition("【仍可见核对】")[0]
    assert "【承诺事项】11-26（周四）24:00 到期：回复中承诺或领导批示的时间“11月26日前”" in explanation
    assert explanation.count("至 11-26（周四） 24:00 止") == 2  # the promise, and the three days of the result
    assert "11-27" not in explanation
