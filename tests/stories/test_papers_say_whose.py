"""Papers are signed by who wrote them, and say by what rule they count, what ran over, and which days they cover."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Digest
from tests.stories.test_digests import at, sending
from tests.support.papers import words
from tests.support.story import Story, monday, new_story


async def paper(story: Story, text: str) -> str:
    (sent,) = [one for one in await story.say("li", text) if one.say.attachments]
    return await words(sent)


def signature(said: str) -> str:
    """Return the line above the date at a paper's end."""
    lines = [line for line in said.splitlines() if line]
    return lines[next(n for n, line in enumerate(lines) if line.startswith("2026年") and line.endswith("日")) - 1]


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with new_story(tmp_path, redis) as begun:
        yield begun


@pytest.mark.parametrize(("who", "signs"), [("li", "育才中学办公室"), ("wang", "总务处"), ("qian", "育才中学")])
async def test_a_summary_is_signed_by_who_wrote_it(story: Story, who: str, signs: str) -> None:
    await story.acknowledged()
    await story.say("li", "升级 1 重大 媒体已来电")
    await story.answered()
    await story.say("wang", "办结 1 已更换筛网并公布检测结果")
    await story.say(who, "总结 1 筛网老化脱落，今后每周检查并登记")
    assert signature(await paper(story, "总结报告 1")) == signs


async def test_the_bulletin_says_what_it_names(story: Story) -> None:
    await story.acknowledged()
    await story.until(monday("09:00", 3))
    assert "和超时1天还没有办成、之后才办成或了结的列入，不到1天就办成的不列" in await paper(story, "通报")
    assert "本件超时的全部列入" in await paper(story, "通报 1")


async def test_a_situation_report_tells_what_ran_over(story: Story) -> None:
    await story.acknowledged()
    assert "三、超时情况\n无\n" in await paper(story, "情况报告 1")
    await story.until(monday("09:00", 1))
    said = await paper(story, "情况报告 1")
    assert "当日回复：2026年11月23日 24:00到期，已超时9小时，记总务处" in said


async def test_a_daily_report_covers_the_days_of_a_pause(story: Story) -> None:
    process = sending(story, daily="17:30")
    await process.drain()
    await at(story, process, "17:30")
    (sent,) = await at(story, process, "17:30", days=3)
    assert "（11-23 17:30 至 11-26 17:30，共 3 天，其间休息、停发的日子都在内）" in sent.text
    first, second = await Digest.all().order_by("id")
    assert second.since == first.until


async def test_a_daily_report_covers_days_of_rest(story: Story) -> None:
    process = sending(story, daily="working days 17:30")
    await process.drain()
    await at(story, process, "17:30", days=4)
    (sent,) = await at(story, process, "17:30", days=7)
    assert "（11-27 17:30 至 11-30 17:30，共 3 天" in sent.text


@pytest.mark.parametrize(("regime", "name"), [("standard", "当日回复率"), ("company", "按时回复率")])
async def test_the_rate_is_called_by_the_regimes_limit(tmp_path: Path, redis: Redis, regime: str, name: str) -> None:
    async with new_story(tmp_path, redis, **{'regime = "standard"': f'regime = "{regime}"'}) as story:
        await story.opened()
        await story.say("li", "本周")
        assert f"{name} " in story.fresh[-1].text
        assert f"{name}＝按时限回复÷应回复" in story.fresh[-1].text
        assert ("当日" in story.fresh[-1].text) == (regime == "standard")
