"""No unit learns anything of another unit's matters: by no command, list, search, figure, file or post."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from redis.asyncio import Redis

from handlers.registry import HANDLERS
from storage import files
from storage.tables import Delegation
from tests.support.units import FIRST, Units, units

SECRET = "铁丝"
"""A word that stands in the first school's matter alone."""
POST = f"@回音 上报 家长反映午饭里有{SECRET}碎片，要求说明 https://weibo.com/1234567890/Ab1cD2eF3"
OWN = "@回音 上报 家长反映第二小学操场积水，希望学校说明情况 https://weibo.com/1234567890/Ab1cD2eF9"
BY_NUMBER = sorted(
    {
        re.sub(r"(?<!\d)12(?!\d)", "1", example)
        for one in HANDLERS.values()
        for example in one.EXAMPLES["zh"]
        if re.search(r"(?<!\d)12(?!\d)", example)
    }
)
"""What can be said about a matter by its number."""


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    """A matter in each of two schools, the first with a draft that waits for its head."""
    async with units(tmp_path, redis) as begun:
        await begun.at("s1", "l1", POST)
        await begun.at("s2", "l2", OWN)
        await begun.at("s1", "l1", "签收 1")
        await begun.at("s1", "l1", "拟复 1 经核实，是厨具上脱落的，已更换，留样检测合格，欢迎监督。")
        yield begun


def silent_about_it(story: Units) -> None:
    for one in story.fresh:
        if one.conversation in ("s2", "@l2", "@h2"):
            assert SECRET not in one.text
            assert FIRST not in one.text
            assert "午饭" not in one.text


@pytest.mark.demand("E")
async def test_no_command_about_its_number_tells_or_changes_anything(story: Units) -> None:
    before = await story.incident()
    assert len(BY_NUMBER) > 60
    for words in BY_NUMBER:
        for person in ("l2", "h2"):
            await story.at("s2", person, words)
            assert not story.heard("s1"), words
            silent_about_it(story)
    assert (await story.incident()).version == before.version


@pytest.mark.parametrize("words", ["待办", "查 家长反映", "今日", "周报", "台账", "台账 全部", "签收", "帮助 全部"])
async def test_no_list_and_no_figure_tells_of_it(story: Units, words: str) -> None:
    await story.at("s2", "l2", f"@回音 {words}")
    assert story.heard("s2")
    silent_about_it(story)
    for one in story.fresh:
        for file in one.say.attachments:
            found = await files.read(file.id or 0)
            assert found
            if file.name.endswith(".xlsx"):
                cells = [str(c) for sheet in load_workbook(BytesIO(found[1])) for row in sheet.values for c in row]
                assert any("操场积水" in cell for cell in cells)
                assert not any(SECRET in cell or FIRST in cell for cell in cells)


async def test_asked_by_the_office_in_its_group_it_is_not_told_there_either(story: Units) -> None:
    for words in ("待办", "查 1", "今日", "台账", "摘报", "月度通报", "失败", "漏报", "批办 1 第二小学 3天 请查"):
        await story.at("s2", "li", f"@回音 {words}")
        silent_about_it(story)


@pytest.mark.parametrize("words", [SECRET, "午饭", "家长反映午饭"])
async def test_no_search_finds_it(story: Units, words: str) -> None:
    await story.at("s2", "l2", f"@回音 查 {words}")
    assert "#1" not in story.heard("s2")
    await story.at("s1", "l1", f"@回音 查 {words}")
    assert "#1" in story.heard("s1")


async def test_numbers_that_are_asked_back_are_its_own(story: Units) -> None:
    await story.at("s2", "l2", "@回音 办结")
    silent_about_it(story)
    assert "#1" not in story.heard("s2")
    await story.at("s2", "sun", "@回音 同意")
    silent_about_it(story)


@pytest.mark.demand("E")
async def test_the_same_post_tells_it_nothing_and_the_office_hears_of_it(story: Units) -> None:
    await story.at("s2", "l2", POST.replace("家长反映午饭里有铁丝碎片，要求说明", "转来一条"))
    assert "之前已经登记" in story.heard("s2")
    assert "#1" not in story.heard("s2")
    silent_about_it(story)
    assert "第二小学的张平也转来了同一条" in story.heard("work")
    assert not story.heard("s1")


async def test_a_similar_post_is_told_of_no_similar_matter(story: Units) -> None:
    await story.at("s2", "l2", f"@回音 上报 家长反映午饭里有{SECRET}碎片，要求学校说明情况并检测")
    assert "#1" not in story.heard("s2")
    await story.say("zhou", f"@回音 上报 又有家长反映午饭里有{SECRET}碎片，要求学校说明情况并检测 @总务处")
    assert "#1" in story.heard("work")


async def test_merged_with_another_units_matter_neither_reads_the_others(story: Units) -> None:
    await story.say("li", "2 并入 1")
    silent_about_it(story)
    assert "已并案办理" in story.heard("s2")
    assert "操场" not in story.heard("s1")
    assert "#2 已并入本件" in story.heard("s1")
    await story.at("s2", "l2", "查 2")
    silent_about_it(story)


async def test_a_case_that_is_issued_to_it_may_be_read(story: Units) -> None:
    await story.at("s1", "h1", "同意 1")
    await story.at("s1", "l1", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.at("s1", "l1", "办结 1 已更换厨具")
    await story.say("li", "印发 1 请各单位对照检查")
    assert "已阅 1" in story.heard("s2")
    await story.at("s2", "l2", "查 1")
    assert SECRET in story.heard("s2")
    await story.at("s2", "l2", "已阅 1")
    assert "已阅" in story.heard("s2")


async def test_whoever_helps_sees_it(story: Units) -> None:
    await story.say("sun", "牵头 1 实验小学 协办 第二小学")
    await story.at("s2", "l2", "查 1")
    assert SECRET in story.heard("s2")
    await story.at("s3", "l3", "查 1")
    assert SECRET not in story.heard("s3")


async def test_somebody_of_a_unit_is_told_nothing_in_another_units_group(story: Units) -> None:
    for words in ("查 2", "今日", "台账", "待办"):
        await story.at("s1", "l2", f"@回音 {words}")
        assert "〔" not in story.heard("s1").replace("〔#2〕不是实验小学的事项", "")
        assert "操场" not in story.heard("s1")


async def test_the_office_sees_all(story: Units) -> None:
    await story.say("li", "查 1")
    story.expect(SECRET)
    await story.say("li", "台账")
    story.expect("按发现单位：实验小学 收 1")


@pytest.mark.parametrize(
    ("group", "by", "words"),
    [("work", "qian", "授权 何校长 3天"), ("s1", "h1", "授权 施校长 3天"), ("s1", "h1", "请假 至 周五 由 施校长 代")],
)
async def test_nobody_of_another_unit_acts_for_others(story: Units, group: str, by: str, words: str) -> None:
    await story.at(group, by, words)
    story.expect("看不到您经手的事项，不能代办")
    assert not await Delegation.exists()
