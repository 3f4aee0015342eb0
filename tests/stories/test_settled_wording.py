"""Wording, statements and press releases: signed before anybody gives them out, and the press hears nothing else."""

from json import dumps
from pathlib import Path

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from handlers.rules.incident.inquiries import InquiryOnRecord, waiting
from storage.tables import Duty, Event, Outbox, Request
from tests.support.cases import Row, case, later
from tests.support.chains import latest, signed_by
from tests.support.story import Story, monday, new_story

pytestmark = pytest.mark.demand("C3.voice")
OWED = ((1, later(hours=1)), (2, later(hours=2)))
WORDING = "该批次已停用。检测结果周五在官网公布。"


async def settled(story: Story, text: str = WORDING) -> None:
    await story.say("zhou", f"口径 1 {text}")
    await story.say("qian", "同意口径 1")


async def test_it_is_signed_and_then_given_out_to_who_asks(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", "发言人 1 孙副校长")
    await story.say("feng", "口径 1")
    story.expect("还没有审定的口径，先不要对外说")
    asked = (await story.say("wang", f"口径 1 {WORDING}"))[-1]
    assert asked.say.mentions == ("qian",)
    assert asked.labels == ["同意", "不同意"]
    await story.say("wu", "口径 1")
    story.expect("第 1 稿正在等 钱副校长 审批")
    story.expect("还没有审定的口径")
    await story.say("wang", "同意 1")
    story.expect("是您自己拟的")
    await story.say("qian", "同意 1")
    story.expect("同意口径第 1 稿", pinged="sun")  # the spokesman hears it
    assert await signed_by("wording") == ["qian"]
    await story.say("wu", "口径 1")
    story.expect("「该批次已停用。检测结果周五在官网公布。」")
    assert (await story.incident()).replied_at is None


async def test_the_old_edition_is_used_until_the_new_one_is_signed(story: Story) -> None:
    await story.acknowledged()
    await settled(story)
    asked = (await story.say("zhou", "口径 1 该批次已停用。检测结果周六在官网公布。"))[-1]
    assert "“周五”改为“周六”" in asked.text or "五”改为“六" in asked.text
    await story.say("wu", "口径 1")
    story.expect("检测结果周五在官网公布")
    story.expect("第 2 稿正在等 钱副校长 审批")
    await story.say("qian", "不同意口径 1 还没有定到周六")
    story.expect("请修改后再送：口径 1 内容", pinged="zhou")
    await story.say("wu", "口径 1")
    story.expect("检测结果周五在官网公布")


async def test_a_statement_and_a_release_have_editions_of_their_own(story: Story) -> None:
    await story.acknowledged()
    await settled(story)
    await story.say("zhou", "声明 1 我校高度重视，已启动调查。")
    await story.say("zhou", "通稿 1 我校食堂即日起停用该批次食材。")
    await story.say("qian", "同意 1")
    story.expect("同意声明 1，或：同意通稿 1")
    await story.say("qian", "同意通稿 1")
    await story.say("qian", "同意声明 1")
    assert [one.subject["edition"] for one in await Request.all()] == [1, 1, 1]
    await story.say("wu", "通稿 1")
    story.expect("另有审定的：口径 1；声明 1")


async def test_the_press_hears_signed_words_alone(story: Story) -> None:
    await story.acknowledged()
    await settled(story)
    for n in range(3):
        await story.say("zhou", f"媒体询问 1 晨报第 {n + 1} 次问检测结果何时公布")
    await story.say("qian", "答媒体 1 第1问 检测结果周四公布。")
    story.expect("“检测结果周四公布”不在审定的文字里")
    story.expect("答媒体 1 按口径")
    await story.say("zhou", "答媒体 1 第1问 结果周五在官网公布。")  # a part of a sentence may say something else
    story.expect("不在审定的文字里")
    await story.say("zhou", "答媒体 1 第1问 ？！？！")
    story.expect("请写明怎样答复的")
    await story.say("zhou", "答媒体 1 第1问 检测结果周五在官网公布！")
    story.expect("已答媒体询问 1")
    await story.say("zhou", "答媒体 1 第2问 按口径")
    story.expect("已答媒体询问 2（周晓）：该批次已停用。检测结果周五在官网公布。")
    await story.say("zhou", "答媒体 1 按声明")
    story.expect("还没有审定的口径")
    assert await Duty.filter(kind="inquiry").order_by("id").values_list("state", flat=True) == ["met", "met", "open"]


async def test_an_answer_that_nobody_signed_says_so(story: Story) -> None:
    await story.acknowledged()
    await story.say("zhou", "媒体询问 1 晨报问检测结果何时公布")
    await story.say("zhou", "答媒体 1 检测结果周五公布")
    story.expect("这句话没有人审定过")


async def test_who_may_propose_it(story: Story) -> None:
    await story.acknowledged()
    await story.say("wu", f"口径 1 {WORDING}")
    assert await Request.all().count() == 0
    await story.say("li", "涉及 1 钱副校长")
    await story.say("zhou", f"口径 1 {WORDING}")
    assert (await latest("wording")).state == "pending"
    await story.say("qian", "口径 1")
    story.expect("反映的事情与您有关")


async def test_it_is_taken_back(story: Story) -> None:
    await story.acknowledged()
    await story.say("zhou", f"口径 1 {WORDING}")
    await story.say("zhou", "撤回 1")
    assert (await latest("wording")).state == "superseded"


async def test_its_text_is_erased_with_the_matter(story: Story) -> None:
    await story.acknowledged()
    await settled(story, "该批次冷链食材已全部停用。")
    await story.say("li", "专家 1 市疾控张教授 是否停用该批次")
    await story.closed()
    await story.jump(story.now.replace(year=2029, month=12, day=1) - story.now)
    left = [*await Request.all().values(), *await Event.all().values(), *await Outbox.all().values()]
    assert not [one for one in ("冷链食材", "张教授") if one in dumps(left, default=str, ensure_ascii=False)]


async def test_in_english(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, language="en") as story:
        await story.acknowledged()
        await story.say("wu", "statement 1")
        story.expect("No statement is approved yet: say nothing outside")
        asked = (await story.say("zhou", "statement 1 The batch is withdrawn."))[-1]
        assert "sent a statement (version 1)" in asked.text
        await story.say("qian", "approve statement 1")
        story.expect('Nothing else is said outside: "The batch is withdrawn."')
        await story.say("zhou", "press asks 1 the Post asks for the result")
        await story.say("zhou", "press answer 1 The result comes on Friday.")
        story.expect("is in nothing that was approved")
        await story.say("zhou", "press answer 1 the statement")
        story.expect("The press was answered, question 1")
        await story.say("zhou", "press asks 1 the Evening Post asks for the result")
        await story.say("zhou", "press asks 1 the Times asks for the result")
        await story.say("zhou", "press answer 1 the statement")
        story.expect("2 questions wait; which one, by its number or medium?")
        await story.say("zhou", "press answer 1 Times: the statement")
        story.expect("The press was answered, question 3")
        await story.say("zhou", "press answer 1 the Evening Post: The batch is withdrawn")
        story.expect("The press was answered, question 2")


async def test_the_press_may_ask_after_the_end(story: Story) -> None:
    await story.closed()
    await settled(story)
    await story.say("wu", "口径 1")
    story.expect("检测结果周五在官网公布")
    assert (await story.incident()).holder == "closed"


@pytest.mark.demand("C3.response")
async def test_an_expert_is_asked_and_the_opinion_kept(story: Story) -> None:
    await story.acknowledged()
    await story.say("li", "专家意见 1 市疾控张教授 建议停用该批次")
    story.expect("还没有请教专家")
    await story.say("li", "专家 1 市疾控张教授 是否停用该批次")
    story.expect("请教专家 市疾控张教授")
    [looked_up] = [m.text for m in await story.say("li", "查 1") if "现在在" in m.text]
    assert "专家 市疾控张教授：问 是否停用该批次（未答）" in looked_up
    await story.say("li", "专家意见 1 市疾控张教授 建议停用该批次，送检留样")
    [looked_up] = [m.text for m in await story.say("li", "查 1") if "现在在" in m.text]
    assert "专家 市疾控张教授：意见 建议停用该批次，送检留样" in looked_up
    await story.say("wang", "专家 1 李教授 是否停用该批次")
    story.expect("由值守台（办公室、信息员）或领导来办")


@pytest.mark.demand("C3.group")
async def test_who_was_called_is_reminded_before_the_meeting(story: Story) -> None:
    await story.opened()
    await story.say("li", "会商 1 今天15:00 第一会议室 钱副校长、王强")
    assert not [one for one in await story.until(monday("14:29")) if "会商" in one.text]
    [told] = [one for one in await story.until(monday("14:31")) if "会商" in one.text]
    assert told.say.mentions == ("qian", "wang")
    assert "会商 11-23（周一）15:00 开始" in told.text
    # Afterwards the minutes are reminded of as ever: four hours before Tuesday 24:00.
    sent = await story.until(monday("20:30", 2))
    assert [one.say.mentions for one in sent if "【会商纪要】" in one.text][:1] == [("li",)]


async def test_the_reminder_of_a_meeting_is_kept_where_redis_forgets_it(story: Story, redis: Redis) -> None:
    await story.opened()
    await story.say("li", "会商 1 今天15:00 第一会议室 钱副校长、王强")
    await redis.flushall()
    [told] = [one for one in await story.until(monday("14:31")) if "会商" in one.text]
    assert told.say.mentions == ("qian", "wang")


async def test_a_higher_tier_keeps_the_reminder_of_the_meeting(story: Story) -> None:
    await story.opened()
    await story.say("li", "会商 1 今天15:00 第一会议室 钱副校长、王强")
    await story.say("li", "升级 1 重大 家长聚集")
    assert [one for one in await story.until(monday("14:31")) if "开始" in one.text and "会商" in one.text]


async def test_of_a_meeting_that_is_called_off_nobody_is_reminded(story: Story) -> None:
    await story.opened()
    await story.say("li", "会商 1 今天15:00 第一会议室 钱副校长、王强")
    await story.say("li", "取消会商 1 改为书面征求意见")
    assert not [one for one in await story.until(monday("15:30")) if "会商" in one.text]


async def merged(story: Story) -> None:
    """Bring a matter to signed wording and a spokesman, and merge another one into it, of which the press asked."""
    await story.acknowledged()
    await settled(story)
    await story.say("qian", "发言人 1 孙副校长")
    await story.say("zhou", "@回音 食堂又见异物 https://www.zhihu.com/question/123456")
    await story.say("zhou", "媒体询问 2 晨报问是否有虫子")
    await story.say("zhou", "合并 2 到 1")


async def test_a_merged_matter_is_answered_for_in_the_words_of_the_other(story: Story) -> None:
    await merged(story)
    await story.say("zhou", "答媒体 2 没有发现虫子，全部合格。")
    story.expect("〔#1〕对外由 孙副校长 一人发言")
    await story.say("sun", "答媒体 2 没有发现虫子，全部合格。")
    story.expect("不在审定的文字里")
    await story.say("sun", "答媒体 2 第2问 按口径")
    story.expect("请写明第几问或哪家媒体，没有办理：第1问 晨报问是否有虫子")
    await story.say("sun", "答媒体 2 第1问 按口径")
    story.expect("〔#1〕已答媒体询问 1（孙副校长）")
    owed = await Duty.filter(kind="inquiry").order_by("id").values_list("owner", "state")
    assert owed == [("desk", "waived"), ("person:sun", "met")]


async def test_an_answer_meets_the_inquiry_that_it_names_after_a_merger(story: Story) -> None:
    await merged(story)
    await story.advance("10m")
    await story.say("zhou", "媒体询问 1 电视台记者问检测结果")
    await story.say("sun", "答媒体 1 按口径")
    story.expect("第1问 晨报问是否有虫子；第2问 电视台记者问检测结果")
    [looked_up] = [m.text for m in await story.say("li", "查 1") if "现在在" in m.text]
    assert "媒体询问 1：晨报问是否有虫子（未答）" in looked_up
    await story.say("sun", "答媒体 1 电视台：按口径")
    story.expect("〔#1〕已答媒体询问 2（孙副校长）：该批次已停用。")
    states = Duty.filter(kind="inquiry", incident_id=1).order_by("id")
    assert await states.values_list("state", flat=True) == ["open", "met"]
    await story.say("sun", "答媒体 1 按口径")
    story.expect("〔#1〕已答媒体询问 1（孙副校长）")
    assert await states.values_list("state", flat=True) == ["met", "met"]


async def test_a_merger_that_is_taken_back_takes_its_inquiries_back(story: Story) -> None:
    await merged(story)
    await story.say("zhou", "撤回")
    await story.say("sun", "答媒体 1 按口径")
    story.expect("没有等着答复的媒体询问")
    await story.say("zhou", "答媒体 2 没有发现虫子，全部合格。")
    story.expect("〔#2〕已答媒体询问 1（周晓）")


async def test_inquiries_of_one_moment_and_of_two_mergers_are_told_apart(story: Story) -> None:
    await story.acknowledged()
    for n in (2, 3):
        await story.say("zhou", f"@回音 食堂又见异物 https://www.zhihu.com/question/12345{n}")
    for medium in ("晨报", "晚报"):
        await story.say("zhou", f"媒体询问 3 {medium}问是否有虫子")
    await story.say("zhou", "媒体询问 2 电视台问是否停用")
    await story.say("zhou", "合并 3 到 2")
    await story.say("zhou", "合并 2 到 1")
    await story.say("zhou", "答媒体 1 没有发现虫子")
    story.expect("第1问 电视台问是否停用；第2问 晨报问是否有虫子；第3问 晚报问是否有虫子")
    await story.say("zhou", "答媒体 3 晚报：没有发现虫子")
    story.expect("第3问 晚报问是否有虫子")  # its number in #1 is said, and nothing done
    await story.say("zhou", "答媒体 2 晨报：没有发现虫子")
    story.expect("〔#1〕已答媒体询问 2")
    await story.say("zhou", "答媒体 1 第3问 没有发现虫子")
    await story.say("zhou", "答媒体 1 该批次已停用")
    story.expect("〔#1〕已答媒体询问 1")
    assert not await Duty.filter(kind="inquiry", state="open").exists()


def test_a_duty_without_words_on_record_can_be_answered() -> None:
    own, other = (Row({"id": id, "kind": "inquiry", "state": "open", "started_at": at}) for id, at in OWED)
    known = (InquiryOnRecord(1, OWED[1][1], "晨报问是否有虫子"),)
    found = waiting(replace(case(), duties=[own, other]), known)
    assert [(one.inquiry.n, one.duty) for one in found] == [(2, 1), (1, 2)]
