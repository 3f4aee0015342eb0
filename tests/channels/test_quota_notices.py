"""A conversation whose messages come empty is told so once an hour, and again if that could not be stored."""

from datetime import timedelta

import pytest

from bot.channels.dingtalk.quota import Quota
from bot.channels.dingtalk.quota_notices import UNHEARD_EVERY, QuotaNotices
from bot.channels.dingtalk.wire import OverTheLimit
from storage import outbox
from storage.outbox import NOTICE
from storage.tables import Outbox
from tests.support.broken import locked
from tests.support.faults import fault
from tests.support.story import Story

EMPTY = OverTheLimit("20001", "group7")


async def test_the_desk_hears_it_behind_what_people_wait_for(story: Story) -> None:
    office = story.bot.office
    notices = QuotaNotices(office, story.clock.now)
    await notices.empty(EMPTY, Quota("deliveries", 100, office.institution.zone, story.clock.now))
    alarm = await Outbox.get(conversation="work", urgency=NOTICE)
    assert "li" in alarm.body


async def told() -> int:
    return await Outbox.filter(conversation="group7").count()


async def test_a_conversation_is_told_once_an_hour_and_again_if_it_was_not_stored(story: Story) -> None:
    office = story.bot.office
    notices = QuotaNotices(office, story.clock.now)
    quota = Quota("deliveries", 100, office.institution.zone, story.clock.now)

    async def away(*_: object) -> None:
        raise locked()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outbox, "plan", away)
        assert await fault(lambda: notices.empty(EMPTY, quota)) == "away"
    await notices.empty(EMPTY, quota)
    assert await told() == 1
    story.clock.advance(UNHEARD_EVERY - timedelta(seconds=1))
    await notices.empty(EMPTY, quota)
    assert await told() == 1
    story.clock.advance(timedelta(seconds=1))
    await notices.empty(OverTheLimit("20001", "group8"), quota)
    assert set(notices._told_at) == {"group8"}
    await notices.empty(EMPTY, quota)
    assert await told() == 2
