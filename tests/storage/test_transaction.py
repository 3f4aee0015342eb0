"""A cancelled writer leaves a working database with all of its changes or none."""

import asyncio
from contextlib import suppress

import pytest

from storage.counters import current, take
from storage.database.transaction import transact
from storage.tables import Setting


async def write(name: str) -> None:
    await take("numbers")
    for part in ("a", "b", "c"):
        await Setting.create(name=f"{name}{part}", value="x")
    await take("numbers")


@pytest.mark.parametrize("first", range(0, 61, 10))
async def test_cancelled_after_any_number_of_steps_nothing_is_wedged(tables: str, first: int) -> None:
    for steps in range(first, min(first + 10, 61)):
        before = await current("numbers")
        task = asyncio.create_task(transact(lambda steps=steps: write(f"{steps}")))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        async with asyncio.timeout(5):
            await transact(lambda steps=steps: write(f"after {steps}"))
        whole = await Setting.filter(name__in=[f"{steps}{part}" for part in "abc"]).count()
        assert whole in (0, 3)
        assert await current("numbers") - before == 2 + (2 if whole else 0)


async def test_it_ends_before_its_caller_however_often_that_is_cancelled(tables: str) -> None:
    ended, cancelled = False, 0

    async def work() -> None:
        nonlocal ended
        while cancelled < 10:  # noqa: ASYNC110
            await asyncio.sleep(0)
        ended = True

    task = asyncio.create_task(transact(work))
    while not task.done():
        await asyncio.sleep(0)
        cancelled += task.cancel()
    assert task.cancelled()
    assert ended


async def test_an_error_takes_everything_back(tables: str) -> None:
    async def work() -> None:
        await write("x")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await transact(work)
    assert (await Setting.all().count(), await current("numbers")) == (0, 0)


async def test_many_writers_wait_for_each_other(tables: str) -> None:
    numbers = await asyncio.gather(*(transact(lambda: take("numbers")) for _ in range(50)))
    assert sorted(numbers) == list(range(1, 51))


async def test_a_cancelled_one_among_many_disturbs_no_other(tables: str) -> None:
    tasks = [asyncio.create_task(transact(lambda n=n: write(f"{n}"))) for n in range(20)]
    await asyncio.sleep(0.01)
    for task in tasks[::3]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(result is None for n, result in enumerate(results) if n % 3)
    assert await Setting.all().count() == 3 * await current("numbers") // 2
