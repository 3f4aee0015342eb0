"""Twelve seconds of HTTP 500 from the platform: nothing is lost, repeats say so, and nobody has to be told."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from storage.tables import Outbox
from tests.support import dingtalk, wecom
from tests.support.drive_wecom import WeComDriver
from tests.support.platform_dingtalk import DingTalkStreamed
from tests.support.platforms import School, platform_school

SECOND = timedelta(seconds=1)
DINGTALK = (
    "/v1.0/robot/groupMessages/send",
    "/v1.0/robot/oToMessages/batchSend",
    "/v1.0/card/instances/createAndDeliver",
    "/robot/send",
)
WECOM = ("/cgi-bin/webhook/send", "/cgi-bin/message/send")


def faults_of(driver: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = driver.world.faults if isinstance(driver, WeComDriver) else driver.fake.faults
    return found


def break_down(driver: Any) -> None:
    of_wecom = isinstance(driver, WeComDriver)
    fault: Any = wecom.Fault(500, {}) if of_wecom else dingtalk.Fault(500, {"code": "InternalError"})
    for way in WECOM if of_wecom else DINGTALK:
        faults_of(driver)[way].extend([fault] * 1000)


async def states() -> Counter[str]:
    return Counter(row.state for row in await Outbox.exclude(body__contains='"update":"'))


async def works_again(school: School, minutes: int) -> None:
    faults_of(school.platform).clear()
    for _ in range(minutes * 4):
        school.clock.advance(15 * SECOND)
        await school.bot.drain()


@pytest.mark.parametrize(
    "driver",
    [DingTalkStreamed(), WeComDriver("webhook", robot="socket"), WeComDriver("app", app=True)],
    ids=["dingtalk", "wecom-webhook", "wecom-app"],
)
async def test_nothing_is_lost_and_nobody_has_to_be_told(
    driver: Any, tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with platform_school(driver, tmp_path, redis, monkeypatch.setenv) as school:
        break_down(driver)
        for n in range(12):
            words = "帮助" if n % 3 else f"食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF{n}"
            await school.says("zhou", words)
            school.clock.advance(SECOND)
        planned = sum((await states()).values())
        assert planned >= 12
        await works_again(school, 20)
        found = await states()
        assert found["unknown"] == found["failed"] == found["planned"] == 0, found
        assert found["accepted"] + found["sent"] >= planned
        texts = [one.text for one in school.platform.seen()]
        assert not [text for text in texts if "没有办成：" in text or "不知是否送达，事项" in text]
        assert any("可能重复" in text for text in texts)


async def test_after_hours_the_desk_is_told_and_can_send_it_again(
    tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = DingTalkStreamed()
    async with platform_school(driver, tmp_path, redis, monkeypatch.setenv) as school:
        break_down(driver)
        await school.says("zhou", "帮助")
        for _ in range(90):
            school.clock.advance(60 * SECOND)
            await school.bot.drain()
        assert (await states())["unknown"] == 1
        await works_again(school, 12)
        told = [text for one in school.platform.seen() if "不知是否送达，事项" in (text := one.text)]
        assert len(told) == 1
        assert "不知是否送达" in told[0]
        await school.says("zhou", "重发 1")
        assert any("可能重复" in one.text for one in school.fresh)
        assert (await states())["unknown"] == 0
