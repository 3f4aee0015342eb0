"""One process of the bot, as far as the robot's long connection goes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession

from bot.backoff import Backoff
from bot.channels.wecom.connection_owner import SocketPace
from bot.channels.wecom.http import Json
from bot.channels.wecom.socket import Socket
from storage.timers.connection_lease import Lease
from tests.support.wecom_robot import FakeRobot

QUICK = SocketPace(ping=0.05, patience=5.0, reconnect=Backoff(0.01, 0.05), lease=0.6)
LIMIT = 20.0


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(LIMIT):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@dataclass
class Replica:
    """One process of the bot."""

    socket: Socket = field(init=False)
    received: list[str] = field(default_factory=list)
    storing_takes: float = 0.0
    begun: int = 0

    async def hear(self, req_id: str, body: Json) -> None:
        self.begun += 1
        await asyncio.sleep(self.storing_takes)
        self.received.append(body["text"]["content"])


@asynccontextmanager
async def replica(
    fake: FakeRobot, lease: Lease | None = None, pace: SocketPace = QUICK, secret: str = "robot-secret-value"
) -> AsyncIterator[Replica]:
    url = fake.world.url + "/ws"
    async with ClientSession() as session:
        one = Replica()
        one.socket = Socket(url, {"bot_id": "bot-1", "secret": secret}, session, lease, one.hear, pace)
        running = asyncio.create_task(one.socket.run())
        try:
            yield one
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def connected(one: Replica) -> bool:
    return one.socket.state.connected.is_set()


def again(fake: FakeRobot, one: Replica, times: int) -> bool:
    return fake.subscribed == times and connected(one)
