"""Claim queued messages.

A row is `claimed` with a lease, and `sending` from when it is handed to the platform: the first of each conversation at
once, each other as the one before it is done. When the lease of one that is `sending` expires its outcome is unknown:
it is claimed again and marked as a possible repeat, so that a message that is sent twice says so. One that was only
claimed did not go out, and is not marked.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from tortoise.expressions import F
from tortoise.queryset import QuerySet

from storage.database import sql
from storage.database.transaction import claim_exclusively
from storage.outbox import NOTICE
from storage.process_mark import LONGEST_MARK, own_mark
from storage.tables import MILLISECOND, Duty, Outbox, from_ms, to_ms


class ClaimedMessage(NamedTuple):
    """A claimed message, whose claimer may change it while it has this lease.

    `state` is "sending" or "claimed". `doubts` counts the attempts that may have reached its reader. `not_before` is
    the planned time of sending. `part` is above 0 for a continuation of the message `carrier`.
    """

    id: int
    channel: str
    conversation: str
    body: str
    incident: int | None
    attempts: int
    doubts: int
    planned_at: datetime
    not_before: datetime
    urgency: int
    lease_until: datetime
    carrier: int | None = None
    part: int = 0
    duty: int | None = None
    reminds: str | None = None
    told_at: int | None = None
    state: str = "sending"

    @property
    def is_notice(self) -> bool:
        """Return whether it tells of failures: nobody would be told of its own, so it is sent until it arrives."""
        return self.told_at is not None

    @property
    def is_aside(self) -> bool:
        """Return whether it is sent beside the other messages of its conversation."""
        return self.urgency >= ASIDE

    @property
    def repeat(self) -> bool:
        """Return whether an earlier attempt may have reached its reader."""
        return self.doubts > 0


# Keep the order within a conversation: claim nothing behind a message that waits for its next attempt, and nothing
# while another process is sending there. Only an answer may go ahead of waiting notices
# of the bot's own trouble, and both ahead of waiting reminders, for MOST_WAITED: no flood of words keeps one from
# sounding. After the clock was set
# back, what was planned or put off "later" than now waits for nothing but the time of sending that it was planned for.
_CLAIM = """
UPDATE outbox SET state = CASE WHEN picked.place = 1 THEN 'sending' ELSE 'claimed' END, lease_until = {lease},
       attempts = attempts + 1, owner = {owner}, doubts = doubts + CASE WHEN state = 'sending' THEN 1 ELSE 0 END
FROM (
    SELECT claimable.one_id, ROW_NUMBER() OVER (
        PARTITION BY claimable.place_of, claimable.aside ORDER BY claimable.urgent, claimable.first_id, claimable.one_id
    ) AS place
    FROM (
        SELECT one.id AS one_id, one.conversation AS place_of, CASE WHEN one.urgency >= {aside} THEN 1 ELSE 0 END
            AS aside, {urgent_one} AS urgent, COALESCE(one.carrier, one.id) AS first_id
        FROM outbox AS one WHERE one.channel = {channel} AND {waiting} AND NOT (
            one.urgency < {aside} AND one.conversation IN ({being_sent} AND urgency < {aside})
            OR one.urgency >= {aside} AND one.conversation IN ({being_sent} AND urgency >= {aside})
        ) AND NOT EXISTS (
            SELECT 1 FROM outbox AS other
            WHERE other.conversation = one.conversation AND other.retry_at > {now}
                AND COALESCE(other.lease_until, other.planned_at) <= {now}
                AND other.channel = {channel} AND other.state = 'planned' AND ({urgent_other} < {urgent_one}
                    OR ({urgent_other} = {urgent_one}
                        AND COALESCE(other.carrier, other.id) < COALESCE(one.carrier, one.id)))
        ) {others} ORDER BY {urgent_one}, COALESCE(one.carrier, one.id), one.id LIMIT {limit}
    ) AS claimable
) AS picked
WHERE outbox.id = picked.one_id AND {still_waiting}
RETURNING id, channel, conversation, body, incident, attempts, doubts, planned_at, not_before, urgency, lease_until,
          carrier, part, duty, reminds, told_at, state
"""


_BEING_SENT = """SELECT conversation FROM outbox WHERE channel = {channel} AND state IN ('sending', 'claimed')
            AND lease_until > {now} AND lease_until <= {ahead}"""


_WAITING = """(
    ({row}state = 'planned' AND ({row}not_before <= {now} OR {row}not_before <= {row}planned_at)
        AND ({row}retry_at IS NULL OR {row}retry_at <= {now} OR COALESCE({row}lease_until, {row}planned_at) > {now}))
    OR ({row}state IN ('sending', 'claimed') AND ({row}lease_until <= {now} OR {row}lease_until > {ahead}))
)"""


_URGENT = """CASE WHEN {row}urgency > {notice} AND {row}urgency + {waited} < {now} THEN -1 ELSE {row}urgency END"""
"""How urgent a message is now: a reminder's urgency is its time, and behind MOST_WAITED it goes before the answers."""


