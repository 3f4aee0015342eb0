"""A change is a compare-and-swap: complete or not at all, and only on the version that was read."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from storage import inbox, inbox_claims
from storage.incidents import Conflict, change, load, load_all
from storage.opening import NewPost, join, known_posts
from storage.tables import Duty, Event, Forwarding, Holding, Incident, Outbox, Post
from tests.support.rows import NOW, Decided, actor, duty, event, opened, outgoing

LATER = NOW + timedelta(minutes=5)


def nothing(_: object) -> list:
    return []


async def counts() -> tuple[int, int, int]:
    return await Event.all().count(), await Outbox.all().count(), await Holding.all().count()


async def test_a_change_raises_the_version_and_writes_everything(tables: str) -> None:
    await opened()
    decided = Decided((event("acknowledged"),), {"stage": "acknowledged", "holder": "approver:qian"}, met=(1,))
    written = await change(1, 1, decided, actor(LATER), lambda _: [outgoing()])
    record = await load(1)
    assert record
    assert (record.incident.version, record.incident.stage) == (2, "acknowledged")
    assert (record.duties[0].state, record.duties[0].met_at, record.duties[0].next_at) == ("met", LATER, None)
    assert (written.cancelled, written.armed) == ([1], [])
    assert await counts() == (2, 2, 2)
    assert (await Holding.get(id=1)).until == LATER


async def test_several_are_read_at_once_as_one_by_one(tables: str) -> None:
    await opened()
    await opened("b")
    found = await load_all([2, 9, 1])
    assert [record.incident.number for record in found] == [2, 1]
    for record in found:
        alone = await load(record.incident.number)
        assert alone
        assert [duty.id for duty in record.duties] == [duty.id for duty in alone.duties]
        assert record.policy.body == alone.policy.body


async def test_what_was_read_too_early_is_refused_and_leaves_nothing(tables: str) -> None:
    await opened()
    await change(1, 1, Decided(changes={"stage": "acknowledged"}), actor(), nothing)
    before = await counts()
    late = Decided((event("assigned"),), {"holder": "desk"}, met=(1,), opened=(duty(),))
    with pytest.raises(Conflict):
        await change(1, 1, late, actor(), lambda _: [outgoing()])
    assert await counts() == before
    assert await Duty.filter(state="open").count() == 1


async def test_of_many_at_once_one_wins(tables: str) -> None:
    await opened()
    tries = [change(1, 1, Decided((event("x", n=n),)), actor(), lambda _: [outgoing()]) for n in range(8)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 7 + ["Written"]
    assert await Event.filter(kind="x").count() == 1


async def test_a_message_that_was_dealt_with_writes_nothing_more(tables: str) -> None:
    await opened()
    arrival = await inbox.store("local", "m", "{}", NOW)
    assert arrival
    await change(1, 1, Decided((event("x"),)), actor(inbox=arrival), nothing)
    with pytest.raises(inbox_claims.AlreadyHandled):
        await change(2, 1, Decided((event("x"),)), actor(inbox=arrival), lambda _: [outgoing()])
    assert await Event.filter(kind="x").count() == 1
    assert (await Incident.get(number=1)).version == 2


async def test_a_post_belongs_to_one_incident(tables: str) -> None:
    await opened("a")
    with pytest.raises(IntegrityError):
        await opened("a")
    assert (await opened("b")).number == 2  # the failed attempt used no number
    assert await known_posts(["web:a", "web:b", "web:c"]) == {"web:a": 1, "web:b": 2}


async def test_two_that_open_the_same_post_at_once(tables: str) -> None:
    results = await asyncio.gather(opened("a"), opened("a"), opened("a"), return_exceptions=True)
    assert sum(isinstance(result, IntegrityError) for result in results) == 2
    assert (await Incident.all().count(), await Post.all().count()) == (1, 1)


async def test_joining_records_the_forwarding_and_the_new_posts(tables: str) -> None:
    await opened("a")
    posts = [NewPost(fingerprint="web:b", url="https://b", platform="b", posted_at=None)]
    await join(1, 1, posts, "local:2", Decided((event("joined"),)), actor(), nothing)
    assert await known_posts(["web:b"]) == {"web:b": 1}
    assert await Forwarding.filter(joined=True).count() == 1


async def test_a_moved_duty_starts_its_ladder_over(tables: str) -> None:
    await opened()
    await Duty.filter(id=1).update(rung=3600)
    moved = duty(due=LATER)
    moved.id, moved.rung = 1, None
    written = await change(1, 1, Decided(moved=(moved,)), actor(), nothing)
    row = await Duty.get(id=1)
    assert (row.rung, row.due_at, row.next_at) == (None, LATER, LATER)
    assert row.first_due_at == NOW + timedelta(hours=1)
    assert [id for id, _ in written.armed] == [1]


async def test_an_unknown_number_is_none(tables: str) -> None:
    assert await load(1) is None


async def test_whoever_holds_it_already_goes_on_holding_it(tables: str) -> None:
    await opened()
    await change(1, 1, Decided(changes={"holder": "department:总务处"}), actor(LATER), nothing)
    assert await Holding.all().values_list("holder", "until") == [("department:总务处", None)]
