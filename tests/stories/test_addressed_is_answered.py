"""What is said to the bot is answered, also where it takes nothing on; the same words among colleagues are talk."""

import pytest

from tests.support.story import Story

NOBODYS = "@回音 有人反映门口的路灯坏了 https://weibo.com/1234567890/Ab1cD2eF3"


@pytest.mark.parametrize("words", ["1号我们签收了", "收到1", "收到 1，马上处理", "1号我已签收", "签收 1"])
async def test_a_receipt_of_what_nobody_has(story: Story, words: str) -> None:
    await story.opened(NOBODYS)
    await story.say("wang", f"@回音 {words}")
    story.expect("还没有分派给部门，没有办理")


@pytest.mark.parametrize("words", ["1号我们签收了", "收到1"])
async def test_a_receipt_of_what_is_withdrawn(story: Story, words: str) -> None:
    await story.opened()
    await story.say("zhou", "撤件 1 登记重复")
    await story.say("qian", "同意")
    await story.say("wang", f"@回音 {words}")
    story.expect("已撤件")


async def test_a_receipt_of_what_does_not_exist_or_is_of_others(story: Story) -> None:
    await story.opened()
    await story.say("chen", "@回音 1号我们签收了")
    story.expect("须由该部门的人签收")
    await story.say("wang", "@回音 7号我们签收了")
    story.expect("7")


@pytest.mark.parametrize("words", ["收到，马上处理", "收到", "我们已经签收了"])
async def test_a_receipt_where_nothing_is_owed(story: Story, words: str) -> None:
    await story.say("wang", f"@回音 {words}")
    assert story.fresh


async def test_a_receipt_in_english(english: Story) -> None:
    await english.opened("@Huiyin the street lamp is broken https://weibo.com/1234567890/Ab1cD2eF3")
    await english.say("wang", "@Huiyin received 1")
    english.expect("has no department yet; nothing was done")
    await english.say("wang", "@Huiyin received, will do")
    english.expect("Nothing waits for your acknowledgement")


@pytest.mark.parametrize("words", ["1号我们签收了", "收到1", "收到，马上处理"])
async def test_overheard_it_is_talk(story: Story, words: str) -> None:
    await story.opened(NOBODYS)
    await story.say("wang", words)
    story.silent()
