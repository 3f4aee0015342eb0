"""学校: an answer with a date the same day, the result by that date, then a summary. No tiers, no extensions."""

import pytest

from handlers.rules.incident.news_words import tells_no_look
from tests.support.regime import DATED, POST, calmed, dated_pings, found, owed, regime_of, stamp
from tests.support.story import Story, monday

REGIME = "school"
ANSWER = "拟复 1 经查，该批次已停用，供货商已更换到位。"


async def published(story: Story, draft: str = DATED) -> None:
    await story.opened()
    await story.say("wang", draft)
    for leader in ("qian", "zhao"):
        await story.say(leader, "同意")
    await story.publish()


@pytest.mark.demand("school.report")
async def test_the_find_is_reported_twice_at_once_and_owes_the_same_day(story: Story) -> None:
    opened = await story.opened()
    assert opened.say.mentions == ("wang", "qian")  # the department; the leader above
    assert stamp(opened.at) == "Mon 11-23 10:05"
    assert await owed(story) == {"reply": "Tue 11-24 00:00"}  # Monday 24:00


@found("2026-11-23 23:10")
@pytest.mark.demand("school.same_day")
async def test_a_late_find_keeps_two_hours(story: Story) -> None:
    await story.opened()
    assert await owed(story) == {"reply": "Tue 11-24 01:10"}


