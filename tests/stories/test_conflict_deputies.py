"""Nobody acts in the place of somebody whom a matter is about, and no deputy comes from the matter's own department."""

from storage.tables import Request
from tests.support.story import Story

LINK = "https://weibo.com/1234567890/Ab1cD2eF3"


async def test_a_delegate_of_an_accused_leader_signs_nothing(story: Story) -> None:
    await story.opened(f"@回音 食堂承包是钱副校长的亲戚 {LINK}")
    await story.say("zhou", "拟复 1 正在核查，11月26日前公布。")
    await story.say("qian", "授权 李主任 至 周五")
    await story.say("li", "同意 1")
    assert (await Request.get(id=1)).state == "pending"
    await story.say("sun", "同意 1")
    assert (await Request.get(id=1)).state == "approved"


async def test_a_leader_does_not_delegate_to_the_department_that_has_it(story: Story) -> None:
    await story.say("qian", "授权 冯处长 至 周五")
    await story.drafted()
    story.expect("审批", pinged="qian")
    await story.say("feng", "同意 1")
    assert (await Request.get(id=1)).state == "pending"


async def test_a_delegate_from_elsewhere_signs(story: Story) -> None:
    await story.say("qian", "授权 郑处长 至 周五")
    await story.drafted()
    await story.say("zheng", "同意 1")
    assert (await Request.get(id=1)).state == "approved"


async def test_a_free_leader_does_not_pass_it_on_to_the_accused(story: Story) -> None:
    await story.opened(f"@回音 食堂承包是钱副校长的亲戚 {LINK}")
    await story.say("sun", "授权 钱副校长 至 周五")
    await story.say("zhou", "拟复 1 正在核查，11月26日前公布。")
    await story.say("qian", "同意 1")
    assert (await Request.get(id=1)).state == "pending"
    story.expect("反映的事情与您有关")


async def test_an_accused_head_has_no_deputy_in_it(story: Story) -> None:
    await story.say("feng", "请假 至 周五 由 吴敏 代")
    await story.opened(f"@回音 举报冯处长在食堂吃回扣 {LINK}")
    before = (await story.incident()).version
    for words in ("签收 1", "拟复 1 没有这回事。", "改派 1 总务处", "办结 1 整改：没有问题"):
        await story.say("wu", words)
    assert (await story.incident()).version == before
