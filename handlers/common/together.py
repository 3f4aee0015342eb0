"""Do several things that one message brings: one transaction, one answer, timers set afterwards."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

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
    armed: list[Written] = []

    async def hold(written: Written) -> None:
        armed.append(written)

    async def all_of_it() -> None:
        part = replace(context, inbox=None, arm=hold, kept=[])
        await work(part)
        await conclude(one_answer(part.kept or []), context.inbox, [], context.now)

    await transact(all_of_it)
    for written in armed:
        await context.armed(written)
