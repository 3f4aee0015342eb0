"""Storage that is away while a channel prepares a send means "not now": nothing was handed over, nothing is lost."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from tortoise.exceptions import OperationalError

from bot.channels.base import FILE_TRIES, Channel, Outcome, Receipt, SendError
from bot.channels.handover import visible
from bot.channels.local import LocalChannel
from bot.channels.wecom import channel as wecom_channel
from bot.clock import StandingClock
from bot.engine import delivery
from bot.engine.sender import Sender
from handlers.rules.language.messages import Attachment, Button, Card, Reply
from handlers.texts import Texts
from storage import files, outbox, sent_messages
from storage.tables import Outbox
from tests.bot.test_sender import Platform, plan, sender, states
from tests.bot.test_storage_blinks_while_sending import file, locked  # noqa: F401 - a fixture
from tests.bot.test_untried_messages import failing_once
from tests.channels.test_dingtalk_send import QUIET, World, world  # noqa: F401 - a fixture
from tests.channels.test_wecom_send import Setting, setting  # noqa: F401 - a fixture
from tests.support import broken
from tests.support.cases import INSTITUTION
from tests.support.rows import NOW
from tests.support.wecom import GROUP

CARD = Card(id="c1", title="#12", buttons=(Button(label="同意", key="approve:12"),))
UPDATE = Reply(text="已同意", update="c1")


async def queue(channel: str, conversation: str, *replies: Reply) -> None:
    for reply in replies:
        card = reply.card.id if reply.card else None
        body = json.encode(reply).decode()
        await outbox.plan([outbox.OutgoingMessage(channel, conversation, body, card=card)], NOW)


def sending(channel: Channel) -> Sender:
    return Sender(channel, Texts("zh", INSTITUTION), StandingClock(NOW))


async def sent_later(sending: Sender) -> None:
    """Send while storage is away for a moment, and again: everything goes out unmarked, and counts one try."""
    with pytest.raises(sqlite3.OperationalError):
        await sending.drain()
    await sending.drain()
    assert set(await states()) <= {"sent", "accepted"}
    assert {(row.attempts, row.doubts) for row in await Outbox.all()} == {(1, 0)}


async def pdf() -> Reply:
    id = await files.keep(b"%PDF-x", "a.pdf", "application/pdf", "u", NOW)
    return Reply(text="", attachments=(Attachment(kind="file", name="a.pdf", id=id),))


async def test_the_pages_card_loses_its_buttons_once_the_database_is_unlocked(file: Path) -> None:  # noqa: F811
    async def store(_: Any) -> bool:
        return True

    channel = LocalChannel("work", store, StandingClock(NOW), ("bot",))
    await queue("local", "work", Reply(text="?", card=CARD), UPDATE)
    rewrite = sent_messages.rewrite

    async def while_locked(id: int, body: str) -> None:
        with locked(file):
            await rewrite(id, body)

    ours = sending(channel)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sent_messages, "rewrite", while_locked)
        with pytest.raises(OperationalError, match="locked"):
            await ours.drain()
    await ours.drain()
    assert await states() == ["accepted", "accepted"]
    shown = json.decode((await Outbox.get(id=1)).body, type=Reply)
    assert shown.card
    assert (shown.card.done, shown.card.buttons) == ("已同意", ())


@pytest.mark.parametrize("conversation", [QUIET, "@u1"])
async def test_a_file_for_dingtalk(world: World, monkeypatch: pytest.MonkeyPatch, conversation: str) -> None:  # noqa: F811
    await queue("dingtalk", conversation, await pdf())
    monkeypatch.setattr(files, "read", failing_once(files.read, broken.locked()))
    await sent_later(sending(world.channel()))
    assert len(world.fake.sent) == 1


@pytest.mark.parametrize("step", ["with_card", "rewrite"])
async def test_a_card_of_dingtalk(world: World, monkeypatch: pytest.MonkeyPatch, step: str) -> None:  # noqa: F811
    """Its update may have been sent already: a second one does no harm."""
    await queue("dingtalk", QUIET, Reply(text="?", card=CARD), UPDATE)
    monkeypatch.setattr(sent_messages, step, failing_once(getattr(sent_messages, step), broken.locked()))
    await sent_later(sending(world.channel(card_template="buttons.schema")))
    assert [card["done"] for card in world.fake.cards.values()] == ["已同意"]


@pytest.mark.parametrize(("conversation", "by"), [(GROUP, "webhook"), ("@u-qian", "app")])
async def test_a_file_for_wecom(setting: Setting, conversation: str, by: str) -> None:  # noqa: F811
    channel = setting.channel(robot=False)
    channel._read = failing_once(files.read, broken.locked())
    await queue("wecom", conversation, await pdf())
    await sent_later(sending(channel))
    assert [one.by for one in setting.world.seen] == [by]


async def test_a_card_of_wecom(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    channel = setting.channel(robot=False)
    await queue("wecom", "@u-qian", Reply(text="?", card=CARD), UPDATE)
    read = failing_once(sent_messages.card_messages, broken.locked())
    monkeypatch.setattr(wecom_channel, "card_messages", read)
    await sent_later(sending(channel))
    assert [done for _, done in setting.app.updates] == ["已同意"]


class Careless(Platform):
    """A platform that reads storage after its request, which ends as `fate` says; then storage is away, once."""

    def __init__(self, ends: Outcome | None) -> None:
        super().__init__()
        self.ends, self.tries = ends, 0

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        self.tries += 1
        with suppress(SendError), visible():
            if self.ends:
                raise SendError("no", self.ends)
        if self.tries == 1:
            raise broken.locked()
        return Receipt(key)


@pytest.mark.parametrize("ends", [None, Outcome.UNKNOWN, Outcome.REPEAT])
async def test_after_a_request_that_may_have_arrived_it_is_unknown(tables: str, ends: Outcome | None) -> None:
    platform = Careless(ends)
    await plan("a")
    await sender(platform, StandingClock(NOW)).drain()
    assert (await states(), platform.tries) == (["unknown"], 1)


@pytest.mark.parametrize("ends", [Outcome.REFUSED, Outcome.RETRY])
async def test_after_a_request_that_was_refused_it_is_sent_later(tables: str, ends: Outcome) -> None:
    platform = Careless(ends)
    await plan("a")
    await sent_later(sender(platform, StandingClock(NOW)))
    assert platform.tries == 2


async def test_where_a_second_send_does_nothing_it_is_sent_again(tables: str) -> None:
    platform = Careless(None)
    platform.idempotent = True
    await plan("a")
    await sent_later(sender(platform, StandingClock(NOW)))
    assert platform.tries == 2


class Unprepared(Platform):
    """A platform whose channel fails, as `ends` does, before it has sent anything that people see."""

    def __init__(self, ends: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self.ends = ends

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        await self.ends()
        return Receipt(key)


async def damaged() -> None:
    raise sqlite3.DatabaseError("database disk image is malformed")


async def hanging() -> None:
    await asyncio.Event().wait()


async def buggy() -> None:
    raise KeyError("x")


@pytest.mark.parametrize(("ends", "tries"), [(damaged, FILE_TRIES), (hanging, FILE_TRIES), (buggy, 1)])
async def test_what_nobody_can_have_seen_has_failed_and_is_not_unknown(
    tables: str, monkeypatch: pytest.MonkeyPatch, ends: Callable[[], Awaitable[None]], tries: int
) -> None:
    """What does not come back by itself is tried a few times, or once if the code is wrong; then it has failed."""
    for name in ("SEND_SECONDS", "FILE_SECONDS"):
        monkeypatch.setattr(delivery, name, 0.01)
    clock = StandingClock(NOW)
    ours = sender(Unprepared(ends), clock)
    await plan("a")
    for _ in range(FILE_TRIES):
        await ours.drain()
        clock.advance(timedelta(minutes=11))
    assert await states() == ["failed"]
    assert (await Outbox.get(id=1)).attempts == tries


async def test_what_the_platform_holds_up_too_long_is_unknown(tables: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "SEND_SECONDS", 0.01)

    async def held_up() -> None:
        with visible():
            await hanging()

    await plan("a")
    await sender(Unprepared(held_up), StandingClock(NOW)).drain()
    assert await states() == ["unknown"]
    assert (await Outbox.get(id=1)).error == "not sent within 0.01 s"
