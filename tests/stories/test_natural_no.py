"""A no in everyday words with its reason becomes the whole sentence, which one word or press confirms."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Request
from tests.support.story import Story, new_story


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1号不行，太绝对了，先核实", "不同意 1 太绝对了，先核实"),
        ("1不行，太绝对了", "不同意 1 太绝对了"),
        ("这稿不行，太绝对了", "不同意 1 太绝对了"),
        ("不行，太绝对了", "不同意 1 太绝对了"),
        ("1号的回复不妥：没写日期", "不同意发布 1 没写日期"),
        ("no to 1, too absolute", "不同意 1 too absolute"),
        ("1 is not ok, check first", "不同意 1 check first"),
        ("no, too absolute", "不同意 1 too absolute"),
    ],
)
async def test_one_word_confirms_it_with_its_reason(story: Story, said: str, meant: str) -> None:
    await story.drafted()
    asked = (await story.say("qian", f"@回音 {said}"))[-1]
    assert f"您是想说“{meant}”吗？两分钟内回复“对”即办" in asked.text
    assert (await Request.get(id=1)).state == "pending"
    await story.say("qian", "对")
    story.expect(f"钱副校长 不同意答复：{meant.split(' ', 2)[2]}", pinged="wang")


@pytest.mark.parametrize("said", ["I can't approve this", "I do not approve it", "can't approve the draft", "打回去"])
async def test_what_points_at_the_draft_is_no_reason(story: Story, said: str) -> None:
    await story.drafted()
    await story.say("qian", f"@回音 {said}")
    story.expect("钱副校长 不同意答复（没有写理由，可补：不同意 1 理由）", pinged="wang")


async def test_a_press_confirms_it_and_the_kind_is_kept(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "延期 1 2天 等检测报告")
    asked = (await story.say("qian", "@回音 1号延期不行，明天必须修好"))[-1]
    assert asked.labels == ["不同意延期 1 明天必须修好"]
    await story.press("qian", asked, asked.labels[0])
    story.expect("不同意延期：明天必须修好", pinged="wang")


async def test_of_two_requests_on_one_matter_the_kind_decides(story: Story) -> None:
    await story.drafted()
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.say("qian", "@回音 1号不行，太绝对了")
    assert "太绝对了" not in story.expect("没看懂").text  # which of the two?
    await story.say("qian", "@回音 1号的回复不行，太绝对了")
    story.expect("您是想说“不同意发布 1 太绝对了”吗？")


async def test_it_is_offered_to_nobody_else_and_no_question_is_one(story: Story) -> None:
    await story.drafted()
    for person, words in (("wang", "1号不行，太绝对了"), ("qian", "1号不行，为什么？"), ("qian", "2号不行，太绝对了")):
        (answer,) = await story.say(person, f"@回音 {words}")
        assert not answer.labels


async def test_in_english(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, language="en") as story:
        await story.drafted("We are sorry. Results by 26 November.")
        asked = (await story.say("qian", "@Huiyin no to 1, too absolute"))[-1]
        assert asked.labels == ["reject 1 too absolute"]
        await story.say("qian", "yes")
        story.expect("rejected the reply: too absolute", pinged="wang")
