"""`收到，马上处理` acknowledges if the speaker's department owes exactly one; otherwise the bot asks which."""

from storage.tables import Incident
from tests.support.story import Story


async def test_where_exactly_one_is_owed(story: Story) -> None:
    await story.opened()
    await story.say("wang", "收到，马上处理")
    story.expect("〔#1〕王强 已签收")


async def test_with_several_it_asks_back(story: Story) -> None:
    await story.opened()
    await story.opened("@回音 食堂没有热水 https://weibo.com/1234567890/Ab1cD2eF4")
    await story.say("wang", "收到，马上处理")
    story.expect("等您签收的有 2 件，请写明编号：签收 1 2")
    assert not await Incident.filter(stage="acknowledged").exists()


async def test_with_none_it_is_talk(story: Story) -> None:
    await story.opened()
    for person in ("chen", "qian", "zhou"):
        await story.say(person, "收到，马上处理")
        story.silent()
    await story.say("wang", "收到")
    story.silent()
    assert (await story.incident()).stage == "assigned"


async def test_in_answer_to_the_bot_a_bare_word_will_do(story: Story) -> None:
    opened = await story.opened()
    await story.opened("@回音 食堂没有热水 https://weibo.com/1234567890/Ab1cD2eF4")
    await story.say("wang", "收到", quote=opened)
    story.expect("〔#1〕王强 已签收")


async def test_a_bare_word_for_it_counts_where_exactly_one_is_owed(story: Story) -> None:
    await story.say("wang", "签收")
    story.expect("请写明编号，例如：签收 12")
    await story.opened()
    await story.say("wang", "签收")
    story.expect("〔#1〕王强 已签收")
