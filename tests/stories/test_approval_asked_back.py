"""A bare `同意` counts only if exactly one request waits for the speaker; otherwise the bot asks which one."""

from tests.support.story import BotMessage, Story


async def two_drafts(story: Story) -> tuple[BotMessage, BotMessage]:
    first = await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    second = (await story.say("wang", "拟复 2 已停用跑道，请第三方检测。"))[-1]
    return first, second


async def states(story: Story) -> list[str]:
    from storage.tables import Request

    return [row.state for row in await Request.all().order_by("id")]


async def test_with_two_pending_it_lists_them(story: Story) -> None:
    await two_drafts(story)
    await story.say("qian", "同意")
    asked = story.expect("有 2 项等您审批，请写明编号")
    assert "1. #1 答复：食堂饭菜有异物 → 同意 1" in asked.text
    assert "2. #2 答复：操场跑道有气味 → 同意 2" in asked.text
    assert await states(story) == ["pending", "pending"]


async def test_with_one_pending_a_bare_word_is_enough(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "同意。")
    story.expect("钱副校长 同意发布", pinged="wang")


async def test_only_what_waits_for_the_speaker_counts(story: Story) -> None:
    await story.drafted()
    await story.opened("@回音 期中考试成绩公布太晚 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wu", "拟复 2 今天公布。")
    await story.say("wang", "同意")
    story.expect("〔#1〕是您自己拟的，不能自己批")
    await story.say("chen", "同意")
    assert "#1 答复：食堂饭菜有异物（请的是钱副校长）" in story.expect("正在等的有").text
    assert await states(story) == ["pending", "pending"]


async def test_a_bare_no_is_asked_back_as_well(story: Story) -> None:
    await two_drafts(story)
    await story.say("qian", "不同意")
    story.expect("请写明编号")
    assert await states(story) == ["pending", "pending"]


async def test_two_kinds_in_one_incident_are_asked_back(story: Story) -> None:
    await story.drafted()
    await story.say("wang", "延期 1 2天 等检测报告")
    await story.say("qian", "同意 1")
    story.expect("有 2 项待您审批（答复、延期），请说：同意发布 1，或：同意延期 1")
    assert await states(story) == ["pending", "pending"]


async def test_with_nothing_pending_it_says_so(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", "同意")
    story.expect("现在没有等您审批的事项")
    await story.say("qian", "同意 1")
    story.expect("〔#1〕没有待审批的内容")


async def test_of_several_kinds_in_one_matter_the_kind_is_named(story: Story) -> None:
    await story.drafted()
    await story.say("wang", "延期 1 1天 等检测报告")
    await story.say("qian", "同意 1")
    story.expect("请说：同意发布 1，或：同意延期 1")
    await story.say("qian", "同意延期 1")
    story.expect("同意延期，办结时限改为")
    await story.say("qian", "同意")
    story.expect("同意发布")
