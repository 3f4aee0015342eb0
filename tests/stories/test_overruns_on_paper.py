"""Every paper says the same of what ran over: whose it was, whether it is still open, and who changed figures."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from storage import files
from tests.support.papers import words
from tests.support.story import Story, monday

PROOF = "https://weibo.com/1234567890/Xy9zK8wQ1"
LINK = "https://weibo.com/1234567890/Ab1cD2eF"


async def three_late(story: Story) -> None:
    """Let three replies run over: with their department, with the leader, and one that is passed on afterwards."""
    for n in (1, 2, 3):
        await story.say("zhou", f"@回音 食堂饭菜有异物 {LINK}{n}")
    await story.say("wang", "签收 1 2 3")
    await story.say("wang", "拟复 2 已封存留样送检，11月27日前公布结果。")
    await story.until(monday("08:00", days=1))
    await story.say("li", "改派 3 教务处")
    await story.say("wu", "签收 3")
    await story.until(monday("09:00", days=2))


async def paper(story: Story, text: str) -> str:
    """Ask for a paper; return what it says."""
    (sent,) = [one for one in await story.say("li", text) if one.say.attachments]
    return await words(sent)


def listed(said: str, number: int) -> str:
    (row,) = [line for line in said.splitlines() if line.startswith(f"#{number} |")]
    return row


async def test_the_bulletin_names_who_had_it_in_hand_and_who_has_it_now(story: Story) -> None:
    await three_late(story)
    said = await paper(story, "通报")
    assert "超时3项" in said
    assert "| 总务处 | 11月23日 24:00" in listed(said, 1)
    assert "| 分管领导 | 11月23日 24:00" in listed(said, 2)
    assert "分管领导 1天22小时" in listed(said, 2)
    assert "| 总务处 | 11月23日 24:00" in listed(said, 3)
    assert "教务处 1天1小时" in listed(said, 3)


async def test_what_is_still_open_and_what_was_done_later_are_two_lists(story: Story) -> None:
    await three_late(story)
    await story.say("qian", "同意 2")
    await story.say("zhou", f"已发布 2 {PROOF}")
    said = await paper(story, "通报")
    rows = [line[:2] for line in said.splitlines() if line.startswith(("#", "编号 |"))]
    assert rows == ["编号", "#1", "#3", "编号", "#2"]


async def test_the_digest_names_the_same(story: Story) -> None:
    await three_late(story)
    said = (await story.say("li", "本月"))[-1].text
    assert "通报 3 件" in said
    assert "〔#2〕食堂饭菜有异物　当日回复，在分管领导手里，已超 1天9小时" in said
    assert "〔#3〕食堂饭菜有异物　当日回复（总务处），现在教务处手里 1天1小时" in said
    assert "超时 3 项，按到期时在谁手里：总务处 2、分管领导 1" in said


async def test_the_bulletin_of_last_month(story: Story) -> None:
    await three_late(story)
    story.clock.set(monday("09:00", days=10))  # the third of December
    said = await paper(story, "通报 上月")
    assert "关于2026年11月办理超时情况的通报" in said
    assert "#1 |" in said
    assert "关于2026年12月办理超时情况的通报" in await paper(story, "通报")
    assert "关于2026年11月办理超时情况的通报" in await paper(story, "通报 2026-11")


async def test_merging_withdrawing_and_waiving_keep_it_on_every_paper(story: Story) -> None:
    await three_late(story)
    await story.say("li", "3 并入 1")
    await story.say("zhou", "误报 2 不是本校")
    await story.say("qian", "同意撤件 2")
    said = (await story.say("li", "本月"))[-1].text
    assert "通报 3 件" in said
    assert "超时 3 项" in said
    assert "〔#2〕食堂饭菜有异物　当日回复（分管领导），没有办成" in said
    bulletin = await paper(story, "通报")
    assert all(listed(bulletin, number) for number in (1, 2, 3))


async def test_who_changed_figures_is_told_if_somebody_did(story: Story) -> None:
    await story.opened()
    assert "谁动了指标" not in (await story.say("li", "今日"))[-1].text
    await story.say("li", "改派 1 教务处")
    await story.say("wu", "退单 1 不归我们管")
    said = (await story.say("li", "今日"))[-1].text
    assert said.partition("谁动了指标：\n")[2].splitlines() == ["教务处：吴敏 退单 1", "值守台：李主任 改派 1"]
    await story.say("li", "改派 1 总务处")
    assert "李主任 改派 1" in (await story.say("li", "今日"))[-1].text  # from the desk: a first assignment


async def sheet(story: Story, name: str) -> list[tuple[Any, ...]]:
    sent = (await story.say("li", "台账"))[-1]
    file = await files.read(sent.say.attachments[0].id or 0)
    assert file
    return [row for row in load_workbook(BytesIO(file[1]))[name].iter_rows(min_row=2, values_only=True) if row[1]]


async def test_the_ledger_has_a_sheet_of_each(story: Story) -> None:
    await three_late(story)
    await story.say("li", "3 并入 1")
    late = [(row[0], row[3], row[8]) for row in await sheet(story, "超时归属")]
    assert late == [(1, "总务处", "未办成"), (2, "分管领导", "未办成"), (3, "总务处", "没有办成")]
    acts = [row[:5] for row in await sheet(story, "谁动了指标")]
    assert acts == [("值守台", "李主任", "并案", 1, "#3"), ("值守台", "李主任", "改派", 1, "#3")]
