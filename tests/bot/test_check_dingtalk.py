"""`python -m bot check` for DingTalk: one line for each requirement, with the remedy if it is not met."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.channels.dingtalk.check import DingTalkCheck
from bot.config import Config, install
from storage.tables import Counter
from tests.support.dingtalk import FakeDingTalk
from tests.support.platform_dingtalk import DingTalkStreamed
from tests.support.platforms import account
from tests.support.proxy import proxy
from tests.support.story import StandingClock


class World:
    def __init__(self, driver: DingTalkStreamed, config: Config) -> None:
        self.fake: FakeDingTalk = driver.fake
        self.config = config
        self.off = timedelta()

    async def lines(self, **changes: object) -> list[str]:
        table = replace(self.config.channel.dingtalk, **changes)
        config = replace(self.config, channel=replace(self.config.channel, dingtalk=table))
        check = DingTalkCheck(config, install(config).institution, self.now, True)
        return [str(line) for line in await check.lines()]

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off  # noqa: TID251 - the fake's Date header is the system's


@pytest.fixture
async def world(tables: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    driver, clock = DingTalkStreamed(), StandingClock(datetime.now(UTC))  # noqa: TID251 - as above
    async with driver.connect(clock, monkeypatch.setenv) as installation:
        yield World(driver, installation.config)


async def test_all_is_well(world: World) -> None:
    lines = await world.lines()
    assert [line for line in lines if line.startswith("✗")] == [lines[-3]]  # people without an account
    assert "没有写钉钉账号：吴敏" in lines[-3]
    assert "凭证有效" in lines[1]
    assert "Stream 可以连接" in lines[2]
    assert "孙副校长 = u-sun" in "\n".join(lines)
    assert lines[-2:] == [
        "✓ dingtalk: 本月已调用接口 0 次，共 5000 次",
        "✓ dingtalk: 本月已收发消息推送 0 次，共 3000 次",
    ]


async def test_no_connection_is_made_that_would_take_messages_away(world: World) -> None:
    await world.lines()
    assert world.fake.gateway.opened == 0


async def test_stream_is_reached_through_the_proxy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    port = world.fake.url.rpartition(":")[2]
    world.fake.gateway.url = f"http://ws.dingtalk.test:{port}"
    async with proxy(world.fake.url) as (address, asked):
        for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", address)
        assert "✓ dingtalk: Stream 可以连接" in await world.lines()
    assert "ws.dingtalk.test" in asked


async def test_a_secret_that_is_not_set(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DINGTALK_SECRET")
    [line] = [line for line in await world.lines() if "DINGTALK_SECRET" in line]
    assert line.endswith("设好环境变量，再来一次")


async def test_a_wrong_secret(world: World) -> None:
    found = "\n".join(await world.lines(app_secret="wrong-secret"))
    assert "robot_code" not in found
    assert "✗ dingtalk: 拿不到访问凭证" in found
    assert "wrong-secret" not in found


async def test_a_clock_that_is_off(world: World) -> None:
    world.off = timedelta(minutes=-5)
    [clock] = [line for line in await world.lines() if "时钟" in line]
    assert clock.startswith("✗ dingtalk: 时钟相差 -")
    assert "NTP" in clock


async def test_a_user_id_that_nobody_has(world: World) -> None:
    world.fake.members.discard(account("wang"))
    [line] = [line for line in await world.lines() if "王强" in line]
    assert line == "✗ dingtalk: 王强：没有用户 u-wang: 改 accounts.dingtalk，用通讯录里的员工 UserID"


async def test_a_month_that_runs_short(world: World) -> None:
    now = world.now() + timedelta(hours=8)
    await Counter.create(name=f"calls:dingtalk:{now:%Y-%m}", value=4_500)
    await Counter.create(name=f"calls:dingtalk-deliveries:{now:%Y-%m}", value=2_399)
    calls, deliveries = [line for line in await world.lines() if "本月" in line]
    assert calls.startswith("✗ dingtalk: 本月已调用接口 4500 次，共 5000 次")
    assert "monthly_calls" in calls
    assert deliveries == "✓ dingtalk: 本月已收发消息推送 2399 次，共 3000 次"


async def test_a_platform_that_does_not_answer(world: World) -> None:
    lines = await world.lines(api="http://127.0.0.1:1")
    assert lines[0].startswith("✗ dingtalk: 连不上 127.0.0.1")
    assert lines[1].startswith("✗ dingtalk: 拿不到访问凭证")
