"""Duties whose next step is due: read them in batches, and move them up their ladder with one commit for each batch.

The row decides, not the timer: a step is taken only if the duty is still open and its `next_at` is still the one that
was read. A commit contains the rows, the audit trail and the outgoing messages.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import json

from storage import audit, outbox
from storage.database import sql
from storage.database.transaction import transact
from storage.tables import Duty, Policy, from_ms, to_ms

BATCH = 64


class DueRow(NamedTuple):
    """A duty whose step is due, with what a reminder needs to know about its incident. Times are aware UTC.

    Incident 0 means a routine duty, owed by `person`; the incident's columns are None then.
    `policy` is the id of the incident's frozen regime, `about` is a JSON list of whom the incident concerns,
    `reckoning` the JSON of the due time's trace where it names another body.
    """

    id: int
    incident: int
    kind: str
    owner: str
    person: str | None
    started_at: datetime
    due_at: datetime
    rung: int | None
    next_at: datetime
    title: str
    tier: str
    department: str | None
    holder: str
    channel: str
    conversation: str
    policy: int
    about: str
    reckoning: str | None = None

    @property
    def body(self) -> str | None:
        """The other body to which what is due is owed; None for what is owed to none."""
        return str(json.decode(self.reckoning).get("body") or "") or None if self.reckoning else None

    @property
    def routine(self) -> bool:
        return self.incident == 0


class LatestRequest(NamedTuple):
    """An incident's latest request of a kind. `subject` is JSON, times are aware UTC."""

    incident: int
    kind: str
    state: str
    step: int
    asked_by: str
    asked_at: datetime
    decided_at: datetime | None
    subject: str


class Step(NamedTuple):
    """A step to take: `was` is the row's `next_at` as read. A step that does not sound only moves to the next one."""

    duty: int
    incident: int
    was: datetime
    rung: int | None
    next_at: datetime | None
    skipped: tuple[int, ...]
    recipients: tuple[str, ...]
    sounds: bool = True


class StepsTaken(NamedTuple):
    """Result of a batch: the duties whose step was taken, and timers to set as (incident, duty, due in ms)."""

    taken: list[int]
    armed: list[tuple[int, int, int]]


# The other open duties of the same incident are read as well: a matter is reminded of in one message.
_DUE = """
WITH head AS (
    SELECT id, incident_id FROM duties WHERE state = 'open' AND next_at <= {now} AND {which}
    ORDER BY next_at, id LIMIT {limit}
)
SELECT d.id, COALESCE(d.incident_id, 0) AS incident, d.kind, d.owner, d.person, d.started_at, d.due_at, d.rung,
       d.next_at, i.title, i.tier, i.department, i.holder, i.channel, i.conversation, i.policy_id AS policy,
       i.about,
       CASE WHEN d.kind IN ('superior', 'material', 'news above', 'final report')
            THEN CAST(d.reckoning AS TEXT) END AS reckoning
FROM duties d LEFT JOIN incidents i ON i.number = d.incident_id
WHERE d.state = 'open' AND d.next_at IS NOT NULL
      AND (d.id IN (SELECT id FROM head) OR d.incident_id IN (SELECT incident_id FROM head))
ORDER BY d.next_at, d.id
"""


async def due(ids: Sequence[int], now: datetime) -> list[DueRow]:
    """Return those of `ids` whose step is due at `now`, and the other open ones of their incidents, earliest first."""
    if not ids:
        return []
    which = f"id IN ({sql.marks(len(ids), 3)})"
    return await _due(which, [to_ms(now), len(ids), *ids])


async def overdue(before: datetime, limit: int) -> list[DueRow]:
    """Return duties whose step was due before `before`, and the other open ones of their incidents (the sweep)."""
    return await _due("1 = 1", [to_ms(before), limit])


async def _due(which: str, values: list[Any]) -> list[DueRow]:
    statement = _DUE.format(now=sql.mark(1), limit=sql.mark(2), which=which)
    return [_row(*row) for row in await sql.values(statement, values)]


def _row(
    id: int,
    incident: int,
    kind: str,
    owner: str,
    person: str | None,
    started: int,
    due: int,
    rung: int | None,
    next: int,
    *rest: Any,
) -> DueRow:
    return DueRow(id, incident, kind, owner, person, from_ms(started), from_ms(due), rung, from_ms(next), *rest)


async def policies(ids: Iterable[int]) -> dict[int, str]:
    """Return frozen regimes by policy id. A frozen regime never changes."""
    return {row.id: row.body for row in await Policy.filter(id__in=list(ids))}


