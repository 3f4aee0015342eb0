"""The result within three days: a reminder on the third evening, then escalation."""

import pytest

from tests.support.story import Story, monday, pings

pytestmark = pytest.mark.demand("standard.ladder")


async def test_each_step_sounds_once_to_those_it_is_for(story: Story) -> None:
    await story.published()
    await story.confirmed()
    sent = await story.until(monday("07:59", 5))
    # Due Thursday 24:00.
    assert pings(sent) == [
        ("Thu 20:00", "wang"),  # -4h
        ("Thu 22:00", "wang"),  # -1h is 23:00: moved back to the evening
        ("Fri 07:00", "wang", "feng", "qian"),  # 0 and +4h: together in the morning
        ("Fri 12:00", "wang"),
        ("Sat 07:00", "wang", "zhao"),  # +1d and +28h: the chief, and the bulletin
    ]
    assert "【办结】还有 4小时 到期（11-26（周四）24:00）" in sent[0].text
    assert "请把结果公布出来：拟复 1 结果" in sent[0].text
    assert "列入通报" in sent[-1].text


async def test_it_goes_on_once_a_working_day(story: Story) -> None:
    await story.published()
    await story.until(monday("21:00", 10))
    sent = await story.until(monday("21:00", 11))
    # The repeat of 04:00 waits for business hours.
    assert [one.when for one in sent] == ["Fri 08:30"]
