"""While storage is away a message waits, in its order, and nothing is lost; data that cannot be stored are refused."""

import sqlite3
from datetime import timedelta

import pytest
from msgspec import json

from handlers.commands import acknowledge, todo
from handlers.rules.language.messages import Message, Quote
from storage import inbox_claims
from storage.database import sql
from storage.database.database import connection
from storage.database.faults import WAITED, Fault
from storage.tables import Inbox, Incident, Outbox
from tests.support.broken import broken, locked
from tests.support.faults import database_file, fault
from tests.support.story import Story

SECOND = timedelta(seconds=1)


async def waits(id: int) -> float:
    """Return the seconds until a message is handled again."""
    row = await Inbox.get(id=id)
    assert row.fault == "away"
    return (row.lease_until - row.received_at).total_seconds()


async def test_it_waits_longer_each_time_and_never_gives_up(story: Story) -> None:
    pauses = []
    with broken(todo, locked()):
        await story.say("wang", "待办")
        for _ in range(9):
            row = await Inbox.get(id=1)
            pauses.append((row.lease_until - story.clock.now()).total_seconds())
            story.clock.set(row.lease_until)
            await story.settle()
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30, 30]
    story.clock.set((await Inbox.get(id=1)).lease_until)
    await story.settle()
    story.expect("没有等总务处办的事项")


async def test_undoing_does_not_overtake_what_it_undoes(story: Story) -> None:
    await story.opened()
    with broken(acknowledge, locked()):
        await story.say("wang", "签收 1")
        story.silent()
    await story.say("wang", "撤回")
    story.silent()
    assert (await story.incident()).stage == "assigned"
    await story.jump(SECOND)
    assert ["签收" in one.text or "撤回" in one.text for one in story.fresh] == [True, True]
    assert (await story.incident()).stage == "assigned"
    assert (await story.incident()).version == 3


async def test_in_the_same_claim_too(story: Story) -> None:
    assert story.bot.local
    await story.opened()
    await story.bot.local.say("wang", "签收 1")
    await story.bot.local.say("wang", "撤回")
    with broken(acknowledge, locked()):
        await story.settle()
    story.silent()
    assert [row.attempts for row in await Inbox.all().order_by("id")][1:] == [1, 0]
    await story.jump(SECOND)
    assert (await story.incident()).version == 3


async def test_other_conversations_do_not_wait(story: Story) -> None:
    with broken(todo, locked()):
        await story.say("wang", "待办")
        await story.say("zhou", "@回音 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3", private=True)
        story.expect("〔#1〕")
        await story.say("wang", "查 1")
        story.silent()


async def test_after_two_messages_that_found_it_away_no_other_is_tried(story: Story) -> None:
    tried = 0

    async def away(*_: object) -> None:
        nonlocal tried
        tried += 1
        raise locked()

    assert story.bot.local
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(todo, "handle", away)
        for person in ("wang", "li", "zhou", "qian", "sun"):
            await story.bot.local.say(person, "待办", private=True)
        await story.bot.dispatcher.drain()
    assert tried == 2
    rows = await Inbox.all().order_by("id").values_list("fault", "lease_until", "attempts")
    assert [fault for fault, _, _ in rows] == ["away", "away", None, None, None]
    assert rows[2:] == [(None, None, 0)] * 3


async def test_a_clock_that_was_set_back_holds_nothing_up(story: Story) -> None:
    with broken(todo, locked()):
        await story.say("wang", "待办")
    story.clock.advance(timedelta(hours=-1))
    await story.settle()
    story.expect("没有等总务处办的事项")


async def test_another_process_waits_for_the_same_conversation(story: Story) -> None:
    assert story.bot.local
    await story.bot.local.say("wang", "待办")
    first = await inbox_claims.claim(story.clock.now(), 30 * SECOND, 1)
    await story.bot.local.say("wang", "帮助")
    assert await inbox_claims.claim(story.clock.now(), 30 * SECOND) == []
    await inbox_claims.give_back(first)
    assert len(await inbox_claims.claim(story.clock.now(), 30 * SECOND)) == 2


async def test_a_row_of_an_earlier_version_waits_for_nobody(story: Story) -> None:
    assert story.bot.local
    await story.bot.local.say("wang", "待办")
    await story.bot.local.say("wang", "帮助")
    await Inbox.all().update(conversation=None, sender=None)
    with broken(todo, locked()):
        await story.settle()
    assert len(story.fresh) == 1


async def test_a_full_disk_loses_no_message(story: Story) -> None:
    await story.opened()
    assert story.bot.local
    words = "很长的一段话" * 3000
    await story.bot.local.say("wang", f"备注 1 {words}")
    pages = (await sql.rows("PRAGMA page_count", []))[0]["page_count"]
    await connection().execute_query(f"PRAGMA max_page_count = {pages}")
    for _ in range(3):
        assert await fault(story.bot.dispatcher.drain) is Fault.AWAY
    assert (await Inbox.get(id=2)).state == "new"
    await connection().execute_query("PRAGMA max_page_count = 1000000")
    await story.jump(30 * SECOND)
    story.expect("〔#1〕")
    assert (await Inbox.get(id=2)).state == "done"


async def test_after_a_minute_the_desk_hears_that_a_message_waits(story: Story) -> None:
    with broken(todo, locked()):
        await story.say("wang", "待办")
        await story.jump(30 * SECOND)
        story.silent()
        await story.jump(40 * SECOND)
        assert "数据库不可用，恢复后自动办" in story.expect("有 1 项没有办成").text
        await story.jump(timedelta(minutes=5))
        story.silent()


