"""What every platform does for us: hear messages into the inbox, and send what the outbox holds.

The wire format stays inside the channel's own file; `Message` and `Say` are all that crosses.
"""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import NamedTuple, Protocol

from handlers.rules.messages import Message, Say

Hear = Callable[[Message], Awaitable[bool]]
"""Stores a message before it is acknowledged; False if it was here already."""


class Receipt(NamedTuple):
    """The platform's id of what was sent, where it gives one; `accepted` if it confirmed the delivery by it."""

    platform_id: str | None = None
    accepted: bool = True


class Outcome(Enum):
    """What a failed send means for the message."""

    RETRY = "retry"  # it has certainly not arrived, and may later
    UNKNOWN = "unknown"  # it may have arrived: never repeat it blindly
    REFUSED = "refused"  # it cannot arrive


class SendError(Exception):
    """A send that did not succeed: what that means, and how many seconds to wait before the next try."""

    def __init__(self, reason: str, outcome: Outcome, wait: float = 30.0) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.wait = wait


class Channel(Protocol):
    """One platform. `name` is what the configuration and the tables call it.

    On an `idempotent` one a second send with the same key does nothing.
    """

    name: str
    idempotent: bool

    async def send(self, conversation: str, say: Say, key: str) -> Receipt:
        """Sends to a group's conversation, or to "@<user id>" one-to-one. `key` is the same for every try.

        Raises SendError.
        """
        ...

    async def close(self) -> None: ...
