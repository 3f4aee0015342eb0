"""When a platform last answered a call, sent a frame over its connection and delivered a message: for `/readyz`."""

import asyncio
from typing import Any, Literal

from bot.channels.base import StoreMessage
from handlers.rules.language.messages import Message

ContactFacts = dict[str, Any]
StreamState = Literal["connected", "away", "with another process"]
LONGEST_TROUBLE = 200


class Contact:
    """The times are the event loop's; None for what has not happened since the start."""

    def __init__(self) -> None:
        self._answered: float | None = None
        self._failed: float | None = None
        self._heard: float | None = None
        self._delivered: float | None = None
        self._trouble = ""

    def answered(self) -> None:
        """Note that a call succeeded."""
        self._answered = _now()

    def failed(self, why: object) -> None:
        """Note that a call failed; `why` holds no secret."""
        self._failed, self._trouble = _now(), str(why)[:LONGEST_TROUBLE]

    def heard(self) -> None:
        """Note that a frame came over the long connection."""
        self._heard = _now()

    def noting(self, store: StoreMessage) -> StoreMessage:
        """Return `store`, which then notes each delivery that it has stored."""

        async def stored(message: Message) -> bool:
            new = await store(message)
            self._delivered = _now()
            return new

        return stored

    def facts(self) -> ContactFacts:
        """Return the state of calls, and how long ago the last one succeeded and the last message came, in seconds."""
        failing = self._failed is not None and (self._answered is None or self._failed > self._answered)
        state = "failing" if failing else "none yet" if self._answered is None else "ok"
        calls: ContactFacts = {"state": state, "last_success_seconds_ago": _age(self._answered)}
        calls |= {"last_failure_seconds_ago": _age(self._failed), "trouble": self._trouble} if failing else {}
        came = "none yet" if self._delivered is None else "ok"
        return {"calls": calls, "deliveries": {"state": came, "last_seconds_ago": _age(self._delivered)}}

    def stream(self, state: StreamState, trouble: str) -> ContactFacts:
        """Return the facts of the long connection: its state, and how long ago the last frame came over one."""
        return {"stream": {"state": state, "last_frame_seconds_ago": _age(self._heard), "trouble": trouble}}


def _now() -> float:
    return asyncio.get_running_loop().time()


def _age(at: float | None) -> float | None:
    return None if at is None else round(_now() - at, 1)
