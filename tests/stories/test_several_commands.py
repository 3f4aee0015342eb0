"""Several commands in one message: every line runs in its order or is answered, in one answer, once."""

import asyncio

import pytest

from bot.engine.dispatch import LEASE
from handlers.common import together
from handlers.rules.language.messages import Attachment, Message
from storage import inbox_claims
from storage.tables import Draft, Event, Incident, Outbox, Request
from tests.support.story import Story

POST = "https://weibo.com/1234567890/Ab1cD2eF"


async def opened(story: Story, count: int = 2) -> None:
    for n in range(count):
        await story.say("zhou", f"@回音 食堂饭菜有异物之{n} {POST}{n}")


async def test_each_line_runs_in_its_order(story: Story) -> None:
    await opened(story)
    sent = await story.say("wang", "签收 1\n拟复 1 您好，已封存留样。\n11月26日前公布结果。\n签收 2")
    assert len(sent) == 1
    answer = sent[0]
    assert "〔#1〕王强 已签收" in answer.text
    assert "〔#2〕王强 已签收" in answer.text
    assert answer.labels == ["同意", "不同意"]
    assert "qian" in answer.say.mentions
    assert (await Draft.get()).text == "您好，已封存留样。\n11月26日前公布结果。"


@pytest.mark.parametrize(
    "words",
    [
        "签收 1；签收 2",
        "签收 1，签收 2",
        "1. 签收 1\n2. 签收 2",
        "- 签收 1\n- 签收 2",
        "签收 1\n\n签收 2",
        "1 签收\n2 签收",
        "@回音 签收 1\n@回音 签收 2",
        "ack 1\nack 2",
        "签收 1。签收 2。",
    ],
)
async def test_however_they_are_set_apart(story: Story, words: str) -> None:
    await opened(story)
    assert len(await story.say("wang", words)) == 1
    assert await Incident.filter(stage="acknowledged").count() == 2


async def test_what_is_refused_is_said_beside_what_was_done(story: Story) -> None:
    await opened(story)
    sent = await story.say("wang", "签收 1\n签收 9\n签收 2 不归我们管\n签收 1")
    assert len(sent) == 1
    for words in ("〔#1〕王强 已签收", "没有 #9 这个编号", "#2 没有签收", "签收过了"):
        assert words in sent[0].text
    assert await Incident.filter(stage="acknowledged").count() == 1


async def test_two_drafts_keep_their_buttons(story: Story) -> None:
    await opened(story)
    sent = await story.say("wang", "签收 1 2\n拟复 1 已送检，11月26日前公布。\n拟复 2 已停用，11月26日前公布。")
    assert [one.labels for one in sent if one.say.card] == [["同意", "不同意"]] * 2
    assert await Request.filter(state="pending").count() == 2


async def test_a_certifying_line_behind_a_free_text_is_asked_for_by_itself(story: Story) -> None:
    await story.acknowledged()
    await story.say("qian", "备注 1 群里是这样说的\n同意 1")
    await story.say("wang", "拟复 1 已送检，11月26日前公布。")
    await story.advance("2m")
    await story.say("qian", "备注 1 群里是这样说的\n同意 1")
    assert "“同意 1”看不出是命令还是正文" in story.expect("没有办理").text
    assert (await Request.get(id=1)).state == "pending"


async def test_nothing_behind_a_pasted_chat_runs(story: Story) -> None:
    await opened(story)
    await story.say("wang", "签收 1\n周晓：那就\n签收 2")
    assert not await Incident.filter(stage="acknowledged").exists()
    await story.drafted()
    await story.advance("2m")
    await story.say("qian", "周晓：请看\n同意 1\n同意 3")
    assert not await Request.filter(state="approved").exists()


async def test_posts_below_a_command_are_taken_in(story: Story) -> None:
    await opened(story, 1)
    sent = await story.say("zhou", f"改派 1 教务处\n1、食堂又有虫 {POST}a\n2、作业太多 {POST}b\n3、校门口堵车 {POST}c")
    assert "已交教务处办理" in sent[0].text
    assert "这条里有 3 件" in story.expect("〔#4〕校门口堵车").text
    assert await Incident.all().order_by("number").values_list("title", flat=True) == [
        "食堂饭菜有异物之0", "食堂又有虫", "作业太多", "校门口堵车",
    ]  # fmt: skip
    await story.say("wang", f"签收 2\n操场积水没有清理 {POST}d")
    assert (await story.incident(2)).acknowledged_at
    assert (await story.incident(5)).title == "操场积水没有清理"


@pytest.mark.parametrize("words", ["查 1\n{}", "为何 1\n{} 食堂又有虫", "show 1\n{}"])
async def test_not_even_below_a_question_is_an_address_dropped(story: Story, words: str) -> None:
    await opened(story, 1)
    await story.say("zhou", words.format(f"{POST}a"))
    assert await Incident.all().count() == 2


