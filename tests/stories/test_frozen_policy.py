"""An incident keeps the regime under which it was opened; a changed regime applies to new incidents."""

from pathlib import Path

from redis.asyncio import Redis

from bot.app import build
from tests.support.story import SHANGHAI, demonstration, new_story


async def test_another_regime_is_for_new_incidents(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis) as story:
        await story.opened()
        other = demonstration(tmp_path, **{'regime = "standard"': 'regime = "tiered"'})
        story.bot = build(other, story.clock, story.bot.timers)  # restarted with another file
        await story.say("wang", "延期 1 1天 等检测报告")
        story.expect("王强 申请延期 1天", pinged="qian")  # standard grants extensions, tiered does not
        await story.opened("@回音 空调坏了 https://weibo.com/1642634100/MzVRA2E8G")
        await story.say("wang", "延期 2 1天 等检测报告")
        story.expect("按本单位规则（分级时限），时限不能延期")
        # Three working days after Monday the 23rd end on Thursday the 26th; standard requires the same day.
        assert (await story.duty("reply", 2)).due_at.astimezone(SHANGHAI).isoformat() == "2026-11-27T00:00:00+08:00"
        assert (await story.duty("reply", 1)).due_at.astimezone(SHANGHAI).isoformat() == "2026-11-24T00:00:00+08:00"
