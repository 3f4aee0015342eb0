"""Nobody decides about a complaint against themselves: not as approver, not as head, not by closing it."""

import pytest

from storage.tables import Request
from tests.support.story import Story, monday


async def test_a_named_leader_does_not_sign(story: Story) -> None:
    await story.opened("@回音 食堂承包是钱副校长的亲戚 https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("wang", "签收 1")
    await story.say("wang", "拟复 1 正在核查，11月26日前公布。")
    asked = story.expect("审批", pinged="sun")
    assert "qian" not in asked.say.mentions
    for words in ("同意 1", "不同意 1 不好"):
        await story.say("qian", words)
        story.expect("反映的事情与您有关")
    assert (await Request.get(id=1)).state == "pending"


async def test_nor_does_somebody_in_their_place(story: Story) -> None:
    await story.say("qian", "授权 办公室 至 周五")
    await story.opened("@回音 食堂承包是钱副校长的亲戚 https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("wang", "拟复 1 正在核查，11月26日前公布。")
    await story.say("li", "同意 1")
    story.expect("您没有审批权限")


async def test_a_complaint_about_a_department_goes_past_it(story: Story) -> None:
    await story.opened("@回音 投诉总务处推诿，食堂异物没人管 https://weibo.com/1234567890/Ab1cD2eF3")
    announcement = story.expect("按回避规定，由 @李主任 办理，不交有关部门", pinged="li")
    assert "wang" not in announcement.say.mentions
    assert (await story.incident()).department is None


async def test_a_head_does_not_sign_what_is_about_the_department(story: Story) -> None:
    await story.opened()
    await story.say("li", "涉及 1 总务处")
    await story.say("feng", "办结 1 整改：没有问题")
    story.expect("反映的事情与您有关")
    assert (await story.incident()).stage == "unassigned"


@pytest.mark.parametrize(
    "words", ["改派 1 教务处", "办结 1 整改：好了", "转办 1 区教育局 无", "误报 1 假的", "核实 1 不属实"]
)
async def test_the_person_concerned_decides_nothing(story: Story, words: str) -> None:
    await story.opened("@回音 食堂承包是李主任的亲戚 https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("li", words)
    story.expect("反映的事情与您有关，这一步由别人来办")
    assert (await story.incident()).version == 1
    await story.say("li", "备注 1 我没有这样的亲戚")
    story.expect("已备注（李主任）")


async def test_what_waits_for_them_waits_for_another(story: Story) -> None:
    await story.drafted()
    await story.say("zhou", "涉及 1 钱副校长")
    story.expect("请改由您审批", pinged="sun")
    assert (await story.incident()).holder == "approver:sun"


async def test_who_forwarded_it_is_shown_to_nobody(story: Story) -> None:
    await story.drafted()
    for words in ("查 1", "时间线 1", "依据 1", "为何 1", "待办"):
        sent = await story.say("wang", words)
        assert not [one for one in sent if "周晓" in one.text], words


async def test_what_only_complains_of_a_department_is_not_offered_to_it(story: Story) -> None:
    announcement = await story.opened("上报 总务处态度恶劣，推诿扯皮")
    assert "按回避规定" in announcement.text
    assert "总务处" not in announcement.labels


async def test_a_leader_is_not_reminded_of_what_is_about_them(story: Story) -> None:
    await story.opened("@回音 食堂承包是钱副校长的亲戚 https://weibo.com/1234567890/Ab1cD2eF3")
    sent = await story.until(monday("16:00", 1))
    assert sent
    assert all("qian" not in one.say.mentions for one in sent)


async def test_what_only_they_would_hear_is_heard_above_them(story: Story) -> None:
    """Steps that go to the department's head alone, if the incident concerns the department."""
    await story.opened()
    await story.say("li", "涉及 1 总务处")
    sent = await story.until(monday("16:00", 1))
    assert sent
    assert all("feng" not in one.say.mentions for one in sent)
    assert all(one.say.mentions for one in sent)


@pytest.mark.parametrize("words", ["核实 1 不属实 没有的事", "办结 1 整改：没有问题", "延期 1 1天 等人"])
async def test_a_department_does_not_judge_what_is_about_it(story: Story, words: str) -> None:
    await story.opened()
    await story.say("li", "涉及 1 总务处")
    await story.say("wang", words)
    story.expect("反映的事情与您有关")
    await story.say("zhou", "拟复 1 正在核查，11月26日前公布。")
    story.expect("审批", pinged="qian")


async def test_nor_does_the_deputy_of_somebody_concerned(story: Story) -> None:
    await story.opened("@回音 王强老师修好了食堂的灯 https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("wang", "请假 至 周三 由 陈老师 代")
    for words in ("签收 1", "拟复 1 已修好。", "办结 1 整改：没有问题"):
        await story.say("chen", words)
        story.expect("反映的事情与您有关")
    assert (await story.incident()).version == 1


async def test_a_leader_concerned_is_not_told_that_it_rose(story: Story) -> None:
    await story.opened("@回音 食堂承包是钱副校长的亲戚 https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("li", "升级 1 重大 媒体来电")
    assert "qian" not in story.expect("级别 一般 → 重大").say.mentions
