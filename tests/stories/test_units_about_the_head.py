"""A matter about the head of a unit is the office's at once: it counts for the unit, which hears nothing more of it."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from redis.asyncio import Redis

from storage import files
from storage.tables import Duty
from tests.support.story import BotMessage, monday
from tests.support.units import FIRST, SECOND, Units, units

POST = "@回音 上报 家长举报实验小学何校长收受礼品卡，希望查清楚并给个说法"


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        yield begun


async def everything_in(sent: BotMessage) -> str:
    """Return the text of a message with all that its Word and Excel files say."""
    found = [sent.text]
    for one in sent.say.attachments:
        kept = await files.read(one.id or 0)
        assert kept
        if one.name.endswith(".xlsx"):
            book = load_workbook(BytesIO(kept[1]))
            found += [str(cell) for sheet in book for row in sheet.values for cell in row]
        if one.name.endswith(".docx"):
            paper = Document(BytesIO(kept[1]))
            found += [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join(found)


@pytest.mark.demand("E")
async def test_the_office_has_it_and_the_unit_is_told_only_that(story: Units) -> None:
    await story.at("s1", "l1", POST)
    assert "由办公室直接办理" in story.heard("s1")
    assert "礼品卡" not in story.heard("s1")
    assert "礼品卡" in story.heard("work")
    row = await story.incident()
    assert (row.unit, row.department, row.stage) == (FIRST, None, "unassigned")


async def test_nobody_of_the_unit_sees_what_becomes_of_it(story: Units) -> None:
    await story.at("s1", "l1", POST)
    for person in ("h1", "l1"):
        for words in ("查 1", "上交 1 请办", "签收 1", "备注 1 没有这事"):
            await story.at("s1", person, words)
            assert "不是实验小学的事项" in story.heard("s1")
    await story.at("s1", "l1", "@回音 待办")
    assert "礼品卡" not in story.heard("s1")
    await story.say("li", "改派 1 总务处")
    await story.say("wang", "签收 1")
    assert not story.heard("s1")


async def test_it_counts_for_the_unit_and_its_title_stays_away(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.until(monday("10:00", 5))
    for words in ("今日", "周报", "台账"):
        [sent] = await story.at("s1", "h1", f"@回音 {words}")
        assert "礼品卡" not in await everything_in(sent)
    assert "收 1" in sent.text
    assert "涉及本单位负责人" in await everything_in(sent)
    [sent] = await story.say("li", "台账")
    assert "礼品卡" in await everything_in(sent)
    assert "实验小学 收 1" in story.heard("work")


async def test_it_is_given_to_no_unit_whose_head_it_is_about(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.say("sun", "改派 1 实验小学")
    assert (await story.incident()).department is None
    await story.say("sun", "交办 1 实验小学 周三17点前 查清")
    assert (await story.incident()).department is None


@pytest.mark.parametrize(
    "words",
    [
        "家长举报我校校长收受礼品卡，希望查清楚并给个说法",
        "家长举报校长收受礼品卡，希望查清楚并给个说法",
        "家长举报实验小学校长收受礼品卡，希望查清楚并给个说法",
        "家长举报我校一把手收受礼品卡，希望查清楚并给个说法",
        "家长举报何校长收受礼品卡，希望查清楚并给个说法",
    ],
)
async def test_by_title_alone_it_is_the_units_head_too(story: Units, words: str) -> None:
    await story.at("s1", "l1", f"@回音 上报 {words}")
    row = await story.incident()
    assert "person:h1" in row.about
    assert (row.unit, row.department) == (FIRST, None)
    assert "礼品卡" not in story.heard("s1")


async def test_found_by_the_office_it_is_not_given_to_the_unit(story: Units) -> None:
    await story.say("zhou", "@回音 上报 网友举报实验小学校长收受礼品卡，希望查清楚并给个说法")
    row = await story.incident()
    assert "person:h1" in row.about
    assert row.department != FIRST
    await story.say("zhou", "@回音 上报 网友举报校长收受礼品卡，希望查清楚并给个说法")
    assert (await story.incident(2)).about == ["person:zhao"]


async def test_said_later_it_leaves_the_unit(story: Units) -> None:
    await story.at("s1", "l1", "@回音 上报 家长反映实验小学食堂采购有问题，希望查清楚")
    await story.say("li", "涉及 1 何校长")
    assert story.heard("s1") == "已登记〔#1〕，涉及本单位负责人，由办公室直接办理。"
    assert "何校长" in story.heard("work")
    assert (await story.incident()).department is None
    await story.say("li", "备注 1 已约谈供货商")
    assert not story.heard("s1")
    await story.at("s1", "h1", "查 1")
    assert "不是实验小学的事项" in story.heard("s1")


async def test_joined_by_a_text_about_the_head_it_leaves_the_unit(story: Units) -> None:
    link = "https://weibo.com/1234567890/Ab1cD2eF3"
    await story.at("s1", "l1", f"@回音 上报 家长反映食堂采购有问题 {link}")
    await story.say("zhou", f"@回音 上报 网友举报实验小学何校长收受供货商礼品卡 {link}")
    assert (await story.incident()).department is None
    assert "礼品卡" not in story.heard("s1")
    assert "由办公室直接办理" in story.heard("s1")


async def test_one_command_for_several_matters_tells_the_unit_of_its_own_alone(story: Units) -> None:
    await story.at("s1", "l1", POST)
    await story.at("s1", "l1", "@回音 上报 家长反映实验小学操场积水，希望学校说明情况")
    await story.say("li", "改派 1 总务处")
    for n, person in ((1, "wang"), (2, "l1")):
        await story.at("work" if n == 1 else "s1", person, f"签收 {n}")
        await story.at("work" if n == 1 else "s1", person, f"拟复 {n} 经核实，已处理到位，不会再出现。")
    await story.say("sun", "同意 1 2")
    assert "#2" in story.heard("s1")
    assert "#1" not in story.heard("s1")
    assert "#1" in story.heard("work")


async def test_about_another_units_head_it_is_not_that_units(story: Units) -> None:
    await story.at("s2", "l2", POST)
    assert (await story.incident()).department == SECOND
    await story.at("s1", "h1", "查 1")
    assert "礼品卡" not in story.heard("s1")


async def test_its_report_is_owed_no_more(story: Units) -> None:
    await story.opened()
    await story.say("sun", "交办 1 实验小学 周三17点前 查清原因并整改")
    assert await Duty.filter(kind="unit report", state="open").count() == 1
    await story.say("li", "涉及 1 何校长")
    assert await Duty.filter(kind="unit report", state="open").count() == 0
