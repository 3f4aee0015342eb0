"""Messages are sent in order, by one sender at a time, and marked if they may be repeats."""

import asyncio
from datetime import timedelta

from storage import outbox, outbox_claims, outbox_outcomes, sent_messages
from storage.database import sql
from storage.database.transaction import transact
from storage.tables import Duty, Outbox, to_ms
from tests.support.rows import LEASE, NOW, outgoing

SECOND = timedelta(seconds=1)
DUE = to_ms(NOW)
"""The urgency of a reminder that is due now."""


async def claim(at=NOW, limit: int = 64) -> list[outbox_claims.ClaimedMessage]:
    return await outbox_claims.claim("local", at, LEASE, limit)


async def claimed(at=NOW, limit: int = 64) -> list[tuple[str, bool]]:
    return [(message.body, message.repeat) for message in await claim(at, limit)]


async def test_the_most_urgent_first_then_in_order(tables: str) -> None:
    await outbox.plan(
        [outgoing("late", urgency=DUE + 9), outgoing("a"), outgoing("b"), outgoing("soon", urgency=DUE)], NOW
    )
    assert [body for body, _ in await claimed()] == ["a", "b", "soon", "late"]


async def test_not_before_its_time_nor_on_another_channel(tables: str) -> None:
    await outbox.plan([outgoing("x", not_before=NOW + SECOND)], NOW)
    assert await claimed() == []
    assert await outbox_claims.claim("dingtalk", NOW + SECOND, LEASE) == []
    assert await claimed(NOW + SECOND) == [("x", False)]


async def test_senders_at_once_share(tables: str) -> None:
    await outbox.plan([outgoing(f"{n}")._replace(conversation=f"c{n}") for n in range(40)], NOW)
    shares = await asyncio.gather(*(claimed(limit=10) for _ in range(6)))
    assert sorted(int(body) for share in shares for body, _ in share) == list(range(40))


async def test_one_sender_at_a_time_for_a_conversation(tables: str) -> None:
    await outbox.plan([outgoing("a"), outgoing("b"), outgoing("x")._replace(conversation="other")], NOW)
    first = await claim(limit=1)
    assert await claimed() == [("x", False)]
    await outbox_outcomes.sent(first, NOW)
    assert await claimed() == [("b", False)]


async def test_only_an_answer_goes_ahead_of_what_waits(tables: str) -> None:
    await outbox.plan([outgoing("reminder", urgency=DUE)], NOW)
    await outbox_outcomes.postpone(await claim(), NOW, NOW + SECOND, "full", counted=False)
    await outbox.plan([outgoing("later", urgency=DUE + 6), outgoing("answer")], NOW)
    answer = await claim()
    assert [one.body for one in answer] == ["answer"]
    await outbox_outcomes.sent(answer, NOW)
    assert [body for body, _ in await claimed(NOW + SECOND)] == ["reminder", "later"]
    assert (await Outbox.get(id=1)).attempts == 1


async def test_parts_follow_each_other(tables: str) -> None:
    await outbox.plan([outgoing("long", urgency=DUE), outgoing("next", urgency=DUE)], NOW)
    [first, _] = await outbox_claims.claim("local", NOW, LEASE)
    parts = await outbox_outcomes.split(first, ["1", "2", "3"])
    assert [(part.body, part.carrier, part.part) for part in parts] == [("1", None, 0), ("2", 1, 1), ("3", 1, 2)]
    assert await claimed(NOW + LEASE) == [("1", True), ("2", False), ("3", False), ("next", False)]  # 1 had begun


async def test_what_is_given_back_comes_at_once_unless_somebody_else_has_it(tables: str) -> None:
    await outbox.plan([outgoing("x")], NOW)
    ours = await claim()
    theirs = await claim(NOW + LEASE)
    assert await outbox_claims.give_back(ours) == 0
    assert await claimed(NOW + LEASE) == []
    assert await outbox_claims.give_back(theirs) == 1
    assert await claimed(NOW + LEASE) == [("x", True)]


async def test_an_ended_lease_gives_it_back_as_a_possible_repeat(tables: str) -> None:
    await outbox.plan([outgoing("x")], NOW)
    assert await claimed() == [("x", False)]
    assert await claimed(NOW + LEASE - SECOND) == []
    assert await claimed(NOW + LEASE) == [("x", True)]
    assert (await Outbox.get(id=1)).attempts == 2


async def test_what_was_sent_never_comes_back(tables: str) -> None:
    await outbox.plan([outgoing("x"), outgoing("y"), outgoing("z")], NOW)
    x, y, z = await claim()
    await outbox_outcomes.sent([x], NOW, "p1")
    await outbox_outcomes.sent([y], NOW, accepted=False)
    await outbox_outcomes.close([z], "unknown", NOW, "timed out")
    assert await claimed(NOW + timedelta(days=1)) == []
    rows = await Outbox.all().order_by("id").values_list("state", "platform_id")
    assert rows == [("accepted", "p1"), ("sent", None), ("unknown", None)]


async def test_put_off_it_comes_at_its_time_and_is_no_repeat(tables: str) -> None:
    await outbox.plan([outgoing("x")], NOW)
    await outbox_outcomes.postpone(await claim(), NOW, NOW + 5 * SECOND, "busy")
    assert await claimed(NOW + 4 * SECOND) == []
    assert await claimed(NOW + 5 * SECOND) == [("x", False)]


async def test_put_off_after_a_lost_attempt_it_is_still_a_possible_repeat(tables: str) -> None:
    await outbox.plan([outgoing("x")], NOW)
    await claimed()
    again = await claim(NOW + LEASE)
    assert again[0].repeat
    await outbox_outcomes.postpone(again, NOW + 5 * SECOND, NOW + LEASE, "busy")
    assert await claimed(NOW + LEASE) == [("x", True)]


