"""What comes after a result, in English: the call-back, the contact, an action item, a case, a topic, a link."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.story import Story, new_story

POST = "@Huiyin foreign body in the canteen food https://weibo.com/1234567890/Ab1cD2eF3"
ANSWER = "We are sorry. The strainer was replaced and the sample passed the test."


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with new_story(tmp_path, redis, language="en") as started:
        yield started


async def resolved(story: Story) -> None:
    await story.opened(POST)
    await story.say("wang", "ack 1")
    await story.say("wang", f"draft 1 {ANSWER}")
    await story.say("qian", "approve 1")
    await story.publish()
    await story.say("wang", "resolve 1 the strainer is replaced and the result is published")
    assert (await story.incident()).stage == "resolved"


async def test_from_the_call_back_to_the_reopening(story: Story) -> None:
    await resolved(story)
    await story.say("wang", "contact 1 by phone apologised to Mrs Wang, a visit on Friday is agreed")
    story.expect("apologised to Mrs …, a visit on Friday is agreed")
    await story.say("li", "call back 1 not satisfied by phone it broke again")
    asked = story.expect("please decide whether it is opened again (by Tue 24 Nov 24:00)", pinged="qian")
    assert "approve 1" in asked.text
    await story.say("qian", "reject 1")
    story.expect("Not opening it again needs a reason")
    await story.say("qian", "approve reopening 1")
    story.expect("opens it again: by phone it broke again", pinged="li")
    assert (await story.incident()).cycle == 2


async def test_actions_and_cases(story: Story) -> None:
    await resolved(story)
    await story.say("li", "action 1 General Services by Friday replace the cold truck")
    story.expect("Action 1 (summary, 李主任): replace the cold truck, 总务处, by Fri 27 Nov 24:00", pinged="wang")
    await story.say("wang", "action done 1 the truck is replaced and approved")
    story.expect("confirm action 1", pinged="li")
    await story.say("li", "not done 1 the old one still runs")
    story.expect("still due Fri 27 Nov 24:00", pinged="wang")
    await story.say("li", "issue case 1 please check your own")
    story.expect("case read 1", pinged="chu")
    await story.say("chu", "case read 1")
    story.expect("not yet: ")
    await story.say("li", "show 1")
    story.expect("Action 1: replace the cold truck (总务处, Fri 27 Nov 24:00, to be done)")


async def test_topics_links_and_missed_reports(story: Story) -> None:
    await story.opened(POST)
    await story.say("zhou", "@Huiyin traffic jam at the gate https://weibo.com/1234567890/Ab1cD2eF4")
    await story.say("li", "topic 1 canteen")
    story.expect("Topic: canteen")
    await story.say("li", "link 1 2")
    story.expect("#1, #2 linked")
    await story.say("li", "root cause cold chain 1 2")
    story.expect('#1, #2: root cause "cold chain"')
    await story.say("qian", "missed report General Services 1 a call came in and was not reported")
    story.expect("Record 1: missed report of 总务处 〔#1〕", pinged="wang")
    await story.say("wang", "object 1 it was reported by phone at noon")
    story.expect("uphold 1 <reason>, or: lift 1 <reason>", pinged="qian")
    await story.say("zhao", "lift 1 the call is on record")
    story.expect("It counts no more")
