"""Pictures and files from people are stored with the incident; the bot asks again for one that it cannot fetch."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.engine.fetching import RETRY_AFTER
from handlers.rules.language.messages import Attachment
from storage import files
from storage.tables import Event, File, Inbox, Incident
from tests.support.dingtalk import GROUP, Fault
from tests.support.dingtalk_stream import ROBOT
from tests.support.platform_dingtalk import DingTalkStreamed
from tests.support.platforms import School, SeenMessage, account, platform_school

PNG = b"\x89PNG\r\n\x1a\nscreenshot"
DOWNLOAD = "/v1.0/robot/messageFiles/download"


@pytest.fixture
async def school(tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[School]:
    async with platform_school(DingTalkStreamed(), tmp_path, redis, monkeypatch.setenv) as started:
        started.platform.fake.files["code1"] = PNG
        yield started


async def shows(
    school: School, person: str, content: dict[str, Any], kind: str = "picture", **more: Any
) -> list[SeenMessage]:
    """Let somebody send the robot a message that is not text, one-to-one unless `more` names a chat."""
    fake = school.platform.fake
    callback = fake.callback(account(person), "", conversation=more.pop("conversation", None), **more)
    message = {**callback, "msgtype": kind, "content": content}
    if kind != "text":
        message.pop("text") if not more.get("quote") else message["text"].pop("content", None)
    return await school._while_draining(fake.gateway.hands_over(ROBOT, message))


async def test_a_forwarded_screenshot_opens_a_matter_once(school: School) -> None:
    seen = await shows(school, "zhou", {"downloadCode": "code1"})
    assert any("截图" in one.text for one in seen)
    [kept] = await files.of_incident(1)
    assert (kept.type, kept.name, kept.by) == ("image/png", "picture.png", account("zhou"))
    again = await shows(school, "li", {"downloadCode": "code1"})
    assert any("已登记" in one.text for one in again)
    assert await Incident.all().count() == 1


async def test_text_and_picture_are_one_post(school: School) -> None:
    runs = [{"text": "上报 食堂饭菜有异物"}, {"type": "picture", "downloadCode": "code1"}]
    await shows(school, "zhou", {"richText": runs}, "richText", conversation=GROUP)
    assert (await Incident.get(number=1)).department == "总务处"
    assert len(await files.of_incident(1)) == 1


async def test_a_picture_with_a_number_joins_the_matter(school: School) -> None:
    await school.says("zhou", "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    runs = [{"text": "附件 1"}, {"type": "picture", "downloadCode": "code1"}]
    seen = await shows(school, "wang", {"richText": runs}, "richText")
    assert any("已存入 1 个附件：picture.png" in one.text for one in seen)
    assert len(await files.of_incident(1)) == 1
    assert await Event.filter(incident=1, kind="attached").count() == 1


async def test_a_file_as_the_reply_to_a_quote_joins_it(school: School) -> None:
    [opened] = await school.says("zhou", "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    school.platform.fake.files["code2"] = b"%PDF-1.7 report"
    content = {"downloadCode": "code2", "fileName": "../检测报告.exe", "isReplyMsg": True}
    content["repliedMsg"] = {"msgType": "text", "content": {"text": opened.text}}
    await shows(school, "wang", content, "file")
    [kept] = await files.of_incident(1)
    assert (kept.name, kept.type) == ("检测报告.pdf", "application/pdf")


async def test_a_picture_that_does_not_come_is_asked_for_again_and_nothing_is_lost(school: School) -> None:
    school.platform.fake.files.clear()
    runs = [{"text": "上报 食堂饭菜有异物"}, {"type": "picture", "downloadCode": "code1"}]
    seen = await shows(school, "zhou", {"richText": runs}, "richText", conversation=GROUP)
    assert any("没有取到" in one.text for one in seen)
    assert (await Incident.get(number=1)).department == "总务处"


async def test_a_platform_that_stumbles_is_asked_again(school: School) -> None:
    school.platform.fake.faults[DOWNLOAD] += [Fault(403, {"code": "QpsLimitForAppkeyAndApi"})] * 2
    await shows(school, "zhou", {"downloadCode": "code1"})
    for _ in range(2):
        school.clock.advance(RETRY_AFTER)
        await school.bot.drain()
    assert len(await files.of_incident(1)) == 1
    assert await Inbox.filter(state="done").count() == 1


async def until(happened: Callable[[], Any]) -> None:
    for _ in range(2000):
        if await happened():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


async def test_a_slow_file_keeps_nobody_else_waiting(school: School) -> None:
    fake, gate = school.platform.fake, asyncio.Event()
    fetch = school.bot.dispatcher.fetching.fetchers["dingtalk"]

    async def slow(attachment: Attachment) -> bytes:
        await gate.wait()
        return await fetch(attachment)

    school.bot.dispatcher.fetching.fetchers["dingtalk"] = slow
    picture = {**fake.callback(account("zhou"), "", None), "msgtype": "picture", "content": {"downloadCode": "code1"}}
    await fake.gateway.hands_over(ROBOT, picture)
    await fake.streams(account("li"), "待办")
    running = asyncio.create_task(school.bot.dispatcher.run())
    await until(Inbox.filter(state="done").exists)
    assert await Incident.all().count() == 0
    gate.set()
    await until(Incident.all().exists)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_a_stranger_sends_is_not_fetched(school: School) -> None:
    school.platform.admit("u-nobody")
    await shows(school, "nobody", {"downloadCode": "code1"})
    assert DOWNLOAD not in school.platform.fake.calls
    assert await File.all().count() == 0


async def test_who_is_no_officer_is_asked_what_the_picture_is(school: School) -> None:
    await shows(school, "wang", {"downloadCode": "code1"})
    assert await Incident.all().count() == 0
