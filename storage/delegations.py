"""Delegations: who acts for whom and until when, by given authority or as deputy of a person on leave."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from storage import audit, outbox
from storage.commit import conclude
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import exclude_others, transact
from storage.tables import Delegation, from_ms, to_ms


async def standing() -> list[Delegation]:
    """Return every delegation that has not been ended. For a moment that includes expired ones: check `until`."""
    return await Delegation.filter(ended_at=None).order_by("id")


async def in_force_at(moment: datetime) -> list[Delegation]:
    """Return the delegations that were in force at a moment, also those that have ended since."""
    then = Delegation.filter(since__lte=moment, until__gt=moment)
    found = [*await then.filter(ended_at=None), *await then.filter(ended_at__gt=moment)]  # each by its index
    return sorted(found, key=lambda row: row.id)


_LEAVES = """SELECT giver, taker, since, until FROM delegations
WHERE why = 'leave' AND ended_at IS NULL AND until > ? ORDER BY id"""


class StandingLeave(NamedTuple):
    """A leave of a person, for whom the deputy acts; both by id."""

    person: str
    deputy: str
    since: datetime
    until: datetime


async def leaves(since: datetime) -> list[StandingLeave]:
    """Return the leaves at `since` or later, the oldest first."""
    return read_leaves(await sql.values(*leaves_statement(since)))


def leaves_statement(since: datetime) -> Statement:
    """Build the statement whose rows `read_leaves` reads."""
    return Statement(_LEAVES.replace("?", sql.mark(1)), [to_ms(since)])


def read_leaves(rows: Iterable[Any]) -> list[StandingLeave]:
    return [StandingLeave(row["giver"], row["taker"], from_ms(row["since"]), from_ms(row["until"])) for row in rows]


async def give(
    new: dict[str, Any], messages: Sequence[outbox.OutgoingMessage], inbox_id: int | None, now: datetime
) -> None:
    """Record a delegation (giver, taker, why, until); it replaces the giver's earlier one."""

    async def work() -> None:
        await exclude_others(f"delegations of {new['giver']}")  # two at once would both stand
        await Delegation.filter(giver=new["giver"], ended_at=None).update(ended_at=now)
        await Delegation.create(since=now, **new)
        await _finish(new["giver"], "delegated", {**new, "until": new["until"].isoformat()}, messages, inbox_id, now)

    await transact(work)


async def end(
    giver: str, messages: Sequence[outbox.OutgoingMessage], inbox_id: int | None, now: datetime, said_at: datetime
) -> None:
    """End the giver's delegation, from when the giver said so."""

    async def work() -> None:
        given = await Delegation.filter(giver=giver, ended_at=None).order_by("-id").first()
        await Delegation.filter(giver=giver, ended_at=None).update(ended_at=said_at)
        await _finish(giver, "delegation ended", {"why": given.why} if given else {}, messages, inbox_id, now)

    await transact(work)


async def expired(now: datetime) -> list[Delegation]:
    """Return the delegations whose time is over and that are not ended yet."""
    return sql.models(Delegation, await sql.rows(_EXPIRED.format(sql.mark(1)), [to_ms(now)]))


_EXPIRED = "SELECT * FROM delegations WHERE ended_at IS NULL AND until <= {} ORDER BY id"


async def expire(row: Delegation, messages: Sequence[outbox.OutgoingMessage], now: datetime) -> None:
    """End a delegation at its own end, and queue what is told of it; nothing if another process has ended it."""

    async def work() -> None:
        if await Delegation.filter(id=row.id, ended_at=None).update(ended_at=row.until):
            data = {"giver": row.giver, "taker": row.taker}
            await _finish("clock", "delegation ended", data, messages, None, now)

    await transact(work)


async def _finish(
    giver: str,
    kind: str,
    data: dict[str, Any],
    messages: Sequence[outbox.OutgoingMessage],
    inbox_id: int | None,
    now: datetime,
) -> None:
    await conclude(messages, inbox_id, [audit.AuditLine(None, giver, kind, data)], now)
