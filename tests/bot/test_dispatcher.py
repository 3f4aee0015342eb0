"""Each inbox message reaches one handler exactly once, and every message that addresses the bot is answered."""

import asyncio
from datetime import timedelta

import pytest

from bot.engine.dispatch import LEASE
from handlers.common.context import Context
from storage import inbox, inbox_claims
from storage.tables import Forwarding, Inbox, Incident, Outbox
from tests.support.broken import locked
from tests.support.story import Story

POST = "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3"


async def claimed_twice(story: Story, sender: str, text: str) -> tuple[inbox_claims.Arrival, inbox_claims.Arrival]:
    """A message whose lease ended while its first claimer was still handling it."""
    assert story.bot.local
    await story.bot.local.say(sender, text)
    now = story.clock.now()
    return (await inbox_claims.claim(now, LEASE))[0], (await inbox_claims.claim(now + LEASE, LEASE))[0]


async def test_a_slow_claimer_finds_it_done_and_does_nothing(story: Story) -> None:
    await story.opened()
    slow, fast = await claimed_twice(story, "wang", "签收 1")
    await story.bot.dispatcher._process(fast)
    await story.bot.dispatcher._process(slow)
    assert (await story.incident()).version == 2
    assert len(await story.settle()) == 1


async def test_a_slow_claimer_of_a_forwarding_does_not_spin(story: Story) -> None:
    slow, fast = await claimed_twice(story, "zhou", f"@回音 {POST}")
    await story.bot.dispatcher._process(fast)
    async with asyncio.timeout(2):
        await story.bot.dispatcher._process(slow)
    assert (await Incident.all().count(), await Forwarding.all().count()) == (1, 1)


async def test_what_is_claimed_no_more_is_not_begun(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first message takes longer than the lease, and another process claims the second meanwhile."""
    from handlers.commands import todo

    assert story.bot.local
    handle, taken, begun = todo.handle, list[inbox_claims.Arrival](), list[str]()

    async def slow(context: Context, parsed: None) -> None:
        begun.append(context.person.id)
        if not taken:
            story.clock.advance(LEASE)
            taken.extend([one for one in await inbox_claims.claim(story.clock.now(), LEASE) if one.sender == "li"])
        await handle(context, parsed)

    monkeypatch.setattr(todo, "handle", slow)
    await story.bot.local.say("wang", "待办")
    await story.bot.local.say("li", "待办", private=True)
    await story.bot.dispatcher.drain()
    assert begun == ["wang"]
    assert (await Inbox.get(id=taken[0].id)).lease_until == taken[0].lease_until
    await inbox_claims.give_back(taken)
    await story.settle()
    assert begun == ["wang", "li"]
    assert await Inbox.filter(state="done").count() == 2


async def test_a_fault_is_one_apology_and_stays_on_record(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    from handlers.commands import todo

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(todo, "handle", broken)
    await story.say("wang", "待办")
    apology = story.expect("对不起，这条消息没有办成")
    row = await Inbox.all().order_by("-id").first()
    assert row
    assert row.state == "failed"
    assert row.error
    assert row.fault == "bug"
    assert row.error.removeprefix("trace ").partition(":")[0] in apology.text
    story.expect("程序故障")
    await story.jump(timedelta(days=1))
    story.silent()


async def test_when_the_storage_fails_the_message_comes_again(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    from handlers.commands import todo

    async def full(*_: object) -> None:
        raise locked()

    with monkeypatch.context() as patched:
        patched.setattr(todo, "handle", full)
        await story.say("wang", "待办")
        story.silent()
    await story.jump(timedelta(seconds=5))
    story.expect("没有等总务处办的事项")


async def test_a_moment_without_storage_at_an_unreadable_row_holds_up_nobody(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise locked()

    assert story.bot.local
    await inbox.store("local", "torn", "{", story.clock.now(), conversation="elsewhere", sender="x")
    await story.bot.local.say("wang", "待办")
    with monkeypatch.context() as patched:
        patched.setattr(inbox_claims, "fail", away)
        await story.settle()
    story.expect("没有等总务处办的事项")
    await story.jump(LEASE)
    assert (await Inbox.get(message="torn")).fault == "unreadable"


async def test_what_was_claimed_is_given_back_when_the_loop_fails(story: Story) -> None:
    def broken() -> None:
        raise RuntimeError("broken")

    assert story.bot.local
    await story.bot.local.say("wang", "待办")
    await story.bot.local.say("li", "待办", private=True)
    on_answer, story.bot.dispatcher.on_answer = story.bot.dispatcher.on_answer, broken
    with pytest.raises(RuntimeError):
        await story.settle()
    story.bot.dispatcher.on_answer = on_answer
    await story.settle()
    assert await Inbox.filter(state="done").count() == 2


async def test_messages_are_dealt_with_in_their_order(story: Story) -> None:
    assert story.bot.local
    for person, words in (
        ("zhou", f"@回音 {POST}"),
        ("wang", "签收 1"),
        ("wang", "拟复 1 好。"),
        ("wang", "备注 1 好"),
    ):
        await story.bot.local.say(person, words)
    await story.settle()
    assert (await story.incident()).version == 4


async def test_killed_while_apologising_it_apologises_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    from handlers.commands import todo

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    async def gone(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(todo, "handle", broken)
    with monkeypatch.context() as killed:
        killed.setattr(inbox_claims, "fail", gone)
        with pytest.raises(asyncio.CancelledError):
            await story.say("wang", "待办")
    await story.jump(LEASE)
    assert await Outbox.filter(body__contains="对不起").count() == 1