async def latest_requests(incidents: Iterable[int]) -> dict[int, dict[str, LatestRequest]]:
    """Return the latest request of each kind in the current cycle, by incident."""
    numbers = list(dict.fromkeys(incidents))
    found: dict[int, dict[str, LatestRequest]] = {}
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        statement = (
            "SELECT r.incident_id AS incident, r.kind, r.state, r.step, "  # noqa: S608 - marks only
            "r.asked_by, r.asked_at, r.decided_at, r.subject FROM requests r "
            "JOIN incidents i ON i.number = r.incident_id AND i.cycle = r.cycle "
            f"WHERE r.incident_id IN ({sql.marks(len(part))}) ORDER BY r.id"
        )
        for row in await sql.rows(statement, part):
            decided = row["decided_at"] and from_ms(row["decided_at"])
            times = {"asked_at": from_ms(row["asked_at"]), "decided_at": decided}
            found.setdefault(row["incident"], {})[row["kind"]] = LatestRequest(**row | times)
    return found


async def fire(
    steps: Sequence[Step], messages: Sequence[tuple[frozenset[int], outbox.OutgoingMessage]], now: datetime
) -> StepsTaken:
    """Take steps in one commit. Send a message if the step of at least one of its duties was taken."""

    async def work() -> StepsTaken:
        taken: set[int] = set()
        for start in range(0, len(steps), BATCH):
            taken |= await _move(steps[start : start + BATCH])
        await outbox.plan([message for about, message in messages if about & taken], now)
        await audit.append([_line(step) for step in steps if step.duty in taken and step.sounds], now)
        armed = [(s.incident, s.duty, to_ms(s.next_at)) for s in steps if s.duty in taken and s.next_at]
        return StepsTaken(sorted(taken), armed)

    return await transact(work)


async def _move(steps: Sequence[Step]) -> set[int]:
    values: list[Any] = []
    for step in steps:
        values += (step.duty, step.rung, step.next_at and to_ms(step.next_at), to_ms(step.was))
    tuples = sql.tuples(len(steps), ("int", "int", "bigint", "bigint"))
    return {int(row["id"]) for row in await sql.rows(_MOVE.format(tuples=tuples), values)}


_MOVE = (
    "WITH v(id, rung, next_at, was) AS (VALUES {tuples}) "
    "UPDATE duties SET rung = v.rung, next_at = v.next_at FROM v "
    "WHERE duties.id = v.id AND duties.state = 'open' AND duties.next_at = v.was RETURNING duties.id"
)


def _line(step: Step) -> audit.AuditLine:
    data = {"duty": step.duty, "rung": step.rung, "skipped": list(step.skipped), "told": list(step.recipients)}
    return audit.AuditLine(step.incident or None, "clock", "reminded", data)


async def pending(page: int = 2000) -> AsyncIterator[Sequence[tuple[int, int, int]]]:
    """Yield all pending steps as (incident, duty, due in ms), earliest first, for rebuilding the timers."""
    statement = _PENDING.format(at=sql.mark(1), id=sql.mark(2), limit=sql.mark(3))
    at, id = -(2**62), 0
    while rows := await sql.values(statement, [at, id, page]):
        _, id, at = rows[-1]
        yield rows


_PENDING = """
SELECT COALESCE(incident_id, 0), id, next_at FROM duties
WHERE state || '' = 'open' AND next_at >= {at} AND (next_at > {at} OR id > {id}) ORDER BY next_at, id LIMIT {limit}
"""


async def between(since: datetime, until: datetime, limit: int = 5000) -> list[tuple[int, int, int]]:
    """Return steps due after `since` and until `until`, as (incident, duty, due in ms), earliest first."""
    statement = (
        "SELECT COALESCE(incident_id, 0), id, next_at FROM duties "  # noqa: S608 - marks only
        f"WHERE state = 'open' AND next_at > {sql.mark(1)} AND next_at <= {sql.mark(2)} "
        f"ORDER BY next_at LIMIT {sql.mark(3)}"
    )
    return [tuple(row) for row in await sql.values(statement, [to_ms(since), to_ms(until), limit])]


async def next_step_at() -> datetime | None:
    """Return when the earliest pending step is due."""
    statement = "SELECT next_at FROM duties WHERE state = 'open' AND next_at IS NOT NULL ORDER BY next_at LIMIT 1"
    rows = await sql.values(statement, [])
    return from_ms(rows[0][0]) if rows else None


async def standing(ids: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return the next steps of these duties as (incident, duty, due in ms), without the closed ones."""
    statement = (
        "SELECT COALESCE(incident_id, 0), id, next_at FROM duties "  # noqa: S608 - marks only
        f"WHERE state = 'open' AND next_at IS NOT NULL AND id IN ({sql.marks(len(ids))})"
    )
    return [tuple(row) for row in await sql.values(statement, ids)] if ids else []


async def put_off(id: int, was: datetime, until: datetime) -> None:
    """Postpone a duty's next step that could not be decided now, if it is still due as it was read."""
    await Duty.filter(id=id, state="open", next_at=was).update(next_at=until)
