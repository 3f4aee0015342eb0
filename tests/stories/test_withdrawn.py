"""A mistaken report is withdrawn only if a leader agrees; then there are no more reminders."""

from storage.tables import Duty
from tests.support.story import Story


async def asked(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "误报 1 说的是另一所学校")


async def test_a_leader_agrees(story: Story) -> None:
    await asked(story)
    request = story.expect("周晓 申请作误报撤件：说的是另一所学校", pinged="qian")
    assert (await story.incident()).holder == "approver:qian"
    await story.press("qian", request, "同意")
    story.expect("钱副校长 同意撤件，不再催办", pinged="zhou")
    assert (await story.incident()).stage == "withdrawn"
    await story.advance("5d")
    story.silent()


async def test_without_it_the_matter_goes_on(story: Story) -> None:
    await asked(story)
    await story.say("qian", "不同意 1 就是我们学校")
    story.expect("不同意撤件：就是我们学校", pinged="zhou")
    incident = await story.incident()
    assert (incident.stage, incident.holder) == ("assigned", "department:总务处")


async def test_nobody_agrees_to_their_own(story: Story) -> None:
    await asked(story)
    await story.say("zhou", "同意 1")
    story.expect("是您自己拟的，不能自己批")


async def test_who_may_not_and_what_was_answered(story: Story) -> None:
    await story.published()
    await story.say("wang", "误报 1 不是我们")
    story.expect("撤件由值守台（办公室、信息员）或上报人申请")
    await story.say("li", "误报 1 不是我们")
    story.expect("已公开答复过，不能作误报")


async def test_forwarded_again_it_says_how_to_go_on(story: Story) -> None:
    await asked(story)
    await story.say("qian", "同意 1")
    await story.opened()
    story.expect("这条已撤件")
    await story.say("li", "重办 1 确是本校")
    assert (await story.incident()).stage == "assigned"


async def test_what_was_answered_meanwhile_is_not_struck_out(story: Story) -> None:
    await story.approved()
    await story.say("li", "误报 1 不是我们学校")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.say("qian", "同意 1")
    story.expect("没有待审批的内容")
    assert (await story.incident()).stage == "replied"


async def test_what_was_answered_before_it_was_reopened_is_no_mistake(story: Story) -> None:
    await story.closed()
    await story.say("li", "重办 1 家长说又出现了")
    await story.say("zhou", "误报 1 不是我们的")
    story.expect("已公开答复过，不能作误报")


async def test_a_report_taken_back_is_counted_with_its_author(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "撤回")
    await story.say("li", "今日")
    story.expect("值守台：周晓 误报撤件 1")


async def test_what_has_ended_neither_calms_nor_is_summed_up(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 作业太多 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say("li", "2 并入 1")
    await story.say("zhou", "误报 1 登记错了")
    await story.say("qian", "同意 1")
    for number in (1, 2):
        before = await Duty.filter(incident_id=number).count()
        for words, answer in (("平息", f"请办 #{number - 1}" if number == 2 else "不能再改动"), ("总结", "没有变动")):
            await story.say("li", f"{words} {number} 起因经过教训")
            story.expect(answer)
        assert await Duty.filter(incident_id=number).count() == before
