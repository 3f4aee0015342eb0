"""Sending from the outbox to a platform: order, outcomes, repeats."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec import json
from msgspec.structs import replace

from bot.channels.base import ELSEWHERE, Outcome, Receipt, SendError
from bot.clock import StandingClock
from bot.engine.outcomes import MOST_DOUBTS, MOST_TRIES
from bot.engine.sender import LEASE, Sender
from bot.metrics import Metrics
from handlers.rules.language.messages import Attachment, Reply
from handlers.texts import Texts
from storage import outbox, outbox_claims, outbox_outcomes
from storage.tables import Duty, Outbox
from tests.support.broken import locked
from tests.support.cases import INSTITUTION
from tests.support.plain_platform import PlainPlatform
from tests.support.rows import NOW

SECOND = timedelta(seconds=1)


class Platform(PlainPlatform):
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


async def test_what_is_refused_after_a_try_that_may_have_arrived_is_unknown(tables: str) -> None:
    """The platform may refuse it because it has it already: nobody may be told that it did not arrive."""
    platform, clock = Platform(lambda _: Outcome.REPEAT), StandingClock(NOW)
    await plan("a")
    await sender(platform, clock).drain()
    platform.fate = lambda _: Outcome.REFUSED
    clock.advance(30 * SECOND)
    await sender(platform, clock).drain()
    assert await states() == ["unknown"]


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
    await outbox_claims.claim("local", NOW, LEASE)  # then the process is killed
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


async def test_a_platform_that_fails_is_asked_again_and_the_repeat_says_so(tables: str) -> None:
    platform, clock = Platform(lambda _: Outcome.REPEAT), StandingClock(NOW)
    await plan("a", "b")
    await sender(platform, clock).drain()
    platform.fate = lambda _: None
    clock.advance(30 * SECOND)
    await sender(platform, clock).drain()
    assert platform.arrived == ["（可能重复送达）a", "b"]


async def test_a_file_that_may_have_arrived_says_so_in_its_name(tables: str) -> None:
    class Files(Platform):
        def parts(self, conversation: str, reply: Reply) -> list[Reply]:
            texts = [replace(reply, attachments=())] if reply.text else []
            return [*texts, *(Reply(text="", attachments=(one,)) for one in reply.attachments)]

        async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
            receipt = await super().send(conversation, say, key)
            self.arrived[-1:] = [one.name for one in say.attachments] or [say.text]
            return receipt

    platform, clock = Files(lambda _: Outcome.REPEAT), StandingClock(NOW)
    names = ("台账.xlsx", "周报.docx")
    for sent in (names[:1], names):
        files = tuple(Attachment(kind="file", name=name, id=1) for name in sent)
        body = json.encode(Reply(text="见附件" if len(sent) > 1 else "", attachments=files)).decode()
        await outbox.plan([outbox.OutgoingMessage("local", f"to {len(sent)}", body)], NOW)
    await sender(platform, clock).drain()
    platform.fate = lambda _: None
    for _ in range(3):
        clock.advance(30 * SECOND)
        await sender(platform, clock).drain()
    assert sorted(platform.arrived) == ["台账.xlsx", "周报.docx", "（可能重复送达）台账.xlsx", "（可能重复送达）见附件"]


async def test_after_many_repeats_it_is_unknown(tables: str) -> None:
    platform, clock = Platform(lambda _: Outcome.REPEAT), StandingClock(NOW)
    await plan("a")
    for _ in range(MOST_DOUBTS + 2):
        await sender(platform, clock).drain()
        clock.advance(timedelta(minutes=10))
    row = await Outbox.get(id=1)
    assert (row.state, row.doubts, row.attempts) == ("unknown", MOST_DOUBTS, MOST_DOUBTS + 1)


class Slow(Platform):
    """A platform where sending to the conversation "slow" takes, once it has `begun`, until `go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        if conversation == "slow":
            self.begun.set()
            await self.go.wait()
        return await super().send(conversation, say, key)

    async def has_got(self, *texts: str) -> None:
        while sorted(self.arrived) != [*texts]:  # noqa: ASYNC110 - the sender's work, which sets no event
            await asyncio.sleep(0.01)


async def test_a_slow_conversation_holds_up_no_other(tables: str) -> None:
    platform, clock = Slow(), StandingClock(NOW)
    sending = sender(platform, clock)
    await plan("1", "2", conversation="slow")
    await plan("a", conversation="quick")
    draining = asyncio.create_task(sending.drain())
    async with asyncio.timeout(5):
        await platform.has_got("a")
        await plan("b", conversation="quick")
        await plan("c", conversation="another")
        sending.wake()
        await platform.has_got("a", "b", "c")
        platform.go.set()
        assert await draining == 5
    assert platform.arrived[3:] == ["1", "2"]


async def test_while_it_is_slow_its_order_stays(tables: str) -> None:
    platform, clock = Slow(), StandingClock(NOW)
    sending = sender(platform, clock)
    await plan("1", conversation="slow")
    draining = asyncio.create_task(sending.drain())
    async with asyncio.timeout(5):
        await platform.begun.wait()
        await plan("2", conversation="slow")
        await plan("a", conversation="quick")
        sending.wake()
        await platform.has_got("a")
        platform.go.set()
        assert await draining == 3
    assert platform.arrived == ["a", "1", "2"]


async def test_what_another_process_has_to_send_is_left_to_it_at_once(tables: str) -> None:
    platform, clock = Platform(), StandingClock(NOW)

    async def hold(conversation: str, *_: object) -> float:
        return ELSEWHERE if conversation == "robot" else 0.0

    await plan("a", "b", conversation="robot")
    await plan("x")
    ours = Sender(platform, Texts("zh", INSTITUTION), clock, hold=hold)
    await ours.drain()
    assert platform.arrived == ["x"]
    assert [(row.state, row.attempts, row.retry_at) for row in await Outbox.filter(conversation="robot")] == [
        ("planned", 0, None),
        ("planned", 0, None),
    ]
    assert await ours.drain() == 0  # not claimed again at once
    await sender(platform, clock).drain()
    assert platform.arrived == ["x", "a", "b"]


async def test_a_message_whose_duties_are_met_is_not_sent(tables: str) -> None:
    duty = await Duty.create(
        person="zhou", cycle=1, owner="zhou", kind="patrol", state="open", started_at=NOW, provisional=False,
        due_at=NOW, first_due_at=NOW, reckoning={},
    )  # fmt: skip
    body = json.encode(Reply(text="超时")).decode()
    reminder = outbox.OutgoingMessage("local", "work", body, 5, duty=duty.id, reminds=outbox.reminds([(duty.id, NOW)]))
    platform, clock = Platform(lambda _: Outcome.RETRY), StandingClock(NOW)
    await outbox.plan([reminder, reminder._replace(conversation="other", reminds=None)], NOW)
    await sender(platform, clock).drain()
    await Duty.filter(id=duty.id).update(state="met")
    platform.fate = lambda _: None
    clock.advance(timedelta(hours=2))
    await sender(platform, clock).drain()
    assert platform.arrived == []
    assert await states() == ["suppressed", "suppressed"]


async def test_whose_lease_ended_while_it_sent_changes_nothing(tables: str) -> None:
    platform, clock = Slow(), StandingClock(NOW)
    await plan("a", conversation="slow")
    draining = asyncio.create_task(sender(platform, clock).drain())
    await platform.begun.wait()
    clock.advance(LEASE)
    [theirs] = await outbox_claims.claim("local", clock.now(), LEASE)
    platform.go.set()
    await draining
    assert (await Outbox.get(id=1)).state == "sending"
    assert await outbox_outcomes.sent([theirs], clock.now(), "theirs") == 1
    assert (await Outbox.get(id=1)).platform_id == "theirs"


async def test_an_outcome_is_stored_although_the_database_is_away_for_a_moment(tables: str) -> None:
    platform, clock = Platform(), StandingClock(NOW)
    await plan("a")
    store, failed = outbox_outcomes.sent, []

    async def away(*arguments: Any, **options: Any) -> int:
        if len(failed) < 2:
            failed.append(1)
            raise locked()
        return await store(*arguments, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outbox_outcomes, "sent", away)
        await sender(platform, clock).drain()
    assert await states() == ["accepted"]
    assert platform.arrived == ["a"]


async def test_outcomes_are_counted_by_channel(tables: str) -> None:
    metrics = Metrics()
    platform = Platform(lambda text: {"b": Outcome.UNKNOWN, "c": Outcome.REFUSED}.get(text))
    await plan("a", "b", "c")
    await Sender(platform, Texts("zh", INSTITUTION), StandingClock(NOW), metrics=metrics).drain()
    text = metrics.text().decode()
    for outcome in ("accepted", "unknown", "failed"):
        assert f'huiyin_sends_total{{channel="local",outcome="{outcome}"}} 1.0' in text


@pytest.mark.parametrize("id", ["x" * 201, "p\0", "p\ud83d"])
async def test_a_platforms_odd_id_does_not_lose_the_outcome(tables: str, id: str) -> None:
    platform = Platform()

    async def send(*_: object) -> Receipt:
        return Receipt(id)

    await plan("a")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(platform, "send", send)
        await sender(platform, StandingClock(NOW)).drain()
    assert await states() == ["accepted"]
    assert (await Outbox.get()).platform_id is None


@pytest.mark.parametrize(("outcome", "state"), [(Outcome.RETRY, "planned"), (Outcome.REFUSED, "failed")])
async def test_a_platforms_odd_words_do_not_change_the_outcome(tables: str, outcome: Outcome, state: str) -> None:
    """No PostgreSQL takes a NUL, and no database half a character."""
    await plan("a")
    platform = Platform(lambda _: SendError("api freq out of limit\0 \ud83d", outcome))
    await sender(platform, StandingClock(NOW)).drain()
    row = await Outbox.get()
    assert (row.state, row.error) == (state, "api freq out of limit \ufffd")


@pytest.mark.parametrize("where", ["limits", "parts", "hold"])
async def test_a_message_that_raises_an_error_anywhere_stops_nothing_but_itself(tables: str, where: str) -> None:
    platform = Platform()

    def fails(conversation: str, say: Reply, *_: object) -> Any:
        if say.text == "bad":
            raise KeyError("broken")
        return {"limits": [], "parts": [say]}[where]

    async def hold(conversation: str, say: Reply, urgency: int) -> float:
        return 0.0 if say.text != "bad" else float({}["broken"])

    await plan("a", "bad", "b")
    sending = Sender(
        platform, Texts("zh", INSTITUTION), StandingClock(NOW), **({"hold": hold} if where == "hold" else {})
    )
    with pytest.MonkeyPatch.context() as patched:
        if where != "hold":
            patched.setattr(platform, where, fails)
        await sending.drain()
    assert platform.arrived == ["a", "b"]
    assert await states() == ["accepted", "failed", "accepted"]


async def test_an_outcome_that_cannot_be_stored_is_unknown(tables: str) -> None:
    platform = Platform()

    async def bad(*_: object, **__: object) -> int:
        raise OverflowError

    await plan("a", "b")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outbox_outcomes, "sent", bad)
        patched.setattr(outbox_outcomes, "sent_and_begin", bad)
        await sender(platform, StandingClock(NOW)).drain()
    assert platform.arrived == ["a", "b"]
    assert await states() == ["unknown", "unknown"]
