"""`python -m bot check` for WeCom: one line for each requirement, with the remedy in the institution's language."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web
from msgspec.structs import replace

from bot.channels.wecom.check import WeComCheck
from bot.cli import check
from bot.clock import Clock, StandingClock
from bot.config import Config, install
from handlers.common.bound_groups import filled_next
from storage import groups, inbox
from storage.groups import GroupBinding
from tests.support.drive_wecom import WeComDriver
from tests.support.story import DEMONSTRATION
from tests.support.wecom import GROUP

NOW = Clock().now


@pytest.fixture
async def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[WeComDriver, Config]]:
    driver = WeComDriver("check", robot="socket", app=True)
    async with driver.connect(StandingClock(NOW()), monkeypatch.setenv) as installation:
        config = installation.config
        storage = replace(config.storage, database=f"sqlite:///{tmp_path}/none.db")
        yield driver, replace(config, storage=storage)


async def lines(config: Config) -> list[str]:
    found = await check.lines(install(config), DEMONSTRATION, NOW())
    return [line for line in found if "wecom" in line]


async def test_everything_works(driver: tuple[WeComDriver, Config]) -> None:
    fake, config = driver
    said = await lines(config)
    for words in ("时钟相差", "订阅成功", "Webhook 地址有效", "凭证有效，可信IP 正确", "王强 = u-wang"):
        assert [line for line in said if line.startswith("✓") and words in line], (words, said)
    assert [line for line in said if line.startswith("✗")] == [
        "✗ wecom: 没有写企业微信账号：吴敏、郑处长、陈老师、褚队长、卫会计、蒋老师: 请他们 @ 一次机器人，照回答登记"
    ]
    assert fake.world.seen == []  # no message was sent


async def test_what_does_not_work_has_a_remedy(
    driver: tuple[WeComDriver, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake, config = driver
    monkeypatch.setattr("bot.channels.wecom.check.SUBSCRIBE_SECONDS", 0.5)
    monkeypatch.setenv("WECOM_WEBHOOK", "another-key-value")
    monkeypatch.setenv("WECOM_ROBOT_SECRET", "another-secret-value")
    fake.fake_app.trusted = False
    fake.world.members.discard("u-wang")
    said = await lines(config)
    for words in ("重新复制群机器人的 Webhook", "核对 bot_id 和 secret", "企业可信IP"):
        assert [line for line in said if line.startswith("✗") and words in line], (words, said)
    assert "another" not in "".join(said)
    fake.fake_app.trusted = True
    assert [line for line in await lines(config) if "没有成员 u-wang" in line]


async def test_in_english(driver: tuple[WeComDriver, Config]) -> None:
    config = driver[1]
    said = await lines(replace(config, institution=replace(config.institution, language="en")))
    assert [line for line in said if "subscribing succeeded" in line]
    assert [line for line in said if "no WeCom account" in line]


@pytest.mark.parametrize("name", ["WECOM_ROBOT_SECRET", "WECOM_AES_KEY"])
async def test_a_secret_that_is_not_set(
    driver: tuple[WeComDriver, Config], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)
    [line] = await lines(driver[1])
    assert line.startswith("✗ wecom: configuration: channel.wecom_")
    assert f"{name} is not set" in line


async def test_a_key_that_is_none(driver: tuple[WeComDriver, Config], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECOM_AES_KEY", "too-short-secret")
    [line] = await lines(driver[1])
    assert "43 characters" in line
    assert "too-short-secret" not in line


async def test_a_wrong_secret_is_tried_once(
    driver: tuple[WeComDriver, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECOM_ROBOT_SECRET", "another-secret-value")
    [line] = [line for line in await lines(driver[1]) if "长连接" in line]
    assert line.count("长连接") == 2  # the failure and the remedy
    assert driver[0].fake.refused == 1


async def test_a_group_that_is_not_bound_and_one_that_is(
    driver: tuple[WeComDriver, Config], tmp_path: Path, tables: str
) -> None:
    _, config = driver
    unbound = replace(config.group[0], conversation="", webhook=None)
    institution = install(replace(config, group=(unbound,))).institution
    check = WeComCheck(replace(config, group=(unbound,)), institution, NOW, stored=True)
    assert [str(line) for line in await check.lines() if "主动发言" in line.what] == [
        "✗ wecom: 机器人还不能在“育才中学回音工作群”主动发言: 在群里说“@回音 绑定”"
    ]
    now = NOW()
    row = await inbox.store("wecom", "m1", f'{{"conversation":"{GROUP}"}}', now)
    bound = GroupBinding(0, "wecom", GROUP, "g", "482159", "li", "li")
    await groups.ask(bound, partial(filled_next, institution, "wecom", None), row or 0, lambda _: [], now)
    assert "✓ wecom: 机器人可以在“育才中学回音工作群”主动发言" in [str(line) for line in await check.lines()]


async def test_a_running_bot_is_asked_and_not_kicked(
    driver: tuple[WeComDriver, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake, config = driver
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # an office's proxy cannot reach this machine's ports

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "wecom": {"connected": True, "ours": True, "trouble": ""}})

    application = web.Application()
    application.router.add_get("/healthz", health)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    said = await lines(replace(config, web=replace(config.web, port=runner.addresses[0][1])))
    await runner.cleanup()
    assert "✓ wecom: 长连接由运行中的回音保持" in said
    assert fake.fake.subscribed == 0
