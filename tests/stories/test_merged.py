"""Two incidents about one matter are merged: the older one continues, and people are referred to it."""

import pytest

from storage.tables import Duty, Overrun
from tests.support.story import Story

FIRST = "@回音 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3"
SECOND = "@回音 食堂又见异物 https://www.zhihu.com/question/123456"


async def two(story: Story) -> None:
    await story.say("zhou", FIRST)
    await story.say("zhou", SECOND)


async def test_the_younger_goes_into_the_older(story: Story) -> None:
    await two(story)
    await story.say("li", "合并 1 2")
    story.expect("〔#1〕#2 已并入本件")
    second = await story.incident(2)
    assert (second.stage, second.merged_into, second.holder) == ("merged", 1, "closed")
    assert not await Duty.filter(incident_id=2, state="open").exists()
    await story.say("wang", "签收 2")
    story.expect("已并入 #1，请办 #1")


async def test_its_post_is_the_others_from_now_on(story: Story) -> None:
    await two(story)
    await story.say("li", "2 并入 1")
    await story.say("zhou", SECOND)
    story.expect("〔#1〕这条已登记，并入本件")
    await story.advance("2d")
    assert not [one for one in story.fresh if "〔#2〕" in one.text]


async def test_a_wrong_merger_can_be_taken_back_and_a_later_one_reopened(story: Story) -> None:
    await two(story)
    await story.say("li", "2 并入 1")
    await story.say("li", "撤回")
    story.expect("李主任 撤回了刚才的“并案”")
    assert (await story.incident(2)).stage == "assigned"
    await story.say("li", "2 并入 1")
    await story.advance("5m")
    await story.say("li", "重办 2 不是同一件事")
    assert (await story.incident(2)).merged_into is None


async def test_who_may_not_and_what_cannot_be(story: Story) -> None:
    await two(story)
    await story.say("wang", "2 并入 1")
    story.expect("只有值守台（办公室、信息员）或领导能合并")
    await story.say("li", "1 并入 1")
    story.expect("不能并入自己")
    await story.closed()
    await story.say("li", "2 并入 1")
    story.expect("已办结，不能再改动")


async def test_the_higher_tier_survives_and_its_listeners_hear_of_it(story: Story) -> None:
    await two(story)
    await story.say("li", "升级 2 重大 媒体来电")
    await story.say("li", "2 并入 1")
    announcement = story.expect("级别 一般 → 重大", pinged="qian")
    assert "〔#1〕#2 已并入本件" in announcement.text
    assert (await story.incident(1)).tier == "major"


async def test_nothing_is_due_later_than_it_was(story: Story) -> None:
    await two(story)
    await story.say("qian", "批办 2 1天 请查明")
    limit = (await story.duty("resolve", 2)).due_at
    assert limit < (await story.duty("resolve", 1)).due_at
    await story.say("li", "2 并入 1")
    assert (await story.duty("resolve", 1)).due_at == limit


async def test_what_was_promised_to_the_public_stays_owed(story: Story) -> None:
    await two(story)
    await story.say("wang", "拟复 2 已送检，11月25日前公布结果。")
    await story.say("qian", "同意 2")
    await story.say("zhou", "已发布 2 https://weibo.com/1234567890/Xy9zK8wQ1")
    promised = (await story.duty("promise", 2)).due_at
    await story.say("li", "2 并入 1")
    kept = await story.duty("promise", 1)
    assert (kept.state, kept.due_at) == ("open", promised)


async def test_an_answered_one_owes_the_other_ones_answer(story: Story) -> None:
    await two(story)
    await story.say("wang", "拟复 1 已送检，11月25日前公布结果。")
    await story.say("qian", "同意 1")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    owed = (await story.duty("reply", 2)).due_at
    await story.say("li", "2 并入 1")
    story.expect("接着要办：当日回复 11-23（周一）24:00", pinged="wang")
    again = await story.duty("reply", 1)
    assert (again.state, again.due_at, again.owner) == ("open", owed, "department")
    await story.say("li", "撤回")
    assert (await story.duty("reply", 1)).state == "met"


