"""Pictures and files, whole, in the database: what came with messages, and what was made to be sent."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from storage.tables import File


class Stored(NamedTuple):
    """A file's facts. `type` is a media type; `digest` is the SHA-256 of its bytes, in hexadecimal."""

    id: int
    incident: int | None
    name: str
    type: str
    size: int
    digest: str
    by: str
    at: datetime


_FACTS = ("id", "incident", "name", "type", "size", "digest", "by", "at")


def digest(body: bytes) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    return sha256(body).hexdigest()


async def keep(body: bytes, name: str, type: str, by: str, now: datetime, incident: int | None = None) -> int:
    """Stores a file; its number. `type` must come from the bytes, never from what somebody claimed."""
    row = await File.create(
        incident=incident, name=name, type=type, size=len(body), digest=digest(body), body=body, by=by, at=now
    )
    return int(row.id)


async def keep_once(body: bytes, name: str, type: str, by: str, now: datetime) -> int:
    """Stores a file of no incident yet, or finds it: a message that is dealt with again brings it again."""
    row = await File.filter(digest=digest(body), incident=None, name=name, by=by).order_by("id").only("id").first()
    return int(row.id) if row else await keep(body, name, type, by, now)


async def facts(ids: Sequence[int]) -> list[Stored]:
    """Files by their numbers, without the bytes."""
    rows = await File.filter(id__in=list(ids)).order_by("id").only(*_FACTS)
    return [_stored(row) for row in rows]


async def read(id: int) -> tuple[Stored, bytes] | None:
    """A file and its bytes."""
    row = await File.get_or_none(id=id)
    return (_stored(row), bytes(row.body)) if row else None


async def of_incident(number: int) -> list[Stored]:
    """What is kept with an incident, the oldest first, without the bytes."""
    rows = await File.filter(incident=number).order_by("id").only(*_FACTS)
    return [_stored(row) for row in rows]


async def belong(ids: Sequence[int], number: int) -> None:
    """Puts files with an incident; call it inside the transaction that opens or changes it."""
    await File.filter(id__in=list(ids), incident=None).update(incident=number)


def _stored(row: File) -> Stored:
    return Stored(*(getattr(row, fact) for fact in _FACTS))
