"""Work that failed is left for a while, listed until it succeeds, and then a new failure, which is told."""

from datetime import timedelta

from bot.clock import StandingClock
from bot.engine.independent_work import FAILED_PAUSE, IndependentWork
from storage import failures
from storage.outbox import OutgoingMessage
from storage.tables import Setback
from tests.support.rows import NOW

DAY = timedelta(days=1)


async def bad() -> None:
    raise ValueError("broken")


async def good() -> None:
    return


async def untold(clock: StandingClock) -> list[failures.Failure]:
    return await failures.recent(clock.now() - DAY, clock.now(), 10, untold=True)


async def test_what_failed_before_a_restart_and_succeeds_is_forgotten_and_told_again(tables: str) -> None:
    clock = StandingClock(NOW)
    await IndependentWork(clock).do("retention", bad)
    notice = OutgoingMessage("local", "a", "{}")
    assert await failures.tell(await failures.number_all(await untold(clock)), [notice], NOW)
    clock.advance(DAY)
    restarted = IndependentWork(clock)
    await restarted.do("retention", good)
    assert not await Setback.all().exists()
    clock.advance(DAY)
    await restarted.do("retention", bad)
    assert [one.subject for one in await untold(clock)] == ["retention"]
    clock.advance(FAILED_PAUSE)
    await restarted.do("retention", good)
    assert not await Setback.all().exists()


async def test_a_clock_that_was_set_back_leaves_no_work_undone(tables: str) -> None:
    clock, done = StandingClock(NOW), []

    async def noted() -> None:
        done.append(clock.now())

    work = IndependentWork(clock)
    await work.do("retention", bad)
    clock.advance(FAILED_PAUSE / 2)
    await work.do("retention", noted)
    assert not done
    clock.set(NOW - DAY)
    await work.do("retention", noted)
    assert done == [NOW - DAY]
