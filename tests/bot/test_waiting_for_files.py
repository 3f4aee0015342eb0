"""While a file is downloaded, its sender's next words wait, and nobody else's; storage that is away loses no file.

So many are downloaded at once, each has three tries, a bug in storing one is told, and none outlives the bot.
"""

import asyncio
from datetime import timedelta

import pytest

from bot.channels.base import Outcome, SendError
from bot.engine.fetching import MOST_AT_ONCE, RETRY_AFTER
from bot.stopping import cancel_until_ended
from handlers.rules.language.messages import Attachment, Message
from storage import failures, files, inbox_claims
from storage.tables import File, Inbox
from tests.support.broken import locked
from tests.support.story import MONDAY, Story

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def said(story: Story, id: str, sender: str, text: str, *sources: str) -> Message:
    return Message(
        channel="local",
        id=id,
        conversation="work",
        sender=sender,
        sent_at=story.clock.now(),
        text=text,
        attachments=tuple(Attachment(kind="picture", name="a.png", source=one) for one in sources),
    )


async def test_only_who_sent_the_file_waits(story: Story) -> None:
    await story.opened()
    go = asyncio.Event()

    async def slow(_: Attachment) -> bytes:
        await go.wait()
        return PICTURE

    story.bot.dispatcher.fetching.fetchers["local"] = slow
    for message in (
        said(story, "m1", "wang", "@回音 附件 1", "code-1"),
        said(story, "m2", "wang", "@回音 签收 1"),
        said(story, "m3", "li", "@回音 待办"),
    ):
        await story.bot.dispatcher.store(message)
    await story.bot.dispatcher._handle_waiting()
    states = dict(await Inbox.filter(message__in=("m1", "m2", "m3")).values_list("message", "state"))
    assert states == {"m1": "fetching", "m2": "new", "m3": "done"}
    assert (await story.incident()).stage == "assigned"
    go.set()
    await story.settle()
    assert (await story.incident()).stage == "acknowledged"
    assert (await File.get(id=1)).incident == 1


async def test_a_process_that_died_while_it_fetched_is_followed_by_another(story: Story) -> None:
    await story.bot.dispatcher.store(said(story, "m1", "wang", "@回音 待办"))
    [arrival] = await inbox_claims.claim(story.clock.now(), timedelta(seconds=30))
    await inbox_claims.start_fetching(arrival, story.clock.now() + timedelta(seconds=90))
    await story.settle()
    story.silent()
    await story.jump(timedelta(seconds=91))
    story.expect("没有等总务处办的事项")


async def test_storage_that_is_away_loses_no_picture(story: Story) -> None:
    await story.opened()
    keep_once, tries = files.keep_once, []

    async def away(*arguments: object) -> int:
        tries.append(1)
        if len(tries) < 5:
            raise locked()
        return await keep_once(*arguments)  # type: ignore[arg-type]

    async def fetch(_: Attachment) -> bytes:
        return PICTURE

    story.bot.dispatcher.fetching.fetchers["local"] = fetch
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(files, "keep_once", away)
        await story.deliver(said(story, "m1", "wang", "@回音 附件 1", "code-1"))
        for _ in range(3):
            await story.jump(timedelta(seconds=30))
        [waits] = await failures.recent(MONDAY - timedelta(hours=1), story.clock.now() - timedelta(minutes=1), 10)
        assert (waits.kind, waits.waits, waits.subject) == ("away", True, "wang")
        assert (await Inbox.get(message="m1")).state == "fetching"
        for _ in range(3):
            await story.jump(timedelta(seconds=31))
    assert len(tries) == 5
    assert await failures.recent(MONDAY - timedelta(hours=1), story.clock.now(), 10) == []
    assert (await File.get(id=1)).incident == 1
    assert (await Inbox.get(message="m1")).state == "done"


async def test_a_bug_while_its_files_are_stored_is_told(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fetch(_: Attachment) -> bytes:
        return PICTURE

    async def broken(*_: object) -> None:
        raise KeyError("broken")

    story.bot.dispatcher.fetching.fetchers["local"] = fetch
    monkeypatch.setattr(inbox_claims, "rewrite", broken)
    sent = await story.deliver(said(story, "m1", "wang", "@回音 待办", "code-1"))
    row = await Inbox.get(message="m1")
    assert (row.state, row.fault, row.attempts) == ("failed", "bug", 1)
    assert "对不起，这条消息没有办成" in "".join(one.text for one in sent)


async def test_so_many_are_downloaded_at_once(story: Story) -> None:
    under_way, most, go = 0, 0, asyncio.Event()

    async def fetch(attachment: Attachment) -> bytes:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == MOST_AT_ONCE:
            asyncio.get_running_loop().call_later(0.05, go.set)
        await go.wait()
        under_way -= 1
        return PICTURE + attachment.source.encode()

    story.bot.dispatcher.fetching.fetchers["local"] = fetch
    people = [person.id for person in story.bot.office.institution.people][:8]
    for person in people:
        codes = [f"{person}-{n}" for n in range(3)]
        await story.bot.dispatcher.store(said(story, person, person, "@回音 待办", *codes))
    async with asyncio.timeout(10):
        await story.settle()
    assert most == MOST_AT_ONCE < 3 * len(people)
    assert await Inbox.filter(state="done").count() == len(people)


async def test_each_has_three_tries_whatever_else_put_its_message_off(story: Story) -> None:
    tries = 0

    async def fetch(_: Attachment) -> bytes:
        nonlocal tries
        tries += 1
        raise SendError("503", Outcome.RETRY)

    story.bot.dispatcher.fetching.fetchers["local"] = fetch
    await story.bot.dispatcher.store(said(story, "m1", "wang", "@回音 待办", "code-1"))
    await Inbox.filter(message="m1").update(attempts=4)
    for _ in range(4):
        await story.settle()
        story.clock.advance(RETRY_AFTER)
    assert tries == 3
    assert (await Inbox.get(message="m1")).state == "done"


async def test_none_outlives_the_bot(story: Story) -> None:
    begun, ended = asyncio.Event(), False

    async def fetch(_: Attachment) -> bytes:
        nonlocal ended
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended = True
        return PICTURE

    story.bot.dispatcher.fetching.fetchers["local"] = fetch
    await story.bot.dispatcher.store(said(story, "m1", "wang", "@回音 待办", "code-1"))
    running = asyncio.create_task(story.bot.run())
    await begun.wait()
    await cancel_until_ended([running])
    assert ended
    assert (await Inbox.get(message="m1")).state == "fetching"
