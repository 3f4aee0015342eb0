"""A message is stored once and handled by one process at a time."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from storage import inbox, inbox_claims, inbox_gather
from storage.commit import conclude
from storage.inbox_gather import InboxRow
from storage.tables import Inbox
from tests.support.broken import locked
from tests.support.rows import LEASE, NOW


async def test_a_repeat_is_not_stored(tables: str) -> None:
    assert await inbox.store("local", "m", "first", NOW)
    assert await inbox.store("local", "m", "second", NOW) is None
    assert await inbox.store("dingtalk", "m", "third", NOW)
    assert await Inbox.all().order_by("id").values_list("body", flat=True) == ["first", "third"]


async def test_of_many_at_once_one_is_stored(tables: str) -> None:
    stored = await asyncio.gather(*(inbox.store("local", "m", f"{n}", NOW) for n in range(10)))
    assert sum(id is not None for id in stored) == 1


async def test_what_arrives_together_shares_a_commit(tables: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[int] = []
    store = inbox_gather._store

    async def counted(rows: Sequence[InboxRow]) -> dict[tuple[str, str], int]:
        commits.append(len(rows))
        return await store(rows)

    monkeypatch.setattr(inbox_gather, "_store", counted)
    ids = await asyncio.gather(*(inbox.store("local", f"{n}", f"{n}", NOW) for n in range(500)))
    assert sorted(id for id in ids if id) == list(range(1, 501))
    assert len(commits) <= 4
    assert [row.body for row in await Inbox.all().order_by("id")] == [f"{n}" for n in range(500)]


async def test_one_that_cannot_be_stored_fails_alone(tables: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = inbox_gather._store

    async def picky(rows: Sequence[InboxRow]) -> dict[tuple[str, str], int]:
        if any(row[1] == "bad" for row in rows):
            raise ValueError("bad")
        return await store(rows)

    monkeypatch.setattr(inbox_gather, "_store", picky)
    names = ("a", "bad", "b")
    stored = await asyncio.gather(*(inbox.store("local", n, n, NOW) for n in names), return_exceptions=True)
    assert [isinstance(one, ValueError) for one in stored] == [False, True, False]
    assert await Inbox.all().count() == 2


async def test_while_the_database_is_away_all_fail_together(tables: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    async def away(rows: Sequence[InboxRow]) -> dict[tuple[str, str], int]:
        tries.append(len(rows))
        raise locked()

    monkeypatch.setattr(inbox_gather, "_store", away)
    stored = await asyncio.gather(*(inbox.store("local", f"{n}", "x", NOW) for n in range(50)), return_exceptions=True)
    assert all(isinstance(one, sqlite3.OperationalError) for one in stored)
    assert len(tries) <= 2  # not once for each message, with a time-out for each


async def test_who_gives_up_waiting_does_not_stop_the_others(tables: str) -> None:
    impatient = asyncio.create_task(inbox.store("local", "a", "a", NOW))
    patient = asyncio.create_task(inbox.store("local", "b", "b", NOW))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient
    assert sorted([row.message for row in await Inbox.all()]) == ["a", "b"]


async def test_claimed_in_order_and_once(tables: str) -> None:
    for n in range(5):
        await inbox.store("local", f"{n}", f"{n}", NOW)
    assert [one.body for one in await inbox_claims.claim(NOW, LEASE, limit=3)] == ["0", "1", "2"]
    assert [one.body for one in await inbox_claims.claim(NOW, LEASE, limit=3)] == ["3", "4"]
    assert await inbox_claims.claim(NOW, LEASE) == []


async def test_claimers_at_once_share(tables: str) -> None:
    for n in range(40):
        await inbox.store("local", f"{n}", f"{n}", NOW)
    claims = await asyncio.gather(*(inbox_claims.claim(NOW, LEASE, limit=10) for _ in range(6)))
    assert sorted(int(one.body) for claim in claims for one in claim) == list(range(40))


async def test_an_ended_lease_gives_it_back(tables: str) -> None:
    await inbox.store("local", "m", "x", NOW)
    assert [one.attempts for one in await inbox_claims.claim(NOW, LEASE)] == [1]
    assert await inbox_claims.claim(NOW + LEASE - timedelta(milliseconds=1), LEASE) == []
    assert [one.attempts for one in await inbox_claims.claim(NOW + LEASE, LEASE)] == [2]


async def test_what_is_done_is_done_once_and_does_not_come_back(tables: str) -> None:
    id = await inbox.store("local", "m", "x", NOW)
    assert id
    await inbox_claims.claim(NOW, LEASE)
    await conclude([], id, [], NOW)
    with pytest.raises(inbox_claims.AlreadyHandled):
        await conclude([], id, [], NOW)
    assert await inbox_claims.claim(NOW + timedelta(days=1), LEASE) == []


async def test_what_was_given_up_stays_on_record(tables: str) -> None:
    id = await inbox.store("local", "m", "x", NOW)
    [arrival] = await inbox_claims.claim(NOW, LEASE)
    await inbox_claims.fail(arrival, "bug", "trace 1", NOW)
    row = await Inbox.get(id=id)
    assert (row.state, row.error, row.body) == ("failed", "trace 1", "x")
    assert await inbox_claims.claim(NOW + timedelta(days=1), LEASE) == []


async def test_put_off_it_comes_again_then(tables: str) -> None:
    await inbox.store("local", "m", "x", NOW)
    [arrival] = await inbox_claims.claim(NOW, LEASE)
    await inbox_claims.put_off(arrival, NOW + timedelta(seconds=5), "away")
    assert await inbox_claims.claim(NOW + timedelta(seconds=4), LEASE) == []
    assert len(await inbox_claims.claim(NOW + timedelta(seconds=5), LEASE)) == 1


async def test_what_is_done_is_not_put_off(tables: str) -> None:
    id = await inbox.store("local", "m", "x", NOW)
    assert id
    [arrival] = await inbox_claims.claim(NOW, LEASE)
    await conclude([], id, [], NOW)
    with pytest.raises(inbox_claims.AlreadyHandled):
        await inbox_claims.put_off(arrival, NOW + LEASE, "away")
    row = await Inbox.get(id=id)
    assert (row.state, row.fault, row.lease_until) == ("done", None, None)


LATE: dict[str, Callable[[inbox_claims.Arrival], Awaitable[object]]] = {
    "give back": lambda arrival: inbox_claims.give_back([arrival]),
    "put off": lambda arrival: inbox_claims.put_off(arrival, NOW, "away"),
    "fail": lambda arrival: inbox_claims.fail(arrival, "bug", "", NOW),
    "start fetching": lambda arrival: inbox_claims.start_fetching(arrival, NOW),
    "fetch later": lambda arrival: inbox_claims.fetch_later(arrival, NOW),
    "rewrite": lambda arrival: inbox_claims.rewrite(arrival, "y", NOW),
}


@pytest.mark.parametrize("what", LATE)
@pytest.mark.parametrize("fetching", [False, True])
async def test_a_late_claimer_leaves_the_next_one_its_lease(tables: str, what: str, fetching: bool) -> None:
    await inbox.store("local", "m", "x", NOW)
    [late] = await inbox_claims.claim(NOW, LEASE)
    [owner] = await inbox_claims.claim(NOW + LEASE, LEASE)
    if fetching:
        owner = await inbox_claims.start_fetching(owner, NOW + 2 * LEASE)
    before = await Inbox.all().values()
    with suppress(inbox_claims.AlreadyHandled):
        await LATE[what](late)
    assert await Inbox.all().values() == before
    await inbox_claims.put_off(owner, NOW + 3 * LEASE, "away")
    assert (await Inbox.get(message="m")).fault == "away"


async def test_a_stop_during_a_claim_leaves_nothing_claimed(tables: str) -> None:
    id = await inbox.store("local", "m", "{}", NOW)
    for steps in range(0, 40, 2):
        claiming = asyncio.create_task(inbox_claims.claim(NOW, LEASE))
        for _ in range(steps):
            await asyncio.sleep(0)
        claiming.cancel()
        await asyncio.wait([claiming])
        if claiming.cancelled():
            assert await Inbox.filter(id=id, lease_until=None, attempts=0).exists()
        else:
            await inbox_claims.give_back(claiming.result())
