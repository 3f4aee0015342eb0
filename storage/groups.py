"""Groups bound to the bot: who asked for it, the code, and who confirmed it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from storage import audit, outbox
from storage.commit import conclude
from storage.database.transaction import transact
from storage.tables import BoundGroup

GroupMessages = Callable[["GroupBinding"], Sequence[outbox.OutgoingMessage]]


class GroupBinding(NamedTuple):
    """A group. `confirmed_by` is None until it is confirmed."""

    id: int
    channel: str
    conversation: str
    name: str
    code: str
    bound_by: str
    confirmed_by: str | None


async def waiting(code: str) -> GroupBinding | None:
    """Return the unconfirmed group with this code."""
    row = await BoundGroup.get_or_none(code=code, confirmed_at=None)
    return _bound(row) if row else None


async def confirmed() -> list[GroupBinding]:
    """Return all confirmed groups, in the order in which they were asked for."""
    return [_bound(row) for row in await BoundGroup.filter(confirmed_at__isnull=False).order_by("id")]


async def ask(new: GroupBinding, inbox_id: int | None, messages: GroupMessages, now: datetime) -> GroupBinding:
    """Record that somebody asks for the bot in a group. `new.confirmed_by` is set if they may confirm it themselves.

    A group that is already recorded keeps its code.
    """

    async def work() -> GroupBinding:
        row, made = await BoundGroup.get_or_create(
            channel=new.channel,
            conversation=new.conversation,
            defaults={"name": new.name, "code": new.code, "bound_by": new.bound_by, "bound_at": now},
        )
        if new.confirmed_by:
            await BoundGroup.filter(id=row.id).update(confirmed_by=new.confirmed_by, confirmed_at=now)
        bound = _bound(row)._replace(confirmed_by=new.confirmed_by)
        kind = "group confirmed" if new.confirmed_by else "group asked for"
        await _finish(bound, new.bound_by, kind if made or new.confirmed_by else None, inbox_id, messages, now)
        return bound

    return await transact(work)


async def confirm(bound: GroupBinding, by: str, inbox_id: int | None, messages: GroupMessages, now: datetime) -> bool:
    """Confirm a group and announce it; return False if somebody else has just confirmed it."""

    async def work() -> bool:
        if not await BoundGroup.filter(id=bound.id, confirmed_at=None).update(confirmed_by=by, confirmed_at=now):
            return False
        await _finish(bound._replace(confirmed_by=by), by, "group confirmed", inbox_id, messages, now)
        return True

    return await transact(work)


async def _finish(
    bound: GroupBinding, actor: str, kind: str | None, inbox_id: int | None, messages: GroupMessages, now: datetime
) -> None:
    data = {"channel": bound.channel, "conversation": bound.conversation, "name": bound.name}
    lines = [audit.AuditLine(None, actor, kind, data)] if kind else []
    await conclude(messages(bound), inbox_id, lines, now)


def _bound(row: BoundGroup) -> GroupBinding:
    return GroupBinding(row.id, row.channel, row.conversation, row.name, row.code, row.bound_by, row.confirmed_by)
