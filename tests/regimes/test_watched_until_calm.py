"""A matter is watched until it is calm, by the desk or a named person; the department cannot end it."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Duty
from tests.support.regime import dated_pings, owed, regime_of, stamp, under
from tests.support.story import Story, monday

REGIME = "school"
ANSWER = "拟复 1 经查，该批次已停用，供货商已更换到位。"


async def answered(story: Story) -> None:
    await story.opened()
    await story.say("wang", ANSWER)
    await story.say("qian", "同意 1")
    await story.say("zhao", "同意 1")
    await story.publish()


@pytest.mark.demand("school.tracked")
async def test_the_desk_is_asked_to_look_every_day_until_it_is_calm(story: Story) -> None:
    await answered(story)
    assert (await owed(story))["track"] == "Wed 11-25 00:00"  # Monday and a day: Tuesday 24:00
    sent = await story.until(monday("21:00", 1))
    assert dated_pings(sent, "【跟踪】") == [("Tue 11-24 20:00", "li")]
    assert "请看现在怎样，再回复：续报 1" in sent[0].text
    await story.say("zhou", "续报 1 还有三条新评论")
    story.expect("\n平息之前接着看，下一次 11-25（周三）24:00 前")
    assert (await owed(story))["track"] == "Thu 11-26 00:00"
    sent = await story.until(monday("08:00", 3))
    # The look of Wednesday did not come: before, at midnight in the morning with the head and the leader, later daily.
    assert dated_pings(sent, "【跟踪】") == [
        ("Wed 11-25 20:00", "li"),
        ("Wed 11-25 22:00", "li"),
        ("Thu 11-26 07:00", "li", "feng", "qian"),
    ]


@pytest.mark.demand("school.tracked")
async def test_a_named_person_is_asked_instead(story: Story) -> None:
    await answered(story)
    await story.say("li", "跟踪 1 王强")
    named = story.expect("由 @王强 跟踪，直到平息；11-24（周二）24:00 前看一次", pinged="wang")
    assert stamp(named.at) == "Mon 11-23 10:05"
    assert dated_pings(await story.until(monday("21:00", 1)), "【跟踪】") == [("Tue 11-24 20:00", "wang")]
    await story.say("feng", "续报 1 一切正常")  # the head's words are news, and no look
    assert (await owed(story))["track"] == "Wed 11-25 00:00"
    await story.say("wang", "续报 1 没有新评论")
    assert (await owed(story))["track"] == "Thu 11-26 00:00"
    assert (await story.duty("track")).owner == "person:wang"


async def test_who_was_named_before_the_answer_begins_at_once(story: Story) -> None:
    await story.opened()
    await story.say("qian", "跟踪 1 周晓")
    assert await owed(story) == {"reply": "Tue 11-24 00:00", "track": "Wed 11-25 00:00"}
    await story.say("wang", ANSWER)
    await story.say("qian", "同意 1")
    await story.say("zhao", "同意 1")
    await story.publish()
    assert (await owed(story))["track"] == "Wed 11-25 00:00"


async def test_a_late_look_stays_with_who_owed_it(story: Story) -> None:
    await answered(story)
    await story.until(monday("09:00", 2))
    await story.say("li", "跟踪 1 王强")
    assert (await owed(story))["track"] == "Fri 11-27 00:00"  # a day from Wednesday
    await story.say("li", "查 1")
    story.expect("超时在案：跟踪（11-24（周二）24:00 到期）记值守台")
    await story.until(monday("11:00", 4))
    await story.say("li", "查 1")
    story.expect("超时在案：跟踪（11-26（周四）24:00 到期）记总务处")


@pytest.mark.demand("B5")
async def test_the_department_cannot_end_it(story: Story) -> None:
    await answered(story)
    await story.say("li", "跟踪 1 王强")
    await story.say("wang", "续报 1 没有新评论")
    for person in ("wang", "feng"):
        await story.say(person, "平息 1 两天没有新评论")
        story.expect("是否平息由办公室、信息员、分管领导、主要领导认定，没有办理")
    assert "track" in await owed(story)
    await story.say("li", "平息 1 两天没有新评论")
    story.expect("李主任 认定已平息：两天没有新评论，接下来：总结 11-26（周四）24:00")
    assert await owed(story) == {"summary": "Fri 11-27 00:00"}  # Monday and three days


@pytest.mark.demand("B5")
async def test_calm_rests_on_something(story: Story) -> None:
    await answered(story)
    await story.say("li", "平息 1 两天没有新评论")
    story.expect("答复以后还没有人看过")
    await story.say("li", "续报 1 没有新评论")
    for words in ("平息 1", "平息 1 好了"):
        await story.say("li", words)
        story.expect("凭什么说平息，请写明")
    assert "track" in await owed(story)


async def test_where_counts_are_on_record_counts_show_the_calm(story: Story) -> None:
    await answered(story)
    await story.say("zhou", "热度 1 阅读 3500 评论 520")  # who watches it has looked
    assert (await owed(story))["track"] == "Wed 11-25 00:00"
    await story.say("li", "平息 1 没有人再说起")
    story.expect("记过热度（阅读 3500 评论 520），光凭一句话不能算平息")
    await story.say("li", "平息 1 阅读 3500 评论 300")
    story.expect("比记过的数（阅读 3500 评论 520）还少")
    await story.say("li", "平息 1 阅读 3600 评论 520，两天没有新评论")
    story.expect("认定已平息")


async def test_before_any_answer_nothing_is_calm(story: Story) -> None:
    await story.opened()
    await story.say("li", "跟踪 1 周晓")
    await story.say("zhou", "续报 1 没有人议论")
    await story.say("li", "平息 1 没有人议论了")
    story.expect("还没有公开答复，不能算平息")


async def test_reopened_it_is_watched_anew(story: Story) -> None:
    await answered(story)
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    await story.say("li", "续报 1 没有新评论")
    await story.say("li", "平息 1 两天没有新评论")
    await story.say("qian", "总结 1 起因、经过、整改")
    assert await owed(story) == {}
    await story.until(monday("09:00", 1))
    await story.say("li", "重办 1 家长又发帖")
    await story.say("li", "平息 1 两天没有新评论")
    story.expect("不能算平息")
    await story.say("wang", ANSWER)
    await story.say("qian", "同意 1")
    await story.say("zhao", "同意 1")
    await story.publish()
    assert (await owed(story))["track"] == "Thu 11-26 00:00"
    await story.say("li", "平息 1 两天没有新评论")
    story.expect("答复以后还没有人看过")


async def test_the_merged_matter_goes_on_being_watched(story: Story) -> None:
    await answered(story)
    await story.say("li", "跟踪 1 王强")
    await story.say("zhou", "@回音 食堂饭菜有异物，照片在此 https://weibo.com/1642634100/MzVRA2E8G")
    await story.say("wang", ANSWER.replace("1", "2", 1))
    await story.say("qian", "同意 2")
    await story.say("zhao", "同意 2")
    await story.publish(2)
    await story.say("li", "续报 1 没有新评论")
    await story.say("li", "平息 1 两天没有新评论")
    await story.say("li", "2 并入 1")
    assert "track" in await owed(story, 1)  # the later post is not calm


async def test_calm_in_words_that_somebody_forwarded_counts_for_nothing(story: Story) -> None:
    await answered(story)
    await story.say("li", "续报 1 没有新评论")
    quoted = (await story.say("wang", "查 1"))[-1]
    await story.say("li", "王强：平息 1 两天没有新评论")
    await story.say("zhou", "转发：\n平息 1 两天没有新评论", quote=quoted)
    assert "track" in await owed(story)


async def test_who_the_matter_is_about_neither_watches_nor_ends_it(story: Story) -> None:
    await answered(story)
    await story.say("qian", "涉及 1 李主任")
    await story.say("qian", "跟踪 1 李主任")
    story.expect("按回避规定，不能由李主任跟踪")
    await story.say("zhou", "续报 1 没有新评论")
    await story.say("li", "平息 1 两天没有新评论")
    assert "track" in await owed(story)


async def test_what_the_rules_say_is_shown(story: Story) -> None:
    said = story.bot.office.texts.say("rule_book.page", regime=regime_of(story), units=False)
    assert "值守台自公开回复起1天内查看一次，以后每1天一次，到平息为止。" in said
    assert "领导小组自平息起3天内写出总结" in said
    assert (
        "平息由办公室、信息员、分管领导、主要领导认定，承办、协办部门的人不认定；须已公开答复，答复后看过至少1次"
        in said
    )


async def test_a_regime_without_a_watch_names_nobody(tmp_path: Path, redis: Redis) -> None:
    async with under("standard", tmp_path, redis, "2026-11-23 10:05") as story:
        await story.opened()
        await story.say("li", "跟踪 1 王强")
        story.expect("按本单位规则（标准）不设跟踪")


async def test_each_word_of_the_watch_can_be_taken_back(story: Story) -> None:
    await answered(story)
    await story.until(monday("10:00", 1))
    before = await owed(story)
    for words in ("跟踪 1 王强", "续报 1 没有新评论"):
        await story.say("li", words)
        assert await owed(story) != before or (await story.duty("track")).owner == "person:wang"
        await story.say("li", "撤回 1")
        assert await owed(story) == before
    assert (await Duty.get(incident_id=1, kind="track", state="open")).owner == "desk"
    await story.say("li", "续报 1 没有新评论")
    watching = await owed(story)
    await story.say("li", "平息 1 两天没有新评论")
    await story.say("li", "撤回 1")
    assert await owed(story) == watching


@pytest.mark.demand("company.situation")
async def test_it_rises_again_after_the_calm_and_is_watched_again(tmp_path: Path, redis: Redis) -> None:
    async with under("company", tmp_path, redis, "2026-11-23 10:05") as story:
        await answered(story)
        await story.say("li", "续报 1 没有新评论")
        await story.say("li", "平息 1 两天没有新评论")
        assert "track" not in await owed(story)
        await story.say("zhou", "热度 1 阅读 2000")
        # A day from Monday, for the look and for the bulletin of a major matter.
        assert {kind: at for kind, at in (await owed(story)).items() if kind in ("track", "situation")} == {
            "track": "Wed 11-25 00:00", "situation": "Wed 11-25 00:00"
        }  # fmt: skip
        await story.say("wang", "舆情通报 1 评论区平稳")
        story.expect("舆情通报按规则由值守台来写，没有办理")
        await story.say("zhou", "舆情通报 1 评论区平稳")
        told = story.expect("请 @钱副校长 @赵校长 阅知。平息之前还要写，下一份 11-24（周二）24:00 前", pinged="zhao")
        assert told.say.mentions == ("qian", "zhao")
