"""A platform that was away: what waits goes out soon after it is back, and no message is tried more often for that."""

from datetime import timedelta

import pytest
from msgspec import json

from bot.channels.base import Outcome, SendError
from bot.clock import StandingClock
from bot.engine.sender import Sender
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage import outbox
from storage.tables import Outbox
from tests.bot.test_sender import INSTITUTION, Platform
from tests.support.rows import NOW

SECOND = timedelta(seconds=1)


class Gateway(Platform):
    """A platform whose sends fail while `sends` is False; it answers what is asked of it while `answers` is True."""

    def __init__(self) -> None:
        super().__init__(self._fate)
        self.sends = self.answers = False
        self.asked = 0
        self.outcome = Outcome.REPEAT

    def _fate(self, _: str) -> Exception | None:
        return None if self.sends else SendError("502", self.outcome, 10.0)

    async def is_asked(self) -> bool:
        self.asked += 1
        return self.answers


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOW)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def sender(tables: str, gateway: Gateway, clock: StandingClock) -> Sender:
    return Sender(gateway, Texts("zh", INSTITUTION), clock, answers=gateway.is_asked)


async def plan(text: str, conversation: str, clock: StandingClock) -> None:
    body = json.encode(Reply(text=text)).decode()
    await outbox.plan([outbox.OutgoingMessage("local", conversation, body)], clock.now())


async def passes(sender: Sender, clock: StandingClock, seconds: int, step: int = 5) -> None:
    for _ in range(seconds // step):
        clock.advance(step * SECOND)
        await sender.drain()


async def test_a_minute_after_it_is_back_all_is_sent(sender: Sender, gateway: Gateway, clock: StandingClock) -> None:
    for n in range(4):
        await plan(f"{n}", f"g{n}", clock)
    await sender.drain()
    await passes(sender, clock, 420)
    assert max([row.retry_at for row in await Outbox.all()]) > clock.now() + 100 * SECOND
    assert "calls fail since" in sender.alarm
    await plan("an answer", "g0", clock)
    gateway.sends = gateway.answers = True
    await passes(sender, clock, 40)
    assert len(gateway.arrived) == 5
    assert "an answer" in "".join(gateway.arrived)
    assert sender.alarm == ""


async def test_asking_costs_no_try(sender: Sender, gateway: Gateway, clock: StandingClock) -> None:
    await plan("0", "g", clock)
    await sender.drain()
    await passes(sender, clock, 420)
    assert 12 <= gateway.asked <= 15
    assert (await Outbox.get(id=1)).doubts == 6


async def test_where_it_answers_and_sends_fail_tries_become_rare(
    sender: Sender, gateway: Gateway, clock: StandingClock
) -> None:
    gateway.answers, gateway.outcome = True, Outcome.RETRY
    gateway.fate = lambda _: unreached()
    await plan("0", "g", clock)
    await sender.drain()
    await passes(sender, clock, 3600, 30)
    assert (await Outbox.get(id=1)).attempts < 16


async def test_what_an_earlier_process_left_goes_out_too(
    sender: Sender, gateway: Gateway, clock: StandingClock
) -> None:
    await plan("0", "g0", clock)
    await sender.drain()
    await passes(sender, clock, 320)
    after_restart = Sender(gateway, Texts("zh", INSTITUTION), clock, answers=gateway.is_asked)
    gateway.sends = gateway.answers = True
    await passes(after_restart, clock, 40)
    assert len(gateway.arrived) == 1


async def test_a_send_that_succeeds_ends_the_pause_of_all(
    sender: Sender, gateway: Gateway, clock: StandingClock
) -> None:
    await plan("0", "g0", clock)
    await sender.drain()
    await passes(sender, clock, 320)
    gateway.sends = True
    await plan("1", "g1", clock)
    await sender.drain()
    await sender.drain()
    assert [text[-1] for text in gateway.arrived] == ["1", "0"]


async def test_where_another_way_works_tries_become_rare_too(
    sender: Sender, gateway: Gateway, clock: StandingClock
) -> None:
    gateway.fate = lambda text: unreached() if "0" in text else None
    await plan("0", "g0", clock)
    for _ in range(120):
        await plan("another", "g1", clock)
        await passes(sender, clock, 30, 15)
    assert len(gateway.arrived) == 120
    assert (await Outbox.get(id=1)).attempts < 22


async def test_a_refusal_of_one_message_is_no_outage(sender: Sender, gateway: Gateway, clock: StandingClock) -> None:
    gateway.outcome = Outcome.RETRY
    await plan("0", "g", clock)
    await sender.drain()
    await passes(sender, clock, 120)
    assert gateway.asked == 0
    assert sender.alarm == ""


def unreached() -> SendError:
    error = SendError("no connection", Outcome.RETRY, 10.0)
    error.unreached = True
    return error
