"""Load incidents, and change them in one transaction by compare-and-swap on the incident's version.

Everything that a decision changes is written together or not at all: the incident's row (if its version is still the
one that was read), duties, requests, drafts, holdings, the audit trail, outgoing messages, and the inbox message's
state.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from storage import audit, files, outbox, overruns, routines, undo
from storage.changes import Actor, Decided, Written, hand_over, write
from storage.commit import conclude
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.tables import Delegation, Draft, Duty, HandedDown, Incident, Policy, Post, Request


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


async def found_at(numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Return of incidents when they were found, their stage, and what says which units see them."""
    if not numbers:
        return []
    query = Incident.filter(number__in=list(numbers)).order_by("number")
    return list(await query.values("number", "department", "stage", "found_at", "unit", "helpers", "about"))


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
    return await transact(lambda: change_within(record_version, number, decision, actor, say))


async def change_within(
    version: int,
    number: int,
    decision: Decided,
    actor: Actor,
    say: Callable[[Written], Iterable[outbox.OutgoingMessage]],
    posts: Sequence[int] = (),
) -> Written:
    written, saves = await _apply(version, number, decision, actor, posts)
    await finish([(written, decision)], say(written), actor, saves)
    return written


async def _apply(
    version: int, number: int, decision: Decided, actor: Actor, posts: Sequence[int] = ()
) -> tuple[Written, list[Statement]]:
    """Write one incident's part of a change; return it with the statements that save the state for undo.

    `posts` are the ids of the posts that joined it with the change.
    """
    before = undo.snapshot_statements(number, decision) if actor.undoable else {}
    changes = {**decision.changes, "version": version + 1}
    changed = sql.update_statement(Incident, changes, {"number": number, "version": version}, "cycle")
    _, *found, cycles = await sql.run_all([overruns.record_statement(number, actor.now), *before.values(), changed])
    if not cycles:
        raise Conflict(number)
    written = Written(number, cycles[0]["cycle"], posts=list(posts))
    await write(written, decision, actor)
    if "holder" in decision.changes:
        await hand_over(number, decision.changes["holder"], actor.now)
    if not actor.undoable:
        return written, []
    state = undo.snapshot(dict(zip(before, found, strict=True)))
    return written, [undo.save_statement(written, state, decision, actor, version + 1)]


@dataclass(frozen=True, slots=True)
class Change:
    """One incident's part of a change of several: the version that was read, the decision, and when it was acted on."""

    number: int
    version: int
    decision: Decided
    acted_at: datetime | None = None


async def change_all(
    changes: Sequence[Change], actor: Actor, say: Callable[[list[Written]], Iterable[outbox.OutgoingMessage]]
) -> list[Written]:
    """Apply decisions about several incidents in one transaction, all or none. Raise as `change` does."""

    async def work() -> list[Written]:
        applied = [
            await _apply(one.version, one.number, one.decision, replace(actor, acted_at=one.acted_at or actor.acted_at))
            for one in changes
        ]
        written = [each for each, _ in applied]
        decided = [(each, one.decision) for each, one in zip(written, changes, strict=True)]
        await finish(decided, say(written), actor, [one for _, saves in applied for one in saves])
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

    If the change opened the incident, delete its posts and orders, so that they open a new one when they come again.
    """

    async def work() -> Written:
        written, _ = await _apply(version, number, decision, actor)
        if await undo.restore(number, written, actor.now):
            await Post.filter(incident_id=number).delete()
            await HandedDown.filter(incident_id=number).delete()
        await finish([(written, decision)], say(written), actor)
        return written

    return await transact(work)


async def finish(
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
        lines.append(await routines.close_slot(actor.report, actor, written[0][0].number))
    await conclude(messages, actor.inbox, lines, actor.now, saves)
