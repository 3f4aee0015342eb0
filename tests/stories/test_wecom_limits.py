"""More messages than WeCom's limit per minute: none is refused or lost, all arrive once and in order."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import json
from redis.asyncio import Redis

from bot.usage import Used
from handlers.rules.language.messages import Reply
from storage import outbox
from storage.outbox import OutgoingMessage
from tests.support.drive_wecom import WeComDriver
from tests.support.platforms import platform_school
from tests.support.wecom import GROUP

COUNT = 65


@pytest.mark.parametrize(
    ("conversation", "mentions"), [("@u-wang", ()), (GROUP, ("wang",)), (GROUP, ())], ids=["app", "webhook", "robot"]
)
async def test_all_of_them_arrive(
    tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch, conversation: str, mentions: tuple[str, ...]
) -> None:
    driver = WeComDriver("limits", robot="socket", app=True)
    async with platform_school(driver, tmp_path, redis, monkeypatch.setenv) as school:
        driver.fake.spoken_in.add(GROUP)
        says = [json.encode(Reply(text=f"第 {n} 条", mentions=mentions)).decode() for n in range(COUNT)]
        await outbox.plan([OutgoingMessage("wecom", conversation, body) for body in says], school.clock.now())
        minutes = 0
        while len(driver.world.seen) < COUNT and minutes < 10:
            await school.bot.drain()
            school.clock.advance(timedelta(seconds=62))
            minutes += 1
        sent = [one.text.strip().rsplit("）", 1)[-1] for one in driver.world.seen]
        assert sent == [f"第 {n} 条" for n in range(COUNT)]
        assert 2 < minutes <= 5
        assert (driver.fake_app.dropped, driver.fake.errors) == ([], [])


async def test_how_full_the_fullest_conversation_is_can_be_asked(
    tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with platform_school(WeComDriver("used", robot="socket"), tmp_path, redis, monkeypatch.setenv) as school:
        for _ in range(2):
            await school.says("li", "待办")
        await school.says("wang", "待办")
        [found] = [await ask() for ask in school.bot.usage]
        assert found == [Used("wecom", "minute", 3, 30), Used("wecom", "hour", 3, 1000)]
