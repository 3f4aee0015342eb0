"""After a fault of storage nothing is claimed for a while; the first claim that succeeds ends it."""

import asyncio
import sqlite3

import pytest

from bot.engine.claim_pauses import AGAIN, ClaimPauses

AWAY = sqlite3.OperationalError("database is locked")


async def test_it_is_too_early_until_the_pause_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = [100.0]
    with monkeypatch.context() as patch:
        patch.setattr(asyncio.get_running_loop(), "time", lambda: hands[0])
        pauses = ClaimPauses()
        assert not pauses.lasts
        pauses.note([AWAY])
        assert pauses.lasts
        hands[0] += AGAIN.longest
        assert not pauses.lasts
        pauses.note([AWAY])
        pauses.end()
        assert (pauses.lasts, pauses.error) == (False, None)


async def test_a_fault_of_the_code_stays_when_a_claim_succeeds() -> None:
    pauses, bug = ClaimPauses(), KeyError("kind")
    pauses.note([bug])
    pauses.end()
    assert pauses.error is bug
