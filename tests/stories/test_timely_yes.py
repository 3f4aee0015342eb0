"""A yes that is handled late counts by the authority that its speaker had when they said it."""

from datetime import datetime, timedelta

import pytest

from handlers.commands import approve
from storage.tables import Delegation, Inbox, Request
from tests.support.broken import broken, locked
from tests.support.story import Story

GIVEN = ("qian", "授权 李主任 1小时")


async def _says_yes(story: Story, words: str) -> None:
    """Let Li's yes wait behind a fault of storage for half a minute."""
    with broken(approve, locked()):
        await story.say("li", words, private=True)
    await Inbox.filter(state="new").update(lease_until=story.clock.now() + timedelta(seconds=30))
    story.clock.advance(timedelta(seconds=5))


async def _end(story: Story) -> datetime:
    row = await Delegation.get()
    return row.until


@pytest.mark.parametrize("words", ["同意 1", "同意"])
@pytest.mark.parametrize("meanwhile", ["renewed", "taken back", "over"])
async def test_it_counts_though_the_authority_was_renewed_or_ended_meanwhile(
    story: Story, meanwhile: str, words: str
) -> None:
    await story.drafted()
    await story.say(*GIVEN)
    await story.advance("1m")
    if meanwhile == "over":
        await story.until(await _end(story) - timedelta(seconds=10))
    await _says_yes(story, words)
    if meanwhile != "over":
        await story.say("qian", "授权 李主任 3天" if meanwhile == "renewed" else "收回授权")
    await story.jump(timedelta(seconds=31))
    request = await Request.get(id=1)
    assert (request.state, request.decided_by) == ("approved", "li")


@pytest.mark.parametrize("before", ["none", "ended"])
async def test_it_does_not_count_by_an_authority_that_began_later(story: Story, before: str) -> None:
    await story.drafted()
    if before == "ended":
        await story.say(*GIVEN)
        await story.advance("1m")
        await story.say("qian", "收回授权")
    await story.advance("1m")
    await _says_yes(story, "同意 1")
    await story.say("qian", "授权 李主任 3天")
    await story.jump(timedelta(seconds=31))
    assert (await Request.get(id=1)).state == "pending"
    await story.say("li", "同意 1")
    assert (await Request.get(id=1)).state == "approved"
