"""`不同意 1 理由` sends a draft back with the reason; the next version is approved."""

from storage.tables import Draft, Holding, Request
from tests.support.story import Story


async def test_rejected_redrafted_approved_published(story: Story) -> None:
    await story.drafted("不关我们的事。")
    await story.say("qian", "不同意 1 语气生硬，请写明日期")
    rejected = story.expect("钱副校长 不同意答复：语气生硬，请写明日期", pinged="wang")
    assert "拟复 1 回复内容" in rejected.text

    await story.say("wang", "拟复 1 抱歉，已送检，11月26日前公布结果。")
    story.expect("拟了回复（第 2 稿）", pinged="qian")
    await story.say("qian", "同意")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")

    assert (await story.incident()).answer == "抱歉，已送检，11月26日前公布结果。"
    assert [row.state for row in await Request.all().order_by("id")] == ["rejected", "approved"]
    assert [row.remark for row in await Request.all().order_by("id")] == ["语气生硬，请写明日期", None]
    assert await Draft.all().count() == 2


async def test_rejected_by_quoting_with_a_reason(story: Story) -> None:
    asked = await story.drafted()
    await story.say("qian", "不同意，请写明日期", quote=asked)
    story.expect("不同意答复：请写明日期", pinged="wang")


async def test_a_rejected_draft_cannot_be_published(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "不同意 1 再改")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    story.expect("还没有经领导同意的回复稿")


async def test_every_minute_has_one_holder(story: Story) -> None:
    await story.drafted()
    await story.advance("10m")
    await story.say("qian", "不同意 1 再改")
    await story.advance("5m")
    await story.say("wang", "拟复 1 抱歉，已送检。")
    rows = await Holding.all().order_by("id")
    assert [row.holder for row in rows] == ["department:总务处", "approver:qian", "department:总务处", "approver:qian"]
    assert [row.until for row in rows] == [row.since for row in rows[1:]] + [None]


async def test_a_reason_may_follow_the_button(story: Story) -> None:
    asked = await story.drafted()
    await story.press("qian", asked, "不同意")
    story.expect("没有写理由，可补：不同意 1 理由", pinged="wang")
    await story.say("qian", "不同意 1 语气生硬，请写明日期")
    story.expect("钱副校长 不同意答复的理由：语气生硬，请写明日期", pinged="wang")


async def test_a_reason_for_another_request_is_not_taken_for_the_one_before(story: Story) -> None:
    await story.drafted()
    extension = (await story.say("wang", "延期 1 1天 等检测报告"))[-1]
    await story.press("qian", extension, "不同意")
    await story.say("qian", "不同意 1 语气生硬")
    story.expect("钱副校长 不同意答复：语气生硬", pinged="wang")
