"""Several numbers in one command: decided separately, written together, answered once."""

from storage.tables import Incident, Request
from tests.support.story import Story

POSTS = ("食堂饭菜有异物", "食堂没有热水", "操场跑道气味大")


async def three(story: Story) -> None:
    for n, title in enumerate(POSTS, 1):
        await story.say("zhou", f"@回音 {title} https://weibo.com/1234567890/Ab1cD2eF{n}")


async def test_one_answer_for_all(story: Story) -> None:
    await three(story)
    sent = await story.say("wang", "签收 1 2 3")
    assert len(sent) == 1
    assert all(f"〔#{n}〕王强 已签收" in sent[0].text for n in (1, 2, 3))
    assert await Incident.filter(stage="acknowledged").count() == 3


async def test_what_cannot_be_done_is_said_beside_what_was(story: Story) -> None:
    await three(story)
    await story.say("li", "改派 2 教务处")
    sent = await story.say("wang", "签收 1、2、3、9")
    assert len(sent) == 1
    assert "〔#2〕由教务处承办" in sent[0].text
    assert "没有 #9 这个编号" in sent[0].text
    assert [one.stage for one in await Incident.all().order_by("number")] == [
        "acknowledged",
        "assigned",
        "acknowledged",
    ]


async def test_several_approvals(story: Story) -> None:
    await three(story)
    for n in (1, 2):
        await story.say("wang", f"拟复 {n} 已处理，11月26日前公布。")
    await story.say("qian", "同意 1、2")
    assert await Request.all().order_by("id").values_list("state", flat=True) == ["approved", "approved"]


async def test_several_lookups(story: Story) -> None:
    await three(story)
    sent = await story.say("wang", "查 1 2")
    assert len(sent) == 1
    assert POSTS[0] in sent[0].text
    assert POSTS[1] in sent[0].text
