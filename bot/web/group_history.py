"""The group page's earlier messages: people's (the inbox) and the bot's (the outbox), in one order."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from msgspec import json

from bot.channels.local import NAME
from bot.web.group_interface import GroupPageError
from bot.web.group_view import GroupPageView
from handlers.rules.language.messages import Message, Reply
from storage import inbox, sent_messages
from storage.tables import from_ms, to_ms

PAGE = 200
ALL, NONE = 2**62, 0
DIGITS = 18
_BOUNDS = re.compile(r"\d{1,14}\.\d{1,19}\.\d{1,14}\.\d{1,19}", re.ASCII)
HistoryCursor = tuple[datetime, int] | None
Bounds = tuple[HistoryCursor, HistoryCursor]
PageRow = inbox.ReceivedMessage | sent_messages.SentMessage


class History:
    def __init__(self, view: GroupPageView) -> None:
        self._view = view

    async def before(self, id: str | None) -> tuple[list[dict[str, Any]], bool]:
        """Return the last messages before `id` (None: of all), oldest first, and whether more exist.

        They are PAGE of them, fewer where presses and updates of cards, which are not shown, lie between.
        """
        earlier: Bounds | None = await self._bounds(id) if id else (None, None)
        shown: list[dict[str, Any]] = []
        while earlier is not None and not shown:
            shown, earlier = await self._page(earlier)
        return shown[-PAGE:], earlier is not None or len(shown) > PAGE

    async def pages(
        self, wanted: Callable[[str], bool], before: str | None = None
    ) -> AsyncIterator[tuple[list[dict[str, Any]], str | None]]:
        """Yield the messages whose JSON is `wanted`, page by page, the newest page first, each oldest first.

        With each page comes where to go on, which `before` takes; None at the start. A page is made from PAGE
        messages or more. What is not wanted is not decoded. GroupPageError for another `before`.
        """
        earlier: Bounds | None = _bounds_of(before) if before else (None, None)
        while earlier is not None:
            shown, earlier = await self._page(earlier, wanted)
            yield shown, _written(earlier) if earlier else None

    async def _page(
        self, bounds: Bounds, wanted: Callable[[str], bool] = bool
    ) -> tuple[list[dict[str, Any]], Bounds | None]:
        """Return what is shown of a page, and where to go on; None at the start."""
        rows, earlier = await _complete(bounds)
        messages = (self._shown(row) for row in rows if wanted(row.body))
        return [message for message in messages if message is not None], earlier

    async def _bounds(self, id: str) -> tuple[HistoryCursor, HistoryCursor]:
        """Return where to begin in the inbox and in the outbox. At the same millisecond the inbox comes first."""
        kind, _, rest = id.partition("-")
        if kind == "out" and rest.isdecimal() and len(rest) < DIGITS and (sent := await sent_messages.find(int(rest))):
            return (sent.at, ALL), (sent.at, sent.id)
        if kind == "in" and rest.isprintable() and (received := await inbox.find(NAME, rest)):
            return (received.at, received.id), (received.at, NONE)
        raise GroupPageError("before: the id of a message on the page")

    def _shown(self, row: PageRow) -> dict[str, Any] | None:
        if isinstance(row, inbox.ReceivedMessage):
            message = json.decode(row.body, type=Message)
            return None if message.press else self._view.received(message, row.at)
        reply = json.decode(row.body, type=Reply)
        return None if reply.update else self._view.sent(row.id, row.conversation, reply, row.at)


async def _complete(bounds: Bounds) -> tuple[list[PageRow], Bounds | None]:
    """Return the rows that both lists have completely, in order, and where to go on; None at the start."""
    received = await inbox.conversation(NAME, bounds[0], PAGE + 1)
    sent = await sent_messages.conversation(NAME, bounds[1], PAGE + 1)
    rows: list[PageRow] = sorted((*received, *sent), key=_place)
    cut = [_place(some[0]) for some in (received, sent) if len(some) > PAGE]
    if not cut:
        return rows, None
    at, kind, id = max(cut)
    return [row for row in rows if _place(row) >= max(cut)], ((at, ALL if kind else id), (at, id if kind else NONE))


def _written(bounds: Bounds) -> str:
    """Return bounds as a page's address carries them: milliseconds and an id in the inbox, the same in the outbox."""
    return ".".join(str(part) for one in bounds if one for part in (to_ms(one[0]), one[1]))


def _bounds_of(written: str) -> Bounds:
    if not _BOUNDS.fullmatch(written):
        raise GroupPageError("before: where an earlier answer says that it goes on")
    at, received, also_at, sent = map(int, written.split("."))
    return (from_ms(at), min(received, ALL)), (from_ms(also_at), min(sent, ALL))


def _place(row: PageRow) -> tuple[datetime, int, int]:
    return row.at, int(isinstance(row, sent_messages.SentMessage)), row.id
