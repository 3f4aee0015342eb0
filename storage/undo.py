"""Undo a person's last change: save the state before it, and restore it.

There is one row for each incident, for its last change by a person. It is valid as long as the incident still has the
version that the change left: then nothing depends on the change.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import json
from tortoise.fields import BooleanField
from tortoise.models import Model

from storage.changes import Actor, Decided, Written, hand_over
from storage.database import sql
from storage.database.sql import Statement
from storage.tables import (
    Draft,
    Duty,
    HandedDown,
    Incident,
    JsonField,
    LastWord,
    Post,
    Publication,
    Request,
    from_ms,
    to_ms,
)

TOGETHER = frozenset({"merged", "merged in"})
"""Kinds of events that concern two incidents and are undone for both."""
OPENING: Mapping[str, Any] = {"opening": True}
_DUTY = ("id", "owner", "state", "met_at", "due_at", "next_at", "rung", "provisional", "reckoning")
_REQUEST = ("id", "state", "step", "subject", "decided_by", "decided_at", "remark")


class UndoableChange(NamedTuple):
    """A change that can be undone. `opening` means that it opened the incident; `kinds` are its events.

    `incident` are the columns that it changed, as they were before; `requests` and `duties` are the rows that it
    changed, each with its id, as they were before; `opened` are the ids of the duties that it opened.
    """

    number: int
    at: datetime
    version: int
    kinds: tuple[str, ...]
    opening: bool
    requests: tuple[Mapping[str, Any], ...] = ()
    incident: Mapping[str, Any] = {}
    duties: tuple[Mapping[str, Any], ...] = ()
    opened: tuple[int, ...] = ()


def snapshot_statements(number: int, decision: Decided) -> dict[type[Model], Statement]:
    """Build the queries for the present state of everything that a decision changes, by the table that they read."""
    touched = [*decision.met, *decision.waived, *(one.id for one in (*decision.moved, *decision.passed))]
    asked = [change.id for change in decision.decided]
    wanted: list[tuple[type[Model], str, Sequence[str], Sequence[int]]] = [
        (Incident, "number", tuple(decision.changes), [number] if decision.changes else []),
        (Duty, "id", _DUTY, touched),
        (Request, "id", _REQUEST, asked),
    ]
    return {model: _state_of(model, key, columns, ids) for model, key, columns, ids in wanted if ids}


def _state_of(model: type[Model], key: str, columns: Sequence[str], ids: Sequence[int]) -> Statement:
    which = f"{key} IN ({sql.marks(len(ids))})"
    return Statement(f"SELECT {', '.join(columns)} FROM {model._meta.db_table} WHERE {which}", ids)  # noqa: S608 - names


def snapshot(found: Mapping[type[Model], Sequence[Any]]) -> dict[str, Any]:
    """Return what these queries found, as it is saved."""
    incident = [_plain(Incident, row) for row in found.get(Incident, ())]
    return {
        "incident": incident[0] if incident else {},
        "duties": [_plain(Duty, row) for row in found.get(Duty, ())],
        "requests": [_plain(Request, row) for row in found.get(Request, ())],
    }


def _plain(model: type[Model], row: Any) -> dict[str, Any]:
    """Return a row with its JSON and its flags decoded; times stay milliseconds."""
    return {name: _read(model._meta.fields_map[name], value) for name, value in dict(row).items()}


def _read(field: Any, value: Any) -> Any:
    return field.to_python_value(value) if isinstance(field, JsonField | BooleanField) else value


def save_statement(
    written: Written, before: Mapping[str, Any], decision: Decided, by: Actor, version: int
) -> Statement:
    """Build the statement that saves the state before a change."""
    body = {
        **before,
        "opened": written.opened,
        "request": written.request,
        "published": written.published,
        "ordered": written.ordered,
        "documents": written.documents,
        "released": written.released,
        "posts": written.posts,
        "draft": decision.requested.subject["edition"] if decision.draft is not None else None,
        "kinds": [event.kind for event in decision.events],
        "inbox": by.inbox,
    }
    row = [written.number, by.id, to_ms(by.now), version, json.encode(body).decode()]
    return Statement(_REMEMBER.format(marks=sql.marks(len(row))), row)


_REMEMBER = """
INSERT INTO last_words (incident, actor, at, version, before) VALUES ({marks})
ON CONFLICT (incident) DO UPDATE SET
    actor = excluded.actor, at = excluded.at, version = excluded.version, before = excluded.before
