"""分级时限: a complaint and false information are major by their kind, guessed or said; no kind lowers what is owed."""

import pytest

from tests.support.regime import POST, found, owed
from tests.support.story import Story, monday

REGIME = "tiered"
MAJOR = {"report": "Wed 11-25 00:00", "reply": "Thu 11-26 00:00", "resolve": "Thu 11-26 00:00"}
"""A day after Monday: Tuesday 24:00; two working days: Wednesday 24:00."""
GENERAL = {"report": "Wed 11-25 00:00", "reply": "Fri 11-27 00:00", "resolve": "Fri 11-27 00:00"}


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("家长投诉食堂乱收费", "【重大·投诉举报】"),
        ("网传食堂用过期肉", "【重大·信息失实】"),
        ("食堂能不能延长供应", "食堂能不能延长供应\n"),
    ],
)
@pytest.mark.demand("tiered.kinds")
async def test_what_is_found_has_the_tier_of_its_kind(story: Story, words: str, shown: str) -> None:
    opened = await story.opened(f"@回音 {words} {POST}")
    assert shown in opened.text
    assert await owed(story) == (MAJOR if "重大" in shown else GENERAL)


@pytest.mark.parametrize("kind", ["投诉举报", "信息失实"])
@pytest.mark.demand("B2")
async def test_a_corrected_kind_raises_what_is_owed(story: Story, kind: str) -> None:
    await story.opened()
    assert await owed(story) == GENERAL
    await story.say("li", f"类别 1 {kind}")
    story.expect("级别 一般 → 重大", pinged="wang")
    story.expect("答复提前到 11-25（周三）24:00 · 办结提前到 11-25（周三）24:00")
    assert await owed(story) == MAJOR


async def test_corrected_on_wednesday_nothing_is_due_later(story: Story) -> None:
    await story.opened()
    await story.until(monday("09:00", 2))
    await story.say("li", "类别 1 投诉举报")
    assert await owed(story) == GENERAL  # two working days after Wednesday would be Friday 24:00


async def test_a_kind_that_asks_for_less_lowers_nothing(story: Story) -> None:
    await story.opened(f"@回音 家长投诉食堂乱收费 {POST}")
    await story.say("li", "类别 1 咨询诉求")
    story.expect("类别：咨询诉求\n级别只升不降，仍为重大")
    assert await owed(story) == MAJOR
    assert ((await story.incident()).tier, (await story.incident()).kind) == ("major", "request")


async def test_what_was_critical_stays_so(story: Story) -> None:
    await story.opened()
    await story.say("li", "上级批示 1 今日答复")
    before = await owed(story)
    await story.say("li", "类别 1 投诉举报")
    assert (await owed(story), (await story.incident()).tier) == (before, "critical")


async def test_a_bare_address_gets_its_kind_with_its_words(story: Story) -> None:
    await story.opened(f"@回音 {POST}")
    await story.say("li", "备注 1 家长投诉食堂乱收费")
    assert ((await story.incident()).tier, (await story.incident()).kind) == ("major", "complaint")


async def test_a_kind_that_does_not_exist(story: Story) -> None:
    await story.opened()
    await story.say("li", "类别 1 表扬")
    story.expect("请写明类别：类别 1 咨询诉求（或 投诉举报、意见建议、信息失实、集中热议）")


@found("2026-11-23 10:05", language="en")
async def test_it_is_said_in_english(story: Story) -> None:
    opened = await story.opened(f"@回音 Parents complain about the canteen {POST}")
    assert "[major: complaint]" in opened.text
    await story.say("li", "kind 1 request")
    story.expect("Kind: request\nThe tier never falls: it stays major")
