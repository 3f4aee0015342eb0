"""What an answer offers can be done: an extension where there is one, the command's own words, a real reason."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Request
from tests.support.story import Story, new_story

WATCH = {'regime = "standard"': 'regime = "watch"'}
BY_WORDS = [
    ("wang", "签收 1 不归我们管"), ("wang", "办结 1 还在等检测报告"), ("qian", "批办 1 总务处 20天 请查明原因"),
    ("qian", "批办 1 总务处 400天 请查明原因"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["watch", "bureau", "township"])
async def test_no_extension_is_offered_where_there_is_none(tmp_path: Path, redis: Redis, name: str) -> None:
    async with new_story(tmp_path, redis, **{'regime = "standard"': f'regime = "{name}"'}) as story:
        assert story.bot.office.regime.extension is None
        await story.opened()
        for person, words in BY_WORDS:
            for told in await story.say(person, words):
                assert "延期 1" not in told.text


async def test_it_is_offered_where_there_is_one(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1 不归我们管")
    story.expect("要多些时间请回复：延期 1 2天 理由")
    await story.say("wang", "办结 1 还在等检测报告")
    story.expect("需要时间请用：延期 1 2天 理由")


@pytest.mark.parametrize("reason", ["不成立", "不成立！！！", "。。。。。", "12 。，"])
async def test_marks_are_no_reason(story: Story, reason: str) -> None:
    await story.opened()
    await story.say("qian", "漏报 总务处 1 值班电话已接到，当天没有上报")
    await story.say("wang", "异议 1 当时已口头报告值班领导")
    await story.say("qian", f"维持 1 {reason}")
    assert not [one for one in story.fresh if "维持（钱副校长）" in one.text]
    await story.say("qian", "维持 1 查无此记录")
    story.expect("维持（钱副校长）")


async def test_to_confirm_is_answered_in_its_own_words(story: Story) -> None:
    await story.opened()
    for n, what in ((1, "更换冷链车"), (2, "建立进货台账")):
        await story.say("zhou", f"整改 1 总务处 周五前 {what}")
        await story.say("wang", f"已整改 1 第{n}项 已经{what}")
    for words in ("确认整改 1", "整改不实 1 现场仍是旧车", "确认整改 1 第3项"):
        await story.say("zhou", words)
        told = story.expect("请写明第几项，没有办理：确认整改 #1 第1项")
        assert "已整改" not in told.text
    await story.say("zhou", "确认整改 1 第2项")
    story.expect("整改第 2 项已确认")


@pytest.mark.parametrize("words", ["同意答复 1", "同意答复", "同意回复 1", "同意答复稿", "approve the reply 1"])
async def test_to_agree_to_the_answer_is_to_approve_the_reply(story: Story, words: str) -> None:
    await story.acknowledged()
    await story.say("wang", "拟复 1 您反映的问题已核实，筛网已更换，留样检测合格。")
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.advance("1m")
    await story.say("qian", words)
    assert [(one.kind, one.state) for one in await Request.all().order_by("id")] == [
        ("reply", "approved"), ("extension", "pending")
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["同意答复延期 1", "同意答复家长 1", "转：同意答复 1", "同意答复的意见吗 1"])
async def test_what_says_more_approves_no_reply(story: Story, words: str) -> None:
    await story.acknowledged()
    await story.say("wang", "拟复 1 您反映的问题已核实，筛网已更换，留样检测合格。")
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.advance("1m")
    await story.say("qian", words)
    assert (await Request.get(kind="reply")).state == "pending"


async def test_to_disagree_sends_the_reply_back(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "拟复 1 您反映的问题已核实，筛网已更换，留样检测合格。")
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.advance("1m")
    await story.say("qian", "不同意答复 1 请写明检测机构")
    assert (await Request.get(kind="reply")).state == "rejected"
