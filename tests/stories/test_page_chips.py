"""The page offers each person what waits for them: to acknowledge, to sign, to publish, to take back."""

from typing import Any

from bot.web.group_chips import Chips
from storage import reports
from tests.support.story import FINAL, Story, monday


async def offered(story: Story, person: str) -> list[str]:
    """Return the texts of a person's chips that are about a matter."""
    return [one["text"] for one in await chips(story, person) if any(c.isdigit() for c in one["text"])]


async def chips(story: Story, person: str) -> list[dict[str, Any]]:
    numbers = [row["number"] for row in await reports.open_incidents()]
    return (await Chips(story.bot.office).of_everybody(numbers, story.clock.now()))[person]


async def test_a_liaison_is_offered_what_to_acknowledge(story: Story) -> None:
    assert await offered(story, "wang") == []
    await story.opened()
    assert await offered(story, "wang") == ["签收 1", "退单 1 "]
    assert await offered(story, "feng") == ["签收 1", "退单 1 "]
    assert await offered(story, "wu") == []
    assert await offered(story, "zhou") == ["撤回 1"]


async def test_each_step_offers_the_next(story: Story) -> None:
    await story.acknowledged()
    assert await offered(story, "wang") == ["拟复 1 ", "延期 1 ", "撤回 1"]
    await story.say("wang", f"拟复 1 {FINAL}")
    assert await offered(story, "wang") == ["延期 1 ", "撤回 1"]
    assert await offered(story, "qian") == ["同意 1", "不同意 1 "]
    assert await offered(story, "sun") == []
    await story.say("qian", "同意 1")
    assert await offered(story, "qian") == ["撤回 1"]
    assert await offered(story, "wang") == ["已发布 1 ", "延期 1 "]
    await story.publish()
    assert await offered(story, "wang") == ["办结 1 ", "延期 1 "]
    await story.advance("3m")
    assert await offered(story, "zhou") == []


async def test_who_published_is_offered_to_confirm_it_when_asked(story: Story) -> None:
    await story.answered()
    assert "仍在 1" not in await offered(story, "zhou")
    await story.until(monday("10:05", 1))
    assert (await offered(story, "zhou"))[0] == "仍在 1"
    assert "仍在 1" not in await offered(story, "wang")
    await story.say("zhou", "仍在 1")
    assert "仍在 1" not in await offered(story, "zhou")


async def test_two_requests_of_one_matter_are_told_apart(story: Story) -> None:
    await story.drafted(FINAL)
    await story.say("wang", "延期 1 1天 等检测报告")
    assert await offered(story, "qian") == ["同意发布 1", "同意延期 1", "不同意发布 1 ", "不同意延期 1 "]


async def test_the_desk_is_offered_what_nobody_holds(story: Story) -> None:
    await story.opened("@回音 上报 有家长说周末的活动安排得不好，想问问")
    assert "改派 1 " in await offered(story, "li")
    assert await offered(story, "wang") == []


async def test_the_officer_who_drafted_publishes(story: Story) -> None:
    await story.acknowledged()
    await story.say("zhou", f"拟复 1 {FINAL}")
    await story.say("qian", "同意 1")
    assert await offered(story, "zhou") == ["已发布 1 "]


async def test_whom_it_is_about_is_offered_nothing(story: Story) -> None:
    await story.opened()
    await story.say("li", "涉及 1 王强")
    assert await offered(story, "wang") == []


async def test_every_chip_is_understood(story: Story) -> None:
    await story.drafted(FINAL)
    for chip in await chips(story, "qian"):
        if not chip["text"].endswith(" ") and "撤回" not in chip["text"]:
            sent = await story.say("qian", chip["text"])
            assert sent
            assert not [one for one in sent if "没看懂" in one.text]


async def test_in_english(english: Story) -> None:
    await english.drafted("We sealed a sample. Results by 26 November.")
    assert await offered(english, "qian") == ["approve 1", "reject 1 "]
