"""The group page's past: what was said (the inbox) and what the bot said (the outbox), in one order."""

from datetime import datetime
from typing import Any

from msgspec import json

from bot.channels.local import NAME
from bot.web.group import GroupPageError
from bot.web.group_view import GroupPageView
from handlers.rules.language.messages import Message, Reply
from storage import inbox, outbox

PAGE = 200
ALL, NONE = 2**62, 0
HistoryCursor = tuple[datetime, int] | None


class History:
    def __init__(self, view: GroupPageView) -> None:
        self._view = view

    async def before(self, id: str | None) -> tuple[list[dict[str, Any]], bool]:
        """The messages before the one named `id` (all, for None), oldest first, and whether there are earlier ones."""
        said_before, sent_before = await self._bounds(id) if id else (None, None)
        said = await inbox.conversation(NAME, said_before, PAGE + 1)
        sent = await outbox.conversation(NAME, sent_before, PAGE + 1)
        entries = [(row.at, 0, row.id, self._heard(row)) for row in said]
        entries += [(row.at, 1, row.id, self._said(row)) for row in sent]
        entries.sort(key=lambda entry: entry[:3])
        shown = [entry[3] for entry in entries if entry[3] is not None]
        return shown[-PAGE:], len(entries) > PAGE

    async def _bounds(self, id: str) -> tuple[HistoryCursor, HistoryCursor]:
        """What was said comes before what was sent at the same millisecond."""
        kind, _, rest = id.partition("-")
        if kind == "out" and rest.isdigit() and (sent := await outbox.find(int(rest))):
            return (sent.at, ALL), (sent.at, sent.id)
        if kind == "in" and (heard := await inbox.find(NAME, rest)):
            return (heard.at, heard.id), (heard.at, NONE)
        raise GroupPageError("before: the id of a message on the page")

    def _heard(self, row: inbox.ReceivedMessage) -> dict[str, Any] | None:
        message = json.decode(row.body, type=Message)
        return None if message.press else self._view.heard(message, row.at)

    def _said(self, row: outbox.SentMessage) -> dict[str, Any] | None:
        say = json.decode(row.body, type=Reply)
        return None if say.update else self._view.said(row.id, row.conversation, say, row.at)
