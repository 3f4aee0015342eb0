"""Helping departments 协办: each owes a part of its own by a time, is reminded by itself, and is late by itself."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from handlers.rules.incident.part_words import says_nothing
from storage.tables import Draft, Duty, Overrun
from tests.support.regime import MONDAY_MORNING, POST, local, owed, state, under
from tests.support.story import Story

REGIME = "park"  # three days for each helper, from when it was asked


async def parts(story: Story, number: int = 1) -> dict[str, str]:
    rows = await Duty.filter(kind="part", incident_id=number).order_by("id").values_list("owner", "state")
    return {str(owner).removeprefix("department:"): str(state) for owner, state in rows}


async def led(story: Story) -> None:
    """Open a matter of 总务处 that 德育处 (chen) and 保卫处 (chu) help with."""
    await story.opened()
    await story.say("li", "牵头 1 总务处 协办 德育处、保卫处")


@pytest.mark.demand("park.helpers")
async def test_each_helper_owes_its_own_part_by_its_own_time(story: Story) -> None:
    await led(story)
    told = story.expect("总务处牵头，德育处、保卫处协办", pinged="chen")
    # Monday 11-23: Tue, Wed, Thu. The third day ends on Thursday at 24:00.
    assert "协办部门请在 11-26（周四）24:00 前回复：协办意见 1 内容" in told.text
    assert await parts(story) == {"德育处": "open", "保卫处": "open"}
    assert (await owed(story))["part"] == "Fri 11-27 00:00, Fri 11-27 00:00"
    await story.say("li", "查 1")
    story.expect("协办意见（德育处） 11-26（周四）24:00")
    await story.say("chen", "待办")
    story.expect("协办意见（德育处）")
    await story.say("chen", "为何 1")
    story.expect("【协办意见（保卫处）】11-26（周四）24:00 到期")


@pytest.mark.demand("university.drafted")
async def test_a_part_meets_its_own_alone_and_the_lead_sees_who_is_missing(story: Story) -> None:
    await led(story)
    await story.say("chen", "协办意见 1 已与班主任核实，当天没有学生就医")
    told = story.expect("德育处协办意见（陈老师）：已与班主任核实", pinged="wang")
    assert "还差：保卫处（11-26（周四）24:00）" in told.text
    assert await parts(story) == {"德育处": "met", "保卫处": "open"}
    await story.say("chu", "协办意见 1 监控已调取，未见异常")
    story.expect("协办意见已齐，都看一遍请回复：合稿 1")
    await story.say("wang", "合稿 1")
    shown = story.expect("协办意见 2 份").text
    assert "【德育处】已与班主任核实，当天没有学生就医（陈老师" in shown
    assert "【保卫处】监控已调取，未见异常（褚队长" in shown
    assert "这些是内部意见" in shown


@pytest.mark.demand("B4")
async def test_it_is_reminded_by_itself_and_late_by_itself(story: Story) -> None:
    await led(story)
    await story.say("qian", "批办 1 请查明")
    await story.say("chen", "协办意见 1 当天没有学生就医")
    await story.until(local("2026-11-26 20:00"))
    reminded = [one for one in story.fresh if "【协办意见（保卫处）】" in one.text]
    assert reminded
    assert all("chen" not in one.say.mentions for one in reminded)
    assert "chu" in reminded[0].say.mentions
    await story.until(local("2026-11-27 08:00"))
    late = story.expect("【协办意见（保卫处）】已超时", pinged="chu")
    assert "chen" not in late.say.mentions
    booked = await Overrun.filter(kind="part").values_list("owner", flat=True)
    assert booked == ["department:保卫处"]


@pytest.mark.parametrize(
    "words", ["", "收到", "好的，我们配合", "已收悉", "我处将积极配合做好落实。", "noted, we will fully support"]
)
async def test_a_receipt_is_no_part(story: Story, words: str) -> None:
    await led(story)
    await story.say("chen", f"协办意见 1 {words}")
    story.expect("请写明查到了什么、建议怎么答复")
    assert (await parts(story))["德育处"] == "open"


async def test_nothing_to_add_is_one(story: Story) -> None:
    await led(story)
    await story.say("chen", "协办意见 1 无补充意见")
    assert (await parts(story))["德育处"] == "met"


@pytest.mark.parametrize(
    ("words", "nothing"),
    [
        *((words, True) for words in (
            "正在核实", "我们会查", "请总务处定", "尽快核实后报", "正在调查，稍后报", "转总务处", "已转总务处处理",
            "不归我们管", "we will look into it", "好的，正在核实", "forwarded to General Services",
        )),
        *((words, False) for words in (
            "情况属实", "经核实，情况属实", "同意总务处意见", "已办理完毕", "我们已落实整改", "无", "没有", "无补充",
            "监控已调取，正在核实", "建议由总务处答复，我处无异常", "已转告学生，当天无人就医",
            "nothing to add", "we agree",
        )),
    ],
)  # fmt: skip
def test_which_words_say_nothing(words: str, nothing: bool) -> None:
    assert says_nothing(words) == nothing


async def test_what_is_only_passed_on_is_no_part_and_a_finding_in_a_word_is_one(story: Story) -> None:
    await led(story)
    await story.say("chen", "协办意见 1 请总务处定")
    story.expect("请写明查到了什么、建议怎么答复")
    await story.say("chen", "协办意见 1 情况属实")
    assert await parts(story) == {"德育处": "met", "保卫处": "open"}


async def test_a_deputy_gives_the_part_of_the_own_department_first(story: Story) -> None:
    await story.opened()
    await story.say("li", "牵头 1 总务处 协办 保卫处、德育处")
    await story.say("chu", "授权 陈老师 3天")
    await story.say("chen", "协办意见 1 当天没有学生就医")
    assert await parts(story) == {"保卫处": "open", "德育处": "met"}
    await story.say("chen", "协办意见 1 监控已调取，未见异常")
    assert await parts(story) == {"保卫处": "met", "德育处": "met"}


@pytest.mark.parametrize("line", ["协办意见 1 当天没有学生就医", "Part 1 of the works is done", "合稿 1"])
async def test_below_a_draft_it_is_text_of_the_draft(story: Story, line: str) -> None:
    await led(story)
    await story.say("wang", f"拟复 1 已更换供货商，今天起停用旧批次。\n{line}")
    assert (await Draft.get()).text == f"已更换供货商，今天起停用旧批次。\n{line}"


async def test_a_part_of_something_is_no_command(story: Story) -> None:
    await led(story)
    await story.say("chen", "part 1 of the works is done")
    assert (await parts(story))["德育处"] == "open"
    await story.say("chen", "part 1 the cameras show nothing unusual")
    assert (await parts(story))["德育处"] == "met"


@pytest.mark.parametrize("who", ["wang", "li", "qian", "wu"])
async def test_nobody_else_gives_it(story: Story, who: str) -> None:
    await led(story)
    await story.say(who, "协办意见 1 德育处说没有学生就医")
    story.expect("协办意见由协办部门交（德育处、保卫处）")
    assert await parts(story) == {"德育处": "open", "保卫处": "open"}


async def test_who_helps_no_more_owes_nothing_and_what_ran_over_stays(story: Story) -> None:
    await led(story)
    await story.until(local("2026-11-27 08:00"))
    await story.say("li", "协办 1 德育处")
    assert await parts(story) == {"德育处": "open", "保卫处": "waived"}
    assert sorted(await Overrun.filter(kind="part").values_list("owner", flat=True)) == [
        "department:保卫处", "department:德育处",
    ]  # fmt: skip


async def test_who_begins_to_help_later_has_as_long(story: Story) -> None:
    await led(story)
    await story.advance("1d")
    await story.say("li", "协办 1 德育处、保卫处、教务处")
    told = story.fresh[-1].text
    assert "德育处 11-26（周四）24:00 前、保卫处 11-26（周四）24:00 前、教务处 11-27（周五）24:00 前" in told
    # Tuesday 11-24: Wed, Thu, Fri. The third day ends on Friday at 24:00.
    assert (await owed(story))["part"] == "Fri 11-27 00:00, Fri 11-27 00:00, Sat 11-28 00:00"


async def test_who_owes_a_part_already_is_told_again_how_to_give_it(story: Story) -> None:
    await led(story)
    await story.say("li", "协办 1 德育处、保卫处")
    story.expect("协办部门请在 11-26（周四）24:00 前回复：协办意见 1 内容", pinged="chen")
    await story.say("chen", "协办意见 1 当天没有学生就医")
    await story.say("li", "协办 1 德育处、保卫处")
    story.expect("协办部门请按时回复：协办意见 1 内容（保卫处 11-26（周四）24:00 前）")


HELPING = '[override.helping]\nperiod = "3d"\n{}\n\n[web]\n'


@pytest.mark.parametrize(
    ("keys", "told", "drafted"),
    [
        ('before_draft = "refuse"', "协办意见未齐，还不能拟复：德育处", False),
        ('before_draft = "warn"', "协办意见还差：德育处", True),
        ('before_draft = "allow"', None, True),
        ('tiers = ["major"]\nbefore_draft = "refuse"', None, True),
    ],
)
async def test_what_a_missing_part_does_to_a_draft(
    tmp_path: Path, redis: Redis, keys: str, told: str | None, drafted: bool
) -> None:
    async with under("standard", tmp_path, redis, MONDAY_MORNING, **{"[web]\n": HELPING.format(keys)}) as story:
        await led(story)
        await story.say("wang", "拟复 1 已更换供货商，今天起停用旧批次。")
        said = story.fresh[-1].text
        assert (told or "拟了回复") in said
        assert ("协办意见" in said) == (told is not None)
        assert (await Draft.exists()) == drafted


async def test_a_helper_that_leads_owes_no_part(story: Story) -> None:
    await led(story)
    await story.say("li", "改派 1 保卫处")
    assert await parts(story) == {"德育处": "open", "保卫处": "waived"}


async def test_the_signer_is_told_who_is_missing(story: Story) -> None:
    await led(story)
    await story.say("wang", "拟复 1 已更换供货商，今天起停用旧批次。")
    story.expect("协办意见还差：德育处（11-26（周四）24:00）、保卫处（11-26（周四）24:00）", pinged="qian")


async def test_an_end_of_the_matter_ends_them_and_a_reopening_asks_again(story: Story) -> None:
    await led(story)
    await story.say("qian", "批办 1 请查明")
    await story.say("chen", "协办意见 1 当天没有学生就医")
    await story.answer(text="经查，已更换供货商。")
    await story.say("wang", "办结 1 已更换供货商")
    assert (await story.incident()).stage == "resolved"
    assert await parts(story) == {"德育处": "met", "保卫处": "waived"}
    await story.say("qian", "重办 1 公众说还没有换")
    rows = await Duty.filter(kind="part", state="open").order_by("id").values_list("owner", "cycle")
    assert [tuple(row) for row in rows] == [("department:德育处", 2), ("department:保卫处", 2)]
    await story.say("wang", "合稿 1")
    story.expect("还没有协办意见，在等：德育处")


async def test_taken_back_it_is_owed_again(story: Story) -> None:
    await led(story)
    await story.say("chen", "协办意见 1 当天没有学生就医")
    await story.say("chen", "撤回 1")
    assert (await parts(story))["德育处"] == "open"
    await story.say("wang", "合稿 1")
    story.expect("还没有协办意见")


async def test_whom_the_post_names_beside_the_first_helps_from_the_beginning(story: Story) -> None:
    await story.say("zhou", f"@回音 @总务处 @保卫处 食堂饭菜有异物 {POST}")
    assert await parts(story) == {"保卫处": "open"}
    story.expect("协办意见（保卫处） 11-26（周四）24:00", pinged="chu")


async def test_a_merged_matter_leaves_no_part_behind(story: Story) -> None:
    await story.say("zhou", "@回音 食堂排队太久 https://weibo.com/1234567890/Cd3eF4gH5")
    await story.opened()
    await story.say("li", "牵头 2 总务处 协办 保卫处")
    assert await parts(story, 2) == {"保卫处": "open"}
    await story.say("li", "并入 2 1")
    assert (await story.incident(2)).stage == "merged"
    assert await parts(story, 2) == {"保卫处": "waived"}
    assert await parts(story, 1) == {}


async def test_an_accused_helper_helps_no_more(story: Story) -> None:
    await led(story)
    await story.say("li", "涉及 1 保卫处")
    assert await parts(story) == {"德育处": "open", "保卫处": "waived"}


async def test_state_of_the_lead_does_not_change(story: Story) -> None:
    await led(story)
    await story.say("chen", "协办意见 1 当天没有学生就医")
    assert (await story.incident()).stage == "assigned"
    assert await state(story, "reply") == "open"
