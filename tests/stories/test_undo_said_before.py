"""An undo that is handled late takes back what was done before it was said, and nothing that came after it."""

from datetime import timedelta

import pytest

from handlers.commands import undo
from handlers.rules.language.messages import Message
from storage.tables import Event, Inbox
from tests.support.broken import broken, locked
from tests.support.story import Story


async def _held(story: Story, words: str, until: timedelta) -> None:
    """Let an undo wait behind a fault, in another conversation than what is said next."""
    with broken(undo, locked()):
        await story.say("wang", words, private=True)
    await Inbox.filter(state="new").update(lease_until=story.clock.now() + until)
    story.clock.advance(timedelta(seconds=5))


async def _newer(story: Story, words: str) -> None:
    newer = {"channel": "local", "conversation": "work", "sender": "wang", "addressed": True}
    await story.deliver(Message(id="newer", sent_at=story.clock.now(), text=words, **newer))


async def _ready(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 食堂没有热水 https://weibo.com/1234567890/Ab1cD2eF4")


@pytest.mark.parametrize(
    ("before", "words", "newer"),
    [
        ("备注 1 误记的内容", "撤回 1", "签收 1"),
        ("签收 1", "撤回 1", "备注 1 家长来电"),
        ("签收 1", "撤回", "签收 2"),
        ("签收 1", "撤回", "备注 1 家长来电"),
    ],
)
async def test_what_the_speaker_did_afterwards_stays(story: Story, before: str, words: str, newer: str) -> None:
    await _ready(story)
    await story.say("wang", before)
    await story.advance("1m")
    await _held(story, words, timedelta(seconds=30))
    await _newer(story, newer)
    numbers = (int(newer.split()[1]), 1)
    stood = [(await story.incident(n)).acknowledged_at for n in numbers]
    await story.jump(timedelta(seconds=31))
    assert not await Event.filter(kind="undone").exists()
    assert [(await story.incident(n)).acknowledged_at for n in numbers] == stood
    assert "现在再说一次" in story.expect("没有照办，已记录").text
    await story.say("wang", words)
    story.expect("一切如前")


async def test_a_later_deed_in_another_matter_is_no_hindrance_if_the_undo_names_its_own(story: Story) -> None:
    await _ready(story)
    await story.say("wang", "签收 1")
    await story.advance("1m")
    await _held(story, "撤回 1", timedelta(seconds=30))
    await _newer(story, "签收 2")
    await story.jump(timedelta(seconds=31))
    assert [(await story.incident(n)).acknowledged_at is None for n in (1, 2)] == [True, False]


@pytest.mark.parametrize("minutes", [1, 3])
async def test_the_two_minutes_end_when_it_was_said(story: Story, minutes: int) -> None:
    await _ready(story)
    await story.say("wang", "签收 1")
    await story.advance(f"{minutes}m")
    await _held(story, "撤回 1", timedelta(seconds=70))
    await story.jump(timedelta(seconds=80))
    story.expect("一切如前" if minutes == 1 else "只能在两分钟内撤回")
    assert (await story.incident()).acknowledged_at is None or minutes == 3


async def test_a_late_undo_in_the_group_takes_back_nothing_newer(story: Story) -> None:
    await _ready(story)
    await story.say("wang", "备注 1 误记")
    await story.advance("1m")
    said = story.clock.now()
    story.clock.advance(timedelta(seconds=5))
    await story.say("wang", "签收 1")
    story.clock.advance(timedelta(seconds=8))
    late = {"channel": "local", "conversation": "work", "sender": "wang", "addressed": True}
    await story.deliver(Message(id="late", sent_at=said, text="撤回 1", **late))
    assert (await story.incident()).acknowledged_at is not None
