"""Whether anybody has ever said something in a conversation."""

from storage.tables import Inbox


async def spoke_in(channel: str, conversation: str) -> bool:
    """Whether a message from a conversation is in the inbox."""
    return await Inbox.filter(channel=channel, body__contains=f'"conversation":"{conversation}"').exists()
