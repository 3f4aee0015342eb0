"""A proven remedy that a leader signs closes a matter, once the public is answered or a leader excuses from that."""

import pytest

from handlers.rules.language.messages import Attachment, Message
from storage import files
from storage.tables import Duty, Event, Request
from tests.support.story import FINAL, BotMessage, Story

PROOF = "https://www.ycsyzx.edu.cn/kitchen/7.html"
REMEDY = f"办结 1 整改：更换供货商和筛网 {PROOF}"
REASON = "无法公开答复 1 匿名来信，没有公开渠道"


async def asked(story: Story, words: str = REMEDY) -> BotMessage:
    await story.say("wang", words)
    return story.expect("申请按整改办结", pinged="qian")


async def pictured(story: Story, text: str, *, kept: bool = True) -> list[BotMessage]:
    """Let wang send a picture with a text; without `kept` it could not be stored."""
    id = await files.keep(b"\x89PNG 1", "筛网.png", "image/png", "wang", story.clock.now()) if kept else None
    picture = Attachment(kind="picture", name="筛网.png", id=id)
    return await story.deliver(
        Message(
            channel="local",
            id=f"picture {text} {kept}",
            conversation="work",
            sender="wang",
            sent_at=story.clock.now(),
            text=text,
            attachments=(picture,),
        )
    )


async def test_words_alone_are_no_remedy(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "办结 1 整改：更换供货商，食堂停业检修")
    told = story.expect("按整改办结要有凭证。请附上照片、文件或能公开打开的网址")
    assert "还要公开答复：拟复 1 回复内容" in told.text
    assert not await Request.exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://baidu.com", "http://127.0.0.1/1.html", "http://localhost/7", "https://t.cn/A6xYz",
        "https://weibo.com/1234567890/Ab1cD2eF3",
    ],
)  # fmt: skip
async def test_an_address_that_proves_nothing_is_none(story: Story, address: str) -> None:
    await story.acknowledged()
    await story.say("wang", f"办结 1 整改：更换供货商 {address}")
    story.expect("按整改办结要有凭证")


async def test_a_picture_that_did_not_arrive_is_none(story: Story) -> None:
    await story.acknowledged()
    await pictured(story, "办结 1 整改：更换供货商", kept=False)
    story.expect("图片或文件没有取到，请重发")


async def test_the_request_shows_the_words_and_the_proof(story: Story) -> None:
    await story.acknowledged()
    request = await asked(story)
    assert f"凭证：{PROOF}" in request.text
    assert "更换供货商和筛网" in request.text
    assert "同意整改 1" in request.text
    assert request.labels == ["同意", "不同意"]
    assert (await story.incident()).holder == "approver:qian"


async def test_a_picture_is_shown_with_the_request(story: Story) -> None:
    await story.acknowledged()
    await pictured(story, "办结 1 整改：更换供货商")
    request = story.expect("申请按整改办结", pinged="qian")
    assert [one.kind for one in request.say.attachments] == ["picture"]


async def test_a_picture_that_was_attached_before_counts(story: Story) -> None:
    await story.acknowledged()
    await pictured(story, "附件 1")
    await story.say("wang", "办结 1 整改：更换供货商")
    assert story.expect("申请按整改办结").say.attachments


@pytest.mark.parametrize("yes", ["同意", "同意 1", "同意整改 1", "批准整改 1", "approve remedy 1"])
async def test_signed_with_the_public_answered_it_closes(story: Story, yes: str) -> None:
    await story.answered()
    await asked(story)
    await story.say("qian", yes)
    story.expect("同意按整改办结。@王强 随之办结（已整改）：更换供货商和筛网", pinged="wang")
    incident = await story.incident()
    assert (incident.stage, incident.outcome, incident.unanswerable) == ("resolved", "remedied", None)
    assert incident.replied_at


async def test_by_button_and_by_quote(story: Story) -> None:
    await story.answered()
    await story.press("qian", await asked(story), "不同意")
    story.expect("请按意见整改，再附凭证报来：办结 1 整改：做了什么", pinged="wang")
    await story.say("qian", "同意", quote=await asked(story))
    assert (await story.incident()).stage == "resolved"


async def test_signed_it_waits_for_the_answer_which_closes_it(story: Story) -> None:
    await story.acknowledged()
    await asked(story)
    await story.say("qian", "同意整改 1")
    story.expect("还不能办结：还要公开答复：拟复 1 回复内容")
    assert (await story.duty("reply")).state == "open"
    await story.say("wang", REMEDY)
    story.expect("整改已经领导签字，不用再报")
    await story.answer()
    story.expect("随之办结（已整改）：更换供货商和筛网")
    assert (await story.incident()).outcome == "remedied"
    assert (await story.duty("reply")).state == "met"


