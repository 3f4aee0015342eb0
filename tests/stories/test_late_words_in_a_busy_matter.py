"""Words that come late are compared at the same cost, however much was decided in their matter since they were said."""

import logging
from datetime import datetime, timedelta

import pytest

from handlers.rules.language.messages import Message
from storage.tables import Event
from tests.support.story import Story


def heat(story: Story, id: str, sent_at: datetime, conversation: str = "work") -> Message:
    return Message(
        channel="local", id=id, conversation=conversation, sender="zhou", sent_at=sent_at, addressed=True,
        private=conversation != "work", text="热度 1 阅读 1000 评论 20 转发 6",
    )  # fmt: skip


async def test_the_number_of_queries_does_not_grow(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    await story.opened()
    await story.advance("1m")
    said, queries = story.clock.now(), []
    for busy in (3, 30):
        for n in range(busy):
            story.clock.advance(timedelta(seconds=2))
            await story.deliver(heat(story, f"{busy}-{n}", story.clock.now()))
        await story.advance("1m")
        with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
            await story.deliver(heat(story, f"late-{busy}", said, "@zhou"))
        said_by = [one.getMessage() for one in caplog.records if '"handled_at" IN' in one.getMessage()]
        queries.append(len(said_by))
        caplog.clear()
    assert await Event.filter(kind="heat").count() == 33
    assert await Event.filter(kind="overtaken").count() == 2
    assert queries[0] == queries[1] > 0
