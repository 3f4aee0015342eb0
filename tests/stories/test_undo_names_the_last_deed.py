"""What cannot be taken back keeps what came before it, whatever the clock shows, and is named as it was said."""

from datetime import timedelta

import pytest

from tests.support.story import Story

LEAVE = "请假 至 周五 由 冯处长 代"


@pytest.mark.parametrize("span", [timedelta(), timedelta(seconds=3)], ids=["the clock stands", "seconds later"])
@pytest.mark.parametrize(("words", "name"), [((LEAVE,), "请假"), ((LEAVE, "销假"), "销假")], ids=["leave", "back"])
async def test_leave_keeps_what_came_before_it(
    story: Story, span: timedelta, words: tuple[str, ...], name: str
) -> None:
    await story.opened()
    for said in ("签收 1", *words):
        await story.say("wang", said)
        await story.jump(span)
    await story.say("wang", "撤回")
    story.expect(f"您最后做的是“{name}”，这一步不能撤回")
    assert (await story.incident()).acknowledged_at is not None


OBJECTION = "异议 1 当时已口头报告"


@pytest.mark.parametrize(
    ("words", "stands"), [(f"签收 1\n{OBJECTION}", True), (f"{OBJECTION}\n签收 1", False)], ids=["before", "after"]
)
async def test_of_one_message_only_what_came_last_is_taken_back(story: Story, words: str, stands: bool) -> None:
    await story.opened()
    await story.say("qian", "漏报 总务处 1 电话里早已说过")
    await story.say("wang", words)
    assert (await story.incident()).acknowledged_at is not None
    await story.jump(timedelta(seconds=3))
    await story.say("wang", "撤回")
    story.expect("您最后做的是“对漏报的异议”" if stands else "撤回了刚才的“签收”")
    assert ((await story.incident()).acknowledged_at is not None) == stands


@pytest.mark.parametrize(
    ("words", "name"), [("漏报 总务处 电话里早已说过", "漏报"), ("瞒报 总务处 电话里早已说过", "瞒报")]
)
async def test_a_lapse_by_its_kind(story: Story, words: str, name: str) -> None:
    await story.opened()
    await story.say("qian", "升级 1 重大 媒体来电")
    await story.say("qian", words)
    await story.say("qian", "撤回")
    story.expect(f"您最后做的是“{name}”")
    assert (await story.incident()).tier == "major"


async def test_of_two_deeds_at_one_time_the_last_is_taken_back(story: Story) -> None:
    await story.opened()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("li", "备注 2 家长来过电话")
    await story.say("li", "备注 1 家长又来电话")
    await story.say("li", "撤回")
    story.expect("〔#1〕李主任 撤回了刚才的“备注”")
