"""Know of a message, when something else failed while it was sent, whether the platform may have it already.

A channel reads storage before its request, such as a file or the cards to update. What fails there has reached nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bot.channels.base import SendError


@dataclass
class Handover:
    """One message on its way. `begun` says that the platform may have it."""

    begun: bool = False


_current: ContextVar[Handover | None] = ContextVar("handover", default=None)


@contextmanager
def handing_over() -> Iterator[Handover]:
    """Yield what is known of the message that is sent in this block."""
    handover = Handover()
    token = _current.set(handover)
    try:
        yield handover
    finally:
        _current.reset(token)


@contextmanager
def visible() -> Iterator[None]:
    """Send in this block what people see: from its beginning the platform may have it, unless it says that it has not.

    What is not visible, such as an upload, belongs outside.
    """
    handover = _current.get() or Handover()
    before, handover.begun = handover.begun, True
    try:
        yield
    except SendError as error:
        handover.begun = before or error.may_have_arrived
        raise
