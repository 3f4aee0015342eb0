"""Digests that went out: the row of a kind and a period decides that it did, whatever crashes, whoever else tries."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from storage import audit, counters, files, outbox
from storage.commit import conclude
from storage.database.transaction import transact
from storage.tables import Digest


class ProducedFile(NamedTuple):
    """A file that was made here, to be sent."""

    name: str
    type: str
    body: bytes


class DigestDraft(NamedTuple):
    """A digest as it is to go out. `number` is the one that it was written with."""

    kind: str
    period: str
    year: int
    number: int
    since: datetime
    until: datetime
    text: str
    by: str


class Issued(NamedTuple):
    kind: str
    period: str
    year: int
    number: int
    until: datetime
    text: str
    files: Sequence[int]


DigestMessages = Callable[[Sequence[int]], Sequence[outbox.OutgoingMessage]]
"""What is sent, given the numbers of the kept files."""


class DigestOvertaken(Exception):
    """Another digest took the number meanwhile: it has to be written anew."""


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
    """Keeps the files and queues the letters, once for a period; False if it went out already.

    `matters` are the incidents that it names; `more` are files of its parts, whose numbers follow. Raises Overtaken if
    the number is taken.
    """

    async def work() -> bool:
        taken = await counters.take(_counter(draft.kind, draft.year))  # whoever else issues this kind waits here
        if await Digest.exists(kind=draft.kind, period=draft.period):
            raise _Known
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
    except _Known:
        return False


class _Known(Exception):
    """It went out already; the transaction leaves nothing behind."""


async def hand_over(
    made: Sequence[ProducedFile], by: str, messages: DigestMessages, now: datetime, inbox_id: int | None
) -> None:
    """Keeps files and queues what they are sent with, in one commit: an answer that is no digest of record."""

    async def work() -> None:
        kept = [await files.keep(one.body, one.name, one.type, by, now, matters=(files.ANY,)) for one in made]
        await conclude(messages(kept), inbox_id, [], now)

    await transact(work)


async def went_out(kind: str, period: str) -> bool:
    return await Digest.exists(kind=kind, period=period)


async def last(kind: str) -> Issued | None:
    """The latest of a kind."""
    return _issued(await Digest.filter(kind=kind).order_by("-id").first())


async def numbered(kind: str, year: int, number: int) -> Issued | None:
    return _issued(await Digest.get_or_none(kind=kind, year=year, number=number))


def _issued(row: Digest | None) -> Issued | None:
    return Issued(row.kind, row.period, row.year, row.number, row.until, row.text, row.files) if row else None
