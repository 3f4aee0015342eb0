"""联系: a talk with who raised a matter is kept without their name and number, and answers nobody."""

import pytest

from storage.tables import Duty, Event
from tests.support.story import Story


@pytest.mark.demand("C6")
async def test_a_talk_is_on_record_and_meets_nothing(story: Story) -> None:
    await story.acknowledged()
    before = await Duty.filter(state="met").count()
    await story.advance("2h")
    await story.say("wang", "联系 1 电话 11:30 已向王女士道歉，约定周五上门，回拨13812345678")
    answer = story.expect("已记联系（王强，电话）")
    assert "联系不算答复" in answer.text
    assert "13812345678" not in answer.text
    assert await Duty.filter(state="met").count() == before
    assert (await story.incident()).replied_at is None
    row = await Event.filter(kind="contact").first()
    assert row
    assert "13812345678" not in row.texts
    assert "王女士" not in row.texts
    await story.say("li", "查 1")
    story.expect("联系（电话，11-23 12:05，王强）：")
    await story.say("wang", "办结 1 已更换筛网，并当面向家长道歉")
    story.expect("还没有公开答复")


async def test_the_time_stands_beside_the_means(story: Story) -> None:
    await story.acknowledged()
    await story.advance("4h")
    await story.say("wang", "联系 1 电话 今天13:00 已道歉，约定明天上门")
    await story.say("wang", "查 1")
    story.expect("联系（电话，11-23 13:00，王强）")


async def test_what_is_no_contact(story: Story) -> None:
    await story.acknowledged()
    for said, answer in (
        ("联系 1 已道歉", "请写明怎么联系的"),
        ("联系 1 电话", "请写明谈了什么"),
        ("联系 1 明天再打电话联系", "还没有联系上"),
        ("联系 1 下午再打电话", "还没有联系上"),
        ("联系 1 电话 11-20 10:00 已道歉", "要在发现以后"),
    ):
        await story.say("wang", said)
        story.expect(answer)
    await story.say("chen", "联系 1 电话 已道歉，约定上门")
    assert await Event.filter(kind="contact").count() == 0


async def test_whom_it_is_about_does_not_contact_them(story: Story) -> None:
    await story.acknowledged()
    await story.say("li", "涉及 1 王强")
    await story.say("wang", "联系 1 电话 请对方撤诉，对方同意")
    assert await Event.filter(kind="contact").count() == 0


async def test_undone_it_is_shown_no_more(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "联系 1 电话 已道歉，约定上门")
    await story.say("wang", "撤回")
    await story.say("wang", "查 1")
    assert "联系（" not in story.fresh[-1].text
