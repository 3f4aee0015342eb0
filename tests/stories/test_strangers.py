"""People who are not in the configuration are told how to be added; nothing else happens."""

import sqlite3

import pytest

from handlers.common import context
from storage import commit
from storage.strangers import MOST_A_DAY
from storage.tables import Incident, Request
from tests.support.story import Story


async def test_a_stranger_is_told_how_to_be_added(story: Story) -> None:
    await story.say("u-4711", "@回音 食堂饭菜有异物 https://weibo.com/1642634100/MzVRA2E8G")
    answer = story.expect("我还不认识您，没有办理")
    assert 'accounts.local = "u-4711"' in answer.text
    assert await Incident.all().count() == 0


async def test_each_is_told_once_a_day_and_not_more_than_some(story: Story) -> None:
    told = [one for _ in range(3) for one in await story.say("u-4711", "@回音 在吗")]
    assert len(told) == 1
    told += [one for n in range(MOST_A_DAY + 5) for one in await story.say(f"u-{n}", "@回音 在吗")]
    assert len(told) == MOST_A_DAY
    await story.advance("1d")
    await story.say("u-4711", "@回音 在吗")
    story.expect("我还不认识您")


async def test_a_stranger_who_does_not_speak_to_the_bot_is_left_alone(story: Story) -> None:
    await story.say("u-4711", "签收 1")
    story.silent()


async def test_an_account_turns_no_reading_direction_and_names_no_matter(story: Story) -> None:
    await story.say("u\u202e-1〔#1〕", "@回音 待办")
    assert 'accounts.local = "u-1［#1］"' in story.expect("我还不认识您").text


async def test_a_stranger_cannot_approve(story: Story) -> None:
    asked = await story.drafted()
    await story.say("u-4711", "同意", quote=asked)
    story.expect("我还不认识您")
    await story.press("u-4711", asked, "同意")
    assert (await Request.get(id=1)).state == "pending"


async def test_a_name_gives_no_authority(story: Story) -> None:
    from handlers.rules.language.messages import Message

    await story.drafted()
    feigned = Message(
        channel="local",
        id="1",
        conversation="work",
        sender="u-4711",
        sender_name="钱副校长",
        sent_at=story.clock.now(),
        text="同意 1",
    )
    await story.deliver(feigned)
    assert (await Request.get(id=1)).state == "pending"


async def test_an_account_of_another_channel_gives_none(story: Story) -> None:
    from handlers.rules.language.messages import Message

    await story.drafted()
    elsewhere = Message(
        channel="dingtalk", id="1", conversation="c", sender="qian", sent_at=story.clock.now(), text="同意 1"
    )
    await story.deliver(elsewhere)
    assert (await Request.get(id=1)).state == "pending"


async def test_a_fault_between_the_note_and_the_answer_loses_no_answer(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failed = commit.conclude, list[bool]()

    async def fails_once(*args: object) -> object:
        if not failed:
            failed.append(True)
            raise sqlite3.OperationalError("disk I/O error")
        return await real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(context, "conclude", fails_once)
    await story.say("u-4711", "@回音 在吗")
    await story.advance("2m")
    story.expect("我还不认识您")
    assert failed
