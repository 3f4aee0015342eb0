"""Park 园区: the three days and the five run from when the public raised the matter, where anybody knows that."""

import pytest

from tests.support.regime import POST, found, owed
from tests.support.story import Story

REGIME = "park"
LONG_AGO = f"@回音 食堂饭菜有异物 发布时间：2026-10-21 10:00 {POST}"
SATURDAY = f"@回音 食堂饭菜有异物 发布时间：2026-11-21 10:00 {POST}"


@pytest.mark.demand("park.posted")
async def test_posted_on_saturday_and_found_on_monday(story: Story) -> None:
    await story.opened(SATURDAY)
    # Sunday the 22nd, Monday the 23rd, Tuesday the 24th, whenever it was found.
    dues = {"instruct": "Tue 11-24 00:00", "reply": "Wed 11-25 00:00", "resolve": "Wed 11-25 00:00"}
    assert await owed(story) == dues
    await story.say("wang", "为何 1")
    story.expect("自公众发帖 11-21 10:00 起，当日不计，计 3 天：11-22（周日）、11-23（周一）、11-24（周二）")


@pytest.mark.demand("B1")
async def test_the_five_days_run_from_the_posting_too(story: Story) -> None:
    await story.opened(SATURDAY)
    await story.say("wang", "延期 1 3天 等检测报告")
    story.expect("延期总共不能超过 11-26（周四）24:00")  # Sun 22, Mon 23, Tue 24, Wed 25, Thu 26
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.say("qian", "同意 1")
    assert (await owed(story))["reply"] == "Fri 11-27 00:00"


async def test_found_a_month_later_nobody_here_is_late(story: Story) -> None:
    opened = await story.opened(LONG_AGO)
    # Wed 10-21: the third day is Sat 10-24, which gives way to Monday.
    assert "发现时，答复自发帖起的期限（10-26（周一）24:00）" in opened.text
    assert "办结自发帖起的期限（10-26（周一）24:00）已过，至迟当日办" in opened.text
    assert (await owed(story))["reply"] == "Tue 11-24 00:00"
    await story.say("wang", "为何 1")
    story.expect("自发帖起已于 10-26（周一）24:00 到期，当时本单位还不知道，至迟当日办，自 11-23 10:05 起")
    await story.say("wang", "延期 1 9天 等检测报告")
    story.expect("延期总共不能超过 11-30（周一）24:00")  # the fifth day from the find is Sat 11-28


async def test_what_runs_from_the_find_is_put_off_from_there(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 发布时间：2026-11-17 10:00 {POST}")
    # From Tuesday the 17th three days ended on Friday the 20th, and five (Sun 11-22) end tonight.
    assert (await owed(story))["reply"] == "Tue 11-24 00:00"
    await story.say("wang", "延期 1 9天 等检测报告")
    story.expect("延期总共不能超过 11-30（周一）24:00")


async def test_who_does_not_know_the_posting_counts_from_the_find(story: Story) -> None:
    await story.opened()
    assert (await owed(story))["reply"] == "Fri 11-27 00:00"
    await story.say("wang", "为何 1")
    story.expect("发帖时间不详，自发现 11-23 10:05 起")


@found("2026-11-24 23:10")
async def test_found_in_the_last_hour_it_leaves_two(story: Story) -> None:
    await story.opened(SATURDAY)
    assert (await owed(story))["reply"] == "Wed 11-25 01:10"  # due Tue 24:00, but at least two hours
    await story.say("wang", "为何 1")
    story.expect("发现较晚，至少给 2小时")


@found("2026-11-23 10:05", language="en")
async def test_it_is_told_in_english(story: Story) -> None:
    opened = await story.opened(LONG_AGO)
    assert "Counted from the posting it had run out before the find" in opened.text
    assert "so is due on the day of the find: reply (Mon 26 Oct 24:00), resolution (Mon 26 Oct 24:00)" in opened.text
    await story.say("wang", "why 1")
    story.expect("Posted at 10-21 10:00: from there it ran out at Mon 26 Oct 24:00, before anybody here knew")


async def test_reopened_it_begins_again(story: Story) -> None:
    await story.opened(SATURDAY)
    await story.say("qian", "批办 1 请查明")
    await story.say("wang", "拟复 1 经查，已更换供货商。")
    await story.say("qian", "同意 1")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.say("wang", "办结 1 已更换供货商")
    await story.say("qian", "重办 1 公众说还没有换")
    assert (await owed(story))["reply"] == "Fri 11-27 00:00"  # from Monday, not from the posting
    await story.say("wang", "延期 1 9天 等检测报告")
    story.expect("延期总共不能超过 11-30（周一）24:00")  # and so do the five days: Sat 11-28
