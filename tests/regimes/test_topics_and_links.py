"""主题、关联、根因: counted by topic, held together without merging, and what comes again is said at once."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from handlers.common import ledger_file
from handlers.rules.time.spans import span
from storage.tables import Event, Incident
from tests.support.regime import found
from tests.support.story import Story, monday

REGIME = "standard"
LAST = '"admission", "enrolment", "transfer"]\nleader = "sun"\n'
TOPICS = {
    LAST: f"""{LAST}
[[topic]]
name = "食堂"
keywords = ["食堂", "饭菜"]

[[topic]]
name = "收费"
keywords = ["收费", "餐费"]
"""
}
CANTEEN = "@回音 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF{}"
counted = found("2026-11-23 10:05", **TOPICS)


@counted
@pytest.mark.demand("C9")
async def test_words_give_a_topic_and_a_person_may_set_another(story: Story) -> None:
    opened = await story.opened()
    assert "主题：食堂" in opened.text
    await story.say("wang", "主题 1 收费、食堂")
    story.expect("主题：收费、食堂（王强）")
    await story.say("wang", "主题 1 伙食")
    story.expect("没有“伙食”这个主题")
    await story.say("chen", "主题 1 收费")
    await story.say("wang", "查 1")
    story.expect("主题：收费、食堂")


@counted
@pytest.mark.demand("C9")
async def test_they_are_counted(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 食堂餐费涨价没有公示 https://weibo.com/1234567890/Ab1cD2eF4")
    await story.say("zhou", "@回音 校门口堵车严重 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say("zhou", "@回音 食堂排队太长 https://weibo.com/1234567890/Ab1cD2eF6")
    await story.say("zhou", "撤回")  # the last one is gone from every count
    await story.say("li", "今日")
    # 食堂: 1 and 2; 收费: 2.
    story.expect("主题：食堂 2、收费 1")


@counted
@pytest.mark.demand("C4.again")
async def test_what_comes_again_is_said_and_the_leader_hears_within_thirty_days(story: Story) -> None:
    await story.opened()
    await story.until(monday("10:05", 20))
    await story.say("zhou", CANTEEN.format(4))
    again = story.expect("同主题、同部门此前30天内 1 件、90天内 1 件（#1）", pinged="qian")
    assert "钱副校长" in again.text
    await story.until(monday("10:05", 60))
    await story.say("zhou", CANTEEN.format(5))
    # Number 1 is 60 days ago, number 2 forty.
    third = story.expect("此前30天内 0 件、90天内 2 件（#2、#1）")
    assert "qian" not in third.say.mentions


@counted
async def test_another_department_or_a_mistake_is_no_recurrence(story: Story) -> None:
    await story.opened()
    await story.say("li", "改派 1 保卫处")
    await story.say("zhou", CANTEEN.format(4))
    assert "此前" not in story.fresh[-1].text
    await story.say("zhou", "撤回")
    await story.say("zhou", CANTEEN.format(5))
    assert "此前" not in story.fresh[-1].text


async def test_without_topics_every_name_is_one(story: Story) -> None:
    opened = await story.opened()
    assert "主题" not in opened.text
    await story.say("li", "主题 1 食堂")
    story.expect("主题：食堂")
    await story.say("li", "主题 1 无")
    story.expect("不再列入主题")


@pytest.mark.demand("C10")
async def test_linked_and_not_merged(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 校门口堵车严重 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say("li", "关联 1 2")
    story.expect("#1、#2 已关联（李主任），不并案")
    for number, other in ((1, 2), (2, 1)):
        await story.say("li", f"查 {number}")
        story.expect(f"关联：#{other}")
    assert {one.stage for one in await Incident.all()} == {"assigned"}
    await story.say("li", "取消关联 2 1")
    await story.say("li", "查 1")
    assert "关联：" not in story.fresh[-1].text


async def test_undone_both_are_apart_again(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 校门口堵车严重 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say("li", "关联 1 2")
    await story.say("li", "撤回")
    for number in (1, 2):
        await story.say("li", f"查 {number}")
        assert "关联：" not in story.fresh[-1].text


@pytest.mark.demand("C10")
async def test_a_root_cause_gathers_them(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 校门口堵车严重 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say("zhou", "@回音 宿舍热水不足 https://weibo.com/1234567890/Ab1cD2eF6")
    await story.say("li", "根因 后勤外包 1 3")
    story.expect("#1、#3 归到根因“后勤外包”")
    await story.say("li", "查 1")
    story.expect("根因：后勤外包（#3）")
    await story.say("li", "根因 后勤外包 2")
    story.expect("同一根因此前还有：30天内 2 件、90天内 2 件（#3、#1）", pinged="qian")


@pytest.mark.parametrize(
    ("who", "said", "answer"),
    [
        ("wang", "关联 1 2", "由值守台"),
        ("li", "关联 1", "请写明要关联的几个编号"),
        ("li", "关联 1 9", "没有 #9"),
        ("li", "根因 冷 1 2", "2 到 40 个字"),
    ],
)
async def test_what_is_no_link(story: Story, who: str, said: str, answer: str) -> None:
    await story.opened()
    await story.say("zhou", "@回音 校门口堵车严重 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say(who, said)
    story.expect(answer)
    assert await Event.filter(kind__in=("linked", "root cause")).count() == 0


async def test_similar_open_ones_are_shown_and_nothing_joins(story: Story) -> None:
    await story.say("zhou", "@回音 上报 食堂的饭菜里吃出了异物，像是钢丝球的丝，孩子不敢再吃")
    await story.say("zhou", "@回音 上报 今天食堂饭菜里又吃出了异物，像是钢丝球的丝")
    shown = story.expect("在办的相似事项：#1")
    assert "没有并案" in shown.text
    assert await Incident.filter(stage="assigned").count() == 2


@counted
async def test_the_ledger_has_a_column_and_sheets_for_them(story: Story, tmp_path: Path) -> None:
    await story.opened()
    await story.say("zhou", "@回音 食堂餐费涨价没有公示 https://weibo.com/1234567890/Ab1cD2eF4")
    await story.say("qian", "漏报 总务处 1 值班电话周日已接到，没有上报")
    file = tmp_path / "ledger.xlsx"
    office, now = story.bot.office, story.now
    await ledger_file.write(office, span("today", now), now, file)
    book = load_workbook(file)
    assert [cell.value for cell in book["主题类别"][2]][:2] == ["食堂", 2]
    assert [cell.value for cell in book["漏报谎报瞒报"][2]][1:4] == ["漏报", "总务处", "#1"]
    heads = [cell.value for cell in book["台账"][1]]
    assert book["台账"].cell(3, heads.index("主题类别") + 1).value == "食堂、收费"


@counted
async def test_topics_follow_a_merge(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 餐费涨价没有公示 https://weibo.com/1234567890/Ab1cD2eF4")
    await story.say("li", "2 并入 1")
    await story.say("wang", "查 1")
    story.expect("主题：食堂、收费")
    await story.say("li", "今日")
    story.expect("主题：食堂 1、收费 1")


@counted
async def test_the_topics_are_apart_again_when_the_merge_is_undone(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 餐费涨价没有公示 https://weibo.com/1234567890/Ab1cD2eF4")
    await story.say("li", "2 并入 1")
    await story.say("li", "撤回")
    await story.say("wang", "查 1")
    assert "收费" not in story.fresh[-1].text


@counted
async def test_each_of_several_posts_shows_what_is_like_it_and_comes_again(story: Story) -> None:
    await story.say("zhou", "@回音 上报 食堂的饭菜里吃出了异物，像是钢丝球的丝，孩子不敢再吃")
    await story.say(
        "zhou",
        "@回音 上报\n1. 今天食堂饭菜里又吃出了异物，像是钢丝球的丝 https://weibo.com/1234567890/Ab1cD2eF4\n"
        "2. 校门口每天放学堵车半小时 https://weibo.com/1234567890/Ab1cD2eF5",
    )
    like, other = story.expect("〔#2〕").text.split("〔#3〕")
    assert "在办的相似事项：#1" in like
    assert "同主题、同部门此前30天内 1 件" in like
    assert "相似" not in other