async def test_the_department_and_its_acknowledgement_go_over_where_there_was_none(story: Story) -> None:
    await story.say("zhou", "@回音 有个情况 https://weibo.com/1234567890/Ab1cD2eF8")
    await story.say("zhou", FIRST)
    await story.say("wang", "签收 2")
    await story.say("li", "2 并入 1")
    first = await story.incident(1)
    assert (first.department, first.holder, first.stage) == ("总务处", "department:总务处", "acknowledged")
    assert first.acknowledged_at is not None
    assert not await Duty.filter(incident_id=1, kind="acknowledge", state="open").exists()


async def test_an_acknowledgement_that_is_still_owed_goes_over_too(story: Story) -> None:
    await story.say("zhou", "@回音 有个情况 https://weibo.com/1234567890/Ab1cD2eF8")
    await story.say("zhou", FIRST)
    due = (await story.duty("acknowledge", 2)).due_at
    await story.say("li", "2 并入 1")
    story.expect("接着要办：签收", pinged="wang")
    owed = await story.duty("acknowledge", 1)
    assert (owed.state, owed.due_at) == ("open", due)


async def test_the_verdict_goes_over_where_there_was_none(story: Story) -> None:
    await two(story)
    await story.say("wang", "核实 2 属实 确有异物")
    await story.say("li", "2 并入 1")
    assert (await story.incident(1)).verdict == "true"


async def test_what_ran_over_stays_with_what_was_merged_and_counts_once(story: Story) -> None:
    await two(story)
    await story.say("wang", "签收 1 2")
    await story.say("wang", "拟复 1 已送检，11月25日前公布结果。")
    await story.say("qian", "同意 1")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.advance("1d")
    await story.say("li", "2 并入 1")
    await story.advance("1h")
    assert await Overrun.filter(kind="reply").values_list("incident_id", flat=True) == [2]
    assert "〔#1〕" in (await story.say("li", "今日"))[-1].text.partition("现超时 1 件")[2]


async def test_the_younger_does_not_take_the_older_in(story: Story) -> None:
    await story.say("zhou", FIRST)
    await story.advance("1d")
    await story.say("zhou", SECOND)
    await story.say("li", "1 并入 2")
    story.expect("要反过来并：2 并入 1")
    assert (await story.incident(1)).stage == "assigned"


async def test_whom_it_is_about_goes_over_too(story: Story) -> None:
    await story.drafted()
    await story.say("zhou", "@回音 食堂承包是钱副校长的亲戚 https://www.zhihu.com/question/123456")
    await story.say("li", "2 并入 1")
    story.expect("请改由您审批：同意 1", pinged="sun")
    await story.say("qian", "同意 1")
    story.expect("反映的事情与您有关")


@pytest.mark.parametrize("words", ["撤回", "撤回 1", "撤回 2"])
async def test_both_are_as_they_were_when_it_is_taken_back(story: Story, words: str) -> None:
    await two(story)
    await story.say("li", "升级 2 重大 媒体来电")
    await story.say("li", "2 并入 1")
    await story.say("li", words)
    first, second = await story.incident(1), await story.incident(2)
    assert (first.tier, second.tier, second.stage, second.merged_into) == ("general", "major", "assigned", None)


@pytest.mark.parametrize("words", ["续报 2 样品已送检", "备注 2 样品已送检"])
async def test_news_is_not_lost_with_what_is_gone(story: Story, words: str) -> None:
    await two(story)
    await story.say("li", "2 并入 1")
    await story.say("wang", words)
    story.expect("已并入 #1，请办 #1")


async def test_it_stays_when_something_has_happened_to_the_other_since(story: Story) -> None:
    await two(story)
    await story.say("li", "2 并入 1")
    await story.say("wang", "签收 1")
    for words in ("撤回 2", "撤回"):
        await story.say("li", words)
        story.expect("之后已有别的变动，不能撤回")
    assert (await story.incident(2)).merged_into == 1


async def test_a_post_is_led_along_a_chain_of_mergers(story: Story) -> None:
    await two(story)
    third = "@回音 食堂还有异物 https://weibo.com/1234567890/Ab1cD2eF9"
    await story.say("zhou", third)
    await story.say("li", "3 并入 2")
    await story.say("li", "2 并入 1")
    await story.say("zhou", third)
    assert "另有网址" not in story.expect("〔#1〕这条已登记，并入本件").text
