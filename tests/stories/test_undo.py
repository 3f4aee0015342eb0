"""People undo their own last change, within two minutes and while nothing depends on it."""

from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import audit
from storage.tables import Draft, Duty, Post, Request
from tests.support.story import Story, new_story


async def standing(story: Story) -> tuple[object, ...]:
    incident = await story.incident()
    duties = await Duty.all().order_by("id").values("kind", "state", "due_at", "next_at", "rung", "met_at")
    return incident.stage, incident.department, incident.holder, incident.acknowledged_at, incident.resolved_at, duties


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("wang", "签收 1"),
        ("wang", "退单 1 不是我们的"),
        ("li", "改派 1 教务处"),
        ("li", "协办 1 德育处"),
        ("wang", "办结 1 整改：更换供货商 https://www.ycsyzx.edu.cn/kitchen/7.html"),
        ("wang", "无法公开答复 1 匿名来信，没有公开渠道"),
        ("zhou", "误报 1 不是我们学校"),
        ("li", "升级 1 重大 媒体来电"),
        ("qian", "批办 1 教务处 1天 请查明"),
        ("li", "转办 1 派驻纪检组 涉及违纪"),
        ("wang", "备注 1 家长来过电话"),
        ("wang", "延期 1 1天 等报告"),
    ],
)
async def test_everything_is_as_it_was(story: Story, person: str, words: str) -> None:
    await story.opened()
    before = await standing(story)
    await story.say(person, words)
    await story.say(person, "撤回 1")
    story.expect("一切如前")
    assert await standing(story) == before
    assert await audit.verify() is None
    await story.advance("31m")
    story.expect("【签收】", pinged="wang")


async def test_a_draft_is_gone_and_the_older_waits_again(story: Story) -> None:
    await story.drafted()
    await story.say("wang", "拟复 1 第二稿，11月27日前公布。")
    await story.say("wang", "撤回")
    assert await Draft.all().values_list("edition", flat=True) == [1]
    assert await Request.all().order_by("id").values_list("state", flat=True) == ["pending", "superseded"]
    story.expect("〔#1·请示1〕重新等待审批：\n第 1 稿", pinged="qian")
    await story.advance("1m")
    await story.say("qian", "同意 1")
    assert (await Request.get(id=1)).state == "approved"


async def test_an_approval_too(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "同意")
    await story.say("qian", "撤回")
    assert (await Request.get(id=1)).state == "pending"
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    story.expect("还在等领导审批")


async def test_the_request_waits_again_with_card_holder_and_ping_at_once(story: Story) -> None:
    await story.drafted()
    for answer in ("同意 1", "不同意 1 语气生硬"):
        await story.say("sun", answer)
        assert (await story.incident()).holder == "department:总务处"
        await story.say("sun", "撤回")
        story.expect("孙副校长 撤回了刚才的", pinged="wang")  # who had been told to publish or to draft again
        asked = story.expect("重新等待审批：\n第 1 稿：\n「已封存留样送检，11月26日前公布结果。」", pinged="qian")
        assert asked.labels == ["同意", "不同意"]
        assert (await story.incident()).holder == "approver:qian"
        assert (await Request.get(id=1)).decided_by is None
    await story.press("qian", asked, "同意")
    story.expect("钱副校长 同意发布第 1 稿", pinged="wang")


async def test_of_several_each_waits_again(story: Story) -> None:
    await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用跑道，请第三方检测。")
    await story.say("qian", "同意 1 2")
    await story.say("qian", "撤回")
    assert [row.state for row in await Request.all().order_by("id")] == ["pending", "pending"]
    again = [one for one in story.fresh if "重新等待审批" in one.text]
    assert [(one.say.mentions, one.labels) for one in again] == [(("qian",), ["同意", "不同意"])] * 2


