"""What the group page needs from the bot, and what it reads from its requests."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple, Protocol

import msgspec

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""Media types that a page may show; any other file is saved."""
PageEvent = tuple[str, str, object]


class SentFile(NamedTuple):
    """A picture or file of a message; `type` is the media type of its bytes."""

    name: str
    type: str
    body: bytes


class GroupPageError(Exception):
    """A request that cannot be served; the page shows the sentence to the person."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class GroupBackend(Protocol):
    """What the page needs from the bot. Every method may raise GroupPageError."""

    async def state(self, viewer: str | None) -> Mapping[str, Any]: ...

    async def messages(self, before: str) -> Mapping[str, Any]: ...

    async def find(self, words: str, viewer: str, before: str | None) -> Mapping[str, Any]:
        """Return messages that `viewer` sees and that have the words, the newest first, and where to go on `before`."""

    def subscribe(self, last_event_id: str | None) -> AsyncIterator[PageEvent]:
        """Yield events (id, name, data) after that id. Listen from the first step, before awaiting anything else."""

    async def say(self, person: str, said: "SayRequest") -> str: ...

    async def upload(self, person: str, name: str, body: bytes) -> Mapping[str, Any]:
        """Store a file of `person`, for a message that names its id."""

    async def press(self, person: str, message_id: str, key: str) -> None: ...

    async def file(self, id: int) -> SentFile: ...

    async def move_clock(self, move: str) -> Mapping[str, Any]: ...


class SayRequest(msgspec.Struct, forbid_unknown_fields=True):
    person: str = msgspec.field(name="as")
    text: str
    quote: str | None = None
    private: bool = False
    files: tuple[int, ...] = ()


class PressRequest(msgspec.Struct, forbid_unknown_fields=True):
    person: str = msgspec.field(name="as")
    message: str
    key: str


class ClockRequest(msgspec.Struct, forbid_unknown_fields=True):
    move: str
