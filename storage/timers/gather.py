"""Combine the changes of one turn of the event loop, or those made during a call, into one call to Redis.

Calls are sent one after the other, so that the last change of a step is also the last to reach Redis.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

Changes = dict[str, int | None]
Callers = list[asyncio.Future[None]]


class Gatherer:
    def __init__(self, send: Callable[[Changes], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: Changes = {}
        self._callers: Callers = []  # one future each: shielding a shared one costs several times as much
        self._sender: asyncio.Task[None] | None = None

    async def put(self, changes: Mapping[str, int | None]) -> None:
        if not changes:
            return
        caller = asyncio.get_running_loop().create_future()
        self._callers.append(caller)
        self._waiting.update(changes)
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all())
        await caller

    async def _send_all(self) -> None:
        try:
            while self._callers:
                changes, callers = self._waiting, self._callers
                self._waiting, self._callers = {}, []
                _answer(callers, await self._failure(changes))
        finally:
            self._sender = None

    async def _failure(self, changes: Changes) -> Exception | None:
        try:
            await self._send(changes)
        except Exception as error:
            return error
        return None

    async def aclose(self) -> None:
        if self._sender is not None:
            await asyncio.wait([self._sender])


def _answer(callers: Callers, failure: Exception | None) -> None:
    for caller in callers:
        if caller.done():
            continue  # cancelled
        if failure is None:
            caller.set_result(None)
        else:
            caller.set_exception(failure)
