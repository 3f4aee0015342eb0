"""A message that is delivered twice has one answer and one effect."""

from msgspec.structs import replace

from handlers.rules.language.messages import Message, Press
from storage.tables import Event, Inbox, Incident, Request
from tests.support.story import Story


def message(story: Story, id: str, text: str, sender: str = "zhou") -> Message:
    return Message(
        channel="local", id=id, conversation="work", sender=sender, sent_at=story.clock.now(), text=text, addressed=True
    )


async def test_the_same_message_id_opens_one_incident(story: Story) -> None:
    forwarded = message(story, "m1", "食堂饭菜有异物 https://weibo.com/1642634100/MzVRA2E8G")
    assert len(await story.deliver(forwarded, forwarded)) == 1
    assert await story.deliver(forwarded) == []
    assert (await Incident.all().count(), await Inbox.all().count()) == (1, 1)


async def test_the_platform_hears_that_it_is_a_repeat(story: Story) -> None:
    forwarded = message(story, "m1", "帮助")
    assert await story.bot.dispatcher.store(forwarded) is True
    assert await story.bot.dispatcher.store(forwarded) is False


async def test_the_same_id_on_another_channel_is_another_message(story: Story) -> None:
    forwarded = message(story, "m1", "帮助")
    await story.deliver(forwarded)
    assert await story.bot.dispatcher.store(replace(forwarded, channel="dingtalk")) is True


async def test_a_press_that_comes_twice_acts_once(story: Story) -> None:
    asked = await story.drafted()
    pressed = replace(message(story, "p1", "", "qian"), press=Press(key="approve:1", ref=f"out-{asked.id}"))
    assert len([one for one in await story.deliver(pressed, pressed) if "同意发布" in one.text]) == 1
    assert await Event.filter(kind="approved").count() == 1
    assert (await Request.get(id=1)).state == "approved"


async def test_a_double_click_is_two_messages_and_acts_once(story: Story) -> None:
    opened = await story.opened()
    await story.press("wang", opened, "签收")
    key = "acknowledge:1"
    assert story.bot.local
    await story.bot.local.press("wang", key, f"out-{opened.id}")
    await story.settle()
    story.expect("签收过了")
    assert await Event.filter(kind="acknowledged").count() == 1
