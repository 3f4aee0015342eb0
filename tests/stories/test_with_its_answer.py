"""What belongs to an answer is committed with it: a moment without storage between them takes nothing away."""

from datetime import timedelta
from typing import Any

import pytest

from bot.engine import responding
from handlers.rules.language.messages import Attachment, Message
from storage import outbox, suggestions
from storage.tables import File
from tests.support.broken import locked
from tests.support.story import Story, monday


def failing_once(of: Any, name: str) -> pytest.MonkeyPatch:
    """Let the database be locked the next time that a function is called."""
    patched, real = pytest.MonkeyPatch(), getattr(of, name)

    async def once(*arguments: Any) -> Any:
        patched.setattr(of, name, real)
        raise locked()

    patched.setattr(of, name, once)
    return patched


def said(story: Story, text: str, **file: Any) -> Message:
    files = (Attachment(kind="picture", name="a.png", **file),)
    facts = {"channel": "local", "id": text, "conversation": "work", "sender": "wang", "sent_at": story.clock.now()}
    return Message(text=text, attachments=files, **facts)


async def test_that_a_file_did_not_arrive(story: Story) -> None:
    await story.opened()
    patched = failing_once(outbox, "plan")
    await story.deliver(said(story, "@回音 签收 1"))
    patched.undo()
    story.silent()
    assert (await story.incident()).stage == "assigned"
    await story.jump(timedelta(seconds=30))
    assert [("签收" in one.text, "没有取到" in one.text) for one in story.fresh] == [(True, False), (False, True)]
    await story.until(monday("11:10"))
    assert not any("签收" in one.text and "超时" in one.text for one in story.fresh)


async def test_that_a_picture_which_follows_proves_nothing_any_more(story: Story) -> None:
    async def fetch(_: Attachment) -> bytes:
        return b"\x89PNG\r\n\x1a\n" + b"0" * 100

    story.bot.dispatcher.fetching.fetchers["local"] = fetch
    await story.opened()
    await suggestions.keep("wang", "work", "已发布 1", story.clock.now())
    patched = failing_once(responding, "forget")
    await story.deliver(said(story, "@回音 附件 1", source="code-1"))
    patched.undo()
    story.silent()
    await story.jump(timedelta(seconds=30))
    assert len(story.fresh) == 1
    assert (await File.get(id=1)).incident == 1
    assert await suggestions.find("wang", "work", None) is None
