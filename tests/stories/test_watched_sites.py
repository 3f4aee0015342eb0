"""Who reads which sites in a patrol: each is reminded of theirs, and the record says what was looked at."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import audit
from tests.support.regime import dated_pings, local, owed
from tests.support.story import Story, demonstration, new_story

pytestmark = pytest.mark.demand("park.board")

REGIMES = Path(__file__).parents[2] / "handlers/regimes"
SITES = '[{ name = "园区留言板" }, { name = "本地论坛", readers = ["王强"] }]'


@pytest.fixture
async def story(request: pytest.FixtureRequest, tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    language = getattr(request, "param", "zh")
    own = tmp_path / "own.toml"
    shipped = (REGIMES / "park.toml").read_text(encoding="utf-8")
    own.write_text(shipped.replace('[{ name = "园区留言板" }]', SITES), encoding="utf-8")
    config = demonstration(tmp_path, language, **{'regime = "standard"': f'regime = "{own}"'})
    async with new_story(tmp_path, redis, local("2026-11-23 09:00"), config=config) as started:
        yield started


async def test_each_reader_is_reminded_of_what_they_read(story: Story) -> None:
    await story.settle()
    assert await owed(story, None) == {"check-in": "Mon 11-23 17:30, Mon 11-23 17:30, Tue 11-24 17:30, Tue 11-24 17:30"}
    sent = await story.until(local("2026-11-23 14:00"))
    assert dated_pings(sent, "要看：园区留言板") == [("Mon 11-23 13:30", "zhou")]
    assert dated_pings(sent, "要看：本地论坛") == [("Mon 11-23 13:30", "wang")]


async def test_the_record_says_what_was_looked_at(story: Story) -> None:
    await story.settle()
    await story.say("wang", "巡查 无异常")
    story.expect("王强 的巡查已记录，按时（时限 11-23（周一）17:30）：本地论坛")
    (line,) = await audit.of_kind("given", local("2026-11-23 00:00"), local("2026-11-24 00:00"))
    assert line["data"]["sites"] == ["本地论坛"]
    sent = await story.until(local("2026-11-23 18:00"))
    assert {ping[1] for ping in dated_pings(sent, "【巡查】")} == {"zhou"}


@pytest.mark.parametrize("story", ["en"], indirect=True)
async def test_it_is_said_in_english(story: Story) -> None:
    await story.settle()
    sent = await story.until(local("2026-11-23 14:00"))
    assert dated_pings(sent, "To look at: 本地论坛") == [("Mon 11-23 13:30", "wang")]
    await story.say("wang", "@Huiyin patrol nothing found")
    story.expect("on time (due Mon 23 Nov 17:30): 本地论坛")
