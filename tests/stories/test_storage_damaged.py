"""Damage of the database is told at once as what it is; no message is tried for ever against it, and none is lost."""

from datetime import timedelta

import pytest

from bot.engine import second_chance
from bot.engine.dispatch import Dispatcher
from handlers.rules.language.messages import Quote
from storage.tables import Inbox, Outbox
from tests.support.faults import overwrite
from tests.support.story import Story

SECOND = timedelta(seconds=1)


async def test_it_is_told_at_once_and_handled_once_the_file_is_mended(story: Story) -> None:
    await story.opened()
    whole = await overwrite("duties")
    assert story.bot.local
    await story.bot.local.say("wang", "签收 1")
    await story.bot.local.say("zhou", "帮助", private=True)
    await story.bot.dispatcher.drain()
    assert [row.state for row in await Inbox.all().order_by("id")] == ["done", "new", "done"]
    assert story.bot.page_health()["database"] == "damaged"
    await story.bot.outage.drain()
    assert await Outbox.filter(body__contains="存事项的文件坏了（11-23 10:05 发现），不会自己好").count() == 1
    for _ in range(4):
        story.clock.advance(SECOND)
        await story.bot.dispatcher.drain()
    row = await Inbox.get(id=2)
    assert (row.state, row.fault, row.attempts) == ("failed", "damaged", 3)
    assert await Outbox.filter(body__contains="“签收 1”没有办成：存事项的文件坏了，不会自己好").count() == 1

    await overwrite("duties", whole)
    assert await second_chance.handle_again(story.bot.office, story.clock.now()) == 1
    await story.settle()
    story.expect("王强 已签收")


async def test_the_desk_reads_no_technical_words(story: Story) -> None:
    await story.opened()
    whole = await overwrite("duties")
    assert story.bot.local
    await story.bot.local.say("wang", "签收 1")
    for _ in range(3):
        await story.bot.dispatcher.drain()
        await story.bot.outage.drain()
        story.clock.advance(SECOND)
    await story.bot.failure_notices.drain()
    bodies = [row.body for row in await Outbox.filter(id__gt=1)]
    assert any("存事项的文件坏了，修好、重启后再办一次" in body for body in bodies)
    assert not [body for body in bodies for word in ("malformed", "Error", "sqlite", "Redis") if word in body]
    await overwrite("duties", whole)


async def test_what_cannot_even_be_kept_is_left_for_the_next_start(story: Story) -> None:
    """The page of the answers is damaged: neither the answer nor the failure can be stored."""
    assert story.bot.local
    await story.opened()
    whole = await overwrite("outbox")
    await story.bot.local.say("wang", "待办")
    for _ in range(6):
        await story.bot.dispatcher.drain()
        story.clock.advance(31 * SECOND)
    row = await Inbox.get(id=2)
    assert (row.state, row.refusals) == ("new", 2)
    assert story.bot.page_health()["database"] == "damaged"
    await overwrite("outbox", whole)
    await story.bot.dispatcher.drain()
    assert (await Inbox.get(id=2)).state == "new"  # this process tries it no more
    story.clock.advance(31 * SECOND)
    await Dispatcher(story.bot.office, story.clock, story.bot.outage.note).drain()
    assert (await Inbox.get(id=2)).state == "done"


@pytest.mark.parametrize(
    ("error", "why"),
    [("ClientConnectorError", ""), ("[Errno 28] No space", ""), ("WeCom 93006: @ the robot once", "WeCom 93006")],
)
async def test_of_a_send_the_desk_reads_what_the_platform_says(story: Story, error: str, why: str) -> None:
    await story.opened()
    await Outbox.filter(id=1).update(state="failed", error=error)
    told = (await story.say("zhou", "失败"))[0]
    assert why in told.text
    assert ("（" in told.text.split("没有送达")[1].split("\n")[0]) is bool(why)


async def test_the_answer_names_the_matter_of_a_quote_and_only_the_beginning_of_a_long_text(story: Story) -> None:
    opened = await story.opened()
    whole = await overwrite("duties")
    assert story.bot.local
    quote = Quote(text=opened.text, ref=f"out-{opened.id}")
    await story.bot.local.say("wang", "签收", quote=quote)
    await story.bot.local.say("wang", "备注 1 " + "家长来电" * 200)
    for _ in range(8):  # the second waits for the first
        await story.bot.dispatcher.drain()
        story.clock.advance(SECOND)
    bodies = [row.body async for row in Outbox.filter(body__contains="没有办成：存事项的文件坏了")]
    assert any("“签收” #1 没有办成" in body for body in bodies)
    assert any("“备注 1 家长来电" in body and len(body) < 600 for body in bodies)
    await overwrite("duties", whole)
