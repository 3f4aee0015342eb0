"""The self-built app's API: a shared token that expires, strangers, errors with their remedies."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.channels.base import Outcome
from bot.channels.wecom.app import App, AppSettings
from bot.channels.wecom.http import Http, WeComError
from tests.support.wecom import CORP, Fault, Server, World
from tests.support.wecom_app import FakeApp

TEXT = {"msgtype": "text", "text": {"content": "请处理"}}


@dataclass
class Time:
    now: datetime = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def fake(time: Time) -> AsyncIterator[FakeApp]:
    world = World(lambda: time.now)
    app = FakeApp(world)
    async with Server(world, app.routes()):
        yield app


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with ClientSession() as session:
        yield Http(session, set())


def settings(fake: FakeApp, **other: object) -> AppSettings:
    known: dict[str, object] = {"corp_id": CORP, "agent_id": fake.agent, "secret": fake.secret, "api": fake.world.url}
    return AppSettings(**(known | other))  # type: ignore[arg-type]


def fetched(fake: FakeApp) -> int:
    return fake.world.calls.count("/cgi-bin/gettoken")


async def test_one_token_for_all_processes(fake: FakeApp, http: Http, redis: Redis) -> None:
    first, second = App(settings(fake), http, redis), App(settings(fake), http, redis)
    assert (await first.send(["u1"], TEXT)).msgid
    assert (await second.send(["u2"], TEXT)).msgid
    assert [(seen.to, seen.text) for seen in fake.world.seen] == [("u1", "请处理"), ("u2", "请处理")]
    assert fetched(fake) == 1


async def test_without_redis_each_keeps_its_own(fake: FakeApp, http: Http) -> None:
    app = App(settings(fake), http, None)
    await app.send(["u1"], TEXT)
    await app.send(["u1"], TEXT)
    assert fetched(fake) == 1


@pytest.mark.parametrize("end", ["expired", "invalid"])
async def test_a_stale_token_is_fetched_anew_once(
    fake: FakeApp, http: Http, redis: Redis, time: Time, end: str
) -> None:
    app = App(settings(fake), http, redis)
    await app.send(["u1"], TEXT)
    if end == "expired":
        time.now += timedelta(hours=3)  # 42001
    else:
        fake.tokens.clear()  # 40014
    await app.send(["u1"], TEXT)
    assert (len(fake.world.seen), fetched(fake)) == (2, 2)


async def test_a_new_token_that_is_refused_as_well_is_no_endless_loop(fake: FakeApp, http: Http, redis: Redis) -> None:
    fake.token_lives = 0
    with pytest.raises(WeComError) as failed:
        await App(settings(fake), http, redis).send(["u1"], TEXT)
    assert (failed.value.code, failed.value.outcome, fetched(fake)) == (42001, Outcome.RETRY, 2)


@pytest.mark.parametrize(
    ("other", "code", "says"),
    [({"secret": "wrong-secret-value"}, 40001, "secret is wrong"), ({"corp_id": "ww0"}, 40013, "corp id is wrong")],
)
async def test_wrong_credentials_say_which_and_not_what(
    fake: FakeApp, http: Http, redis: Redis, other: dict[str, object], code: int, says: str
) -> None:
    with pytest.raises(WeComError, match=says) as failed:
        await App(settings(fake, **other), http, redis).send(["u1"], TEXT)
    assert (failed.value.code, failed.value.outcome) == (code, Outcome.RETRY)
    assert "wrong-secret-value" not in str(failed.value)


async def test_an_address_that_is_not_trusted(fake: FakeApp, http: Http, redis: Redis) -> None:
    fake.trusted = False
    with pytest.raises(WeComError, match="企业可信IP") as failed:
        await App(settings(fake), http, redis).send(["u1"], TEXT)
    assert (failed.value.code, failed.value.outcome, failed.value.wait) == (60020, Outcome.RETRY, 600.0)


async def test_strangers(fake: FakeApp, http: Http, redis: Redis) -> None:
    app = App(settings(fake), http, redis)
    with pytest.raises(WeComError) as failed:
        await app.send(["Nobody"], TEXT)
    assert (failed.value.code, failed.value.outcome) == (81013, Outcome.REFUSED)
    await app.send(["u1", "Nobody"], TEXT)  # the known receivers get it
    assert [seen.to for seen in fake.world.seen] == ["u1"]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault(drop=True, arrives=True), Outcome.UNKNOWN),
        (Fault(status=502, body={}), Outcome.REPEAT),
        (Fault(status=200, body=None), Outcome.REPEAT),
        (Fault(status=429, body={}), Outcome.RETRY),
        (Fault(body={"errcode": 45009, "errmsg": "freq"}), Outcome.RETRY),
        (Fault(body={"errcode": -1, "errmsg": "busy"}), Outcome.RETRY),
        (Fault(body={"errcode": 40058, "errmsg": "too long"}), Outcome.REFUSED),
        (Fault(body={"errcode": 99999, "errmsg": "who knows"}), Outcome.RETRY),
        (Fault(status=404, body={}), Outcome.RETRY),
        (Fault(status=403, body={"errcode": 40058, "errmsg": "too long"}), Outcome.REFUSED),
    ],
)
async def test_what_a_failure_means(fake: FakeApp, http: Http, redis: Redis, fault: Fault, outcome: Outcome) -> None:
    fake.world.faults["/cgi-bin/message/send"] = [fault]
    with pytest.raises(WeComError) as failed:
        await App(settings(fake), http, redis).send(["u1"], TEXT)
    assert failed.value.outcome is outcome


async def test_nobody_there_is_tried_again(fake: FakeApp, http: Http, redis: Redis) -> None:
    with pytest.raises(WeComError) as failed:
        await App(settings(fake, api="http://127.0.0.1:1"), http, redis).send(["u1"], TEXT)
    assert failed.value.outcome is Outcome.RETRY


async def test_a_card_is_changed_by_its_code_once(fake: FakeApp, http: Http, redis: Redis) -> None:
    app = App(settings(fake), http, redis)
    card = {"card_type": "button_interaction", "task_id": "request-7@1", "button_list": [{"text": "同意", "key": "a"}]}
    receipt = await app.send(["u1"], {"msgtype": "template_card", "template_card": card})
    await app.update_card(["u1"], receipt.response_code, "已同意")
    assert fake.updates == [("request-7@1", "已同意")]
    with pytest.raises(WeComError):
        await app.update_card(["u1"], receipt.response_code, "已同意")


async def test_open_ids_and_files(fake: FakeApp, http: Http, redis: Redis) -> None:
    fake.open_ids["wo1"] = "u1"
    app = App(settings(fake), http, redis)
    assert await app.user_ids(["wo1", "wo2"]) == {"wo1": "u1"}
    media = await app.upload("file", b"PK\x03\x04 ledger", "台账.xlsx")
    assert await app.download(media) == (b"PK\x03\x04 ledger", "台账.xlsx")
    with pytest.raises(WeComError):
        await app.download("media-0")


async def test_who_waits_for_a_token_has_sent_nothing(
    fake: FakeApp, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several messages wait for a token that does not come: none of them is taken for one that may have arrived."""
    monkeypatch.setattr("bot.channels.wecom.app.TOKEN_SECONDS", 0.2)
    fake.world.faults["/cgi-bin/gettoken"] += [Fault(504, delay=5.0)] * 3
    app = App(settings(fake), http, None)
    found = await asyncio.gather(*(app.send(["u1"], TEXT) for _ in range(3)), return_exceptions=True)
    assert [one.outcome for one in found if isinstance(one, WeComError)] == [Outcome.RETRY] * 3
