"""Do again what failed: handle a message, after a restart or by hand; send a message by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import json

from storage import audit, outbox
from storage.audit import AuditLine
from storage.commit import conclude
from storage.database.transaction import transact
from storage.outbox import OutgoingMessage
from storage.tables import Inbox, Outbox

LOST = ("failed", "unknown")
"""States of a send that people can repeat by hand."""
SAID_SOON = 50
"""Among how many of its sender's next messages in the conversation a message is looked for that says the same."""
BY_HAND = "failure repeated"
"""Kind of the audit event of a message or a send that was repeated by hand."""


async def message_body(number: int) -> str | None:
    """Return the body of the failed message with this number; None if there is none."""
    row = await Inbox.get_or_none(failure=number, state="failed")
    return row.body if row else None


class LostSend(NamedTuple):
    """A send that failed or is unknown: its message, when it was planned (UTC), and the incident that it is about."""

    body: str
    planned_at: datetime
    incident: int | None


async def lost_send(number: int) -> LostSend | None:
    """Return the failed or unknown send with this number; None if there is none."""
    row = await Outbox.get_or_none(failure=number, state__in=LOST)
    return LostSend(row.body, row.planned_at, row.incident) if row else None


class FailedMessage(NamedTuple):
    """A message that a bug or damage stopped. `said_again` if its sender has said the same since, and it was done."""

    id: int
    body: str
    said_again: bool


async def stopped_by_a_bug(since: datetime) -> list[FailedMessage]:
    """Return the messages that a bug, or damaged storage, stopped since a moment and that were not handled again.

    The oldest comes first.
    """
    stopped = Inbox.filter(state="failed", fault__in=("bug", "damaged"), retried=0, handled_at__gt=since)
    rows = await stopped.order_by("id")
    return [FailedMessage(row.id, row.body, await _said_again(row)) for row in rows]


async def _said_again(row: Inbox) -> bool:
    later = Inbox.filter(id__gt=row.id, channel=row.channel, conversation=row.conversation, sender=row.sender)
    bodies = await later.filter(state="done").order_by("id").limit(SAID_SOON).values_list("body", flat=True)
    said = _words(row.body)
    return said is not None and said in [_words(str(body)) for body in bodies]


def _words(body: str) -> dict[str, object] | None:
    """Return what a message says, without which message it is; None if it cannot be read."""
    try:
        fields = json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        return None
    return {name: value for name, value in fields.items() if name not in ("id", "sent_at", "sender_name", "group_name")}


async def handle_after_restart(id: int, notices: Sequence[OutgoingMessage], now: datetime) -> bool:
    """Let a message that a bug stopped be handled once more, with notices before its answer; without any, give it up.

    Return False if another process has done so.
    """

    async def work() -> bool:
        again = {"state": "new", "lease_until": None, "refusals": 0, "failure": None, "told_at": None}
        changed = await Inbox.filter(id=id, state="failed", retried=0).update(retried=1, **(again if notices else {}))
        await outbox.plan(notices if changed else (), now)
        return bool(changed)

    return await transact(work)


async def handle_again(
    number: int, actor: str, now: datetime, answers: Sequence[OutgoingMessage], inbox_id: int | None
) -> bool:
    """Let a failed message be handled again; queue the answers to who asked. Return False if there is none."""

    async def work() -> bool:
        changed = await Inbox.filter(failure=number, state="failed").update(
            state="new", lease_until=None, refusals=0, retried=1, failure=None, told_at=None
        )
        if changed:
            await conclude(answers, inbox_id, [_line(number, "message", actor)], now)
        return bool(changed)

    return await transact(work)


async def send_again(
    number: int, body: str, actor: str, now: datetime, answers: Sequence[OutgoingMessage], inbox_id: int | None
) -> bool:
    """Send a failed or unknown message again with this body, as a possible repeat if it is unknown; False if none."""

    async def work() -> bool:
        row = await Outbox.get_or_none(failure=number, state__in=LOST)
        if row is None:
            return False
        doubts = row.doubts + 1 if row.state == "unknown" else row.doubts
        again = {"state": "planned", "body": body, "attempts": 0, "doubts": doubts, "sent_at": None, "retry_at": None}
        changed = await Outbox.filter(id=row.id, state=row.state).update(**again, failure=None, told_at=None)
        if changed:
            await conclude(answers, inbox_id, [_line(number, "send", actor)], now)
        return bool(changed)

    return await transact(work)


def _line(number: int, what: str, actor: str) -> AuditLine:
    return audit.AuditLine(None, actor, BY_HAND, {"failure": number, "what": what})
