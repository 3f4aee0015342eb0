"""What the regime owes to superiors: material, news, the final report, a form; and no start without a superior."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from redis.asyncio import Redis

from bot.config import ConfigError, parse_installation
from storage.tables import File, Form
from tests.support.regime import owed, under
from tests.support.story import DEMONSTRATION, RESULT, Story

RULE = """# 外单位。
[override.report.superior]
tiers = ["major"]
material = "4h"
updates = ["1d", "2d"]
final = "3d"

# 外单位。"""
ONE = '[[body]]\nname = "区网信办"\naliases = ["网信办", "Internet Office"]\nkind = "superior"\n'
OUTSIDE = ONE.replace("superior", "outside")


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    replaced = {"# 外单位。": RULE, ONE: OUTSIDE}
    async with under("standard", tmp_path, redis, "2026-11-23 10:05", **replaced) as started:
        yield started


async def reports(story: Story) -> dict[str | None, str]:
    kinds = ("material", "news above", "final report")
    return {kind: due for kind, due in (await owed(story)).items() if kind in kinds}


@pytest.mark.demand("C2")
async def test_a_major_matter_from_material_to_the_final_report(story: Story) -> None:
    await story.opened()
    assert await reports(story) == {}  # a general one is nobody else's
    await story.advance("55m")
    await story.say("li", "升级 1 重大 媒体来电")
    # Counted from the rise, Monday 11:00: four hours; the next day; two days.
    news = "Wed 11-25 00:00, Thu 11-26 00:00"
    assert await reports(story) == {"material": "Mon 11-23 15:00", "news above": news}
    await story.say("li", "已报 1 教育局 书面 育字〔2026〕5号")
    assert await reports(story) == {"news above": news}
    await story.say("li", "已报 1 教育局 电话 回执 A12")
    assert await reports(story) == {"news above": "Thu 11-26 00:00"}
    await story.say("wang", "签收 1")
    await story.answer(leaders=("qian",))
    await story.say("wang", f"办结 1 {RESULT}")
    assert await reports(story) == {"news above": "Thu 11-26 00:00", "final report": "Fri 11-27 00:00"}
    await story.say("li", "已报 1 教育局 书面 育字〔2026〕6号")
    assert await reports(story) == {}


async def test_undo_takes_them_back_and_a_reopening_asks_again(story: Story) -> None:
    await story.opened()
    await story.say("li", "升级 1 重大 媒体来电")
    await story.say("li", "撤回")
    assert await reports(story) == {}
    await story.say("li", "升级 1 重大 媒体来电")
    await story.say("li", "已报 1 教育局 书面 育字〔2026〕5号")
    await story.say("wang", "签收 1")
    await story.answer(leaders=("qian",))
    await story.say("wang", f"办结 1 {RESULT}")
    await story.say("qian", "重办 1 又出现了")
    assert sorted(await reports(story)) == ["material", "news above"]


async def test_merged_matters_owe_them_once(story: Story) -> None:
    await story.opened()
    await story.opened("@回音 食堂有虫 https://weibo.com/1/Zz9")
    for number in (1, 2):
        await story.say("li", f"升级 {number} 重大 媒体来电")
    await story.say("li", "2 并入 1")
    assert await reports(story) == {"material": "Mon 11-23 14:05", "news above": "Wed 11-25 00:00, Thu 11-26 00:00"}


@pytest.mark.demand("C2")
async def test_the_situation_report_is_filled_in(story: Story) -> None:
    await story.say("li", "交办 教育局 教办函〔2026〕31号 11-30前 家长反映食堂饭菜有异物，请查明并反馈")
    await story.say("wang", "核实 1 属实 筛网脱落")
    await story.say("li", "情况报告 1")
    story.expect("情况报告〔2026〕1 号")
    form = await Form.get(kind="situation")
    paper = Document(BytesIO((await File.get(id=form.file)).body))
    text = "\n".join(one.text for one in paper.paragraphs)
    for said in (
        "区教育局：",
        "来源：上级交办（区教育局）",
        "家长反映食堂饭菜有异物，请查明并反馈",
        "区教育局 教办函〔2026〕31号：反馈上级：2026年11月30日",
        "筛网脱落",
    ):
        assert said in text, (said, text)


def test_a_regime_whose_superior_is_nobody_is_refused() -> None:
    text = DEMONSTRATION.read_text(encoding="utf-8").replace('regime = "standard"', 'regime = "liaison-form"')
    assert parse_installation(text, DEMONSTRATION)
    without = text.replace('kind = "superior"', 'kind = "outside"')
    with pytest.raises(ConfigError, match="a superior has to approve replies, and there is none: add a"):
        parse_installation(without, DEMONSTRATION)
