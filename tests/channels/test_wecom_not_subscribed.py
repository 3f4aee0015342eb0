"""WeCom's robot refuses what it may take in a moment: nothing is lost, and a lost subscription is made again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.backoff import Backoff
from bot.channels.base import Outcome
from bot.channels.wecom.connection_owner import SocketPace
from bot.channels.wecom.http import WeComError
from bot.channels.wecom.robot import SocketRobot
from tests.support.wecom import GROUP, Fault, Server, World
from tests.support.wecom_replica import Replica, again, connected, replica, until
from tests.support.wecom_robot import FakeRobot

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
STILL = SocketPace(ping=60.0, patience=5.0, reconnect=Backoff(0.01, 0.05))
MARKDOWN = {"msgtype": "markdown", "markdown": {"content": "好"}}


@pytest.fixture
async def fake() -> AsyncIterator[FakeRobot]:
    robot = FakeRobot(World(lambda: NOW), spoken_in={GROUP})
    async with Server(robot.world, robot.routes()):
        yield robot


async def refusal(one: Replica, code: int, fake: FakeRobot, cmd: str = "aibot_send_msg", **body: Any) -> WeComError:
    fake.world.faults[cmd] = [Fault(body={"errcode": code})]
    with pytest.raises(WeComError) as failed:
        await one.socket.request(cmd, body or {"chatid": GROUP, "chat_type": 2, **MARKDOWN})
    return failed.value


@pytest.mark.parametrize("code", [846605, 846608, 846609])
async def test_a_push_that_is_refused_for_the_subscription_goes_out_over_a_new_one(fake: FakeRobot, code: int) -> None:
    async with replica(fake, pace=STILL) as one:
        await until(lambda: connected(one))
        error = await refusal(one, code, fake)
        assert (error.outcome, error.tries) == (Outcome.RETRY, None)
        assert not connected(one)
        assert str(code) in one.socket.state.why
        await until(lambda: again(fake, one, 2))
        await SocketRobot(one.socket).push(GROUP, GROUP, False, MARKDOWN)
    assert [seen.text for seen in fake.world.seen] == ["好"]


async def test_a_platform_that_forgot_the_robot_is_told_again_who_it_is(fake: FakeRobot) -> None:
    """Only the ping notices it, as nobody speaks."""
    async with replica(fake) as one:
        await until(lambda: again(fake, one, 1))
        fake.forget()
        await until(lambda: again(fake, one, 2))
        await fake.says("u1", "签收 12")
        await until(lambda: one.received)


async def test_an_upload_that_is_refused_for_the_subscription_is_tried_again(fake: FakeRobot) -> None:
    async with replica(fake, pace=STILL) as one:
        await until(lambda: connected(one))
        fake.world.faults["aibot_upload_media_chunk"] = [Fault(body={"errcode": 846609})]
        with pytest.raises(WeComError) as failed:
            await SocketRobot(one.socket).upload("file", b"x" * 100, "表.xlsx")
        assert failed.value.outcome is Outcome.RETRY
        await until(lambda: again(fake, one, 2))


async def test_an_answer_to_an_old_press_keeps_the_connection(fake: FakeRobot) -> None:
    async with replica(fake, pace=STILL) as one:
        await until(lambda: connected(one))
        await refusal(one, 846605, fake, "aibot_respond_update_msg", response_type="update_template_card")
        assert connected(one)
        await SocketRobot(one.socket).push(GROUP, GROUP, False, MARKDOWN)
    assert fake.subscribed == 1


@pytest.mark.parametrize("code", [846601, 850002, 40096, 1, 2**40])
async def test_an_unknown_code_means_not_now(fake: FakeRobot, code: int) -> None:
    async with replica(fake, pace=STILL) as one:
        await until(lambda: connected(one))
        error = await refusal(one, code, fake)
        assert error.outcome is Outcome.RETRY
        assert error.tries is not None
        assert connected(one)


@pytest.mark.parametrize("code", [40058])
async def test_a_code_that_is_documented_as_final_is_final(fake: FakeRobot, code: int) -> None:
    async with replica(fake, pace=STILL) as one:
        await until(lambda: connected(one))
        assert (await refusal(one, code, fake)).outcome is Outcome.REFUSED


async def test_a_silent_ping_already_counts_as_not_connected(fake: FakeRobot) -> None:
    pace = SocketPace(ping=0.02, patience=0.4, reconnect=Backoff(0.01, 0.05))
    async with replica(fake, pace=pace) as one:
        await until(lambda: connected(one))
        fake.silent = True
        await until(lambda: not connected(one))
        assert fake.subscribed == 1  # it is still open
        with pytest.raises(WeComError) as failed:
            await SocketRobot(one.socket).push(GROUP, GROUP, False, MARKDOWN)
        assert failed.value.outcome is Outcome.RETRY
        fake.silent = False
        await until(lambda: connected(one))


async def test_a_refused_ping_is_no_acknowledgement(fake: FakeRobot) -> None:
    async with replica(fake) as one:
        await until(lambda: again(fake, one, 1))
        fake.world.faults["ping"] = [Fault(body={"errcode": 45033})] * 2
        await until(lambda: again(fake, one, 2))
