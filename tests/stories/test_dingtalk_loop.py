"""The whole loop over DingTalk's signed HTTP callbacks and its sending API, with a fake of the protocol.

Quotes contain the robot's messages. A real @ needs the group's custom robot, so there is one.
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app import build, connect_platforms
from bot.clock import StandingClock
from bot.config import Installation, parse_installation
from bot.runtime import Bot
from bot.web.server import serve
from storage import duties
from storage.tables import Inbox, Incident, Outbox
from storage.timers.timers import Timers
from tests.support.database import database
from tests.support.dingtalk import GROUP, FakeDingTalk, Sent
from tests.support.story import DEMONSTRATION, MONDAY

LOCAL = "[channel.local]\nclock_may_move = true"
ACCOUNTS = ("zhou", "wang", "feng", "qian", "zhao", "li")


def school(fake: FakeDingTalk) -> Installation:
    """The demonstration's school, on DingTalk instead of the group page."""
    text = DEMONSTRATION.read_text(encoding="utf-8")
    assert LOCAL in text
    text = text.replace(
        LOCAL,
        f'[channel.dingtalk]\napp_key = "{fake.app_key}"\napp_secret = "env:DINGTALK_SECRET"\n'
        f'robot_code = "{fake.robot_code}"\nmode = "http"\napi = "{fake.url}"\noapi = "{fake.url}"',
    )
    hook = 'webhook = "env:DINGTALK_WEBHOOK"\nwebhook_secret = "env:DINGTALK_HOOK"'
    text = text.replace(
        'channel = "local"\nconversation = "work"', f'channel = "dingtalk"\nconversation = "{GROUP}"\n{hook}'
    )
    for person in ACCOUNTS:
        text = text.replace(f'id = "{person}"\n', f'id = "{person}"\naccounts = {{ dingtalk = "u-{person}" }}\n')
    return parse_installation(text.replace("port = 8080", "port = 0"), DEMONSTRATION)


class School:
    """The bot behind its real HTTP server, and a group of people."""

    def __init__(self, bot: Bot, fake: FakeDingTalk, clock: StandingClock) -> None:
        self.bot, self.fake, self.clock = bot, fake, clock

    async def says(self, person: str, words: str, quote: Sent | None = None, *, private: bool = False) -> list[Sent]:
        before = len(self.fake.sent)
        status = await self.fake.says(f"u-{person}", words, conversation=None if private else GROUP, quote=quote)
        assert status == 200
        await self.bot.drain()
        return self.fake.sent[before:]


@pytest.fixture
async def school_(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[School]:
    async with _school(tmp_path, redis, monkeypatch) as started:
        yield started


@asynccontextmanager
async def _school(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[School]:
    clock = StandingClock(MONDAY)
    monkeypatch.setenv("DINGTALK_SECRET", "app-secret-value")
    monkeypatch.setenv("DINGTALK_HOOK", "SEChook")
    monkeypatch.setenv("DINGTALK_WEBHOOK", "/robot/send?access_token=hook-token-1")
    async with FakeDingTalk(clock.now) as fake, database(tmp_path), AsyncExitStack() as stack:
        fake.members |= {f"u-{person}" for person in ACCOUNTS}
        timers = Timers(redis)
        stack.push_async_callback(timers.aclose)
        bot = build(school(fake), clock, timers)
        await connect_platforms(bot, stack)
        address = await stack.enter_async_context(serve(bot))
        fake.callback_url = f"{address}/dingtalk/robot"
        yield School(bot, fake, clock)


async def test_from_the_forwarded_post_to_the_result(school_: School) -> None:
    [opened] = await school_.says("zhou", " 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    assert opened.by == "webhook"  # only the custom robot can really @
    assert opened.mentions == ("u-wang",)
    assert "〔#1〕食堂饭菜有异物" in opened.text

    [acknowledged] = await school_.says("wang", " 签收 1")
    assert "王强 已签收" in acknowledged.text
    assert acknowledged.key  # a quote contains it

    [asked] = await school_.says("wang", " 拟复 1 经核实属实，已更换筛网，留样检测合格。")
    assert asked.mentions == ("u-qian",)

    [approved] = await school_.says("qian", " 同意", quote=asked)
    assert "钱副校长 同意发布" in approved.text

    [published] = await school_.says("zhou", " 已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    assert "当日回复按时完成" in published.text

    [resolved] = await school_.says(
        "wang", " 办结 已更换筛网", quote=published
    )  # by the quoted message's processQueryKey
    assert "已办结（已答复）" in resolved.text
    assert (await Incident.get(number=1)).stage == "resolved"


async def test_a_leader_approves_one_to_one(school_: School) -> None:
    await school_.says("zhou", " 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    await school_.says("wang", " 拟复 1 已停用该批食材。")
    answers = await school_.says("qian", "同意", private=True)
    assert {(sent.by, sent.to) for sent in answers} == {("webhook", GROUP), ("private", "u-qian")}


async def test_a_late_reply_pings_the_head_for_real(school_: School) -> None:
    await school_.says("zhou", " 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    school_.clock.set(await duties.next_step_at() or MONDAY)  # 10:35, the acknowledgement's due time
    before = len(school_.fake.sent)
    await school_.bot.drain()
    [late] = school_.fake.sent[before:]
    assert late.mentions == ("u-wang", "u-feng")
    assert "【签收】已到时限" in late.text


async def test_a_repeated_delivery_and_a_forged_one(school_: School) -> None:
    body = {"msgId": "m1"}
    assert (await school_.fake.deliver(body, headers={"timestamp": "1", "sign": "x"}))[0] == 403
    assert await Inbox.all().count() == 0
    await school_.says("zhou", " 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    assert await Inbox.all().count() == 1
    assert await Outbox.filter(state="accepted").count() + await Outbox.filter(state="sent").count() == 1


async def test_a_stranger_is_told_how_to_be_added(school_: School) -> None:
    [answers] = await school_.says("nobody", " 签收 1")
    assert 'accounts.dingtalk = "u-nobody"' in answers.text
    foreign = school_.fake.callback("u-qian", "待办") | {"senderCorpId": "ding-another"}
    assert (await school_.fake.deliver(json.dumps(foreign).encode()))[0] == 200
    await school_.bot.drain()
    assert school_.fake.sent[-1].text.startswith("您不是本单位钉钉组织里的人")
