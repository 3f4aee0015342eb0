"""Without units below the office nothing is different: their words do nothing, and no list or paper names them."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from redis.asyncio import Redis

from bot.web.group_view import GroupPageView
from storage import files, reports
from storage.tables import Duty
from tests.support.story import Story, new_story


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with new_story(tmp_path, redis) as begun:
        await begun.opened()
        yield begun


@pytest.mark.parametrize(
    "words", ["上交 1 请办公室牵头", "接办 1", "发回 1 请自行答复", "交办报告 1 已整改，函〔2026〕3号"]
)
async def test_their_words_do_nothing(story: Story, words: str) -> None:
    before = (await story.incident()).version
    kinds = set(await Duty.all().values_list("kind", flat=True))
    await story.say("wang", words)
    assert (await story.incident()).version == before
    assert set(await Duty.all().values_list("kind", flat=True)) == kinds


async def test_a_number_behind_the_word_for_a_post_is_a_post(story: Story) -> None:
    await story.say("zhou", "@回音 上报 12 教室投影看不清，家长在群里投诉")
    assert "12 教室投影看不清" in (await story.incident(2)).title


async def test_the_help_does_not_show_them(story: Story) -> None:
    await story.say("li", "帮助 全部")
    assert "接办" not in story.fresh[-1].text
    assert "上交" not in story.fresh[-1].text


async def test_papers_and_page_have_no_column_for_them(story: Story) -> None:
    await story.say("li", "台账")
    assert "发现单位" not in story.fresh[-1].text
    found = await files.read(story.fresh[-1].say.attachments[0].id or 0)
    assert found
    book = load_workbook(BytesIO(found[1]))
    assert "各单位" not in book.sheetnames
    assert "发现单位" not in [cell.value for cell in book.worksheets[0][1]]
    view = GroupPageView(story.bot.office)
    assert "unit" not in view.institution("work")["people"][0]
    assert "units" not in view.incidents(await reports.open_incidents(), story.clock.now())[0]
