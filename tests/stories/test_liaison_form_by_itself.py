"""Under a regime with liaison forms the department gets one automatically, and again if the department changes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from handlers.timed import audit_follower
from tests.support.papers import words
from tests.support.regime import MONDAY_MORNING, under
from tests.support.story import Story


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with under("liaison-form", tmp_path, redis, MONDAY_MORNING) as started:
        yield started


async def test_it_is_sent_when_the_matter_is_opened(story: Story) -> None:
    await story.opened()
    form = story.expect("联系单〔2026〕1 号送总务处", pinged="wang")
    said = await words(form)
    assert "主送部门 | 总务处" in said
    assert "核实：2026年11月23日 16:05" in said
    assert "填单：回音" in said


async def test_another_department_gets_a_form_of_its_own(story: Story) -> None:
    await story.opened()
    await story.say("li", "改派 1 保卫处")
    form = story.expect("联系单〔2026〕1 号送保卫处", pinged="chu")
    assert "主送部门 | 保卫处" in await words(form)
    await story.say("chu", "续报 1 已到现场")
    assert not any(sent.say.attachments for sent in story.fresh)


async def test_without_a_department_there_is_none_yet(story: Story) -> None:
    await story.say("zhou", "@回音 上报 有人在网上问学校的事情，不知道归谁管，请看一下")
    assert not any(sent.say.attachments for sent in story.fresh)
    await story.say("li", "改派 1 总务处")
    story.expect("联系单〔2026〕1 号送总务处")


async def test_a_process_that_died_before_it_makes_it_once(story: Story) -> None:
    background, story.bot.background = story.bot.background, Idle()  # type: ignore[assignment]
    await story.opened()
    assert not any(sent.say.attachments for sent in story.fresh)
    story.bot.background = background
    await story.settle()
    story.expect("联系单〔2026〕1 号")
    await story.settle()
    story.silent()


async def test_one_that_could_not_be_made_is_made_later_and_once(story: Story) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("broken")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(audit_follower, "plan", broken)
        await story.opened()
        assert not any(sent.say.attachments for sent in story.fresh)
    sent = await story.advance("11m") + await story.advance("30m")
    assert ["1 号" in one.text for one in sent if "联系单" in one.text] == [True]


class Idle:
    """Another process that has not handled it yet."""

    async def drain(self) -> int:
        return 0

    def wake(self) -> None:
        return
