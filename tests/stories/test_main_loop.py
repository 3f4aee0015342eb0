"""A forwarded post becomes an answered incident: forward, acknowledge, draft, approve, publish, resolve."""

import pytest

from tests.support.story import Story

pytestmark = pytest.mark.demand("standard.day")


async def test_from_the_forwarded_post_to_the_result(story: Story) -> None:
    opened = await story.opened()
    assert "〔#1〕" in opened.text
    assert "承办 总务处" in opened.text
    assert opened.say.mentions == ("wang",)
    assert "签收 11-23（周一）10:35" in opened.text
    assert "当日回复 11-23（周一）24:00" in opened.text
    assert "办结 11-26（周四）24:00" in opened.text

    await story.press("wang", opened, "签收")
    story.expect("王强 已签收")

    await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。")
    asked = story.expect("请 @钱副校长 审批", pinged="qian")

    await story.say("qian", "同意", quote=asked)
    story.expect("钱副校长 同意发布", pinged="wang")

    await story.publish()
    story.expect("当日回复按时完成")

    await story.say("wang", "拟复 1 检测合格，报告已贴在食堂公告栏。")
    story.expect("发布后，兑现原来的承诺：11-26（周四）24:00", pinged="qian")
    await story.say("qian", "同意")
    await story.publish()
    story.expect("承诺 11-26（周四）24:00 已公开兑现")

    await story.say("wang", "办结 1 检测合格，结果已公布")
    story.expect("已办结（已答复）")

    incident = await story.incident()
    assert (incident.stage, incident.outcome) == ("resolved", "answered")
    assert incident.answer == "检测合格，报告已贴在食堂公告栏。"


async def test_nothing_sounds_after_the_result_and_its_checks(story: Story) -> None:
    await story.closed()
    await story.confirmed("wang")
    await story.confirmed("wang")
    assert await story.advance("30d") == []
