"""Write what a decision changes: duties, requests, drafts, publications and holdings.

Call these functions only inside the transaction of `storage.incidents`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct, field
from tortoise.expressions import F

from storage import overruns
from storage.database import sql
from storage.database.sql import Statement
from storage.routines import RoutineReport
from storage.tables import Duty, HandedDown, Holding, Request, to_ms

CLOSED = "closed"
"""The holder of an incident that is closed."""


class Decided(Protocol):
    """What the rules return; see `handlers.rules.incident.case.Decision`."""

    @property
    def events(self) -> Sequence[Any]: ...
    @property
    def changes(self) -> Mapping[str, Any]: ...
    @property
    def met(self) -> Sequence[int]: ...
    @property
    def waived(self) -> Sequence[int]: ...
    @property
    def opened(self) -> Sequence[Any]: ...
    @property
    def moved(self) -> Sequence[Any]: ...
    @property
    def passed(self) -> Sequence[Any]: ...
    @property
    def draft(self) -> str | None: ...
    @property
    def requested(self) -> Any: ...
    @property
    def decided(self) -> Sequence[Any]: ...
    @property
    def published(self) -> Sequence[Any]: ...
    @property
    def ordered(self) -> Sequence[Any]: ...
    @property
    def released(self) -> Sequence[int]: ...


class Actor(Struct, frozen=True, kw_only=True):
    """Who acts, when, and the id of the inbox message that is handled by it.

    `acted_at` is when they did it, if that is before `now`: their message was handled late.

    `undoable` saves the state before the change, so that the actor can undo it. `files` came with the message and are
    attached to the incident. `report` is the check-in that found the incident.
    """

    id: str
    now: datetime
    acted_at: datetime | None = None
    inbox: int | None = None
    undoable: bool = False
    files: tuple[int, ...] = ()
    report: RoutineReport | None = None

    @property
    def since(self) -> datetime:
        """When what they do was done."""
        return self.acted_at or self.now


class Written(Struct):
    """What a change leaves to do: timers to set, as (duty, due in ms), and to cancel; the ids of new rows."""

    number: int
    cycle: int = 1
    armed: list[tuple[int, int]] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    request: int | None = None
    opened: list[int] = field(default_factory=list)
    posts: list[int] = field(default_factory=list)
    published: list[int] = field(default_factory=list)
    ordered: list[int] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)
    released: list[dict[str, Any]] = field(default_factory=list)


async def write(written: Written, decision: Decided, by: Actor, preceding: Sequence[Statement] = ()) -> None:
    """Write a decision. Statements in `preceding` run in one round trip with those that open duties, before them."""
    await _take_overruns_back(decision, by)
    await _meet_duties(written, decision.met, by)
    await _waive_duties(written, decision.waived)
    for moved in decision.moved:
        await _move_duty(written, moved)
    for passed in decision.passed:
        await Duty.filter(id=passed.id, state="open").update(owner=passed.owner)
    if preceding or decision.opened:
        await _open_duties(written, decision.opened, preceding)
    for change in decision.decided:
        await _decide_request(change, by)
    if decision.draft is not None:
        await sql.run_all([_draft_statement(written.number, decision, by)])
    published = await sql.run_all([_publication_statement(written, new, by) for new in decision.published])
    written.published += [int(rows[0]["id"]) for rows in published]
    await _write_documents(written, decision, by)
    if decision.requested is not None:
        [[request]] = await sql.run_all([_request_statement(written, decision.requested, by)])
        written.request = int(request["id"])


async def _write_documents(written: Written, decision: Decided, by: Actor) -> None:
    """Write the documents by which an incident is handed down, and those that are another's from now on."""
    ordered = await sql.run_all([_order_statement(written, new, by) for new in decision.ordered])
    written.ordered += [int(rows[0]["id"]) for rows in ordered]
    if into := decision.changes.get("merged_into"):
        await _take_documents_along(written, into)
    if decision.released:
        await _release_documents(written, decision.released)


async def _take_documents_along(written: Written, into: int) -> None:
    """Let the documents by which a merged incident was handed down belong to the one that goes on."""
    own = HandedDown.filter(incident_id=written.number)
    written.documents += [int(str(id)) for id in await own.values_list("id", flat=True)]
    if written.documents:
        await HandedDown.filter(id__in=written.documents).update(incident_id=into)


async def _release_documents(written: Written, ids: Sequence[int]) -> None:
    """Let documents be handed down again: they were recorded with the wrong incident."""
    rows = HandedDown.filter(id__in=list(ids), incident_id=written.number)
    for row in await rows.values("body", "document", "fingerprint", "by", "at"):
        written.released.append({**row, "at": to_ms(row["at"])})
    await rows.delete()


async def _take_overruns_back(decision: Decided, by: Actor) -> None:
    """Take back the overruns of what was met, put off or given back in time, in words that were handled late."""
    given_back = decision.waived if any(event.kind == "bounced" for event in decision.events) else ()
    touched = [*decision.met, *given_back, *(moved.id for moved in decision.moved)]
    if touched and by.since < by.now:
        await overruns.take_back(touched, by.since)


