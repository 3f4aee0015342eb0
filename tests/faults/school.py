"""The demonstration's school with both platforms' fakes: its configuration, and what people see of the bot."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bot.clock import Clock
from bot.config import read_installation
from tests.support import dingtalk, wecom
from tests.support.dingtalk import FakeDingTalk
from tests.support.platforms import account
from tests.support.story import DEMONSTRATION
from tests.support.wecom import CORP, Server, World
from tests.support.wecom_app import FakeApp
from tests.support.wecom_envelope import AES_KEY, TOKEN
from tests.support.wecom_robot import FakeRobot
from tests.support.wecom_webhook import Webhooks

HOOK = "hook-key-value-1"
WECOM_GROUPS = (wecom.GROUP, "wrGroup000000000000000000000002")
DINGTALK_GROUPS = (dingtalk.GROUP, "cidOther==")
PEOPLE = ("zhao", "qian", "sun", "li", "zhou", "wu", "zheng", "wang", "feng", "chen", "chu", "wei", "jiang")
SECRETS = {
    "WECOM_ROBOT_SECRET": "robot-secret-value",
    "WECOM_APP_SECRET": "app-secret-value",
    "WECOM_TOKEN": TOKEN,
    "WECOM_AES_KEY": AES_KEY,
    "WECOM_WEBHOOK": HOOK,
    "DINGTALK_SECRET": "app-secret-value",
    "DINGTALK_HOOK": "SEChook",
    "DINGTALK_WEBHOOK": "/robot/send?access_token=hook-token-1",
}
REPEAT = "（可能重复送达）"
_LATE = re.compile(r"（本应[^（）]*送达）")


class Shown(NamedTuple):
    """A message of the bot as people see it: where, its text without marks and names, and whether it says "repeat"."""

    channel: str
    to: str
    core: str
    marked: bool
    key: str | None = None


@dataclass
class Platforms:
    """The fakes of both platforms, which live as long as the run; bots come and go."""

    clock: Clock
    world: World
    robot: FakeRobot
    app: FakeApp
    ding: FakeDingTalk
    names: re.Pattern[str]

    def shown(self) -> list[Shown]:
        """Return everything that people were sent, as it was sent, oldest first on each platform."""
        seen = [self._shown("wecom", one.to, one.text, None) for one in self.world.seen]
        return seen + [self._shown("dingtalk", one.to, one.text, one.key) for one in self.ding.sent]

    def dropped(self) -> list[tuple[datetime, Shown]]:
        """Return what WeCom accepted and showed to nobody, as it was beyond its limit, and when."""
        return [(at, self._shown("wecom", one.to, one.text, None)) for at, one in self.app.dropped]

    def tried(self) -> list[tuple[str, str]]:
        """Return the channel and the texts of everything that the bot tried to send, whatever became of it."""
        found = [("wecom", one) for one in self.world.tried] + [("dingtalk", one) for one in self.ding.tried]
        return [(channel, self.core("".join(_texts(one)))) for channel, one in found]

    def _shown(self, channel: str, to: str, text: str, key: str | None) -> Shown:
        return Shown(channel, to, self.core(text), REPEAT in text, key)

    def core(self, text: str) -> str:
        """Return a text without its marks, without whom it calls, and without what a platform's layout adds."""
        plain = self.names.sub("", _LATE.sub("", text.replace(REPEAT, "")))
        return re.sub(r"[\s>*_`#\\-]+|&#\d+;", "", plain)

    @property
    def count(self) -> int:
        return len(self.world.seen) + len(self.ding.sent)


@asynccontextmanager
async def platforms(clock: Clock) -> AsyncIterator[Platforms]:
    uids = {account(person) for person in PEOPLE}
    world = World(clock.now, members=set(uids))
    robot, app, hooks = FakeRobot(world), FakeApp(world), Webhooks(world)
    robot.spoken_in |= {*WECOM_GROUPS, *uids}
    names = {one.name for one in read_installation(DEMONSTRATION).institution.people}
    called = re.compile("<?@(" + "|".join(sorted({*uids, *names}, key=len, reverse=True)) + ")>?")
    async with (
        Server(world, [*robot.routes(), *app.routes(), *hooks.routes()]),
        FakeDingTalk(clock.now, members=set(uids), groups=set(DINGTALK_GROUPS)) as ding,
    ):
        yield Platforms(clock, world, robot, app, ding, called)


