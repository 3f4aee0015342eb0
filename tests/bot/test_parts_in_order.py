"""The parts of a long message arrive in their order and within the limit, whatever marks its first part gets."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec import json

from bot.channels import splitting
from bot.channels.base import Outcome, Receipt, SendError
from bot.clock import StandingClock
from bot.engine.sender import Sender
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage import outbox
from storage.tables import Outbox
from tests.support.cases import INSTITUTION
from tests.support.plain_platform import PlainPlatform
from tests.support.rows import NOW

LIMIT = 300
TEXT = "〔#12〕" + "".join(f"第{n}句。" for n in range(100))


class Narrow(PlainPlatform):
    """A platform that takes LIMIT bytes, and has faults to give first."""

    name = "local"
    idempotent = False

    def __init__(self, *faults: Outcome) -> None:
        self.faults = list(faults)
        self.arrived: list[str] = []

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        assert splitting.in_bytes(say.text) <= LIMIT
        if self.faults:
            raise SendError("no", self.faults.pop(0), wait=30.0)
        self.arrived.append(say.text)
        return Receipt(f"p{key}")

    def parts(self, conversation: str, say: Reply) -> Sequence[Reply]:
        return splitting.parts(say, LIMIT)


def joined(arrived: list[str]) -> str:
    first, *rest = arrived
    return first[first.index("〔#12〕") :] + "".join(one.removeprefix("〔#12〕…") for one in rest)


@pytest.mark.parametrize("away", [timedelta(minutes=1), timedelta(hours=3), timedelta(days=60)])
@pytest.mark.parametrize(
    "faults", [[Outcome.RETRY], [Outcome.RETRY] * 3, [Outcome.REPEAT], [Outcome.REPEAT, Outcome.RETRY]]
)
async def test_after_an_outage(tables: str, away: timedelta, faults: list[Outcome]) -> None:
    platform, clock = Narrow(*faults), StandingClock(NOW)
    sender = Sender(platform, Texts("zh", INSTITUTION), clock)
    await outbox.plan([outbox.OutgoingMessage("local", "work", json.encode(Reply(text=TEXT)).decode())], NOW)
    while not platform.arrived:
        await sender.drain()
        clock.advance(away)
    assert joined(platform.arrived) == TEXT
    assert len(platform.arrived) == await Outbox.all().count()
    assert ("重复" in platform.arrived[0]) is (Outcome.REPEAT in faults)
    assert ("本应" in platform.arrived[0]) is (away > timedelta(minutes=10))


async def test_what_was_split_before_it_had_room_is_not_split_again(tables: str) -> None:
    """As an earlier version left it: the first part fills the limit."""
    first, second = splitting.parts(Reply(text="〔#12〕" + "很" * 150), LIMIT)
    await outbox.plan([outbox.OutgoingMessage("local", "work", json.encode(first).decode())], NOW)
    row = await Outbox.get()
    await Outbox.create(
        channel="local",
        conversation="work",
        body=json.encode(second).decode(),
        urgency=0,
        planned_at=NOW,
        not_before=NOW,
        state="planned",
        carrier=row.id,
        part=1,
    )
    platform = Narrow()
    await Sender(platform, Texts("zh", INSTITUTION), StandingClock(NOW + timedelta(hours=2))).drain()
    assert joined(platform.arrived) == "〔#12〕" + "很" * 150


class OneToOneBeside(Narrow):
    """A platform on which the people of a group's message get all of it one-to-one as well."""

    def parts(self, conversation: str, say: Reply) -> Sequence[Reply]:
        return [*splitting.parts(say, LIMIT), Reply(text=say.text, to="wang"), Reply(text="〔#12〕", to="feng")]


async def test_only_what_is_sent_again_has_a_mark(tables: str) -> None:
    platform = OneToOneBeside()
    await outbox.plan([outbox.OutgoingMessage("local", "work", json.encode(Reply(text="〔#12〕签收")).decode())], NOW)
    await Sender(platform, Texts("zh", INSTITUTION), StandingClock(NOW)).drain()
    assert platform.arrived == ["〔#12〕签收", "〔#12〕签收", "〔#12〕"]


class Forgetful(Narrow):
    """A platform that fails, perhaps after taking it, at the second message."""

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        if len(self.arrived) == 1 and not self.faults:
            self.faults.append(Outcome.REPEAT)
            raise SendError("no", Outcome.REPEAT, wait=30.0)
        self.faults = []
        return await super().send(conversation, say, key)


async def test_each_part_has_room_for_the_mark_of_a_repeat(tables: str) -> None:
    platform, clock = Forgetful(), StandingClock(NOW)
    await outbox.plan([outbox.OutgoingMessage("local", "work", json.encode(Reply(text=TEXT * 2)).decode())], NOW)
    sender = Sender(platform, Texts("zh", INSTITUTION), clock)
    await sender.drain()
    clock.advance(timedelta(minutes=1))
    await sender.drain()
    assert platform.arrived[1].startswith("（可能重复送达）〔#12〕…")
    assert "".join(one.partition("〔#12〕…")[2] for one in platform.arrived[1:]).endswith("第99句。")
