"""A swap counts once the taker agrees or somebody with authority orders it; until then the roster is unchanged."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import files
from storage.tables import Swap
from tests.stories.test_on_duty import TEAMS, WEB
from tests.support.regime import local
from tests.support.story import Story, demonstration, new_story


@pytest.fixture
async def story(tmp_path: Path, redis: Redis, request: pytest.FixtureRequest) -> AsyncIterator[Story]:
    """On duty from 08:00: Zhou on Monday, Li on Tuesday, Chen on Wednesday; two of them on days of rest."""
    language = getattr(request, "param", "zh")
    config = demonstration(tmp_path, language, **{WEB: TEAMS})
    async with new_story(tmp_path, redis, local("2026-11-23 10:05"), config=config) as started:
        await started.settle()
        yield started


async def on(story: Story, at: str) -> str:
    """Return who is on duty then."""
    await story.until(local(at))
    await story.say("wang", "值班")
    return story.fresh[-1].text.splitlines()[0]


async def test_until_the_taker_agrees_the_roster_stands(story: Story) -> None:
    await story.say("li", "换班 11-24 周晓")
    story.expect("〔换班 1〕李主任 请 周晓 替 11-24（周二）08:00 的班", pinged="zhou")
    story.expect("答复之前仍由 李主任 值班")
    await story.say("wang", "值班")
    lines = story.fresh[-1].text.splitlines()
    assert "11-24（周二）08:00 李主任" in lines
    assert "待答复：11-24（周二）08:00 的班，李主任 请 周晓 替" in lines
    await story.say("zhou", "同意")
    story.expect("周晓 同意，11-24（周二）08:00 的班由 周晓 替 李主任", pinged="li")
    assert await on(story, "2026-11-24 09:00") == "现在值班：周晓（到 11-25（周三）08:00）"


@pytest.mark.parametrize("words", ["同意换班", "同意换班 1", "换班 11-24 我", "换班 11-24 李主任 周晓", "替班 我"])
async def test_each_way_to_agree(story: Story, words: str) -> None:
    await story.say("li", "换班 11-24 周晓")
    await story.say("zhou", words)
    story.expect("11-24（周二）08:00 的班由 周晓 替 李主任", pinged="li")
    assert [row.state for row in await Swap.all()] == ["agreed"]


async def test_a_quote_names_it_among_other_things(story: Story) -> None:
    (asked,) = await story.say("chen", "换班 钱副校长")
    await story.drafted()
    await story.say("qian", "同意")
    story.expect("有几件事等您答复")
    assert [row.state for row in await Swap.all()] == ["asked"]
    await story.say("qian", "好的，同意", quote=asked)
    story.expect("由 钱副校长 替 陈老师", pinged="chen")
    await story.say("qian", "同意")
    story.expect("钱副校长 同意发布")


async def test_a_swap_is_no_answer_to_a_request(story: Story) -> None:
    await story.say("chen", "换班 钱副校长")
    await story.drafted()
    await story.say("qian", "不同意换班 当天出差")
    story.expect("钱副校长 不能替 11-25（周三）08:00 的班：当天出差。仍由 陈老师 值班", pinged="chen")
    assert (await story.incident()).holder == "approver:qian"
    await story.say("qian", "同意 1")
    story.expect("钱副校长 同意发布")


async def test_a_no_leaves_it_and_says_so(story: Story) -> None:
    await story.say("chen", "换班 11-25 周晓")
    await story.say("zhou", "不同意 家里有事")
    story.expect("周晓 不能替 11-25（周三）08:00 的班：家里有事。仍由 陈老师 值班", pinged="chen")
    await story.say("zhou", "同意换班 1")
    story.expect("已经了结（未同意）")
    assert await on(story, "2026-11-25 09:00") == "现在值班：陈老师（到 11-26（周四）08:00）"


async def test_nobody_agrees_for_another(story: Story) -> None:
    (asked,) = await story.say("chen", "换班 11-25 周晓")
    for person in ("wu", "chen", "zhao"):
        await story.say(person, "同意", quote=asked)
        story.expect("请的是 周晓，由 周晓 本人答复")
    await story.say("zhou", "同意，但等我问过家里再说", quote=asked)
    story.expect("不敢当作同意")
    assert [row.state for row in await Swap.all()] == ["asked"]


async def test_unanswered_it_is_reminded_of_and_lapses_when_the_shift_begins(story: Story) -> None:
    await story.say("chen", "换班 11-25 周晓")
    sent = await story.until(local("2026-11-25 08:00"))
    reminders = [(one.when, one.say.mentions) for one in sent if "〔换班 1〕" in one.text]
    assert reminders == [("Tue 20:00", ("zhou",)), ("Wed 07:00", ("zhou",)), ("Wed 08:00", ("chen", "zhou"))]
    story.expect("没有答复，11-25（周三）08:00 的班仍由 @陈老师 值班")
    story.expect("交接班：李主任 交 @陈老师 接")
    await story.say("zhou", "同意换班 1")
    story.expect("已经了结（到时没有答复）")
    assert await on(story, "2026-11-25 09:00") == "现在值班：陈老师（到 11-26（周四）08:00）"


@pytest.mark.parametrize("back", ["2026-11-25 12:00", "2026-11-28 12:00"])
async def test_after_an_outage_it_has_lapsed_all_the_same(story: Story, back: str) -> None:
    await story.say("chen", "换班 11-25 周晓")
    await story.jump(local(back) - story.now)
    assert sum("没有答复" in one.text for one in story.fresh) == 1
    assert [row.state for row in await Swap.all()] == ["lapsed"]


async def test_the_office_or_a_leader_orders_it_at_once(story: Story) -> None:
    await story.say("chen", "换班 11-25 周晓")
    await story.say("qian", "换班 11-25 陈老师 李主任")
    story.expect("钱副校长 安排：11-25（周三）08:00 的班由 李主任 替 陈老师", pinged="li")
    story.expect("@周晓 不用再答复", pinged="zhou")
    await story.say("zhou", "同意换班 1")
    story.expect("已另作安排")
    assert await on(story, "2026-11-25 09:00") == "现在值班：李主任（到 11-26（周四）08:00）"


async def test_whoever_offers_it_has_it_at_once_and_it_can_be_taken_back(story: Story) -> None:
    await story.say("zhou", "换班 11-24 我")
    story.expect("11-24（周二）08:00 的班由 周晓 替 李主任。@李主任 要自己值请回复：换班 11-24 我", pinged="li")
    await story.say("li", "换班 11-24 我")
    story.expect("的班由 李主任 替 周晓", pinged="zhou")
    assert await on(story, "2026-11-24 09:00") == "现在值班：李主任（到 11-25（周三）08:00）"


async def test_an_empty_place_is_filled_at_once(story: Story) -> None:
    await story.say("chen", "请假 至 周五 由 周晓 代")
    await story.until(local("2026-11-24 08:30"))
    await story.say("wu", "换班 11-25 我")
    story.expect("11-25（周三）08:00 的班由 吴敏 替 陈老师")
    assert not [one for one in await story.until(local("2026-11-25 09:00")) if "值班缺人" in one.text]


async def test_the_giver_thinks_better_of_it(story: Story) -> None:
    await story.say("chen", "换班 11-25 周晓")
    await story.say("chen", "换班 11-25 吴敏")
    assert [row.state for row in await Swap.all().order_by("id")] == ["overtaken", "asked"]
    await story.say("chen", "换班 11-25 我")
    story.expect("陈老师 不换了", pinged="wu")
    await story.say("wu", "同意换班")
    story.expect("现在没有等您答复的换班")


async def test_nobody_is_asked_who_is_away(story: Story) -> None:
    await story.say("zhou", "请假 至 周五 由 李主任 代")
    await story.say("chen", "换班 11-25 周晓")
    story.expect("周晓 那天请假")


async def test_asked_in_private_both_hear_of_it(story: Story) -> None:
    sent = await story.say("chen", "换班 11-25 周晓", private=True)
    assert sorted(one.conversation for one in sent) == ["@chen", "work"]
    await story.say("zhou", "待办", private=True)
    story.expect("替 陈老师 11-25（周三）08:00 的班 → 同意换班 1")
    sent = await story.say("zhou", "同意", private=True)
    assert sorted(one.conversation for one in sent) == ["@zhou", "work"]


async def test_a_word_about_nothing_is_no_swap(story: Story) -> None:
    await story.say("zhou", "同意换班")
    story.expect("现在没有等您答复的换班")
    await story.say("zhou", "同意换班 9")
    story.expect("现在没有等您答复的换班")


@pytest.mark.parametrize("story", ["en"], indirect=True)
async def test_in_english(story: Story) -> None:
    (asked,) = await story.say("li", "swap 11-24 zhou")
    assert "〔swap 1〕李主任 asks 周晓 to take the shift of Tue 24 Nov 08:00" in asked.text
    await story.say("zhou", "reject swap I am away")
    story.expect("周晓 cannot take the shift of Tue 24 Nov 08:00: I am away. It stays 李主任's")
    (asked,) = await story.say("li", "swap 11-24 zhou")
    await story.say("zhou", "approve", quote=asked)
    story.expect("周晓 agrees and takes the shift", pinged="li")


@pytest.mark.parametrize("words", ["换班 李主任", "换班 今天 李主任", "换班 11-23 李主任"])
async def test_the_rest_of_a_running_shift_is_handed_over(story: Story, words: str) -> None:
    await story.say("zhou", words)
    story.expect("〔换班 1〕周晓 请 李主任 替 11-23（周一）08:00 的班", pinged="li")
    assert not any("没有答复" in one.text for one in await story.advance("1h"))
    await story.say("li", "同意")
    story.expect("李主任 同意", pinged="zhou")
    assert await on(story, "2026-11-23 12:00") == "现在值班：李主任（到 11-24（周二）08:00）"


async def test_unanswered_it_lapses_when_the_running_shift_ends(story: Story) -> None:
    await story.say("zhou", "换班 李主任")
    assert await on(story, "2026-11-24 07:59") == "现在值班：周晓（到 11-24（周二）08:00）"
    assert (await Swap.get(id=1)).state == "asked"
    sent = await story.until(local("2026-11-24 08:00"))
    assert any("没有答复，11-23（周一）08:00 的班仍由 @周晓 值班" in one.text for one in sent)
    await story.say("li", "同意换班 1")
    story.expect("已经了结（到时没有答复）")


async def test_a_long_reason_reaches_the_giver_whole(story: Story) -> None:
    await story.say("li", "换班 11-24 周晓")
    reason = "那天要送孩子。" * 300
    await story.say("zhou", f"不同意，{reason}", private=True)
    told = story.expect("不能替", pinged="li")
    (attached,) = told.say.attachments
    stored = await files.read(attached.id or 0)
    assert stored
    assert stored[1].decode("utf-8-sig").strip("。") == reason.strip("。")
    assert (stored[0].name, stored[0].incident) == ("全文.txt", None)
