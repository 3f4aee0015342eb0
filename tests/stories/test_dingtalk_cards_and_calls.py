"""DingTalk's buttons, its monthly quota of calls, and a replayed callback."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.web.server import serve
from storage.tables import Counter, Inbox, Incident, Outbox
from tests.support.dingtalk import GROUP, Fault
from tests.support.platform_dingtalk import DingTalkCalledBack, DingTalkStreamed
from tests.support.platforms import School, SeenMessage, account, platform_school

POST = "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3"
CREATE = "/v1.0/card/instances/createAndDeliver"
UPDATE = "/v1.0/card/instances"


@pytest.fixture
async def school(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[School]:
    async with platform_school(DingTalkStreamed(), tmp_path, redis, monkeypatch.setenv) as started:
        yield started


async def asked(school: School) -> SeenMessage:
    """Bring a reply to the leader; return the card with 同意 and 不同意."""
    await school.says("zhou", POST)
    await school.says("wang", "签收 1")
    seen = await school.says("wang", "拟复 1 已封存留样送检。")
    return next(one for one in seen if "同意" in one.buttons)


async def test_a_card_really_pings_and_gives_way(school: School) -> None:
    card = await asked(school)
    assert (card.buttons, card.rings) == (("同意", "不同意"), ("qian",))
    seen = await school.presses("qian", card, "同意")
    assert any("同意发布" in one.text for one in seen)
    shown = school.platform.fake.cards[card.mark.card]
    assert "同意" in shown["done"]
    assert [shown[f"button{n}"] for n in range(1, 7)] == [""] * 6


async def test_pressed_again_or_by_another_it_decides_nothing_more(school: School) -> None:
    card = await asked(school)
    labels = dict(school.platform.fake.cards[card.mark.card])
    await school.presses("qian", card, "同意")
    school.platform.fake.cards[card.mark.card] = labels  # still on somebody's screen
    for person in ("qian", "wang"):
        seen = await school.presses(person, card, "不同意")
        assert not [one for one in seen if "退回" in one.text and "不同意发布" in one.text]
    assert (await Incident.get(number=1)).answer is None
    assert await Inbox.filter(state="done").count() == await Inbox.all().count()


async def test_a_card_that_is_gone_there_holds_up_nothing(school: School) -> None:
    card = await asked(school)
    school.platform.fake.faults[UPDATE].append(Fault(400, {"code": "param.cardNotExist"}))
    await school.presses("qian", card, "同意")
    assert not await Outbox.filter(state__in=("planned", "sending", "failed", "unknown")).exists()


async def test_an_update_that_may_have_arrived_is_made_again(school: School) -> None:
    card = await asked(school)
    before = school.platform.fake.calls.count(UPDATE)
    school.platform.fake.faults[UPDATE].append(Fault(500, arrives=True))
    await school.presses("qian", card, "同意")
    school.clock.advance(timedelta(minutes=1))
    await school.bot.drain()
    assert school.platform.fake.calls.count(UPDATE) == before + 2
    assert not await Outbox.filter(state__in=("planned", "unknown")).exists()


async def test_an_update_that_never_works_holds_up_the_group_for_seconds_only(school: School) -> None:
    card = await asked(school)
    school.platform.fake.faults[UPDATE] += [Fault(403, {"code": "Forbidden.AccessDenied"})] * 9
    seen = await school.presses("qian", card, "同意")
    for _ in range(3):
        school.clock.advance(timedelta(seconds=5))
        await school.bot.drain()
        seen += school._fresh()
    assert any("同意发布" in one.text for one in seen)


async def test_a_card_may_be_quoted(school: School) -> None:
    card = await asked(school)
    card = card._replace(mark=card.mark._replace(text=""))  # DingTalk often omits a card's text
    seen = await school.says("qian", "同意", quote=card)
    assert any("同意发布" in one.text for one in seen)


async def test_without_a_template_buttons_are_words(
    tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with platform_school(DingTalkCalledBack(), tmp_path, redis, monkeypatch.setenv) as school:
        await school.says("zhou", POST)
        assert CREATE not in school.platform.fake.calls


async def used(school: School, count: int) -> None:
    month = f"{school.clock.now().astimezone(school.bot.office.institution.zone):%Y-%m}"
    await Counter.update_or_create(defaults={"value": count}, name=f"calls:dingtalk:{month}")


async def test_calls_are_counted_and_shown_and_survive_a_wiped_redis(school: School, redis: Redis) -> None:
    await school.says("zhou", POST)
    await redis.flushall()
    async with serve(school.bot) as address, ClientSession() as session, session.get(f"{address}/healthz") as answer:
        health = (await answer.json())["dingtalk"]
    assert health["connected"]
    assert health["of"] == 10_000
    counted = [path for path in school.platform.fake.calls if path.startswith("/v1.0/")]
    assert health["calls_this_month"] == len(counted) > 0


async def test_when_calls_run_short_the_groups_own_robot_speaks(school: School) -> None:
    await used(school, 9_990)
    await school.says("zhou", POST)
    seen = await school.says("li", "待办")
    assert [one.mark.by for one in seen] == ["webhook"]
    assert CREATE not in school.platform.fake.calls


async def test_with_no_calls_left_what_needs_one_waits_for_the_next_month(school: School) -> None:
    await used(school, 10_000)
    assert await school.says("li", "待办", private=True) == []
    row = await Outbox.get(state="planned")
    assert (row.attempts, row.error) == (0, "waits until its channel may send it")
    school.clock.set(row.retry_at)
    await school.bot.drain()
    [late] = school._fresh()
    assert late.text.startswith("（本应 11-23 10:05 送达）")


async def test_what_the_platform_counts_as_spent_waits_too(school: School) -> None:
    school.platform.fake.calls_left = 0
    await school.says("li", "待办", private=True)
    assert (await Outbox.get(state="planned")).attempts == 1


async def test_a_signed_callback_played_back_does_nothing(
    tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with platform_school(DingTalkCalledBack(), tmp_path, redis, monkeypatch.setenv) as school:
        fake = school.platform.fake
        body, signed = json.dumps(fake.callback(account("zhou"), POST, GROUP)).encode(), fake.signed()
        for minutes in (0, 0, 59):
            school.clock.advance(timedelta(minutes=minutes))
            assert (await fake.deliver(body, signed))[0] == 200
            await school.bot.drain()
        assert (await Inbox.all().count(), await Incident.all().count()) == (1, 1)
        school.clock.advance(timedelta(minutes=2))
        assert (await fake.deliver(body, signed))[0] == 403


async def test_no_secret_is_ever_printed(school: School, capfd: pytest.CaptureFixture[str]) -> None:
    fake = school.platform.fake
    fake.faults["/robot/send"] += [Fault(403, {"errcode": 310000, "errmsg": "SEChook app-secret-value"})] * 3
    fake.faults["/v1.0/robot/groupMessages/send"] += [Fault(500), Fault(drop=True)]
    for words in ("食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3", "查 1", "查 1"):
        await school.says("zhou", words)
        school.clock.advance(timedelta(minutes=1))
    await fake.gateway.cut()
    await fake.gateway.until(lambda: fake.gateway.connections)
    printed = "".join(capfd.readouterr())
    assert "a message was not sent" in printed
    for secret in ("app-secret-value", "SEChook", "hook-token", "access-token-"):
        assert secret not in printed
        assert secret not in repr(school.bot.senders)
