"""A text that joins an open matter is kept in its own words, read again, and may raise the matter."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import audit
from storage.tables import Incident
from tests.support.regime import MONDAY_MORNING, under
from tests.support.story import Story

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"


async def joined_text(number: int = 1) -> list[str]:
    return [line["data"].get("text", "") for line in await audit.history(number) if line["kind"] == "joined"]


async def test_its_own_words_are_kept_and_shown(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    await story.say("li", f"@回音 家长说昨天也吃到了头发，电话 13812345678 {LINK}")
    answer = story.expect("记下原话：「家长说昨天也吃到了头发，电话 138****5678")
    assert "13812345678" not in answer.text
    assert "家长说昨天也吃到了头发" in (await joined_text())[0]


async def test_the_same_words_again_say_nothing_new(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    before = (await story.incident()).about
    for words in (LINK, f"食堂饭菜有异物 {LINK}", f"食堂 饭菜有异物\n{LINK}"):
        answer = (await story.say("li", f"@回音 {words}"))[-1]
        assert "记下原话" not in answer.text
    assert await joined_text() == ["", "", ""]
    assert (await story.incident()).about == before


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("举报冯处长在食堂吃回扣", ["person:feng", "department:总务处"]),
        ("总务处推诿，没人管", ["department:总务处"]),
        ("王 强收了承包商的钱", ["person:wang", "department:总务处"]),
        ("總務處王強態度惡劣", ["person:wang", "department:总务处"]),
    ],
)
async def test_a_text_that_accuses_its_department_takes_the_matter_from_it(
    story: Story, words: str, about: list[str]
) -> None:
    await story.drafted()
    await story.say("li", f"@回音 {words} {LINK}")
    handed = story.expect("按回避规定，改由 @李主任 办理", pinged="li")
    assert not {"wang", "feng"} & {*handed.say.mentions}
    incident = await story.incident()
    assert (incident.about, incident.department, incident.holder) == (about, None, "desk")
    await story.say("wang", "签收 1")
    await story.say("wang", "拟复 1 没有这回事。")
    assert (await story.incident()).version == incident.version


async def test_a_signer_whom_it_accuses_is_replaced(story: Story) -> None:
    await story.drafted()
    await story.say("zhou", f"@回音 食堂承包是钱副校长的亲戚 {LINK}")
    story.expect("请改由您审批：同意 1", pinged="sun")
    await story.say("qian", "同意 1")
    story.expect("反映的事情与您有关")


async def test_a_text_of_a_higher_tier_raises_it_and_a_lower_one_does_not(tmp_path: Path, redis: Redis) -> None:
    async with under("bureau", tmp_path, redis, MONDAY_MORNING) as story:
        regime = story.bot.office.regime
        tier = next(tier for tier in regime.tiers if tier != "general" and regime.tier[tier].keywords)
        await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
        await story.say("li", f"@回音 {regime.tier[tier].keywords[0]} {LINK}")
        assert (await story.incident()).tier == tier
        await story.say("li", f"@回音 其实没什么大事 {LINK}")
        assert (await story.incident()).tier == tier


async def test_nothing_in_it_lowers_the_matter(story: Story) -> None:
    await story.opened(f"@回音 总务处王强老师收钱办事 {LINK}")
    await story.say("li", f"@回音 感谢王强老师，都解决了 {LINK}")
    incident = await story.incident()
    assert incident.about == ["person:wang", "department:总务处"]
    assert incident.department is None


async def test_another_topic_is_pointed_out(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    await story.say("li", f"@回音 放学时校门口也堵车 {LINK}")
    story.expect("这段话像是保卫处的事，需要时请回复：协办 1 保卫处")
    await story.say("li", "协办 1 保卫处")
    assert (await story.incident()).helpers == ["保卫处"]


async def test_somebody_whom_it_leaves_open_is_asked_about(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    await story.say("li", f"@回音 听说二把手收了红包 {LINK}")
    story.expect("看不出“二把手”是谁", pinged="li")
    assert (await story.incident()).about == ["maybe:qian", "maybe:sun"]


async def test_what_it_changes_is_announced_in_the_group_of_the_matter(story: Story) -> None:
    await story.acknowledged()
    sent = await story.say("zhou", f"@回音 举报冯处长在食堂吃回扣 {LINK}", private=True)
    assert [one for one in sent if one.conversation == "work" and "改由 @李主任 办理" in one.text]


async def test_a_matter_that_has_ended_keeps_the_words_and_stays_ended(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    await story.say("zhou", "误报 1 不是本校")
    await story.say("qian", "同意 1")
    await story.say("li", f"@回音 举报冯处长在食堂吃回扣 {LINK}")
    story.expect("记下原话：「举报冯处长在食堂吃回扣")
    incident = await Incident.get(number=1)
    assert (incident.stage, incident.about) == ("withdrawn", [])


async def test_an_accused_officer_does_not_undo_what_joined(story: Story) -> None:
    await story.opened(f"@回音 食堂饭菜有异物 {LINK}")
    await story.say("zhou", f"@回音 信息员周晓瞒报 {LINK}")
    await story.say("zhou", "撤回")
    assert (await story.incident()).about == ["person:zhou"]
