"""A step is taken once, even if several processes claim it, and only if its row is unchanged."""

import asyncio
from datetime import datetime, timedelta

from storage import duties
from storage.duties import Step, fire
from storage.tables import Duty, Event, Outbox, to_ms
from tests.support.rows import NOW, duty, opened, outgoing

DUE = NOW + timedelta(hours=1)
NEXT = NOW + timedelta(hours=5)


def step(id: int = 1, was: datetime = DUE, rung: int = 0, **more: object) -> Step:
    values = {"next_at": NEXT, "skipped": (), "recipients": ("wang",), **more}
    return Step(id, id, was, rung, **values)  # type: ignore[arg-type]


async def take(*steps: Step) -> duties.StepsTaken:
    return await fire(steps, [(frozenset({one.duty}), outgoing(duty=one.duty)) for one in steps], DUE)


async def test_a_step_moves_the_row_and_is_recorded_and_told(tables: str) -> None:
    await opened()
    fired = await take(step())
    assert (fired.taken, fired.armed) == ([1], [(1, 1, to_ms(NEXT))])
    row = await Duty.get(id=1)
    assert (row.rung, row.next_at) == (0, NEXT)
    assert await Event.filter(kind="reminded").count() == 1
    assert await Outbox.filter(duty=1).count() == 1


async def test_two_timekeepers_at_once_fire_it_once(tables: str) -> None:
    await opened()
    fired = await asyncio.gather(*(take(step()) for _ in range(5)))
    assert sorted(len(one.taken) for one in fired) == [0, 0, 0, 0, 1]
    assert await Event.filter(kind="reminded").count() == 1
    assert await Outbox.filter(duty=1).count() == 1


async def test_what_was_met_meanwhile_does_not_sound(tables: str) -> None:
    await opened()
    await Duty.filter(id=1).update(state="met", next_at=None)
    assert await take(step()) == duties.StepsTaken([], [])
    assert await Outbox.filter(duty=1).count() == 0


async def test_what_was_moved_meanwhile_does_not_sound(tables: str) -> None:
    await opened()
    await Duty.filter(id=1).update(next_at=NEXT)
    assert (await take(step())).taken == []


async def test_a_step_that_only_moves_is_not_told(tables: str) -> None:
    await opened()
    await fire([step(sounds=False)], [], DUE)
    assert (await Duty.get(id=1)).next_at == NEXT
    assert await Event.filter(kind="reminded").count() == 0


async def test_more_steps_than_one_batch(tables: str) -> None:
    for n in range(150):
        await opened(f"{n}")
    rows = await duties.overdue(DUE, 1000)
    assert len(rows) == 150
    fired = await take(*(step(row.id, rung=7) for row in rows))
    assert len(fired.taken) == 150
    assert await Duty.filter(rung=7).count() == 150
    assert await duties.overdue(DUE, 1000) == []


async def test_the_last_step_of_a_ladder_arms_nothing(tables: str) -> None:
    await opened()
    assert (await take(step(next_at=None))).armed == []
    assert (await Duty.get(id=1)).next_at is None


async def test_due_by_the_row_not_by_the_id(tables: str) -> None:
    await opened("a")
    await opened("b", duty(due=NEXT))
    assert [row.id for row in await duties.due([1, 2, 3], DUE)] == [1]
    assert await duties.due([], DUE) == []
    assert await duties.due([1], DUE - timedelta(milliseconds=1)) == []


async def test_what_a_rebuild_reads(tables: str) -> None:
    for n in range(5):
        await opened(f"{n}")
    await Duty.filter(id=2).update(state="met")
    await Duty.filter(id=3).update(next_at=None)
    pages = [page async for page in duties.pending(page=2)]
    assert [[id for _, id, _ in page] for page in pages] == [[1, 4], [5]]
    assert await duties.next_step_at() == DUE
    assert [id for _, id, _ in await duties.between(NOW, DUE)] == [1, 4, 5]
    assert [id for _, id, _ in await duties.standing([1, 2, 3, 9])] == [1]
