"""WeCom drivers of `tests.support.platforms`: each combination of robot, webhook and app."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.clock import StandingClock
from bot.config import Installation
from bot.runtime import Bot
from tests.support.platforms import PATIENCE, PEOPLE, SeenMessage, account, school_installation
from tests.support.wecom import CORP, GROUP, Seen, Server, World
from tests.support.wecom_app import FakeApp
from tests.support.wecom_envelope import AES_KEY, TOKEN
from tests.support.wecom_robot import FakeRobot
from tests.support.wecom_webhook import Webhooks

HOOK = "hook-key-value-1"


@dataclass
class WeComDriver:
    """`robot` is socket, http or none; with `app` and without a robot, people speak to the app."""

    name: str
    robot: str = "none"
    webhook: bool = True
    app: bool = False
    has_buttons: bool = True
    conversation: str = GROUP
    world: World = field(init=False)
    fake: FakeRobot = field(init=False)
    fake_app: FakeApp = field(init=False)

    @property
    def hears_group(self) -> bool:
        return self.robot != "none"

    @property
    def hears_quotes(self) -> bool:
        return self.robot != "none"

    @property
    def really_pings(self) -> bool:
        return self.webhook

    @asynccontextmanager
    async def connect(self, clock: StandingClock, setenv: Callable[[str, str], None]) -> AsyncIterator[Installation]:
        self.world = World(clock.now, members={account(person) for person in PEOPLE})
        self.fake, self.fake_app, hooks = FakeRobot(self.world), FakeApp(self.world), Webhooks(self.world)
        setenv("WECOM_ROBOT_SECRET", self.fake.secret)
        setenv("WECOM_APP_SECRET", self.fake_app.secret)
        setenv("WECOM_TOKEN", TOKEN)
        setenv("WECOM_AES_KEY", AES_KEY)
        setenv("WECOM_WEBHOOK", HOOK)
        async with Server(self.world, [*self.fake.routes(), *self.fake_app.routes(), *hooks.routes()]):
            group = f'channel = "wecom"\nconversation = "{self.conversation}"'
            hook = '\nwebhook = "env:WECOM_WEBHOOK"' if self.webhook else ""
            yield school_installation("wecom", self._tables(), group + hook)

    def _tables(self) -> str:
        keys = 'token = "env:WECOM_TOKEN"\naes_key = "env:WECOM_AES_KEY"'
        robot = (
            f'[channel.wecom_robot]\nbot_id = "{self.fake.bot_id}"\nsecret = "env:WECOM_ROBOT_SECRET"\n'
            f'mode = "{self.robot}"\nsocket = "{self.world.url}/ws"\napi = "{self.world.url}"\n{keys}\n'
        )
        app = (
            f'[channel.wecom_app]\ncorp_id = "{CORP}"\nagent_id = {self.fake_app.agent}\n'
            f'secret = "env:WECOM_APP_SECRET"\napi = "{self.world.url}"\n{keys}\n'
        )
        return (robot if self.robot != "none" else "") + (app if self.app else "")

    async def begin(self, bot: Bot, address: str) -> None:
        self.fake_app.callback_url = f"{address}/wecom/app"
        if self.robot == "http":
            self.fake.callback_url = f"{address}/wecom/robot"
        async with asyncio.timeout(PATIENCE):
            while self.robot == "socket" and not (await bot.health["wecom"]())["connected"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def says(self, person: str, words: str, quote: SeenMessage | None, private: bool) -> None:
        if self.robot == "none":
            answers = await self.fake_app.says(account(person), words)
            assert answers[-1].status == 200, answers
            return
        quoted = quote.mark if quote else None
        await self.fake.says(account(person), words, chat=None if private else GROUP, quote=quoted)

    async def presses(self, person: str, seen: SeenMessage, label: str) -> None:
        if seen.mark.by == "app":
            answers = await self.fake_app.presses(account(person), seen.mark, label)
            assert answers[-1].status == 200, answers
            return
        await self.fake.presses(account(person), seen.mark, label)

    def seen(self) -> list[SeenMessage]:
        return [_heard(one) for one in self.world.seen]

    def admit(self, uid: str) -> None:
        self.world.members.add(uid)

    def updated_cards(self) -> set[str]:
        return {task.partition("@")[0] for task, _ in (*self.fake.updates, *self.fake_app.updates)}


def _heard(seen: Seen) -> SeenMessage:
    alone = None if seen.to == GROUP else seen.to.removeprefix("u-")
    rings = tuple(uid.removeprefix("u-") for uid in seen.rings)
    return SeenMessage(seen.text, alone, rings, tuple(seen.buttons), seen)


def wecom_drivers() -> list[WeComDriver]:
    return [
        WeComDriver("wecom-robot-socket", robot="socket"),
        WeComDriver("wecom-robot-http", robot="http"),
        WeComDriver("wecom-app", app=True),
        WeComDriver("wecom-robot-alone", robot="socket", webhook=False),
        WeComDriver("wecom-everything", robot="socket", app=True),
    ]
