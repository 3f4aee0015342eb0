"""Papers about units say who signs, and show what ran over with who had it in hand, each reminder once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.cli.regime import show
from storage.tables import Outbox
from tests.support.story import MONDAY, Story, demonstration, monday, new_story
from tests.support.units import FIRST, ROSTER, Units, tables, units

POST = "@回音 上报 家长反映校门口早晚高峰拥堵，希望学校说明情况"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await begun.at("s1", "l1", POST)
        await begun.at("s1", "l1", "签收 1")
        yield begun


async def test_the_rule_book_and_why_say_that_the_head_of_a_unit_signs(story: Units) -> None:
    office = story.bot.office
    assert "下属单位的一般事项，应由分管领导签的答复和处置方案由该单位负责人签" in show(
        office.regime, office.institution
    )
    await story.at("s1", "l1", "为何 1")
    assert f"由{FIRST}负责人签，写明的领导可以代签" in story.heard("s1")
    await story.say("li", "升级 1 重大 媒体已来电")
    await story.say("li", "为何 1")
    assert "负责人签" not in story.heard("work")


async def test_without_units_they_do_not_speak_of_them(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis) as story:
        assert "下属单位" not in show(story.bot.office.regime, story.bot.office.institution)
        await story.opened()
        await story.say("li", "为何 1")
        assert "下属单位" not in story.expect("由谁签").text


async def test_what_the_office_let_run_over_is_not_the_units(story: Units) -> None:
    await story.at("s1", "l1", "上交 1 涉及交警，请局里牵头")
    await story.until(monday("08:00", 1))
    await story.say("li", "本周")
    story.expect(f"按发现单位：{FIRST} 收 1、办结 0、在办 1、超时 1 项（另 1 项到期时不在它手里）")
    await story.say("li", "待办")
    story.expect("上交答复（值守台） 超时")


async def test_a_reminder_in_two_groups_counts_once(story: Units) -> None:
    await story.until(monday("08:00", 1))
    sent = await Outbox.filter(incident=1, duty__isnull=False).values_list("planned_at", "conversation")
    moments = {at for at, _ in sent}
    assert len(sent) > len(moments)
    await story.say("li", "台账")
    story.expect(f"提醒 {len(moments)} 次")


@pytest.mark.parametrize("hour", ["Wednesday 17:00", "Wednesday at 5 pm", "25 November 17:00", "17:00 on Wednesday"])
async def test_an_order_in_english_names_the_hour(tmp_path: Path, redis: Redis, hour: str) -> None:
    text = tables().replace(FIRST, "Lake School")
    config = demonstration(tmp_path, "en", **{ROSTER: text + ROSTER})
    async with new_story(tmp_path, redis, config=config) as story:
        await told(story, f"hand down 1 to Lake School by {hour} find out the cause")


async def told(story: Story, order: str) -> None:
    await story.say("zhou", "@Huiyin https://weibo.com/1234567890/Ab1cD2eF3 the canteen's food has a hair in it")
    await story.say("sun", order)
    assert (await story.duty("unit report")).due_at == MONDAY.replace(hour=17, minute=0) + timedelta(days=2)
    assert not any("17:00 find" in one.text for one in story.fresh)
