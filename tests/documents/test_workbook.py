"""The ledger's workbook, read by another library, contains what was written, and its sums are correct."""

import re
import zipfile
from collections import Counter
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from handlers.common import ledger_file
from handlers.documents.ledger import summary_sheet, workbook
from handlers.documents.ledger.columns import COLUMNS
from handlers.rules.time.spans import span
from storage import ledger
from storage.tables import Duty, Incident
from tests.support.story import SHANGHAI, Story, monday

TITLES = (
    '=HYPERLINK("http://evil.example","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "操场<气味>&“重”",
    "电话 13812345678",
    "宿舍\x0b没有\ud800热水",
)


@pytest.fixture(name="played")
async def _told(story: Story) -> Story:
    """Seven incidents: one resolved with a published reply, one with overdue duties, five that were just opened."""
    for n, title in enumerate(TITLES):
        await story.say("zhou", f"@回音 食堂饭菜 https://weibo.com/1234567890/Ab{n}cD2eF3")
        await Incident.filter(number=n + 1).update(title=title.encode("utf-8", "replace").decode())
    for words in ("签收 1", "拟复 1 经核实属实，已更换筛网。"):
        await story.say("wang", words)
    await story.say("qian", "同意")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    story.clock.set(monday("11:05"))
    await story.say("wang", "办结 1 整改：更换供货商")
    await Duty.filter(incident_id=2).update(due_at=monday("10:06"), first_due_at=monday("10:06"))
    return story


async def read(story: Story) -> tuple[Workbook, bytes]:
    made = BytesIO()
    now = story.clock.now()
    await ledger_file.write(story.bot.office, span("month", now.astimezone(SHANGHAI)), now, made)
    return load_workbook(BytesIO(made.getvalue())), made.getvalue()


def lines(book: Workbook) -> list[dict[str, Any]]:
    head, *rows = book["台账"].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


async def test_there_is_a_line_for_each_matter(played: Story) -> None:
    book, _ = await read(played)
    head = next(book["台账"].iter_rows(values_only=True))
    assert len(head) == len(set(head)) == len(COLUMNS)
    found = lines(book)
    assert [line["编号"] for line in found] == [1, 2, 3, 4, 5, 6, 7]
    one = found[0]
    assert one["公开答复"] == "https://weibo.com/1234567890/Xy9zK8wQ1"
    assert (one["部门"], one["进度"], one["结果"], one["帖数"]) == ("总务处", "已办结", "已答复", 1)
    assert "总务处" in one["各方用时"]
    assert found[1]["状态"] == "超时未结"


async def test_dates_are_dates_on_the_institutions_clock(played: Story) -> None:
    book, _ = await read(played)
    one, other = lines(book)[0], lines(book)[2]
    assert one["发现时间"] == datetime(2026, 11, 23, 10, 5)  # noqa: DTZ001 - Excel knows no zones
    assert one["办结时间"] == datetime(2026, 11, 23, 11, 5)  # noqa: DTZ001
    assert one["办结用时（时）"] == 1.0
    assert other["办结时间"] is None
    assert book["台账"].cell(2, list(lines(book)[0]).index("发现时间") + 1).is_date


async def test_no_text_is_ever_a_formula(played: Story) -> None:
    book, _ = await read(played)
    sheet = book["台账"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    titles = [sheet.cell(row, 2) for row in range(2, 9)]
    assert [cell.value for cell in titles[:4]] == list(TITLES[:4])
    assert [bool(cell.quotePrefix) for cell in titles] == [True] * 4 + [False] * 3


async def test_texts_are_whole_masked_and_fit_for_a_cell(played: Story) -> None:
    found = [line["主题"] for line in lines((await read(played))[0])]
    assert found[4:] == ["操场<气味>&“重”", "电话 138****5678", "宿舍没有?热水"]


async def test_the_sums_are_those_of_the_lines(played: Story) -> None:
    book, _ = await read(played)
    found = lines(book)
    rows = list(book["汇总"].iter_rows(min_row=3, max_col=len(summary_sheet.SUMMARY_COLUMNS), values_only=True))
    head = rows[0]
    sums = {row[0]: dict(zip(head, row, strict=True)) for row in rows[1:] if isinstance(row[1], int)}
    by_department = Counter(line["部门"] for line in found)
    assert {name: sums[name]["收件"] for name in by_department} == by_department
    total = sums["合计"]
    assert total["收件"] == len(found)
    assert total["已办结"] == sum(line["办结时间"] is not None for line in found)
    assert total["当日回复"] == sum(_same_day(line) for line in found)
    assert total["在办超时"] == sum(line["状态"] == "超时未结" for line in found)
    assert total["延期"] == sum(line["延期"] or 0 for line in found)
    now = played.clock.now().astimezone(SHANGHAI).replace(tzinfo=None)
    owed = [line for line in found if line["办结时间"] or line["办结时限"] <= now]
    assert total["解决率"] == sum(line["办结时间"] is not None for line in owed) / len(owed)


def _same_day(line: dict[str, Any]) -> bool:
    return bool(line["回复时间"]) and line["回复时间"] <= line["回复时限"]


async def test_the_head_stands_and_filters(played: Story) -> None:
    book, body = await read(played)
    sheet = book["台账"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", sheet.dimensions)
    assert len(sheet.conditional_formatting) == 1
    assert sheet.column_dimensions["B"].width > 30
    with zipfile.ZipFile(BytesIO(body)) as file:
        assert sum(name.startswith("xl/charts/chart") for name in file.namelist()) == 2


async def test_beyond_excels_links_an_address_is_a_text(played: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_LINKS", 3)
    book, body = await read(played)
    with zipfile.ZipFile(BytesIO(body)) as file:
        assert len(re.findall(rb"<hyperlink ", file.read("xl/worksheets/sheet1.xml"))) == 3
    assert all(line["地址"].startswith("https://weibo.com/") for line in lines(book))


async def test_pages_are_read_one_after_another(played: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lines((await read(played))[0])
    monkeypatch.setattr(ledger.pages, "__defaults__", (2,))
    assert lines((await read(played))[0]) == whole


async def test_nothing_is_an_empty_ledger(story: Story) -> None:
    story.clock.advance(timedelta(days=40))
    book, _ = await read(story)
    assert lines(book) == []
    assert book["汇总"]["A1"].value == "育才中学 · 台账"
