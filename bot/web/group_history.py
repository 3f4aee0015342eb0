"""The group page's earlier messages: people's (the inbox) and the bot's (the outbox), in one order."""

from datetime import datetime
from typing import Any

from msgspec import json

from bot.channels.local import NAME
from bot.web.group import GroupPageError
from bot.web.group_view import GroupPageView
from handlers.rules.language.messages import Message, Reply
from storage import inbox, sent_messages

PAGE = 200
ALL, NONE = 2**62, 0
DIGITS = 18
HistoryCursor = tuple[datetime, int] | None
Bounds = tuple[HistoryCursor, HistoryCursor]


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

    async def _page(self, bounds: Bounds) -> tuple[list[dict[str, Any]], Bounds | None]:
        """Return what is shown of the rows that both lists have completely, and where to go on; None at the start."""
        received = await inbox.conversation(NAME, bounds[0], PAGE + 1)
        sent = await sent_messages.conversation(NAME, bounds[1], PAGE + 1)
        entries = [(row.at, 0, row.id, self._received(row)) for row in received]
        entries += [(row.at, 1, row.id, self._sent(row)) for row in sent]
        entries.sort(key=lambda entry: entry[:3])
        cut = [(received[0].at, 0, received[0].id)] if len(received) > PAGE else []
        cut += [(sent[0].at, 1, sent[0].id)] if len(sent) > PAGE else []
        oldest = max(cut, default=None)
        shown = [entry[3] for entry in entries if entry[3] is not None and (oldest is None or entry[:3] >= oldest)]
        if oldest is None:
            return shown, None
        at, kind, id = oldest
        return shown, ((at, ALL if kind else id), (at, id if kind else NONE))

    async def _bounds(self, id: str) -> tuple[HistoryCursor, HistoryCursor]:
        """Return where to begin in the inbox and in the outbox. At the same millisecond the inbox comes first."""
        kind, _, rest = id.partition("-")
        if kind == "out" and rest.isdecimal() and len(rest) < DIGITS and (sent := await sent_messages.find(int(rest))):
            return (sent.at, ALL), (sent.at, sent.id)
        if kind == "in" and rest.isprintable() and (received := await inbox.find(NAME, rest)):
            return (received.at, received.id), (received.at, NONE)
        raise GroupPageError("before: the id of a message on the page")

    def _received(self, row: inbox.ReceivedMessage) -> dict[str, Any] | None:
        message = json.decode(row.body, type=Message)
        return None if message.press else self._view.received(message, row.at)

    def _sent(self, row: sent_messages.SentMessage) -> dict[str, Any] | None:
        reply = json.decode(row.body, type=Reply)
        return None if reply.update else self._view.sent(row.id, row.conversation, reply, row.at)
