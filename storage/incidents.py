"""Incidents as they stand, and the one transaction that changes them: compare, swap, record, queue what is to be said.

Everything that a decision changes is written together or not at all: the incident's row (if its version is still the
one that was read), duties, requests, drafts, whose hands it is in, the audit trail, outgoing messages, and the mark
that the inbox message is dealt with.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import audit, delegations, files, inbox, outbox, routines, undo
from storage.changes import Actor, Decided, Written, hand_over, write
from storage.commit import conclude
from storage.counters import taking
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.tables import Delegation, Draft, Duty, Forwarding, Incident, Policy, Post, Request


class Conflict(Exception):
    """The incident changed after it was read: read it again and decide anew."""


@dataclass(frozen=True, slots=True)
class Record:
    """An incident's rows as read at one moment."""

    incident: Incident
    duties: list[Duty]
    requests: list[Request]
    drafts: list[Draft]
    policy: Policy
    delegations: list[Delegation]


async def load(number: int) -> Record | None:
    """Everything that a decision about an incident needs; None if there is no such number."""
    incident = await Incident.get_or_none(number=number).select_related("policy")
    if incident is None:
        return None
    return Record(
        incident,
        await Duty.filter(incident_id=number).order_by("id"),
        await Request.filter(incident_id=number).order_by("id"),
        await Draft.filter(incident_id=number).order_by("edition"),
        incident.policy,
        await delegations.standing(),
    )


