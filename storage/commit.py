"""Final step of every change: queue messages, mark the inbox message done, append the audit events."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from storage import audit, inbox_claims, outbox
from storage.audit import AuditLine
from storage.database.sql import Statement


async def conclude(
    messages: Iterable[outbox.OutgoingMessage],
    inbox_id: int | None,
    lines: Sequence[AuditLine],
    now: datetime,
    preceding: Sequence[Statement] = (),
) -> None:
    """Complete a change. Call it last in a transaction; statements in `preceding` go first, in the same round trip.

    Raise AlreadyHandled if another process has handled the inbox message: the transaction has to roll back.
    """
    done = [inbox_claims.done_statement(inbox_id, now)] if inbox_id is not None else []
    found = await audit.append(lines, now, [*preceding, *outbox.plan_statements(messages, now), *done])
    if done and not found[-1]:
        raise inbox_claims.AlreadyHandled(inbox_id)
