"""A delegate, or a deputy of a person on leave, signs for them until a moment; the record says for whom."""

from storage import audit
from storage.tables import Request
from tests.support.story import Story


async def test_the_office_signs_until_friday(story: Story) -> None:
    await story.say("qian", "授权 办公室 至 周五")
    story.expect("钱副校长 授权 @李主任 代为审批，至 11-27（周五）24:00", pinged="li")
    await story.drafted()
    assert (await story.incident()).holder == "approver:li"
    await story.say("li", "同意 1")
    assert (await Request.get(id=1)).decided_by == "li"
    approved = next(line for line in await audit.history(1) if line["kind"] == "approved")
    assert approved["data"]["for"] == "qian"


async def test_the_giver_still_may(story: Story) -> None:
    await story.say("qian", "授权 李主任 3天")
    await story.drafted()
    await story.say("qian", "同意 1")
    assert (await Request.get(id=1)).decided_by == "qian"


async def test_when_it_is_over_it_is_over(story: Story) -> None:
    await story.say("qian", "授权 办公室 至 周一")
    await story.drafted()
    await story.advance("14h")
    await story.say("li", "同意 1")
    story.expect("您没有审批权限")


async def test_it_can_be_ended(story: Story) -> None:
    await story.say("qian", "授权 办公室 至 周五")
    await story.say("qian", "收回授权")
    await story.drafted()
    await story.say("li", "同意 1")
    story.expect("您没有审批权限")


async def test_it_tells_what_waits(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "授权 孙副校长 至 周五")
    story.expect("正等审批：#1 答复 → 同意 1", pinged="sun")


async def test_a_drafter_does_not_sign_for_somebody_else_either(story: Story) -> None:
    await story.say("qian", "授权 办公室 至 周五")
    await story.acknowledged()
    await story.say("li", "拟复 1 已送检，11月26日前公布。")
    story.expect("审批", pinged="qian")
    await story.say("li", "同意 1")
    story.expect("不能自己批")


async def test_on_leave_the_deputy_acts(story: Story) -> None:
    await story.say("qian", "请假 至 周五")
    story.expect("由 @孙副校长 代办", pinged="sun")
    await story.drafted()
    assert (await story.incident()).holder == "approver:sun"
    await story.say("qian", "销假")
    story.expect("钱副校长 现在自己办理")


async def test_a_liaisons_deputy_acknowledges(story: Story) -> None:
    await story.say("wang", "请假 至 周三 由 陈老师 代")
    await story.opened()
    await story.say("chen", "签收 1")
    story.expect("陈老师 已签收")


async def test_what_is_not_clear_is_asked_back(story: Story) -> None:
    await story.say("wang", "授权 办公室 至 周五")
    story.expect("只有参与审批的人")
    await story.say("qian", "授权 老王 至 周五")
    story.expect("“老王”对不上一位同事")
    await story.say("qian", "授权 办公室 到 下下辈子")
    story.expect("请写明到什么时候")
    await story.say("wang", "请假 至 周五")
    story.expect("还没有登记您的代理人")


async def test_a_length_of_time_will_do_and_nothing_to_end_says_so(story: Story) -> None:
    await story.say("qian", "收回授权")
    story.expect("您现在没有请人代办")
    await story.say("qian", "请假 三天")
    story.expect("钱副校长 请假至 11-26（周四）24:00")


async def test_what_waits_goes_to_the_deputy_and_comes_back(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "请假 至 周五")
    assert (await story.incident()).holder == "approver:sun"
    await story.advance("10h")
    story.expect("请审批：同意 1", pinged="sun")
    await story.say("qian", "销假")
    assert (await story.incident()).holder == "approver:qian"
    await story.say("sun", "同意 1")
    assert (await Request.get(id=1)).state == "approved"


async def test_in_traditional_characters(story: Story) -> None:
    await story.say("wang", "請假 至 週五 由 陳老師 代")
    story.expect("王强 请假至 11-27（周五）24:00，由 @陈老师 代办")
    await story.say("wang", "銷假")
    story.expect("王强 现在自己办理")
