"""Numbering and telling many failures is a few short statements, and what is forgotten meanwhile hurts nobody."""

import asyncio
import time
from datetime import timedelta

from storage import failures, failures_told, inbox, outbox, outbox_claims, outbox_outcomes, setbacks
from storage.database import sql
from storage.outbox import OutgoingMessage
from storage.tables import Inbox, Outbox, Setback
from tests.support.rows import LEASE, NOW

MANY = 1000
NOTICE = OutgoingMessage("local", "work", "{}")
SHORT_SECONDS = 0.25


async def untold() -> list[failures.Failure]:
    return await failures.recent(NOW - timedelta(days=1), NOW, MANY, untold=True)


async def longest_wait(stop: asyncio.Event) -> float:
    """Return the longest time that a small query had to wait, in seconds."""
    longest = 0.0
    while not stop.is_set():
        began = time.monotonic()
        await sql.rows("SELECT 1 AS one", [])
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(0.001)
    return longest


async def test_what_is_forgotten_before_it_is_numbered_is_left_out(tables: str) -> None:
    for subject in ("one", "two", "three"):
        await setbacks.record("duty", subject, ValueError("x"), NOW)
        await setbacks.record("digest", subject, ValueError("x"), NOW)
    found = await untold()
    assert len(found) == 3  # no duty is open
    await setbacks.forget("digest", ["two"])
    numbered = await failures.number_all(found)
    assert [(one.subject, one.number) for one in numbered] == [("three", 2), ("one", 1)]
    assert await failures.number_all(found) == numbered
    assert await failures.tell(numbered, [NOTICE], NOW)
    assert await untold() == []


async def test_a_thousand_failures_hold_nobody_up(tables: str) -> None:
    for n in range(MANY // 2):
        await inbox.keep_failed(inbox.FailedRow("local", f"{n}", "{}", "work", "wang", "bug", "x"), NOW)
    places = {"channel": "local", "conversation": "work", "body": "{}", "urgency": 0, "planned_at": NOW}
    states = {"not_before": NOW, "state": "failed", "sent_at": NOW}
    await Outbox.bulk_create(Outbox(**places, **states) for _ in range(MANY // 2))
    found, stop = await untold(), asyncio.Event()
    waiting = asyncio.create_task(longest_wait(stop))
    numbered = await failures.number_all(found)
    assert await failures.tell(numbered, [NOTICE], NOW)
    stop.set()
    assert await waiting < SHORT_SECONDS
    assert sorted(one.number or 0 for one in numbered) == list(range(1, MANY + 1))
    stored = [
        n for table in (Inbox, Outbox) for n in await table.exclude(failure=None).values_list("failure", flat=True)
    ]
    assert sorted(stored) == list(range(1, MANY + 1))
    assert await untold() == []
    assert not await Setback.all().exists()


async def test_a_notice_waits_for_its_next_try_though_a_message_failed_in_the_same_instant(tables: str) -> None:
    await outbox.plan([OutgoingMessage("local", "park", "{}")], NOW)
    await outbox_outcomes.close(await outbox_claims.claim("local", NOW, LEASE), "failed", NOW, "no")
    assert await failures.tell(await failures.number_all(await untold()), [NOTICE], NOW)
    notice = await outbox_claims.claim("local", NOW, LEASE)
    assert len(notice) == 1
    await outbox_outcomes.postpone(notice, NOW, NOW + timedelta(minutes=1), "HTTP 500")
    assert await outbox_claims.claim("local", NOW, LEASE) == []


async def test_only_what_a_lost_notice_told_is_untold_and_the_desk_counts_as_never_told(tables: str) -> None:
    await outbox.plan([OutgoingMessage("local", "park", "{}")], NOW)
    await outbox_outcomes.close(await outbox_claims.claim("local", NOW, LEASE), "failed", NOW, "no")
    assert await failures.tell(await failures.number_all(await untold()), [NOTICE], NOW)
    await outbox_outcomes.close(await outbox_claims.claim("local", NOW, LEASE), "failed", NOW, "no")
    await failures.number_all(await failures.recent(NOW - timedelta(days=1), NOW, MANY))  # 失败 lists the notice, too
    lost = [one.told_at for one in await failures_told.notices(NOW - timedelta(days=1)) if one.lost]
    assert lost == [await failures_told.last()]
    assert await failures_told.untell(lost) == 1
    assert await failures_told.last() is None
    assert [one.id for one in await untold()] == [1]


async def test_what_was_told_later_counts_though_an_earlier_notice_is_lost(tables: str) -> None:
    await failures_told.remember(NOW + timedelta(minutes=1))
    assert await failures_told.untell([NOW]) == 0
    assert await failures_told.last() == NOW + timedelta(minutes=1)
