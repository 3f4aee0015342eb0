"""Messages to DingTalk arrive, ping and return a receipt; an error tells whether a retry is safe."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, TraceConfig
from structlog.testing import capture_logs

from bot.channels.base import FILE_LIMIT, FILE_TRIES, Channel, Outcome, Receipt, SendError, upload_time
from bot.channels.dingtalk import api
from bot.channels.dingtalk.channel import DingTalk, DingTalkSettings, RobotWebhook
from bot.engine.delivery import FILE_SECONDS, SEND_SECONDS
from handlers.rules.language.messages import Attachment, Button, Card, Reply
from storage import files
from tests.support.dingtalk import COUNT, GROUP, QPS, FakeDingTalk, Fault, Sent
from tests.support.dingtalk_quotas import quotas

TOKEN = "/v1.0/oauth2/accessToken"
TO_GROUP = "/v1.0/robot/groupMessages/send"
TO_PERSON = "/v1.0/robot/oToMessages/batchSend"
HOOK = "/robot/send"
CREATE = "/v1.0/card/instances/createAndDeliver"
QUIET = "cidQuiet=="
NAMES = {"wang": "王建国", "chen": "陈思", "wang2": "王建", "twin": "陈思"}
ACCOUNTS = {"wang": "u1", "wang2": "u2", "twin": "u3"}
CARD = Card(
    id="incident-12",
    title="#12 食堂 [图](http://evil/x.png)",
    facts=(("部门", "总务处"), ("办结", "11月26日 24:00 前")),
    buttons=(Button(label="签收", key="acknowledge:12"),),
)


@dataclass
class World:
    fake: FakeDingTalk
    settings: DingTalkSettings
    session: ClientSession
    now: datetime = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)

    def channel(self, **changes: Any) -> DingTalk:
        ours = replace(self.settings, **changes)
        now: Callable[[], datetime] = lambda: self.now  # noqa: E731 - it moves
        return DingTalk(ours, self.session, ACCOUNTS.get, NAMES.__getitem__, now, quotas(now))

    async def fails(self, path: str, *faults: Fault, to: str = GROUP, say: Reply | None = None) -> SendError:
        self.fake.faults[path].extend(faults)
        with pytest.raises(SendError) as caught:
            await self.channel().send(to, say or Reply(text="你好"), "k")
        for secret in ("app-secret-value", "SEChook", "hook-token", "access-token-"):
            assert secret not in f"{caught.value!r} {caught.value.__context__!r}"
        return caught.value


@pytest.fixture
async def world(tables: str) -> AsyncIterator[World]:
    async with FakeDingTalk(lambda: world.now, groups={GROUP, QUIET}) as fake, ClientSession() as session:
        webhook = RobotWebhook(url="/robot/send?access_token=hook-token-1", secret="SEChook")
        ours = DingTalkSettings(app_key=fake.app_key, app_secret=fake.app_secret, robot_code=fake.robot_code)
        ours = replace(ours, api=fake.url, oapi=fake.url, webhooks={GROUP: webhook})
        yield (world := World(fake, ours, session))


async def test_a_group_message_keeps_its_key(world: World) -> None:
    channel: Channel = world.channel()
    assert await channel.send(GROUP, Reply(text="早上好"), "k") == Receipt("key-1", accepted=True)
    assert world.fake.sent == [Sent("group", GROUP, "早上好", key="key-1")]
    await channel.close()


async def test_no_connection_is_used_twice(world: World) -> None:
    reused, trace = [], TraceConfig()
    trace.on_connection_reuseconn.append(lambda *_: asyncio.sleep(0, reused.append(1)))
    async with ClientSession(trace_configs=[trace]) as world.session:
        for text in "一二":
            await world.channel().send(GROUP, Reply(text=text), "k")
    assert reused == []


async def test_a_private_message(world: World) -> None:
    assert await world.channel().send("@u1", Reply(text="请批示"), "k") == Receipt("key-1", accepted=True)
    assert world.fake.sent == [Sent("private", "u1", "请批示", key="key-1")]


async def test_a_mention_really_rings(world: World) -> None:
    say = Reply(text="@王建国 请签收，@王建 知悉", mentions=("wang", "wang2"))
    assert await world.channel().send(GROUP, say, "k") == Receipt(None, accepted=False)
    assert world.fake.sent == [Sent("webhook", GROUP, "@u1 请签收，@u2 知悉", mentions=("u1", "u2"))]
    assert TOKEN not in world.fake.calls


async def test_who_is_not_in_the_text_is_put_in_front(world: World) -> None:
    await world.channel().send(GROUP, Reply(text="请签收", mentions=("wang", "chen", "twin")), "k")
    await world.channel().send(GROUP, Reply(text="长" * 30_000 + "@王建国", mentions=("wang",)), "k")
    assert world.fake.sent[0] == Sent("webhook", GROUP, "@u1 @陈思 @u3 请签收", mentions=("u1", "u3"))
    assert world.fake.sent[1].mentions == ("u1",)


@pytest.mark.parametrize("mentions", [("chen",), ("wang",)])
async def test_without_account_or_webhook_names_are_spelled(world: World, mentions: tuple[str, ...]) -> None:
    to = QUIET if mentions == ("wang",) else GROUP
    await world.channel().send(to, Reply(text="请签收", mentions=mentions), "k")
    assert world.fake.sent == [Sent("group", to, f"@{NAMES[mentions[0]]} 请签收", key="key-1")]


async def test_a_webhook_without_a_secret_and_with_an_address_of_its_own(world: World) -> None:
    hook = RobotWebhook(url=f"{world.fake.url}/robot/send?access_token=hook-token-1")
    channel = world.channel(webhooks={GROUP: hook}, oapi="http://127.0.0.1:9")
    with capture_logs() as logs:
        await channel.send(GROUP, Reply(text="请签收", mentions=("wang",)), "k")
    assert ["310000 invalid timestamp" in one["reason"] for one in logs] == [True]


async def test_every_signature_survives_the_address(world: World) -> None:
    for second in range(20):
        world.now += timedelta(minutes=1, milliseconds=second)
        await world.channel().send(GROUP, Reply(text="请签收", mentions=("wang",)), "k")
    assert len(world.fake.sent) == 20


@pytest.mark.parametrize("mentions", [(), ("wang",)])
async def test_a_card_is_markdown_without_buttons(world: World, mentions: tuple[str, ...]) -> None:
    await world.channel().send(GROUP, Reply(text="请签收 <b>", card=CARD, mentions=mentions), "k")
    (sent,) = world.fake.sent
    assert (sent.by, sent.title) == ("webhook" if mentions else "group", "#12 食堂 [图](http://evil/x.png)")
    front = "@u1 " if mentions else ""
    lines = ["", "**#12 食堂 [图] (http://evil/x.png)**", "**部门** 总务处", "**办结** 11月26日 24:00 前"]
    assert sent.text.split("  \n") == [f"{front}请签收 ＜b>", *lines]


async def test_replacing_buttons_is_nothing_here(world: World) -> None:
    receipt = await world.channel().send(GROUP, Reply(text="已签收", update="incident-12"), "k")
    assert (receipt, world.fake.calls) == (Receipt(None, accepted=True), [])


@pytest.mark.parametrize("to", [GROUP, "@u1"])
async def test_what_is_too_long_is_cut_between_characters(world: World, to: str) -> None:
    await world.channel().send(to, Reply(text="长\n😀" * 9000), "k")
    assert world.fake.sent[0].text.endswith("…")
    assert ("长\n😀" * 9000).startswith(world.fake.sent[0].text[:-1])


async def test_one_token_serves_many_sends(world: World) -> None:
    channel = world.channel()
    await asyncio.gather(*(channel.send(GROUP, Reply(text=str(n)), "k") for n in range(8)))
    assert (world.fake.calls.count(TOKEN), len(world.fake.sent)) == (1, 8)


async def test_a_token_is_renewed_shortly_before_it_ends(world: World) -> None:
    channel = world.channel()
    for minutes, tokens in [(0, 1), (114, 1), (2, 2)]:
        world.now += timedelta(minutes=minutes)
        await channel.send(GROUP, Reply(text="你好"), "k")
        assert len(world.fake.tokens) == tokens


async def test_a_token_that_is_refused_is_renewed_once(world: World) -> None:
    channel = world.channel()
    await channel.send(GROUP, Reply(text="一"), "k")
    world.fake.tokens = {"other": world.now}
    assert (await channel.send(GROUP, Reply(text="二"), "k")).platform_id == "key-2"
    assert world.fake.calls.count(TOKEN) == 2


async def test_a_token_that_is_refused_again_is_for_later(world: World) -> None:
    world.fake.token_lives = 0
    error = await world.fails(TO_GROUP)
    assert (error.outcome, error.wait) == (Outcome.RETRY, 60.0)
    assert world.fake.calls.count(TO_GROUP) == 2


INVALID = Fault(400, {"code": "invalidParameter.x", "message": "bad app-secret-value"})
BUSY = Fault(200, {"errcode": -1, "errmsg": "系统繁忙 SEChook"})


@pytest.mark.parametrize(
    ("fault", "outcome", "wait"),
    [
        (QPS, Outcome.RETRY, 1.5),
        (COUNT, Outcome.RETRY, 3600),
        (Fault(429, {}), Outcome.RETRY, 30),
        (Fault(408), Outcome.RETRY, 30),
        (Fault(403, {"code": "Forbidden.AccessDenied.IpNotInWhiteList"}), Outcome.RETRY, 600),
        (INVALID, Outcome.REFUSED, 30),
        (Fault(400, {"code": "somethingNew"}), Outcome.RETRY, 30),
        (Fault(404, {}), Outcome.RETRY, 30),
        (Fault(302, {}), Outcome.RETRY, 30),
        (Fault(200, {"status": 1111, "wait": 5}), Outcome.RETRY, 300),
        (Fault(200, {"errcode": 90018, "errmsg": "qps"}), Outcome.RETRY, 1.5),
        (Fault(200, {"errcode": 90020, "errmsg": "quota"}), Outcome.RETRY, 3600),
        (Fault(500, {"code": "InternalError"}), Outcome.REPEAT, 10),
        (Fault(503), Outcome.REPEAT, 10),
        (Fault(200), Outcome.REPEAT, 10),
        (Fault(204), Outcome.REPEAT, 10),
        (Fault(202, {}), Outcome.REPEAT, 10),
        (Fault(200, {"x": "y" * 2_000_000}), Outcome.UNKNOWN, 30),
        (Fault(drop=True), Outcome.UNKNOWN, 30),
    ],
)
async def test_what_a_failure_means(world: World, fault: Fault, outcome: Outcome, wait: float) -> None:
    for path, to in [(TO_GROUP, GROUP), (TO_PERSON, "@u1")]:
        error = await world.fails(path, fault, to=to)
        assert (error.outcome, error.wait) == (outcome, wait)
    assert world.fake.sent == []


@pytest.mark.parametrize(
    ("fault", "wait"),
    [(INVALID, 600), (Fault(500), 10), (Fault(drop=True), 30), (Fault(200, {}), 10), (QPS, 1.5), (COUNT, 3600)],
)
async def test_without_a_token_nothing_was_sent(world: World, fault: Fault, wait: float) -> None:
    error = await world.fails(TOKEN, fault)
    assert (error.outcome, error.wait) == (Outcome.RETRY, wait)
    assert TO_GROUP not in world.fake.calls


async def test_a_wrong_secret_says_what_to_check(world: World) -> None:
    with pytest.raises(SendError, match="check app_key and app_secret") as caught:
        await world.channel(app_secret="other-secret").send(GROUP, Reply(text="你好"), "k")
    assert "other-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        {"accessToken": "t"}, {"expireIn": 1}, {"accessToken": "t", "expireIn": "x"},
        {"accessToken": "t", "expireIn": 1e308}, {"accessToken": "t", "expireIn": "nan"},
        {"accessToken": "t", "expireIn": -1}, {"accessToken": "t\nx: y", "expireIn": 7200},
        {"accessToken": "", "expireIn": 7200}, {"accessToken": "词", "expireIn": 7200},
    ],
)  # fmt: skip
async def test_a_strange_token_is_for_later(world: World, answer: dict[str, Any]) -> None:
    assert (await world.fails(TOKEN, Fault(200, answer))).outcome is Outcome.RETRY
    assert TO_GROUP not in world.fake.calls


async def test_a_silent_platform_may_have_sent_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "CALL_TIMEOUT", ClientTimeout(total=0.2, connect=0.1))
    error = await world.fails(TO_GROUP, Fault(delay=0.5, arrives=True))
    assert (error.outcome, len(world.fake.sent)) == (Outcome.UNKNOWN, 1)


async def hang_up_last(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def test_what_never_left_may_go_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "CALL_TIMEOUT", ClientTimeout(total=0.5, connect=0.1))
    mute = await asyncio.start_server(hang_up_last, "127.0.0.1", 0)
    handshake = f"https://127.0.0.1:{mute.sockets[0].getsockname()[1]}/robot/send?access_token=hook-token-1"
    for url in ("http://127.0.0.1:9/x?access_token=hook-token-1", "http://no.such.host.invalid/x", handshake):
        hooks = {GROUP: RobotWebhook(url=url, secret="SEChook")}
        with pytest.raises(SendError) as caught:
            await world.channel(webhooks=hooks).send(GROUP, Reply(text="请签收", mentions=("wang",)), "k")
        assert caught.value.outcome is Outcome.RETRY
        assert "hook-token" not in str(caught.value)
    mute.close()
    await mute.wait_closed()


async def test_people_whom_dingtalk_does_not_deliver_to(world: World) -> None:
    assert (await world.fails(TO_PERSON, to="@nobody")).outcome is Outcome.REFUSED
    world.fake.held_back = {"u2"}
    assert (await world.fails(TO_PERSON, to="@u2")).outcome is Outcome.RETRY
    calls = len(world.fake.calls)
    assert (await world.fails(TO_PERSON, to="@outsider:x")).outcome is Outcome.REFUSED
    assert len(world.fake.calls) == calls


RING = Reply(text="请签收", mentions=("wang",))


async def test_the_twenty_first_ring_waits_ten_minutes(world: World) -> None:
    channel = world.channel()
    for _ in range(20):
        await channel.send(GROUP, RING, "k")
    error = await world.fails(HOOK, say=RING)
    assert (error.outcome, error.wait) == (Outcome.RETRY, 600)
    world.now += timedelta(seconds=error.wait)
    await channel.send(GROUP, RING, "k")


async def test_what_a_group_robot_refuses(world: World) -> None:
    assert (await world.fails(HOOK, BUSY, say=RING)).outcome is Outcome.RETRY
    assert (await world.fails(HOOK, Fault(500), say=RING)).outcome is Outcome.REPEAT


async def test_what_a_group_robot_refuses_for_good_the_apps_robot_says(world: World) -> None:
    world.fake.robots["hook-token-1"] = (GROUP, "SEChook-changed")
    with capture_logs() as logs:
        assert (await world.channel().send(GROUP, RING, "k")).platform_id == "key-1"
    [said] = [one["reason"] for one in logs if "reason" in one]
    assert "310000 sign not match" in said
    assert "SEChook" not in said
    world.fake.robots.clear()
    await world.channel().send(GROUP, RING, "k")
    assert [(sent.by, sent.text) for sent in world.fake.sent] == [("group", "@王建国 请签收")] * 2


def test_secrets_are_not_printed(world: World) -> None:
    assert "app-secret-value" not in repr(world.settings)
    assert "SEChook" not in repr(world.settings)
    assert "hook-token" not in repr(world.settings)


async def test_files_follow_the_text_each_as_a_message_of_its_own(world: World) -> None:
    picture = await files.keep(b"\x89PNG\r\n\x1a\n...", "chart.png", "image/png", "bot", world.now)
    sheet = await files.keep(b"PK", "台账.xlsx", "application/zip", "bot", world.now)
    attached = (Attachment(kind="picture", id=picture), Attachment(kind="file", id=sheet))
    channel = world.channel()
    for to in (GROUP, "@u1"):
        for part in channel.parts(to, Reply(text="本周台账", attachments=attached)):
            await channel.send(to, part, "k")
    assert [sent.text for sent in world.fake.sent[:3]] == ["本周台账", "@media0", "台账.xlsx"]
    assert [sent.to for sent in world.fake.sent] == [GROUP] * 3 + ["u1"] * 3
    assert world.fake.files["@media0"].startswith(b"\x89PNG")


async def test_a_file_that_is_gone_is_refused_and_a_broken_upload_goes_again(world: World) -> None:
    gone = Reply(text="", attachments=(Attachment(kind="file", id=99),))
    with pytest.raises(SendError, match="no longer kept"):
        await world.channel().send(GROUP, gone, "k")
    kept = await files.keep(b"x", "a.txt", "text/plain", "bot", world.now)
    error = await world.fails(
        "/media/upload", Fault(500), say=Reply(text="", attachments=(Attachment(kind="file", id=kept),))
    )
    assert error.outcome is Outcome.RETRY


async def a_file(body: bytes = b"PK\x03\x04 xlsx") -> Reply:
    kept = await files.keep(body, "台账.xlsx", "application/zip", "li", datetime(2026, 11, 23, 2, 5, tzinfo=UTC))
    return Reply(text="", attachments=(Attachment(kind="file", name="台账.xlsx", id=kept),))


@pytest.mark.parametrize("code", [40014, 42001])
async def test_an_upload_with_a_stale_token_gets_a_new_one(world: World, code: int) -> None:
    channel, say = world.channel(), await a_file()
    world.fake.faults["/media/upload"] = [Fault(200, {"errcode": code, "errmsg": "不合法的access_token"})]
    await channel.send(GROUP, say, "k")
    assert [one.text for one in world.fake.sent] == ["台账.xlsx"]
    assert len(world.fake.tokens) == 2


async def test_a_token_that_is_stale_twice_lets_the_file_wait(world: World) -> None:
    stale = Fault(200, {"errcode": 40014, "errmsg": "不合法的access_token"})
    error = await world.fails("/media/upload", stale, stale, say=await a_file())
    assert (error.outcome, error.tries) == (Outcome.RETRY, FILE_TRIES)


@pytest.mark.parametrize(
    "fault", [Fault(500), Fault(drop=True), Fault(200, {"errcode": 0}), Fault(200, {"errcode": -1})]
)
async def test_a_broken_upload_is_tried_a_few_times_only(world: World, fault: Fault) -> None:
    error = await world.fails("/media/upload", fault, say=await a_file())
    assert (error.outcome, error.tries) == (Outcome.RETRY, FILE_TRIES)


async def test_an_upload_takes_longer_than_a_call_may(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "CALL_TIMEOUT", ClientTimeout(total=2))
    world.fake.faults["/media/upload"] = [Fault(200, {"errcode": 0, "media_id": "@m"}, delay=2.5)]
    await world.channel().send(GROUP, await a_file(), "k")
    assert [one.text for one in world.fake.sent] == ["台账.xlsx"]


def test_the_largest_file_has_minutes() -> None:
    assert 200 < (upload_time(FILE_LIMIT).total or 0) < FILE_SECONDS
    assert (upload_time(1000).total or 0) < SEND_SECONDS


async def test_who_waits_for_a_token_has_sent_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "TOKEN_SECONDS", 0.2)
    failed = await world.fails(TOKEN, Fault(504, delay=5.0))
    assert failed.outcome is Outcome.RETRY
    assert world.fake.sent == []


async def test_a_card_that_is_there_was_put_up_by_an_earlier_try(world: World) -> None:
    """DingTalk refuses the id of a card that it has: the answer to the first try was lost."""
    channel, say = world.channel(card_template="huiyin.schema"), Reply(text="#12 请签收", card=CARD)
    world.fake.faults[CREATE].append(Fault(drop=True, arrives=True))
    with pytest.raises(SendError):
        await channel.send(GROUP, say, "7")
    assert await channel.send(GROUP, say, "7") == Receipt(None, accepted=False)
    assert len(world.fake.sent) == 1


async def test_over_a_closed_session_nothing_was_sent(world: World) -> None:
    """As while the bot stops."""
    session = ClientSession()
    await session.close()
    world.session = session
    failed = await world.fails(TOKEN)
    assert failed.outcome is Outcome.RETRY
