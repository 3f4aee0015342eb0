"""Sending from the outbox to a platform: order, outcomes, repeats."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec import json

from bot.channels.base import Limit, Outcome, Receipt, SendError
from bot.clock import StandingClock
from bot.engine.outcomes import MOST_TRIES
from bot.engine.sender import LEASE, Sender
from handlers.rules.language.messages import Attachment, Reply
from handlers.texts import Texts
from storage import outbox
from storage.tables import Outbox
from tests.support.cases import INSTITUTION
from tests.support.rows import NOW

SECOND = timedelta(seconds=1)


class Platform:
    """A platform that answers each message by `fate` and records what arrived."""

    name = "local"
    idempotent = False

    def __init__(self, fate: Callable[[str], Outcome | Exception | None] = lambda _: None) -> None:
        self.fate = fate
        self.arrived: list[str] = []

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        fate = self.fate(say.text)
        if isinstance(fate, Exception):
            raise fate
        if fate is not None:
            raise SendError("no", fate, wait=30.0)
        self.arrived.append(say.text)
        return Receipt(f"p{key}")

    def parts(self, conversation: str, say: Reply) -> list[Reply]:
        return [say]

    def limits(self, conversation: str, say: Reply) -> list[Limit]:
        return []

    async def fetch(self, attachment: Attachment) -> bytes:
        return b""

    async def close(self) -> None:
        return


def sender(platform: Platform, clock: StandingClock) -> Sender:
    return Sender(platform, Texts("zh", INSTITUTION), clock)


async def plan(*texts: str, conversation: str = "work") -> None:
    await outbox.plan(
        [outbox.OutgoingMessage("local", conversation, json.encode(Reply(text=t)).decode()) for t in texts], NOW
    )


async def states() -> list[str]:
    return [row.state for row in await Outbox.all().order_by("id")]


async def test_in_their_order(tables: str) -> None:
    platform = Platform()
    await plan("a", "b", "c")
    assert await sender(platform, StandingClock(NOW)).drain() == 3
    assert platform.arrived == ["a", "b", "c"]
    assert await states() == ["accepted"] * 3


async def test_one_that_has_to_wait_holds_up_its_conversation_only(tables: str) -> None:
    platform, clock = Platform(lambda text: Outcome.RETRY if text == "a" else None), StandingClock(NOW)
    await plan("a", "b")
    await plan("x", conversation="other")
    await sender(platform, clock).drain()
    assert platform.arrived == ["x"]
    platform.fate = lambda _: None
    clock.advance(30 * SECOND)
    await sender(platform, clock).drain()
    assert platform.arrived == ["x", "a", "b"]


async def test_what_is_planned_later_waits_behind_it(tables: str) -> None:
    platform, clock = Platform(lambda text: Outcome.RETRY if text == "a" else None), StandingClock(NOW)
    await plan("a")
    await sender(platform, clock).drain()
    platform.fate = lambda _: None
    await plan("b")
    clock.advance(SECOND)
    await sender(platform, clock).drain()
    clock.advance(30 * SECOND)
    await sender(platform, clock).drain()
    assert platform.arrived == ["a", "b"]


@pytest.mark.parametrize(("fate", "state"), [(Outcome.UNKNOWN, "unknown"), (Outcome.REFUSED, "failed")])
async def test_what_failed_for_good_is_on_record_and_not_tried_again(tables: str, fate: Outcome, state: str) -> None:
    platform, clock = Platform(lambda _: fate), StandingClock(NOW)
    await plan("a", "b")
    await sender(platform, clock).drain()
    assert await states() == [state, state]
    clock.advance(timedelta(days=1))
    assert await sender(platform, clock).drain() == 0


async def test_a_platform_that_is_down_is_tried_more_and_more_seldom(tables: str) -> None:
    platform, clock = Platform(lambda _: Outcome.RETRY), StandingClock(NOW)
    await plan("a")
    pauses = []
    for _ in range(7):
        await sender(platform, clock).drain()
        retry_at = (await Outbox.get(id=1)).retry_at
        pauses.append((retry_at - clock.now()).total_seconds())
        clock.set(retry_at)
    assert pauses == [30, 60, 120, 240, 480, 600, 600]


async def test_after_days_it_has_failed(tables: str) -> None:
    platform, clock = Platform(lambda _: Outcome.RETRY), StandingClock(NOW)
    await plan("a")
    await Outbox.filter(id=1).update(attempts=MOST_TRIES - 1)
    await sender(platform, clock).drain()
    assert (await Outbox.get(id=1)).state == "failed"


async def test_what_goes_out_late_says_when_it_should_have(tables: str) -> None:
    platform, clock = Platform(lambda _: Outcome.RETRY), StandingClock(NOW)
    await plan("a", "b")
    await sender(platform, clock).drain()
    platform.fate = lambda _: None
    clock.advance(timedelta(minutes=11))
    await sender(platform, clock).drain()
    assert platform.arrived == ["（本应 10:05 送达）a", "（本应 10:05 送达）b"]


@pytest.mark.parametrize("idempotent", [False, True])
async def test_what_may_have_arrived_says_so_where_it_would_be_read_twice(tables: str, idempotent: bool) -> None:
    platform, clock = Platform(), StandingClock(NOW)
    platform.idempotent = idempotent
    await plan("a")
    await outbox.claim("local", NOW, LEASE)  # then the process is killed
    assert await sender(platform, clock).drain() == 0
    clock.advance(LEASE)
    await sender(platform, clock).drain()
    assert platform.arrived == ["a" if idempotent else "（可能重复送达）a"]


async def test_a_fault_in_a_channel_does_not_stop_the_others(tables: str) -> None:
    platform = Platform(lambda text: KeyError("bug") if text == "a" else None)
    await plan("a", conversation="one")
    await plan("x", conversation="other")
    await sender(platform, StandingClock(NOW)).drain()
    assert platform.arrived == ["x"]
