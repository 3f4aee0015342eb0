"""A big file on a slow line holds up nobody; what may be refused for ever is tried a few times and lets others pass."""

import asyncio
from datetime import timedelta

import pytest
from msgspec import json
from redis.asyncio import Redis

from bot.channels.base import FILE_TRIES, Limit, Outcome, Receipt, SendError
from bot.clock import StandingClock
from bot.engine.delivery import BIG
from bot.engine.sender import Sender
from handlers.rules.language.messages import Attachment, Reply
from handlers.texts import Texts
from storage import files, outbox
from storage.tables import Outbox
from tests.support.cases import INSTITUTION
from tests.support.rows import NOW


class SlowLine:
    """A platform that takes a file only when `line` is free, and refuses what is in `refused`."""

    name = "local"
    idempotent = False

    def __init__(self) -> None:
        self.line = asyncio.Event()
        self.arrived: list[str] = []
        self.tried: list[str] = []
        self.refused: dict[str, SendError] = {}
        self.limited: list[Limit] = []

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        what = say.attachments[0].name if say.attachments else say.text
        self.tried.append(what)
        if refusal := next((error for words, error in self.refused.items() if words in what), None):
            raise refusal
        if say.attachments:
            await self.line.wait()
        self.arrived.append(what)
        return Receipt(f"p{key}")

    def parts(self, conversation: str, say: Reply) -> list[Reply]:
        if not (say.text and say.attachments):
            return [say]
        return [Reply(text=say.text), *(Reply(text="", attachments=(one,)) for one in say.attachments)]

    def limits(self, conversation: str, say: Reply) -> list[Limit]:
        return self.limited

    async def fetch(self, attachment: Attachment) -> bytes:
        return b""

    async def close(self) -> None:
        return


async def plan(*replies: Reply) -> None:
    await outbox.plan([outbox.OutgoingMessage("local", "work", json.encode(one).decode()) for one in replies], NOW)


async def a_file(size: int = BIG + 1) -> Reply:
    id = await files.keep(b"x" * size, "表.xlsx", "application/zip", "li", NOW)
    return Reply(text="附表", attachments=(Attachment(kind="file", name="表.xlsx", id=id),))


def sender(platform: SlowLine, clock: StandingClock) -> Sender:
    return Sender(platform, Texts("zh", INSTITUTION), clock)


async def until(platform: SlowLine, count: int) -> None:
    async with asyncio.timeout(10):
        while len(platform.arrived) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_group_goes_on_while_a_big_file_is_on_its_way(tables: str) -> None:
    platform, clock = SlowLine(), StandingClock(NOW)
    sending = sender(platform, clock)
    await plan(await a_file(), Reply(text="a"), Reply(text="b"))
    work = asyncio.create_task(sending.drain())
    await until(platform, 3)
    await plan(Reply(text="c"))
    sending.wake()
    await until(platform, 4)
    assert platform.arrived == ["附表", "a", "b", "c"]
    clock.advance(timedelta(minutes=2))  # longer than any other message is leased
    await plan(Reply(text="d"))
    sending.wake()
    await until(platform, 5)
    platform.line.set()
    await work
    assert platform.arrived[-1] == "表.xlsx"
    assert platform.tried.count("表.xlsx") == 1
    assert {row.state for row in await Outbox.all()} == {"accepted"}


async def test_a_file_counts_in_the_limits_as_long_as_it_is_on_its_way(tables: str, redis: Redis) -> None:
    platform, clock = SlowLine(), StandingClock(NOW)
    platform.limited = [Limit("hook", 2, 60)]
    sending = Sender(platform, Texts("zh", INSTITUTION), clock, redis)
    await plan(await a_file())
    work = asyncio.create_task(sending.drain())
    async with asyncio.timeout(10):
        while "表.xlsx" not in platform.tried:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        clock.advance(timedelta(minutes=3))
        await plan(Reply(text="a"), Reply(text="b"))
        sending.wake()
        while not await Outbox.filter(state="planned", retry_at__not_isnull=True).exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    platform.line.set()
    await work
    assert platform.arrived == ["附表", "a", "表.xlsx"]


async def test_a_small_file_comes_in_its_place(tables: str) -> None:
    platform = SlowLine()
    platform.line.set()
    await plan(await a_file(100), Reply(text="a"))
    await sender(platform, StandingClock(NOW)).drain()
    assert platform.arrived == ["附表", "表.xlsx", "a"]


@pytest.mark.parametrize("size", [100, BIG + 1])
async def test_a_file_that_never_gets_through_is_given_up_soon(tables: str, size: int) -> None:
    platform, clock = SlowLine(), StandingClock(NOW)
    platform.refused["表.xlsx"] = SendError("broken off", Outcome.RETRY, 5.0, FILE_TRIES)
    await plan(await a_file(size), Reply(text="a"))
    sending = sender(platform, clock)
    await sending.drain()
    assert platform.arrived == ["附表", "a"]
    for _ in range(2 * FILE_TRIES):
        clock.advance(timedelta(minutes=10))
        await sending.drain()
    assert platform.tried.count("表.xlsx") == FILE_TRIES
    assert [row.state for row in await Outbox.all().order_by("id")] == ["accepted", "accepted", "failed"]


async def test_what_an_unknown_code_refuses_lets_others_pass_after_some_tries(tables: str) -> None:
    platform, clock = SlowLine(), StandingClock(NOW)
    platform.refused["odd"] = SendError("850002", Outcome.RETRY, 30.0, 12)
    await plan(Reply(text="odd"), Reply(text="a"))
    sending = sender(platform, clock)
    await sending.drain()
    assert platform.arrived == []  # most codes mean the platform, not this message
    for _ in range(3):
        clock.advance(timedelta(minutes=5))
        await sending.drain()
    assert platform.arrived == ["a"]
    del platform.refused["odd"]
    clock.advance(timedelta(minutes=10))
    await sending.drain()
    assert [text[-3:] for text in platform.arrived] == ["a", "odd"]


async def test_two_files_of_a_group_go_one_after_the_other(tables: str) -> None:
    platform = SlowLine()
    await plan(await a_file(), await a_file())
    sending = sender(platform, StandingClock(NOW))
    work = asyncio.create_task(sending.drain())
    await until(platform, 2)
    for count in (3, 4):  # two more claims
        await plan(Reply(text="a"))
        sending.wake()
        await until(platform, count)
    assert platform.tried.count("表.xlsx") == 1
    platform.line.set()
    await work
    assert platform.arrived == ["附表", "附表", "a", "a", "表.xlsx", "表.xlsx"]
