"""What was claimed and not tried is handed back, whatever stops the work: it is not held up and not marked."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec import json

from bot.channels.base import Limit, Receipt
from bot.clock import StandingClock
from bot.engine import delivery
from bot.engine.sender import Sender
from bot.stopping import cancel_until_ended
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage import outbox, outbox_claims, outbox_outcomes
from storage.tables import Outbox
from tests.bot.test_sender import Platform, plan, sender, states
from tests.support.cases import INSTITUTION
from tests.support.rows import NOW

SECOND = timedelta(seconds=1)


class InParts(Platform):
    """A platform that takes a message in parts, between which stands a bar. `on_send` is called with each text."""

    def __init__(self, on_send: Callable[[str], Any] = lambda _: None) -> None:
        super().__init__()
        self.on_send = on_send

    def parts(self, conversation: str, say: Reply) -> list[Reply]:
        return [Reply(text=part) for part in say.text.split("|")]

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        self.on_send(say.text)
        await asyncio.sleep(0.01)
        return await super().send(conversation, say, key)


def failing_once(work: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    """Return the work, of which the first call raises an error."""
    errors = [error]

    async def wrapped(*arguments: Any, **options: Any) -> Any:
        if errors:
            raise errors.pop()
        return await work(*arguments, **options)

    return wrapped


def locked() -> Exception:
    return sqlite3.OperationalError("database is locked")


async def test_a_fault_of_storage_right_after_the_claim_holds_nothing_up(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    await plan("a", "b")
    sending = sender(platform, StandingClock(NOW))
    monkeypatch.setattr(outbox_claims, "are_stale", failing_once(outbox_claims.are_stale, locked()))
    with pytest.raises(sqlite3.OperationalError):
        await sending.drain()
    await sending.drain()
    assert platform.arrived == ["a", "b"]


async def test_a_fault_of_storage_before_a_send_holds_nothing_up(tables: str) -> None:
    platform = Platform()
    hold = failing_once(delivery.no_hold, locked())
    await plan("a", "b")
    sending = Sender(platform, Texts("zh", INSTITUTION), StandingClock(NOW), hold=hold)
    with pytest.raises(sqlite3.OperationalError):
        await sending.drain()
    assert await sending.drain() == 2
    assert platform.arrived == ["a", "b"]
    assert {row.attempts for row in await Outbox.all()} == {1}


async def test_parts_that_a_stop_left_untried_are_sent_by_the_next_process(tables: str) -> None:
    await plan("a|b|c", "later")
    began = asyncio.Event()
    first = InParts(lambda text: began.set() if text == "b" else None)
    running = asyncio.create_task(sender(first, StandingClock(NOW)).run())
    await began.wait()
    await cancel_until_ended([running])
    assert first.arrived == ["a", "b"]
    second = InParts()
    await sender(second, StandingClock(NOW + 5 * SECOND)).drain()
    assert second.arrived == ["c", "later"]


async def test_whenever_it_is_stopped_nothing_stays_claimed(tables: str) -> None:
    for steps in range(0, 90, 3):
        await plan("a|b|c", "later", conversation=f"{steps}")
        running = asyncio.create_task(sender(InParts(), StandingClock(NOW)).run())
        for _ in range(steps):
            await asyncio.sleep(0)
        await cancel_until_ended([running])
        assert await Outbox.filter(state="sending").count() == 0, steps
    await sender(InParts(), StandingClock(NOW + SECOND)).drain()
    assert await Outbox.filter(doubts__gt=0).count() == 0
    assert await Outbox.exclude(state="accepted").count() == 0


async def test_of_a_claim_that_waited_for_a_lock_nothing_is_begun_too_late_to_end_in_its_lease(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, claims, sends = asyncio.get_running_loop(), [], []
    claim = outbox_claims.claim

    async def slow(*arguments: Any, **options: Any) -> Any:
        began = clock.time()
        await asyncio.sleep(0.0 if claims else 0.6)
        if found := await claim(*arguments, **options):
            claims.append(began)
        return found

    monkeypatch.setattr(delivery, "WORK_SECONDS", 0.5)
    monkeypatch.setattr(outbox_claims, "claim", slow)
    platform = InParts(lambda _: sends.append(clock.time() - claims[-1]))
    await plan("a")
    await sender(platform, StandingClock(NOW)).drain()
    assert platform.arrived == ["a"]
    assert sends[0] < 0.5
    assert (await Outbox.get()).attempts == 1


async def test_a_bundle_whose_outcome_cannot_be_stored_is_not_sent_again(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Limited(Platform):
        def limits(self, conversation: str, say: Reply) -> list[Limit]:
            return [Limit("hook", 100, 60)]

    bodies = [json.encode(Reply(text=f"r{n}")).decode() for n in range(5)]
    reminders = [outbox.OutgoingMessage("local", "work", body, n + 2) for n, body in enumerate(bodies)]
    await outbox.plan(reminders, NOW)
    platform = Limited()
    monkeypatch.setattr(outbox_outcomes, "sent", failing_once(outbox_outcomes.sent, sqlite3.IntegrityError("rule")))
    await sender(platform, StandingClock(NOW)).drain()
    assert len(platform.arrived) == 1
    assert await states() == ["unknown"] * 5
