"""Who is on leave is not pinged: their deputy is, over several hops, in announcements and reminders alike."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Request
from tests.support.regime import under
from tests.support.story import Story, monday, pings


async def test_the_deputy_hears_the_announcement_and_the_reminders(story: Story) -> None:
    await story.say("wang", "请假 至 周五 由 陈老师 代")
    opened = await story.opened()
    assert opened.say.mentions == ("chen",)
    assert "@陈老师" in opened.text
    assert pings(await story.until(monday("12:00"))) == [("Mon 10:35", "chen", "feng")]


async def test_the_deputys_deputy_where_that_one_is_away_too(story: Story) -> None:
    await story.say("wang", "请假 至 周五 由 陈老师 代")
    await story.say("chen", "请假 至 周三 由 吴敏 代")
    opened = await story.opened()
    assert opened.say.mentions == ("wu",)
    await story.say("wu", "签收 1")
    story.expect("吴敏 已签收")
    sent = await story.until(monday("20:00", 3))
    assert {one.when: one.say.mentions for one in sent}["Wed 07:00"] == ("wu", "zhao")
    assert sent[-1].say.mentions[0] == "chen"  # back on Thursday


async def test_two_who_stand_in_for_each_other_are_called_themselves(story: Story) -> None:
    await story.say("wang", "请假 至 周五 由 陈老师 代")
    await story.say("chen", "请假 至 周五 由 王强 代")
    assert (await story.opened()).say.mentions == ("wang",)


async def test_back_again_they_are_pinged_again(story: Story) -> None:
    await story.say("wang", "请假 至 周五 由 陈老师 代")
    await story.opened()
    await story.say("wang", "销假")
    assert pings(await story.until(monday("10:35"))) == [("Mon 10:35", "wang", "feng")]


async def test_a_head_a_leader_and_the_chief_too(story: Story) -> None:
    await story.say("feng", "请假 至 周五 由 郑处长 代")
    await story.say("qian", "请假 至 周五 由 孙副校长 代")
    await story.say("zhao", "请假 至 周五 由 孙副校长 代")
    await story.opened()
    sent = await story.until(monday("10:40", 1))
    called = {one.when: one.say.mentions for one in sent}
    assert called["Mon 10:35"] == ("wang", "zheng")
    assert called["Mon 14:35"] == ("wang", "sun")
    assert called["Tue 10:35"] == ("wang", "sun")
    assert not {"feng", "qian", "zhao"} & {name for one in sent for name in one.say.mentions}


async def test_a_reassigned_matter_pings_the_deputy(story: Story) -> None:
    await story.say("wu", "请假 至 周五 由 陈老师 代")
    await story.opened()
    await story.say("li", "改派 1 教务处")
    story.expect("教务处", pinged="chen")


async def test_a_signature_goes_down_the_chain(story: Story) -> None:
    await story.say("sun", "请假 至 周五 由 李主任 代")
    await story.say("qian", "请假 至 周五")  # her deputy is 孙副校长
    await story.drafted()
    story.expect("审批", pinged="li")
    await story.say("li", "同意 1")
    assert (await Request.get(id=1)).decided_by == "li"


async def test_authority_goes_no_further_than_to_whom_it_was_given(story: Story) -> None:
    await story.say("qian", "请假 至 周五")
    await story.say("sun", "授权 李主任 至 周五")
    await story.drafted()
    story.expect("审批", pinged="sun")


async def test_nobody_on_leave_is_called_to_sign(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "请假 至 周五")
    sent = await story.until(monday("07:30", 2))
    assert "sun" in {name for one in sent for name in one.say.mentions}
    assert "qian" not in {name for one in sent for name in one.say.mentions}


@pytest.mark.parametrize("at", ["2026-11-23 08:00"])
async def test_a_deputys_patrol_counts(at: str, tmp_path: Path, redis: Redis) -> None:
    async with under("township", tmp_path, redis, at) as story:
        await story.settle()
        await story.say("zhou", "请假 至 周五 由 李主任 代")
        asked = await story.until(monday("09:00"))
        assert {one.say.mentions[0] for one in asked if "【巡查】" in one.text} == {"li"}
        await story.say("li", "巡查 无异常")
        assert not [one for one in await story.until(monday("10:55")) if "【巡查】" in one.text]
