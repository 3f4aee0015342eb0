"""DingTalk's monthly quotas: the desk hears in time, and empty messages are an alarm."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.web.server import serve
from storage.tables import Counter, Inbox, Outbox
from tests.support.dingtalk import GROUP
from tests.support.dingtalk_stream import ROBOT
from tests.support.platform_dingtalk import DingTalkCalledBack, DingTalkStreamed
from tests.support.platforms import School, account, platform_school


@pytest.fixture(params=[DingTalkStreamed, DingTalkCalledBack])
async def school(
    request: pytest.FixtureRequest, tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[School]:
    async with platform_school(request.param(), tmp_path, redis, monkeypatch.setenv) as started:
        yield started


async def used(school: School, name: str, count: int) -> None:
    month = f"{school.clock.now().astimezone(school.bot.office.institution.zone):%Y-%m}"
    await Counter.update_or_create(defaults={"value": count}, name=f"calls:{name}:{month}")


async def says_nothing(school: School, person: str) -> None:
    """Deliver what DingTalk delivers beyond the month's limit."""
    fake = school.platform.fake
    empty = fake.callback(account(person), "签收 1", GROUP) | {"errCode": 20001, "errMsg": "over the limit"}
    del empty["text"]
    if fake.callback_url:
        assert (await fake.deliver(json.dumps(empty).encode()))[0] == 200
    else:
        await fake.gateway.hands_over(ROBOT, empty)
    await school.bot.drain()


async def health(school: School) -> dict[str, Any]:
    async with serve(school.bot) as address, ClientSession() as session, session.get(f"{address}/healthz") as answer:
        found: dict[str, Any] = (await answer.json())["dingtalk"]
        return found


async def test_an_empty_message_alarms_the_desk_and_who_spoke(school: School) -> None:
    await school.says("li", "待办")
    await says_nothing(school, "wang")
    texts = [one.text for one in school._fresh()]
    assert any("20001" in text and "读不到" in text for text in texts)
    assert any("没有送到" in text for text in texts)
    assert await Inbox.all().count() == 1  # it is no message
    assert "20001" in (await health(school))["alarm"]


async def test_the_alarm_is_raised_once_a_day(school: School) -> None:
    for _ in range(3):
        await says_nothing(school, "wang")
    assert len([one for one in school._fresh() if "20001" in one.text]) == 1
    school.clock.advance(timedelta(days=1))
    await says_nothing(school, "wang")
    assert len([one for one in school._fresh() if "20001" in one.text]) == 1


async def test_it_ends_with_the_next_message_that_has_its_content(school: School) -> None:
    await says_nothing(school, "wang")
    await school.says("li", "待办")
    assert "alarm" not in await health(school)


@pytest.mark.parametrize(("name", "mark"), [("dingtalk-deliveries", 2_400), ("dingtalk-deliveries", 3_000)])
async def test_the_desk_is_told_at_four_fifths_and_at_the_end(school: School, name: str, mark: int) -> None:
    await used(school, name, mark - 1)
    await school.says("li", "待办")
    await school.bot.drain()
    told = [row.body for row in await Outbox.all() if "消息推送" in row.body]
    assert len(told) == 1
    assert "monthly_deliveries" in told[0]
    await school.says("li", "待办")
    assert len([row for row in await Outbox.all() if "消息推送" in row.body]) == 1


async def test_the_desk_is_told_that_calls_run_out(school: School) -> None:
    await used(school, "dingtalk", 3_999)
    await school.says("li", "待办", private=True)
    await school.bot.drain()
    assert len([row for row in await Outbox.all() if "monthly_calls" in row.body]) == 1


async def test_without_deliveries_the_groups_robot_is_spared(school: School) -> None:
    await used(school, "dingtalk-deliveries", 3_000)
    seen = await school.says("zhou", "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    assert seen
    assert {one.mark.by for one in seen} == {"group"}


async def figures(school: School) -> dict[str, float]:
    async with serve(school.bot) as address, ClientSession() as session, session.get(f"{address}/metrics") as answer:
        found = re.findall(r'^huiyin_limit(_used)?{platform="dingtalk",what="(\w+)"} (.*)$', await answer.text(), re.M)
    return {what + used: float(number) for used, what, number in found}


async def test_the_page_warns_from_four_fifths_on_until_the_month_is_over(school: School) -> None:
    watch = school.bot.alarms[0].__self__  # type: ignore[attr-defined]
    told: list[Any] = []
    watch._on_change = lambda: told.append(school.bot.page_health()["alarms"])
    await watch.drain()
    await used(school, "dingtalk-deliveries", 2_399)
    await school.says("li", "待办")
    await watch.drain()
    await used(school, "dingtalk", 5_000)
    await watch.drain()
    school.clock.advance(timedelta(days=9))
    await watch.drain()
    count = told[0][0]["used"]
    assert 2_400 <= count <= 2_402  # the notice of it goes through the webhook, and counts as well
    few = {"kind": "dingtalk_deliveries", "used": count, "of": 3_000, "grave": False}
    none_left = {"kind": "dingtalk_calls", "used": 5_000, "of": 5_000, "grave": True}
    assert told == [[few], [none_left, few], []]


async def test_the_page_says_that_messages_come_empty(school: School) -> None:
    await says_nothing(school, "wang")
    assert school.bot.page_health()["alarms"] == [{"kind": "dingtalk_empty", "grave": True}]
    await school.says("li", "待办")
    assert school.bot.page_health()["alarms"] == []


async def test_what_is_used_of_the_limits_is_in_the_figures(school: School) -> None:
    await used(school, "dingtalk", 41)
    await school.says("zhou", "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    found = await figures(school)
    assert found.pop("calls_used") >= 41
    by_webhook = {} if school.platform.has_buttons else {"minute_used": 1, "minute": 20}
    assert found == {"deliveries_used": 1 + len(by_webhook) // 2, "calls": 5_000, "deliveries": 3_000, **by_webhook}
    school.clock.advance(timedelta(minutes=2))
    assert "minute_used" not in await figures(school)
