"""A delegate, or a deputy of a person on leave, signs for them until a moment; the record says for whom."""

from pathlib import Path

from msgspec import json
from redis.asyncio import Redis

from handlers.timed import delegation_end
from storage import audit, delegations
from storage.tables import Delegation, Event, Request
from tests.support.story import Story, monday, new_story


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


async def test_at_its_end_what_waits_goes_back_and_the_leader_hears(story: Story) -> None:
    await story.say("qian", "授权 办公室 至 周二")
    await story.drafted()
    assert (await story.incident()).holder == "approver:li"
    await story.until(monday("00:00", 2))
    assert (await story.incident()).holder == "approver:qian"
    assert not [one for one in story.fresh if "的授权" in one.text]  # at midnight nobody is called
    await story.until(monday("07:00", 2))
    over = story.expect("钱副校长 的授权 11-24（周二）24:00 到期，李主任 不再代签。", pinged="qian")
    assert "正等审批：#1 答复：食堂饭菜有异物 → 同意 1" in over.text
    await story.say("li", "同意 1")
    story.expect("您没有审批权限")
    sent = await story.advance("1d")
    assert not [one for one in sent if one.say.mentions[:1] == ("li",)]
    await story.say("qian", "同意")
    assert (await Request.get(id=1)).state == "approved"


async def test_at_its_end_nobody_is_called_if_nothing_waits(story: Story) -> None:
    await story.say("qian", "授权 办公室 2小时")
    await story.advance("3h")
    story.silent()
    assert await Delegation.filter(ended_at=None).count() == 0
    assert await delegations.standing() == []
    line = await Event.filter(kind="delegation ended").get()
    assert (line.actor, json.decode(line.data)) == ("clock", {"giver": "qian", "taker": "li"})


async def test_at_its_end_it_is_told_once(story: Story) -> None:
    await story.say("qian", "授权 办公室 2小时")
    await story.drafted()
    sent = await story.advance("3h")
    await delegation_end.end_expired(story.bot.office, story.clock.now())
    sent += await story.settle()
    assert len([one for one in sent if "的授权" in one.text and "到期" in one.text]) == 1


async def test_who_gave_the_first_signature_away_does_not_give_the_second(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, **{'regime = "standard"': 'regime = "hospital"'}) as story:
        await story.say("feng", "授权 周晓 至 周五")
        await story.say("li", "请假 至 周五 由 冯处长 代")
        await story.opened()
        await story.say("wang", "拟复 1 已送检，11月26日前公布。")
        await story.say("zhou", "同意 1")
        story.expect("周晓 已签（代冯处长签）", pinged="li")
        for who in ("feng", "zhou"):
            await story.say(who, "同意 1")
            story.expect("您没有审批权限")
        await story.say("li", "同意 1")
        story.expect("李主任 同意发布")


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