def configuration(home: Path, fakes: Platforms, database: str, redis: str, *, stream: bool) -> str:
    """Return the text of the school's `config.toml`: groups on both platforms and on the page, reminders at any hour.

    `stream` is DingTalk's mode; without it the callbacks come over HTTP.
    """
    text = DEMONSTRATION.read_text(encoding="utf-8")
    for person in PEOPLE:
        uid = account(person)
        accounts = f'accounts = {{ wecom = "{uid}", dingtalk = "{uid}" }}'
        text = text.replace(f'id = "{person}"\n', f'id = "{person}"\n{accounts}\n', 1)
    replaced = {
        "[channel.local]\nclock_may_move = true": _channels(fakes, stream=stream),
        'channel = "local"\nconversation = "work"': 'channel = "local"\nconversation = "work"\n' + _groups(),
        'database = "sqlite:///var/huiyin.db"\nredis = "embedded"': _storage(home, database, redis),
        "[digest]": '[override]\nwaking = { from = "00:00", to = "23:59", around_the_clock = ["general"] }\n\n[digest]',
    }
    for old, new in replaced.items():
        text = _replaced(text, old, new)
    return text


def _replaced(text: str, old: str, new: str) -> str:
    lines = re.sub(r"[ ]+#.*", "", text)
    assert old in lines, old
    return lines.replace(old, new, 1)


def _storage(home: Path, database: str, redis: str) -> str:
    return f'database = "{database}"\nredis = "{redis}"\ndirectory = "{home}/var"'


def _groups() -> str:
    def group(id: str, channel: str, conversation: str, more: str = "") -> str:
        return (
            f'\n[[group]]\nid = "{id}"\nname = "{id}"\nchannel = "{channel}"\nconversation = "{conversation}"\n{more}'
        )

    hook = 'webhook = "env:DINGTALK_WEBHOOK"\nwebhook_secret = "env:DINGTALK_HOOK"\n'
    return (
        group("w1", "wecom", WECOM_GROUPS[0], 'webhook = "env:WECOM_WEBHOOK"\n')
        + group("w2", "wecom", WECOM_GROUPS[1])
        + group("d1", "dingtalk", DINGTALK_GROUPS[0], hook)
        + group("d2", "dingtalk", DINGTALK_GROUPS[1])
    )


def _channels(fakes: Platforms, *, stream: bool) -> str:
    mode = 'mode = "stream"\ncard_template = "huiyin.schema"' if stream else 'mode = "http"'
    url, ding = fakes.world.url, fakes.ding
    return (
        "[channel.local]\nclock_may_move = true\nanyone_may_speak_as_anyone = true\n\n"
        f'[channel.wecom_robot]\nbot_id = "{fakes.robot.bot_id}"\nsecret = "env:WECOM_ROBOT_SECRET"\n'
        f'socket = "{url}/ws"\napi = "{url}"\n\n'
        f'[channel.wecom_app]\ncorp_id = "{CORP}"\nagent_id = {fakes.app.agent}\nsecret = "env:WECOM_APP_SECRET"\n'
        f'api = "{url}"\ntoken = "env:WECOM_TOKEN"\naes_key = "env:WECOM_AES_KEY"\n\n'
        f'[channel.dingtalk]\napp_key = "{ding.app_key}"\napp_secret = "env:DINGTALK_SECRET"\n'
        f'robot_code = "{ding.robot_code}"\napi = "{ding.url}"\noapi = "{ding.url}"\n{mode}\n'
        "monthly_calls = 1000000\nmonthly_deliveries = 1000000\n"
    )


def _texts(body: object) -> Iterator[str]:
    """Yield the texts of a request, those within JSON that is a text itself too."""
    if isinstance(body, dict | list):
        for one in body.values() if isinstance(body, dict) else body:
            yield from _texts(one)
    elif isinstance(body, str):
        try:
            inner = json.loads(body)
        except ValueError:
            inner = None
        if isinstance(inner, dict | list):
            yield from _texts(inner)
        else:
            yield body


def text_of(body: str) -> tuple[str, bool]:
    """Return the text of an outgoing message's body, and whether it only updates a card."""
    reply = json.loads(body)
    return str(reply.get("text", "")), reply.get("update") is not None
