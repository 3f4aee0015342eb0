"""Limits of a platform are never exceeded, waiting messages are not lost, and waiting reminders are bundled."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from msgspec import json
from redis.asyncio import Redis

from bot.channels import splitting
from bot.channels.base import Limit, Outcome, Receipt, SendError
from bot.clock import StandingClock
from bot.engine.sender import Sender
from handlers.rules.language.messages import Attachment, Button, Card, Reply
from handlers.texts import Texts
from storage import outbox, sent_messages
from storage.tables import Outbox, to_ms
from tests.support.cases import INSTITUTION
from tests.support.rows import NOW

SECOND = timedelta(seconds=1)
CARD = Card(id="request-1", title="t", buttons=(Button(label="同意", key="approve:1"),))


class Platform:
    """A platform that accepts 20 messages of at most 2,048 bytes in any minute for a conversation and records times."""

    name = "local"
    idempotent = False

    def __init__(self, clock: StandingClock, fate: Callable[[str], Outcome | None] = lambda _: None) -> None:
        self.clock, self.fate = clock, fate
        self.arrived: list[tuple[datetime, str, Reply]] = []

    def parts(self, conversation: str, say: Reply) -> Sequence[Reply]:
        return splitting.parts(say, 2048)

    def limits(self, conversation: str, say: Reply) -> Sequence[Limit]:
        return [Limit(f"hook:{conversation}", 20, 60)]

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        if outcome := self.fate(say.text):
            raise SendError("no", outcome, wait=5.0)
        assert splitting.in_bytes(say.text) <= 2048
        self.arrived.append((self.clock.now(), conversation, say))
        return Receipt(f"p{key}")

    async def fetch(self, attachment: Attachment) -> bytes:
        return b""

    async def close(self) -> None:
        return

    @property
    def texts(self) -> list[str]:
        return [say.text for _, _, say in self.arrived]

    def most_in_a_minute(self) -> int:
        times = [at for at, _, _ in self.arrived]
        return max(sum(1 for other in times if at <= other < at + 60 * SECOND) for at in times)


class World:
    def __init__(self, redis: Redis) -> None:
        self.clock = StandingClock(NOW)
        self.platform = Platform(self.clock)
        self.sender = Sender(self.platform, Texts("zh", INSTITUTION), self.clock, redis)

    async def plan(self, *says: Reply, due: int = 0) -> None:
        """Queue answers, or reminders due in `due` minutes."""
        urgency = to_ms(NOW + timedelta(minutes=due)) if due else 0
        messages = [outbox.OutgoingMessage("local", "work", json.encode(say).decode(), urgency) for say in says]
        await outbox.plan(messages, self.clock.now())

    async def runs(self, seconds: int) -> None:
        for _ in range(seconds):
            await self.sender.drain()
            self.clock.advance(SECOND)


@pytest.fixture
def world(tables: str, redis: Redis) -> World:
    return World(redis)


async def test_answers_go_alone_in_order_and_never_more_than_allowed(world: World) -> None:
    await world.plan(*(Reply(text=f"{n}") for n in range(50)))
    await world.runs(130)
    assert world.platform.texts == [f"{n}" for n in range(50)]
    assert world.platform.most_in_a_minute() == 20
    assert {row.attempts for row in await Outbox.all()} == {1}


async def test_three_reminders_go_alone_a_fourth_makes_a_bundle(world: World) -> None:
    for n in (3, 1, 2):
        await world.plan(Reply(text=f"〔#{n}〕到期", mentions=(f"p{n}",)), due=n)
    await world.sender.drain()
    assert world.platform.texts == ["〔#1〕到期", "〔#2〕到期", "〔#3〕到期"]
    world.clock.advance(120 * SECOND)
    for n in (7, 5, 4, 6):
        await world.plan(Reply(text=f"〔#{n}〕到期", mentions=(f"p{n}",)), due=n)
    await world.sender.drain()
    [bundled] = world.platform.arrived[3:]
    assert bundled[2].text == "【4 件提醒，最急的在前】\n〔#4〕到期\n\n〔#5〕到期\n\n〔#6〕到期\n\n〔#7〕到期"
    assert bundled[2].mentions == ("p4", "p5", "p6", "p7")
    rows = await Outbox.filter(id__gt=3).order_by("urgency")
    assert [row.carrier for row in rows] == [None, rows[0].id, rows[0].id, rows[0].id]
    assert {(row.state, row.platform_id) for row in rows} == {("accepted", f"p{rows[0].id}")}


async def test_within_the_same_minute_two_are_enough(world: World) -> None:
    await world.plan(Reply(text="刚说过"))
    await world.plan(Reply(text="〔#1〕到期"), Reply(text="〔#2〕到期"), due=1)
    await world.sender.drain()
    assert world.platform.texts == ["刚说过", "【2 件提醒，最急的在前】\n〔#1〕到期\n\n〔#2〕到期"]


async def test_a_quote_of_a_bundle_is_found_with_all_that_is_in_it(world: World) -> None:
    await world.plan(*(Reply(text=f"〔#{n}〕到期") for n in range(1, 6)), due=1)
    await world.sender.drain()
    assert len(await sent_messages.bodies_of("local", "p1")) == 5


async def test_what_has_buttons_is_not_bundled_away(world: World) -> None:
    await world.plan(*(Reply(text=f"〔#{n}〕到期") for n in range(1, 6)), due=1)
    await world.plan(Reply(text="请审批", card=CARD), due=1)
    await world.sender.drain()
    assert [say.card for _, _, say in world.platform.arrived] == [None, CARD]


async def test_a_bundle_is_one_message_of_the_platforms(world: World) -> None:
    await world.plan(*(Reply(text=f"〔#{n}〕" + "长" * 200) for n in range(1, 9)), due=1)
    await world.sender.drain()
    assert [say.text.count("〔#") for _, _, say in world.platform.arrived] == [3, 3, 2]


async def test_a_burst_of_hundreds_is_told_within_minutes(world: World) -> None:
    for n in range(300):
        await world.plan(Reply(text=f"〔#{n}〕该签收了，请回复：签收 {n}"), due=n + 1)
    await world.runs(90)
    assert all(any(f"〔#{n}〕" in text for text in world.platform.texts) for n in range(300))
    assert world.platform.most_in_a_minute() <= 20
    assert await Outbox.exclude(state="accepted").count() == 0


async def test_a_long_answer_follows_in_parts_which_nothing_separates(world: World) -> None:
    text = "〔#7〕" + "很长的答复。" * 300
    await world.plan(Reply(text=text, mentions=("wang",)), Reply(text="下一条"))
    await world.sender.drain()
    *parts, last = world.platform.texts
    assert last == "下一条"
    assert "".join(part.removeprefix("〔#7〕…") if n else part for n, part in enumerate(parts)) == text
    assert [say.mentions for _, _, say in world.platform.arrived[:2]] == [("wang",), ()]


async def test_a_part_that_has_to_wait_is_not_overtaken(world: World) -> None:
    world.platform.fate = lambda text: Outcome.RETRY if text.startswith("〔#7〕…") else None
    await world.plan(Reply(text="〔#7〕" + "很长的答复。" * 300), Reply(text="下一条"))
    await world.sender.drain()
    assert len(world.platform.texts) == 1
    world.platform.fate = lambda _: None
    await world.runs(10)
    assert world.platform.texts[-1] == "下一条"
    assert len(world.platform.texts) == 4


async def test_an_answer_goes_ahead_of_reminders_that_wait(world: World) -> None:
    world.platform.fate = lambda text: Outcome.RETRY if "到期" in text else None
    await world.plan(Reply(text="〔#1〕到期"), due=1)
    await world.sender.drain()
    await world.plan(Reply(text="答复"))
    await world.sender.drain()
    assert world.platform.texts == ["答复"]


async def test_a_hold_of_the_channels_own_waits_without_a_try(world: World, redis: Redis) -> None:
    async def hold(conversation: str, say: Reply, urgency: int) -> float:
        return 3600.0 if urgency else 0.0

    sender = Sender(world.platform, Texts("zh", INSTITUTION), world.clock, redis, hold)
    await world.plan(Reply(text="到期"), due=90)
    await world.plan(Reply(text="答复"))
    await sender.drain()
    assert world.platform.texts == ["答复"]
    row = await Outbox.get(id=1)
    assert (row.state, row.attempts, row.retry_at) == ("planned", 0, NOW + timedelta(hours=1))
