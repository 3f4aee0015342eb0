"""The whole loop in English: the commands, the answers, the reminders."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Outbox
from tests.support.story import Story, monday, new_story, pings


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with new_story(tmp_path, redis, language="en") as started:
        yield started


async def test_from_the_forwarded_post_to_the_result(story: Story) -> None:
    opened = await story.opened("@Huiyin foreign body in the canteen food https://weibo.com/1234567890/Ab1cD2eF3")
    assert "For 总务处 (it speaks of canteen, food; if it is not yours: return 1 <reason>)" in opened.text
    assert "acknowledge Mon 23 Nov 10:35" in opened.text
    assert "same-day reply Mon 23 Nov 24:00 · resolution Thu 26 Nov 24:00" in opened.text

    await story.press("wang", opened, "Acknowledge")
    story.expect("Acknowledged by 王强. Next due: same-day reply Mon 23 Nov 24:00")
    await story.say("wang", "draft 1 The samples are in the lab; results by 26 November.")
    asked = story.expect("please decide", pinged="qian")
    await story.say("qian", "reject 1 too cold")
    story.expect("rejected the reply: too cold", pinged="wang")
    await story.say("wang", "draft 1 We are sorry. The samples are in the lab; results by 26 November.")
    await story.say("qian", "approve", quote=asked)
    story.expect("This was decided already")
    await story.say("qian", "approve 1")
    story.expect("Approved by 钱副校长", pinged="wang")
    await story.say("zhou", "published 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    story.expect("The same-day reply was on time")
    await story.say("wang", "extend 1 1d the lab needs longer")
    story.expect("asks for 1 d more: the lab needs longer", pinged="qian")
    await story.say("qian", "approve 1")
    story.expect("the resolution is now due Fri 27 Nov 24:00")
    await story.say("wang", "resolve 1 answered, results published")
    story.expect("The public was promised something (Thu 26 Nov 24:00) that is not kept in public yet")
    await story.say("wang", "draft 1 The lab found no foreign body; the report is on the notice board.")
    story.expect("Once published, it keeps the earlier promise: Thu 26 Nov 24:00", pinged="qian")
    await story.say("qian", "approve 1")
    await story.say("zhou", "published 1 https://weibo.com/1234567890/Xy9zK8wQ2")
    story.expect("The promise of Thu 26 Nov 24:00 is kept in public")
    await story.say("wang", "resolve 1 answered, results published")
    story.expect("Resolved (answered) by 王强")


async def test_the_reminders(story: Story) -> None:
    await story.opened("@Huiyin canteen food https://weibo.com/1234567890/Ab1cD2eF3")
    sent = await story.until(monday("11:00"))
    assert pings(sent) == [("Mon 10:35", "wang", "feng")]
    assert "[acknowledge] is due now (Mon 23 Nov 10:35)" in sent[0].text
    assert "please answer: ack 1" in sent[0].text


async def test_no_sentence_mixes_the_languages(story: Story) -> None:
    """There are no Chinese characters apart from names and people's own texts."""
    await story.opened("@Huiyin canteen food https://weibo.com/1234567890/Ab1cD2eF3")
    for person, words in (
        ("wang", "ack 1"), ("wang", "draft 1 Sorry."), ("qian", "approve 2"), ("qian", "approve"), ("li", "show 1"),
        ("li", "todo"), ("li", "ledger"), ("wang", "help"), ("wang", "extend 1 9d x"), ("li", "assign 1"),
        ("wang", "@Huiyin nonsense"), ("u1", "@Huiyin hello"), ("zhou", "@Huiyin https://weibo.com/1234567890/Ab1cD2eF3"),
    ):  # fmt: skip
        await story.say(person, words)
    await story.advance("4d")
    names = {*story.bot.office.institution._departments, *(p.name for p in story.bot.office.institution.people)}
    for body in await Outbox.all().values_list("body", flat=True):
        for name in sorted(names, key=len, reverse=True):
            body = body.replace(name, "")
        left = [sign for sign in body if "\u4e00" <= sign <= "\u9fff"]
        assert not left, body


async def test_what_is_beside_the_main_line(story: Story) -> None:
    await story.opened("@Huiyin foreign body in the canteen food https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("wang", "return 1 it is about lessons")
    story.expect("Returned by 总务处 (王强): it is about lessons", pinged="li")
    await story.say("wang", "undo")
    story.expect('王强 took back "return"; all is as it was')
    await story.say("li", "lead 1 General Services with Security")
    story.expect("总务处 leads, 保卫处 helps", pinged="chu")
    await story.say("wang", "draft 1 We sealed a sample; the result will be public by 26 November.")
    await story.say("qian", "approve 1, please publish it soon")
    story.expect("With a remark: please publish it soon", pinged="wang")
    await story.say("li", "evidence 1")
    story.expect("钱副校长 approved the reply (version 1) on the group page")
    await story.say("qian", "@Huiyin delegate office until Friday")
    story.expect("@李主任 signs for 钱副校长 until Fri 27 Nov 24:00", pinged="li")
    await story.say("zhou", "withdraw 1 another school")
    await story.say("zhao", "hold on 1")
    story.expect("I would not take that for a yes")