async def test_an_outage_of_a_minute_is_told_once_when_it_is_over(story: Story) -> None:
    other = sqlite3.connect(await database_file(), isolation_level=None)
    await connection().execute_query("PRAGMA busy_timeout = 50")
    assert story.bot.local
    await story.bot.local.say("wang", "待办")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Exception, match="locked") as raised:
        await story.bot.dispatcher.drain()
    story.bot.outage.note(raised.value)
    assert not await story.bot.outage.drain()
    assert story.bot.page_health() == {"redis": "ok", "database": "ok", "alarms": []}
    with story.bot.local.listen() as shown:
        story.clock.advance(timedelta(minutes=12))
        assert not await story.bot.outage.drain()
        assert shown.get_nowait() == ("health", None)
    assert story.bot.page_health() == {"redis": "ok", "database": "away", "alarms": []}
    other.execute("ROLLBACK")
    other.close()
    assert await story.bot.outage.drain()
    await story.settle()
    told = story.expect("数据库从 11-23 10:05 到 11-23 10:17 不可用，现已恢复")
    assert "1 条消息现在补办" in told.text
    story.expect("没有等总务处办的事项")
    await story.jump(timedelta(hours=1))
    story.silent()


async def test_it_counts_from_the_first_try_that_waited(story: Story) -> None:
    error = locked()
    setattr(error, WAITED, 15.2)
    story.bot.outage.note(error)
    assert story.bot.outage.lasts == 15 * SECOND
    assert story.bot.page_health()["database"] == "away"
    story.clock.advance(45 * SECOND)
    await story.settle()
    story.expect("数据库从 11-23 10:04 到 11-23 10:05 不可用，现已恢复")


async def test_a_short_outage_is_not_told(story: Story) -> None:
    story.bot.outage.note(locked())
    story.clock.advance(50 * SECOND)
    await story.settle()
    story.silent()
    assert story.bot.outage.since is None


async def too_large() -> Exception:
    with pytest.raises(OverflowError) as raised:
        await sql.rows("SELECT ?1", [2**63])
    return raised.value


async def test_bad_data_are_tried_three_times_and_then_refused(story: Story) -> None:
    with broken(todo, await too_large()):
        await story.say("wang", "待办")
        story.silent()
        await story.jump(SECOND)
        story.silent()
        await story.jump(SECOND)
    refused = story.expect("没有办理：这条消息（“待办”）里有一个数太大")
    assert "请核对那个数后再发一次" in refused.text
    assert ((await Inbox.get(id=1)).state, (await Inbox.get(id=1)).fault) == ("failed", "bad data")
    assert "内容存不下" in story.expect("有 1 项没有办成").text
    await story.jump(timedelta(days=1))
    assert (await Inbox.get(id=1)).refusals == 2


def odd(story: Story, **fields: object) -> Message:
    facts = {"channel": "local", "id": "m1", "conversation": "work", "sender": "zhou", "sent_at": story.clock.now()}
    return Message(**{**facts, **fields})  # type: ignore[arg-type]


async def test_nul_and_half_characters_are_cleaned_at_the_door(story: Story) -> None:
    text = "@回音 食堂\0饭菜\ud83d有异物 https://weibo.com/1234567890/Ab1cD2eF3 \ud83d\ude00"
    [answer] = await story.deliver(odd(story, text=text, sender_name="周\0", group_name="\udfff"))
    assert "〔#1〕" in answer.text
    title = (await Incident.get(number=1)).title
    assert "\0" not in title
    assert "食堂饭菜" in title
    body = json.decode((await Inbox.get(id=1)).body, type=Message)
    assert body.text.endswith("😀")
    assert body.group_name == "\ufffd"


async def test_an_id_that_is_too_long_is_known_by_its_digest(story: Story) -> None:
    long = "x" * 5000
    await story.deliver(odd(story, id=long, text="@回音 帮助"), odd(story, id=long, text="@回音 帮助"))
    assert [len(row.message) for row in await Inbox.all()] == [64]
    assert len(story.fresh) == 1


async def test_a_host_that_is_too_long_for_its_column_opens_a_matter(story: Story) -> None:
    host = ".".join(["a" * 40] * 3 + ["example.com"])
    await story.opened(f"@回音 食堂饭菜有异物 https://{host}/1")
    assert (await Incident.get(number=1)).platform == f"{'a' * 40}.example.com"
    assert all(len(row.body) for row in await Outbox.all())


@pytest.mark.parametrize("number", ["99999999999", "2147483648", "9" * 5000])
async def test_a_quoted_number_that_no_column_holds_is_answered(story: Story, number: str) -> None:
    await story.opened()
    quote = Quote(text=f"〔#{number}〕食堂饭菜有异物")
    await story.deliver(odd(story, sender="wang", text="@回音 签收", quote=quote))
    assert len(story.fresh) == 1
    assert (await Inbox.all().order_by("-id").first()).state == "done"  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["签收 99999999", "查 99999999999", "重发 99999999999", "重试 9999999"])
async def test_a_typed_number_that_no_column_holds_is_answered(story: Story, words: str) -> None:
    await story.opened()
    await story.deliver(odd(story, text=f"@回音 {words}"))
    assert len(story.fresh) == 1
    assert (await Inbox.all().order_by("-id").first()).state == "done"  # type: ignore[union-attr]


@pytest.mark.parametrize("key", ["approve:99999999999", "approve:x", "acknowledge:", "lookup:1e9", "stand:-1"])
async def test_a_button_that_the_bot_never_made_does_nothing(story: Story, key: str) -> None:
    assert story.bot.local
    await story.opened()
    await story.bot.local.press("qian", key, "out-1")
    await story.settle()
    assert (await Inbox.all().order_by("-id").first()).state == "done"  # type: ignore[union-attr]
