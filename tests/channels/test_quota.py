"""A month's calls are counted in the database, not in Redis, and a reserve is kept for urgent messages."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.channels.dingtalk.quota import Quota, Spent
from storage import counters
from storage.outbox import OutgoingMessage
from storage.tables import Counter, to_ms
from tests.support.broken import locked

ZONE = ZoneInfo("Asia/Shanghai")
NOVEMBER = datetime(2026, 11, 21, 15, 0, tzinfo=ZONE)
ANSWER = 0


class World:
    def __init__(self, monthly: int = 1000) -> None:
        self.now = NOVEMBER
        self.quota = Quota("calls", monthly, ZONE, lambda: self.now)

    async def used(self, month: int, today: int = 0) -> None:
        await Counter.update_or_create(defaults={"value": month}, name=f"calls:dingtalk:{self.now:%Y-%m}")
        await Counter.update_or_create(defaults={"value": today}, name=f"calls:dingtalk:{self.now:%Y-%m-%d}")

    @property
    def reminder(self) -> int:
        return to_ms(self.now + timedelta(hours=1))

    @property
    def overdue(self) -> int:
        return to_ms(self.now - timedelta(hours=1))


@pytest.fixture
def world(tables: str) -> World:
    return World()


async def test_each_call_counts_in_its_month(world: World) -> None:
    for _ in range(3):
        await world.quota.spend()
    assert (await world.quota.spent()).used == 3
    world.now = datetime(2026, 12, 1, 0, 0, tzinfo=ZONE)
    assert (await world.quota.spent()).used == 0


async def test_with_plenty_nothing_waits(world: World) -> None:
    await world.used(899, today=800)
    assert await world.quota.wait(world.reminder) == 0
    assert not world.quota.known.short


async def test_when_they_run_short_each_day_has_its_share(world: World) -> None:
    await world.used(900, today=9)  # 100 left for ten days
    assert await world.quota.wait(world.reminder) == 0
    assert world.quota.known.short
    await world.used(901, today=10)
    assert await world.quota.wait(world.reminder) == timedelta(hours=9).total_seconds()


async def test_answers_and_what_is_overdue_go_before_the_rest(world: World) -> None:
    await world.used(950, today=50)
    assert await world.quota.wait(world.reminder) > 0
    assert await world.quota.wait(world.overdue) == 0
    assert await world.quota.wait(ANSWER) == 0


async def test_with_nothing_left_all_waits_for_the_next_month(world: World) -> None:
    await world.used(1000)
    until = datetime(2026, 12, 1, tzinfo=ZONE) - world.now
    assert await world.quota.wait(ANSWER) == until.total_seconds()


async def test_what_the_platform_does_not_count_is_taken_back(world: World) -> None:
    await world.quota.spend()
    world.quota.refund()
    await world.quota.spend()
    assert (await world.quota.spent()).used == 1


async def test_what_cannot_be_counted_now_is_counted_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise locked()

    monkeypatch.setattr(counters, "count_calls", away)
    await world.quota.spend()
    await world.quota.spend()
    monkeypatch.undo()
    await world.quota.spend()
    assert (await world.quota.spent()).used == 3


async def test_both_quotas_are_counted_apart(world: World) -> None:
    deliveries = Quota("deliveries", 3000, ZONE, lambda: world.now)
    await deliveries.spend()
    assert ((await world.quota.spent()).used, (await deliveries.spent()).used) == (0, 1)


async def test_each_mark_is_told_once(tables: str) -> None:
    told: list[tuple[str, int]] = []

    async def crossed(what: str, spent: Spent) -> list[OutgoingMessage]:
        told.append((what, spent.used))
        return []

    quota = Quota("deliveries", 10, ZONE, lambda: NOVEMBER, crossed)
    for _ in range(12):
        await quota.spend()
    assert told == [("deliveries", 8), ("deliveries", 10)]


async def test_what_the_platform_says_is_over_is_over(world: World) -> None:
    world.quota.over = True
    assert (await world.quota.spent()).left == 0
    assert await world.quota.wait(ANSWER) > 0
