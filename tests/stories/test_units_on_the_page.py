"""On the group page a unit's people speak in their own group, and see it and their matters alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.web.group_history import History
from bot.web.group_search import search
from bot.web.group_view import GroupPageView
from storage import reports
from tests.support.units import FIRST, SECOND, Units, units

POST = "@回音 上报 家长反映午饭里有铁丝碎片，希望学校说明情况"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        await begun.say("l1", POST)
        yield begun


@pytest.mark.demand("E")
async def test_who_is_of_a_unit_speaks_in_its_group(story: Units) -> None:
    assert (await story.incident()).conversation == "s1"
    await story.say("zhou", "@回音 上报 网友反映教室投影看不清，希望说明情况")
    assert (await story.incident(2)).conversation == "work"


async def test_messages_and_matters_say_which_units_see_them(story: Units) -> None:
    view = GroupPageView(story.bot.office)
    shown, _ = await History(view).before(None)
    assert {one["unit"] for one in shown} == {FIRST}
    assert {one["id"]: one["unit"] for one in view.institution("work")["people"]}["l1"] == FIRST
    await story.say("sun", "牵头 1 实验小学 协办 第二小学")
    [one] = view.incidents(await reports.open_incidents(), story.clock.now())
    assert (one["unit"], one["units"]) == (FIRST, [FIRST, SECOND])


async def test_a_search_finds_what_its_viewer_sees(story: Units) -> None:
    history = History(GroupPageView(story.bot.office))
    assert (await search(history, "铁丝", "l1", unit=FIRST)).messages
    assert not (await search(history, "铁丝", "l2", unit=SECOND)).messages
    assert not (await search(history, "铁丝", "li")).messages
