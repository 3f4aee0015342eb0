"""A month's calls are counted in the database, not in Redis, and a reserve is kept for urgent messages."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.channels.dingtalk.call_budget import Budget
from storage.tables import Counter, to_ms

ZONE = ZoneInfo("Asia/Shanghai")
NOVEMBER = datetime(2026, 11, 21, 15, 0, tzinfo=ZONE)
ANSWER = 0


class World:
    def __init__(self, monthly: int = 1000) -> None:
        self.now = NOVEMBER
        self.budget = Budget("dingtalk", monthly, ZONE, lambda: self.now)

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
        await world.budget.spend()
    assert (await world.budget.spent()).used == 3
    world.now = datetime(2026, 12, 1, 0, 0, tzinfo=ZONE)
    assert (await world.budget.spent()).used == 0


async def test_with_plenty_nothing_waits(world: World) -> None:
    await world.used(899, today=800)
    assert await world.budget.wait(world.reminder) == 0
    assert not world.budget.short


async def test_when_they_run_short_each_day_has_its_share(world: World) -> None:
    await world.used(900, today=9)  # 100 left for ten days
    assert await world.budget.wait(world.reminder) == 0
    assert world.budget.short
    await world.used(901, today=10)
    assert await world.budget.wait(world.reminder) == timedelta(hours=9).total_seconds()


async def test_answers_and_what_is_overdue_go_before_the_rest(world: World) -> None:
    await world.used(950, today=50)
    assert await world.budget.wait(world.reminder) > 0
    assert await world.budget.wait(world.overdue) == 0
    assert await world.budget.wait(ANSWER) == 0


async def test_with_nothing_left_all_waits_for_the_next_month(world: World) -> None:
    await world.used(1000)
    until = datetime(2026, 12, 1, tzinfo=ZONE) - world.now
    assert await world.budget.wait(ANSWER) == until.total_seconds()
