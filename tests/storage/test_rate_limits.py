"""Rate limits are never exceeded, by several processes together and through failures of Redis."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from storage.timers import keys
from storage.timers.rate_limits import Limit, Limits, Place
from tests.support.rows import NOW

MINUTE = Limit("hook:1", 20, 60)
HOUR = Limit("hook:1:hour", 50, 3600)
SECOND = timedelta(seconds=1)


class Ledger:
    """A stand-in for the tables: what was sent."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    async def recent(self, since: datetime) -> Iterable[Place]:
        return [place for place in self.places if place.at > since]

    async def send(self, limits: Limits, now: datetime, *what: Limit, took: timedelta = timedelta()) -> float:
        member = f"m{len(self.places)}"
        wait = await limits.take(member, what, now)
        if not wait:
            self.places.append(Place(member, what, now + took))
            await limits.settle(member, what, now + took)
        return wait

    def most_in(self, span: timedelta) -> int:
        times = [place.at for place in self.places]
        return max(sum(1 for other in times if at <= other < at + span) for at in times)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


async def test_the_twenty_first_waits_until_the_first_is_a_minute_old(redis: Redis, ledger: Ledger) -> None:
    limits = Limits(redis, "dingtalk", ledger.recent)
    for n in range(20):
        assert await ledger.send(limits, NOW + n * SECOND, MINUTE) == 0
    assert await ledger.send(limits, NOW + 30 * SECOND, MINUTE) == 30.5
    assert await ledger.send(limits, NOW + 60.5 * SECOND, MINUTE) == 0
    assert await ledger.send(limits, NOW + 60.5 * SECOND, MINUTE) == 1


async def test_what_was_long_under_way_counts_from_its_answer(redis: Redis, ledger: Ledger) -> None:
    limits = Limits(redis, "dingtalk", ledger.recent)
    for _ in range(20):
        await ledger.send(limits, NOW, MINUTE, took=20 * SECOND)
    assert await ledger.send(limits, NOW + 61 * SECOND, MINUTE) == pytest.approx(19.5)


async def test_what_has_no_answer_keeps_its_place(redis: Redis, ledger: Ledger) -> None:
    limits, once = Limits(redis, "dingtalk", ledger.recent), Limit("api", 1, 1)
    assert await limits.take("lost", [once], NOW) == 0
    assert await limits.take("next", [once], NOW + 30 * SECOND) > 0
    assert await limits.take("next", [once], NOW + 42 * SECOND) == 0


@pytest.mark.parametrize("shared", [True, False])
async def test_what_is_sent_aside_keeps_its_place_for_as_long_as_a_large_file(
    redis: Redis, ledger: Ledger, shared: bool
) -> None:
    limits, one = Limits(redis if shared else None, "dingtalk", ledger.recent), Limit("group", 1, 60)
    assert await limits.take("file", [one], NOW, aside=True) == 0
    assert await limits.take("next", [one], NOW + 190 * SECOND) > 0
    await limits.settle("file", [one], NOW + 200 * SECOND)
    assert await limits.take("next", [one], NOW + 250 * SECOND) > 0
    assert await limits.take("next", [one], NOW + 261 * SECOND) == 0


async def test_an_answer_counts_although_its_place_was_lost(redis: Redis, ledger: Ledger) -> None:
    limits = Limits(redis, "dingtalk", ledger.recent)
    for n in range(20):
        assert await limits.take(f"m{n}", [MINUTE], NOW) == 0
    await redis.flushall()
    assert await limits.take("other", [HOUR], NOW) == 0
    for n in range(20):
        await limits.settle(f"m{n}", [MINUTE], NOW + 20 * SECOND)
    assert await limits.take("next", [MINUTE], NOW + 21 * SECOND) > 0
    assert await redis.pttl(keys.limit(keys.NAMESPACE, MINUTE.key)) > 0


