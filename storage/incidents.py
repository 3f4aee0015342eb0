"""Load incidents, and change them in one transaction by compare-and-swap on the incident's version.

Everything that a decision changes is written together or not at all: the incident's row (if its version is still the
one that was read), duties, requests, drafts, holdings, the audit trail, outgoing messages, and the inbox message's
state.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import audit, files, inbox, outbox, overruns, routines, undo
from storage.changes import Actor, Decided, Written, hand_over, write
from storage.commit import conclude
from storage.counters import take_statement
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.tables import Delegation, Draft, Duty, Forwarding, Incident, Policy, Post, Request


class Conflict(Exception):
    """The incident changed after it was read: load it again and repeat the decision."""


@dataclass(frozen=True, slots=True)
class Record:
    """An incident's rows as read at one moment."""

    incident: Incident
    duties: list[Duty]
    requests: list[Request]
    drafts: list[Draft]
    policy: Policy
    delegations: list[Delegation]


_OF_INCIDENTS = (
    "SELECT * FROM incidents WHERE number IN ({numbers})",
    "SELECT * FROM policies WHERE id IN (SELECT policy_id FROM incidents WHERE number IN ({numbers}))",
    "SELECT * FROM duties WHERE incident_id IN ({numbers}) ORDER BY id",
    "SELECT * FROM requests WHERE incident_id IN ({numbers}) ORDER BY id",
    "SELECT * FROM drafts WHERE incident_id IN ({numbers}) ORDER BY edition",
)
_STANDING = "SELECT * FROM delegations WHERE ended_at IS NULL ORDER BY id"


async def load(number: int) -> Record | None:
    """Load everything that a decision about an incident needs; None if there is no such number."""
    return next(iter(await load_all([number])), None)


async def load_all(numbers: Sequence[int]) -> list[Record]:
    """Load several incidents in the order of `numbers`; skip numbers that do not exist."""
    if not numbers:
        return []
    marks = sql.marks(len(numbers))
    statements = [Statement(text.format(numbers=marks), numbers) for text in _OF_INCIDENTS]
    found = await sql.run_all([*statements, Statement(_STANDING, [])])
    incidents = {one.number: one for one in sql.models(Incident, found[0])}
    policies = {one.id: one for one in sql.models(Policy, found[1])}
    under = {row["number"]: policies[row["policy_id"]] for row in found[0]}
    duties, requests, drafts = (
        _by_incident(sql.models(model, rows)) for model, rows in zip((Duty, Request, Draft), found[2:], strict=False)
    )
    standing = sql.models(Delegation, found[5])
    return [
        Record(incidents[n], duties[n], requests[n], drafts[n], under[n], standing) for n in numbers if n in incidents
    ]


def _by_incident(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.incident_id].append(row)
    return grouped


async def change(
    record_version: int,
    number: int,
    decision: Decided,
    actor: Actor,
    say: Callable[[Written], Iterable[outbox.OutgoingMessage]],
) -> Written:
    """Apply a decision. `say` makes the outgoing messages, once the new request's number is known.

    Raise Conflict if the incident is no longer at `record_version`, and AlreadyHandled if another process has handled
    the inbox message; nothing is written then.
    """
    return await transact(lambda: _change(record_version, number, decision, actor, say))


async def _change(
    version: int,
    number: int,
    decision: Decided,
    actor: Actor,
    say: Callable[[Written], Iterable[outbox.OutgoingMessage]],
    posts: Sequence[int] = (),
) -> Written:
    written, saves = await _apply(version, number, decision, actor, posts)
    await _finish([(written, decision)], say(written), actor, saves)
    return written


