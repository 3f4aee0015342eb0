"""An answer to an older draft approves nothing: the newer one is shown. Each new version shows what changed."""

import pytest

from storage.tables import Request
from tests.support.story import Story


async def test_the_old_request_shows_the_new_text(story: Story) -> None:
    old = await story.drafted()
    await story.say("wang", "拟复 1 已封存留样送检，11月27日前公布结果。")
    await story.say("qian", "同意", quote=old)
    asked = story.expect("您看到的第 1 稿已作废，现在等您定的是第 2 稿。没有办理。")
    assert "第 2 稿：\n「已封存留样送检，11月27日前公布结果。」" in asked.text
    assert asked.labels == ["同意", "不同意"]
    assert not await Request.filter(state="approved").exists()


async def test_the_approver_sees_what_changed(story: Story) -> None:
    await story.drafted("我们会尽快处理，11月26日前公布。")
    asked = (await story.say("wang", "拟复 1 我们已封存样品，11月27日前公布。"))[-1]
    assert "与上一稿相比" in asked.text
    assert "“26”改为“27”" in asked.text


async def test_a_condition_is_asked_back(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "同意 1，修改后再发")
    story.expect("这句话我不敢当作同意，没有办理")
    await story.say("qian", "@回音 暂不批准")
    story.expect("想再等等，不用回复")
    assert (await Request.get(id=1)).state == "pending"


async def test_overheard_it_is_asked_back_only_of_who_has_to_decide(story: Story) -> None:
    await story.drafted()
    await story.say("feng", "暂不批准")
    story.silent()
    await story.say("qian", "同意但先别发")
    story.expect("这句话我不敢当作同意")


@pytest.mark.parametrize(
    "words",
    [
        "同意，发之前给我看一眼",
        "同意，日期再核一下",
        "同意，抬头写清楚",
        "同意，等检测报告出来",
        "同意，最好加上电话",
        "同意，周五再发",
        "同意，前提是数据属实",
        "同意，去掉最后一句",
        "approved, send it tomorrow",
        "approve, once Wang has checked the sum",
    ],
)
async def test_overheard_a_condition_behind_a_comma_is_asked_back_too(story: Story, words: str) -> None:
    await story.drafted()
    await story.say("feng", words)
    story.silent()
    await story.say("qian", words)
    story.expect("这句话我不敢当作同意")
    assert (await Request.get(id=1)).state == "pending"


@pytest.mark.parametrize("words", ["同意，中午再聚", "同意老王的看法，先吃饭吧"])
async def test_without_anything_to_decide_it_is_talk(story: Story, words: str) -> None:
    await story.acknowledged()
    await story.say("qian", words)
    story.silent()
