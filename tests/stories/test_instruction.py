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


@pytest.mark.parametrize(
    "words",
    [
        "11月25日前 请查明",
        "11月25日 前，请查明",
        "到周三 请查明",
        "请务必于周三前查明",
        "后天 前 请查明",
        "by 25 November, find out",
    ],
)
async def test_a_day_that_is_named_is_one(story: Story, words: str) -> None:
    await story.opened()
    await story.say("qian", f"批办 1 教务处 {words}")
    story.expect("由教务处办理，限 11-25（周三）24:00 前办成")
    assert (await story.duty("resolve")).due_at == monday("00:00", days=3)
    await story.say("li", "为何 1")
    story.expect("回复中承诺或领导批示的时间")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("2029-12-31 前", "批办最长 30天"),
        ("到2029年12月31日 请查明", "批办最长 30天"),
        ("明年6月30日前查明", "批办最长 30天"),
        ("2026年11月20日前查明", "时限“2026年11月20日前”已过或算不出日子，没有批办"),
    ],
)
async def test_a_day_too_far_or_past_is_asked_back(story: Story, words: str, told: str) -> None:
    await story.opened()
    before = (await story.duty("resolve")).due_at
    await story.say("qian", f"批办 1 教务处 {words}")
    story.expect(told)
    assert ((await story.incident()).department, (await story.duty("resolve")).due_at) == ("总务处", before)


@pytest.mark.parametrize(
    "words",
    [
        "请比照11月20日前那件办",
        "请核对11月25日的留样",
        "请比照2小时前那件办",
        "请比照三天前的答复办",
        "the same as 2 days ago",
    ],
)
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
