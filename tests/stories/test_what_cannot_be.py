"""The refusal of an impossible command says what the state is and what to do."""

from tests.support.story import Story


async def test_an_unknown_number(story: Story) -> None:
    await story.opened()
    for words in (
        "签收 9",
        "拟复 9 好",
        "同意 9",
        "不同意 9",
        "已发布 9 https://a.cn",
        "办结 9",
        "延期 9 1天 x",
        "查 9",
    ):
        await story.say("wang", words)
        story.expect("没有 #9 这个编号")


async def test_a_closed_incident(story: Story) -> None:
    await story.closed()
    version = (await story.incident()).version
    for words in ("签收 1", "拟复 1 好", "已发布 1 https://a.cn", "办结 1 整改：好", "延期 1 1天 等", "改派 1 教务处"):
        await story.say("feng", words)
        story.expect("〔#1〕已答复，11-23 10:05 已办结，不能再改动")
    assert (await story.incident()).version == version


async def test_without_a_number_it_asks_which(story: Story) -> None:
    await story.opened()
    for words in ("拟复 好的", "已发布 https://a.cn/1", "办结", "改派 教务处"):
        await story.say("wang", words)
        story.expect("请写明编号，例如：")


async def test_with_a_quote_no_number_is_needed(story: Story) -> None:
    opened = await story.opened()
    await story.say("wang", "签收", quote=opened)
    story.expect("王强 已签收")
    await story.say("wang", "拟复 已送检。", quote=opened)
    story.expect("拟了回复")


async def test_a_duty_that_is_met_already(story: Story) -> None:
    await story.acknowledged()
    await story.say("feng", "签收 1")
    story.expect("已于 11-23 10:05 签收过了。下一步：拟复 1")


async def test_an_empty_draft(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1")
    story.expect("请写上回复内容")


async def test_a_message_that_the_platform_keeps_back(story: Story) -> None:
    from handlers.rules.language.messages import Message

    voice = Message(
        channel="local", id="v", conversation="work", sender="zhou", sent_at=story.clock.now(), unsupported="语音"
    )
    await story.deliver(voice)
    story.expect("这种消息（语音）平台不让机器人接收")


async def test_in_english_the_question_has_one_full_stop(english: Story) -> None:
    for n in range(2):
        await english.say("zhou", f"@Huiyin the canteen food is bad https://weibo.com/1234567890/Ab1cD2eF{n}")
    await english.say("wang", "draft")
    assert ".." not in english.expect("Which one? Give the number, such as: draft 2").text