async def test_an_address_below_a_text_belongs_to_it(story: Story) -> None:
    await opened(story, 1)
    await story.say("zhou", f"备注 1 家长又发了\n{POST}a")
    await story.say("wang", f"拟复 1 已更换供货商，结果见\n{POST}b")
    await story.advance("2m")
    await story.say("qian", "同意 1")
    await story.say("zhou", f"已发布 1\n{POST}c")
    assert (await story.duty("reply")).state == "met"
    assert await Incident.all().count() == 1


async def test_a_yes_and_a_no_in_one_message(story: Story) -> None:
    await opened(story)
    for n in (1, 2):
        await story.say("wang", f"拟复 {n} 已送检，11月26日前公布。")
    await story.advance("2m")
    await story.say("qian", "同意 1\n不同意 2 请写明日期")
    assert [row.state for row in await Request.all().order_by("id")] == ["approved", "rejected"]


async def test_killed_in_the_middle_all_of_it_runs_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await opened(story)
    answers = await Outbox.all().count()

    async def gone(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as killed:
        killed.setattr(together, "conclude", gone)
        with pytest.raises(asyncio.CancelledError):
            await story.say("wang", "签收 1\n备注 1 已到现场\n签收 2")
    assert not await Incident.filter(stage="acknowledged").exists()
    assert await Outbox.all().count() == answers
    await story.jump(LEASE)
    assert await Incident.filter(stage="acknowledged").count() == 2
    assert await Event.filter(kind="note").count() == 1
    story.expect("王强 已签收")


async def test_another_process_that_was_faster_leaves_nothing_to_do(story: Story) -> None:
    await opened(story)
    message = Message(
        channel="local", id="m1", conversation="work", sender="wang", sent_at=story.now, text="签收 1\n备注 1 已到现场"
    )
    await story.deliver(message)
    version = (await story.incident()).version
    assert await story.deliver(message) == []
    assert (await story.incident()).version == version


async def test_the_reminders_of_all_come(story: Story) -> None:
    await opened(story)
    await story.say("wang", "签收 1\n签收 2")
    told = "".join(one.text for one in await story.until(story.now.replace(hour=22)))
    assert "#1" in told
    assert "#2" in told


async def test_twenty_five_numbers_all_run(story: Story) -> None:
    await opened(story, 25)
    sent = await story.say("wang", "签收 " + " ".join(str(n) for n in range(1, 26)))
    assert len(sent) >= 1
    assert await Incident.filter(stage="acknowledged").count() == 25


async def test_what_is_too_much_is_said(story: Story) -> None:
    await opened(story, 1)
    await story.say("wang", "签收 " + " ".join(str(n) for n in range(1, 121)))
    assert "从 #101 起的没有办理" in story.expect("没有办理，请另发").text
    await story.say("wang", "\n".join(f"查 {n}" for n in range(1, 71)))
    story.expect("一条消息最多办 50 条，后面的没有办理")
    assert await inbox_claims.claim(story.now, LEASE) == []


async def test_a_picture_that_did_not_arrive_is_asked_for_once(story: Story) -> None:
    await story.approved()
    said = {"text": "查 1\n已发布 1", "attachments": (Attachment(kind="picture", name="a.png"),)}
    await story.deliver(
        Message(channel="local", id="m", conversation="work", sender="zhou", sent_at=story.clock.now(), **said)
    )
    story.expect("截图没有收到，还不算已发布")
    assert not [one for one in story.fresh if "没有取到" in one.text]


@pytest.mark.parametrize("words", ["查 1\n待办", "待办\n查 1", "台账\n查 1", "查 1\n帮助", "lookup 1\ntodo"])
async def test_a_list_beside_a_command_is_given_too(story: Story, words: str) -> None:
    await opened(story, 1)
    apart = [m.text[:12] for line in words.split("\n") for m in await story.say("li", line)]
    await story.advance("10m")
    together = "\n".join(m.text for m in await story.say("li", words))
    assert [text in together for text in apart] == [True] * len(apart)
    assert len(apart) >= 2


async def test_a_digest_beside_a_command_is_made(story: Story) -> None:
    await opened(story, 1)
    texts = [m.text for m in await story.say("li", "查 1\n摘报")]
    assert any("摘报 2026 年第 1 期" in text for text in texts)
    assert any("待签收 · 总务处" in text for text in texts)


async def test_the_name_of_a_list_within_a_draft_is_a_line_of_it(story: Story) -> None:
    await opened(story, 1)
    await story.say("wang", "拟复 1 您好，已送检。\n待办\n明日公布")
    assert (await Draft.get()).text == "您好，已送检。\n待办\n明日公布"
