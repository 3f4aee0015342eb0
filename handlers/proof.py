"""A picture that came with a message and shows what was said, such as the published reply."""

from handlers.rules.messages import Message


def picture(message: Message) -> tuple[str, ...]:
    """What stands for the message's first picture in the record: "picture:7", by the number under which it is kept."""
    found = next((one for one in message.attachments if one.kind == "picture"), None)
    return () if found is None else (f"picture:{found.id or found.name or message.id}",)