MOST_WAITED = timedelta(minutes=1)
"""How long answers may go ahead of a reminder that is due."""


HELD = ("claimed", "sending")
"""The states of what a process has taken."""


ASIDE = 2**62
"""The urgency of what is sent beside the other messages of its conversation, which do not wait for it."""


MOST_AHEAD = timedelta(minutes=5)
"""Longer than any lease: one that ends later was taken before the clock was set back, and has ended."""


AT_ONCE = 64
"""How many messages a claim takes at most."""


async def claim(
    channel: str, now: datetime, lease: timedelta, limit: int = AT_ONCE, besides: Collection[str] = ()
) -> list[ClaimedMessage]:
    """Claim this channel's next messages, most urgent first, and lease them to the caller.

    Conversations in `besides` are left to other processes.
    """
    statement = _claim_besides(sql.mark(1)[0], len(besides))
    values = [
        to_ms(now + lease),
        channel,
        to_ms(now),
        limit,
        to_ms(now + MOST_AHEAD),
        own_mark()[:LONGEST_MARK],
        *besides,
    ]
    # Two concurrent claims would not see each other's rows, and both could send messages of one conversation.

    async def claimed() -> list[ClaimedMessage]:
        found = (_claimed_message(row) for row in await sql.rows(statement, values))
        return sorted(found, key=lambda message: _order(message, to_ms(now - MOST_WAITED)))

    return await claim_exclusively(f"outbox {channel}", claimed, give_back)


@lru_cache(maxsize=64)
def _claim_besides(mark: str, count: int) -> str:
    """Return the statement that claims besides so many conversations; `mark` begins the marks of parameters."""
    names = ("lease", "channel", "now", "limit", "ahead", "owner")
    marks = {name: f"{mark}{n}" for n, name in enumerate(names, 1)}
    bounds = {"notice": NOTICE, "waited": MOST_WAITED // MILLISECOND}
    waiting = {
        "waiting": _WAITING.format(row="one.", **marks),
        "still_waiting": _WAITING.format(row="outbox.", **marks),
        "urgent_one": _URGENT.format(row="one.", **bounds, **marks),
        "urgent_other": _URGENT.format(row="other.", **bounds, **marks),
    }
    others = f"AND one.conversation NOT IN ({sql.marks(count, len(names) + 1)})" if count else ""
    return _CLAIM.format(**waiting, **marks, others=others, being_sent=_BEING_SENT.format(**marks), aside=ASIDE)


def _order(message: ClaimedMessage, waited: int) -> tuple[int, int, int]:
    urgency = -1 if NOTICE < message.urgency < waited else message.urgency
    return urgency, message.carrier or message.id, message.id


def _claimed_message(row: dict[str, Any]) -> ClaimedMessage:
    moments = {name: from_ms(row[name]) for name in ("planned_at", "not_before", "lease_until")}
    return ClaimedMessage(**{**row, **moments})


def own(messages: Sequence[ClaimedMessage]) -> QuerySet[Outbox]:
    """Return the query for those of the messages that are still leased to the caller by this claim."""
    ids = [message.id for message in messages]
    return Outbox.filter(id__in=ids, state__in=HELD, lease_until=messages[0].lease_until)


async def begin(messages: Sequence[ClaimedMessage]) -> bool:
    """Mark messages as being sent from now on; return False if one is not the caller's any more."""
    return bool(await own(messages).update(state="sending") == len(messages))


async def give_back(messages: Sequence[ClaimedMessage]) -> int:
    """Release claimed messages that were not tried; they can be claimed at once."""
    if not messages:
        return 0
    return await own(messages).update(state="planned", lease_until=None, attempts=F("attempts") - 1)


async def are_stale(messages: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
    """Return the reminders of which no duty is owed any more as it was: all are met, closed or moved."""
    about = {message: _reminded(message) for message in messages if message.duty is not None}
    ids = {id for named in about.values() for id, _ in named}
    if not ids:
        return []
    rows = await Duty.filter(id__in=list(ids), state="open").values_list("id", "due_at")
    owed = {id: to_ms(due) for id, due in rows}
    return [message for message, named in about.items() if not any(_stands(owed, *one) for one in named)]


def _reminded(message: ClaimedMessage) -> list[tuple[int, int | None]]:
    if not message.reminds:  # of an earlier version
        return [(message.duty or 0, None)]
    pairs = (one.partition("@") for one in message.reminds.split(","))
    return [(int(id), int(due)) for id, _, due in pairs]


def _stands(owed: Mapping[int, int], id: int, due: int | None) -> bool:
    return id in owed and due in (None, owed[id])
