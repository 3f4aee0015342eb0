"""Server-Sent Events: the frames of a stream that stays open."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

from bot.web.group_interface import PageEvent

HEARTBEAT_SECONDS = 15.0


async def frames(events: AsyncIterator[PageEvent]) -> AsyncGenerator[bytes, None]:
    """Yield Server-Sent Events; the first frame only after `events` has begun to listen."""
    upcoming = asyncio.ensure_future(anext(events, None))
    try:
        await asyncio.sleep(0)
        yield b"retry: 1500\n\n"
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=HEARTBEAT_SECONDS)
            if not done:
                yield b": still here\n\n"
            elif (event := upcoming.result()) is None:
                return
            else:
                upcoming = asyncio.ensure_future(anext(events, None))
                yield _frame(event)
    finally:
        upcoming.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await upcoming
        if isinstance(events, AsyncGenerator):
            await events.aclose()


def _frame(event: PageEvent) -> bytes:
    event_id, name, data = event
    return f"id: {event_id}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
