"""Whatever is drafted, held up, taken back and answered in whatever order: no text is approved that was not shown.

`HUIYIN_MACHINE=300 pytest tests/stories/test_never_unseen.py` is a long run.
"""

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import json

from handlers.rules.language.messages import Message, Reply
from storage.tables import Event, Outbox
from storage.timers.embedded import EmbeddedValkey
from storage.timers.timers import connect
from tests.support.story import Story, new_story

EXAMPLES = int(os.environ.get("HUIYIN_MACHINE", "6"))
LEADERS = ("qian", "sun", "zhao")
ANSWERS = ("同意", "同意 1", "照现稿同意 1", "同意 1，请尽快发布", "同意 1，修改后再发")
SECONDS = st.sampled_from((0, 1, 4, 20, 61, 200))
STEP = st.one_of(
    st.tuples(st.just("draft"), st.sampled_from(("wang", "zhou")), SECONDS),
    st.tuples(st.just("take back"), st.sampled_from(("wang", "zhou", "qian")), SECONDS),
    st.tuples(st.just("hold up"), st.sampled_from(("planned", "unknown")), SECONDS),
    st.tuples(st.sampled_from(ANSWERS), st.sampled_from(LEADERS), SECONDS),
    st.tuples(st.just("press"), st.sampled_from(LEADERS), SECONDS),
    st.tuples(st.just("late"), st.sampled_from(LEADERS), SECONDS),
)


class Talk:
    """One matter whose drafts and answers come in any order. `spoke_at` is when the last answer was given."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.count = 0
        self.spoke_at: datetime = story.clock.now()
        self.pressed: str | None = None

    async def step(self, what: str, who: str, seconds: int) -> None:
        self.story.clock.advance(timedelta(seconds=seconds))
        self.spoke_at, self.pressed = self.story.clock.now(), None
        if what == "draft":
            self.count += 1
            await self.story.say(who, f"拟复 1 第{self.count}次写的回复，11月26日前公布。")
        elif what == "take back":
            await self.story.say(who, "撤回")
        elif what == "hold up":
            await self.hold_up(who)
        elif what == "press":
            await self.press(who)
        else:
            late = what == "late"
            self.spoke_at -= timedelta(seconds=30 if late else 0)
            await self.answer(who, "同意 1" if late else what)

    async def hold_up(self, state: str) -> None:
        """Let the newest request's message be one that has not arrived."""
        row = await Outbox.filter(card__startswith="request-", state="accepted").order_by("-id").first()
        if row:
            await Outbox.filter(id=row.id).update(state=state, not_before=self.story.clock.now() + timedelta(days=9))

    async def press(self, who: str) -> None:
        rows = await Outbox.filter(card__startswith="request-", state="accepted").order_by("-id").limit(4)
        for row in rows[-1:]:
            card = json.decode(row.body, type=Reply).card
            if card and card.buttons:
                assert self.story.bot.local
                self.pressed = str(row.card)
                await self.story.bot.local.press(who, card.buttons[0].key, f"out-{row.id}")
                await self.story.settle()

    async def answer(self, who: str, text: str) -> None:
        message = Message(
            channel="local", id=uuid4().hex, conversation="work", sender=who, sent_at=self.spoke_at, text=text
        )
        await self.story.deliver(message)


async def shown(talk: Talk, text: str) -> bool:
    """Return whether a message with this whole text was delivered before the answer."""
    rows = await Outbox.filter(state="accepted", sent_at__lte=talk.spoke_at + timedelta(seconds=1))
    return any(f"「{text}」" in json.decode(row.body, type=Reply).text for row in rows)


async def play(server: str, steps: list[tuple[str, str, int]]) -> None:
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-unseen-")))
        redis = await stack.enter_async_context(connect(server))
        await redis.flushall()
        story = await stack.enter_async_context(new_story(directory, redis))
        await story.acknowledged()
        talk, known = Talk(story), 0
        for what, who, seconds in steps:
            await talk.step(what, who, seconds)
            for line in await Event.filter(kind="approved", id__gt=known).order_by("id"):
                known = line.id
                ((_, text),) = [one for path, one in json.decode(line.texts).items() if path == "text"]
                pressed = talk.pressed == f"request-{json.decode(line.data)['request']}"
                assert pressed or await shown(talk, text), (steps, text)


@pytest.mark.timeout(0 if EXAMPLES > 20 else 120)
def test_no_text_is_approved_that_had_not_reached_its_signer(valkey: EmbeddedValkey) -> None:
    server = os.environ.get("HUIYIN_TEST_REDIS") or valkey.url

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES <= 20,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(STEP, min_size=6, max_size=18))
    def run(steps: list[tuple[str, str, int]]) -> None:
        asyncio.run(play(server, steps))

    run()
