"""An outage of storage is told once by all processes, though some noted it for a moment only; its end is a write."""

import asyncio
from datetime import datetime, timedelta

import pytest

from storage import outages
from storage.database.database import connection
from storage.outbox import OutgoingMessage
from storage.tables import Outbox
from tests.support.faults import fault
from tests.support.rows import NOW

SECOND = timedelta(seconds=1)


async def notice(since: datetime, waiting: int) -> OutgoingMessage:
    return OutgoingMessage("local", "work", "{}")


async def test_it_is_told_though_another_process_noted_it_for_a_moment(tables: str) -> None:
    assert not await outages.end_outage(NOW + 595 * SECOND, NOW + 600 * SECOND, None)
    assert await outages.end_outage(NOW, NOW + 601 * SECOND, notice)


async def test_it_is_told_once(tables: str) -> None:
    ends = (outages.end_outage(NOW + n * SECOND, NOW + 600 * SECOND, notice) for n in (0, 3))
    assert sorted(await asyncio.gather(*ends)) == [False, True]
    assert await outages.end_outage(NOW + 700 * SECOND, NOW + 800 * SECOND, notice)
    assert await Outbox.all().count() == 2


@pytest.mark.parametrize("told", [notice, None])
async def test_while_nothing_can_be_written_it_has_not_ended(tables: str, told: outages.Notice | None) -> None:
    await outages.end_outage(NOW, NOW + SECOND, None)
    await connection().execute_query("PRAGMA query_only = ON")
    assert await fault(lambda: outages.end_outage(NOW, NOW + 600 * SECOND, told)) == "away"
