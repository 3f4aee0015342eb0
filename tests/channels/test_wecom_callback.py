"""`/wecom/robot` and `/wecom/app` with genuine, forged and malformed requests."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from redis.asyncio import Redis

from bot.channels.base import MESSAGE_LIMIT, Outcome, SendError
from bot.channels.wecom import inbound
from bot.channels.wecom.app import App, AppSettings
from bot.channels.wecom.callbacks import app_routes, robot_routes
from bot.channels.wecom.http import Http
from bot.channels.wecom.inbound import Identities, InboundMessages
from bot.channels.wecom.robot import AnsweringRobot, RobotSettings
from handlers.rules.language.messages import Message
from storage.timers import keys
from tests.support.wecom import CORP, GROUP, Answer, Fault, Seen, Server, World, deliver, envelope
from tests.support.wecom_app import FakeApp
from tests.support.wecom_envelope import AES_KEY, TOKEN
from tests.support.wecom_robot import FakeRobot

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
OPEN_ID = "woAJ2GCAAAXtWyujaWJHDDGi0mACHAAA"


@dataclass
class Inboxed:
    """A stand-in for the inbox that stores each message once."""

    received: dict[str, Message] = field(default_factory=dict)
    deliveries: int = 0
    failures: int = 0

    async def hear(self, message: Message) -> bool:
        self.deliveries += 1
        if self.failures:
            self.failures -= 1
            raise RuntimeError("disk full: secret detail")
        return self.received.setdefault(message.id, message) is message


@dataclass
class Office:
    inbox: Inboxed
    robot: FakeRobot
    app: FakeApp
    world: World
    answers: AnsweringRobot

    async def post(self, path: str, body: Any, query: dict[str, str] | None = None) -> Answer:
        url = (self.robot if path == "robot" else self.app).callback_url
        async with ClientSession() as session, session.post(url, data=body, params=query or {}) as answer:
            return Answer(answer.status, await answer.text())


@pytest.fixture
async def office(redis: Redis) -> AsyncIterator[Office]:
    world, inbox = World(lambda: NOW), Inboxed()
    fake, fake_app = FakeRobot(world), FakeApp(world, open_ids={OPEN_ID: "u1"})
    async with Server(world, [*fake.routes(), *fake_app.routes()]), ClientSession() as session:
        robot = RobotSettings(bot_id="bot-1", token=TOKEN, aes_key=AES_KEY, mode="http", api=world.url)
        ours = AppSettings(
            corp_id=CORP, agent_id=fake_app.agent, secret=fake_app.secret, token=TOKEN, aes_key=AES_KEY, api=world.url
        )
        identities = Identities(App(ours, Http(session, set()), redis), redis, lambda id: id in {"u1", "u2"})
        ear = InboundMessages(inbox.hear, identities, redis, lambda: NOW)
        answers = AnsweringRobot(robot, Http(session, set()), redis, lambda: NOW)
        application = web.Application()
        application.add_routes([*robot_routes(robot, ear, answers, lambda: NOW), *app_routes(ours, ear, lambda: NOW)])
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        fake.callback_url, fake_app.callback_url = f"{base}/wecom/robot", f"{base}/wecom/app"
        yield Office(inbox, fake, fake_app, world, answers)
        await runner.cleanup()


async def test_a_message_is_heard_before_it_is_acknowledged(office: Office) -> None:
    await office.robot.says("u1", "签收 12")
    assert (await office.app.says("u2", "同意 12"))[-1] == (200, "")
    assert [(one.text, one.conversation) for one in office.inbox.received.values()] == [
        ("签收 12", GROUP),
        ("同意 12", "@u2"),
    ]


@pytest.mark.parametrize("path", ["robot", "app"])
async def test_the_address_proves_itself(office: Office, path: str) -> None:
    fake: Any = office.robot if path == "robot" else office.app
    echo, query = envelope("1616140317555161061", "" if path == "robot" else CORP, NOW)
    async with ClientSession() as session:
        async with session.get(fake.callback_url, params=query | {"echostr": echo}) as answer:
            assert (answer.status, await answer.text()) == (200, "1616140317555161061")
        async with session.get(fake.callback_url, params=query | {"echostr": echo, "nonce": "other"}) as answer:
            assert answer.status == 403
        async with session.get(fake.callback_url) as answer:
            assert answer.status == 403


async def test_a_repeated_delivery_is_acknowledged_again_and_heard_once(office: Office) -> None:
    body = office.robot.callback("u1", GROUP, "text", text={"content": "签收 12"})
    assert [(await office.robot.post(body))[-1].status for _ in range(3)] == [200] * 3
    xml = office.app.xml("u1", "text", Content="签收 12")
    assert [(await office.app.hand_over(xml))[-1].status for _ in range(3)] == [200] * 3
    assert (office.inbox.deliveries, len(office.inbox.received)) == (6, 2)


async def test_what_cannot_be_stored_comes_again(office: Office) -> None:
    office.inbox.failures = 2
    answers = await office.app.says("u1", "签收 12")
    assert [one.status for one in answers] == [500, 500, 200]
    assert "secret detail" not in answers[0].body
    assert len(office.inbox.received) == 1


@pytest.mark.parametrize(
    "how",
    [
        {"token": "another token"},
        {"key": "A" * 43},
        {"receiver": "wwothercorp"},
    ],
)
async def test_forgeries_are_not_heard(office: Office, how: dict[str, Any]) -> None:
    answers = await office.app.hand_over(office.app.xml("u1", "text", Content="同意 12"), **how)
    assert {one.status for one in answers} == {403}
    assert (office.inbox.deliveries, TOKEN in answers[0].body, AES_KEY in answers[0].body) == (0, False, False)


@pytest.mark.parametrize(("seconds", "status"), [(-301, 403), (-299, 200), (299, 200), (301, 403)])
async def test_an_old_envelope_is_not_believed(office: Office, seconds: int, status: int) -> None:
    body = json.dumps(office.robot.callback("u1", GROUP, "text", text={"content": "同意 12"}))
    ciphertext, query = envelope(body, "", NOW + timedelta(seconds=seconds))
    answer = await office.post("robot", json.dumps({"encrypt": ciphertext}), query)
    assert (answer.status, office.inbox.deliveries) == (status, int(status == 200))


@pytest.mark.parametrize("path", ["robot", "app"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"{}", b"\xff", b"<xml>", b"[" * 100_000, b'{"encrypt": 1}', b"<!DOCTYPE x>"]
)
async def test_malformed_is_400(office: Office, path: str, body: bytes) -> None:
    answer = await office.post(path, body)
    assert (answer.status, office.inbox.deliveries, "Traceback" in answer.body) == (400, 0, False)


@pytest.mark.parametrize("path", ["robot", "app"])
async def test_the_body_is_limited_before_it_is_read(office: Office, path: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MESSAGE_LIMIT // 1000 + 1):
            yield b" " * 1000

    assert (await office.post(path, endless())).status == 413
    assert (await office.post(path, b" " * (MESSAGE_LIMIT + 1))).status == 413


async def test_an_open_id_is_resolved_or_stays_a_strangers(office: Office) -> None:
    await office.robot.says(OPEN_ID, "同意 12")
    await office.robot.says("woUnknownUnknownUnknownUnknown00", "同意 12", chat=None)
    known, unknown = office.inbox.received.values()
    assert known.sender == "u1"
    assert unknown.sender == "woUnknownUnknownUnknownUnknown00"
    asked = office.world.calls.count("/cgi-bin/batch/openuserid_to_userid")
    await office.robot.says(OPEN_ID, "同意 13")
    assert office.world.calls.count("/cgi-bin/batch/openuserid_to_userid") == asked  # it is remembered


async def test_an_open_id_while_the_app_is_refused(office: Office) -> None:
    office.app.trusted = False
    await office.robot.says(OPEN_ID, "同意 12")
    assert [one.sender for one in office.inbox.received.values()] == [OPEN_ID]


async def test_a_press_is_answered_with_what_was_decided(
    office: Office, redis: Redis, tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "PRESS_SECONDS", 60.0)
    card = {"task_id": "request-7@1", "button_list": [{"text": "同意", "key": "approve:7"}]}
    pressing = asyncio.create_task(office.robot.presses("u1", Seen("robot", GROUP, "template_card", card=card), "同意"))
    await redis.rpush(keys.card_update(keys.NAMESPACE, "request-7"), "钱副校长 10:05 已同意")  # type: ignore[misc]
    await pressing
    [update] = office.robot.answered
    assert update["response_type"] == "update_template_card"
    assert update["template_card"]["task_id"] == "request-7@1"
    assert update["template_card"]["sub_title_text"] == "钱副校长 10:05 已同意"


async def test_a_press_that_changes_nothing_is_answered_in_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "PRESS_SECONDS", 0.05)
    event = {"eventtype": "template_card_event", "template_card_event": {"event_key": "lookup:1", "task_id": "c@1"}}
    assert (await office.robot.post(office.robot.callback("u1", GROUP, "event", event=event)))[-1] == (200, "")
    assert len(office.inbox.received) == 1


async def test_an_address_for_one_answer_takes_one_answer(office: Office) -> None:
    said = {"msgtype": "markdown", "markdown": {"content": "好"}}
    await office.robot.says("u1", "签收 12")
    await office.answers.push(GROUP, GROUP, False, said)
    assert [(one.by, one.text) for one in office.world.seen] == [("answer", "好")]
    with pytest.raises(Exception, match="long connection"):
        await office.answers.push(GROUP, GROUP, False, said)
    elsewhere = office.world.url.replace("http://", "https://")
    for address in ("https://evil.example/answer", elsewhere, "http://[", "no address"):
        await office.answers.remember(GROUP, address)
    with pytest.raises(Exception, match="long connection"):
        await office.answers.push(GROUP, GROUP, False, said)


async def test_a_repeated_callback_brings_no_second_address(office: Office) -> None:
    said = {"msgtype": "markdown", "markdown": {"content": "好"}}
    body = office.robot.callback("u1", GROUP, "text", text={"content": "@回音 待办"})
    await office.robot.post(body)
    await office.answers.push(GROUP, GROUP, False, said)
    await office.robot.post(body)
    with pytest.raises(Exception, match="long connection"):  # and not WeCom's refusal of a used address
        await office.answers.push(GROUP, GROUP, False, said)


async def test_an_address_that_cannot_be_read_is_no_fault_of_the_message(office: Office) -> None:
    body = office.robot.callback("u1", GROUP, "text", text={"content": "@回音 待办"})
    assert (await office.robot.post(body | {"response_url": "http://["}))[-1].status == 200


async def test_whoever_has_an_open_id_is_answered_under_their_own(office: Office) -> None:
    office.world.members.add(OPEN_ID)
    await office.robot.says(OPEN_ID, "待办", chat=None)
    [received] = office.inbox.received.values()
    assert received.conversation == "robot@u1"
    await office.answers.push(received.conversation, "u1", True, {"msgtype": "markdown", "markdown": {"content": "好"}})
    assert [(one.by, one.to) for one in office.world.seen] == [("answer", OPEN_ID)]


async def test_silence_is_tried_again(office: Office) -> None:
    """Like WeCom, the fake repeats a callback that is not answered in time."""
    slow = asyncio.Event()

    async def stuck(message: Message) -> bool:
        await slow.wait()
        return await Inboxed.hear(office.inbox, message)

    ear = InboundMessages(stuck, Identities(None, None, bool), None, lambda: NOW)
    ours = AppSettings(corp_id=CORP, agent_id=1, secret="s", token=TOKEN, aes_key=AES_KEY)
    application = web.Application()
    application.add_routes(app_routes(ours, ear, lambda: NOW))
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ciphertext, query = envelope(office.app.xml("u1", "text", Content="签收 12"), CORP, NOW)
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/wecom/app"
    assert await deliver(url, office.app.wrapped(ciphertext), query, patience=0.1, tries=2) == []
    slow.set()
    assert [one.status for one in await deliver(url, office.app.wrapped(ciphertext), query)] == [200]
    await runner.cleanup()
    assert len(office.inbox.received) == 1


SAID = {"msgtype": "markdown", "markdown": {"content": "好"}}
ANSWER = "/cgi-bin/aibot/response"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503),
        Fault(status=429),
        Fault(body={"errcode": -1}),
        Fault(body={"errcode": 45009}),
        Fault(drop=True),
    ],
)
async def test_a_passing_fault_leaves_the_address_for_the_next_try(office: Office, fault: Fault) -> None:
    await office.robot.says("u1", "签收 12")
    office.world.faults[ANSWER] = [fault]
    with pytest.raises(SendError) as failed:
        await office.answers.push(GROUP, GROUP, False, SAID)
    assert failed.value.outcome is not Outcome.REFUSED
    await office.answers.push(GROUP, GROUP, False, SAID)
    assert [one.text for one in office.world.seen] == ["好"]


async def test_a_spent_address_gives_way_to_an_older_one(office: Office) -> None:
    for words in ("签收 12", "待办"):
        await office.robot.says("u1", words)
    newest = list(office.robot._answers)[-1]
    del office.robot._answers[newest]
    await office.answers.push(GROUP, GROUP, False, SAID)
    assert [one.text for one in office.world.seen] == ["好"]
    with pytest.raises(SendError, match="long connection"):
        await office.answers.push(GROUP, GROUP, False, SAID)
