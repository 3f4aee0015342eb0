"""Issued digests. A row is unique by kind and period, so that no crash or second process issues a digest twice."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from storage import audit, counters, files, outbox
from storage.commit import conclude
from storage.database.transaction import transact
from storage.tables import Digest


class ProducedFile(NamedTuple):
    """A file that the bot made, to be sent."""

    name: str
    type: str
    body: bytes


class DigestDraft(NamedTuple):
    """A digest to issue. `number` is the number that its text contains."""

    kind: str
    period: str
    year: int
    number: int
    since: datetime
    until: datetime
    text: str
    by: str


class IssuedDigest(NamedTuple):
    """An issued digest; `files` are the ids of its files."""

    kind: str
    period: str
    year: int
    number: int
    until: datetime
    text: str
    files: Sequence[int]


DigestMessages = Callable[[Sequence[int]], Sequence[outbox.OutgoingMessage]]
"""Makes the messages to send from the ids of the stored files."""


class DigestOvertaken(Exception):
    """Another digest took the number in the meantime: compose this one again with the next number."""


async def next_number(kind: str, year: int) -> int:
    return await counters.current(_counter(kind, year)) + 1


def _counter(kind: str, year: int) -> str:
    return f"digest:{kind}:{year}"


async def issue(
    draft: DigestDraft,
    made: Sequence[ProducedFile],
    matters: Collection[int],
    messages: DigestMessages,
    now: datetime,
    inbox_id: int | None,
    more: Sequence[ProducedFile] = (),
) -> bool:
    """Store the files and queue the messages, once for each period; return False if it was already issued.

    `matters` are the incidents that the digest names. `more` are further files that belong to the messages but not to
    the digest's row; their ids follow those of `made`. Raise DigestOvertaken if the number is taken.
    """

    async def work() -> bool:
        taken = await counters.take(_counter(draft.kind, draft.year))  # locks the counter: a second issue waits here
        if await Digest.exists(kind=draft.kind, period=draft.period):
            raise _AlreadyIssued
        if taken != draft.number:
            raise DigestOvertaken
        kept = [await files.keep(one.body, one.name, one.type, draft.by, now, matters=matters) for one in made]
        parts = [await files.keep(one.body, one.name, one.type, draft.by, now, matters=matters) for one in more]
        facts = draft._asdict()
        await Digest.create(issued_by=facts.pop("by"), **facts, files=kept, issued_at=now)
        data = {"kind": draft.kind, "period": draft.period, "year": draft.year, "number": draft.number}
        line = audit.AuditLine(None, draft.by, "issued", data)
        await conclude(messages([*kept, *parts]), inbox_id, [line], now)
        return True

    try:
        return await transact(work)
    except _AlreadyIssued:
        return False


class _AlreadyIssued(Exception):
    """The digest was already issued: roll back."""


async def send_files(
    made: Sequence[ProducedFile], by: str, messages: DigestMessages, now: datetime, inbox_id: int | None
) -> None:
    """Store files and queue the messages that carry them in one commit, without recording a digest."""

    async def work() -> None:
        kept = [await files.keep(one.body, one.name, one.type, by, now, matters=(files.ANY,)) for one in made]
        await conclude(messages(kept), inbox_id, [], now)

    await transact(work)


async def is_issued(kind: str, period: str) -> bool:
    return await Digest.exists(kind=kind, period=period)


async def last(kind: str) -> IssuedDigest | None:
    """Return the latest digest of a kind."""
    return _issued(await Digest.filter(kind=kind).order_by("-id").first())


async def numbered(kind: str, year: int, number: int) -> IssuedDigest | None:
    return _issued(await Digest.get_or_none(kind=kind, year=year, number=number))


def _issued(row: Digest | None) -> IssuedDigest | None:
    return IssuedDigest(row.kind, row.period, row.year, row.number, row.until, row.text, row.files) if row else None
