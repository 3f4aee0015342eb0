"""What every platform does: store messages in the inbox, and send what the outbox holds.

The wire format stays inside the platform's folder; only `Message` and `Reply` leave it.
"""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from aiohttp import ClientTimeout

from handlers.rules.language.messages import Attachment, Message, Reply
from storage.timers.rate_limits import Limit

__all__ = [
    "ELSEWHERE",
    "FEW_TRIES",
    "FILE_LIMIT",
    "FILE_TRIES",
    "MESSAGE_LIMIT",
    "REPEAT_AFTER",
    "TOKEN_SECONDS",
    "Channel",
    "Limit",
    "Outcome",
    "Receipt",
    "SendError",
    "StoreMessage",
]

FILE_LIMIT = 20_000_000
"""The size in bytes of the largest file that is accepted from a platform."""

MESSAGE_LIMIT = 256 * 1024
"""The most bytes of a message as it is delivered: by a callback, the group page or the chat in the terminal.

A frame of a long connection wraps a message in several layers and may be larger.
"""

REPEAT_AFTER = 10.0
"""Seconds until a message is repeated for the first time that the platform may have taken although it failed."""

TOKEN_SECONDS = 8.0
"""How long a send waits for an access token, with those that wait before it: much shorter than a send may take."""

StoreMessage = Callable[[Message], Awaitable[bool]]
"""Store a message before it is acknowledged; return False if it was stored already."""


ELSEWHERE = float("inf")
"""The wait of a message that only another process can send: one that has the connection for it."""


class Receipt(NamedTuple):
    """`platform_id` is the platform's id of the message, where it gives one; `accepted` says that it confirmed it.

    `left_out` says why nothing was sent: buttons, for instance, whose text went out in another message.
    """

    platform_id: str | None = None
    accepted: bool = True
    left_out: str = ""


class Outcome(Enum):
    """What a failed send means for the message."""

    RETRY = "retry"  # it has certainly not arrived, and a later try may work
    REPEAT = "repeat"  # the platform failed, most likely before it took it: try again, marked as a possible repeat
    UNKNOWN = "unknown"  # it may have arrived: never repeat it blindly
    REFUSED = "refused"  # it cannot arrive


FEW_TRIES = 12
"""How often a message is tried that may be refused for ever: with growing pauses, for more than an hour."""
FILE_TRIES = 5
SLOWEST_LINE = 100_000
"""The bytes a second that a line carries at least, for the time that a file may take."""


class SendError(Exception):
    """A send that failed: `outcome` says what that means, `wait` how many seconds to wait before the next try.

    `tries` limits the tries where the fault may be of this message or this way alone. `unreached` says that no part of
    the platform saw it.
    """

    unreached = False

    def __init__(self, reason: str, outcome: Outcome, wait: float = 30.0, tries: int | None = None) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.wait = wait
        self.tries = tries

    @property
    def is_away(self) -> bool:
        """Return whether the platform is away, for all messages alike."""
        return self.outcome is Outcome.REPEAT or self.unreached

    @property
    def may_have_arrived(self) -> bool:
        return self.outcome in (Outcome.REPEAT, Outcome.UNKNOWN)

    @property
    def other_way_may_work(self) -> bool:
        """Return whether it has not arrived, and another way to the same people is better than a later try."""
        return self.outcome is Outcome.REFUSED or (self.outcome is Outcome.RETRY and self.tries is not None)


def upload_time(size: int) -> ClientTimeout:
    """Return the time-out for sending this many bytes: the longer the more they are."""
    return ClientTimeout(total=20.0 + size / SLOWEST_LINE, connect=8.0)


STALLED_SECONDS, WHOLE_SECONDS = 20.0, 600.0
"""How long a file that people sent may send no byte, and take as a whole."""


def download_time() -> ClientTimeout:
    """Return the time-out for receiving a file: on a slow line it takes as long as it flows, within ten minutes."""
    return ClientTimeout(total=WHOLE_SECONDS, connect=8.0, sock_read=STALLED_SECONDS)


class Channel(Protocol):
    """One platform. `name` is its name in the configuration and in the tables.

    On an `idempotent` one a second send with the same key does nothing. The sender calls `parts` first, then `limits`
    for each part, then `send` once every limit has room. One call of `send` is one message on the platform.
    """

    name: str
    idempotent: bool

    def parts(self, conversation: str, reply: Reply) -> Sequence[Reply]:
        """Return the message in parts that the platform accepts (see `splitting`); the message itself if it fits."""
        ...

    def limits(self, conversation: str, reply: Reply) -> Sequence[Limit]:
        """Return the limits that sending this part counts against; without any, reminders are not bundled either.

        A limit's key is the same in all processes and holds no secret: "wecom-webhook:<digest of the webhook's key>".
        """
        ...

    async def send(self, conversation: str, reply: Reply, key: str) -> Receipt:
        """Send to a group's conversation, or one-to-one to "@<user id>". `key` is the same for every try.

        Raises SendError. The sender cancels a call after SEND_SECONDS and records its outcome as unknown. What people
        see is sent within `visible` (see `handover`): an error of storage before it means that nothing was sent.
        """
        ...

    async def fetch(self, attachment: Attachment) -> bytes:
        """Return the bytes of a picture or file that a person sent. Raises SendError: RETRY if it may work later."""
        ...

    async def close(self) -> None: ...
