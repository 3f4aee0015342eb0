"""A proposed opinion goes to the leader, who instructs on it; a yes to it signs nothing."""

import pytest

from tests.support.regime import dated_pings, local, owed, state
from tests.support.story import Story

REGIME = "university"
STATEMENT = "拟复 1 经查，情况说明如下：该批次已停用。"
OPINION = "拟办 1 保卫处 2天 请核实后公开答复"


@pytest.mark.demand("university.told")
async def test_the_leader_gets_it_when_it_is_written(story: Story) -> None:
    await story.opened()
    await story.say("zhou", OPINION)
    said = story.expect("拟办意见（#1 食堂饭菜有异物，周晓）：保卫处 2天 请核实后公开答复", pinged="qian")
    assert said.say.mentions == ("qian",)
    assert await state(story, "opinion") == "met"
    assert await state(story, "instruct") == "open"


@pytest.mark.demand("B8")
async def test_a_missing_one_is_chased(story: Story) -> None:
    await story.opened()
    sent = await story.until(local("2026-11-23 14:40"))
    # Due 11:05 with the report; -1h is the find itself, -4h is before it.
    assert dated_pings(sent, "【拟办意见】")[0] == ("Mon 11-23 11:05", "li", "feng")
    assert "请写拟办意见：拟办 1" in sent[0].text


async def test_the_leader_takes_it_over_in_a_word(story: Story) -> None:
    await story.opened()
    await story.say("li", OPINION)
    await story.say("qian", "批办 1 照拟办")
    story.expect("由保卫处办理", pinged="chu")
    assert (await story.incident()).department == "保卫处"
    assert (await owed(story))["reply"] == "Thu 11-26 00:00"  # two days from Monday: Wednesday 24:00
    assert await state(story, "instruct") == "met"


async def test_without_one_there_is_nothing_to_take_over(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 照拟办")
    story.expect("还没有拟办意见，没有办理")
    assert await state(story, "instruct") == "open"


async def test_a_yes_to_it_signs_no_reply(story: Story) -> None:
    await story.opened()
    await story.say("wang", STATEMENT)
    opinion = (await story.say("li", OPINION))[-1]
    for words in ("同意", "可以", "同意 1", "不同意"):
        await story.say("qian", words, quote=opinion)
        story.expect("您是说 #1 的拟办意见吗？拟办意见不用签字，没有办理")
    await story.say("qian", "同意")
    story.expect("拟办意见不用签字")
    assert (await story.incident()).holder == "approver:qian"
    await story.say("qian", "同意 1")  # by its number it is the reply
    story.expect("钱副校长 同意发布")


async def test_once_instructed_a_bare_yes_is_for_the_reply_again(story: Story) -> None:
    await story.opened()
    await story.say("li", OPINION)
    await story.say("qian", "批办 1 2天 请发布说明")
    await story.say("wang", STATEMENT)
    await story.say("qian", "同意")
    story.expect("钱副校长 同意发布")


async def test_to_whom_it_was_not_put_a_bare_yes_is_for_the_reply(story: Story) -> None:
    await story.opened()
    await story.say("li", "批办 1 2天 请发布说明")
    await story.say("wang", STATEMENT)
    await story.say("li", "拟办 1 建议同时张贴公告")
    await story.say("sun", "同意 1")
    story.expect("孙副校长 同意发布")


async def test_the_department_writes_none(story: Story) -> None:
    await story.opened()
    await story.say("wang", OPINION)
    story.expect("拟办意见由值守台（办公室、信息员）来写")
    await story.say("li", "拟办 1 无")
    story.expect("请写明怎么办")
    assert await state(story, "opinion") == "open"


async def test_who_it_is_about_neither_writes_nor_gets_it(story: Story) -> None:
    await story.opened()
    await story.say("sun", "涉及 1 钱副校长")
    await story.say("li", OPINION)
    assert "qian" not in story.fresh[-1].say.mentions
    await story.say("qian", "批办 1 照拟办")
    assert await state(story, "instruct") == "open"


@pytest.mark.parametrize("words", ["照拟办 1", "同意照拟办 1", "1 照拟办", "@回音 同意照拟办 1"])
async def test_a_leader_follows_it_in_the_words_of_a_remark(story: Story, words: str) -> None:
    await story.opened()
    await story.say("li", "拟办 1 保卫处 今晚20:00前 请核实后公开答复")
    await story.say("qian", words)
    story.expect("由保卫处办理，限 11-23（周一）20:00 前办成", pinged="chu")
    assert await state(story, "instruct") == "met"


async def test_without_a_limit_the_rules_own_counts(story: Story) -> None:
    """The regime says what holds when the group names none: the instruction is complete."""
    await story.opened()
    await story.say("qian", "批办 1 请总务处核实")
    assert await state(story, "instruct") == "met"
    assert "还没有完成" not in story.expect("由总务处办理").text


async def test_it_follows_what_was_quoted_or_nothing(story: Story) -> None:
    await story.opened()
    first = (await story.say("li", OPINION))[-1]
    await story.say("li", "拟办 1 请总务处酌情处理")
    await story.say("qian", "照拟办 1", quote=first)
    story.expect("您引用的不是最新的拟办意见，没有办理。最新的是 李主任 写的：请总务处酌情处理")
    assert await state(story, "instruct") == "open"
    last = (await story.say("li", OPINION))[-1]
    await story.say("qian", "照拟办", quote=last)
    story.expect("由保卫处办理", pinged="chu")
