"""A message is marked as being sent before the platform gets it: after a death only that one is marked as a repeat."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from msgspec import json

from bot.channels.base import Outcome, Receipt, SendError
from bot.clock import StandingClock
from bot.engine import delivery
from bot.engine.sender import LEASE, Sender
from bot.stopping import cancel_until_ended
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage import outbox, outbox_claims
from storage.tables import Outbox
from tests.bot.test_sender import Platform, plan, sender, states
from tests.support.cases import INSTITUTION
from tests.support.rows import NOW

SECOND = timedelta(seconds=1)


class Watched(Platform):
    """A platform that notes the state in which each message's row is when it arrives; it keeps "stays" for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, str]] = []
        self.reached = asyncio.Event()
        self.stays = self.refuses = ""

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        self.rows.append((say.text, (await Outbox.get(id=int(key))).state))
        if say.text == self.refuses:
            raise SendError("no", Outcome.REFUSED)
        receipt = await super().send(conversation, say, key)
        if say.text == self.stays:
            self.reached.set()
            await asyncio.Event().wait()
        return receipt


async def urgent(text: str) -> None:
    await outbox.plan([outbox.OutgoingMessage("local", "work", json.encode(Reply(text=text)).decode(), -1)], NOW)


async def test_what_waited_after_it_was_begun_is_begun_again(tables: str) -> None:
    """It died with the second of its conversation at the platform: the next process says that it may be a repeat."""
    platform, clock, waits = Watched(), StandingClock(NOW), [5.0]

    async def hold(_: str, say: Reply, __: int) -> float:
        return waits.pop() if waits and say.text == "b" else 0.0

    sending = Sender(platform, Texts("zh", INSTITUTION), clock, hold=hold)
    await plan("a", "b", "c")
    await sending.drain()
    assert await states() == ["accepted", "planned", "planned"]
    platform.refuses = "answer"  # so that nothing marks "b" together with what was sent before it
    await urgent("answer")
    clock.advance(6 * SECOND)
    platform.stays = "b"
    dying = asyncio.create_task(sending.run())
    await platform.reached.wait()
    assert {state for _, state in platform.rows} == {"sending"}
    assert await states() == ["accepted", "sending", "claimed", "failed"]
    clock.advance(LEASE + SECOND)
    next_one = Platform()
    await sender(next_one, clock).drain()
    assert next_one.arrived == ["（可能重复送达）b", "c"]
    await cancel_until_ended([dying])


async def test_each_message_of_a_claim_is_being_sent_when_it_reaches_the_platform(tables: str) -> None:
    platform = Watched()
    platform.refuses = "b"
    await plan("a", "b", "c", "d")
    await sender(platform, StandingClock(NOW)).drain()
    assert platform.rows == [(text, "sending") for text in "abcd"]


async def test_what_another_process_has_by_now_does_not_go_out(tables: str) -> None:
    """Between the claim and the send of the second its lease ended, and another process claimed it."""
    platform, clock, theirs = Watched(), StandingClock(NOW), []
    platform.refuses = "a"

    async def hold(_: str, say: Reply, __: int) -> float:
        if say.text == "b":
            clock.advance(LEASE + SECOND)
            theirs.extend(await outbox_claims.claim("local", clock.now(), LEASE))
        return 0.0

    await plan("a", "b", "c")
    await Sender(platform, Texts("zh", INSTITUTION), clock, hold=hold).drain()
    assert [one.id for one in theirs] == [2, 3]
    assert [text for text, _ in platform.rows] == ["a"]
    rows = await Outbox.filter(id__in=[2, 3]).order_by("id")
    assert [(row.state, row.attempts, row.doubts) for row in rows] == [("sending", 2, 0), ("claimed", 2, 0)]


async def test_what_took_too_long_to_find_room_for_goes_back_untried(
    tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time for the claim was over while it waited for its turn in the limits: it could not end in its lease."""
    platform, slow = Watched(), [0.7]
    monkeypatch.setattr(delivery, "WORK_SECONDS", 0.5)
    await plan("a", "b")
    sending = sender(platform, StandingClock(NOW))
    done: list[str] = []
    claim, take = outbox_claims.claim, sending._delivery._limits.take

    async def claimed(*arguments: Any, **options: Any) -> Any:
        if found := await claim(*arguments, **options):
            done.append("claimed")
        return found

    async def taken(*arguments: Any, **options: Any) -> float:
        await asyncio.sleep(slow.pop() if slow else 0.0)
        return await take(*arguments, **options)

    async def sent(*arguments: Any) -> Receipt:
        done.append("sent")
        return await Platform.send(platform, *arguments)

    monkeypatch.setattr(outbox_claims, "claim", claimed)
    monkeypatch.setattr(sending._delivery._limits, "take", taken)
    monkeypatch.setattr(platform, "send", sent)
    await sending.drain()
    assert platform.arrived == ["a", "b"]
    assert done[:2] == ["claimed", "claimed"]
    assert {row.attempts for row in await Outbox.all()} == {1}