async def test_found_again_by_its_card_and_its_platform_id(tables: str) -> None:
    await outbox.plan([outgoing("x", card="incident-1"), outgoing("y", card="incident-1"), outgoing("z")], NOW)
    await outbox_outcomes.sent(await claim(limit=1), NOW, "p1")
    assert [one.id for one in await sent_messages.with_card("local", "incident-1")] == [1]
    assert await sent_messages.bodies_of("local", "p1") == ["x"]
    await sent_messages.rewrite(1, "changed")
    shown = await sent_messages.find(1)
    assert shown
    assert shown.body == "changed"


async def test_what_is_planned_during_another_claim_waits_for_it(tables: str) -> None:
    """A process that claims while another's claim is not committed yet must not get the following messages."""
    shared = tables.startswith("postgres")  # SQLite has one writer at a time
    await transact(lambda: outbox.plan([outgoing("1")], NOW))
    begun, planned = asyncio.Event(), asyncio.Event()

    async def slowly() -> list[str]:
        messages = await outbox_claims.claim("local", NOW, LEASE)
        begun.set()
        await planned.wait()
        return [message.body for message in messages]

    first = asyncio.create_task(transact(slowly))
    await begun.wait()
    if shared:
        await transact(lambda: outbox.plan([outgoing("2")], NOW))
    second = asyncio.create_task(claimed())
    blocked = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while shared and not await sql.values(blocked, ()):  # noqa: ASYNC110 - another process's state
        await asyncio.sleep(0.01)
    planned.set()
    assert await first == ["1"]
    assert await second == []


async def test_whose_lease_ended_changes_nothing(tables: str) -> None:
    await outbox.plan([outgoing("x"), outgoing("y")], NOW)
    ours = await claim()
    theirs = await claim(NOW + LEASE)
    assert await outbox_outcomes.sent(ours, NOW, "ours") == 0
    assert await outbox_outcomes.postpone(ours, NOW, NOW + SECOND, "busy") == 0
    assert await outbox_outcomes.close(ours, "failed", NOW, "no", [outgoing("notice")]) == 0
    assert await outbox_outcomes.split(ours[0], ["1", "2"]) == []
    assert await outbox_outcomes.sent(theirs, NOW, "theirs") == 2
    assert await outbox_outcomes.sent(ours, NOW, "ours") == 0
    rows = await Outbox.all().order_by("id").values_list("body", "state", "platform_id")
    assert rows == [("x", "accepted", "theirs"), ("y", "accepted", "theirs")]


async def test_a_clock_that_was_set_back_holds_nothing_up(tables: str) -> None:
    apart = [outgoing(name)._replace(conversation=name) for name in ("leased", "retried")]
    await outbox.plan(apart, NOW)
    for message in await claim():
        if message.body == "retried":
            await outbox_outcomes.postpone([message], NOW, NOW + 5 * SECOND, "busy")
    await outbox.plan([outgoing("queued"), outgoing("tomorrow", not_before=NOW + timedelta(days=1))], NOW)
    found = await claimed(NOW - timedelta(hours=1))
    assert sorted(found) == [("leased", True), ("queued", False), ("retried", False)]


async def test_what_is_put_off_after_the_clock_was_set_back_waits_for_its_next_try(tables: str) -> None:
    await outbox.plan([outgoing("first"), outgoing("second")], NOW)
    earlier = NOW - timedelta(hours=1)
    for minutes in (0, 1):
        now = earlier + timedelta(minutes=minutes)
        messages = await claim(now)
        assert [one.body for one in messages] == ["first", "second"]
        await outbox_outcomes.postpone(messages[:1], now, now + timedelta(minutes=1), "busy")
        await outbox_claims.give_back(messages[1:])
        assert await claim(now) == []
    assert len(await claim(earlier - timedelta(minutes=1))) == 2  # set back once more


async def test_a_reminder_is_stale_when_none_of_its_duties_stands_as_it_was(tables: str) -> None:
    row = await opened_with_duties("reply", "resolve")
    reply, resolve = row
    both = outbox.reminds([(reply.id, reply.due_at), (resolve.id, resolve.due_at)])
    await outbox.plan([outgoing("both", duty=reply.id, reminds=both), outgoing("answer")], NOW)
    messages = await claim()
    assert await outbox_claims.are_stale(messages) == []
    await Duty.filter(id=reply.id).update(state="met")
    assert await outbox_claims.are_stale(messages) == []
    await Duty.filter(id=resolve.id).update(due_at=resolve.due_at + SECOND)
    assert [one.body for one in await outbox_claims.are_stale(messages)] == ["both"]


async def opened_with_duties(*kinds: str) -> list[Duty]:
    common = {"person": "zhou", "cycle": 1, "owner": "zhou", "state": "open", "started_at": NOW, "provisional": False}
    return [await Duty.create(kind=kind, due_at=NOW, first_due_at=NOW, reckoning={}, **common) for kind in kinds]


async def test_no_flood_of_answers_keeps_a_reminder_from_sounding(tables: str) -> None:
    await outbox.plan([outgoing("reminder", urgency=DUE), outgoing("a"), outgoing("b")], NOW)
    at = NOW
    for expected in ("a", "b", "c", "reminder", "d"):  # one each half minute, and there is always another answer
        first, *rest = await claim(at)
        assert first.body == expected
        await outbox_outcomes.sent([first], at)
        await outbox_outcomes.postpone(rest, at, at + 25 * SECOND, "full", counted=False)
        await outbox.plan([outgoing({"a": "c", "b": "d"}.get(first.body, "x"))], at)
        at += 30 * SECOND
