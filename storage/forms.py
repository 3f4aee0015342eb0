"""Numbered documents: gapless for each kind and year. A document that is made again keeps its number."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from storage import audit, files
from storage.counters import current, take
from storage.tables import Form


class NumberTaken(Exception):
    """The number was taken in the meantime: make the document again, with the next one."""


class Number(NamedTuple):
    """A document's number. `serial` counts within the year from 1, `edition` how often the document was made."""

    year: int
    serial: int
    edition: int


class Document(NamedTuple):
    """A document to store. `key` identifies its subject, so that it gets the same number when it is made again."""

    kind: str
    key: str
    incident: int | None
    name: str
    type: str
    body: bytes
    matters: Collection[int] = ()
    """The incidents whose texts it contains, if it belongs to no single one."""


async def number_for(kind: str, key: str, year: int) -> Number:
    """Return the number that a document has, or gets unless another document takes it first."""
    row = await Form.get_or_none(kind=kind, key=key)
    if row is not None:
        return Number(row.year, row.serial, row.edition + 1)
    return Number(year, await current(_counter(kind, year)) + 1, 1)


async def keep(document: Document, number: Number, by: str, now: datetime) -> int:
    """Store a document under its number, inside the caller's transaction; return the id of its file.

    Raise NumberTaken if the number is no longer free.
    """
    kind, incident = document.kind, document.incident
    facts = document.body, document.name, document.type
    file = await files.keep(*facts, by, now, incident, matters=document.matters)
    fresh: dict[str, Any] = {"file": file, "edition": number.edition, "made_by": by, "made_at": now}
    if number.edition > 1:
        if not await Form.filter(kind=kind, key=document.key, edition=number.edition - 1).update(**fresh):
            raise NumberTaken(kind)
    else:
        if await take(_counter(kind, number.year)) != number.serial:
            raise NumberTaken(kind)
        names: dict[str, Any] = {"kind": kind, "key": document.key, "year": number.year, "serial": number.serial}
        await Form.create(**names, incident=incident, **fresh)
    return file


async def record(document: Document, number: Number, file: int, by: str, now: datetime) -> None:
    """Append a document to the audit trail. Call it last in a transaction."""
    data = {"kind": document.kind, "year": number.year, "serial": number.serial, "edition": number.edition}
    data |= {"file": file, "digest": files.digest(document.body)}
    await audit.append([audit.AuditLine(document.incident, by, "form", data)], now)


async def find(kind: str, key: str) -> Form | None:
    return await Form.get_or_none(kind=kind, key=key)


def _counter(kind: str, year: int) -> str:
    return f"form:{kind}:{year}"
