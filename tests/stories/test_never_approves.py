"""`不同意` and similar sentences are never parsed as `同意`."""

import pytest

from storage.tables import Incident, Request
from tests.support.adversaries import sentences
from tests.support.story import Story

NOT_A_YES = [
    "不同意",
    "不同意 1",
    "不同意 1 语气生硬，请写明日期",
    "１ 不同意",
    "不 同意",
    "我不同意",
    "同意吗",
    "同意吗？",
    "是否同意",
    "同意不了",
    "同意个头",
    "不太同意",
    "暂不同意",
    "同意缓办",
    "同意，但先别发",
    "同意，修改后再发",
    "同意 1 如果校长同意",
    "暂不批准 1",
    "通过吗",
    "谁同意了",
    "没同意",
    "还没同意 1",
    "不批准 1",
    "驳回 1",
    "not approved",
    "not approved 1",
    "disapprove 1",
    "disagree 1",
    "reject 1",
    "don't approve 1",
    "I do not approve",
    "approve?",
    "未同意发布 1",
    "不是不同意",
    "先别同意",
    "我觉得可以同意 吧",
    "同意。吗",
    "approve? not approve",
    "同意 1，不同意 2",
    "同意，请勿发布",
    "同意，请校长审定",
    "同意，但要校长点头",
    "同意，请先给我看一下",
    "同意，但第二段重写",
    "同意，但不是这一稿",
    "approve 1 but hold",
    "approve 1, please do it later",
    "approve but not this version",
    "approve 1 subject to legal review",
    "拒绝",
]


async def test_none_of_them_approves_alone_or_with_the_request_quoted(story: Story) -> None:
    asked = await story.drafted()
    for words in NOT_A_YES:
        await Request.filter(id=1).update(state="pending")
        await story.say("qian", words)
        await story.say("qian", words, quote=asked)
        await story.say("qian", words, private=True)
        assert (await Request.get(id=1)).state in ("pending", "rejected"), words


NEVER = [*sentences("reported"), *sentences("sarcasm"), *sentences("changes")]
STRIDE = 3
"""Every third of them is said to the whole bot; `tests/handlers/test_understanding.py` reads all."""


@pytest.mark.timeout(300)
async def test_nor_does_what_others_said_or_what_wants_another_text(story: Story) -> None:
    asked = await story.drafted()
    await story.advance("2m")
    for words in NEVER[::STRIDE]:
        await Request.filter(id=1).update(state="pending")
        await story.say("qian", words, quote=asked)
        await story.say("qian", words, private=True)
        assert (await Request.get(id=1)).state in ("pending", "rejected"), words
    assert await Incident.all().count() == 1


async def test_the_no_button_is_a_no(story: Story) -> None:
    asked = await story.drafted()
    await story.press("qian", asked, "不同意")
    story.expect("钱副校长 不同意答复", pinged="wang")
    assert (await Request.get(id=1)).state == "rejected"


async def test_other_opinions_are_no_rejection(story: Story) -> None:
    await story.drafted()
    await story.say("qian", "不同意见也请记一下")
    assert (await Request.get(id=1)).state == "pending"
