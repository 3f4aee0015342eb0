"""Two signatures of one step at the same moment, by two processes, or told twice: each counts, and counts once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app import build
from handlers.rules.language.messages import Message
from storage import audit
from storage.timers.timers import Timers
from tests.support.chains import BOTH, latest, over, signed_by, under_keys
from tests.support.story import Story, demonstration


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with under_keys(BOTH, tmp_path, redis) as started:
        await started.acknowledged()
        await started.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。")
        yield started


def yes(story: Story, who: str, id: str) -> Message:
    return Message(
        channel="local",
        conversation="work",
        id=id,
        sender=who,
        text="同意 1",
        sent_at=story.clock.now(),
        addressed=False,
    )


async def test_two_processes(story: Story, redis: Redis, tmp_path: Path) -> None:
    timers = Timers(redis)
    other = build(demonstration(tmp_path, **over(BOTH)), story.clock, timers)
    try:
        for who in ("qian", "zhao"):
            await story.bot.dispatcher.store(yes(story, who, f"yes-{who}"))
        await asyncio.gather(story.bot.drain(), other.drain())
    finally:
        await timers.aclose()
    assert (await latest()).state == "approved"
    assert sorted(await signed_by()) == ["qian", "zhao"]
    assert [line["kind"] for line in await audit.history(1)].count("approved") == 2


async def test_a_repeated_delivery_signs_nothing_more(story: Story) -> None:
    await story.deliver(yes(story, "qian", "one"), yes(story, "qian", "one"), yes(story, "qian", "one"))
    assert await signed_by() == ["qian"]
    assert (await latest()).state == "pending"


async def test_a_button_pressed_twice_signs_once(story: Story) -> None:
    card = (await story.say("wang", "拟复 1 已封存留样送检，11月25日前公布结果。"))[-1]
    await story.press("zhao", card, "同意")
    await story.press("zhao", card, "同意")
    assert await signed_by() == ["zhao"]
    await story.press("qian", card, "同意")
    assert (await latest()).state == "approved"


async def test_a_yes_that_comes_late_stands_beside_the_other(story: Story) -> None:
    """Said before the other signature and handled after it: it is of another place of the step, and counts."""
    late = yes(story, "qian", "late")
    await story.advance("2m")
    await story.say("zhao", "同意 1")
    await story.deliver(late)
    assert (await latest()).state == "approved"


async def test_who_is_asked_second_hands_on_their_part(story: Story) -> None:
    await story.say("zhao", "授权 李主任 3天")
    told = story.expect("授权 @李主任 代为审批", pinged="li")
    assert "#1" in told.text
    assert (await latest()).subject["asked"] == ["qian", "li"]
    assert (await story.incident()).holder == "approver:qian"
    await story.say("zhao", "收回授权")
    assert (await latest()).subject["asked"] == ["qian", "zhao"]


async def test_who_is_asked_in_the_place_of_whom_it_is_about_hears_of_it(story: Story) -> None:
    await story.say("li", "涉及 1 钱副校长")
    story.expect("请改由您审批", pinged="sun")
    assert (await latest()).subject["asked"] == ["sun", "zhao"]
