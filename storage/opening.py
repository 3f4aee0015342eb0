"""Open incidents, and record what is forwarded: the posts of an incident, each forwarding, and which are known.

What a decision about an incident changes is written by `storage.incidents`, in the same transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from storage import inbox_claims, outbox, undo
from storage.changes import Actor, Decided, Written, write
from storage.counters import take_statement
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.incidents import change_within, finish
from storage.tables import Forwarding, to_ms

LATE = timedelta(minutes=1)
"""What is handled within this time of being said was not late."""


class NewPost(Struct, frozen=True, kw_only=True):
    fingerprint: str
    url: str | None
    platform: str
    posted_at: datetime | None


class NewIncident(Struct, frozen=True, kw_only=True):
    """An incident to open. `fields` are its columns except number, version and policy.

    `held_by` is the party that holds it from the find until its message is handled, if that took longer than LATE.
    """

    fields: Mapping[str, Any]
    regime: str
    policy: str
    digest: str
    posts: Sequence[NewPost]
    message: str
    held_by: str


async def open_incident(
    new: NewIncident, decision: Decided, actor: Actor, say: Callable[[Written], Iterable[outbox.OutgoingMessage]]
) -> Written:
    """Open an incident under the next number. Raise tortoise's IntegrityError if a post is already known."""
    return await transact(lambda: _open(new, decision, actor, say))


async def _open(
    new: NewIncident, decision: Decided, actor: Actor, say: Callable[[Written], Iterable[outbox.OutgoingMessage]]
) -> Written:
    counted, policies = await sql.run_all(
        [take_statement("incidents"), Statement(_POLICY.format(sql.mark(1)), [new.digest])]
    )
    number = int(counted[0]["value"])
    policy = int(policies[0]["id"]) if policies else await _freeze_policy(new, actor.now)
    lists: dict[str, Any] = {"helpers": [], "about": [], "bounces": []}
    incident = {"number": number, "version": 1, "policy_id": policy, **lists, **new.fields}
    written = Written(number)
    rows = (
        sql.insert_statement("incidents", incident, "number"),
        *_post_statements(number, new.posts, actor),
        _forwarding_statement(number, new.message, actor, joined=False),
        *_holdings(number, new, actor),
    )
    await write(written, decision, actor, rows)
    saves = [undo.save_statement(written, undo.OPENING, decision, actor, 1)] if actor.undoable else []
    await finish([(written, decision)], say(written), actor, saves)
    return written


def _holdings(number: int, new: NewIncident, actor: Actor) -> list[Statement]:
    """Build the statements that insert who holds an incident: nobody else could know of it before it was handled."""
    late = actor.now - actor.since > LATE
    held = [{"holder": new.held_by, "since": actor.since, "until": actor.now}] if late else []
    held.append({"holder": new.fields["holder"], "since": actor.now if late else actor.since, "until": None})
    return [sql.insert_statement("holdings", {"incident_id": number, **one}) for one in held]


_POLICY = "SELECT id FROM policies WHERE digest = {}"


def _post_statements(number: int, posts: Sequence[NewPost], actor: Actor) -> list[Statement]:
    """Build the statements that insert an incident's posts."""
    rows = (
        {
            "incident_id": number,
            "fingerprint": post.fingerprint,
            "url": post.url,
            "platform": post.platform,
            "posted_at": post.posted_at,
            "found_at": actor.since,
            "forwarded_by": actor.id,
        }
        for post in posts
    )
    return [sql.insert_statement("posts", row) for row in rows]


async def _freeze_policy(new: NewIncident, now: datetime) -> int:
    """Freeze the regime for its first incident; return the policy's id."""
    values = [new.regime, new.digest, new.policy, to_ms(now)]
    return int((await sql.rows(_FREEZE.format(marks=sql.marks(len(values))), values))[0]["id"])


_FREEZE = """
INSERT INTO policies (name, digest, body, created_at) VALUES ({marks})
ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id
"""


def _forwarding_statement(number: int, message: str, actor: Actor, *, joined: bool) -> Statement:
    row = {"incident_id": number, "message": message, "joined": joined, "by": actor.id, "at": actor.now}
    return sql.insert_statement("forwardings", row)


async def join(
    version: int,
    number: int,
    posts: Sequence[NewPost],
    message: str,
    decision: Decided,
    actor: Actor,
    say: Callable[[Written], Iterable[outbox.OutgoingMessage]],
) -> Written:
    """Record that a post was forwarded again, and its new addresses."""

    async def work() -> Written:
        *added, _ = await sql.run_all(
            [*_post_statements(number, posts, actor), _forwarding_statement(number, message, actor, joined=True)]
        )
        return await change_within(version, number, decision, actor, say, [int(rows[0]["id"]) for rows in added])

    return await transact(work)


async def known_posts(fingerprints: Sequence[str]) -> dict[str, int]:
    """Return the incident of each of these posts that is known, by fingerprint."""
    if not fingerprints:
        return {}
    which = sql.marks(len(fingerprints))
    statement = f"SELECT fingerprint, incident_id FROM posts WHERE fingerprint IN ({which})"  # noqa: S608 - marks only
    return {str(fingerprint): int(number) for fingerprint, number in await sql.values(statement, fingerprints)}


async def opened_together(by: str, part: str, since: datetime) -> list[int]:
    """Return the incidents that a person's last message since `since` opened, if it held several posts.

    `part` is what stands in the key of each between the message's own key and the post's place.
    """
    last = await Forwarding.filter(by=by, at__gte=since).order_by("-id").first()
    base, several, _ = last.message.rpartition(part) if last else ("", "", "")
    if last is None or not several:
        return []
    same = Forwarding.filter(by=by, at=last.at, message__startswith=base + part, joined=False)
    return [int(row["incident_id"]) for row in await same.order_by("id").values("incident_id")]


async def must_be_new(message: str) -> None:
    """Raise AlreadyHandled if the forwarding is already recorded: another process was faster."""
    if await Forwarding.filter(message=message).exists():
        raise inbox_claims.AlreadyHandled(message)
