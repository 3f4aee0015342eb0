"""A major matter is handled as one: its group, a conference from the call to the last action done, press, response."""

import pytest

from storage import audit
from storage.tables import EPOCH, Duty
from tests.support.story import Story, monday

pytestmark = pytest.mark.demand("C3.group")
MINUTES = """纪要 1 到会四人，同意停用该批次，公开道歉。
决定：总务处 11-25前 更换冷链车
决定二：王强 周五前 建立进货台账"""


async def owed(kind: str) -> list[tuple[str, str]]:
    rows = await Duty.filter(kind=kind).order_by("id")
    return [(row.owner, row.state) for row in rows]


async def test_from_the_call_to_the_last_action_done(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", "专班 1 孙副校长、王强、冯处长")
    story.expect("孙副校长 牵头", pinged="wang")
    await story.say("li", "会商 1 今天15:00 第一会议室 研究处置")
    story.expect("11-23（周一）15:00", pinged="sun")  # nobody is named: the group comes
    story.expect("第一会议室 研究处置", pinged="feng")
    await story.say("li", MINUTES)
    story.expect("还没有开")
    await story.say("li", "为何 1")
    assert "T15:00" not in story.expect("【会商纪要】").text
    await story.until(monday("16:00"))
    await story.say("li", MINUTES)
    story.expect("决定 2 项", pinged="wang")
    # The minutes of Monday 15:00 were due one working day later, Tuesday at the end.
    assert await owed("minutes") == [("desk", "met")]
    assert await owed("action") == [("department:总务处", "open"), ("person:wang", "open")]
    due = await Duty.filter(kind="action").order_by("id").values_list("due_at", flat=True)
    assert due == [monday("00:00", 3), monday("00:00", 5)]  # Wednesday 24:00, Friday 24:00
    await story.say("wang", "已整改 1 第1项 冷链车已更换并验收")
    await story.say("wang", "已整改 1 第2项 台账已建立")
    await story.say("li", "确认整改 1 第1项")
    await story.say("zhou", "确认整改 1 第2项")
    assert await owed("action") == [("department:总务处", "met"), ("person:wang", "met")]
    [looked_up] = [m.text for m in await story.say("li", "查 1") if "现在在" in m.text]
    assert "专班：孙副校长、王强、冯处长" in looked_up
    assert "会商 11-23（周一）15:00：有纪要" in looked_up


async def test_unwritten_minutes_are_chased(story: Story) -> None:
    await story.opened()
    await story.say("li", "会商 1 今天15:00 第一会议室 钱副校长")
    sent = await story.until(monday("09:00", 2))
    # Due Tuesday 24:00: four hours and one hour before, and late in the morning of Wednesday.
    about = [one for one in sent if "会商纪要" in one.text]
    assert about[0].say.mentions == ("li",)
    assert (await story.duty("minutes")).due_at == monday("00:00", 2)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("会商 1 第一会议室 王强", "请写明时间"),
        ("会商 1 今天09:00 第一会议室 王强", "已经过了"),
        ("会商 1 明天15:00 第一会议室", "请写明谁参加"),
        ("纪要 1 到会四人，同意停用", "没有等着写纪要的会商"),
        ("取消会商 1 不开了算了", "没有召集过会商"),
    ],
)
async def test_what_is_missing_is_said(story: Story, said: str, answer: str) -> None:
    await story.opened()
    await story.say("li", said)
    story.expect(answer)
    assert await owed("minutes") == []


@pytest.mark.parametrize(
    ("line", "answer"), [("尽快更换冷链车", "没有写明一个负责的部门或人"), ("总务处 更换冷链车", "没有写明何时前")]
)
async def test_a_decision_without_owner_or_date_keeps_all_back(story: Story, line: str, answer: str) -> None:
    await story.opened()
    await story.say("li", "会商 1 今天15:00 第一会议室 王强")
    await story.until(monday("16:00"))
    await story.say("li", f"纪要 1 到会四人。\n决定：王强 周五前 建台账\n决定：{line}")
    story.expect(answer)
    assert await owed("minutes") == [("desk", "open")]
    assert await owed("action") == []


async def test_a_meeting_that_is_called_off_owes_no_minutes(story: Story) -> None:
    await story.opened()
    await story.say("li", "会商 1 今天15:00 第一会议室 王强")
    await story.say("li", "会商 1 明天15:00 第一会议室 王强")
    story.expect("上一次会商还没有纪要")
    await story.say("li", "取消会商 1 改为书面征求意见")
    assert await owed("minutes") == [("desk", "waived")]


async def test_the_department_calls_no_meeting(story: Story) -> None:
    await story.opened()
    for words in ("会商 1 今天15:00 王强", "专班 1 王强", "发言人 1 王强", "响应 1 二级 家长聚集"):
        await story.say("wang", words)
    assert await audit.of_incident(1, ("meeting called", "working group", "spokesman", "response level"), EPOCH) == []


async def test_whom_it_is_about_is_in_no_group(story: Story) -> None:
    await story.opened()
    await story.say("li", "涉及 1 钱副校长")
    for words in ("专班 1 钱副校长、王强", "会商 1 今天15:00 钱副校长", "发言人 1 钱副校长"):
        await story.say("li", words)
        story.expect("按回避规定，钱副校长不参加")


@pytest.mark.demand("C3.voice")
async def test_the_spokesman_alone_answers_the_press(story: Story) -> None:
    await story.opened()
    await story.say("qian", "发言人 1 孙副校长")
    await story.say("zhou", "媒体询问 1 晨报记者问检测结果何时公布")
    story.expect("11-23（周一）14:05 前答复", pinged="sun")  # four hours
    await story.say("zhou", "媒体询问 1 电视台问是否停用")
    await story.say("li", "答媒体 1 第1问 周五公布")
    story.expect("对外由 孙副校长 一人发言")
    await story.say("sun", "答媒体 1 周五公布")
    story.expect("请写明第几问")
    await story.say("sun", "答媒体 1 第2问 该批次已停用")
    story.expect("这不是对公众的答复")
    assert await owed("inquiry") == [("person:sun", "open"), ("person:sun", "met")]
    await story.say("sun", "答媒体 1 周五在官网公布")
    assert await owed("inquiry") == [("person:sun", "met"), ("person:sun", "met")]
    assert (await story.incident()).replied_at is None


@pytest.mark.demand("C3.response")
async def test_a_leader_raises_and_ends_the_response(story: Story) -> None:
    await story.opened()
    await story.say("li", "响应 1 二级 家长聚集")
    story.expect("响应级别由领导来定")
    await story.say("qian", "响应 1 二级 家长聚集")
    story.expect("启动二级响应：家长聚集")
    await story.say("qian", "响应 1 Ⅰ级 媒体到场")
    story.expect("由二级调整为一级")
    await story.say("qian", "终止响应 1 事态平息")
    story.expect("终止一级响应")
    await story.say("qian", "终止响应 1 事态平息")
    story.expect("响应现在就是：未启动")


async def test_it_is_undone_like_everything(story: Story) -> None:
    await story.opened()
    await story.say("qian", "响应 1 二级 家长聚集")
    await story.say("qian", "撤回 1")
    [looked_up] = [m.text for m in await story.say("li", "查 1") if "现在在" in m.text]
    assert "响应：" not in looked_up
    await story.say("li", "会商 1 今天15:00 第一会议室 王强")
    await story.say("li", "撤回 1")
    assert await owed("minutes") in ([], [("desk", "waived")])