@pytest.mark.parametrize("ask", ["延期 1 1天 等检测报告", "误报 1 说的是另一所学校"])
async def test_every_kind_of_request_waits_again(story: Story, ask: str) -> None:
    await story.acknowledged()
    await story.say("zhou", ask)
    await story.say("qian", "同意")
    await story.say("qian", "撤回")
    story.expect("重新等待审批", pinged="qian")
    assert ((await story.incident()).stage, (await Request.get(id=1)).state) == ("acknowledged", "pending")


async def test_a_step_that_is_taken_back_waits_for_its_own_signer(tmp_path: Path, redis: Redis) -> None:
    steps = {'regime = "standard"': 'regime = "hospital"'}
    async with new_story(tmp_path, redis, **steps) as story:
        await story.opened()
        await story.say("wang", "拟复 1 已送检，11月26日前公布。")
        await story.say("feng", "同意 1")
        await story.say("feng", "撤回")
        story.expect("重新等待审批", pinged="feng")
        row = await Request.get(id=1)
        assert (row.step, row.subject.get("signed"), (await story.incident()).holder) == (0, None, "approver:feng")


async def test_who_was_asked_to_sign_hears_that_it_is_gone(story: Story) -> None:
    await story.drafted()
    await story.say("wang", "撤回")
    story.expect("王强 撤回了刚才的“拟复”", pinged="qian")


async def test_an_approval_that_was_taken_back_approves_no_later_text(story: Story) -> None:
    """The word about the newer draft, which is gone, is not about the older one, which waits again."""
    await story.drafted()
    await story.advance("5m")
    await story.say("wang", "拟复 1 第二稿，11月27日前公布。")
    await story.jump(timedelta(seconds=90))
    await story.say("wang", "撤回")
    await story.say("qian", "同意 1")
    story.expect("第 1 稿 0 秒前才发出，您看到的是第 2 稿，没有办理。")
    assert (await Request.get(id=1)).state == "pending"


async def test_after_two_minutes_it_stays(story: Story) -> None:
    await story.acknowledged()
    await story.advance("3m")
    await story.say("wang", "撤回 1")
    story.expect("只能在两分钟内撤回")
    assert (await story.incident()).stage == "acknowledged"


async def test_what_others_rely_on_stays(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "同意")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.say("qian", "撤回 1")
    story.expect("没有可撤回的")
    assert (await story.incident()).stage == "replied"


async def test_nobody_takes_back_anothers_word(story: Story) -> None:
    await story.acknowledged()
    await story.say("feng", "撤回 1")
    story.expect("没有可撤回的")
    assert (await story.incident()).stage == "acknowledged"


async def test_a_mistaken_forwarding_is_gone_and_may_come_again(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "撤回")
    assert (await story.incident()).stage == "withdrawn"
    await story.advance("5d")
    assert not [one for one in story.fresh if "〔#1〕" in one.text]
    await story.opened()
    assert (await story.incident(2)).stage == "assigned"


async def test_a_word_about_several_is_taken_back_in_all_of_them(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 食堂又见异物 https://www.zhihu.com/question/123456")
    await story.say("wang", "签收 1 2")
    await story.say("wang", "撤回")
    assert [(await story.incident(number)).stage for number in (1, 2)] == ["assigned", "assigned"]
    await story.say("wang", "签收 1 2")
    await story.say("wang", "撤回 2")
    assert [(await story.incident(number)).stage for number in (1, 2)] == ["acknowledged", "assigned"]


async def test_a_post_that_joined_is_free_again(story: Story) -> None:
    first, second = "https://weibo.com/1234567890/Ab1cD2eF3", "https://weibo.com/1234567890/Bc2dE3fG4"
    await story.opened(f"@回音 食堂饭菜有异物 {first}")
    await story.say("li", f"@回音 又有人说 {first} {second}")
    assert await Post.filter(incident_id=1).count() == 2
    await story.say("li", "撤回 1")
    assert [post.url for post in await Post.filter(incident_id=1)] == [first]
    await story.say("li", f"@回音 宿舍漏水没人修 {second}")
    assert (await story.incident(2)).title.startswith("宿舍漏水")
    assert await audit.verify() is None
