"""What a platform delivers and the bot cannot read or store is kept and told, and holds up nothing behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from redis.asyncio import Redis

from bot.channels.dingtalk import callbacks as dingtalk_callbacks
from bot.channels.dingtalk import stream
from bot.channels.wecom import callbacks as wecom_callbacks
from bot.channels.wecom import inbound
from handlers.rules.language.messages import Message
from storage.database.database import connection
from storage.tables import Inbox
from tests.support.drive_wecom import WeComDriver
from tests.support.platform_dingtalk import DingTalkCalledBack, DingTalkStreamed
from tests.support.platforms import School, platform_school

POISON = "poison"
CONNECTED: list[Callable[[], Any]] = [DingTalkStreamed, lambda: WeComDriver("socket", robot="socket")]
CALLED: list[Callable[[], Any]] = [DingTalkCalledBack, lambda: WeComDriver("http", robot="http")]
READERS = (
    (stream, "read_message"),
    (dingtalk_callbacks, "read_message"),
    (inbound, "read_callback"),
    (wecom_callbacks, "read_callback"),
)
REFUSING = f"""
CREATE TRIGGER refusing BEFORE INSERT ON inbox WHEN NEW.body LIKE '%{POISON}%' AND NEW.state = 'new'
BEGIN SELECT RAISE(ABORT, 'refused'); END
"""


@pytest.fixture
async def school(
    request: pytest.FixtureRequest, tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[School]:
    async with platform_school(request.param(), tmp_path, redis, monkeypatch.setenv) as started:
        yield started


def poisonous(read: Callable[..., Any]) -> Callable[..., Any]:
    def reading(body: Any, *rest: Any) -> Any:
        if POISON in str(body if isinstance(body, dict) else body if isinstance(body, str) else body.decode()):
            raise RuntimeError("a bug")
        return read(body, *rest)

    return reading


@pytest.mark.parametrize("school", [*CONNECTED, *CALLED], indirect=True)
async def test_what_a_bug_cannot_read_is_kept_and_told(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in READERS:
        monkeypatch.setattr(module, name, poisonous(getattr(module, name)))
    told = await school.says("wang", POISON)
    assert any("王强" in one.text and "读不出来" in one.text for one in told)
    assert any("没有等" in one.text for one in await school.says("wang", "待办"))
    [kept, done] = await Inbox.all().order_by("id")
    assert (kept.state, kept.fault, kept.error, POISON in kept.body) == ("failed", "unreadable", "RuntimeError", True)
    assert done.state == "done"


@pytest.mark.parametrize("school", [*CONNECTED, *CALLED], indirect=True)
async def test_what_cannot_be_stored_is_kept_told_and_done_by_hand(school: School) -> None:
    await connection().execute_query(REFUSING)
    told = await school.says("wang", POISON)
    assert any("王强" in one.text and "内容存不下" in one.text and "重试 1" in one.text for one in told)
    assert any("没有等" in one.text for one in await school.says("wang", "待办"))
    assert [one.state for one in await Inbox.all().order_by("id")] == ["failed", "done"]
    await connection().execute_query("DROP TRIGGER refusing")
    await school.says("li", "重试 1")
    assert (await Inbox.get(id=1)).state == "done"


@pytest.mark.parametrize("school", CONNECTED, indirect=True)
async def test_while_storage_is_away_all_waits_in_its_order(school: School) -> None:
    await connection().execute_query("PRAGMA query_only = 1")
    says = [
        asyncio.ensure_future(school.platform.says("wang", f"备注 1 {n}", None, False)) for n in range(3)
    ]  # fmt: skip
    await asyncio.sleep(0.3)
    assert not await Inbox.all().exists()
    came = school.clock.now()
    school.clock.advance(timedelta(hours=1))
    await connection().execute_query("PRAGMA query_only = 0")
    async with asyncio.timeout(10):
        await asyncio.gather(*says)
        while await Inbox.all().count() < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    stored = await Inbox.all().order_by("id").values_list("body", "state")
    assert [f"备注 1 {n}" in str(body) for n, (body, _) in enumerate(stored)] == [True] * 3
    assert {state for _, state in stored} == {"new"}
    assert {json.decode(str(body), type=Message).sent_at.replace(microsecond=0) for body, _ in stored} == {came}
