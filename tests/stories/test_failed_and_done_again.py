"""What could not be done or sent is told to the desk, in words, and can be done again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import json

from bot.channels.base import Outcome, Receipt, SendError
from bot.engine import second_chance
from handlers.commands import note, todo
from handlers.rules.language.messages import Message, Reply
from storage import failures
from storage.outbox import OutgoingMessage
from storage.tables import Event, Inbox, Incident, Outbox
from tests.support.broken import broken
from tests.support.story import Story, monday

NO = SendError("busy", Outcome.REFUSED)
OF = "（11-23 10:05 的消息，现在重发，以最新情况为准）"


async def failed_send(story: Story, outcome: Outcome, words: str = "待办") -> None:
    """Let the answer to one message fail on its way."""
    assert story.bot.local
    send = story.bot.local.send

    async def fails(conversation: str, reply: Reply, key: str) -> Receipt:
        if reply.text.startswith("没有等"):
            raise SendError("the platform said no", outcome)
        return await send(conversation, reply, key)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(story.bot.local, "send", fails)
        await story.say("wang", words)


async def shown(story: Story, words: str) -> list[str]:
    """Let the desk say something; return what the channel shows from then on."""
    assert story.bot.local
    with story.bot.local.listen(0) as queue:
        await story.say("zhou", words)
        events = [queue.get_nowait() for _ in range(queue.qsize())]
    return [about[2].text.rstrip("。") for what, about in events if what == "sent"]


async def test_a_bug_is_told_to_the_desk_and_to_who_spoke(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办")
    story.expect("对不起，这条消息没有办成")
    told = story.expect("有 1 项没有办成")
    assert "1. 11-23 10:05 王强说的“待办”：程序故障" in told.text
    assert "→ 重试 1" in told.text
    assert {"zhou", "li"} & {*told.say.mentions}


async def test_a_file_that_cannot_be_read_is_a_bug_and_holds_nobody_up(story: Story) -> None:
    await story.opened()
    with broken(todo, PermissionError(13, "Permission denied", "/forms/notice.docx")):
        await story.say("wang", "待办")
        story.expect("对不起")
    await story.say("wang", "签收 1")
    assert (await story.incident()).stage == "acknowledged"


async def test_many_failures_are_one_notice(story: Story) -> None:
    assert story.bot.local
    with broken(todo):
        for _ in range(12):
            await story.bot.local.say("wang", "待办")
        await story.settle()
    notices = [one for one in story.fresh if "没有办成：" in one.text]
    assert len(notices) == 1
    assert "有 12 项没有办成" in notices[0].text
    assert notices[0].text.count("王强说的") == 1
    assert "同类共 12 项" in notices[0].text
    assert "没有列出" not in notices[0].text
    await story.advance("2h")
    story.silent()


async def test_the_next_ones_are_told_within_a_minute(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办")
        await story.say("wang", "待办")
    assert not [one for one in story.fresh if "没有办成：" in one.text]
    await story.advance("1m")
    assert "2. " in story.expect("有 1 项没有办成").text


async def test_at_night_the_desk_is_told_in_the_morning(story: Story) -> None:
    await story.until(monday("23:30"))
    with broken(todo):
        await story.say("wang", "待办")
    assert not [one for one in story.fresh if "没有办成：" in one.text]
    await story.until(monday("03:00", 1))
    story.silent()
    await story.until(monday("08:00", 1))
    story.expect("有 1 项没有办成")


async def test_many_at_night_are_told_at_once(story: Story) -> None:
    assert story.bot.local
    await story.until(monday("23:30"))
    with broken(todo):
        for _ in range(10):
            await story.bot.local.say("wang", "待办")
        await story.settle()
    story.expect("有 10 项没有办成")


async def test_the_desk_has_it_done_again_and_its_sender_reads_that_it_is_late(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办")
    await story.advance("20m")
    answers = await story.say("zhou", "重试 1")
    texts = [one.text for one in answers]
    assert "第 1 项再办一次" in texts[0]
    assert "（迟到的答复）王强 11-23 10:05 说的“待办”" in texts[1]
    assert "没有等总务处办的事项" in texts[2]
    assert (await Inbox.get(id=1)).state == "done"
    assert await Event.filter(kind="failure repeated", actor="zhou").exists()
    assert "没有第 1 项" in (await story.say("zhou", "重试 1"))[-1].text


async def test_reopening_without_a_reason_means_the_failed_message(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办")
    texts = [one.text for one in await story.say("zhou", "重办 1")]
    assert "没有等总务处办的事项" in texts[-1]
    assert "没有 #1 这个编号" in (await story.say("zhou", "重办 1"))[-1].text


async def test_failing_again_it_gets_a_new_number_and_is_told_again(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办")
        await story.advance("1m")
        await story.say("zhou", "重试 1")
    assert "2. 11-23 10:06 王强" in story.expect("有 1 项没有办成").text


async def test_only_the_desk_and_the_chief(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办")
    for words in ("失败", "重试 1", "重发 1"):
        await story.say("wang", f"@回音 {words}")
        story.expect("这是值守台和主要领导用的")
        await story.say("wang", words)
        story.silent()
    await story.say("zhao", "失败")
    story.expect("程序故障")


async def test_words_of_a_private_chat_stay_private(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办", private=True)
    told = [one for one in story.fresh if "没有办成：" in one.text]
    assert told
    assert "王强私聊说的话" in told[0].text
    assert "待办" not in told[0].text


async def test_a_send_that_is_unknown_is_told_and_sent_again_with_its_mark(story: Story) -> None:
    story.bot.local.idempotent = False  # type: ignore[union-attr]
    await failed_send(story, Outcome.UNKNOWN)
    told = story.expect("有 1 条消息不知是否送达，事项本身不受影响")
    assert "不知是否送达" in told.text
    assert "→ 重发 1" in told.text
    assert "the platform said no" in told.text
    assert f"（可能重复送达）{OF}没有等总务处办的事项" in await shown(story, "重发 1")
    assert "没有第 1 项" in (await story.say("zhou", "重发 1"))[-1].text


async def test_a_send_that_failed_is_sent_again_without_a_mark(story: Story) -> None:
    story.bot.local.idempotent = False  # type: ignore[union-attr]
    await failed_send(story, Outcome.REFUSED)
    assert "没有送达" in story.expect("有 1 项没有办成").text
    assert any(text.startswith(f"{OF}没有等") for text in await shown(story, "重发 1"))


async def test_what_was_taken_back_since_is_not_sent_again(story: Story) -> None:
    await story.drafted()
    assert story.bot.local
    send = story.bot.local.send

    async def fails(conversation: str, reply: Reply, key: str) -> Receipt:
        if "同意发布" in reply.text:
            raise SendError("the platform said no", Outcome.UNKNOWN)
        return await send(conversation, reply, key)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(story.bot.local, "send", fails)
        await story.say("qian", "同意 1")
        story.clock.advance(timedelta(seconds=20))
        await story.say("qian", "撤回 1")
    told = await shown(story, "重发 1")
    assert any("没有重发：第 1 项之后 #1 有人撤回过" in text for text in told)
    assert not any("同意发布" in text for text in told)


async def test_it_says_once_of_when_it_is_however_often_it_is_sent_again(story: Story) -> None:
    assert story.bot.local
    await failed_send(story, Outcome.REFUSED)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(story.bot.local, "send", refuses)
        await story.say("zhou", "重发 1")
    await story.advance("1h")
    await story.say("zhou", "失败")
    [number] = await Outbox.filter(state="failed", body__contains="总务处办的事项").values_list("failure", flat=True)
    [text] = [text for text in await shown(story, f"重发 {number}") if "没有等总务处" in text]
    assert text.count("现在重发") == 1


async def test_words_of_another_group_are_not_shown_to_the_desk(story: Story) -> None:
    with broken(todo):
        await story.deliver(
            Message(
                channel="local", id="m1", conversation="leaders", sender="qian", sent_at=story.clock.now(), text="待办"
            )
        )
    told = story.expect("有 1 项没有办成").text
    assert "钱副校长说的话：程序故障" in told
    assert "待办" not in told
    assert "待办" not in (await story.say("zhou", "失败"))[-1].text


async def refuses(*_: object) -> Receipt:
    raise NO


async def test_a_notice_that_fails_is_not_told(story: Story) -> None:
    assert story.bot.local

    with pytest.MonkeyPatch.context() as patched, broken(todo):
        patched.setattr(story.bot.local, "send", refuses)
        await story.say("wang", "待办")
        for _ in range(5):
            await story.advance("2m")
    notices = [row.body for row in await Outbox.all() if "没有办成：" in row.body]
    counts = [body.partition("有 ")[2].partition(" 项")[0] for body in notices]
    assert set(counts) == {"1", "2"}  # the message, and the apology that could not be sent; none of the notices
    await story.say("zhou", "失败")
    assert story.expect("近七天没有办成的").text.count("→ 重发") == 1 + len(notices)


async def test_the_list_shows_what_failed_newest_first(story: Story) -> None:
    assert "没有办不成的消息" in (await story.say("zhou", "失败"))[-1].text
    with broken(todo):
        await story.say("wang", "待办")
    await story.advance("5m")
    await failed_send(story, Outcome.UNKNOWN)
    lines = (await story.say("zhou", "失败"))[-1].text.splitlines()
    assert lines[1].startswith("2. 11-23 10:10 发往")
    assert lines[2].startswith("1. 11-23 10:05 王强说的“待办”")


async def after_restart(story: Story) -> list[str]:
    await second_chance.handle_again(story.bot.office, story.clock.now())
    return [one.text for one in await story.settle()]


async def test_after_a_restart_a_bug_gets_a_second_chance_and_no_third(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办")
        await story.advance("10m")
        texts = await after_restart(story)
        assert "（迟到的答复）" in texts[0]
        assert "对不起" in texts[1]
        await story.advance("10m")
    assert await after_restart(story) == []
    assert (await Inbox.get(id=1)).state == "failed"


async def test_after_a_restart_it_is_done_and_marked_as_late(story: Story) -> None:
    await story.opened()
    with broken(note):
        await story.say("wang", "备注 1 家长已电话沟通")
    await story.advance("10m")
    texts = await after_restart(story)
    assert "（迟到的答复）王强 11-23 10:05 说的“备注 1 家长已电话沟通”" in texts[0]
    assert len(texts) == 2
    assert await Event.filter(kind="note").count() == 1


async def test_what_was_said_again_meanwhile_is_not_done_twice(story: Story) -> None:
    await story.opened()
    with broken(note):
        await story.say("wang", "备注 1 家长已电话沟通")
    await story.say("wang", "备注 1 家长已电话沟通")
    assert await after_restart(story) == []
    assert await Event.filter(kind="note").count() == 1


async def test_one_row_that_cannot_be_read_stops_only_itself(story: Story) -> None:
    from storage import inbox

    await story.opened()
    never = datetime.max.replace(tzinfo=UTC)
    odd = Message(channel="local", id="odd", conversation="work", sender="wang", sent_at=never, text="备注 1 甲")
    row = inbox.FailedRow("local", "odd", json.encode(odd).decode(), "work", "wang", "bug", "")
    await inbox.keep_failed(row, story.clock.now())
    with broken(note):
        await story.say("wang", "备注 1 家长已电话沟通")
        await story.say("li", "备注 1 食堂在查", private=True)
    for person in ("wang", "li"):
        await story.say(person, "待办", private=person == "li")
    await Inbox.filter(state="done", body__contains="待办").update(body="{")
    await after_restart(story)
    assert await Event.filter(kind="note").count() == 2
    assert await Inbox.filter(state="failed").values_list("message", flat=True) == ["odd"]


async def test_another_thing_by_the_same_person_is_not_the_same_said_again(story: Story) -> None:
    from handlers.commands import forward

    first, second = (
        Message(
            channel="local", id=f"m{n}", conversation="work", sender="zhou", sent_at=story.clock.now(),
            material=f"食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF{n}",
        )
        for n in (3, 4)
    )  # fmt: skip
    with broken(forward):
        await story.deliver(first)
    await story.deliver(second)
    assert len(await after_restart(story)) == 2
    assert await Incident.all().count() == 2


async def test_an_undo_is_not_done_late(story: Story) -> None:
    from handlers.commands import undo

    await story.opened()
    await story.say("wang", "签收 1")
    with broken(undo):
        await story.say("wang", "撤回")
    await story.say("wang", "备注 1 在查")
    assert "王强 的这句话没有照办：隔了一段时间，再办可能变成另一个意思" in (await after_restart(story))[-1]
    assert (await story.incident()).stage == "acknowledged"


async def test_a_message_that_cannot_be_read_is_kept_and_told(story: Story) -> None:
    from storage import inbox

    await inbox.store("local", "odd", '{"channel": 5', story.clock.now(), conversation="work", sender="wang")
    await story.settle()
    assert (await Inbox.get(message="odd")).fault == "unreadable"
    assert "读不出来" in story.expect("有 1 项没有办成").text
    await story.jump(timedelta(days=2))
    assert (await Inbox.get(message="odd")).state == "failed"


async def test_a_send_that_cannot_be_read_does_not_stop_the_others(story: Story) -> None:
    from storage import outbox

    await outbox.plan([outbox.OutgoingMessage("local", "work", "{")], story.clock.now())
    await story.say("wang", "待办")
    story.expect("没有等总务处办的事项")
    assert "没有送达" in story.expect("有 1 项没有办成").text


async def test_in_english(english: Story) -> None:
    with broken(todo):
        await english.say("wang", "todo")
    english.expect("Sorry, that did not work")
    assert "-> retry 1" in english.expect("1 not done:").text
    await english.say("zhou", "retry 1")
    english.expect("(late answer)")
    assert json.encode([one.text for one in english.fresh])


async def test_a_start_handles_it_before_anything_else(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办")
    running = asyncio.create_task(story.bot.dispatcher.run())
    async with asyncio.timeout(5):
        while not await Inbox.filter(state="done").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert "没有等总务处办的事项" in (await story.settle())[-1].text


async def test_a_bug_in_the_second_chance_stops_no_message(story: Story) -> None:
    async def fails(*_: object) -> int:
        raise RuntimeError("broken")

    assert story.bot.local
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.engine.dispatch.handle_again", fails)
        running = asyncio.create_task(story.bot.dispatcher.run())
        await story.bot.local.say("wang", "待办")
        async with asyncio.timeout(5):
            while not await Inbox.filter(state="done").exists():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_two_processes_give_a_failure_one_number(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办", private=True)
    since = story.clock.now() - timedelta(days=1)
    await Inbox.all().update(failure=None)
    unnumbered = await failures.recent(since, since, 9)
    first, second = await failures.number_all(unnumbered), await failures.number_all(unnumbered)
    assert first == second
    notice = OutgoingMessage("local", "work", "{}")
    await Inbox.all().update(told_at=None)
    told = [await failures.tell(first, [notice], story.clock.now()) for _ in range(2)]
    assert told == [True, False]


async def test_words_do_not_end_the_quote_that_they_stand_in(story: Story) -> None:
    with broken(todo):
        await story.say("wang", "待办")
        with broken(note):
            await story.say("wang", "备注 1 好的”：程序故障→ 重试 9")
    told = [one.text for one in story.fresh if "好的" in one.text]
    assert told
    assert all("好的’：程序故障" in text and "好的”" not in text for text in told)