async def _apply(
    version: int, number: int, decision: Decided, actor: Actor, posts: Sequence[int] = ()
) -> tuple[Written, list[Statement]]:
    """Write one incident's part of a change; return it with the statements that save the state for undo.

    `posts` are the ids of the posts that joined it with the change.
    """
    await overruns.record_of(number, actor.now)
    before = await undo.snapshot(number, decision) if actor.undoable else None
    changes = {**decision.changes, "version": version + 1}
    if not await Incident.filter(number=number, version=version).update(**changes):
        raise Conflict(number)
    cycles: list[Any] = await Incident.filter(number=number).values_list("cycle", flat=True)
    written = Written(number, cycles[0], posts=list(posts))
    await write(written, decision, actor)
    if "holder" in decision.changes:
        await hand_over(number, decision.changes["holder"], actor.now)
    if before is None:
        return written, []
    return written, [undo.save_statement(written, before, decision, actor, version + 1)]


@dataclass(frozen=True, slots=True)
class Change:
    """One incident's part of a change of several: the version that was read, and the decision."""

    number: int
    version: int
    decision: Decided


async def change_all(
    changes: Sequence[Change], actor: Actor, say: Callable[[list[Written]], Iterable[outbox.OutgoingMessage]]
) -> list[Written]:
    """Apply decisions about several incidents in one transaction, all or none. Raise as `change` does."""

    async def work() -> list[Written]:
        applied = [await _apply(one.version, one.number, one.decision, actor) for one in changes]
        written = [each for each, _ in applied]
        decided = [(each, one.decision) for each, one in zip(written, changes, strict=True)]
        await _finish(decided, say(written), actor, [one for _, saves in applied for one in saves])
        return written

    return await transact(work)


async def take_back(
    version: int,
    number: int,
    decision: Decided,
    actor: Actor,
    say: Callable[[Written], Iterable[outbox.OutgoingMessage]],
) -> Written:
    """Undo an incident's last change. Raise as `change` does.

    If the change opened the incident, delete its posts, so that they open a new incident when forwarded again.
    """

    async def work() -> Written:
        written, _ = await _apply(version, number, decision, actor)
        if await undo.restore(number, written, actor.now):
            await Post.filter(incident_id=number).delete()
        await _finish([(written, decision)], say(written), actor)
        return written

    return await transact(work)


async def _finish(
    written: Sequence[tuple[Written, Decided]],
    messages: Iterable[outbox.OutgoingMessage],
    actor: Actor,
    saves: Sequence[Statement] = (),
) -> None:
    if actor.files:
        await files.attach(actor.files, written[0][0].number)
    lines = [
        audit.AuditLine(each.number, actor.id, event.kind, event.data)
        for each, decision in written
        for event in decision.events
    ]
    if actor.report is not None:
        lines.append(await routines.close_slot(actor.report, actor.id, actor.now, written[0][0].number))
    await conclude(messages, actor.inbox, lines, actor.now, saves)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    fingerprint: str
    url: str | None
    platform: str
    posted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """An incident to open. `fields` are its columns except number, version and policy."""

    fields: Mapping[str, Any]
    regime: str
    policy: str
    digest: str
    posts: Sequence[NewPost]
    message: str


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
    held = {"incident_id": number, "holder": new.fields["holder"], "since": actor.now}
    written = Written(number)
    rows = (
        sql.insert_statement("incidents", incident, "number"),
        *_post_statements(number, new.posts, actor),
        _forwarding_statement(number, new.message, actor, joined=False),
        sql.insert_statement("holdings", held),
    )
    await write(written, decision, actor, rows)
    saves = [undo.save_statement(written, undo.OPENING, decision, actor, 1)] if actor.undoable else []
    await _finish([(written, decision)], say(written), actor, saves)
    return written


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
            "found_at": actor.now,
            "forwarded_by": actor.id,
        }
        for post in posts
    )
    return [sql.insert_statement("posts", row) for row in rows]


async def _freeze_policy(new: NewIncident, now: datetime) -> int:
    """Freeze the regime for its first incident; return the policy's id."""
    policy, _ = await Policy.get_or_create(
        digest=new.digest, defaults={"name": new.regime, "body": new.policy, "created_at": now}
    )
    return int(policy.id)


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
        return await _change(version, number, decision, actor, say, [int(rows[0]["id"]) for rows in added])

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
        raise inbox.AlreadyHandled(message)
