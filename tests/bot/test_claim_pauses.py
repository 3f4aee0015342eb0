"""What stops one conversation's work beside a slow send: a fault of storage passes, one of the code is told of."""

import sqlite3

import structlog

from bot.engine.claim_pauses import ClaimPauses


async def test_a_fault_of_storage_is_over_once_a_claim_succeeds() -> None:
    pauses = ClaimPauses()
    with structlog.testing.capture_logs() as logs:
        pauses.note([sqlite3.OperationalError("database is locked")])
    assert pauses.lasts
    pauses.end()
    assert pauses.error is None
    assert not pauses.lasts
    assert not any(one.get("exc_info") for one in logs)


async def test_a_fault_of_the_code_stays_and_its_trace_is_logged() -> None:
    pauses = ClaimPauses()
    with structlog.testing.capture_logs() as logs:
        pauses.note([error := ZeroDivisionError()])
    pauses.end()
    assert pauses.error is error
    assert [one["exc_info"] for one in logs] == [error]