async def test_a_place_in_every_window_or_in_none(redis: Redis, ledger: Ledger) -> None:
    limits = Limits(redis, "dingtalk", ledger.recent)
    tight = Limit("tight", 1, 60)
    assert await ledger.send(limits, NOW, tight) == 0
    for _ in range(5):
        assert await ledger.send(limits, NOW, MINUTE, tight) > 0
    for _ in range(20):
        assert await ledger.send(limits, NOW, MINUTE) == 0


async def test_many_processes_share(redis: Redis, ledger: Ledger) -> None:
    processes = [Limits(redis, "dingtalk", ledger.recent) for _ in range(4)]

    async def process(limits: Limits, n: int) -> int:
        return sum([await limits.take(f"{n}/{m}", [MINUTE], NOW) == 0 for m in range(15)])

    assert sum(await asyncio.gather(*(process(limits, n) for n, limits in enumerate(processes)))) == 20


@pytest.mark.parametrize("wiped_after", [5, 19])
async def test_a_wiped_redis_is_filled_from_the_tables(redis: Redis, ledger: Ledger, wiped_after: int) -> None:
    limits = Limits(redis, "dingtalk", ledger.recent)
    for n in range(90):
        await ledger.send(limits, NOW + n * SECOND, MINUTE, HOUR)
        if n == wiped_after:
            await redis.flushall()
    assert ledger.most_in(60 * SECOND) == 20


async def test_without_redis_half_is_allowed_and_what_went_before_counts(redis: Redis, ledger: Ledger) -> None:
    limits, away = Limits(redis, "dingtalk", ledger.recent), Redis.from_url("redis://127.0.0.1:1", retry=None)
    for n in range(8):
        await ledger.send(limits, NOW + n * SECOND, MINUTE)
    alone = Limits(away, "dingtalk", ledger.recent)
    waits = [await ledger.send(alone, NOW + 10 * SECOND, MINUTE) for _ in range(5)]
    assert [wait == 0 for wait in waits] == [True, True, False, False, False]
    assert ledger.most_in(60 * SECOND) == 10
    await away.aclose()


async def test_a_clock_set_back_blocks_nothing_for_long(redis: Redis, ledger: Ledger) -> None:
    limits = Limits(redis, "dingtalk", ledger.recent)
    for _ in range(20):
        await ledger.send(limits, NOW, MINUTE)
    wait = await ledger.send(limits, NOW - timedelta(hours=1), MINUTE)
    assert 0 < wait <= 60.5


class Read:
    """A stand-in for the tables, which take a moment to read and may fail at first."""

    def __init__(self, *faults: Exception) -> None:
        self.places = [Place(f"m{n}", (MINUTE,), NOW) for n in range(10)]
        self.faults = list(faults)
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def recent(self, _since: datetime) -> Iterable[Place]:
        if not self.begun.is_set():
            self.begun.set()
            await self.go.wait()
        if self.faults:
            raise self.faults.pop()
        return self.places


async def test_without_redis_all_who_ask_at_once_know_what_went_before() -> None:
    tables = Read()
    limits = Limits(None, "dingtalk", tables.recent)
    asking = [asyncio.create_task(limits.take(f"n{n}", [MINUTE], NOW)) for n in range(3)]
    await tables.begun.wait()
    tables.go.set()
    assert await asyncio.gather(*asking) == [60.5] * 3


async def test_without_redis_a_read_that_failed_is_done_again() -> None:
    tables = Read(ConnectionResetError())
    tables.go.set()
    limits = Limits(None, "dingtalk", tables.recent)
    with pytest.raises(ConnectionResetError):
        await limits.take("n1", [MINUTE], NOW)
    assert await limits.take("n2", [MINUTE], NOW) == 60.5


async def test_a_redis_that_comes_back_while_the_tables_are_read_disturbs_nobody(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = Read()
    tables.places = []
    limits = Limits(redis, "dingtalk", tables.recent)
    with monkeypatch.context() as away:
        away.setattr(limits, "_take", _gone)
        first = asyncio.create_task(limits.take("n1", [MINUTE], NOW))
        await tables.begun.wait()
    assert await limits.take("n2", [MINUTE], NOW) == 0.0
    tables.go.set()
    assert await first == 0.0


async def _gone(**_: object) -> int:
    raise RedisConnectionError
