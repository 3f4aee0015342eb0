"""The platform drops, doubles, delays, reorders and refuses for an hour: nothing is lost, nothing is sent twice.

Time is simulated in steps of ten seconds, and faults are random with a fixed seed. Then the platform works again, and
waiting messages are sent. `make test` plays a quarter of an hour. `pytest -s` shows the counts.
"""

import random
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from redis.asyncio import Redis

from bot.backoff import Backoff
from bot.channels.dingtalk.stream import DingTalkStream
from handlers.rules.language.messages import Reply
from storage.tables import Inbox, Incident, Outbox
from tests.support import dingtalk, wecom
from tests.support.dingtalk import QPS, FakeDingTalk
from tests.support.dingtalk_stream import ROBOT
from tests.support.drive_wecom import WeComDriver
from tests.support.platform_dingtalk import DingTalkStreamed
from tests.support.platforms import School, account, platform_school
from tests.support.thinned import long_or_short

Mark = tuple[str, str]
STEP = timedelta(seconds=10)
AN_HOUR = 360
STEPS = long_or_short(AN_HOUR, AN_HOUR // 4)
REPEAT = "可能重复"


class Trouble(ABC):
    """Deliver what people say with faults: delayed, out of order, twice, over connections that break."""

    def __init__(self, school: School, redis: Redis, seed: int) -> None:
        self.school, self.redis, self.draw = school, redis, random.Random(seed)
        self.said = 0
        self.held: list[dict[str, Any]] = []
        self.posts = 0

    @abstractmethod
    def callback(self, person: str, words: str) -> dict[str, Any]: ...
    @abstractmethod
    async def hand_over(self, callback: dict[str, Any]) -> None: ...
    @abstractmethod
    async def strike(self) -> None:
        """Cause the faults before the next step."""

    @abstractmethod
    def well(self) -> None: ...
    @abstractmethod
    def mark(self, row: Outbox) -> Mark:
        """Return the mark by which a message is recognised among those that people see."""

    @abstractmethod
    def seen(self, mark: Mark, *, as_repeat: bool = False) -> int:
        """Count how often people see a message, alone or bundled; only where it says that it may be a repeat."""

    @abstractmethod
    def limits(self) -> dict[str, tuple[int, int]]:
        """Return by target the highest number of messages in any minute and the platform's limit."""

    def speak(self) -> None:
        if self.draw.random() < 0.10:
            self.posts += 1
            words = f"食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2e{self.posts:03}"
            self._say("zhou", words)
        if self.posts and self.draw.random() < 0.15:
            self._say(self.draw.choice(["wang", "li"]), f"查 {self.draw.randint(1, self.posts)}")

    def _say(self, person: str, words: str) -> None:
        self.said += 1
        self.held.append(self.callback(person, words))

    async def deliver(self, everything: bool = False) -> None:
        self.draw.shuffle(self.held)
        count = len(self.held) if everything else self.draw.randint(0, len(self.held))
        going, self.held = self.held[:count], self.held[count:]
        for callback in going:
            for _ in range(self.draw.choice([1, 1, 2])):
                await self.hand_over(callback)

    async def step(self) -> None:
        await self.school.bot.drain()
        self.school.clock.advance(STEP)

    async def until_all_is_said(self) -> None:
        self.well()
        await self.deliver(everything=True)
        for _ in range(AN_HOUR):
            await self.step()
            if not await Outbox.filter(state__in=("planned", "sending")).exists():
                return
        raise AssertionError("messages still wait an hour after the trouble is over")


class OverDingTalk(Trouble):
    WAYS = (
        "/v1.0/robot/groupMessages/send",
        "/v1.0/robot/oToMessages/batchSend",
        "/v1.0/card/instances/createAndDeliver",
        "/robot/send",
    )
    FAULTS = (
        QPS,
        dingtalk.Fault(429, {}),
        dingtalk.Fault(200, {"errcode": -1, "code": "-1", "errmsg": "系统繁忙"}),
        dingtalk.Fault(403, {"code": "Forbidden.AccessDenied.IpNotInWhiteList"}),
        dingtalk.Fault(500, {"code": "InternalError"}),
        dingtalk.Fault(drop=True),
        dingtalk.Fault(500, arrives=True),
        dingtalk.Fault(drop=True, arrives=True),
    )

    @property
    def fake(self) -> FakeDingTalk:
        return self.school.platform.fake  # type: ignore[attr-defined, no-any-return]

    def callback(self, person: str, words: str) -> dict[str, Any]:
        return self.fake.callback(account(person), words, dingtalk.GROUP)

    async def hand_over(self, callback: dict[str, Any]) -> None:
        await self.fake.gateway.hands_over(ROBOT, callback)

    async def strike(self) -> None:
        for way in self.WAYS:
            if self.draw.random() < 0.25:
                self.fake.faults[way].append(self.draw.choice(self.FAULTS))
        if self.draw.random() < 0.03:
            await self.fake.gateway.cut()
        if self.draw.random() < 0.02:
            await self.fake.gateway.system("disconnect")
        if self.draw.random() < 0.01:
            await self.redis.flushall()

    def well(self) -> None:
        self.fake.faults.clear()

    def limits(self) -> dict[str, tuple[int, int]]:
        assert self.fake.overruns == []  # 20 a second for each API
        return {f"robot:{token}": (most, 20) for token, most in self.fake.busiest.items()}

    def mark(self, row: Outbox) -> Mark:
        words = json.decode(row.body, type=Reply).text
        return ("key", row.platform_id) if row.platform_id else ("words", words.splitlines()[-1].strip()[-12:])

    def seen(self, mark: Mark, *, as_repeat: bool = False) -> int:
        kind, what = mark
        shown = [one for one in self.fake.sent if not as_repeat or REPEAT in one.text]
        if kind == "key":
            return len([one for one in shown if one.key == what])
        return len([one for one in shown if what in one.text and one.by == "webhook"])


class OverWeCom(Trouble):
    """HTTP callbacks, the group's webhook, and the addresses for answers to a message to the robot."""

    WAYS = ("/cgi-bin/webhook/send", "/cgi-bin/aibot/response")
    FAULTS = (
        wecom.Fault(body={"errcode": 45009, "errmsg": "api freq out of limit"}),
        wecom.Fault(body={"errcode": -1, "errmsg": "system busy"}),
        wecom.Fault(500, {}),
        wecom.Fault(502),
        wecom.Fault(drop=True),
        wecom.Fault(500, arrives=True),
        wecom.Fault(drop=True, arrives=True),
    )

    @property
    def world(self) -> wecom.World:
        return self.school.platform.world  # type: ignore[attr-defined, no-any-return]

    def callback(self, person: str, words: str) -> dict[str, Any]:
        robot = self.school.platform.fake  # type: ignore[attr-defined]
        return robot.callback(account(person), wecom.GROUP, "text", text={"content": f"@{robot.name} {words}"})  # type: ignore[no-any-return]

    async def hand_over(self, callback: dict[str, Any]) -> None:
        answers = await self.school.platform.fake.post(callback)  # type: ignore[attr-defined]
        assert answers[-1].status == 200, answers

    async def strike(self) -> None:
        for way in self.WAYS:
            if self.draw.random() < 0.25:
                self.world.faults[way].append(self.draw.choice(self.FAULTS))
        if self.draw.random() < 0.01:
            await self.redis.flushall()

    def well(self) -> None:
        self.world.faults.clear()

    def limits(self) -> dict[str, tuple[int, int]]:
        most = {"hook": 20, "robot": 30}
        return {target: (count, most[target.partition(":")[0]]) for target, count in self.world.busiest.items()}

    def mark(self, row: Outbox) -> Mark:
        """Return the id of a card or the text of a message: a message with both is sent as two."""
        say = json.decode(row.body, type=Reply)
        return ("card", say.card.id) if say.card else ("words", say.text.strip())

    def seen(self, mark: Mark, *, as_repeat: bool = False) -> int:
        kind, what = mark
        shown = [one for one in self.world.seen if not as_repeat or REPEAT in f"{one.text}{one.card}"]
        if kind == "card":
            cards = (one.card for one in shown if one.card)
            return len([card for card in cards if card["task_id"].partition("@")[0] == what])
        return sum(one.text.count(what) for one in shown if one.kind != "template_card")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", [OverDingTalk, OverWeCom])
async def test_nothing_is_lost_nothing_is_doubled_no_limit_is_passed(
    kind: type[Trouble], tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DingTalkStream, "backoff", Backoff(0.01, 0.05))
    driver = DingTalkStreamed() if kind is OverDingTalk else WeComDriver("wecom-robot-http", robot="http")
    async with platform_school(driver, tmp_path, redis, monkeypatch.setenv) as school:
        trouble = kind(school, redis, seed=4)
        for _ in range(STEPS):
            trouble.speak()
            await trouble.strike()
            await trouble.deliver()
            await trouble.step()
        await trouble.until_all_is_said()
        await _all_is_well(trouble)


async def _all_is_well(trouble: Trouble) -> None:
    assert await Incident.all().count() == trouble.posts > STEPS // 18
    assert await Inbox.filter(state="done").count() == await Inbox.all().count() == trouble.said
    rows = await Outbox.exclude(body__contains='"update":"')
    print(trouble.said, "received;", dict(Counter(row.state for row in rows)), "; busiest minutes", trouble.limits())
    assert all(count <= most for count, most in trouble.limits().values())
    assert {row.state for row in rows} <= {"accepted", "sent", "unknown", "suppressed"}
    assert all('"card":{' in row.body for row in rows if row.state == "suppressed")  # there are no buttons here
    alike: defaultdict[Mark, list[Outbox]] = defaultdict(list)
    for row in rows:
        alike[trouble.mark(row)].append(row)
    for mark, same in alike.items():
        states = [row.state for row in same]
        sent, unknown = states.count("sent") + states.count("accepted"), states.count("unknown")
        doubts = sum(row.doubts for row in same)  # each was followed by another try, which says so
        assert sent <= trouble.seen(mark) <= sent + unknown + doubts, (mark, states)
        assert trouble.seen(mark) - trouble.seen(mark, as_repeat=True) <= max(sent + unknown, 1), mark
