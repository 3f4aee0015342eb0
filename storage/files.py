"""Pictures and files, stored in the database: received with messages, or made to be sent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from tortoise.expressions import Q

from storage.database import sql
from storage.tables import File, FileMatter

ANY = 0
"""Stands for every incident: a ledger, for example, is erased with any of them, because it can be made again."""


class StoredFile(NamedTuple):
    """A file without its bytes. `type` is a media type, `digest` the SHA-256 of the bytes in hexadecimal."""

    id: int
    incident: int | None
    name: str
    type: str
    size: int
    digest: str
    by: str
    at: datetime

    @property
    def is_picture(self) -> bool:
        return self.type.startswith("image/")


_FACTS = ("id", "incident", "name", "type", "size", "digest", "by", "at")


def digest(body: bytes) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return sha256(body).hexdigest()


async def keep(
    body: bytes,
    name: str,
    type: str,
    by: str,
    now: datetime,
    incident: int | None = None,
    *,
    matters: Collection[int] = (),
) -> int:
    """Store a file and return its id. `type` must be detected from the bytes, never taken from the sender.

    `matters` are the incidents whose texts are in a file that belongs to no single incident: it is erased with the
    first of them.
    """
    row = await File.create(
        incident=incident, name=name, type=type, size=len(body), digest=digest(body), body=body, by=by, at=now
    )
    if matters:
        await sql.insert("file_matters", ("file", "incident"), [(row.id, number) for number in sorted({*matters})])
    return int(row.id)


async def keep_once(body: bytes, name: str, type: str, by: str, now: datetime, incident: int | None = None) -> int:
    """Store a file, or find it: a message that is handled twice brings it twice.

    Among those of no incident yet, only the same person's is the same file.
    """
    same = File.filter(digest=digest(body), incident=incident, name=name)
    same = same if incident else same.filter(by=by)
    row = await same.order_by("id").only("id").first()
    return int(row.id) if row else await keep(body, name, type, by, now, incident)


async def facts(ids: Sequence[int]) -> list[StoredFile]:
    """Return files by their ids, without the bytes."""
    rows = await File.filter(id__in=list(ids)).order_by("id").only(*_FACTS)
    return [_stored_file(row) for row in rows]


async def sent_before(digests: Sequence[str]) -> dict[str, int]:
    """Return the incident that a file with each of these digests belongs to already."""
    rows = (
        await File.filter(digest__in=list(digests), incident__isnull=False).order_by("-id").only("digest", "incident")
    )
    return {row.digest: row.incident for row in rows if row.incident is not None} if digests else {}


async def read(id: int) -> tuple[StoredFile, bytes] | None:
    """Return a file and its bytes, or None if it was erased."""
    row = await File.get_or_none(id=id)
    return (_stored_file(row), bytes(row.body)) if row and (row.body or not row.size) else None


async def erase(which: Q) -> list[int]:
    """Erase files and their links to incidents, inside a transaction; return the ids."""
    ids = [int(str(id)) for id in await File.filter(which, size__gt=0).exclude(name="").values_list("id", flat=True)]
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        await File.filter(id__in=part).update(body=b"", name="")
        await FileMatter.filter(file__in=part).delete()
    return ids


async def containing_texts_of(numbers: Collection[int]) -> list[int]:
    """Return the ids of files that contain texts of these incidents without belonging to one."""
    rows = await FileMatter.filter(incident__in=[*numbers, ANY]).distinct().values_list("file", flat=True)
    return [int(str(file)) for file in rows]


async def of_incident(number: int) -> list[StoredFile]:
    """Return the files of an incident, oldest first, without the bytes."""
    rows = await File.filter(incident=number).order_by("id").only(*_FACTS)
    return [_stored_file(row) for row in rows]


async def attach(ids: Sequence[int], number: int) -> None:
    """Attach files to an incident. Call it inside the transaction that opens or changes the incident."""
    await File.filter(id__in=list(ids), incident=None).update(incident=number)


def _stored_file(row: File) -> StoredFile:
    return StoredFile(*(getattr(row, fact) for fact in _FACTS))
