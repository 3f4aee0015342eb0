"""Two who hand a matter up or down at the same time do it once, and what stops half-way leaves nothing of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from handlers.rules.language.messages import Message
from storage import incidents
from storage.tables import Duty, Event, Outbox
from tests.support.units import FIRST, SECOND, Units, units

POST = "@回音 上报 家长反映实验小学校门口早晚高峰拥堵，希望学校说明情况"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await begun.at("s1", "l1", POST)
        yield begun


def said(story: Units, id: str, group: str, person: str, text: str) -> Message:
    return Message(
        channel="local", id=id, conversation=group, sender=person, sent_at=story.clock.now(), text=text, addressed=True
    )


@pytest.mark.demand("E")
async def test_two_handings_up_are_one(story: Units) -> None:
    await story.deliver(said(story, "a", "s1", "l1", "上交 1 要牵头"), said(story, "b", "s1", "h1", "上交 1 请局里办"))
    assert await Duty.filter(kind="handed up").count() == 1
    assert await Event.filter(kind="handed up").count() == 1
    assert "不用再交" in story.heard("s1")


async def test_handed_down_to_two_units_at_once_each_owes_its_report(story: Units) -> None:
    order = "交办 1 {} 周三17点前 查明"
    await story.deliver(
        said(story, "a", "work", "li", order.format(FIRST)), said(story, "b", "work", "sun", order.format(SECOND))
    )
    owed = sorted(await Duty.filter(kind="unit report", state="open").values_list("owner", flat=True))
    assert owed == sorted(f"department:{name}" for name in (FIRST, SECOND))
    assert (await story.incident()).department in (FIRST, SECOND)


async def test_taken_over_and_given_back_at_once_one_answer_counts(story: Units) -> None:
    await story.at("s1", "l1", "上交 1 要牵头")
    await story.deliver(said(story, "a", "work", "li", "接办 1"), said(story, "b", "work", "sun", "发回 1 请自行答复"))
    assert await Event.filter(kind__in=["taken over", "given back"]).count() == 1
    assert "没有单位上交" in story.heard("work")


async def test_a_repeated_delivery_hands_up_once(story: Units) -> None:
    message = said(story, "a", "s1", "l1", "上交 1 要牵头")
    await story.deliver(message, message)
    await story.deliver(message)
    assert await Event.filter(kind="handed up").count() == 1


async def test_taken_back_it_can_be_handed_up_again(story: Units) -> None:
    await story.at("s1", "l1", "上交 1 要牵头")
    await story.at("s1", "l1", "撤回 1")
    assert await Duty.filter(kind="handed up", state="open").count() == 0
    await story.at("s1", "l1", "上交 1 涉及交警")
    await story.say("li", "接办 1")
    await story.say("li", "撤回 1")
    row = await story.incident()
    assert (row.unit, row.department) == (FIRST, FIRST)
    assert await Duty.filter(kind="handed up", state="open").count() == 1


async def test_what_stops_half_way_leaves_nothing(story: Units, monkeypatch: pytest.MonkeyPatch) -> None:
    finish = incidents.finish

    async def stopped(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("stopped between two steps")

    monkeypatch.setattr(incidents, "finish", stopped)
    sent = await Outbox.filter(body__contains="上交办公室").count()
    await story.at("s1", "l1", "上交 1 要牵头")
    assert await Duty.filter(kind="handed up").count() == 0
    assert await Event.filter(kind="handed up").count() == 0
    assert await Outbox.filter(body__contains="上交办公室").count() == sent
    monkeypatch.setattr(incidents, "finish", finish)
    await story.at("s1", "l1", "上交 1 要牵头")
    assert await Duty.filter(kind="handed up", state="open").count() == 1
