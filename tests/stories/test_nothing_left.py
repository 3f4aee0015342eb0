"""Erasing an incident's texts erases every copy: forms, digests, ledgers, answers that name it."""

import json
import zipfile
from collections.abc import AsyncIterator, Collection
from io import BytesIO
from pathlib import Path

import pytest
from redis.asyncio import Redis
from tortoise.models import Model

from handlers.timed import retention
from storage import audit, tables, text_verification
from storage.tables import Digest, File, FileMatter, Form, Outbox
from tests.stories.test_digests import at, sending
from tests.stories.test_on_duty import TEAMS, WEB
from tests.support.regime import local
from tests.support.story import BotMessage, Story, demonstration, new_story

SECRET = "钢丝球"
OTHER = "水管爆裂"
MODELS = [one for one in vars(tables).values() if isinstance(one, type) and issubclass(one, Model) and one is not Model]


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    """Incident 1 ended on Monday, incident 2 is open; since Tuesday every document and list was requested."""
    config = demonstration(tmp_path, **{WEB: TEAMS})
    async with new_story(tmp_path, redis, local("2026-11-23 10:05"), config=config) as started:
        await started.settle()
        await started.say("zhou", f"@回音 上报 食堂饭菜里有{SECRET}，家长很着急 https://weibo.com/1234567890/Ab1cD2eF3")
        await started.say("zhou", f"@回音 上报 操场跑道边{OTHER}，积水很深 @总务处")
        yield started


async def end(story: Story) -> None:
    await story.say("wang", "签收 1")
    await story.say("wang", f"拟复 1 经核实，异物是{SECRET}，已更换炊具。")
    await story.say("qian", "同意 1")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.say("wang", f"办结 1 整改：{SECRET}已清理，更换炊具")


async def ask_for_everything(story: Story) -> list[BotMessage]:
    sent = []
    for text in (
        "台账",
        "今日",
        "日报",
        "周报",
        "月报",
        "通报",
        "摘报",
        "处置单 1",
        "归档 1",
        "值班报告",
        "待办",
        "查 食堂",
        "催办单 2",
    ):
        sent += await story.say("li", text)
    return sent


async def occurrences(word: str) -> list[str]:
    """Return where a word still occurs: tables, and the content of files by name."""
    found = []
    for model in MODELS:
        for row in await model.all().values():
            body = row.pop("body") if model is File else b""
            if word in json.dumps(row, default=str, ensure_ascii=False) or any(word in text for text in _texts(body)):
                found.append(f"{model.__name__} {row.get('id') or row.get('name')} {row.get('name', '')}".strip())
    return found


def _texts(body: bytes) -> list[str]:
    if body[:2] != b"PK":
        return [body.decode(errors="ignore")]
    with zipfile.ZipFile(BytesIO(body)) as bundle:
        return [text for name in bundle.namelist() for text in _texts(bundle.read(name))]


async def erase(story: Story, matters: int = 1) -> None:
    """Run `python -m bot erase --before 2026-11-25 --yes` on December 5."""
    await story.jump(local("2026-12-05 10:00") - story.now)
    assert await retention.erase(story.bot.office, story.now, "admin", local("2026-11-25 00:00")) == matters


async def test_of_a_matter_that_is_erased_nothing_is_left(story: Story) -> None:
    process = sending(story, daily="17:30")
    await process.drain()
    await at(story, process, "17:30")  # it is overdue and named
    await end(story)
    await story.until(local("2026-11-25 09:00"))  # hand-over reports in between
    made = await ask_for_everything(story)
    await story.say("zhou", "@回音 上报 食堂饭菜里又有金属丝，家长很着急，像上次一样")
    assert "先例" in story.expect("承办 总务处").text
    before = await occurrences(SECRET)
    assert {"File", "Outbox", "Digest", "Event", "Incident", "Draft"} <= {one.split()[0] for one in before}
    assert sum(bool(one.say.attachments) for one in made) >= 9
    await erase(story)
    assert await occurrences(SECRET) == []
    assert not await File.filter(type="image/png").exclude(name="").exists()  # they contained its title
    assert await audit.verify() is None
    assert await text_verification.verify() is None


async def test_what_failed_halfway_is_erased_the_next_time(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await end(story)
    await story.say("li", "查 食堂")

    def broken(body: str, *, numbers: Collection[int]) -> str:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(retention, "_message_without", broken)
        with pytest.raises(OSError, match="full"):
            await erase(story)
    assert [one.split()[0] for one in await occurrences(SECRET)] == ["Outbox"]  # the list; the matter itself is erased
    await erase(story, matters=0)
    assert await occurrences(SECRET) == []
    assert await audit.verify() is None


async def test_what_is_of_others_stays(story: Story) -> None:
    await story.say("li", "处置单 2")
    await end(story)
    await story.until(local("2026-11-25 09:00"))
    await story.say("li", "查 场")
    assert "#2" in story.fresh[-1].text
    await ask_for_everything(story)
    await erase(story)
    assert OTHER in (await story.incident(2)).text
    left = await occurrences(OTHER)
    assert any(one.startswith("File") and one.endswith("处置单〔2026〕1号.docx") for one in left)
    lists = [row.body for row in await Outbox.filter(incident=None) if OTHER in row.body]
    assert lists
    assert not any("#1 " in body for body in lists)


async def test_a_digest_of_record_keeps_its_number(story: Story) -> None:
    await end(story)
    await story.say("li", "摘报")
    await erase(story)
    assert (await Digest.get(kind="numbered")).number == 1
    await story.say("li", "摘报 1")
    assert not story.expect("第 1 期的图和 Word 已按保存期限清除").say.attachments
    assert await Form.filter(incident=1).count() > 0
    assert await FileMatter.filter(incident__in=(0, 1)).count() == 0
