"""Work on many rows in small commits with a pause after each, so that nobody waits for it."""

import asyncio
from collections.abc import Awaitable, Callable

PAGE = 200
"""How many rows are read or changed at once."""
BREATH_SECONDS = 0.02
Breathe = Callable[[], Awaitable[None]]
"""Waits after each commit, so that others have their turn."""


async def breathe() -> None:
    await asyncio.sleep(BREATH_SECONDS)
