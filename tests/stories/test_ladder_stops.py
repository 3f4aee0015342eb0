"""Reminders stop when their duty is met, and not before."""

from tests.support.story import Story, monday, pings


async def test_acknowledged_a_minute_before(story: Story) -> None:
    await story.opened()
    await story.until(monday("10:34"))
    await story.say("wang", "签收 1")
    assert await story.until(monday("19:59")) == []


async def test_acknowledged_late_it_is_quiet_from_then_on(story: Story) -> None:
    await story.opened()
    assert pings(await story.until(monday("12:00"))) == [("Mon 10:35", "wang", "feng")]
    await story.say("wang", "签收 1")
    assert await story.until(monday("19:59")) == []


async def test_a_draft_acknowledges_too(story: Story) -> None:
    await story.opened()
    await story.say("wang", "拟复 1 已送检。")
    assert (await story.duty("acknowledge")).state == "met"
    assert await story.until(monday("19:59")) == []


async def test_published_in_the_evening_the_reply_is_not_reminded_of_again(story: Story) -> None:
    await story.approved()
    assert [one.when for one in await story.until(monday("20:01"))] == ["Mon 20:00"]
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    story.expect("当日回复按时完成")
    await story.confirmed()
    assert await story.until(monday("19:59", 3)) == []


async def test_published_late_it_says_so(story: Story) -> None:
    await story.approved()
    await story.until(monday("07:30", 1))
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    story.expect("当日回复已超时完成")
    await story.confirmed()
    assert await story.until(monday("19:59", 3)) == []


async def test_a_word_to_another_incident_stops_nothing(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 操场有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "签收 2")
    sent = await story.until(monday("10:35"))
    assert [one.text.startswith("〔#1〕") for one in sent] == [True]


async def test_nobody_is_disturbed_at_night(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 补课 https://weibo.com/1234567890/Zz1cD2eF3")
    sent = await story.advance("9d")
    assert len(sent) > 30
    assert all("07:00" <= one.when[4:] <= "22:00" for one in sent)
