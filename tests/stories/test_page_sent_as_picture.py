"""What came as a picture and is none proves nothing: a platform answered the download with an error page."""

import pytest

from bot.channels.base import Outcome, SendError
from bot.engine.attachments import keep
from handlers.rules.language.messages import Attachment, Message
from storage import files
from tests.support.story import Story

EXPIRED = b'{"code":"expired","message":"url expired"}'
PAGES = [EXPIRED, b"<html><body>login</body></html>", b"%PDF-1.7 x", b"PK\x03\x04", b"\0\1\2\3"]
PICTURES = [
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic",
    b"\0\0\0\x18ftypavif", b"II*\0", b"BM\0\0\0\0\0\0\0\0",
]  # fmt: skip


async def kept(story: Story, body: bytes, kind: str = "picture") -> Attachment:
    async def fetch(_: Attachment) -> bytes:
        return body

    sent = Attachment(kind=kind, name="a.png", source="https://x.cn/1")  # type: ignore[arg-type]
    return await keep(sent, fetch, "wang", story.clock.now())


@pytest.mark.parametrize("body", PAGES)
async def test_it_did_not_arrive(story: Story, body: bytes) -> None:
    with pytest.raises(SendError) as refused:
        await kept(story, body)
    assert refused.value.outcome is Outcome.REFUSED


@pytest.mark.parametrize("body", PICTURES)
async def test_every_kind_of_picture_arrives(story: Story, body: bytes) -> None:
    assert (await kept(story, body)).id


async def test_as_a_file_it_may_come(story: Story) -> None:
    assert (await kept(story, EXPIRED, "file")).id


@pytest.mark.parametrize("words", ["已发布 1", "仍在 1"])
async def test_one_that_an_earlier_version_kept_proves_nothing(story: Story, words: str) -> None:
    await story.approved()
    id = await files.keep_once(EXPIRED, "picture.txt", "text/plain", "wang", story.clock.now())
    sent = (Attachment(kind="picture", name="picture.txt", id=id),)
    before = await story.incident()
    said = {"text": words, "attachments": sent}
    await story.deliver(
        Message(channel="local", id="m", conversation="work", sender="wang", sent_at=story.clock.now(), **said)
    )
    after = await story.incident()
    assert (after.stage, after.proof, after.replied_at) == (before.stage, before.proof, None)
    assert not [one for one in story.fresh if "按时完成" in one.text]
