"""What ends every change: words are queued, the message that brought it is dealt with, the trail has its lines."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from storage import audit, inbox, outbox
from storage.audit import AuditLine
from storage.database.sql import Statement


async def conclude(
    messages: Iterable[outbox.OutgoingMessage],
    inbox_id: int | None,
    lines: Sequence[AuditLine],
    now: datetime,
    along: Sequence[Statement] = (),
) -> None:
    """Call it last in a transaction. `along` goes first on the same trip.

    Raises AlreadyHandled when somebody else dealt with the message; nothing is to be written then.
    """
    done = [inbox.finishing(inbox_id, now)] if inbox_id is not None else []
    found = await audit.append(lines, now, [*along, *outbox.planning(messages, now), *done])
    if done and not found[-1]:
        raise inbox.AlreadyHandled(inbox_id)
