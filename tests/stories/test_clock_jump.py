"""After three days without the bot there is one reminder for each incident; skipped steps are on record."""

from datetime import timedelta

from storage import audit
from storage.tables import Event
from tests.support.story import Story, monday, pings

THREE_DAYS = timedelta(days=3)


async def test_one_message_for_each_incident(story: Story) -> None:
    await story.opened()
    await story.opened("@回音 期中考试成绩公布太晚 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.opened("@回音 请看一下 https://weibo.com/1234567890/Yy1cD2eF3")
    sent = await story.jump(THREE_DAYS)
    assert sorted(one.text[:4] for one in sent) == ["〔#1〕", "〔#2〕", "〔#3〕"]


async def test_it_says_all_that_was_missed_to_all_who_should_have_heard(story: Story) -> None:
    await story.opened()
    sent = await story.jump(THREE_DAYS)
    assert "【签收】已超时 2天23小时（原定 11-23（周一）10:35）" in sent[0].text
    assert "【当日回复】已超时 2天10小时" in sent[0].text
    assert set(sent[0].say.mentions) == {"wang", "feng", "qian", "zhao"}
    assert "列入通报" in sent[0].text


async def test_the_steps_passed_over_are_on_record(story: Story) -> None:
    await story.opened()
    await story.jump(THREE_DAYS)
    rows = [row for row in await audit.history(1) if row["kind"] == "reminded"]
    acknowledge, reply = (row["data"] for row in rows)
    hour = 3600
    # Acknowledge was due Monday 10:35. The repeat of +76h, Thursday 14:35, is near enough to be replaced.
    assert acknowledge["rung"] == 76 * hour
    assert acknowledge["skipped"] == [offset * hour for offset in (0, 4, 12, 24, 28, 52)]
    # The reply was due Monday 24:00; +52h is Thursday 04:00, and waits for 08:30.
    assert reply["rung"] == 52 * hour
    assert reply["skipped"] == [offset * hour for offset in (-4, -1, 0, 4, 12, 24, 28)]


async def test_from_then_on_it_goes_on_as_usual(story: Story) -> None:
    await story.opened()
    await story.jump(THREE_DAYS)
    sent = await story.until(monday("08:30", 4))
    # The result was due Thursday 24:00; reply and acknowledgement are named in its reminders.
    assert [one.when for one in sent] == ["Thu 20:00", "Thu 22:00", "Fri 07:00"]


async def test_a_small_jump_over_one_step_skips_nothing(story: Story) -> None:
    await story.opened()
    sent = await story.jump(timedelta(minutes=31))
    assert pings(sent) == [("Mon 10:36", "wang", "feng")]
    assert '"skipped":[]' in (await Event.get(kind="reminded")).data
