"""How far this installation's clock is ahead of the platforms' clocks by which people's words are timed."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import DecodeError, ValidationError, json

from handlers.rules.language.messages import Message
from handlers.rules.time.clock_difference import IN_A_ROW, Timed, difference
from storage import clock_doubts, inbox


async def ahead_of(channels: Collection[str]) -> dict[str, timedelta]:
    """Return how far our clock is ahead of some platforms' (below zero: behind), by channel, as far as it is known.

    It is the difference that the desk was told of, else what the platform's last messages show.
    """
    told = await clock_doubts.differing()
    found = {one: told[one].by if one in told else await _measured(one) for one in {*channels} - {""}}
    return {channel: by for channel, by in found.items() if by is not None}


async def _measured(channel: str) -> timedelta | None:
    """Return how far our clock is ahead by a platform's last messages; None if they do not agree on it."""
    times = []
    for body, received in await inbox.latest(channel, IN_A_ROW):
        with suppress(DecodeError, ValidationError, RecursionError):
            times += _timed(json.decode(body, type=Message), received)
    return difference(times)


def _timed(message: Message, received: datetime) -> list[Timed]:
    return [Timed(received, message.sent_at)] if message.press is None else []  # a press has our time
