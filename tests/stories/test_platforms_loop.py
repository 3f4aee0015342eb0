"""The whole loop on every platform's protocol: forward, ping, acknowledge, draft, approve, publish, be late.

The leader approves four incidents in turn: by quote, by number, by button and one-to-one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.channels.wecom import inbound
from storage.tables import Inbox, Incident, Outbox
from tests.support.drive_wecom import wecom_drivers
from tests.support.platform_dingtalk import dingtalk_drivers
from tests.support.platform_local import Local
from tests.support.platforms import PATIENCE, Platform, School, SeenMessage, platform_school

DRIVERS: list[Any] = [
    pytest.param(driver, id=driver.name) for driver in (*wecom_drivers(), *dingtalk_drivers(), Local())
]


@pytest.fixture(params=DRIVERS)
async def school(
    request: pytest.FixtureRequest, tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[School]:
    platform: Platform = request.param
    monkeypatch.setattr(inbound, "PRESS_SECONDS", PATIENCE)  # the machine may be slow
    async with platform_school(platform, tmp_path, redis, monkeypatch.setenv) as started:
        yield started


def with_words(seen: list[SeenMessage], words: str) -> SeenMessage:
    found = [one for one in seen if words in one.text]
    assert found, f"{words!r} is not in {[one.text for one in seen]}"
    return found[0]


def with_button(seen: list[SeenMessage], label: str) -> SeenMessage:
    found = [one for one in seen if label in one.buttons]
    assert found, f"no {label!r} on {[(one.text, one.buttons) for one in seen]}"
    return found[0]


def pinged(seen: list[SeenMessage]) -> set[str]:
    return {person for one in seen for person in one.rings}


async def gives_way(platform: Platform, card: str) -> None:
    """Wait until a card's buttons are replaced, which takes the platform a moment."""
    async with asyncio.timeout(PATIENCE):
        while card not in platform.updated_cards():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def drafted(school: School, number: int) -> list[SeenMessage]:
    """Bring an incident to a reply that waits for the leader; return the request as people see it."""
    opened = await school.says("zhou", f"食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF{number}")
    assert f"〔#{number}〕" in with_words(opened, "食堂饭菜有异物").text
    if school.platform.really_pings:
        assert pinged(opened) == {"wang"}
    with_words(await school.says("wang", f"签收 {number}"), "王强 已签收")
    asked = await school.says("wang", f"拟复 {number} 已封存留样送检，11月26日前公布结果。")
    with_words(asked, "拟了回复")
    if school.platform.really_pings:
        assert "qian" in pinged(asked)
    return asked


async def by_quote(school: School, number: int, asked: list[SeenMessage]) -> list[SeenMessage]:
    return await school.says("qian", "同意", quote=with_words(asked, "拟了回复"))


async def by_number(school: School, number: int, asked: list[SeenMessage]) -> list[SeenMessage]:
    return await school.says("qian", f"同意 {number}")


async def by_button(school: School, number: int, asked: list[SeenMessage]) -> list[SeenMessage]:
    return await school.presses("qian", with_button(asked, "同意"), "同意")


async def alone(school: School, number: int, asked: list[SeenMessage]) -> list[SeenMessage]:
    return await school.says("qian", "同意", private=True)


def ways(platform: Platform) -> list[Callable[..., Any]]:
    quoting: list[Callable[..., Any]] = [by_quote] if platform.hears_quotes else []
    return [*quoting, by_number, *([by_button] if platform.has_buttons else []), alone]


async def test_from_the_forwarded_post_to_the_result(school: School) -> None:
    for number, way in enumerate(ways(school.platform), 1):
        asked = await drafted(school, number)
        approved = await way(school, number, asked)
        approval = with_words(approved, "钱副校长 同意发布")
        assert f"〔#{number}〕" in approval.text
        published = await school.says("zhou", f"已发布 {number} https://weibo.com/1234567890/Xy9zK8wQ{number}")
        with_words(published, "当日回复按时完成")
    assert await Incident.filter(stage="replied").count() == len(ways(school.platform))
    assert not await Outbox.filter(state__in=("failed", "unknown", "planned", "sending")).exists()


async def test_a_pressed_card_gives_way(school: School) -> None:
    asked = await drafted(school, 1)
    if school.platform.has_buttons:
        await school.presses("qian", with_button(asked, "同意"), "同意")
        await gives_way(school.platform, "request-1")


async def test_a_late_reply_pings_for_real(school: School) -> None:
    await school.says("zhou", "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    late = await school.next_step()  # 10:35, the acknowledgement's due time
    assert "【签收】" in with_words(late, "〔#1〕").text
    if school.platform.really_pings:
        assert {"wang", "feng"} <= pinged(late)


async def test_whoever_may_not_approve_does_not(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound, "PRESS_SECONDS", 0.3)
    asked = await drafted(school, 1)
    if school.platform.has_buttons:
        seen = await school.presses("wang", with_button(asked, "同意"), "同意")
        assert not [one for one in seen if "同意发布" in one.text]
    await school.says("wang", "同意 1")
    assert (await Incident.get(number=1)).answer is None


async def test_a_stranger_is_told_how_to_be_added(school: School) -> None:
    school.platform.admit("u-nobody")
    approval = with_words(await school.says("nobody", "签收 1"), "u-nobody")
    assert "accounts." in approval.text
    assert await Inbox.all().count() == 1
