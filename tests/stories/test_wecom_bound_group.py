"""A WeCom group with an unknown chat id: the office sends 绑定 there, and then the webhook pings."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.drive_wecom import WeComDriver
from tests.support.platforms import platform_school


async def test_the_office_binds_the_group(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = WeComDriver("unbound", robot="socket", conversation="")
    async with platform_school(driver, tmp_path, redis, monkeypatch.setenv) as school:
        await school.says("li", "绑定")
        seen = await school.says("zhou", "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
        assert [(one.mark.by, one.rings) for one in seen if one.rings] == [("webhook", ("wang",))]
