"""The same-day reply: a reminder in the evening, before the quiet hours, and in the next morning if it is late."""

import pytest

from tests.support.story import Story, monday, pings

pytestmark = pytest.mark.demand("standard.ladder")


async def test_each_step_sounds_once_to_those_it_is_for(story: Story) -> None:
    await story.acknowledged()
    sent = await story.until(monday("23:59", 1))
    # Due Monday 24:00.
    assert pings(sent) == [
        ("Mon 20:00", "wang"),  # -4h
        ("Mon 22:00", "wang"),  # -1h is 23:00: moved back to the evening
        ("Tue 07:00", "wang", "feng", "qian"),  # 0 and +4h are in the night: both postponed to the morning
        ("Tue 12:00", "wang"),  # +12h
    ]
    assert "【当日回复】还有 4小时 到期（11-23（周一）24:00）" in sent[0].text
    assert "【当日回复】还有 2小时 到期" in sent[1].text
    assert "【当日回复】已超时 7小时" in sent[2].text


async def test_a_day_late_the_chief_hears_it_in_the_morning(story: Story) -> None:
    await story.acknowledged()
    await story.until(monday("23:59", 1))
    sent = await story.until(monday("07:30", 2))
    # +1d is Wednesday 00:00 and +28h 04:00: both wait for 07:00.
    assert pings(sent) == [("Wed 07:00", "wang", "zhao")]
    assert "列入通报" in sent[0].text


async def test_it_says_what_to_do_next(story: Story) -> None:
    await story.acknowledged()
    assert "拟复 1 回复内容" in (await story.until(monday("20:00")))[0].text
    await story.say("wang", "拟复 1 已送检，周四公布结果。")
    evening = await story.until(monday("22:00"))
    assert pings(evening) == [("Mon 22:00", "qian")]  # now it waits for the leader
    assert "现在在钱副校长手里，请审批：同意 1" in evening[0].text
    await story.say("qian", "同意 1")
    morning = await story.until(monday("07:00", 1))
    assert "已发布 1 网址" in morning[0].text