async def load_all(numbers: Sequence[int]) -> list[Record]:
    """Load several incidents at once, in the order of their numbers as given; a number that is none is left out."""
    found = {one.number: one for one in await Incident.filter(number__in=list(numbers)).select_related("policy")}
    duties = _by_incident(await Duty.filter(incident_id__in=list(found)).order_by("id"))
    requests = _by_incident(await Request.filter(incident_id__in=list(found)).order_by("id"))
    drafts = _by_incident(await Draft.filter(incident_id__in=list(found)).order_by("edition"))
    standing = await delegations.standing()
    return [
        Record(found[n], duties[n], requests[n], drafts[n], found[n].policy, standing) for n in numbers if n in found
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
    """Applies a decision. `say` makes the outgoing messages once the request's number is known.

    Raises Conflict when the incident is no longer at `record_version`, AlreadyHandled when the inbox message was
    dealt with by somebody else; nothing is written then.
    """
    return await transact(lambda: _change(record_version, number, decision, actor, say))


async def _change(
    version: int,
    number: int,
    decision: Decided,
    actor: Actor,
    say: Callable[[Written], Iterable[outbox.OutgoingMessage]],
) -> Written:
    written, keeping = await _apply(version, number, decision, actor)
    await _finish([(written, decision)], say(written), actor, keeping)
    return written


async def _apply(version: int, number: int, decision: Decided, actor: Actor) -> tuple[Written, list[Statement]]:
    """One incident's part of a change, and what is to be kept with it so that it can be taken back."""
    before = await undo.image(number, decision) if actor.undoable else None
    changes = {**decision.changes, "version": version + 1}
    if not await Incident.filter(number=number, version=version).update(**changes):
        raise Conflict(number)
    cycles: list[Any] = await Incident.filter(number=number).values_list("cycle", flat=True)
    written = Written(number, cycles[0])
    await write(written, decision, actor)
    if "holder" in decision.changes:
        await hand_over(number, decision.changes["holder"], actor.now)
    if before is None:
        return written, []
    return written, [undo.remembering(written, before, decision, actor, version + 1)]


@dataclass(frozen=True, slots=True)
class Change:
    """One incident's part of a change that reaches several: the version that was read, and what was decided."""

    number: int
    version: int
    decision: Decided


async def change_all(
    changes: Sequence[Change], actor: Actor, say: Callable[[list[Written]], Iterable[outbox.OutgoingMessage]]
) -> list[Written]:
    """Applies decisions about several incidents in one transaction, all or none. Raises as `change` does."""

    async def work() -> list[Written]:
        applied = [await _apply(one.version, one.number, one.decision, actor) for one in changes]
        written = [each for each, _ in applied]
        decided = [(each, one.decision) for each, one in zip(written, changes, strict=True)]
        await _finish(decided, say(written), actor, [one for _, keeping in applied for one in keeping])
        return written

    return await transact(work)


async def take_back(
    version: int,
    number: int,
    decision: Decided,
    actor: Actor,
    say: Callable[[Written], Iterable[outbox.OutgoingMessage]],
) -> Written:
    """Puts an incident back to where it stood before its last change. Raises as `change` does.

    Of one that the change opened, the posts are free again: forwarded anew they open another.
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
    keeping: Sequence[Statement] = (),
) -> None:
    if actor.files:
        await files.belong(actor.files, written[0][0].number)
    lines = [
        audit.AuditLine(each.number, actor.id, event.kind, event.data)
        for each, decision in written
        for event in decision.events
    ]
    if actor.given is not None:
        lines.append(await routines.given(actor.given, actor.id, actor.now, written[0][0].number))
    await conclude(messages, actor.inbox, lines, actor.now, keeping)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    fingerprint: str
    url: str | None
    platform: str
    posted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """A matter to open: `fields` are the incident's columns but for its number, version and policy."""

    fields: Mapping[str, Any]
    regime: str
    policy: str
    digest: str
    posts: Sequence[NewPost]
    message: str


async def open_incident(
    new: NewIncident, decision: Decided, actor: Actor, say: Callable[[Written], Iterable[outbox.OutgoingMessage]]
) -> Written:
    """Opens an incident under the next number. A post that is known already raises tortoise's IntegrityError."""
    return await transact(lambda: _open(new, decision, actor, say))


async def _open(
    new: NewIncident, decision: Decided, actor: Actor, say: Callable[[Written], Iterable[outbox.OutgoingMessage]]
) -> Written:
    counted, policies = await sql.together([taking("incidents"), Statement(_POLICY.format(sql.mark(1)), [new.digest])])
    number = int(counted[0]["value"])
    policy = int(policies[0]["id"]) if policies else await _first_under(new, actor.now)
    lists: dict[str, Any] = {"helpers": [], "about": [], "bounces": []}
    incident = {"number": number, "version": 1, "policy_id": policy, **lists, **new.fields}
    held = {"incident_id": number, "holder": new.fields["holder"], "since": actor.now}
    written = Written(number)
    rows = (
        sql.adding("incidents", incident, "number"),
        *_posts(number, new.posts, actor),
        _forwarded(number, new.message, actor, joined=False),
        sql.adding("holdings", held),
    )
    await write(written, decision, actor, rows)
    keeping = [undo.remembering(written, undo.OPENING, decision, actor, 1)] if actor.undoable else []
    await _finish([(written, decision)], say(written), actor, keeping)
    return written


_POLICY = "SELECT id FROM policies WHERE digest = {}"


def _posts(number: int, posts: Sequence[NewPost], actor: Actor) -> list[Statement]:
    """Addresses of a matter."""
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
    return [sql.adding("posts", row) for row in rows]


async def _first_under(new: NewIncident, now: datetime) -> int:
    """The regime's frozen copy, which the first incident under it makes."""
    policy, _ = await Policy.get_or_create(
        digest=new.digest, defaults={"name": new.regime, "body": new.policy, "created_at": now}
    )
    return int(policy.id)


def _forwarded(number: int, message: str, actor: Actor, *, joined: bool) -> Statement:
    row = {"incident_id": number, "message": message, "joined": joined, "by": actor.id, "at": actor.now}
    return sql.adding("forwardings", row)


async def join(
    version: int,
    number: int,
    posts: Sequence[NewPost],
    message: str,
    decision: Decided,
    actor: Actor,
    say: Callable[[Written], Iterable[outbox.OutgoingMessage]],
) -> Written:
    """Records that a post was forwarded again, and its new addresses."""

    async def work() -> Written:
        await sql.together([*_posts(number, posts, actor), _forwarded(number, message, actor, joined=True)])
        return await _change(version, number, decision, actor, say)

    return await transact(work)


async def known_posts(fingerprints: Sequence[str]) -> dict[str, int]:
    """Which of these posts belong to which incident."""
    if not fingerprints:
        return {}
    which = sql.marks(len(fingerprints))
    statement = f"SELECT fingerprint, incident_id FROM posts WHERE fingerprint IN ({which})"  # noqa: S608 - marks only
    return {str(fingerprint): int(number) for fingerprint, number in await sql.values(statement, fingerprints)}


async def must_be_new(message: str) -> None:
    """AlreadyHandled if a forwarding is on record already: another claimer was faster."""
    if await Forwarding.filter(message=message).exists():
        raise inbox.AlreadyHandled(message)
