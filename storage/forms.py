"""Documents with a number of their own: gapless per kind and year, and the same number when one is made anew."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from storage import audit, files
from storage.counters import current, take
from storage.tables import Form


class NumberTaken(Exception):
    """Somebody else took the number meanwhile: make the document again, under the next one."""


class Number(NamedTuple):
    """`serial` counts within the year, from 1; `edition` how often the document was made."""

    year: int
    serial: int
    edition: int


class Document(NamedTuple):
    """A document to keep. `key` is what it is about, so that the same asked for again has the same number."""

    kind: str
    key: str
    incident: int | None
    name: str
    type: str
    body: bytes
    matters: Collection[int] = ()
    """The incidents whose texts it holds, where it is none's own."""


async def number_for(kind: str, key: str, year: int) -> Number:
    """The number that a document has, or will have if nobody takes it first."""
    row = await Form.get_or_none(kind=kind, key=key)
    if row is not None:
        return Number(row.year, row.serial, row.edition + 1)
    return Number(year, await current(_counter(kind, year)) + 1, 1)


async def keep(document: Document, number: Number, by: str, now: datetime) -> int:
    """Keeps a document under its number, inside the caller's transaction; its file's number. NumberTaken if it is not
    free any more."""
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
    """The document on the audit trail; the last thing in a transaction."""
    data = {"kind": document.kind, "year": number.year, "serial": number.serial, "edition": number.edition}
    data |= {"file": file, "digest": files.digest(document.body)}
    await audit.append([audit.AuditLine(document.incident, by, "form", data)], now)


async def of_incident(number: int, kinds: Sequence[str]) -> list[Form]:
    """The forms of these kinds that were made for an incident, the oldest first."""
    return await Form.filter(incident=number, kind__in=list(kinds)).order_by("id")


async def find(kind: str, key: str) -> Form | None:
    return await Form.get_or_none(kind=kind, key=key)


def _counter(kind: str, year: int) -> str:
    return f"form:{kind}:{year}"
