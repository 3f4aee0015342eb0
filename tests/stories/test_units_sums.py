"""Every figure of the office is the sum of the units' and its own, whatever was handed up, down, merged or reopened."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from redis.asyncio import Redis

from handlers.common.digest_content import read
from handlers.rules.figures.digest_figures import Figures
from handlers.rules.figures.statistics import StatisticsLine
from handlers.rules.time.spans import Span
from storage import files
from storage.scope import OFFICE
from tests.support.story import monday
from tests.support.units import FIRST, SECOND, THIRD, Units, units

POST = "@回音 上报 家长反映{}，希望学校说明情况 https://weibo.com/1234567890/Ab1cD2eF{}"
ADDED = [one for one in StatisticsLine.__struct_fields__ if one != "party" and not one.startswith("_")]


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    """Matters of three units and the office over four days, with everything that may move them."""
    async with units(tmp_path, redis) as begun:
        await rehearsed(begun)
        yield begun


async def rehearsed(story: Units) -> None:
    for n, (group, what) in enumerate(
        [
            ("s1", "食堂午饭"),
            ("s1", "操场积水"),
            ("s2", "校服费用"),
            ("s2", "楼道照明"),
            ("s3", "课间噪音"),
            ("s3", "车棚漏雨"),
        ],
        1,
    ):
        await story.at(group, f"l{group[1]}", POST.format(what, n))
        await story.at(group, f"l{group[1]}", f"签收 {n}")
    await story.say("zhou", POST.format("教室投影看不清", 7))
    await closed(story, 1, "s1", "l1", "h1")
    await story.at("s1", "h1", "上交 2 要统一维修")
    await story.say("li", "接办 2 总务处")
    await story.at("s2", "l2", "上交 3 收费要统一答复")
    await story.say("li", "发回 3 请学校自行答复")
    await story.say("sun", "交办 7 第三小学 明天17点前 查明并报告")
    await story.at("s2", "l2", "上交 4 是实验小学的路灯")
    await story.say("li", "交办 4 实验小学 2个工作日内 查明")
    await story.at("s3", "l3", POST.format("课间噪音扰民", 8))
    await story.say("li", "并案 8 5")
    await closed(story, 3, "s2", "l2", "h2")
    await story.say("sun", "重办 3 又有家长反映")
    await story.at("s3", "l3", "误报 6 弄错了")
    await story.say("sun", "同意 6")
    await story.say("li", "回访 1 满意 电话")
    await story.until(monday("18:00", 3))


async def closed(story: Units, number: int, group: str, liaison: str, head: str) -> None:
    await story.at(group, liaison, f"拟复 {number} 经核实，已更换厨具，留样检测合格，不会再出现。")
    await story.at(group, head, f"同意 {number}")
    await story.at(group, liaison, f"已发布 {number} https://weibo.com/1234567890/Xy9zK8wQ{number}")
    await story.at(group, liaison, f"办结 {number} 已更换厨具")


async def figures(story: Units, scope: str | None) -> Figures:
    now = story.clock.now()
    span = Span("week", monday("00:00"), monday("00:00", 7), (monday("00:00", -7), monday("00:00")))
    return await read(story.bot.office, "weekly", span, now, None, scope)


def simple(one: Figures) -> dict[str, float]:
    """Return every number of a digest that is a count."""
    total = {name: getattr(one.table.total, name) for name in ADDED}
    answers = {f"{line.party}": line.asked for line in one.after.satisfaction if line.party is None}
    late = {name: sum(getattr(line, name) for line in one.after.reporting) for name in ("late", "missed")}
    return total | late | answers | {
        "open": one.table.total.open, "replied": one.settled[0], "settled": one.settled[1], "overdue": len(one.overdue),
        "named": len(one.named), "acts": sum(act.times for act in one.acts), "positive": len(one.positive),
        "gone": one.gone, "found by day": sum(day.received for day in one.days),
        "ended by day": sum(day.resolved for day in one.days), "origins": sum(one.table.origins.values()),
        "before": one.before.total.received if one.before else 0,
    }  # fmt: skip


@pytest.mark.demand("E")
async def test_the_office_is_the_sum_in_the_digest(story: Units) -> None:
    whole = await figures(story, None)
    parts = [await figures(story, scope) for scope in (FIRST, SECOND, THIRD, OFFICE)]
    counted = [simple(one) for one in parts]
    names = {name for one in (*counted, simple(whole)) for name in one}
    for name in sorted(names):
        assert sum(one.get(name, 0) for one in counted) == simple(whole).get(name, 0), name
    assert [one["received"] for one in counted] == [2, 2, 1, 1]  # 8 was merged into 5, and 6 was struck out
    told = simple(whole)
    assert all(told[name] for name in ("overruns", "reopened", "satisfied", "resolved", "answered", "acts", "named"))
    assert {name for name, _ in whole.units} == {FIRST, SECOND, THIRD, None}
    for name, sums in whole.units:
        own = parts[(FIRST, SECOND, THIRD, None).index(name)].table.total
        assert [getattr(sums.total, one) for one in ADDED] == [getattr(own, one) for one in ADDED]


@pytest.mark.demand("E")
async def test_and_in_the_ledger_with_its_workbook(story: Units) -> None:
    lines = {FIRST: await workbook(story, "s1", "l1"), SECOND: await workbook(story, "s2", "l2")}
    lines[THIRD] = await workbook(story, "s3", "h3")
    whole = await workbook(story, "work", "li")
    numbers = [{row[0] for row in one["台账"][1:]} for one in lines.values()]
    assert numbers == [{1, 2}, {3, 4}, {5}]
    assert {row[0] for row in whole["台账"][1:]} == {1, 2, 3, 4, 5, 7}
    head, *rows = whole["各单位"]
    counts = [[cell or 0 for cell in row[1:11]] for row in rows]
    assert [row[0] for row in rows] == [FIRST, SECOND, THIRD, "办公室自己", "合计"]
    assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]
    assert head[0] == "发现单位"
    for name, row in zip(lines, rows, strict=False):
        total = next(line for line in lines[name]["汇总"] if line[0] == "合计")
        assert list(total[1:11]) == list(row[1:11]), name


async def workbook(story: Units, group: str, person: str) -> dict[str, list[tuple[object, ...]]]:
    await story.at(group, person, "@回音 台账 本周")
    [sent] = [one for one in story.fresh if one.conversation == group]
    found = await files.read(sent.say.attachments[0].id or 0)
    assert found
    return {sheet.title: list(sheet.values) for sheet in load_workbook(BytesIO(found[1]))}
