"""Failures of which no notice can arrive are told again elsewhere: the desk's people one-to-one, in growing pauses."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.channels.base import Outcome, Receipt, SendError
from bot.engine.failure_notices import FailureNotices
from handlers.commands import todo
from handlers.rules.language.messages import Reply
from storage.tables import Inbox, Outbox
from tests.support.broken import broken
from tests.support.story import Story, monday

NOTICE = "没有办成："
ALONE = "所以单独告诉您"


def refuse(patched: pytest.MonkeyPatch, story: Story, which: Callable[[str], bool]) -> None:
    """Let the platform refuse the notices for these conversations."""
    assert story.bot.local
    send = story.bot.local.send

    async def refuses(conversation: str, reply: Reply, key: str) -> Receipt:
        if NOTICE in reply.text and which(conversation):
            raise SendError("the robot is not in the group", Outcome.REFUSED)
        return await send(conversation, reply, key)

    patched.setattr(story.bot.local, "send", refuses)


async def notices(*states: str) -> list[Outbox]:
    rows = await Outbox.filter(state__in=states or ("accepted", "failed")).order_by("id")
    return [row for row in rows if NOTICE in row.body]


async def minutes(story: Story, count: int) -> None:
    for _ in range(count):
        await story.advance("1m")


async def test_the_people_of_the_desk_hear_it_while_their_group_refuses_it(story: Story) -> None:
    with pytest.MonkeyPatch.context() as patched:
        refuse(patched, story, lambda conversation: not conversation.startswith("@"))
        with broken(todo):
            await story.say("wang", "待办")
            await minutes(story, 2)
            await story.say("sun", "待办")
            await minutes(story, 2)
        refused = await notices("failed")
        heard = await notices("accepted")
        assert [row.conversation for row in refused] == [story.bot.office.home.conversation]
        desk = {f"@{one.id}" for one in story.bot.office.institution.desk()}
        assert len(desk) > 0
        assert {row.conversation for row in heard[: len(desk)]} == desk
        assert {row.conversation for row in heard[len(desk) :]} == desk
        assert all(ALONE in row.body and "王强" in row.body for row in heard[: len(desk)])
        assert all("孙副校长" in row.body and "王强" not in row.body for row in heard[len(desk) :])
        assert await Inbox.filter(state="failed", told_at__isnull=True).count() == 0
    await story.until(story.now + timedelta(days=1, minutes=5))
    with broken(todo):
        await story.say("wang", "待办")
        await minutes(story, 1)
    assert (await notices("accepted"))[-1].conversation == story.bot.office.home.conversation
    assert ALONE not in (await notices("accepted"))[-1].body


async def test_while_nothing_works_the_pauses_grow_and_once_it_does_all_is_told(story: Story) -> None:
    with pytest.MonkeyPatch.context() as patched:
        refuse(patched, story, lambda _: True)
        with broken(todo):
            await story.say("wang", "待办")
        for n in range(180):
            await story.advance("1m")
            if n == 60:
                story.bot.failure_notices = FailureNotices(story.bot.office, story.clock)  # as after a restart
    tellings = sorted({row.told_at for row in await notices("failed")})
    pauses = [later - earlier for earlier, later in pairwise(tellings)]
    assert 6 <= len(tellings) <= 10
    assert pauses == sorted(pauses)
    assert len({row.conversation for row in await notices("failed")}) > 1
    assert not await notices("accepted")
    await minutes(story, 65)
    assert len({row.told_at for row in await notices("accepted")}) == 1
    assert all("有 1 项" in row.body and "1. " in row.body for row in await notices())
    await minutes(story, 65)
    assert len({row.told_at for row in await notices("accepted")}) == 1


async def test_at_night_what_many_failed_on_is_told_elsewhere_at_once(story: Story) -> None:
    assert story.bot.local
    await story.until(monday("23:30"))
    with pytest.MonkeyPatch.context() as patched, broken(todo):
        refuse(patched, story, lambda conversation: not conversation.startswith("@"))
        for _ in range(10):
            await story.bot.local.say("wang", "待办")
        await story.settle()
        await minutes(story, 2)
    assert all("有 10 项" in row.body for row in await notices())
    assert [row.state for row in await notices()][:2] == ["failed", "accepted"]
