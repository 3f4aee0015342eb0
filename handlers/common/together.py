"""Do several things that one message brings: one transaction, one answer, timers set afterwards."""

from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from handlers.common.context import Context
from handlers.common.one_answer import one_answer
from storage.changes import Written
from storage.commit import conclude
from storage.database.transaction import transact


async def together(context: Context, work: Callable[[Context], Awaitable[None]]) -> None:
    """Do `work` in one transaction, with one answer and the timers set afterwards; within another one, as part of it.

    After a crash all of it is done, or nothing.
    """
    if context.kept is not None:
        await work(context)
        return

    async def all_of_it(held: Context) -> None:
        part = replace(held, inbox=None, kept=[])
        try:
            await work(part)
        finally:
            held.files_asked_for |= part.files_asked_for
        await conclude(one_answer(part.kept or []), context.inbox, [], context.now)

    await in_one_commit(context, all_of_it)


async def in_one_commit(context: Context, work: Callable[[Context], Awaitable[None]]) -> None:
    """Do `work` in one transaction, with the timers set afterwards."""
    armed: list[Written] = []

    async def hold(written: Written) -> None:
        armed.append(written)

    held = replace(context, arm=hold)
    try:
        await transact(lambda: work(held))
    finally:
        context.files_asked_for |= held.files_asked_for
    for written in armed:
        await context.armed(written)
