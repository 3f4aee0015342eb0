"""Of several work groups, the first gets digests of everything, each other one of the incidents handled there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from handlers.rules.language.messages import Message
from storage.tables import Digest
from tests.stories.test_digests import at, sending
from tests.support.story import Story, demonstration, new_story

SECOND = '[[group]]\nid = "two"\nname = "后勤群"\nchannel = "local"\nconversation = "two"\n\n'
THIRD = '[[group]]\nid = "three"\nname = "教务群"\nchannel = "local"\nconversation = "three"\n\n'
WORK = "# 值班表，可不写"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis, request: pytest.FixtureRequest) -> AsyncIterator[Story]:
    """A school with three groups, an incident in the second and one in the first."""
    changed = {WORK: SECOND + THIRD + WORK, "[digest]": "[digest]\n" + getattr(request, "param", "")}
    async with new_story(tmp_path, redis, config=demonstration(tmp_path, **changed)) as started:
        post = "@回音 上报 操场跑道边水管爆裂，积水很深 @总务处"
        await started.deliver(
            Message(channel="local", id="m1", conversation="two", sender="wang", sent_at=started.now, text=post)
        )
        await started.opened()
        yield started


async def daily(story: Story) -> dict[str, str]:
    process = sending(story, daily="17:30")
    await process.drain()
    return {one.conversation: one.text for one in await at(story, process, "17:30")}


async def test_the_first_hears_of_everything_and_the_others_of_their_own(story: Story) -> None:
    sent = await daily(story)
    assert set(sent) == {"work", "two"}  # there is no incident in the third
    assert sent["work"].startswith("日报 2026 年第 1 期（11-22")
    assert "收件 2" in sent["work"]
    assert sent["two"].startswith("日报 2026 年第 1 期（本群事项）（11-22")
    assert "收件 1" in sent["two"]
    assert "〔#1〕" in sent["two"]
    assert "〔#2〕" not in sent["two"]
    assert await Digest.all().count() == 1


@pytest.mark.parametrize("story", ['groups = ["work", "three"]\n'], indirect=True)
async def test_those_that_are_named_hear_of_everything_and_no_other_hears_any(story: Story) -> None:
    sent = await daily(story)
    assert set(sent) == {"work", "three"}
    assert sent["work"] == sent["three"]


async def test_a_numbered_one_is_not_cut_up(story: Story) -> None:
    sent = await story.say("li", "摘报")
    assert sorted(one.conversation for one in sent) == ["@qian", "@sun", "@zhao", "work"]


async def test_asked_for_in_another_group_it_is_answered_there_and_goes_to_the_first(story: Story) -> None:
    sent = await story.deliver(
        Message(channel="local", id="m2", conversation="three", sender="li", sent_at=story.now, text="摘报")
    )
    assert sorted(one.conversation for one in sent) == ["@qian", "@sun", "@zhao", "three", "work"]
