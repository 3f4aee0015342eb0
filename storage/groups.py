"""Groups bound to the bot: who asked for it, the code, and who confirmed it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from storage import audit, counters, outbox
from storage.commit import conclude
from storage.database.transaction import transact
from storage.tables import BoundGroup

GroupMessages = Callable[["GroupBinding"], Sequence[outbox.OutgoingMessage]]
Fills = Callable[[list["GroupBinding"]], str]
"""Return the id of the group of the configuration that the next confirmed one fills, by those confirmed before."""


class GroupBinding(NamedTuple):
    """A group. `confirmed_by` is None until it is confirmed; `group_id` as in the table."""

    id: int
    channel: str
    conversation: str
    name: str
    code: str
    bound_by: str
    confirmed_by: str | None
    group_id: str | None = None


async def waiting(code: str) -> GroupBinding | None:
    """Return the unconfirmed group with this code."""
    row = await BoundGroup.get_or_none(code=code, confirmed_at=None)
    return _bound(row) if row else None


async def confirmed() -> list[GroupBinding]:
    """Return all confirmed groups, in the order in which they were confirmed."""
    return [_bound(row) for row in await BoundGroup.filter(confirmed_at__isnull=False).order_by("confirmed_at", "id")]


async def ask(
    new: GroupBinding, fills: Fills, inbox_id: int | None, messages: GroupMessages, now: datetime
) -> GroupBinding:
    """Record that somebody asks for the bot in a group. `new.confirmed_by` is set if they may confirm it themselves.

    A group that is already recorded keeps its code, and who confirmed it.
    """

    async def work() -> GroupBinding:
        row, made = await BoundGroup.get_or_create(
            channel=new.channel,
            conversation=new.conversation,
            defaults={"name": new.name, "code": new.code, "bound_by": new.bound_by, "bound_at": now},
        )
        confirmed = bool(new.confirmed_by) and await _confirm(row.id, str(new.confirmed_by), fills, now)
        bound = _bound(row)._replace(confirmed_by=new.confirmed_by)
        kind = "group confirmed" if confirmed else "group asked for"
        await _finish(bound, new.bound_by, kind if made or confirmed else None, inbox_id, messages, now)
        return bound

    return await transact(work)


async def confirm(
    bound: GroupBinding, by: str, fills: Fills, inbox_id: int | None, messages: GroupMessages, now: datetime
) -> bool:
    """Confirm a group; return False, and do nothing, if it was confirmed before."""

    async def work() -> bool:
        if not await _confirm(bound.id, by, fills, now):
            return False
        await _finish(bound._replace(confirmed_by=by), by, "group confirmed", inbox_id, messages, now)
        return True

    return await transact(work)


async def _confirm(id: int, by: str, fills: Fills, now: datetime) -> bool:
    """Confirm a group that is not confirmed yet, one at a time: two must not fill the same group."""
    await counters.take("groups confirmed")
    group_id = fills(await confirmed())
    waiting = BoundGroup.filter(id=id, confirmed_at=None)
    return bool(await waiting.update(confirmed_by=by, confirmed_at=now, group_id=group_id))


async def _finish(
    bound: GroupBinding, actor: str, kind: str | None, inbox_id: int | None, messages: GroupMessages, now: datetime
) -> None:
    data = {"channel": bound.channel, "conversation": bound.conversation, "name": bound.name}
    lines = [audit.AuditLine(None, actor, kind, data)] if kind else []
    await conclude(messages(bound), inbox_id, lines, now)


def _bound(row: BoundGroup) -> GroupBinding:
    known = (row.id, row.channel, row.conversation, row.name, row.code, row.bound_by, row.confirmed_by)
    return GroupBinding(*known, row.group_id)