async def _meet_duties(written: Written, ids: Sequence[int], by: Actor) -> None:
    """Meet duties at the time of the deed, none before it began."""
    if not ids:
        return
    if by.since < by.now:
        still_open = Duty.filter(id__in=list(ids), state="open")
        await still_open.filter(started_at__gt=by.since).update(state="met", next_at=None, met_at=F("started_at"))
    await _end_duties(ids, "met", to_ms(by.since))
    written.cancelled.extend(ids)


async def _waive_duties(written: Written, ids: Sequence[int]) -> None:
    if ids:
        await _end_duties(ids, "waived", None)
        written.cancelled.extend(ids)


async def _end_duties(ids: Sequence[int], state: str, met_at: int | None) -> None:
    ended = _ENDED.format(state=sql.mark(1), met_at=sql.mark(2), ids=sql.marks(len(ids), 3))
    await sql.values(ended, [state, met_at, *ids])


_ENDED = """
UPDATE duties SET state = {state}, met_at = {met_at}, next_at = NULL
WHERE id IN ({ids}) AND state = 'open' RETURNING id
"""


async def _open_duties(written: Written, new: Sequence[Any], preceding: Sequence[Statement]) -> None:
    found = await sql.run_all([*preceding, *(_duty_statement(written, one) for one in new)])
    for one, rows in zip(new, found[len(preceding) :], strict=True):
        duty = int(rows[0]["id"])
        written.opened.append(duty)
        if one.next_at:
            written.armed.append((duty, to_ms(one.next_at)))


def _duty_statement(written: Written, new: Any) -> Statement:
    row = {
        "incident_id": written.number,
        "cycle": written.cycle,
        "kind": new.kind,
        "owner": new.owner,
        "state": "open",
        "started_at": new.started_at,
        "due_at": new.due.at,
        "first_due_at": new.due.at,
        "next_at": new.next_at,
        "provisional": new.due.provisional,
        "reckoning": new.due.trace.to_dict(),
    }
    return sql.insert_statement("duties", row)


async def _move_duty(written: Written, moved: Any) -> None:
    await Duty.filter(id=moved.id, state="open").update(
        due_at=moved.due.at,
        next_at=moved.next_at,
        rung=moved.rung,
        provisional=moved.due.provisional,
        reckoning=moved.due.trace.to_dict(),
    )
    if moved.next_at:
        written.armed.append((moved.id, to_ms(moved.next_at)))


async def _decide_request(change: Any, by: Actor) -> None:
    values: dict[str, Any] = {"step": change.step}
    if change.state is not None:
        values |= {
            "state": change.state, "decided_by": by.id, "decided_at": by.now, "remark": change.remark
        }  # fmt: skip
    if change.subject is not None:
        values["subject"] = dict(change.subject)
    await sql.run_all([sql.update_statement(Request, values, {"id": change.id, "state": "pending"}, "id")])


def _draft_statement(number: int, decision: Decided, by: Actor) -> Statement:
    row = {
        "incident_id": number,
        "edition": decision.requested.subject["edition"],
        "text": decision.draft,
        "author": by.id,
        "created_at": by.now,
    }
    return sql.insert_statement("drafts", row)


def _request_statement(written: Written, requested: Any, by: Actor) -> Statement:
    row = {
        "incident_id": written.number,
        "cycle": written.cycle,
        "kind": requested.kind,
        "subject": dict(requested.subject),
        "asked_by": by.id,
        "asked_at": by.now,
        "state": "pending",
    }
    return sql.insert_statement("requests", row)


def _publication_statement(written: Written, new: Any, by: Actor) -> Statement:
    row = {
        "incident_id": written.number,
        "cycle": written.cycle,
        "edition": new.edition,
        "url": new.url,
        "fingerprint": new.fingerprint,
        "file": new.file,
        "by": by.id,
        "at": by.now,
    }
    return sql.insert_statement("publications", row)


def _order_statement(written: Written, new: Any, by: Actor) -> Statement:
    row = {
        "incident_id": written.number,
        "body": new.body,
        "document": new.document,
        "fingerprint": new.fingerprint,
        "by": by.id,
        "at": by.now,
    }
    return sql.insert_statement("handed_down", row)


async def hand_over(number: int, holder: str, now: datetime) -> None:
    """Record the new holder from now on. The time between a result and a reopening is recorded as held by "closed"."""
    found = sql.models(Holding, await sql.rows(_LAST_HOLDING.format(sql.mark(1)), [number]))
    last, writes = next(iter(found), None), []
    if last is not None and last.until is None:
        if last.holder == holder:
            return
        writes.append(sql.update_statement(Holding, {"until": now}, {"id": last.id}, "id"))
    elif last is not None and holder != CLOSED and last.until < now:
        writes.append(_holding(number, CLOSED, last.until, now))
    if holder != CLOSED:
        writes.append(_holding(number, holder, now, None))
    await sql.run_all(writes)


_LAST_HOLDING = "SELECT * FROM holdings WHERE incident_id = {} ORDER BY id DESC LIMIT 1"


def _holding(number: int, holder: str, since: datetime, until: datetime | None) -> Statement:
    return sql.insert_statement("holdings", {"incident_id": number, "holder": holder, "since": since, "until": until})
