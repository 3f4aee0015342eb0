"""Who was asked signs, or who stands in or was called since; others of the role only by number, and on record."""

from storage import audit
from storage.tables import Outbox, Request
from tests.support.story import Story, monday


async def approved(story: Story) -> tuple[str, str, str | None, str]:
    """Return who signed, who had been asked, for whom, and in which capacity."""
    line = [one for one in await audit.history(1) if one["kind"] == "approved"][-1]
    return line["actor"], line["data"]["asked"], line["data"]["for"], line["data"]["capacity"]


async def test_a_bare_word_of_another_leader_is_asked_back_with_the_number(story: Story) -> None:
    await story.drafted()
    for who in ("sun", "zhao"):
        for words in ("同意", "同意发布", "不同意"):
            await story.say(who, words)
            story.expect("这项答复请的是钱副校长审批，没有办理。由您代签请写明编号：同意发布 1")
    assert (await Request.get(id=1)).state == "pending"


async def test_by_number_it_is_signed_on_behalf(story: Story) -> None:
    await story.drafted()
    await story.say("sun", "同意 1")
    story.expect(
        "孙副校长 同意发布第 1 稿（20 字，“已封存留样送检，11月26日前公布结果。”）（代钱副校长签）", pinged="qian"
    )
    assert await approved(story) == ("sun", "qian", "qian", "on behalf")
    await story.say("li", "依据 1")
    story.expect("孙副校长（代钱副校长签） 同意答复第 1 稿")


async def test_by_the_button_and_by_quoting_as_well(story: Story) -> None:
    asked = await story.drafted()
    await story.say("zhao", "不同意，请写明日期", quote=asked)
    story.expect("赵校长 不同意答复（代钱副校长签）：请写明日期", pinged="qian")
    await story.say("wang", "拟复 1 第二稿，11月27日前公布。")
    await story.press("sun", story.expect("请 @钱副校长 审批"), "同意")
    assert await approved(story) == ("sun", "qian", "qian", "on behalf")


async def test_whom_the_ladder_has_called_signs_with_a_bare_word(story: Story) -> None:
    await story.drafted()
    await story.until(monday("22:00"))
    await story.say("sun", "同意")
    story.expect("请的是钱副校长审批")  # only qian has been reminded yet
    sent = await story.until(monday("08:00", 1))
    assert any("sun" in one.say.mentions for one in sent)
    await story.say("sun", "同意")
    assert await approved(story) == ("sun", "qian", None, "called")


async def test_a_reminder_that_was_not_delivered_calls_nobody(story: Story) -> None:
    await story.drafted()
    await story.until(monday("08:00", 1))
    await Outbox.filter(duty__isnull=False).update(state="unknown")
    await story.say("sun", "同意")
    story.expect("请的是钱副校长审批")


async def test_a_reminder_to_take_the_matter_on_does_not_call_to_sign(story: Story) -> None:
    """The desk drafts while the department has not acknowledged: its head is reminded of that, and signs nothing."""
    await story.opened()
    await story.say("zhou", "拟复 1 已封存留样送检，11月26日前公布结果。")
    sent = await story.until(monday("14:40"))
    assert any("qian" in one.say.mentions or "feng" in one.say.mentions for one in sent)
    await story.say("sun", "同意")
    story.expect("请的是钱副校长审批")


async def test_deputy_and_delegate_sign_for_who_was_asked(story: Story) -> None:
    await story.say("qian", "请假 至 周五")
    await story.drafted()
    await story.say("sun", "同意")
    assert await approved(story) == ("sun", "qian", "qian", "delegate")


async def test_nobody_of_the_department_stands_in_for_its_judge(story: Story) -> None:
    await story.say("qian", "授权 冯处长 至 周五")
    await story.drafted()
    story.expect("审批", pinged="qian")
    await story.say("feng", "同意 1")
    story.expect("您没有审批权限")


async def test_the_office_or_a_head_without_the_role_signs_nothing(story: Story) -> None:
    await story.drafted()
    for who in ("li", "feng", "zhou", "chen"):
        await story.say(who, "同意 1")
        story.expect("您没有审批权限")


async def test_in_english(english: Story) -> None:
    await english.drafted("We sealed a sample. Results by 26 November.")
    await english.say("sun", "approve")
    english.expect(
        "This reply is before 钱副校长, so nothing was done. To sign on their behalf, give the number: approve reply 1"
    )
    await english.say("sun", "approve reply 1")
    english.expect("Approved by 孙副校长 (on behalf of 钱副校长): version 1", pinged="qian")
