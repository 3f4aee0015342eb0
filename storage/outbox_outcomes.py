"""Record what became of claimed messages, as far as they are still their claimer's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tortoise.expressions import F

from storage.database import sql
from storage.database.transaction import transact
from storage.outbox import OutgoingMessage, plan
from storage.outbox_claims import ASIDE, ClaimedMessage, own
from storage.process_mark import LONGEST_MARK, own_mark
from storage.tables import Outbox, to_ms


async def split(message: ClaimedMessage, bodies: Sequence[str]) -> list[ClaimedMessage]:
    """Split a message: each part becomes a row of its own, directly behind the first and leased like it.

    Return nothing if the message is not the caller's any more.
    """
    first, *rest = bodies
    rest_of = list(enumerate(rest, 1))

    async def work() -> list[int] | None:
        if not await own([message]).update(body=first):
            return None
        return [(await Outbox.create(**_continued(message, body, n))).id for n, body in rest_of]

    ids = await transact(work)
    if ids is None:
        return []
    followers = [
        message._replace(id=id, body=body, attempts=1, doubts=0, carrier=message.id, part=n, state="claimed")
        for id, (n, body) in zip(ids, rest_of, strict=True)
    ]
    return [message._replace(body=first), *followers]


def _continued(message: ClaimedMessage, body: str, part: int) -> dict[str, Any]:
    return {
        "channel": message.channel,
        "conversation": message.conversation,
        "incident": message.incident,
        "body": body,
        "urgency": message.urgency,
        "planned_at": message.planned_at,
        "not_before": message.not_before,
        "state": "claimed",
        "attempts": 1,
        "carrier": message.carrier or message.id,
        "part": part,
        "lease_until": message.lease_until,
        "owner": own_mark()[:LONGEST_MARK],
    }


async def sent(
    messages: Sequence[ClaimedMessage], now: datetime, platform_id: str | None = None, *, accepted: bool = True
) -> int:
    """Mark messages as sent, or as accepted if the platform gave a receipt. If several, they went out in the first.

    Like `postpone`, `put_aside` and `close`, change only what is still the caller's, and return how many that were.
    """
    state = {"state": "accepted" if accepted else "sent", "sent_at": now, "platform_id": platform_id}

    async def work() -> int:
        others = await own(messages[1:]).update(**state, lease_until=None, carrier=messages[0].id)
        return int(others) + int(await own(messages[:1]).update(**state, lease_until=None))

    return await transact(work) if len(messages) > 1 else await _sent(messages[0], state)


async def _sent(message: ClaimedMessage, state: dict[str, Any]) -> int:
    names = {"id": "bigint", "lease": "bigint", "state": "varchar", "now": "bigint", "platform_id": "varchar"}
    marks = {name: sql.mark(n, cast) for n, (name, cast) in enumerate(names.items(), 1)}
    values = [message.id, to_ms(message.lease_until), state["state"], to_ms(state["sent_at"]), state["platform_id"]]
    return len(await sql.rows(_SENT.format(**marks), values))


_SENT = """
UPDATE outbox SET state = {state}, sent_at = {now}, platform_id = {platform_id}, lease_until = NULL
WHERE id = {id} AND state IN ('claimed', 'sending') AND lease_until = {lease} RETURNING id
"""


async def sent_and_begin(
    message: ClaimedMessage,
    following: ClaimedMessage,
    now: datetime,
    platform_id: str | None = None,
    *,
    accepted: bool = True,
) -> set[int]:
    """Mark a message as sent, and the one that follows it as being sent; return the ids of those that were changed."""
    names = {"id": "bigint", "next": "bigint", "state": "varchar", "now": "bigint", "platform_id": "varchar"}
    marks = {name: sql.mark(n, cast) for n, (name, cast) in enumerate({**names, "lease": "bigint"}.items(), 1)}
    state = "accepted" if accepted else "sent"
    values = [message.id, following.id, state, to_ms(now), platform_id, to_ms(message.lease_until)]
    return {int(row["id"]) for row in await sql.rows(_SENT_AND_BEGIN.format(**marks), values)}


_SENT_AND_BEGIN = """
UPDATE outbox SET
    state = CASE WHEN id = {next} THEN 'sending' ELSE {state} END,
    sent_at = CASE WHEN id = {next} THEN sent_at ELSE {now} END,
    platform_id = CASE WHEN id = {next} THEN platform_id ELSE {platform_id} END,
    lease_until = CASE WHEN id = {next} THEN lease_until END
WHERE id IN ({id}, {next}) AND state IN ('claimed', 'sending') AND lease_until = {lease}
RETURNING id
"""


async def postpone(
    messages: Sequence[ClaimedMessage],
    now: datetime,
    until: datetime,
    error: str,
    *,
    counted: bool = True,
    doubtful: bool = False,
    aside: bool = False,
) -> int:
    """Put messages off at `now` for `until`. Without `counted` the attempt is not counted, because nothing was sent.

    `doubtful` if the attempt may have reached the reader: the next one is marked as a possible repeat. `aside` lets the
    other messages of the conversation go past it.
    """
    options = {"urgency": ASIDE} if aside else {}
    return await own(messages).update(
        **options,
        state="planned",
        retry_at=until,
        lease_until=now,
        error=error,
        attempts=F("attempts") - (0 if counted else 1),
        doubts=F("doubts") + (1 if doubtful else 0),
    )


async def put_aside(messages: Sequence[ClaimedMessage]) -> int:
    """Release claimed messages that were not tried, to be sent beside the others of their conversation."""
    return await own(messages).update(state="planned", lease_until=None, attempts=F("attempts") - 1, urgency=ASIDE)


async def extend(messages: Sequence[ClaimedMessage], until: datetime) -> list[ClaimedMessage]:
    """Lease messages for longer that are sent from now on; return none if they are not the caller's any more."""
    changed = await own(messages).update(lease_until=until, state="sending")
    return (
        [message._replace(lease_until=until, state="sending") for message in messages]
        if changed == len(messages)
        else []
    )


async def close(
    messages: Sequence[ClaimedMessage],
    state: str,
    now: datetime,
    error: str,
    notices: Sequence[OutgoingMessage] = (),
) -> int:
    """End messages as `unknown` (may have arrived), `failed` (cannot arrive) or `suppressed` (must not be sent).

    `notices` are messages that report it elsewhere.
    """

    async def work() -> int:
        changed = int(await own(messages).update(state=state, sent_at=now, lease_until=None, error=error))
        await plan(notices if changed else (), now)
        return changed

    return await transact(work)
