"""Messages with pictures in a story: stored ones, and such that could not be fetched."""

from uuid import uuid4

from handlers.rules.language.messages import Attachment, Message, Quote
from storage import files
from tests.support.story import MONDAY, BotMessage, Story


async def picture(body: bytes, by: str = "zhou") -> Attachment:
    """Store a picture as the bot does with one that it fetched."""
    id = await files.keep_once(b"\x89PNG\r\n\x1a\n" + body, "picture.png", "image/png", by, MONDAY)
    return Attachment(kind="picture", name="picture.png", id=id)


LOST = Attachment(kind="picture", name="picture.png")
"""A picture that could not be fetched."""


async def show(
    story: Story, person: str, text: str, *attachments: Attachment, quote: BotMessage | None = None
) -> list[BotMessage]:
    """Let somebody send words with pictures to the bot; return its answers."""
    message = Message(
        channel="local",
        id=uuid4().hex,
        conversation="work",
        sender=person,
        sent_at=story.clock.now(),
        text=text,
        attachments=attachments,
        quote=Quote(text=quote.text, ref=f"out-{quote.id}") if quote else None,
    )
    return await story.deliver(message)
