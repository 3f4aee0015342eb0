"""Pictures and files that people add on the page. They are stored as those of the platforms are.

The type is read from the bytes, and bytes of no known type are refused. An upload that no message takes belongs to no
incident, and is erased like other files of that sort.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.channels.base import FILE_LIMIT
from bot.engine.attachments import UNKNOWN_TYPE, keep, sniff
from bot.web.group_interface import PICTURES, GroupPageError
from handlers.rules.language.messages import Attachment
from handlers.texts import Texts
from storage import files
from storage.database.room import NoRoom, must_have_room

MOST_FILES = 9


class Uploads:
    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def keep(self, person: str, name: str, body: bytes, now: datetime) -> dict[str, Any]:
        """Store an upload of a person; return what the page shows of it. Raise GroupPageError if it is refused."""
        kind = self._checked(body)

        async def given(_: Attachment) -> bytes:
            return body

        try:
            must_have_room(len(body))
        except NoRoom:
            raise self._error("file_no_room", 507) from None
        kept = await keep(Attachment(kind=kind, name=name), given, person, now)
        return {"id": kept.id, "kind": kept.kind, "name": kept.name, "url": f"/group/files/{kept.id}"}

    def _checked(self, body: bytes) -> Any:
        """Return "picture" or "file"; raise GroupPageError for what is not taken."""
        if not body:
            raise self._error("file_empty")
        if len(body) > FILE_LIMIT:
            raise self._error("file_large", 413, most=FILE_LIMIT // 1_000_000)
        type = sniff(body).type
        if type == UNKNOWN_TYPE[0]:
            raise self._error("file_unknown", 415)
        return "picture" if type in PICTURES else "file"

    async def of(self, person: str, ids: Sequence[int]) -> tuple[Attachment, ...]:
        """Return the attachments of a message: the person's own uploads that belong to no incident yet."""
        if len(ids) > MOST_FILES:
            raise self._error("files_many", most=MOST_FILES)
        found = {one.id: one for one in await files.facts(ids)} if ids else {}
        own = [one for id in dict.fromkeys(ids) if (one := found.get(id)) and one.by == person and one.incident is None]
        if len(own) != len({*ids}):
            raise self._error("file_not_yours")
        return tuple(
            Attachment(kind="picture" if one.type in PICTURES else "file", name=one.name, id=one.id) for one in own
        )

    def _error(self, name: str, status: int = 400, **facts: Any) -> GroupPageError:
        return GroupPageError(self._texts.say(f"group_page.{name}", **facts), status)