async def test_an_answer_that_promises_does_not_close_it_yet(story: Story) -> None:
    await story.acknowledged()
    await asked(story)
    await story.say("qian", "同意整改 1")
    await story.answer(text="已更换供货商，11月26日前公布检测结果。")
    assert (await story.incident()).stage == "replied"
    await story.answer(text="检测合格，报告已贴在公告栏。")
    assert (await story.incident()).outcome == "remedied"


async def test_nobody_signs_their_own_remedy(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "涉及 1 钱副校长\n")
    await story.say("zhou", REMEDY)
    story.expect("申请按整改办结", pinged="sun")
    for who in ("zhou", "qian", "wang", "feng", "li"):
        await story.say(who, "同意整改 1")
        assert (await Request.get(id=1)).state == "pending", who
    await story.say("sun", "同意整改 1")
    assert (await Request.get(id=1)).state == "approved"


async def test_a_newer_remedy_replaces_the_older(story: Story) -> None:
    await story.answered()
    await asked(story)
    await asked(story, f"办结 1 整改：更换全部筛网 {PROOF}")
    await story.advance("2m")
    await story.say("qian", "同意整改 1")
    assert (await story.incident()).result == "整改：更换全部筛网"


async def test_a_new_department_reports_its_own(story: Story) -> None:
    await story.acknowledged()
    await asked(story)
    await story.say("li", "改派 1 教务处")
    assert (await Request.get(id=1)).state == "superseded"


async def test_nobody_can_be_answered(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", REASON)
    request = story.expect("申请不公开答复：匿名来信，没有公开渠道", pinged="qian")
    assert "此件统计为未答复" in request.text
    await story.say("qian", "同意无法公开答复 1")
    story.expect("同意不公开答复：匿名来信，没有公开渠道", pinged="wang")
    assert (await story.duty("reply")).state == "waived"
    assert (await story.incident()).unanswerable == "匿名来信，没有公开渠道"
    await story.say("wang", "办结 1 更换了供货商")
    story.expect("还没有公开答复，不能办结")
    await asked(story)
    await story.say("qian", "同意")
    story.expect("随之办结（已整改，未公开答复）")
    incident = await story.incident()
    assert (incident.outcome, incident.replied_at) == ("remedied", None)


async def test_the_excuse_may_come_last(story: Story) -> None:
    await story.acknowledged()
    await asked(story)
    await story.say("qian", "同意整改 1")
    await story.say("wang", REASON)
    await story.say("qian", "同意")
    story.expect("随之办结（已整改，未公开答复）")


@pytest.mark.parametrize("reason", ["", "无", "明天再答复", "行吗？"])
async def test_an_excuse_gives_a_reason(story: Story, reason: str) -> None:
    await story.acknowledged()
    await story.say("wang", f"无法公开答复 1 {reason}")
    assert not await Request.exists()


async def test_a_draft_ends_the_excuse_that_waits(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", REASON)
    await story.say("wang", f"拟复 1 {FINAL}")
    assert [row.state for row in await Request.all().order_by("id")] == ["superseded", "pending"]


async def test_an_answer_after_all_takes_the_excuse_away(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", REASON)
    await story.say("qian", "同意")
    await story.answer()
    incident = await story.incident()
    assert (incident.unanswerable, incident.stage) == (None, "replied")
    await story.say("wang", REASON)
    story.expect("已公开答复过")


async def test_reopened_it_needs_everything_again(story: Story) -> None:
    await story.acknowledged()
    for words in (REASON, REMEDY):
        await story.say("wang", words)
        await story.say("qian", "同意 1")
    assert (await story.incident()).stage == "resolved"
    await story.say("li", "重办 1 又出现了")
    assert (await story.incident()).unanswerable is None
    await story.say("wang", "办结 1 更换了供货商")
    story.expect("还没有公开答复")


async def test_what_was_signed_is_on_record(story: Story) -> None:
    await story.answered()
    await asked(story)
    await story.say("qian", "同意整改 1")
    assert await Event.filter(kind="remedy asked").exists()
    shown = (await story.say("li", "依据 1"))[-1]
    assert "更换供货商和筛网　凭证：" + PROOF in shown.text
    assert {duty.kind for duty in await Duty.filter(incident_id=1, state="open")} == {"stand"}


async def test_the_signature_can_be_taken_back(story: Story) -> None:
    await story.answered()
    await asked(story)
    await story.say("qian", "同意整改 1")
    await story.say("qian", "撤回")
    incident = await story.incident()
    assert (incident.stage, incident.outcome, incident.holder) == ("replied", None, "approver:qian")
