"""The chain of the audit trail is gapless and in order; any change or gap is found."""

import asyncio

import pytest

from storage import audit
from storage.database.transaction import transact
from storage.tables import Event
from tests.support.rows import NOW


async def write(count: int, kind: str = "x") -> None:
    lines = [audit.AuditLine(1, "zhou", kind, {"n": n, "text": "食堂"}) for n in range(count)]
    await transact(lambda: audit.append(lines, NOW))


async def test_an_empty_chain_is_whole(tables: str) -> None:
    assert await audit.verify() is None
    await transact(lambda: audit.append([], NOW))
    assert await Event.all().count() == 0


async def test_it_grows_without_gaps_whoever_writes(tables: str) -> None:
    await asyncio.gather(*(write(3, f"{n}") for n in range(10)))
    assert await Event.all().order_by("id").values_list("id", flat=True) == list(range(1, 31))
    assert await audit.verify() is None
    assert await audit.verify(page=7) is None


async def test_what_is_rolled_back_leaves_no_gap(tables: str) -> None:
    await write(2)

    async def work() -> None:
        await audit.append([audit.AuditLine(None, "zhou", "x", {})], NOW)
        raise ValueError

    with pytest.raises(ValueError):
        await transact(work)
    await write(2)
    assert await audit.verify() is None
    assert await Event.all().count() == 4


async def test_the_first_of_several_breaks_is_named(tables: str) -> None:
    await write(9)
    await Event.filter(id__in=[4, 7]).update(actor="zhao")
    assert await audit.verify(page=2) == audit.Break(4, "the row was changed")


async def test_two_rows_that_changed_places(tables: str) -> None:
    await write(4)
    second, third = await Event.get(id=2), await Event.get(id=3)
    await Event.filter(id=2).update(data=third.data, hash=third.hash)
    await Event.filter(id=3).update(data=second.data, hash=second.hash)
    assert await audit.verify() == audit.Break(2, "the row was changed")


@pytest.mark.parametrize("gone", [[1], [3], [3, 4]])
async def test_missing_rows(tables: str, gone: list[int]) -> None:
    await write(5)
    await Event.filter(id__in=gone).delete()
    assert await audit.verify() == audit.Break(gone[0], "a row is missing")


async def test_a_recomputed_hash_breaks_at_the_next_row(tables: str) -> None:
    await write(4)
    row = await Event.get(id=2)
    before = (await Event.get(id=1)).hash
    forged = audit.digest(before, 2, 1, 0, "zhao", row.kind, row.data)
    await Event.filter(id=2).update(actor="zhao", at=0, hash=forged)
    assert await audit.verify() == audit.Break(3, "the row was changed")


async def test_the_history_of_one_incident(tables: str) -> None:
    lines = [audit.AuditLine(number, "zhou", "x", {"n": number}) for number in (1, 2, None, 1)]
    await transact(lambda: audit.append(lines, NOW))
    assert [row["data"]["n"] for row in await audit.history(1)] == [1, 1]
