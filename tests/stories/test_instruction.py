"""`批办 1 部门 3天 …`: a leader sets the department and a limit, which is never later than an existing one."""

import pytest

from storage.tables import Overrun
from tests.support.story import SHANGHAI, Story, monday


async def test_an_earlier_limit_is_set(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 教务处 1天 请查明")
    story.expect("由教务处办理，限 11-24（周二）24:00 前办成：请查明", pinged="wu")
    due = (await story.duty("resolve")).due_at
    assert due.astimezone(SHANGHAI).isoformat() == "2026-11-25T00:00:00+08:00"


async def test_a_later_limit_is_not_and_says_why(story: Story) -> None:
    await story.opened()
    await story.say("qian", "批办 1 总务处 10天 请查明")
    announcement = story.expect("办结时限仍是 11-26（周四）24:00，批办不能往后推")
    assert "延期 1 天数 理由" in announcement.text


async def test_only_leaders_and_the_office_instruct(story: Story) -> None:
    await story.opened()
    await story.say("wang", "批办 1 教务处 1天")
    story.expect("只有领导或办公室（代录批示）能批办")


@pytest.mark.parametrize("limit", ["365天", "31天", "800小时"])
async def test_a_limit_beyond_the_regimes_is_asked_back(story: Story, limit: str) -> None:
    await story.opened()
    before = (await story.duty("resolve")).due_at
    await story.say("qian", f"批办 1 教务处 {limit} 请查明")
    story.expect("批办最长 30天")
    assert ((await story.incident()).department, (await story.duty("resolve")).due_at) == ("总务处", before)


@pytest.mark.parametrize("limit", ["9999999天", "99999999999999天", "-3天", "0天", "负2天", "10000 days", "1-3天"])
async def test_a_limit_that_cannot_be_counted_is_asked_back(story: Story, limit: str) -> None:
    await story.opened()
    before = (await story.duty("resolve")).due_at
    for words in (f"批办 1 教务处 {limit} 请查明", f"批办 1 教务处 请查明，限{limit}"):
        await story.say("qian", words)
        story.expect("算不出日子，没有批办")
    assert ((await story.incident()).department, (await story.duty("resolve")).due_at) == ("总务处", before)


@pytest.mark.parametrize("limit", ["三天内", "3 working days", "两个工作日内", "3日内", "一周内", "限二天"])
async def test_a_limit_in_words_is_one(story: Story, limit: str) -> None:
    await story.opened()
    await story.say("qian", f"批办 1 教务处 {limit} 请查明")
    assert (await story.incident()).department == "教务处"
    told = story.expect("批办")
    assert "前办成" in told.text or "办结时限仍是" in told.text


@pytest.mark.parametrize("words", ["请比照2小时前那件办", "请比照三天前的答复办", "the same as 2 days ago"])
async def test_how_long_ago_something_was_is_no_limit(story: Story, words: str) -> None:
    await story.opened()
    before = (await story.duty("resolve")).due_at
    await story.say("qian", f"批办 1 {words}")
    assert (await story.duty("resolve")).due_at == before
    assert "前办成" not in story.expect("批办").text


async def test_what_ran_over_keeps_its_due_time(story: Story) -> None:
    await story.opened()
    due = (await story.duty("resolve")).due_at
    story.clock.set(monday("08:00", days=4))
    await story.say("qian", "批办 1 2天 请查明")
    story.expect("办结（11-26（周四）24:00）已经超时，超时在案，时限不再往后推，请立即办理")
    assert (await story.duty("resolve")).due_at == due
    assert await Overrun.filter(kind="resolve").values_list("due_at", flat=True) == [due]
