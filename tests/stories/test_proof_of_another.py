"""Proof that was given for another matter is pointed out to the leader who signs; it may prove both."""

from handlers.rules.language.messages import Attachment, Message
from storage import files
from storage.tables import Request
from tests.support.story import Story

PAGE = "https://www.ycsyzx.edu.cn/kitchen/7.html"
WARNING = "这份凭证已用在 #1，请核对它是否也证明本件"


async def two(story: Story) -> None:
    await story.acknowledged()
    await story.say("zhou", "@回音 操场积水没有清理 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say("wang", "签收 2")


async def pictured(story: Story, text: str, body: bytes = b"\x89PNG 1") -> None:
    id = await files.keep(body, "图.png", "image/png", "wang", story.clock.now())
    picture = Attachment(kind="picture", name="图.png", id=id)
    sender = {"channel": "local", "conversation": "work", "sender": "wang"}
    message = Message(**sender, id=f"{id}", sent_at=story.clock.now(), text=text, attachments=(picture,))
    await story.deliver(message)


async def test_a_page_that_proves_another_remedy(story: Story) -> None:
    await two(story)
    await story.say("wang", f"办结 1 整改：更换供货商 {PAGE}")
    assert "注意" not in story.expect("申请按整改办结").text
    await story.say("wang", f"办结 2 整改：疏通排水沟 {PAGE}?from=share")
    assert WARNING in story.expect("申请按整改办结", pinged="qian").text
    await story.say("qian", "同意整改 2")
    assert (await Request.get(incident_id=2)).state == "approved"


async def test_a_page_that_answers_another_matter(story: Story) -> None:
    await story.answered()
    await story.say("zhou", "@回音 操场积水没有清理 https://weibo.com/1234567890/Ab1cD2eF5")
    await story.say("wang", "办结 2 整改：疏通排水沟 https://weibo.com/1234567890/Xy9zK8wQ1")
    assert WARNING in story.expect("申请按整改办结").text


async def test_a_picture_of_another_matter(story: Story) -> None:
    await two(story)
    await pictured(story, "附件 1")
    await pictured(story, "办结 2 整改：疏通排水沟")
    assert WARNING in story.expect("申请按整改办结").text


async def test_a_newer_request_of_the_same_matter_is_no_other(story: Story) -> None:
    await two(story)
    for words in ("疏通排水沟", "疏通全部排水沟"):
        await story.say("wang", f"办结 2 整改：{words} {PAGE}")
        assert "注意" not in story.expect("申请按整改办结").text


async def test_a_rejected_proof_was_given_for_nothing(story: Story) -> None:
    await two(story)
    await story.say("wang", f"办结 1 整改：更换供货商 {PAGE}")
    await story.say("qian", "不同意 1 网页说的是操场")
    await story.say("wang", f"办结 2 整改：疏通排水沟 {PAGE}")
    assert "注意" not in story.expect("申请按整改办结").text
