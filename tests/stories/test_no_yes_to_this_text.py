"""A yes that wants another text, time or check is no yes: it is asked back with two buttons, or two words."""

import pytest

from storage import audit
from storage.tables import Request
from tests.support.story import BotMessage, Story

REMARK = "修改后再发"


async def state(number: int = 1) -> tuple[str, str | None]:
    row = await Request.get(id=number)
    return row.state, row.remark


async def asked_back(story: Story, words: str = f"同意 1，{REMARK}") -> BotMessage:
    await story.drafted()
    await story.say("qian", words)
    asked = story.expect("这句话我不敢当作同意，没有办理。")
    assert asked.labels == ["照现稿同意", "退回并附此意见"]
    assert (await state())[0] == "pending"
    return asked


async def test_it_names_the_version_and_the_remark(story: Story) -> None:
    asked = await asked_back(story)
    assert f"“{REMARK}”——" in asked.text
    assert "等您定的是第 1 稿（20 字，“已封存留样送检，11月26日前公布结果。”）" in asked.text
    assert asked.text.startswith("〔#1·请示1〕")


async def test_the_first_button_approves_the_text_as_it_stands(story: Story) -> None:
    asked = await asked_back(story)
    await story.press("qian", asked, "照现稿同意")
    story.expect("钱副校长 同意发布第 1 稿", pinged="wang")
    assert await state() == ("approved", None)


async def test_the_second_sends_it_back_with_exactly_that_remark(story: Story) -> None:
    asked = await asked_back(story)
    await story.press("qian", asked, "退回并附此意见")
    story.expect(f"钱副校长 不同意答复：{REMARK}", pinged="wang")
    assert await state() == ("rejected", REMARK)


@pytest.mark.parametrize("words", ["照现稿同意", "照现稿同意 1", "1 照现稿同意", "好的，照现稿同意"])
async def test_the_words_of_the_first_button_do_the_same(story: Story, words: str) -> None:
    await asked_back(story)
    await story.say("qian", words)
    assert await state() == ("approved", None)


@pytest.mark.parametrize("words", ["退回", "退回 1", "退回并附此意见", "不同意", "不同意 1"])
async def test_the_words_of_the_second_do_the_same(story: Story, words: str) -> None:
    await asked_back(story)
    await story.say("qian", words)
    story.expect(f"钱副校长 不同意答复：{REMARK}", pinged="wang")
    assert await state() == ("rejected", REMARK)


async def test_a_reason_of_its_own_goes_before_the_remark(story: Story) -> None:
    await asked_back(story)
    await story.say("qian", "不同意 1 语气生硬")
    assert await state() == ("rejected", "语气生硬")


async def test_the_last_remark_counts(story: Story) -> None:
    await asked_back(story)
    await story.say("qian", "同意 1，等检测报告出来再发")
    asked = story.expect("等检测报告出来再发")
    await story.press("qian", asked, "退回并附此意见")
    assert await state() == ("rejected", "等检测报告出来再发")


async def test_the_buttons_are_for_who_was_asked_back(story: Story) -> None:
    asked = await asked_back(story)
    for who in ("zhao", "sun", "wang"):
        for label in asked.labels:
            await story.press(who, asked, label)
            story.expect("这两个按钮是给钱副校长的，没有办理")
    assert await state() == ("pending", None)


async def test_a_new_version_is_not_decided_by_the_buttons_of_the_old(story: Story) -> None:
    asked = await asked_back(story)
    await story.say("wang", "拟复 1 第二稿，11月27日前公布。")
    for label in asked.labels:
        await story.press("qian", asked, label)
        story.expect("您看到的第 1 稿已作废，现在等您定的是第 2 稿。没有办理。")
    assert [row.state for row in await Request.all().order_by("id")] == ["superseded", "pending"]


async def test_the_remark_goes_with_no_other_request(story: Story) -> None:
    await asked_back(story)
    await story.say("wang", "拟复 1 第二稿，11月27日前公布。")
    await story.advance("2m")
    await story.say("qian", "不同意 1")
    assert await state(2) == ("rejected", None)


async def test_it_is_answered_once(story: Story) -> None:
    asked = await asked_back(story)
    await story.press("qian", asked, "照现稿同意")
    await story.press("qian", asked, "退回并附此意见")
    story.expect("这项审批已经办过了")
    assert await state() == ("approved", None)


@pytest.mark.parametrize(
    ("ask", "kind"), [("延期 1 1天 等检测报告", "extension"), ("误报 1 说的是另一所学校", "withdrawal")]
)
async def test_every_kind_of_request_is_asked_back_so(story: Story, ask: str, kind: str) -> None:
    await story.acknowledged()
    await story.say("zhou", ask)
    await story.say("qian", f"同意 1，{REMARK}")
    asked = story.expect("等您定的是")
    assert asked.labels == ["照现稿同意", "退回并附此意见"]
    await story.press("qian", asked, "退回并附此意见")
    assert (await state(), (await Request.get(id=1)).kind) == (("rejected", REMARK), kind)


async def test_one_to_one_it_is_asked_back_there(story: Story) -> None:
    await story.drafted()
    sent = await story.say("qian", f"同意 1，{REMARK}", private=True)
    assert [(one.conversation, one.labels) for one in sent] == [("@qian", ["照现稿同意", "退回并附此意见"])]


async def test_with_several_waiting_it_asks_which(story: Story) -> None:
    await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    second = (await story.say("wang", "拟复 2 已停用跑道，请第三方检测。"))[-1]
    await story.say("qian", f"同意，但{REMARK}")
    story.expect("有 2 项等您审批，请写明编号")
    await story.say("qian", f"同意，但{REMARK}", quote=second)
    assert story.expect("没有办理").text.startswith("〔#2·请示2〕")


async def test_it_is_on_record(story: Story) -> None:
    await asked_back(story)
    line = next(one for one in await audit.history(1) if one["kind"] == "asked back")
    assert (line["actor"], line["data"]) == ("qian", {"request": 1, "remark": REMARK})


async def test_others_are_not_asked_back(story: Story) -> None:
    await story.drafted()
    await story.say("feng", f"同意，但{REMARK}")
    story.silent()


async def test_in_english(english: Story) -> None:
    await english.drafted("We sealed a sample. Results by 26 November.")
    await english.say("qian", "approve 1 but wait for the lab")
    asked = english.expect("I would not take that for a yes, so nothing was done. Before you is version 1")
    assert asked.labels == ["As it stands", "Back with this remark"]
    await english.press("qian", asked, "Back with this remark")
    english.expect("rejected the reply: but wait for the lab", pinged="wang")
    await english.advance("2m")
    await english.say("wang", "draft 1 We sealed a sample. Results by 27 November.")
    await english.advance("2m")
    await english.say("qian", "approve 1 but wait for the lab")
    await english.say("qian", "as it stands 1")
    english.expect("Approved by 钱副校长: version 2", pinged="wang")
