"""Several statements in one round trip: if one fails, the transaction leaves nothing, and the database works."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from storage import audit, inbox
from storage.audit import AuditLine
from storage.commit import conclude
from storage.counters import current, take, take_statement
from storage.database import sql
from storage.database.sql import Statement
from storage.database.transaction import transact
from storage.inbox_claims import AlreadyHandled
from storage.outbox import OutgoingMessage
from storage.tables import Event, Inbox, Outbox, Setting

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
GOOD, BAD = OutgoingMessage("local", "work", '{"text":"x"}'), OutgoingMessage("local", None, "{}")  # type: ignore[arg-type]
LINE = AuditLine(None, "zhou", "given", {"text": "x"})


async def nothing_is_left() -> None:
    """Neither the rows before the failure nor a number remain, and the next transaction works."""
    assert [await model.all().count() for model in (Setting, Outbox, Event)] == [0, 0, 0]
    assert (await current("events"), await current("numbers")) == (0, 0)
    await transact(lambda: conclude([GOOD], None, [LINE], NOW))
    assert [await model.all().count() for model in (Outbox, Event)] == [1, 1]
    assert await audit.verify() is None


async def written(
    messages: list[OutgoingMessage], inbox_id: int | None = None, preceding: list[Statement] | None = None
) -> None:
    async def work() -> None:
        await take("numbers")
        await Setting.create(name="a", value="x")
        await conclude(messages, inbox_id, [LINE], NOW, preceding or [])

    await transact(work)


@pytest.mark.parametrize("messages", [[BAD], [GOOD, BAD], [GOOD, BAD, GOOD]])
async def test_a_letter_that_cannot_be_queued(tables: str, messages: list[OutgoingMessage]) -> None:
    with pytest.raises(IntegrityError):
        await written(messages)
    await nothing_is_left()


@pytest.mark.parametrize(
    ("text", "error"), [("INSERT INTO nowhere VALUES (1)", OperationalError), ("INSERT INTO", OperationalError)]
)
async def test_a_statement_that_cannot_be_carried_out(tables: str, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await written([GOOD], preceding=[take_statement("numbers"), Statement(text, []), take_statement("numbers")])
    await nothing_is_left()


async def test_a_message_that_was_dealt_with_elsewhere(tables: str) -> None:
    id: Any = await inbox.store("local", "m1", "{}", NOW)
    await Inbox.filter(id=id).update(state="done")
    with pytest.raises(AlreadyHandled):
        await written([GOOD], id)
    await nothing_is_left()


async def test_an_error_after_the_trip(tables: str) -> None:
    async def work() -> None:
        await conclude([GOOD], None, [LINE], NOW)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await transact(work)
    await nothing_is_left()


async def test_the_trip_gives_what_each_statement_gives(tables: str) -> None:
    async def work() -> list[Any]:
        found = await sql.run_all([take_statement("numbers", 3), take_statement("numbers"), take_statement("others")])
        return [rows[0]["value"] for rows in found]

    assert await transact(work) == [3, 4, 1]
