"""A conflict is seen by those who may know: the group reads no names, and `查` tells them apart to the free."""

import pytest

from tests.support.story import BotMessage, Story

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"
POST = f"@回音 总务处王强老师收钱办事，举报人是我 {LINK}"


def in_group(sent: list[BotMessage]) -> str:
    return "\n".join(one.text for one in sent if one.conversation == "work")


def apart(sent: list[BotMessage], person: str) -> str:
    return "\n".join(one.text for one in sent if one.conversation == f"@{person}")


async def test_the_announcement_names_nobody_of_them(story: Story) -> None:
    opened = await story.opened(f"@回音 【食堂收费的问题】\n冯处长吃回扣，总务处王强也有份 {LINK}")
    assert "按回避规定，由 @李主任 办理，不交有关部门" in opened.text
    assert not [word for word in ("冯", "王强", "总务处") if word in opened.text]


@pytest.mark.parametrize("person", ["li", "zhou", "qian", "sun", "zhao"])
async def test_the_desk_and_the_leaders_are_told_alone(story: Story, person: str) -> None:
    await story.opened(POST)
    sent = await story.say(person, "查 1")
    assert "按回避规定办理" in in_group(sent)
    assert "王强、" not in in_group(sent)
    told = apart(sent, person)
    assert "涉及：王强、总务处，按规定回避" in told
    assert "回避的部门：总务处" in told
    assert "可以作决定的：" in told


async def test_in_private_it_is_one_conversation(story: Story) -> None:
    await story.opened(POST)
    sent = await story.say("zhao", "查 1", private=True)
    assert any("涉及：王强、总务处" in one.text for one in sent)
    assert "涉及：" not in in_group(sent)


@pytest.mark.parametrize("person", ["wang", "feng", "wu", "chen"])
async def test_others_are_told_no_names(story: Story, person: str) -> None:
    await story.opened(POST)
    sent = await story.say(person, "查 1")
    assert "按回避规定办理" in in_group(sent)
    assert not [one for one in sent if "涉及：" in one.text]


async def test_an_accused_leader_is_told_none_either(story: Story) -> None:
    await story.opened(f"@回音 食堂承包是钱副校长的亲戚 {LINK}")
    assert not [one for one in await story.say("qian", "查 1") if "涉及：" in one.text]
    assert [one for one in await story.say("sun", "查 1") if "涉及：钱副校长" in one.text]


async def test_the_accused_see_the_state_but_not_where_it_was_said(story: Story) -> None:
    await story.opened(POST)
    (shown,) = await story.say("wang", "查 1")
    assert "待分派" in shown.text
    assert "当日回复" in shown.text
    assert LINK not in shown.text
    assert LINK in in_group(await story.say("wu", "查 1"))


async def test_without_a_conflict_nothing_is_said_of_one(story: Story) -> None:
    opened = await story.opened()
    assert "回避" not in opened.text
    assert "回避" not in in_group(await story.say("zhao", "查 1"))