RETURNING incident
"""


async def of(actor: str, since: datetime, number: int | None = None) -> list[UndoableChange]:
    """Return the changes of a person's last message since `since`: of incident `number`, or of all it changed."""
    rows = await LastWord.filter(actor=actor, at__gte=since)
    rows.sort(key=lambda row: (row.at, row.before["inbox"] or 0, row.incident), reverse=True)
    last = next((row for row in rows if number in (None, row.incident)), None)
    if last is None:
        return []
    alone = number is not None and not TOGETHER & {*last.before["kinds"]}
    changed = [row for row in rows if _occasion(row) == _occasion(last) and not alone] or [last]
    return [_change(row) for row in changed]


async def standing(since: datetime) -> dict[str, UndoableChange]:
    """Return each person's last change since `since` that nothing has followed, by the person's id."""
    rows = await LastWord.filter(at__gte=since).order_by("at", "incident")
    numbers = [row.incident for row in rows]
    versions = dict(await Incident.filter(number__in=numbers).values_list("number", "version")) if rows else {}
    return {row.actor: _change(row) for row in rows if versions.get(row.incident) == row.version}


def _change(row: LastWord) -> UndoableChange:
    before = row.before
    return UndoableChange(
        row.incident,
        row.at,
        row.version,
        tuple(before["kinds"]),
        "opening" in before,
        tuple(_as_loaded(Request, one) for one in before.get("requests", ())),
        _as_loaded(Incident, before.get("incident", {})),
        tuple(_as_loaded(Duty, one) for one in before.get("duties", ())),
        tuple(before.get("opened", ())),
    )


def _as_loaded(model: type[Model], saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a saved row with the values that a loaded row has: times are aware."""
    return {name: model._meta.fields_map[name].to_python_value(value) for name, value in saved.items()}


def _occasion(row: LastWord) -> tuple[datetime, int | None]:
    return row.at, row.before["inbox"]


async def restore(number: int, written: Written, now: datetime) -> bool:
    """Restore the saved state. Return True if the change opened the incident, so that there is none.

    Call it inside the transaction that compared and swapped the incident's version.
    """
    before = (await LastWord.get(incident=number)).before
    await LastWord.filter(incident=number).delete()
    if "opening" in before:
        return True
    if before["incident"]:
        await Incident.filter(number=number).update(**before["incident"])
    for row in before["duties"]:
        await Duty.filter(id=row.pop("id")).update(**row)
    await Duty.filter(id__in=before["opened"]).delete()
    written.cancelled += before["opened"]
    if posts := before.get("posts"):
        await Post.filter(id__in=posts, incident_id=number).delete()
    await Publication.filter(id__in=before.get("published", [])).delete()
    await HandedDown.filter(id__in=before.get("ordered", [])).delete()
    await HandedDown.filter(id__in=before.get("documents", [])).update(incident_id=number)
    for row in before.get("released", []):
        await HandedDown.create(incident_id=number, **{**row, "at": from_ms(row["at"])})
    standing = await Duty.filter(incident_id=number, state="open", next_at__isnull=False)
    written.armed += [(row.id, to_ms(row.next_at)) for row in standing]
    for row in before["requests"]:
        await Request.filter(id=row.pop("id")).update(**row)
    if before["request"] is not None:
        await Request.filter(id=before["request"]).update(state="superseded")
    if before["draft"] is not None:
        await Draft.filter(incident_id=number, edition=before["draft"]).delete()
    if "holder" in before["incident"]:
        await hand_over(number, before["incident"]["holder"], now)
    return False
