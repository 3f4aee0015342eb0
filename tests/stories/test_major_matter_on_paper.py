"""What goes on beside a matter's course stands on its forms and in the ledger, each under its own heading."""

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from redis.asyncio import Redis

from storage.tables import File
from tests.support.chains import under_keys
from tests.support.papers import words
from tests.support.story import Story, monday

MINUTES = "纪要 1 到会四人，同意停用该批次。\n决定：总务处 11-25前 更换冷链车\n决定：王强 周五前 建立进货台账"


async def handled(story: Story) -> None:
    """Bring a matter to two decisions of a meeting, one done; with an expert, a part, signed wording, the press."""
    await story.acknowledged()
    for who, said in (
        ("qian", "专班 1 孙副校长、王强"),
        ("qian", "发言人 1 孙副校长"),
        ("qian", "响应 1 二级 家长聚集"),
        ("qian", "响应 1 三级 人已散去"),
        ("li", "会商 1 今天15:00 第一会议室 研究处置"),
        ("li", "牵头 1 总务处 协办 保卫处"),
        ("chu", "协办意见 1 门口已加派人手，家长已散去"),
        ("li", "专家 1 市疾控张教授 是否停用该批次"),
        ("li", "专家意见 1 市疾控张教授 建议停用该批次"),
        ("zhou", "口径 1 该批次已停用，检测结果周五公布。"),
        ("qian", "同意口径 1"),
        ("zhou", "媒体询问 1 晨报问检测结果何时公布"),
        ("zhou", "媒体询问 1 电视台问是否停用"),
        ("sun", "答媒体 1 第1问 按口径"),
    ):
        await story.say(who, said)
    await story.until(monday("16:00"))
    await story.say("li", MINUTES)
    await story.say("wang", "已整改 1 第1项 冷链车已更换并验收")


async def line_of(story: Story) -> dict[str, Any]:
    await story.say("li", "台账")
    file = await File.filter(name__endswith=".xlsx").order_by("-id").first()
    assert file
    head, line = load_workbook(BytesIO(bytes(file.body)))["台账"].iter_rows(values_only=True)
    return dict(zip(head, line, strict=True))


async def test_on_the_handling_form(story: Story) -> None:
    await handled(story)
    said = await words((await story.say("li", "处置单 1"))[-1])
    assert "协办部门意见 | 保卫处（褚队长 2026年11月23日 10:05）：门口已加派人手，家长已散去" in said
    assert "组织处置 | 专班：孙副校长、王强（孙副校长牵头）" in said
    assert "响应：2026年11月23日 10:05 三级，人已散去" in said
    assert "会商纪要 | 2026年11月23日 15:00 孙副校长、王强：到会四人，同意停用该批次。" in said
    assert "专家意见 | 市疾控张教授：建议停用该批次" in said
    assert "审定的口径 | 口径（第 1 稿，钱副校长签）：该批次已停用，检测结果周五公布。" in said


async def test_a_plain_matter_has_no_empty_rows(story: Story) -> None:
    await story.acknowledged()
    for form in ("处置单 1", "联系单 1", "情况报告 1"):
        said = await words((await story.say("li", form))[-1])
        assert not [one for one in ("协办部门意见", "组织处置", "专家意见", "审定的口径", "媒体询问") if one in said]


async def test_in_the_situation_report(story: Story) -> None:
    await handled(story)
    said = await words((await story.say("li", "情况报告 1"))[-1])
    for line in (
        "发言人：孙副校长",
        "1. 2026年11月23日 10:05 晨报问检测结果何时公布　答：该批次已停用，检测结果周五公布。",
        "2. 2026年11月23日 10:05 电视台问是否停用　答：未答",
        "1. 更换冷链车（总务处，2026年11月25日 24:00，待确认）",
        "2. 建立进货台账（王强，2026年11月27日 24:00，未完成）",
    ):
        assert line in said, line
    assert "{" not in said


async def test_in_the_ledger_each_under_its_own_heading(tmp_path: Path, redis: Redis) -> None:
    async with under_keys('helping = { period = "3d" }', tmp_path, redis) as story:
        await handled(story)
        await story.say("li", "主题 1 食堂")
        line = await line_of(story)
    # Counted by hand: one part of one helper; of two questions one answered; one of two items done; level two at most.
    assert line["协办意见（已交/应交）"] == "1/1"
    assert line["最高响应"] == "二级"
    assert line["会商次数"] == 1
    assert line["媒体询问（已答/来询）"] == "1/2"
    assert line["整改事项（已完成/全部）"] == "1/2"
    assert line["主题类别"] == "食堂"
    assert line["交办单位和文号"] is None
    assert line["回访"] is None
