"""What the desk proposes, or writes down for a leader, is no instruction of the leader's until they say it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import audit
from storage.tables import EPOCH, Duty
from tests.support.regime import MONDAY_MORNING, under
from tests.support.story import Story


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    """A matter in a park, whose leader owes an instruction on the day."""
    async with under("park", tmp_path, redis, MONDAY_MORNING) as story:
        await story.opened()
        yield story


async def test_who_wrote_the_opinion_does_not_follow_it(story: Story) -> None:
    await story.say("li", "拟办 1 请总务处3天内查明原因并答复")
    sent = await story.say("li", "批办 1 照拟办")
    assert "拟办意见是您自己写的" in sent[-1].text
    assert (await story.duty("instruct")).state == "open"
    await story.say("qian", "批办 1 照拟办")
    assert (await story.duty("instruct")).state == "met"


async def test_not_even_an_opinion_of_somebody_else_at_the_desk(story: Story) -> None:
    await story.say("zhou", "拟办 1 请总务处3天内查明原因并答复")
    sent = await story.say("li", "批办 1 照拟办")
    assert (await story.duty("instruct")).state == "open"
    assert "本人批办才算数" in sent[-1].text
    assert "qian" in sent[-1].say.mentions


async def test_what_the_office_writes_down_takes_effect_and_waits_for_the_leader(story: Story) -> None:
    await story.say("li", "批办 1 保卫处 2天 请到现场查看")
    assert (await story.incident()).department == "保卫处"
    assert (await story.duty("instruct")).state == "open"
    await story.say("qian", "批办 1 照拟办")
    assert (await story.duty("instruct")).state == "met"
    line = (await audit.of_incident(1, ("instructed",), EPOCH))[-1]
    assert (line["actor"], line["data"]["text"]) == ("qian", "请到现场查看")


@pytest.mark.demand("township.instructed")
async def test_nobody_whom_it_is_about_is_asked_to_confirm(story: Story) -> None:
    await story.say("li", "涉及 1 钱副校长")
    sent = await story.say("zhou", "拟办 1 请总务处3天内查明原因并答复")
    sent += await story.say("li", "批办 1 3天 请查明原因")
    assert "本人批办才算数" in sent[-1].text
    assert not [one for one in sent if "qian" in one.say.mentions or one.say.to == "qian"]


async def test_in_a_township_a_deputy_does_not_instruct_for_the_chief(tmp_path: Path, redis: Redis) -> None:
    async with under("township", tmp_path, redis, MONDAY_MORNING) as story:
        await story.opened()
        sent = await story.say("qian", "批办 1 3天 请查明原因")
        assert "zhao" in sent[-1].say.mentions
        assert (await story.duty("instruct")).state == "open"
        assert (await story.duty("resolve")).state == "open"
        await story.say("zhao", "批办 1 照拟办")
        assert (await story.duty("instruct")).state == "met"
        assert await Duty.filter(kind="resolve").count() == 1  # it goes on from the first


async def test_where_the_desk_owes_the_instruction_its_own_suffices(tmp_path: Path, redis: Redis) -> None:
    async with under("hospital", tmp_path, redis, MONDAY_MORNING) as story:
        await story.opened()
        await story.say("li", "批办 1 3天 请查明原因")
        assert (await story.duty("instruct")).state == "met"
