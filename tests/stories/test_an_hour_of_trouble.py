"""An hour in which the platform drops, doubles, delays, reorders and refuses: nothing is lost, nothing said twice.

Time is simulated, in steps of ten seconds; what goes wrong is drawn with a fixed seed. Then the platform is well again,
and what waited goes out.
"""

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from redis.asyncio import Redis

from bot.channels import dingtalk_stream
from handlers.rules.messages import Say
from storage.tables import Inbox, Incident, Outbox
from tests.support.dingtalk import GROUP, QPS, FakeDingTalk, Fault
from tests.support.dingtalk_stream import ROBOT
from tests.support.platform_dingtalk import DingTalkStreamed
from tests.support.platforms import School, account, platform_school

STEP = timedelta(seconds=10)
AN_HOUR = 360
WAYS = (
    "/v1.0/robot/groupMessages/send",
    "/v1.0/robot/oToMessages/batchSend",
    "/v1.0/card/instances/createAndDeliver",
    "/robot/send",
)
TROUBLE = (
    QPS,
    Fault(429, {}),
    Fault(200, {"errcode": -1, "code": "-1", "errmsg": "系统繁忙"}),
    Fault(403, {"code": "Forbidden.AccessDenied.IpNotInWhiteList"}),
    Fault(500, {"code": "InternalError"}),
    Fault(drop=True),
    Fault(500, arrives=True),
    Fault(drop=True, arrives=True),
)


@pytest.fixture
async def school(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[School]:
    monkeypatch.setattr(dingtalk_stream, "FIRST_PAUSE", 0.01)
    async with platform_school(DingTalkStreamed(), tmp_path, redis, monkeypatch.setenv) as told:
        yield told


class Trouble:
    """What people say on its way: held back, out of order, twice, over connections that break."""

    def __init__(self, school: School, redis: Redis, seed: int) -> None:
        self.school, self.redis, self.draw = school, redis, random.Random(seed)
        self.fake: FakeDingTalk = school.platform.fake  # type: ignore[attr-defined]
        self.said = 0
        self.held: list[dict[str, Any]] = []
        self.posts = 0

    def speak(self) -> None:
        if self.draw.random() < 0.10:
            self.posts += 1
            words = f"食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2e{self.posts:03}"
            self._say("zhou", words)
        if self.posts and self.draw.random() < 0.15:
            self._say(self.draw.choice(["wang", "li"]), f"查 {self.draw.randint(1, self.posts)}")

    def _say(self, person: str, words: str) -> None:
        self.said += 1
        self.held.append(self.fake.callback(account(person), words, GROUP))

    async def deliver(self, everything: bool = False) -> None:
        self.draw.shuffle(self.held)
        count = len(self.held) if everything else self.draw.randint(0, len(self.held))
        going, self.held = self.held[:count], self.held[count:]
        for callback in going:
            for _ in range(self.draw.choice([1, 1, 2])):
                await self.fake.gateway.hands_over(ROBOT, callback)

    async def strike(self) -> None:
        for way in WAYS:
            if self.draw.random() < 0.25:
                self.fake.faults[way].append(self.draw.choice(TROUBLE))
        if self.draw.random() < 0.03:
            await self.fake.gateway.cut()
        if self.draw.random() < 0.02:
            await self.fake.gateway.system("disconnect")
        if self.draw.random() < 0.01:
            await self.redis.flushall()

    async def step(self) -> None:
        await self.school.bot.drain()
        self.school.clock.advance(STEP)

    async def until_all_is_said(self) -> None:
        for faults in self.fake.faults.values():
            faults.clear()
        await self.deliver(everything=True)
        for _ in range(AN_HOUR):
            await self.step()
            if not await Outbox.filter(state__in=("planned", "sending")).exists():
                return
        raise AssertionError("messages still wait an hour after the trouble is over")


@pytest.mark.timeout(300)
async def test_nothing_is_lost_nothing_is_doubled_no_limit_is_passed(school: School, redis: Redis) -> None:
    trouble = Trouble(school, redis, seed=4)
    for _ in range(AN_HOUR):
        trouble.speak()
        await trouble.strike()
        await trouble.deliver()
        await trouble.step()
    await trouble.until_all_is_said()

    assert await Incident.all().count() == trouble.posts > 20
    assert await Inbox.filter(state="done").count() == await Inbox.all().count() == trouble.said
    assert trouble.fake.overruns == []
    rows = await Outbox.exclude(body__contains='"update":"')
    assert {row.state for row in rows} <= {"accepted", "sent", "unknown"}
    for row in rows:
        times = seen(trouble.fake, row)
        assert times == 1 or (times == 0 and row.state == "unknown"), (times, row.state, row.body)


def seen(fake: FakeDingTalk, row: Outbox) -> int:
    """How often a message stands before people's eyes, alone or among others."""
    if row.platform_id:
        return len([one for one in fake.sent if one.key == row.platform_id])
    line = json.decode(row.body, type=Say).text.splitlines()[-1].strip()
    return len([one for one in fake.sent if line[-12:] in one.text and one.by == "webhook"])