@pytest.mark.demand("school.date")
async def test_holding_off_without_a_date_is_held_back(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 您的来信收悉，正在核实处理。")
    story.expect("先不送审")
    assert (await story.incident()).holder == "department:总务处"


@pytest.mark.demand("school.promised")
async def test_the_date_given_is_when_it_must_be_settled(story: Story) -> None:
    await published(story)
    # 11月26日前: Thursday 24:00, as a promise and as the limit of the result.
    # A look is owed a day after the answer.
    assert await owed(story) == {
        "track": "Wed 11-25 00:00", "resolve": "Fri 11-27 00:00", "promise": "Fri 11-27 00:00"
    }  # fmt: skip


async def test_the_date_is_shown_before_approval(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    story.expect("承诺：11月26日前（11-26（周四）24:00）", pinged="qian")


async def test_an_answer_at_once_owes_no_date(story: Story) -> None:
    await published(story, ANSWER)
    await calmed(story)
    await story.say("qian", "总结 1 起因、经过、整改")
    assert await owed(story) == {"closing": "Fri 11-27 00:00"}  # nothing else is owed: three days to close it


@pytest.mark.demand("school.finalised")
async def test_the_group_finalises_it(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    asked = story.expect("审批", pinged="qian")
    assert asked.say.mentions == ("qian", "zhao")
    await story.say("feng", "同意 1")
    story.expect("没有审批权限")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 已签，还等 钱副校长", pinged="qian")
    await story.publish()
    story.expect("回复稿还在等领导审批")
    await story.say("qian", "同意 1")
    story.expect("钱副校长 同意发布", pinged="wang")


@pytest.mark.demand("school.finalised")
async def test_another_leader_may_sign_for_the_group_but_not_for_the_main_leader(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    await story.say("sun", "同意 1")
    story.expect("已签（代钱副校长签），还等 赵校长", pinged="zhao")
    await story.say("qian", "同意 1")
    story.expect("有人代您签过，不用再签；还等 赵校长 签")
    await story.say("zhao", "同意 1")
    story.expect("赵校长 同意发布")


async def test_both_are_reminded_of_their_signature(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    sent = await story.until(monday("22:00"))
    assert dated_pings(sent, "请审批") == [  # due Monday 24:00
        ("Mon 11-23 20:00", "qian", "zhao"),  # -4h
        ("Mon 11-23 22:00", "qian", "zhao"),  # -1h is 23:00
    ]


async def test_a_missed_reply_climbs_the_ladder(story: Story) -> None:
    await story.opened()
    sent = await story.until(monday("12:30", 2))
    # Due Monday 24:00.
    assert dated_pings(sent) == [
        ("Mon 11-23 20:00", "wang"),  # -4h
        ("Mon 11-23 22:00", "wang"),  # -1h is 23:00
        ("Tue 11-24 07:00", "wang", "feng", "qian"),  # 0 and +4h
        ("Tue 11-24 12:00", "wang"),
        ("Wed 11-25 07:00", "wang", "zhao"),  # +1d and +28h
    ]
    assert [stamp(one.at) for one in sent if "列入通报" in one.text] == ["Wed 11-25 07:00"]


async def test_a_missed_promise_is_chased(story: Story) -> None:
    await published(story, "拟复 1 已封存留样送检，11月26日上午公布结果。")
    await calmed(story)
    await story.say("qian", "总结 1 起因、经过、整改")
    assert await owed(story) == {"resolve": "Thu 11-26 12:00", "promise": "Thu 11-26 12:00"}
    assert dated_pings(await story.until(monday("12:30", 4))) == [
        ("Thu 11-26 08:00", "wang"),  # -4h
        ("Thu 11-26 11:00", "wang"),  # -1h
        ("Thu 11-26 12:00", "wang", "feng"),  # 0
        ("Thu 11-26 16:00", "wang", "qian"),  # +4h
        ("Fri 11-27 08:30", "wang"),
        ("Fri 11-27 12:00", "wang", "zhao"),  # +1d
    ]


@pytest.mark.demand("school.summary")
async def test_the_group_owes_the_summary_after_the_calm(story: Story) -> None:
    await published(story)
    await story.until(monday("16:00", 3))
    await story.answer(text="检测合格，报告已贴在公告栏。", leaders=("qian", "zhao"))
    await story.say("wang", "办结 1 检测合格，报告已公布")
    assert await owed(story) == {"track": "Wed 11-25 00:00"}  # late since Tuesday 24:00
    await calmed(story)
    # The third day after Thursday the 26th is a Sunday: Monday the 30th, 24:00.
    assert await owed(story) == {"summary": "Tue 12-01 00:00"}
    sent = await story.until(monday("07:30", 8))
    assert dated_pings(sent, "【总结】") == [
        ("Mon 11-30 20:00", "qian", "sun", "zhao"),
        ("Mon 11-30 22:00", "qian", "sun", "zhao"),
        ("Tue 12-01 07:00", "qian", "sun", "zhao", "feng"),
    ]
    assert "请回复：总结 1" in sent[0].text
    await story.say("wang", "总结 1 起因、经过、整改")
    story.expect("总结按规则由领导小组来写，没有办理")
    await story.say("sun", "总结 1 起因、经过、整改")
    assert await owed(story) == {}
    assert await story.advance("72h") == []


async def test_three_days_for_the_summary(story: Story) -> None:
    await published(story, ANSWER)
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    await calmed(story)
    assert await owed(story) == {"summary": "Fri 11-27 00:00"}  # Monday and three days: Thursday 24:00


@found("2026-09-30 16:00")
async def test_national_day(story: Story) -> None:
    await published(story, ANSWER)
    await story.say("wang", "办结 1 已停用该批次并更换供货商")
    await calmed(story)
    # The third day is October 3; the holiday ends on the 7th.
    assert await owed(story) == {"summary": "Fri 10-09 00:00"}


async def test_nothing_is_put_off(story: Story) -> None:
    await published(story)
    await story.say("wang", "延期 1 1天 等检测报告")
    story.expect("时限不能延期")


async def test_there_are_no_tiers(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    story.expect("不分级")
    await story.say("li", "热度 1 阅读 900000 评论 90000 转发 9000")
    assert (await story.incident()).tier == "general"


@pytest.mark.demand("school.kinds")
async def test_four_kinds_have_a_check_list_each(story: Story) -> None:
    regime = regime_of(story)
    assert [(kind, len(lines)) for kind, lines in regime.reply.checklist.items()] == [
        ("request", 4), ("suggestion", 3), ("disputed", 4), ("surge", 4)
    ]  # fmt: skip
    assert "写明何时办成" in regime.reply.checklist["request"]
    assert (regime.name, regime.title, regime.keeps) == ("school", {"zh": "学校", "en": "School"}, "3 years")
    assert regime.rule("resolve").starts == "published"


async def test_the_check_list_is_shown_to_who_approves(story: Story) -> None:
    await story.opened()
    await story.say("wang", DATED)
    story.expect("写明何时办成")


async def test_lower_counts_are_held_against_the_highest_on_record(story: Story) -> None:
    await published(story, ANSWER)
    await story.say("li", "热度 1 阅读 5000 评论 300")
    await story.say("li", "热度 1 阅读 10 评论 1")
    await story.say("li", "平息 1 阅读 10 评论 1，没有新评论")
    story.expect("比记过的数（阅读 5000 评论 300）还少")
    assert "track" in await owed(story)
    await story.say("li", "平息 1 还没有平息，阅读 5000 评论 300")
    story.expect("照这么说还没有平息")


async def test_what_stirs_again_after_the_calm_is_watched_again(story: Story) -> None:
    await published(story, ANSWER)
    await story.say("li", "热度 1 阅读 5000")
    await story.say("li", "平息 1 阅读 5000")
    assert "track" not in await owed(story)
    await story.say("li", "热度 1 阅读 5000")  # no more than before
    assert "track" not in await owed(story)
    await story.say("li", "热度 1 阅读 5001")
    assert "track" in await owed(story)
    await story.say("li", "平息 1 阅读 5001")
    assert "track" not in await owed(story)
    await story.say("zhou", f"@回音 食堂又吃出异物了，孩子还在吐 {POST}")
    assert (await owed(story))["track"] == "Wed 11-25 00:00"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        *((words, False) for words in ("没看", "明天再看", "1", "收到", "好的，知道了", "will look tomorrow")),
        *((words, True) for words in ("没有新评论", "没看到新的议论", "看过了，明天再看", "话题没有关注度了")),
    ],
)  # fmt: skip
def test_which_news_tells_of_a_look(words: str, told: bool) -> None:
    assert tells_no_look(words) != told


async def test_news_without_a_look_is_kept_and_is_none(story: Story) -> None:
    await published(story, ANSWER)
    before = await owed(story)
    await story.advance("1h")
    await story.say("li", "续报 1 没看")
    story.expect("续报（李主任）：没看")
    assert "这不算看过，请看了再写" in story.fresh[-1].text
    assert await owed(story) == before
    await story.say("li", "平息 1 两天没有新评论")
    story.expect("答复以后还没有人看过")


async def test_a_summary_without_a_text_is_none(story: Story) -> None:
    await published(story, ANSWER)
    await calmed(story)
    await story.say("qian", "总结 1")
    story.expect("请写上总结：总结 1 起因、经过、整改")
    assert "summary" in await owed(story)
