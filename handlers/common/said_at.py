"""When something was said: words that are handled late, after a fault or by hand, certify nothing that came later."""

from datetime import datetime

from handlers.common.context import Context
from storage import inbox


async def said_at(context: Context) -> datetime:
    """Return the platform's time of the message, but never later than it was received."""
    received = await inbox.received_at(context.inbox) if context.inbox is not None else None
    return min(context.message.sent_at, received or context.now)
