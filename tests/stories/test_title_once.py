"""A message with a card says the matter's title once; a code of a request does not read as the version of a draft."""

import re

from handlers.rules.language.messages import CODE
from tests.support.story import FINAL, Story

TITLE = "食堂饭菜有异物"


async def test_in_every_message_of_a_life(story: Story) -> None:
    told = [await story.opened()]
    told += await story.advance("12h")
    told += await story.say("wang", "签收 1")
    told += await story.say("wang", f"拟复 1 {FINAL}")
    told += await story.say("qian", "不同意 1 语气生硬")
    told += await story.say("wang", f"拟复 1 {FINAL}请家长放心。")
    told += await story.advance("3h")
    told += await story.say("wang", "延期 1 1天 等检测报告")
    told += await story.advance("20h")
    told += await story.say("qian", "同意发布 1")
    told += await story.say("qian", "撤回")
    carded = [one for one in told if one.say.card]
    assert len(carded) >= 5
    for one in carded:
        assert one.say.card
        assert (one.text + one.say.card.title).count(TITLE) <= 1, one.text


async def test_a_request_is_named_as_one(story: Story) -> None:
    await story.drafted(FINAL)
    await story.say("wang", f"拟复 1 {FINAL}请家长放心。")
    asked = story.expect("第 2 稿", pinged="qian")
    assert re.search(r"〔#1·请示\d+〕", asked.text)
    assert not re.search(r"〔#1·\d+〕", asked.text)
    assert CODE.search(asked.text)


async def test_in_english(english: Story) -> None:
    asked = await english.drafted("We sealed a sample. Results by 26 November.")
    assert "〔#1·request 1〕" in asked.text
