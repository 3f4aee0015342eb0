"""Two reports of one matter become one: the older goes on, and everybody is led to it."""

from storage.tables import Duty
from tests.support.story import Story

FIRST = "@回音 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3"
SECOND = "@回音 食堂又见异物 https://www.zhihu.com/question/123456"


async def two(story: Story) -> None:
    await story.say("zhou", FIRST)
    await story.say("zhou", SECOND)


async def test_the_younger_goes_into_the_older(story: Story) -> None:
    await two(story)
    await story.say("li", "合并 1 2")
    story.expect("〔#1〕#2 已并入本件")
    second = await story.incident(2)
    assert (second.stage, second.merged_into, second.holder) == ("merged", 1, "closed")
    assert not await Duty.filter(incident_id=2, state="open").exists()
    await story.say("wang", "签收 2")
    story.expect("已并入 #1，请办 #1")


async def test_its_post_is_the_others_from_now_on(story: Story) -> None:
    await two(story)
    await story.say("li", "2 并入 1")
    await story.say("zhou", SECOND)
    story.expect("〔#1〕这条已登记，并入本件")
    await story.advance("2d")
    assert not [one for one in story.fresh if "〔#2〕" in one.text]


async def test_a_wrong_merger_can_be_taken_back_and_a_later_one_reopened(story: Story) -> None:
    await two(story)
    await story.say("li", "2 并入 1")
    await story.say("li", "撤回")
    story.expect("李主任 撤回了刚才的“并案”")
    assert (await story.incident(2)).stage == "assigned"
    await story.say("li", "2 并入 1")
    await story.advance("5m")
    await story.say("li", "重办 2 不是同一件事")
    assert (await story.incident(2)).merged_into is None


async def test_who_may_not_and_what_cannot_be(story: Story) -> None:
    await two(story)
    await story.say("wang", "2 并入 1")
    story.expect("只有值守台（办公室、信息员）或领导能合并")
    await story.say("li", "1 并入 1")
    story.expect("不能并入自己")
    await story.say("wang", "办结 1 整改：换了")
    await story.say("li", "2 并入 1")
    story.expect("已办结，不能再改动")
