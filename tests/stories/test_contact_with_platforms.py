"""`/readyz` tells of each platform: its connection, its last call that succeeded, its last delivery, with their age."""

from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.web.health import DatabaseProbe, health
from tests.support.drive_wecom import WeComDriver
from tests.support.platform_dingtalk import DingTalkCalledBack, DingTalkStreamed
from tests.support.platforms import Platform, School, platform_school
from tests.support.wecom import Fault

SECONDS = 30.0


async def ready(school: School) -> dict[str, Any]:
    return await health(school.bot, DatabaseProbe(school.bot))


@pytest.mark.parametrize(
    ("driver", "stream"),
    [
        (DingTalkStreamed(), True),
        (DingTalkCalledBack(), False),
        (WeComDriver("robot and webhook", robot="socket"), True),
        (WeComDriver("app", app=True), False),
    ],
    ids=["dingtalk-stream", "dingtalk-http", "wecom-socket", "wecom-app"],
)
async def test_before_and_after_somebody_spoke(
    driver: Platform, stream: bool, tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with platform_school(driver, tmp_path, redis, monkeypatch.setenv) as school:
        name = "dingtalk" if "dingtalk" in school.bot.senders else "wecom"
        assert (await ready(school))[name]["deliveries"] == {"state": "none yet", "last_seconds_ago": None}
        await school.says("li", "待办")
        facts = await ready(school)
        told = facts[name]
        assert told["deliveries"]["state"] == told["calls"]["state"] == "ok"
        assert 0 <= told["deliveries"]["last_seconds_ago"] < SECONDS
        assert 0 <= told["calls"]["last_success_seconds_ago"] < SECONDS
        assert ("stream" in told) is stream
        if stream:
            assert told["stream"]["state"] == "connected"
            assert 0 <= told["stream"]["last_frame_seconds_ago"] < SECONDS
        assert facts["redis"]["state"] == "ok"
        assert 0 <= facts["redis"]["last_answer_seconds_ago"] < SECONDS


async def test_calls_that_fail_are_told_with_why(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = WeComDriver("app", app=True)
    async with platform_school(driver, tmp_path, redis, monkeypatch.setenv) as school:
        await school.says("li", "待办")
        driver.world.always = Fault(body={"errcode": 48002, "errmsg": "no permission"})
        await school.says("li", "待办")
        calls = (await ready(school))["wecom"]["calls"]
        assert calls["state"] == "failing"
        assert "48002" in calls["trouble"]
