"""An incident that nobody acknowledges: who is reminded and when, and each step sounds once."""

from tests.support.story import Story, monday, pings


async def test_each_step_sounds_once_to_those_it_is_for(story: Story) -> None:
    await story.opened()
    sent = await story.until(monday("19:59"))
    # Due 10:35. Four hours and one hour before are before the find (10:05), so the due time is the first step.
    assert pings(sent) == [
        ("Mon 10:35", "wang", "feng"),  # 0: liaison and head
        ("Mon 14:35", "wang", "qian"),  # +4h: liaison and leader
    ]
    assert "【签收】已到时限（11-23（周一）10:35）" in sent[0].text
    assert "【签收】已超时 4小时（原定 11-23（周一）10:35）" in sent[1].text
    assert "签收 1" in sent[0].text


async def test_a_day_late_the_chief_hears_it_and_it_goes_into_the_bulletin(story: Story) -> None:
    await story.opened()
    sent = [one for one in await story.until(monday("10:40", 1)) if "签收】" in one.text]
    # 20:00, 22:00 and 07:00 are steps of the reply, whose reminders name it; +1d is 10:35.
    when = ["Mon 10:35", "Mon 14:35", "Mon 20:00", "Mon 22:00", "Tue 07:00", "Tue 10:35"]
    assert [one.when for one in sent] == when
    assert pings(sent)[-1] == ("Tue 10:35", "wang", "zhao")
    assert "列入通报" in sent[-1].text
    assert all("列入通报" not in one.text for one in sent[:-1])


async def test_steps_of_one_incident_at_one_moment_make_one_message(story: Story) -> None:
    await story.opened()
    sent = [one for one in await story.until(monday("07:00", 1)) if one.when == "Tue 07:00"]
    assert len(sent) == 1
    assert "【签收】已超时 20小时25分钟" in sent[0].text
    assert "【当日回复】已超时 7小时" in sent[0].text
    assert set(sent[0].say.mentions) == {"wang", "feng", "qian"}


async def test_a_time_that_passes_in_one_minute_steps_sounds_the_same(story: Story) -> None:
    await story.opened()
    sent = []
    while story.now < monday("18:40"):
        sent += await story.advance("5m")
    assert [one.when for one in sent] == ["Mon 10:35", "Mon 14:35"]
