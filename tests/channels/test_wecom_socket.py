"""The AI robot's long connection: reopened after every kind of end, owned by one process at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.backoff import Backoff
from bot.channels.base import Outcome
from bot.channels.wecom.connection_owner import SocketPace
from bot.channels.wecom.http import WeComError
from bot.channels.wecom.robot import SocketRobot
from bot.channels.wecom.socket import Socket
from bot.stopping import CANCEL_SECONDS, cancel_until_ended
from storage.timers.connection_lease import Lease, LeaseState
from tests.support.wecom import GROUP, Fault, Server, World
from tests.support.wecom_replica import LIMIT, QUICK, Replica, again, connected, replica, until
from tests.support.wecom_robot import FakeRobot

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
MARKDOWN = {"msgtype": "markdown", "markdown": {"content": "好"}}


@pytest.fixture
async def fake() -> AsyncIterator[FakeRobot]:
    world = World(lambda: NOW)
    robot = FakeRobot(world)
    async with Server(world, robot.routes()):
        yield robot


async def test_it_subscribes_pings_hears_and_speaks(fake: FakeRobot) -> None:
    async with replica(fake) as one:
        await until(lambda: connected(one) and fake.pings >= 3)
        await fake.says("u1", "签收 12")
        await until(lambda: one.received == ["@回音 签收 12"])
        await SocketRobot(one.socket).push(GROUP, GROUP, False, MARKDOWN)
    assert [(seen.by, seen.to, seen.text) for seen in fake.world.seen] == [("robot", GROUP, "好")]


async def clean_close(fake: FakeRobot) -> None:
    assert fake.socket
    await fake.socket.close(code=1000)


async def going_away(fake: FakeRobot) -> None:
    assert fake.socket
    await fake.socket.close(code=1001, message=b"restarting")


async def broken_off(fake: FakeRobot) -> None:
    assert fake.socket
    assert fake.socket._req
    assert fake.socket._req.transport
    fake.socket._req.transport.abort()


async def kicked_from_outside(fake: FakeRobot) -> None:
    assert fake.socket
    await fake.kick(fake.socket)


async def rubbish_then_closed(fake: FakeRobot) -> None:
    assert fake.socket
    await fake.socket.send_str("{")
    await fake.socket.send_str("[]")
    await fake.socket.send_str('{"cmd": "aibot_msg_callback", "body": 1}')
    await fake.socket.send_bytes(b"\xff")
    await fake.socket.close(code=1011)


@pytest.mark.parametrize("end", [clean_close, going_away, broken_off, kicked_from_outside, rubbish_then_closed])
async def test_it_comes_back_after_every_kind_of_end(fake: FakeRobot, redis: Redis, end: Any) -> None:
    async with replica(fake, Lease(redis, "lock", QUICK.lease)) as one:
        for times in (1, 2, 3):
            await until(partial(again, fake, one, times))
            await end(fake)
        await until(partial(again, fake, one, 4))
        await fake.says("u1", "签收 12")
        await until(lambda: one.received)


async def test_pings_without_an_answer_end_a_connection(fake: FakeRobot) -> None:
    pace = SocketPace(ping=0.02, patience=0.05, reconnect=Backoff(0.01, 0.05))
    async with replica(fake, pace=pace) as one:
        await until(lambda: connected(one))
        fake.silent = True
        await until(lambda: fake.subscribed >= 2)
        fake.silent = False
        await until(lambda: connected(one))


async def test_a_wrong_secret_says_what_to_do_and_not_the_secret(fake: FakeRobot, capsys: Any) -> None:
    async with replica(fake, secret="wrong-secret-value") as one:
        await until(lambda: fake.refused >= 3 and "compare bot_id and secret" in one.socket.state.why)
        assert not connected(one)
    assert "wrong-secret-value" not in capsys.readouterr().out + one.socket.state.why


async def test_the_second_process_waits_and_takes_over(fake: FakeRobot, redis: Redis) -> None:
    slow = SocketPace(ping=0.05, reconnect=Backoff(0.01, 0.05))
    async with replica(fake, Lease(redis, "lock", slow.lease), slow) as first:
        await until(lambda: connected(first))
        async with replica(fake, Lease(redis, "lock", QUICK.lease)) as second:
            await until(lambda: fake.pings >= 5)
            assert (second.socket.owner, fake.subscribed, fake.kicked) == (False, 1, 0)
    assert await redis.get("lock") is None  # released at the end


async def test_another_process_takes_over_from_one_that_died(fake: FakeRobot, redis: Redis) -> None:
    await redis.set("lock", "a process that died", px=300)
    async with replica(fake, Lease(redis, "lock", QUICK.lease)) as second:
        await until(lambda: connected(second))
    assert fake.subscribed == 1


async def test_whoever_lost_the_lease_does_not_come_back(fake: FakeRobot, redis: Redis) -> None:
    async with replica(fake, Lease(redis, "lock", 30.0), SocketPace(reconnect=Backoff(0.01, 0.05))) as first:
        await until(lambda: connected(first))
        await redis.set("lock", "another process")
        await kicked_from_outside(fake)
        await until(lambda: not first.socket.owner)
        async with replica(fake, None) as second:
            await until(lambda: connected(second))
            await until(lambda: fake.pings >= 5)
            assert (fake.subscribed, connected(first)) == (2, False)


async def test_what_arrived_is_stored_before_it_ends_however_long_a_stopping_bot_waits(fake: FakeRobot) -> None:
    """WeCom does not send it again."""
    async with ClientSession() as session:
        one = Replica(storing_takes=2 * CANCEL_SECONDS)
        credentials = {"bot_id": "bot-1", "secret": "robot-secret-value"}
        one.socket = Socket(fake.world.url + "/ws", credentials, session, None, one.hear, QUICK)
        running = asyncio.create_task(one.socket.run())
        await until(lambda: connected(one))
        for words in ("1", "2"):
            await fake.says("u1", words)
        await until(lambda: one.begun == 1)
        async with asyncio.timeout(LIMIT):
            await cancel_until_ended([running])
    assert one.received == ["@回音 1", "@回音 2"]


class SwallowingLease(Lease):
    """Swallows one cancellation, as redis-py does while it connects."""

    swallowed = False

    async def take(self) -> LeaseState:
        if not self.swallowed:
            try:
                await asyncio.sleep(LIMIT)
            except asyncio.CancelledError:
                self.swallowed = True
        return LeaseState.UNKNOWN


async def test_it_ends_though_a_cancellation_is_swallowed(fake: FakeRobot, redis: Redis) -> None:
    async with asyncio.timeout(LIMIT / 2):
        lease = SwallowingLease(redis, "lock", QUICK.lease)
        async with replica(fake, lease):
            await asyncio.sleep(0.01)
    assert lease.swallowed


@pytest.mark.parametrize("drop", [True, False])
async def test_a_send_without_an_acknowledgement_is_unknown(fake: FakeRobot, drop: bool) -> None:
    fake.spoken_in.add(GROUP)
    fake.world.faults["aibot_send_msg"] = [Fault(drop=drop)]
    async with replica(fake, pace=SocketPace(ping=9, patience=0.2, reconnect=Backoff(0.01, 0.05))) as one:
        await until(lambda: connected(one))
        with pytest.raises(WeComError) as failed:
            await SocketRobot(one.socket).push(GROUP, GROUP, False, MARKDOWN)
    assert failed.value.outcome is Outcome.UNKNOWN
    assert len(fake.world.seen) == 1  # it arrived


async def test_a_send_without_a_connection_is_tried_again(fake: FakeRobot) -> None:
    async with replica(fake, secret="wrong") as one:
        await until(lambda: fake.refused)
        with pytest.raises(WeComError) as failed:
            await SocketRobot(one.socket).push(GROUP, GROUP, False, MARKDOWN)
    assert failed.value.outcome is Outcome.RETRY


@pytest.mark.parametrize(("chat", "code", "outcome"), [("wrNobodySpoke", 93006, Outcome.RETRY)])
async def test_a_refused_send_says_why(fake: FakeRobot, chat: str, code: int, outcome: Outcome) -> None:
    async with replica(fake) as one:
        await until(lambda: connected(one))
        with pytest.raises(WeComError, match="@ the robot once") as failed:
            await SocketRobot(one.socket).push(chat, chat, False, MARKDOWN)
    assert (failed.value.code, failed.value.outcome) == (code, outcome)


async def test_more_than_thirty_a_minute_are_to_wait(fake: FakeRobot) -> None:
    fake.spoken_in.add(GROUP)
    async with replica(fake) as one:
        await until(lambda: connected(one))
        robot = SocketRobot(one.socket)
        for _ in range(30):
            await robot.push(GROUP, GROUP, False, MARKDOWN)
        with pytest.raises(WeComError) as failed:
            await robot.push(GROUP, GROUP, False, MARKDOWN)
    assert (failed.value.code, failed.value.outcome, failed.value.wait) == (45009, Outcome.RETRY, 60.0)


async def test_a_large_file_goes_up_in_chunks(fake: FakeRobot) -> None:
    body = bytes(range(256)) * 5000  # 1.28 MB: three chunks
    async with replica(fake) as one:
        await until(lambda: connected(one))
        media = await SocketRobot(one.socket).upload("file", body, "台账.xlsx")
    assert fake.world.files[media] == ("台账.xlsx", body)
    assert fake.world.calls.count("aibot_upload_media_chunk") == 3
