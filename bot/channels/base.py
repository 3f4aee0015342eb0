"""What every platform does for us: hear messages into the inbox, and send what the outbox holds.

The wire format stays inside the channel's own file; `Message` and `Say` are all that crosses.
"""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from handlers.rules.language.messages import Attachment, Message, Reply
from storage.timers.rate_limits import Limit

__all__ = ["Channel", "Hear", "Limit", "Outcome", "Receipt", "SendError"]

Hear = Callable[[Message], Awaitable[bool]]
"""Stores a message before it is acknowledged; False if it was here already."""


class Receipt(NamedTuple):
    """The platform's id of what was sent, where it gives one; `accepted` if it confirmed the delivery by it.

    `left_out` says why nothing was sent after all: buttons, for instance, whose words stand elsewhere.
    """

    platform_id: str | None = None
    accepted: bool = True
    left_out: str = ""


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

    On an `idempotent` one a second send with the same key does nothing. The sender calls `parts` first, then for each
    part `limits`, and `send` once there is room in every one of them: one call of `send` is one message there.
    """

    name: str
    idempotent: bool

    def parts(self, conversation: str, say: Reply) -> Sequence[Reply]:
        """The message cut to what the platform takes in one piece (see `cutting`); itself if it fits."""
        ...

    def limits(self, conversation: str, say: Reply) -> Sequence[Limit]:
        """What sending this part counts against; empty if nothing limits it (then nothing is bundled either).

        A key names its target for all processes, such as "wecom-webhook:<digest of its key>": no secrets in it.
        """
        ...

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        """Sends to a group's conversation, or to "@<user id>" one-to-one. `key` is the same for every try.

        Raises SendError. What has not ended after the sender's SEND_SECONDS is cancelled, and its outcome unknown.
        """
        ...

    async def fetch(self, attachment: Attachment) -> bytes:
        """The bytes of a picture or file that somebody sent here. Raises SendError: RETRY if it may work later."""
        ...

    async def close(self) -> None: ...
