"""A date that passes between signature and publication is said, and is owed as a promise that is overdue at once."""

import pytest

from storage.tables import Duty, Event
from tests.support.story import SHANGHAI, Story, monday

PROMISED = "已封存留样送检，{}公布结果。"


async def promises() -> list[tuple[str, str]]:
    rows = await Duty.filter(kind="promise").order_by("due_at", "id")
    return [(f"{row.due_at.astimezone(SHANGHAI):%m-%d}", row.state) for row in rows]


@pytest.mark.parametrize("words", ["11月25日前", "本周三前"])
async def test_it_is_owed_overdue_and_kept_by_the_result_alone(story: Story, words: str) -> None:
    await story.drafted(PROMISED.format(words))
    await story.say("qian", "同意 1")
    assert "已经过了" not in story.expect("同意发布").text
    await story.until(monday("09:00", 3))
    await story.publish()
    story.expect(f"“{words}”公开时已经过了（11-25（周三）24:00），记为超时未兑现的承诺")
    assert await promises() == [("11-26", "open")]
    assert await Event.filter(kind="promise passed").exists()
    story.expect("【承诺事项】已超时 9小时（原定 11-25（周三）24:00）", pinged="wang")
    await story.say("wang", "查 1")
    story.expect("承诺事项")
    await story.say("wang", "办结 1 检测合格，结果已公布")
    story.expect("对公众的承诺（11-25（周三）24:00）还没有公开兑现")
    await story.answer(text="检测合格，报告已贴在食堂公告栏。")
    [kept] = await Duty.filter(kind="promise")
    assert kept.state == "met"
    assert kept.met_at > kept.due_at


async def test_signer_and_drafter_are_told_when_it_is_signed(story: Story) -> None:
    await story.drafted(PROMISED.format("11月25日前"))
    await story.until(monday("09:00", 3))
    await story.say("qian", "同意 1")
    told = story.expect("注意：“11月25日前”（11-25（周三）24:00）已经过了。照此公开，就记为超时", pinged="wang")
    assert "要换日期请另拟：拟复 1 回复内容" in told.text


async def test_a_day_that_now_names_another_one_is_said_too(story: Story) -> None:
    await story.drafted(PROMISED.format("周三前"))
    await story.until(monday("09:00", 3))
    await story.say("qian", "同意 1")
    told = story.expect("“周三前”起草时指 11-25（周三）24:00，已经过了，公众现在读作 12-02（周三）24:00")
    assert "照此公开" not in told.text
    await story.publish()
    assert await promises() == [("12-03", "open")]


async def test_the_same_date_said_again_is_not_owed_twice(story: Story) -> None:
    await story.published()
    await story.say("wang", "拟复 1 已送检，11月26日前公布结果，之后再更换筛网。")
    await story.say("qian", "同意 1")
    await story.until(monday("09:00", 4))
    await story.publish()
    assert await promises() == [("11-27", "open")]


async def test_a_remedy_that_was_signed_before_the_date_is_a_result_on_record(story: Story) -> None:
    await story.drafted(PROMISED.format("11月25日前"))
    await story.say("qian", "同意 1")
    await story.say("wang", "办结 1 整改：更换筛网并留样检测 https://www.ycsyzx.edu.cn/kitchen/7.html")
    await story.say("qian", "同意整改 1")
    await story.until(monday("09:00", 3))
    await story.publish()
    assert await promises() == []


async def test_a_remedy_that_was_signed_before_the_draft_keeps_nothing(story: Story) -> None:
    """What was promised after it is another thing: the filter came loose again."""
    await story.acknowledged()
    await story.say("wang", "办结 1 整改：更换筛网并留样检测 https://www.ycsyzx.edu.cn/kitchen/7.html")
    await story.say("qian", "同意整改 1")
    await story.until(monday("09:00", 1))
    await story.say("wang", "拟复 1 筛网再次脱落，11月25日前更换全部筛网并公布结果。")
    await story.say("qian", "同意发布 1")
    await story.until(monday("09:00", 3))
    await story.publish()
    assert ("11-26", "open") in await promises()
