"""The WeCom channel over its fakes: pictures and files, fallbacks, order of sending, no secrets in logs."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.backoff import Backoff
from bot.channels.base import FILE_LIMIT, FILE_TRIES, Outcome, SendError
from bot.channels.wecom.app import App, AppSettings
from bot.channels.wecom.channel import Transports, WeCom, no_webhook
from bot.channels.wecom.connection_owner import SocketPace
from bot.channels.wecom.http import Http
from bot.channels.wecom.inbound import Identities
from bot.channels.wecom.markup import inert
from bot.channels.wecom.robot import RobotSettings, SocketRobot
from bot.channels.wecom.socket import Socket
from bot.channels.wecom.webhook import Webhook
from handlers.rules.language.messages import Attachment, Button, Card, Reply
from storage import files
from tests.support.wecom import CORP, GROUP, Fault, Server, World
from tests.support.wecom_app import FakeApp
from tests.support.wecom_envelope import AES_KEY, TOKEN
from tests.support.wecom_robot import FakeRobot
from tests.support.wecom_webhook import Webhooks

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
KEY = "hook-key-value-1"
CARD = Card(id="request-7", title="#12 待审批", buttons=(Button(label="同意", key="approve:7"),))
PNG = b"\x89PNG\r\n\x1a\n chart"
SECRETS = ("robot-secret-value", "app-secret-value", TOKEN, AES_KEY, KEY, "access-token-1")


@dataclass
class Setting:
    world: World
    fake: FakeRobot
    app: FakeApp
    socket: Socket
    session: ClientSession
    redis: Redis
    made: App = field(init=False)

    def channel(self, *, robot: bool = True, app: bool = True, hook: bool = True) -> WeCom:
        keys = {"token": TOKEN, "aes_key": AES_KEY, "api": self.world.url}
        known = AppSettings(corp_id=CORP, agent_id=self.app.agent, secret=self.app.secret, **keys)
        settings = RobotSettings(bot_id="bot-1", secret=self.fake.secret, **keys)
        http = Http(self.session, {self.fake.secret})
        self.made = App(known, http, self.redis)
        transports = Transports(
            robot=SocketRobot(self.socket) if robot else None,
            app=self.made if app else None,
            webhook={GROUP: Webhook(http, KEY, self.world.url)}.get if hook else no_webhook,
            settings=settings,
        )
        alias = Identities(None, self.redis, bool).robot_id
        return WeCom(transports, self.redis, lambda person: f"u-{person}", alias, files.read, lambda: NOW)

    async def connected(self) -> None:
        async with asyncio.timeout(20):
            await self.socket.state.connected.wait()


@pytest.fixture
async def setting(redis: Redis, tables: str) -> AsyncIterator[Setting]:
    world = World(lambda: NOW, members={"u-qian", "u-wang"})
    fake, app, hooks = FakeRobot(world), FakeApp(world), Webhooks(world)
    pace = SocketPace(reconnect=Backoff(0.01, 0.05))
    async with Server(world, [*fake.routes(), *app.routes(), *hooks.routes()]), ClientSession() as session:

        async def received(req_id: str, body: Any) -> None: ...

        credentials = {"bot_id": "bot-1", "secret": fake.secret}
        socket = Socket(world.url + "/ws", credentials, session, None, received, pace)
        running = asyncio.create_task(socket.run())
        yield Setting(world, fake, app, socket, session, redis)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def kept(body: bytes, name: str, type: str) -> Attachment:
    return Attachment(kind="picture", name=name, id=await files.keep(body, name, type, "bot", NOW))


def seen(world: World) -> list[tuple[str, str, str]]:
    return [(one.by, one.to, one.kind) for one in world.seen]


async def test_pictures_and_ledgers_through_each_door(setting: Setting) -> None:
    chart, ledger = (
        await kept(PNG, "chart.png", "image/png"),
        await kept(b"PK\x03\x04 xlsx", "台账.xlsx", "application/x"),
    )
    setting.fake.spoken_in.add(GROUP)
    await setting.connected()
    everything, alone = setting.channel(), setting.channel(hook=False)
    for channel, conversation in ((everything, GROUP), (alone, GROUP), (everything, "@u-qian")):
        for n, attachment in enumerate((chart, ledger)):
            await channel.send(conversation, Reply(text="", attachments=(attachment,)), f"{n}")
    assert [(*where, one.body) for where, one in zip(seen(setting.world), setting.world.seen, strict=True)] == [
        ("webhook", GROUP, "image", PNG),
        ("webhook", GROUP, "file", b"PK\x03\x04 xlsx"),
        ("robot", GROUP, "image", PNG),
        ("robot", GROUP, "file", b"PK\x03\x04 xlsx"),
        ("app", "u-qian", "image", PNG),
        ("app", "u-qian", "file", b"PK\x03\x04 xlsx"),
    ]
    assert {one.text for one in setting.world.seen if one.kind == "file"} == {"台账.xlsx"}


async def test_what_people_sent_is_fetched_and_decrypted(setting: Setting) -> None:
    channel = setting.channel()
    over_socket = json.dumps(setting.fake.put(PNG))
    over_http = json.dumps(setting.fake.put(PNG, over_socket=False))
    by_media_id = json.dumps({"media_id": setting.world.keep("现场.png", PNG)})
    for source in (over_socket, over_http, by_media_id):
        assert await channel.fetch(Attachment(kind="picture", source=source)) == PNG


async def test_a_file_of_the_largest_size_is_fetched_though_encryption_adds_to_it(setting: Setting) -> None:
    body = bytes(FILE_LIMIT)
    source = json.dumps(setting.fake.put(body))
    assert await setting.channel().fetch(Attachment(kind="file", source=source)) == body


async def test_a_file_that_is_too_large_is_refused_with_the_limit(setting: Setting) -> None:
    source = json.dumps({"media_id": setting.world.keep("现场.mp4", bytes(FILE_LIMIT + 1))})
    with pytest.raises(SendError, match="more than 20 MB") as failed:
        await setting.channel().fetch(Attachment(kind="file", source=source))
    assert failed.value.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/x", "http://169.254.169.254/", "https://xmyqcloud.com/", "file:///etc/passwd", "//", ""],
)
async def test_nothing_is_fetched_from_elsewhere(setting: Setting, url: str) -> None:
    source = json.dumps({"url": url, "aeskey": AES_KEY})
    with pytest.raises(SendError, match="media_hosts") as failed:
        await setting.channel().fetch(Attachment(kind="picture", source=source))
    assert failed.value.outcome is Outcome.REFUSED


async def test_the_robot_speaks_where_the_webhooks_address_is_wrong(setting: Setting) -> None:
    setting.fake.spoken_in.add(GROUP)
    await setting.connected()
    setting.world.faults["/cgi-bin/webhook/send"] = [Fault(200, {"errcode": 93000, "errmsg": "invalid webhook url"})]
    await setting.channel().send(GROUP, Reply(text="@王强 请签收", mentions=("wang",)), "1")
    assert [(one.by, one.text) for one in setting.world.seen] == [("robot", "@王强 请签收")]
    setting.world.faults["/cgi-bin/webhook/send"] = [Fault(200, {"errcode": 45009, "errmsg": "freq"})]
    with pytest.raises(SendError, match="in a minute"):  # it is only busy and pings later
        await setting.channel().send(GROUP, Reply(text="@王强 请签收", mentions=("wang",)), "2")


async def test_the_webhook_speaks_where_nobody_has_spoken_to_the_robot(setting: Setting) -> None:
    await setting.connected()
    channel = setting.channel(app=False)
    await channel.send(GROUP, Reply(text="〔#12〕已签收"), "1")
    await channel.send(GROUP, Reply(text="〔#12〕", card=CARD), "2")  # the text before it says what to type
    assert seen(setting.world) == [("webhook", GROUP, "text")]
    with pytest.raises(SendError, match="@ the robot once"):
        await setting.channel(app=False, hook=False).send(GROUP, Reply(text="x"), "3")


async def test_a_send_that_may_have_arrived_is_not_said_again_elsewhere(setting: Setting) -> None:
    setting.fake.spoken_in.add(GROUP)
    setting.world.faults["aibot_send_msg"] = [Fault(drop=True)]
    await setting.connected()
    with pytest.raises(SendError) as failed:
        await setting.channel().send(GROUP, Reply(text="x"), "1")
    assert failed.value.outcome is Outcome.UNKNOWN
    assert seen(setting.world) == [("robot", GROUP, "markdown")]


async def test_a_card_that_the_app_cannot_deliver_stands_in_the_group(setting: Setting) -> None:
    setting.fake.spoken_in.add(GROUP)
    setting.app.trusted = False
    await setting.connected()
    await setting.channel().send(GROUP, Reply(text="〔#12〕", to="qian", card=CARD), "1")
    assert seen(setting.world) == [("robot", GROUP, "template_card")]
    await setting.channel(robot=False).send(GROUP, Reply(text="〔#12〕", to="qian", card=CARD), "2")  # or not at all
    assert len(setting.world.seen) == 1


async def test_the_receipts(setting: Setting) -> None:
    setting.fake.spoken_in.add(GROUP)
    await setting.connected()
    channel = setting.channel()
    by_webhook = await channel.send(GROUP, Reply(text="x", mentions=("qian",)), "1")
    by_robot = await channel.send(GROUP, Reply(text="x"), "2")
    by_app = await channel.send("@u-qian", Reply(text="x"), "3")
    assert [(one.accepted, one.platform_id is None) for one in (by_webhook, by_robot, by_app)] == [
        (False, True),
        (False, True),
        (True, False),
    ]


async def test_what_only_the_robot_can_say_waits_for_it(setting: Setting) -> None:
    channel, say = setting.channel(app=False, hook=False), Reply(text="x")
    await setting.connected()
    assert await channel.hold(GROUP, say, 0) == 0.0
    setting.socket.state.connected.clear()
    assert await channel.hold(GROUP, say, 0) > 0.0
    assert await channel.hold(GROUP, Reply(text="x", update="request-7"), 0) == 0.0
    assert await setting.channel(app=False).hold(GROUP, say, 0) == 0.0  # its webhook is the fallback
    setting.socket.state.ours.clear()
    assert await setting.channel(app=False).hold(GROUP, say, 0) > 0.0  # another process owns the robot's connection
    assert await setting.channel(app=False).hold(GROUP, Reply(text="x", mentions=("qian",)), 0) == 0.0


async def test_a_private_chat_by_the_robots_own_id(setting: Setting, redis: Redis) -> None:
    """A person whom the robot knows by open id only is addressed by that id."""
    setting.world.members.add("woOpenIdOfQian")
    await redis.set("{huiyin}:alias:@u-qian", "woOpenIdOfQian")
    await setting.connected()
    await setting.channel().send("robot@u-qian", Reply(text="x"), "1")
    assert seen(setting.world) == [("robot", "woOpenIdOfQian", "markdown")]


async def test_no_secret_in_an_error_a_log_or_a_repr(setting: Setting, capfd: Any, caplog: Any) -> None:
    await setting.connected()
    channel = setting.channel()
    await channel.send("@u-qian", Reply(text="x"), "0")  # an access token exists from now on
    said = [repr(channel.__dict__), repr(setting.made.settings), repr(channel._transports), repr(setting.made.http)]
    setting.world.faults["aibot_send_msg"] = [Fault(drop=True)]
    for path in ("/cgi-bin/webhook/send", "/cgi-bin/message/send"):
        echoed = " ".join(SECRETS)
        setting.world.faults[path] = [
            Fault(body={"errcode": 40058, "errmsg": echoed}),
            Fault(status=500),
            Fault(drop=True),
        ]
    for say in (Reply(text="x", mentions=("qian",)), Reply(text="x")):
        for conversation in (GROUP, "@u-qian", "robot@u-qian"):
            for _ in range(3):
                try:
                    await channel.send(conversation, say, "1")
                except SendError as error:
                    said += [str(error), repr(error), repr(error.__cause__), repr(error.__context__)]
    out, err = capfd.readouterr()
    everything = "\n".join([*said, out, err, caplog.text])
    assert not [secret for secret in SECRETS if secret in everything]


def test_words_from_outside_are_no_markup() -> None:
    assert inert("[点我](https://evil) <font color=red>\n二") == "[点我] (https://evil) ＜font color=red>  \n二"


@pytest.mark.parametrize("words", ["<@u-qian>", "< @u-qian>", "<@all>", '<a href="https://x">同意</a>', "<!-- x"])
async def test_outside_words_neither_ring_nor_link(setting: Setting, words: str) -> None:
    channel = setting.channel()
    setting.fake.spoken_in.add(GROUP)
    await setting.connected()
    await channel.send(GROUP, Reply(text=f"「{words}」3 < 5", mentions=("wang",)), "1")
    await channel.send(GROUP, Reply(text=words), "2")
    await channel.send("@u-wang", Reply(text=words), "3")
    assert [(seen.by, seen.rings) for seen in setting.world.seen] == [
        ("webhook", ("u-wang",)),
        ("robot", ()),
        ("app", ()),
    ]
    assert "3 < 5" in setting.world.seen[0].text
    assert not any(words in seen.text for seen in setting.world.seen)


@pytest.mark.parametrize(
    ("path", "conversation", "hook"),
    [
        ("/cgi-bin/media/upload", "@u-qian", True),
        ("aibot_upload_media_init", GROUP, False),
        ("aibot_upload_media_chunk", GROUP, False),
        ("aibot_upload_media_finish", GROUP, False),
    ],
)
@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(drop=True, arrives=True), Fault(status=502)])
async def test_a_break_while_uploading_is_tried_again_as_nobody_saw_anything(
    setting: Setting, path: str, conversation: str, hook: bool, fault: Fault
) -> None:
    ledger = Reply(text="", attachments=(await kept(b"PK\x03\x04 xlsx", "台账.xlsx", "application/x"),))
    setting.fake.spoken_in.add(GROUP)
    await setting.connected()
    setting.world.faults[path] = [fault if path.startswith("/") else Fault(drop=True)]
    channel = setting.channel(hook=hook)
    with pytest.raises(SendError) as failed:
        await channel.send(conversation, ledger, "1")
    assert (failed.value.outcome, failed.value.tries) == (Outcome.RETRY, FILE_TRIES)
    if fault.drop:
        async with asyncio.timeout(20):
            while setting.world.calls.count("aibot_subscribe") < 1 + (not path.startswith("/")):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    await setting.connected()
    await channel.send(conversation, ledger, "1")
    assert [one.body for one in setting.world.seen] == [b"PK\x03\x04 xlsx"]


async def test_a_file_that_breaks_off_at_the_webhook_goes_through_the_robot(setting: Setting) -> None:
    setting.fake.spoken_in.add(GROUP)
    await setting.connected()
    setting.world.faults["/cgi-bin/webhook/upload_media"] = [Fault(drop=True)]
    ledger = Reply(text="", attachments=(await kept(b"PK\x03\x04 xlsx", "台账.xlsx", "application/x"),))
    await setting.channel().send(GROUP, ledger, "1")
    assert [(one.by, one.kind) for one in setting.world.seen] == [("robot", "file")]


@pytest.mark.parametrize("code", [850002, 41001])
async def test_where_a_transport_gives_an_unknown_code_another_sends(setting: Setting, code: int) -> None:
    setting.fake.spoken_in.add(GROUP)
    await setting.connected()
    setting.world.faults["/cgi-bin/webhook/send"] = [Fault(body={"errcode": code, "errmsg": "?"})]
    await setting.channel().send(GROUP, Reply(text="请 @王强 签收", mentions=("wang",)), "1")
    assert [one.by for one in setting.world.seen] == ["robot"]


async def test_a_text_for_one_transport_fits_the_one_that_stands_in(setting: Setting) -> None:
    """The robot takes 4,096 bytes, the webhook 2,048."""
    channel, text = setting.channel(), "第一句。" * 400
    setting.socket.state.connected.clear()
    for n, part in enumerate(channel.parts(GROUP, Reply(text=text))):
        await channel.send(GROUP, part, f"{n}")
    assert "".join(one.text.removeprefix("…") for one in setting.world.seen) == text
    assert {one.by for one in setting.world.seen} == {"webhook"}
